"""The composition root as a Django application: its commands, and the logging set up once."""

from django.apps import AppConfig

from geo_ioc.logs import configure_structlog


class GeoIocConfig(AppConfig):
    """The project itself."""

    name = "geo_ioc"
    label = "geo_ioc"
    verbose_name = "geo_ioc"

    def ready(self) -> None:
        """Sets up logging."""
        configure_structlog()
