"""The province this installation serves, as a box on the map."""

from django.conf import settings

from layers.core.filter import escape_literal, parse_filter
from layers.core.geo import Bbox
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.viewer import ANYONE


def home_box() -> Bbox | None:
    """The box of the province `GEO_IOC_PROVINCE` (EPSG:4326); None before its boundary is loaded."""
    provinces = registry.get("provinces")
    if not isinstance(provinces, Layer):
        return None
    here = parse_filter(f"code = {escape_literal(settings.GEO_IOC_PROVINCE)}")
    return provinces.query(ANYONE, filters=here).extent()
