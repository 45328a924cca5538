"""What the two computed layers draw: unit names at their label points; Hoàng Sa and Trường Sa at every zoom.

All geometry is EPSG:4326, lon/lat.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import shapely
from django.contrib.gis.geos import Polygon
from django.db.models import Count, Q
from shapely import Point

from layers.admin_units import outline
from layers.admin_units.models import Boundary, Kind, Level
from layers.core import Shape
from layers.core.geo import Bbox

FIRST_COMMUNE_ZOOM: Final = 9
"""Below it provinces are named, from it on communes."""

RANKS: Final = {kind.value: rank for rank, kind in enumerate((Kind.CITY, Kind.PROVINCE, Kind.SPECIAL_ZONE, Kind.WARD))}
"""Which names win where two collide: by kind, the rest last; then what has more communes; then what is larger."""

ISLAND_RADIUS_PX: Final = 1.5
"""Least radius an island is drawn with, so that no zoom loses it."""


@dataclass(frozen=True, slots=True)
class Archipelago:
    """An archipelago of Việt Nam: its name in full, where it is written, the special zone (đặc khu) it is."""

    id: int
    name: str
    lonlat: tuple[float, float]
    commune_code: str


ARCHIPELAGOS: Final = (
    Archipelago(1, "Quần đảo Hoàng Sa (Việt Nam)", (112.05, 16.45), "20333"),
    Archipelago(2, "Quần đảo Trường Sa (Việt Nam)", (114.0, 9.6), "22736"),
)


def unit_names(bbox: Bbox | None, zoom: int | None) -> Iterator[Shape]:
    """Label points of the current units named at that zoom; of both levels where no zoom is given."""
    rows = Boundary.objects.filter(is_current=True)
    if zoom is not None:
        level = Level.PROVINCE if zoom < FIRST_COMMUNE_ZOOM else Level.COMMUNE
        rows = rows.filter(level=level.value)
    if bbox is not None:
        rows = rows.filter(label_point__intersects=Polygon.from_bbox(tuple(bbox)))
    rows = rows.annotate(communes=Count("unit__children", filter=Q(unit__children__is_current=True)))
    fields = ("unit_id", "label_point", "level", "unit__name", "unit__kind", "communes", "computed_area_km2")
    for pk, point, tier, name, kind, communes, area_km2 in rows.order_by("unit_id").values_list(*fields):
        rank = (RANKS.get(kind, len(RANKS)) + 1) * 1_000 - (communes or round(area_km2**0.5))
        values = {"name": name, "level": tier, "kind": kind, "rank": rank}
        yield Shape(id=pk, geometry=outline.read(point), attributes=values)


def sovereignty(bbox: Bbox | None, zoom: int | None) -> Iterator[Shape]:
    """The two archipelagos by name, and their islands, never smaller than what the eye can see at that zoom."""
    islands = dict(
        Boundary.objects.filter(
            is_current=True, level=Level.COMMUNE.value, unit__code__in=[one.commune_code for one in ARCHIPELAGOS]
        ).values_list("unit__code", "geom")
    )
    box = shapely.box(*bbox) if bbox else None
    for one in ARCHIPELAGOS:
        yield Shape(id=one.id, geometry=Point(one.lonlat), attributes={"name": one.name, "kind": "archipelago"})
        if one.commune_code in islands:
            shape = _visible(outline.read(islands[one.commune_code]), zoom)
            if box is None or shape.intersects(box):
                yield Shape(id=10 + one.id, geometry=shape, attributes={"kind": "islands"})


def _visible(islands: shapely.Geometry, zoom: int | None) -> shapely.Geometry:
    """Each island with at least a disc of `ISLAND_RADIUS_PX` at that zoom (tiles of 512 px)."""
    if zoom is None:
        return islands
    least_deg = ISLAND_RADIUS_PX * 360 / 512 / 2**zoom
    parts = [part.union(part.centroid.buffer(least_deg, quad_segs=4)) for part in shapely.get_parts(islands)]
    return shapely.union_all(parts)
