"""Notices as a Django application."""

from django.apps import AppConfig
from django.core import checks

from layers.notices.checks import check_templates


class NoticesConfig(AppConfig):
    """Thông báo qua thư điện tử, trình duyệt và webhook."""

    name = "layers.notices"
    label = "notices"
    verbose_name = "Thông báo / Notices"

    def ready(self) -> None:
        """Have `manage.py check` look at every template of a notice."""
        checks.register(check_templates, checks.Tags.templates)
