"""Where this installation is at home: the province's box, as the composition root names it."""

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from layers.core.geo import Bbox


def home() -> Bbox | None:
    """The box of the province (EPSG:4326), by the callable `settings.HOME_BOX` names; None where it knows none."""
    path: str | None = getattr(settings, "HOME_BOX", None)
    if path is None:
        return None
    box: Callable[[], Bbox | None] = import_string(path)
    return box()
