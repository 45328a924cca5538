"""Where this installation is at home: the province's box and zones, as the composition root names them."""

from collections.abc import Callable, Sequence

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


def home_zones() -> Sequence[int]:
    """EPSG codes of the VN-2000 zones the province is surveyed in, by the callable `settings.HOME_ZONES` names."""
    path: str | None = getattr(settings, "HOME_ZONES", None)
    if path is None:
        return ()
    zones: Callable[[], Sequence[int]] = import_string(path)
    return zones()
