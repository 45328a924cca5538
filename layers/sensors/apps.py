"""Environment stations as a Django application."""

from django.apps import AppConfig

from layers.core.text import Text


class SensorsConfig(AppConfig):
    """Environment stations."""

    name = "layers.sensors"
    label = "sensors"
    title = Text(vi="Quan trắc môi trường", en="Environment monitoring")
    verbose_name = title.vi
    default_auto_field = "django.db.models.BigAutoField"
