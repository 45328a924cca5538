"""Alerts as a Django application."""

from django.apps import AppConfig

from layers.core.events import Observed, subscribe
from layers.core.text import Text


class AlertsConfig(AppConfig):
    """Cảnh báo: rules over declared metrics, and the alerts they raise."""

    name = "layers.alerts"
    label = "alerts"
    title = Text(vi="Cảnh báo", en="Alerts")
    verbose_name = title.vi
    default_auto_field = "django.db.models.BigAutoField"
    processes = ("evaluate_rules",)
    alone = processes

    def ready(self) -> None:
        """Hear what is measured, whoever measures it."""
        subscribe(Observed, "layers.alerts.hearing.hear")
