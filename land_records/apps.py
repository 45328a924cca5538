"""The register of land as a Django application."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.template import TemplateSyntaxError

from layers.core.text import Text


class LandRecordsConfig(AppConfig):
    """Land parcels."""

    name = "land_records"
    label = "land_records"
    title = Text(vi="Đất đai", en="Land")
    verbose_name = title.vi
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Check what the deployment sets."""
        checks.register(check_minimums)
        checks.register(check_extract)
        checks.register(check_dossier)


def check_minimums(**_: Any) -> list[checks.CheckMessage]:
    """Whether the areas of `GEO_IOC_LAND_MINIMUM` can be used."""
    from land_records.transactions.minimum import minimums_in  # models cannot load before the app registry

    try:
        minimums_in(settings.GEO_IOC_LAND_MINIMUM)
    except ValueError as fault:
        return [checks.Error(f"GEO_IOC_LAND_MINIMUM: {fault}", id="land_records.E001")]
    return []


def check_extract(**_: Any) -> list[checks.CheckMessage]:
    """Whether the layout of `GEO_IOC_LAND_EXTRACT` can be read."""
    from land_records.extract.sheet import layout  # models cannot load before the app registry

    try:
        layout()
    except (OSError, UnicodeDecodeError, TemplateSyntaxError) as fault:
        return [checks.Error(f"GEO_IOC_LAND_EXTRACT: {fault}", id="land_records.E002")]
    return []


def check_dossier(**_: Any) -> list[checks.CheckMessage]:
    """Whether `GEO_IOC_DOSSIER_URL` leads to a page of one dossier."""
    from land_records.dossier import NUMBER  # models cannot load before the app registry

    template = settings.GEO_IOC_DOSSIER_URL
    if not template or (template.startswith(("https://", "http://")) and NUMBER in template):
        return []
    fault = f"GEO_IOC_DOSSIER_URL: write an address of the web with {NUMBER} in it"
    return [checks.Error(fault, id="land_records.E003")]
