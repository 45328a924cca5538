"""Environment stations as a Django application."""

from django.apps import AppConfig
from django.conf import settings

from layers.core.text import Text


class SensorsConfig(AppConfig):
    """Environment stations."""

    name = "layers.sensors"
    label = "sensors"
    title = Text(vi="Quan trắc môi trường", en="Environment monitoring")
    verbose_name = title.vi
    default_auto_field = "django.db.models.BigAutoField"
    broker = "layers.sensors.ingest.topics"

    @property
    def processes(self) -> tuple[str, ...]:
        """The receiver, where there is a broker."""
        return ("receive_mqtt",) if settings.GEO_IOC_MQTT_URL else ()

    alone = processes
