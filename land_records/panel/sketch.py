"""A parcel's sketch (sơ đồ thửa đất): its edges with their lengths, its vertices in VN-2000, what lies beside it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html import escape
from itertools import pairwise

import shapely

from land_records.models import Parcel, Survey
from land_records.models.versioned import HOLDS_NOW, as_of
from land_records.zone import zone_of
from layers.core import Text
from layers.core.geo import METRES_A_DEGREE, Envelope, around
from layers.core.panel import Block, Column, Image, Table
from layers.core.time import LOCAL
from layers.vn2000.plane import to_plane, zone_name

MAX_VERTICES = 200
"""More are cut off in the table; the sketch shows them all."""
MAX_BESIDE = 60
AROUND_M = 12.0
"""How far around the parcel its neighbours are drawn at least; around a large one as far as it is wide."""
_WIDE, _HIGH, _MARGIN = 440.0, 360.0, 36.0
_ROOM, _MUCH_ROOM = 2.0, 3.4
"""How long an edge is drawn that is labelled, in heights of its letters: of a parcel with few vertices, with many."""
_INK, _PAPER, _BESIDE, _EDGE = "#1A1A1A", "#FFFFFF", "#8A8A8A", "#B3261E"
_EDGE_TITLE = Text(vi="Cạnh đến đỉnh sau", en="Edge to the next")
MOST_LABELLED = 40
"""Vertices of a parcel whose edges are all labelled; beyond it only those long enough to hold a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vertex:
    """A corner: its number, northing X and easting Y in metres, and the length of the edge to the next, metres."""

    number: int
    x: float
    y: float
    edge_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """A parcel on the plane of its zone.

    Attributes:
        shape: polygon in metres, easting then northing.
        zone: EPSG code.
        surveyed: whether the vertices are those the land office recorded, or carried over from the map.
        beside: outline and number of the parcels next to it.
    """

    shape: shapely.Polygon
    zone: int
    surveyed: bool
    beside: Sequence[tuple[shapely.Polygon, int]]

    def vertices(self) -> Iterator[Vertex]:
        """Outer ring first, then holes; numbered from 1 throughout, each ring without its closing corner."""
        number = 0
        for ring in (self.shape.exterior, *self.shape.interiors):
            corners = list(ring.coords)
            for (east, north), (next_east, next_north) in pairwise(corners):
                number += 1
                edge = math.hypot(next_east - east, next_north - north)
                yield Vertex(number=number, x=north, y=east, edge_m=edge)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The rectangle a sketch is drawn in, north up.

    Attributes:
        west, north: its upper left corner, metres of the zone.
        scale: pixels (1/96 inch) a metre.
        wide, high: pixels.
        letters: pixels of the lengths along the edges; corners are numbered one smaller, neighbours one larger.
    """

    west: float
    north: float
    scale: float
    wide: float
    high: float
    letters: int = 10

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Pixels from the upper left corner, of an easting and a northing."""
        return (x - self.west) * self.scale, (self.north - y) * self.scale

    @property
    def box(self) -> shapely.Polygon:
        """It on the ground."""
        return shapely.box(
            self.west, self.north - self.high / self.scale, self.west + self.wide / self.scale, self.north
        )


def of(row: Parcel, at: datetime | None = None, known_at: datetime | None = None) -> Sketch:
    """The sketch of a parcel's version, with the parcels that lie beside it, or lay beside it at that time, as far as
    was known at a moment.
    """
    survey = Survey.objects.filter(parcel=row).first()
    zone = survey.srid if survey else zone_of(row)
    shape = _shape(row)
    beside = _beside(row, shape, at, known_at)
    planes = to_plane([shape, *(outline for outline, _ in beside)], zone)
    own = shapely.from_wkb(bytes(survey.vertices.wkb)) if survey else planes[0]
    near = [(plane, number) for plane, (_, number) in zip(planes[1:], beside, strict=True)]
    return Sketch(shape=own, zone=zone, surveyed=survey is not None, beside=near)


def blocks(sketch: Sketch) -> Iterator[Block]:
    """The drawing and the table of vertices."""
    yield Image(title=Text(vi="Sơ đồ thửa đất", en="Sketch of the parcel"), svg=svg(sketch))
    vertices = list(sketch.vertices())
    zone = zone_name(sketch.zone)
    told = Text(vi="đo đạc", en="surveyed") if sketch.surveyed else Text(vi="từ bản đồ", en="from the map")
    yield Table(
        title=Text(vi=f"Tọa độ đỉnh thửa, {zone.vi} ({told.vi})", en=f"Vertices, {zone.en} ({told.en})"),
        columns=[
            Column(name="number", title=Text(vi="Đỉnh", en="Vertex")),
            Column(name="x", title=Text(vi="X (Bắc)", en="X (north)"), numeric=True, unit="m", precision=2),
            Column(name="y", title=Text(vi="Y (Đông)", en="Y (east)"), numeric=True, unit="m", precision=2),
            Column(name="edge", title=_EDGE_TITLE, numeric=True, unit="m", precision=2),
        ],
        rows=[(one.number, round(one.x, 2), round(one.y, 2), round(one.edge_m, 2)) for one in vertices[:MAX_VERTICES]],
        truncated=len(vertices) > MAX_VERTICES,
    )


def svg(sketch: Sketch) -> str:
    """The sketch as a drawing: north is up; lengths in metres along the edges, corners numbered, neighbours in grey."""
    return _framed(drawn(sketch, _around([sketch], letters=13)))


