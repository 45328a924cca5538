"""A parcel and the zones of a plan on it as a small drawing: north up, official colours, codes in the zones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from land_records.planning.overlay import Zone
from land_records.scale import LandUse

SIZE: Final = 320.0
MARGIN: Final = 8.0
COLORS = {use.value: use.color or "#FFFFFF" for use in LandUse}


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A filled shape: path as SVG writes it, colour, code and where the code stands."""

    path: str
    color: str
    code: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What is drawn, in a box of `width` × `height`.

    Attributes:
        border: path of the parcel.
    """

    width: float
    height: float
    areas: tuple[Area, ...]
    border: str


def sketch(parcel: shapely.Geometry, zones: Sequence[Zone]) -> Sketch:
    """The drawing of shapes on one plane, metres."""
    west, south, east, north = parcel.bounds
    scale = (SIZE - 2 * MARGIN) / max(east - west, north - south, 1e-6)

    def placed(points: "np.ndarray") -> "np.ndarray":
        return np.round((points - (west, north)) * (scale, -scale) + MARGIN, 1)

    def path(shape: shapely.Geometry) -> str:
        rings = shapely.get_rings(shapely.get_parts(shape))
        return "".join(f"M{' '.join(f'{x:g},{y:g}' for x, y in shapely.get_coordinates(ring)[:-1])}Z" for ring in rings)

    areas = []
    for zone in zones:
        drawn = shapely.transform(zone.shape, placed)
        middle = shapely.point_on_surface(drawn)
        areas.append(
            Area(path=path(drawn), color=COLORS[zone.code], code=zone.code, x=round(middle.x, 1), y=round(middle.y, 1))
        )
    return Sketch(
        width=round((east - west) * scale + 2 * MARGIN, 1),
        height=round((north - south) * scale + 2 * MARGIN, 1),
        areas=tuple(areas),
        border=path(shapely.transform(parcel, placed)),
    )
