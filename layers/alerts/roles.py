"""Who sees alerts, who handles them, who oversees the rules (contract §4: the layer is not public)."""

from layers.core.viewer import role

HANDLERS = (role("operator"), role("environment"), role("admin"))
"""Acknowledge, note and close alerts of their own units."""
READERS = (*HANDLERS, role("leader"), role("wall"))
OVERSEERS = (role("environment"), role("admin"))
"""Write rules, try them on the past, switch them on and off, mute."""
TOLD = (*HANDLERS, role("leader"))
"""Whom the form of a rule offers to tell: people who see alerts."""
