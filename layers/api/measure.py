"""What a drawing measures, and what lies around it: on the ellipsoid and on the VN-2000 plane, both by name.

The two differ on purpose: the plane is what land documents are written in, the ellipsoid is the ground itself. A third
number, in web mercator, would be wrong and does not exist here.
"""

from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field
from pyproj import Geod
from shapely.geometry import mapping

from fixtures.vn2000 import MERIDIANS
from layers.api.answers import REFUSED, RefusalOut, TextOut, answer
from layers.api.limits import MAX_BUFFER_M
from layers.api.parameters import Parameters, viewer_of
from layers.api.shapes import ShapeIn, rings_of, shape_of
from layers.core.errors import BadRequest, Invalid
from layers.core.text import Text
from layers.vn2000.plane import is_in_reach, to_degrees, to_plane, zone_at, zone_name, zones_near

router = Router()

EARTH = Geod(ellps="WGS84")
ELLIPSOID = Text(vi="Trên elipxôit WGS 84", en="On the WGS 84 ellipsoid")
DECIMALS = 7
"""Of the degrees of a buffer: about a centimetre."""
QUARTER_STEPS = 16
"""Straight pieces a quarter of a buffer's circle is drawn with: 0.12% short of its radius at most."""
SLACK = 0.001
"""How much of its distance a buffer's outline may give up for fewer points."""

UNKNOWN_ZONE = Text(
    vi="EPSG:{zone} không phải múi chiếu 3° của VN-2000.", en="EPSG:{zone} is not a 3° zone of VN-2000."
)
OUT_OF_REACH = Text(
    vi="Hình vẽ nằm ngoài phạm vi mặt phẳng VN-2000.", en="The drawing lies outside the reach of the VN-2000 plane."
)


class ZoneOut(BaseModel):
    """A VN-2000 zone: its EPSG code, its central meridian in degrees, its name."""

    srid: int
    meridian: float
    title: TextOut


class ZonesOut(BaseModel):
    """Zones, that of the place first."""

    zones: list[ZoneOut]


class ZoneParameters(Parameters):
    """Where."""

    lon: float = Field(ge=-180, le=180, allow_inf_nan=False)
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False)


class MeasureIn(BaseModel):
    """A drawing; `zone` is the EPSG code of the plane, by default that of the place."""

    model_config = ConfigDict(extra="forbid")

    geometry: ShapeIn
    zone: int | None = None


class BufferIn(MeasureIn):
    """A drawing and how far around it."""

    distance_m: float = Field(ge=0.1, le=MAX_BUFFER_M, allow_inf_nan=False)


class FiguresOut(BaseModel):
    """Metres and square metres; a line has a length, an area has an area and a perimeter.

    `segments_m` holds the length of every side, line by line: of an area its outline, then its holes.
    """

    title: TextOut
    length_m: float | None
    perimeter_m: float | None
    area_m2: float | None
    segments_m: list[list[float]]


class PlaneOut(FiguresOut):
    """Figures on the plane of a zone; `corners_m` is X (northing) and Y (easting) of every point, line by line."""

    zone: ZoneOut
    corners_m: list[list[list[float]]]


class MeasuredOut(BaseModel):
    """What a drawing measures; `plane` is null where no VN-2000 zone reaches."""

    kind: str
    geodesic: FiguresOut
    plane: PlaneOut | None


class BufferOut(BaseModel):
    """Everything within the distance, EPSG:4326, and the zone it was drawn in."""

    geometry: dict[str, Any]
    distance_m: float
    zone: ZoneOut


@router.get("/zones", response={200: ZonesOut, REFUSED: RefusalOut}, operation_id="zones")
def zones(request: HttpRequest, asked: Query[ZoneParameters]) -> HttpResponse:
    """The VN-2000 zones that documents about a place may be in, its own first."""
    viewer_of(request, asked)
    return answer({"zones": [_zone(zone) for zone in zones_near(asked.lon, asked.lat)]})


