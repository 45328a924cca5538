"""The walls as a Django application."""

from django.apps import AppConfig

from geo_ioc.accounts.words import say


class WallConfig(AppConfig):
    """Scenes of control-room walls."""

    name = "geo_ioc.wall"
    label = "wall"
    verbose_name = say("Màn hình phòng điều hành", "Control-room walls")
    default_auto_field = "django.db.models.BigAutoField"
