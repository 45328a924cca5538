"""When parcels are wrong: said once, for files being imported and for the register itself.

Measured on the plane of a VN-2000 zone, coordinates rounded to the millimetre as land documents keep them.
"""

from dataclasses import dataclass, field

import shapely
from django.conf import settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is let pass.

    Attributes:
        least_m2: smaller overlaps, gaps and differences of areas are rounding: land.md §7.
        gap_m2, gap_width_m: open ground between parcels up to this area, or this narrow on average, is a gap; more is
            land left out (`GEO_IOC_LAND_GAP_AREA`, `GEO_IOC_LAND_GAP_WIDTH`).
        sliver_width_m: a parcel narrower than this on average is a sliver (`GEO_IOC_LAND_SLIVER_WIDTH`).
        area_share: share by which the recorded area may differ from the map's (`GEO_IOC_LAND_AREA_TOLERANCE`).
    """

    least_m2: float = 0.1
    gap_m2: float = field(default_factory=lambda: settings.GEO_IOC_LAND_GAP_AREA)
    gap_width_m: float = field(default_factory=lambda: settings.GEO_IOC_LAND_GAP_WIDTH)
    sliver_width_m: float = field(default_factory=lambda: settings.GEO_IOC_LAND_SLIVER_WIDTH)
    area_share: float = field(default_factory=lambda: settings.GEO_IOC_LAND_AREA_TOLERANCE)

    def is_gap(self, open_ground: shapely.Geometry) -> bool:
        """Whether ground enclosed by parcels, in metres, is a gap between them."""
        narrow = mean_width(open_ground) < self.gap_width_m
        return open_ground.area >= self.least_m2 and (narrow or open_ground.area <= self.gap_m2)

    def areas_differ(self, recorded_m2: float, computed_m2: float) -> bool:
        """Whether a recorded area is further from the map's than allowed."""
        return abs(recorded_m2 - computed_m2) > max(self.least_m2, self.area_share * computed_m2)


def limits() -> Limits:
    """What holds in this deployment."""
    return Limits()


def mean_width(shape: shapely.Geometry) -> float:
    """Metres: twice the area over the perimeter."""
    return float(2 * shape.area / shape.length)


def plane(geom: str, srid: str) -> str:
    """SQL: a geometry (EPSG:4326) on the plane of a zone, SRID 0."""
    return f"st_setsrid(st_snaptogrid(st_transform({geom}, {srid}), 0.001), 0)"


def sound_plane(geom: str, srid: str) -> str:
    """SQL: the same as a valid MultiPolygon, for what rounding folds over."""
    return f"st_collectionextract(st_makevalid({plane(geom, srid)}), 3)"


def shared(one: str, other: str, *, when: str = "true") -> str:
    """SQL of a lateral join `shared(geom, area)`: what two polygons of one plane, whose boxes meet, both cover.

    Each step is a row of its own (`offset 0`), so that nothing is intersected twice or without need.
    """
    return f"""
    cross join lateral (select {when} and st_relate({one}, {other}, '2********') as hit offset 0) related
    cross join lateral (select case when hit then st_intersection({one}, {other}) end as geom offset 0) common
    cross join lateral (select common.geom, coalesce(st_area(common.geom), 0) as area offset 0) shared"""


SLIVER = "2 * st_area(plane) < %s * st_perimeter(plane)"
"""SQL: whether a row's `plane` is narrower on average than a width, metres."""
OUTSIDE = """
join admin_units_boundary outline on outline.unit_id = one.commune_id and outline.is_current
where not st_intersects(outline.geom, st_pointonsurface(one.geom))"""
"""SQL: rows `one` whose inner point (EPSG:4326) lies outside the boundary of their commune."""
