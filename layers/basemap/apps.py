"""The base map as a Django application."""

from django.apps import AppConfig

from layers.core.text import Text


class BasemapConfig(AppConfig):
    """Roads, water, places and addresses."""

    name = "layers.basemap"
    label = "basemap"
    title = Text(vi="Bản đồ nền", en="Base map")
    verbose_name = title.vi
    default_auto_field = "django.db.models.BigAutoField"
