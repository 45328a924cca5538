"""The API as a Django application: it keeps the replies of requests that may be sent twice."""

from django.apps import AppConfig

from layers.core.text import Text


class ApiConfig(AppConfig):
    """The registry over HTTP."""

    name = "layers.api"
    label = "api"
    title = Text(vi="Giao diện lập trình", en="API")
    verbose_name = title.vi
    default_auto_field = "django.db.models.BigAutoField"
