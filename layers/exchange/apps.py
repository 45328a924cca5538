"""Files in and out, as a Django application."""

from django.apps import AppConfig

from layers.core.text import Text


class ExchangeConfig(AppConfig):
    """Import and export of every layer."""

    name = "layers.exchange"
    label = "exchange"
    title = Text(vi="Nhập và xuất tệp", en="Files in and out")
    verbose_name = title.vi
