"""Environment stations as a Django application."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from layers.core.text import Text
from layers.sensors.quality.table import changes_in


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
        """Those that hold their name; the demo's devices, where there is a demo."""
        return (*self.alone, *(("simulate_stations",) if settings.GEO_IOC_DEMO else ()))

    @property
    def alone(self) -> tuple[str, ...]:
        """The receiver where there is a broker, the watcher where there is a folder of station files."""
        mqtt = ("receive_mqtt",) if settings.GEO_IOC_MQTT_URL else ()
        return (*mqtt, *(("watch_station_files",) if settings.STATION_FOLDER else ()))

    def ready(self) -> None:
        """Check what the deployment sets."""
        checks.register(check_tests)


def check_tests(**_: Any) -> list[checks.CheckMessage]:
    """Whether the numbers of `GEO_IOC_SENSOR_TESTS` can be used."""
    try:
        changes_in(settings.GEO_IOC_SENSOR_TESTS)
    except ValueError as fault:
        return [checks.Error(f"GEO_IOC_SENSOR_TESTS: {fault}", id="sensors.E001")]
    return []