@router.post("/measure", response={200: MeasuredOut, REFUSED: RefusalOut}, operation_id="measure")
def measure(request: HttpRequest, sent: MeasureIn) -> HttpResponse:
    """Length, perimeter and area of a drawing, on the ellipsoid and on the VN-2000 plane; nothing is kept."""
    shape = shape_of(sent.geometry)
    zone = _zone_for(shape, sent.zone)
    plane = _on_plane(shape, zone) if is_in_reach(shape, zone) else None
    return answer({"kind": sent.geometry.type, "geodesic": _on_ellipsoid(shape), "plane": plane})


@router.post("/buffer", response={200: BufferOut, REFUSED: RefusalOut}, operation_id="buffer")
def buffer(request: HttpRequest, sent: BufferIn) -> HttpResponse:
    """The area within a distance of a drawing, drawn on the VN-2000 plane; nothing is kept."""
    shape = shape_of(sent.geometry)
    zone = _zone_for(shape, sent.zone)
    if not is_in_reach(shape, zone):
        raise Invalid(OUT_OF_REACH, field="geometry", fields={"geometry": OUT_OF_REACH})
    (flat,) = to_plane([shape], zone)
    around = flat.buffer(sent.distance_m, quad_segs=QUARTER_STEPS)
    if sent.geometry.type != "Point":
        around = around.simplify(sent.distance_m * SLACK)
    (area,) = to_degrees([around], zone)
    rounded = shapely.transform(area, lambda lonlats: np.round(lonlats, DECIMALS))
    return answer({"geometry": mapping(rounded), "distance_m": sent.distance_m, "zone": _zone(zone)})


def _zone_for(shape: shapely.Geometry, wanted: int | None) -> int:
    """The zone asked for, else that of the drawing's middle.

    Raises:
        BadRequest: no such zone.
    """
    if wanted is None:
        middle = (
            shape.interpolate(0.5, normalized=True) if shape.geom_type == "LineString" else shape.point_on_surface()
        )
        return zone_at(middle.x, middle.y)
    if wanted not in MERIDIANS:
        raise BadRequest(UNKNOWN_ZONE.format(zone=wanted), field="zone")
    return wanted


def _zone(zone: int) -> dict[str, Any]:
    return {"srid": zone, "meridian": MERIDIANS[zone], "title": zone_name(zone).json()}


def _on_ellipsoid(shape: shapely.Geometry) -> dict[str, Any]:
    segments, areas = [], []
    for ring in rings_of(shape):
        lons, lats = np.asarray(ring.coords)[:, :2].T
        segments.append([float(length) for length in EARTH.line_lengths(lons, lats)])
        if shape.geom_type == "Polygon":
            areas.append(abs(EARTH.polygon_area_perimeter(lons, lats)[0]))
    return _figures(shape, ELLIPSOID, segments, areas)


def _on_plane(shape: shapely.Geometry, zone: int) -> dict[str, Any]:
    (flat,) = to_plane([shape], zone)
    lines = [[(x, y) for x, y in ring.coords] for ring in rings_of(flat)]
    segments = [[float(np.hypot(b[0] - a[0], b[1] - a[1])) for a, b in pairwise(line)] for line in lines]
    areas = [abs(shapely.Polygon(line).area) for line in lines] if shape.geom_type == "Polygon" else []
    corners = lines or [[(flat.x, flat.y)]]
    return {
        **_figures(shape, zone_name(zone), segments, areas),
        "zone": _zone(zone),
        "corners_m": [[[northing, easting] for easting, northing in line] for line in corners],
    }


def _figures(shape: shapely.Geometry, title: Text, segments: list[list[float]], areas: list[float]) -> dict[str, Any]:
    """The figures of a line or an area; a hole counts to the perimeter and not to the area."""
    whole = sum(map(sum, segments))
    return {
        "title": title.json(),
        "length_m": whole if shape.geom_type == "LineString" else None,
        "perimeter_m": whole if areas else None,
        "area_m2": areas[0] - sum(areas[1:]) if areas else None,
        "segments_m": segments,
    }
