"""The toys as a domain like any other; installed by the tests' settings only."""

from django.apps import AppConfig


class ToysConfig(AppConfig):
    """Four small layers."""

    name = "tests.toys"
    label = "toys"
    verbose_name = "Lớp thử"
    default_auto_field = "django.db.models.BigAutoField"
    broker = "tests.toys.topics"
