"""Who works in the land register: said once, because layers, actions, files and downloads all ask it."""

from layers.core.viewer import role

LAND_OFFICER, LAND_ADMIN = role("land_officer"), role("land_admin")
OFFICERS = (LAND_OFFICER, LAND_ADMIN)
"""Each in the communes they answer for."""
