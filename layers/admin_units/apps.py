"""The units as a Django application."""

from django.apps import AppConfig

from layers.core.text import Text


class AdminUnitsConfig(AppConfig):
    """Administrative units: what every domain refers to."""

    name = "layers.admin_units"
    label = "admin_units"
    title = Text(vi="Đơn vị hành chính", en="Administrative units")
    verbose_name = title.vi
    default_auto_field = "django.db.models.BigAutoField"
