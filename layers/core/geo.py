"""Boxes, and the SQL functions of geometry that queries need: EPSG:4326 lon/lat unless a name says otherwise."""

import math
from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import BinaryField, FloatField, Func, Value

from layers.core.errors import BadRequest
from layers.core.parameter import Parameter
from layers.core.text import Text

HALF_WORLD_M = 20_037_508.342789244
"""Half the width of EPSG:3857, metres."""
METRES_A_DEGREE = 111_195.0
"""Length of a degree of latitude on the sphere of 6,371.0 km that ST_DistanceSphere takes."""


@dataclass(frozen=True, slots=True)
class Bbox:
    """A box in degrees: west, south, east, north."""

    west: float
    south: float
    east: float
    north: float

    def __iter__(self) -> Any:
        """West, south, east, north."""
        return iter((self.west, self.south, self.east, self.north))

    def contains(self, lon: float, lat: float) -> bool:
        """Whether a point lies in the box or on its edge."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north

    def crosses(self, other: "Bbox") -> bool:
        """Whether the two boxes share a point."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )


def parse_bbox(text: str) -> Bbox:
    """`west,south,east,north` in degrees.

    Raises:
        BadRequest: not four finite numbers, out of range, or south above north.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
        west, south, east, north = numbers
    except ValueError as fault:
        raise _bad_bbox(text) from fault
    finite = all(math.isfinite(number) for number in numbers)
    if not finite or not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise _bad_bbox(text)
    return Bbox(west, south, east, north)


def _bad_bbox(text: str) -> BadRequest:
    return BadRequest(
        Text(
            vi=f"bbox={text!r} không hợp lệ: cần tây,nam,đông,bắc theo độ, ví dụ 105.8,10.9,106.6,11.8.",
            en=f"bbox={text!r} is not valid: west,south,east,north in degrees are needed, e.g. 105.8,10.9,106.6,11.8.",
        ),
        field="bbox",
        slug="bad_bbox",
    )


class Envelope(Func):
    """A box as a geometry (4326): bound numbers, or the open slots west, south, east, north."""

    function = "ST_MakeEnvelope"
    output_field = GeometryField(srid=4326)

    def __init__(self, bbox: Bbox | None, **extra: Any) -> None:
        """Bind the box, or leave it open with None."""
        numbers = tuple(bbox) if bbox is not None else (None,) * 4
        slots = [
            Parameter(name, "float8", FloatField(), number)
            for name, number in zip(("west", "south", "east", "north"), numbers, strict=True)
        ]
        super().__init__(*slots, Value(4326), **extra)


class DistanceM(Func):
    """Metres on the sphere between a geometry and a given shape (both EPSG:4326); within 0.3% of the spheroid's."""

    function = "ST_DistanceSphere"
    output_field = FloatField()

    def __init__(self, geometry: Any, shape: shapely.Geometry, **extra: Any) -> None:
        """Bind the shape."""
        given = GEOSGeometry(shapely.to_wkb(shape, hex=True), srid=4326)
        super().__init__(geometry, Value(given, output_field=GeometryField(srid=4326)), **extra)


def around(shape: shapely.Geometry, within_m: float) -> Bbox:
    """A box that holds everything within so many metres of a shape (EPSG:4326)."""
    west, south, east, north = shape.bounds
    tall = within_m / METRES_A_DEGREE
    wide = tall / max(math.cos(math.radians(min(max(abs(south), abs(north)) + tall, 89.0))), 0.01)
    return Bbox(max(west - wide, -180), max(south - tall, -90), min(east + wide, 180), min(north + tall, 90))


def distance_m(one: shapely.Geometry, other: shapely.Geometry) -> float:
    """Metres between two shapes (EPSG:4326) some kilometres apart at most, on a plane that touches the first."""
    squeeze = math.cos(math.radians((one.bounds[1] + one.bounds[3]) / 2))
    planes = [shapely.transform(shape, lambda lonlat: lonlat * (squeeze, 1.0)) for shape in (one, other)]
    return float(shapely.distance(*planes)) * METRES_A_DEGREE


class Wkb(Func):
    """A geometry as WKB."""

    function = "ST_AsBinary"
    output_field = BinaryField()


class Mercator(Func):
    """A geometry in EPSG:3857, as the database holds it."""

    function = "ST_Transform"
    template = "%(function)s(%(expressions)s, 3857)"
    output_field = BinaryField()


class Raw(Func):
    """A geometry as the database holds it, for a statement around this one."""

    template = "%(expressions)s"
    output_field = BinaryField()
