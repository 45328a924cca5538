"""The datasets as a Django application."""

from django.apps import AppConfig

from layers.core.text import Text

JOURNAL_TABLES = {"@datasets": ["datasets_dataset"]}
"""For the setting JOURNAL_TOPICS: a change of these tables is announced under the topic."""


class DatasetsConfig(AppConfig):
    """Layers made from rows."""

    name = "layers.datasets"
    label = "datasets"
    title = Text(vi="Bộ dữ liệu", en="Datasets")
    verbose_name = title.vi
    default_auto_field = "django.db.models.BigAutoField"
