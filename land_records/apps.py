"""The register of land as a Django application."""

from django.apps import AppConfig

from layers.core.text import Text


class LandRecordsConfig(AppConfig):
    """Land parcels."""

    name = "land_records"
    label = "land_records"
    title = Text(vi="Đất đai", en="Land")
    verbose_name = title.vi
    default_auto_field = "django.db.models.BigAutoField"
