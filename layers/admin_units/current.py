"""Which units and boundaries hold today, as a stored flag: nothing that is shown reads the clock."""

from datetime import date

from layers.admin_units.lookup import holding_on
from layers.admin_units.models import AdminUnit, Boundary


def keep_current(on: date) -> int:
    """Set `is_current` of units and boundaries to what holds on the day; returns how many rows changed."""
    changed = 0
    for model in (AdminUnit, Boundary):
        held = model._default_manager.filter(holding_on(on))
        changed += held.filter(is_current=False).update(is_current=True)
        changed += model._default_manager.filter(~holding_on(on), is_current=True).update(is_current=False)
    return changed
