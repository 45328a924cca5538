"""The kernel as a Django application: layers are discovered when all models are loaded."""

from django.apps import AppConfig
from django.core import checks


class CoreConfig(AppConfig):
    """Discovers the layers of every installed app and freezes the registry."""

    name = "layers.core"
    label = "core"
    verbose_name = "Lớp bản đồ"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Every app's models are loaded by now, though not every `ready()` has run: discovery needs models only."""
        from layers.core.checks import check_layers  # models are loaded only now
        from layers.core.registry import registry

        registry.discover()
        checks.register(check_layers)
