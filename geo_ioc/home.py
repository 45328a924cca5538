"""The province this installation serves: its box on the map, and the zones it is surveyed in."""

from django.conf import settings
from django.utils import timezone

from fixtures.lineage import province_lineage
from fixtures.vn2000 import ZONE_OF_OLD_PROVINCE
from layers.admin_units.lookup import unit_containing
from layers.core.filter import escape_literal, parse_filter
from layers.core.geo import Bbox
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.time import LOCAL
from layers.core.viewer import ANYONE


def home_box() -> Bbox | None:
    """The box of the province `GEO_IOC_PROVINCE` (EPSG:4326); None before its boundary is loaded."""
    provinces = registry.get("provinces")
    if not isinstance(provinces, Layer):
        return None
    here = parse_filter(f"code = {escape_literal(settings.GEO_IOC_PROVINCE)}")
    return provinces.query(ANYONE, filters=here).extent()


def home_zones() -> list[int]:
    """EPSG codes of the VN-2000 zones of the provinces that became this one on 01/07/2025."""
    return sorted({ZONE_OF_OLD_PROVINCE[old] for old in province_lineage().get(settings.GEO_IOC_PROVINCE, ())})


def zone_at(lon: float, lat: float) -> int | None:
    """EPSG code of the VN-2000 zone of the commune's land documents at a place (EPSG:4326); None where unknown."""
    commune = unit_containing(lon, lat, timezone.now().astimezone(LOCAL).date())
    return commune.srid if commune else None
