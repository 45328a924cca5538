"""What opens when a station is clicked."""

from layers.sensors.panel.station import station_panel

__all__ = ["station_panel"]
