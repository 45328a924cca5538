"""What opens when a parcel is clicked: the public's panel and the land officer's."""

from land_records.panel.case import case_panel
from land_records.panel.public import parcel_panel

__all__ = ["case_panel", "parcel_panel"]
