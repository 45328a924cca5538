"""The tile server as a Django application."""

from django.apps import AppConfig


class TileServerConfig(AppConfig):
    """Tiles, TileJSON and the style document."""

    name = "tile_server"
    verbose_name = "Máy chủ ô bản đồ"
