"""The access log as a Django application."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Nhật ký truy cập."""

    name = "layers.audit"
    label = "audit"
    verbose_name = "Nhật ký truy cập / Access log"
