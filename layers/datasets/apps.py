"""The datasets as a Django application."""

from django.apps import AppConfig

from layers.core.text import Text


class DatasetsConfig(AppConfig):
    """Layers made from rows."""

    name = "layers.datasets"
    label = "datasets"
    title = Text(vi="Bộ dữ liệu", en="Datasets")
    verbose_name = title.vi
    default_auto_field = "django.db.models.BigAutoField"
