"""The composition root as a Django application: its commands, its administration, and the logging set up once."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig

from geo_ioc.logs import configure_structlog


class GeoIocConfig(AppConfig):
    """The project itself."""

    name = "geo_ioc"
    label = "geo_ioc"
    verbose_name = "geo_ioc"
    default = True

    def ready(self) -> None:
        """Sets up logging."""
        configure_structlog()


class AdministrationConfig(AdminConfig):
    """Django's administration with our site."""

    default_site = "geo_ioc.administration.Administration"