def side_by_side(sketches: Sequence[Sketch], numbers: Sequence[int]) -> str:
    """Several parcels of one zone as one drawing, each with its number in it; what lies around them in grey."""
    frame = _around(sketches, letters=12)
    own = shapely.union_all([one.shape for one in sketches])
    beside = [(shape, number) for shape, number in sketches[0].beside if own.intersection(shape).area < shape.area / 2]
    parts = []
    for place, (one, number) in enumerate(zip(sketches, numbers, strict=True)):
        parts.append(drawn(replace(one, beside=beside if place == 0 else ()), frame))
        inside = frame.at(*shapely.point_on_surface(one.shape).coords[0])
        parts.append(_label(*inside, str(number), _INK, frame.letters + 4))
    return _framed("".join(parts))


def drawn(sketch: Sketch, frame: Frame, *, point: str = ".") -> str:
    """What lies in the frame: neighbours with their numbers, the parcel, its corners and edges; `point` of decimals."""

    def path(shape: shapely.Polygon) -> str:
        rings = (shape.exterior, *shape.interiors)
        return "".join(
            "M" + "L".join("{:.3f} {:.3f}".format(*frame.at(x, y)) for x, y in ring.coords) + "Z" for ring in rings
        )

    parts = []
    for outline, number in sketch.beside:
        parts.append(f'<path d="{path(outline)}" fill="none" stroke="{_BESIDE}" stroke-width="0.8"/>')
        seen = outline.intersection(frame.box)
        if not seen.is_empty:
            place = shapely.point_on_surface(seen).coords[0]
            parts.append(_label(*frame.at(*place), str(number), _BESIDE, frame.letters + 1))
    parts.append(f'<path d="{path(sketch.shape)}" fill="none" stroke="{_INK}" stroke-width="1.8"/>')
    return "".join([*parts, *_edges(sketch, frame, point)])


def _around(sketches: Sequence[Sketch], letters: int) -> Frame:
    west, south, east, north = shapely.total_bounds([one.shape for one in sketches]).tolist()
    scale = min((_WIDE - 2 * _MARGIN) / (east - west), (_HIGH - 2 * _MARGIN) / (north - south))
    left, top = (west + east - _WIDE / scale) / 2, (south + north + _HIGH / scale) / 2
    return Frame(west=left, north=top, scale=scale, wide=_WIDE, high=_HIGH, letters=letters)


def _framed(drawing: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE:.0f} {_HIGH:.0f}" width="{_WIDE:.0f}"'
        f' height="{_HIGH:.0f}" font-family="sans-serif"><rect width="100%" height="100%" fill="{_PAPER}"/>'
        f"{drawing}{_north()}</svg>"
    )


def _edges(sketch: Sketch, frame: Frame, point: str) -> Iterator[str]:
    """Corners with their numbers, lengths beside the edges where there is room."""
    vertices = list(sketch.vertices())
    room = (_ROOM if len(vertices) <= MOST_LABELLED else _MUCH_ROOM) * frame.letters
    number = 0
    for ring in (sketch.shape.exterior, *sketch.shape.interiors):
        corners = list(ring.coords)
        for (x, y), (next_x, next_y) in pairwise(corners):
            vertex, number = vertices[number], number + 1
            left, top = frame.at(x, y)
            yield f'<circle cx="{left:.1f}" cy="{top:.1f}" r="1.8" fill="{_INK}"/>'
            if vertex.edge_m * frame.scale < room:
                continue
            yield _label(left + 7, top - 5, str(vertex.number), _INK, frame.letters - 1)
            angle = math.degrees(math.atan2(y - next_y, next_x - x))
            middle_left, middle_top = frame.at((x + next_x) / 2, (y + next_y) / 2)
            turned = angle - 180 if angle > 90 else angle + 180 if angle < -90 else angle
            place = f'transform="translate({middle_left:.1f} {middle_top:.1f}) rotate({turned:.1f})" y="-3"'
            yield _words(place, f"{vertex.edge_m:.2f}".replace(".", point), _EDGE, frame.letters)


def _label(left: float, top: float, text: str, color: str, size: int) -> str:
    return _words(f'x="{left:.1f}" y="{top:.1f}"', text, color, size)


def _words(place: str, text: str, color: str, size: int) -> str:
    """Words over a halo of their own: what presses a sheet knows no `paint-order`."""
    start = f'<text {place} text-anchor="middle" font-size="{size}"'
    words = escape(text)
    halo = f'{start} fill="{_PAPER}" stroke="{_PAPER}" stroke-width="2.5" aria-hidden="true">{words}</text>'
    return f'{halo}{start} fill="{color}">{words}</text>'


def _north() -> str:
    left = _WIDE - 18
    return (
        f'<path d="M{left:.0f} 6l4 14-4-3-4 3z" fill="{_INK}"/>'
        f'<text x="{left:.0f}" y="33" text-anchor="middle" font-size="12" fill="{_INK}">B</text>'
    )


def _shape(row: Parcel) -> shapely.Polygon:
    return shapely.from_wkb(bytes(row.geom.wkb))


def _beside(
    row: Parcel, shape: shapely.Polygon, at: datetime | None, known_at: datetime | None
) -> list[tuple[shapely.Polygon, int]]:
    """Outline and number of the parcels around; they are public as this one is."""
    day = at.astimezone(LOCAL).date() if at else row.valid_from
    west, south, east, north = shape.bounds
    reach = max(AROUND_M, max(east - west, north - south) * METRES_A_DEGREE)
    held = HOLDS_NOW if at is None and row.is_current else as_of(day, known_at)
    near = Parcel.objects.filter(held, geom__bboverlaps=Envelope(around(shape, reach))).exclude(su_id=row.su_id)
    listed = near.order_by("pk").values_list("geom", "parcel_number")[:MAX_BESIDE]
    return [(shapely.from_wkb(bytes(geom.wkb)), number) for geom, number in listed]
