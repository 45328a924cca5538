"""The VN-2000 plane of a place: which zone its documents are in, and shapes carried into it and back.

A plane measures true only near its central meridian, so the zone comes from the place: that of its commune's land
documents, else the nearest of the province's own, else the nearest of all. Shapes are carried by PostGIS with EPSG
operation "VN-2000 to WGS 84 (2)".
"""

from collections.abc import Callable, Sequence

import shapely
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from fixtures.vn2000 import MERIDIANS
from layers.core.geo import Bbox
from layers.core.home import home, home_zones
from layers.core.text import Text

VIETNAM = Bbox(102.0, 6.0, 118.0, 24.0)
"""With its islands, degrees."""
DEGREES = 4326
REACH_DEGREES = 6.0
"""How far from its central meridian a zone is still used: the islands lie beyond the last zone."""


def zone_at(lon: float, lat: float) -> int:
    """EPSG code of the VN-2000 zone for a place (EPSG:4326).

    `settings.ZONE_AT` names a callable that knows the zone of a commune's land documents, or None.
    """
    path: str | None = getattr(settings, "ZONE_AT", None)
    known: Callable[[float, float], int | None] | None = import_string(path) if path else None
    found = known(lon, lat) if known else None
    if found in MERIDIANS:
        return found
    here = home()
    own = home_zones() if here and here.contains(lon, lat) else ()
    return min(own or MERIDIANS, key=lambda zone: (abs(MERIDIANS[zone] - lon), zone))


def zones_near(lon: float, lat: float) -> list[int]:
    """The zone of a place first, then the province's others, each once."""
    return list(dict.fromkeys([zone_at(lon, lat), *home_zones()]))


def zone_name(zone: int) -> Text:
    """A zone as a document writes it: `VN-2000 / 105°30′, múi 3°`."""
    degrees, minutes = divmod(round(MERIDIANS[zone] * 60), 60)
    name = f"VN-2000 / {degrees}°{minutes:02d}′"
    return Text(vi=f"{name}, múi 3°", en=f"{name}, 3° zone")


def is_in_reach(shape: shapely.Geometry, zone: int) -> bool:
    """Whether a shape (EPSG:4326) lies where the zone's plane means something."""
    west, south, east, north = shape.bounds
    meridian = MERIDIANS[zone]
    inside = VIETNAM.contains(west, south) and VIETNAM.contains(east, north)
    return inside and meridian - west <= REACH_DEGREES and east - meridian <= REACH_DEGREES


def to_plane(shapes: Sequence[shapely.Geometry], zone: int) -> list[shapely.Geometry]:
    """Shapes (EPSG:4326) in metres of the zone: easting, northing."""
    return _carried(shapes, DEGREES, zone)


def to_degrees(shapes: Sequence[shapely.Geometry], zone: int) -> list[shapely.Geometry]:
    """Shapes in metres of the zone as EPSG:4326."""
    return _carried(shapes, zone, DEGREES)


def _carried(shapes: Sequence[shapely.Geometry], source: int, target: int) -> list[shapely.Geometry]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select st_asbinary(st_transform(st_geomfromwkb(shape, %s), %s))"
            " from unnest(%s::bytea[]) with ordinality one (shape, place) order by place",
            [source, target, [shapely.to_wkb(shape) for shape in shapes]],
        )
        return [shapely.from_wkb(bytes(row[0])) for row in cursor.fetchall()]
