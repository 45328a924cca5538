"""Schools as a Django application."""

from django.apps import AppConfig

from layers.core.text import Text


class EducationConfig(AppConfig):
    """Schools."""

    name = "layers.education"
    label = "education"
    title = Text(vi="Giáo dục", en="Education")
    verbose_name = title.vi
    default_auto_field = "django.db.models.BigAutoField"
