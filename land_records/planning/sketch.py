"""A parcel and the zones of a plan on it as a small drawing: north up, official colours, codes in the zones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from land_records.planning.overlay import Zone
from land_records.scale import LandUse

WIDE: Final = 440.0
HIGH: Final = 320.0
MARGIN: Final = 12.0
FOOT: Final = 30.0
"""Below the shapes, for the scale's bar and the arrow to the north."""
ROOM: Final = 9.0
"""Smallest radius of the circle in a zone that holds its code, pixels."""
BAR: Final = 110.0
"""Longest bar of the scale, pixels."""
COLORS = {use.value: use.color or "#FFFFFF" for use in LandUse}

Path = Callable[[shapely.Geometry], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A filled shape: path as SVG writes it, colour, code and where the code stands; no code where it has no room."""

    path: str
    color: str
    code: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What is drawn, in a box of `width` × `height` pixels.

    Attributes:
        border: path of the parcel.
        bar: length of the scale's bar in pixels, `bar_m` metres on the ground.
    """

    width: float
    height: float
    areas: tuple[Area, ...]
    border: str
    bar: float
    bar_m: float


def sketch(parcel: shapely.Geometry, zones: Sequence[Zone]) -> Sketch:
    """The drawing of shapes on one plane, metres."""
    west, south, east, north = parcel.bounds
    wide, high = max(east - west, 1e-3), max(north - south, 1e-3)
    scale = min((WIDE - 2 * MARGIN) / wide, (HIGH - 2 * MARGIN) / high)
    left = (WIDE - wide * scale) / 2

    def placed(points: "np.ndarray") -> "np.ndarray":
        return np.round((points - (west, north)) * (scale, -scale) + (left, MARGIN), 1)

    def path(shape: shapely.Geometry) -> str:
        rings = shapely.get_rings(shapely.get_parts(shape))
        return "".join(f"M{' '.join(f'{x:g},{y:g}' for x, y in shapely.get_coordinates(ring)[:-1])}Z" for ring in rings)

    bar_m = _round(BAR / scale)
    return Sketch(
        width=WIDE,
        height=round(high * scale + 2 * MARGIN + FOOT, 1),
        areas=tuple(_area(shapely.transform(zone.shape, placed), zone.code, path) for zone in zones),
        border=path(shapely.transform(parcel, placed)),
        bar=round(bar_m * scale, 1),
        bar_m=bar_m,
    )


def _area(drawn: shapely.Geometry, code: str, path: Path) -> Area:
    """The zone's code stands in its middle, or where most room is, and nowhere where there is too little."""
    whole = shapely.buffer(drawn, 0)
    place, room = shapely.centroid(whole), 0.0
    if shapely.contains(whole, place):
        room = shapely.distance(place, shapely.boundary(whole))
    if room < ROOM and not whole.is_empty:
        radius = shapely.maximum_inscribed_circle(whole, tolerance=1)
        place, room = shapely.get_point(radius, 0), shapely.length(radius)
    if room < ROOM:
        return Area(path=path(drawn), color=COLORS[code], code="", x=0.0, y=0.0)
    return Area(path=path(drawn), color=COLORS[code], code=code, x=round(place.x, 1), y=round(place.y + 4, 1))


def _round(longest: float) -> float:
    """The longest length of 1, 2 or 5 tens that is no longer."""
    ten = 10.0 ** np.floor(np.log10(longest))
    return float(max(step * ten for step in (1, 2, 5) if step * ten <= longest))
