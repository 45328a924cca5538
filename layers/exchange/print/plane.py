"""Where things lie on paper: the VN-2000 zone of the place as a plane, in which a millimetre is what the scale says.

It is the zone of the place's land documents (`layers.vn2000.plane.zone_at`), so that the grid's numbers are theirs.
The zone's own scale factor (0.9999 on its meridian, 1.0003 where zones meet) is all the error there is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer

from layers.core.geo import Bbox

Points = npt.NDArray[np.float64]
_EQUATOR_M_PX = 78_271.516964
"""Metres a pixel of zoom 0 on the equator, tiles of 512 px."""
PIXEL_MM = 25.4 / 96


@dataclass(frozen=True)
class Plane:
    """The map's rectangle: `width` and `height` in mm around a point in a zone, at a scale."""

    zone: int
    east_m: float
    north_m: float
    scale: int
    width: float
    height: float

    @classmethod
    def around(cls, lonlat: tuple[float, float], zone: int, scale: int, size: tuple[float, float]) -> "Plane":
        """The rectangle around a place."""
        east, north = to_zone(zone).transform(*lonlat)
        return cls(zone, east, north, scale, *size)

    def mm(self, lonlat: Points) -> Points:
        """Millimetres from the frame's upper left corner, of points in degrees (n × 2)."""
        east, north = to_zone(self.zone).transform(lonlat[:, 0], lonlat[:, 1])
        per_m = 1000 / self.scale
        x = (np.asarray(east) - self.east_m) * per_m + self.width / 2
        y = self.height / 2 - (np.asarray(north) - self.north_m) * per_m
        return np.column_stack([x, y])

    def placed(self, shapes: Sequence[shapely.Geometry]) -> list[shapely.Geometry]:
        """Shapes in degrees as shapes in millimetres."""
        return list(shapely.transform(list(shapes), self.mm)) if len(shapes) else []

    @property
    def metres(self) -> tuple[float, float, float, float]:
        """West, south, east, north in the zone."""
        half_x, half_y = self.width * self.scale / 2000, self.height * self.scale / 2000
        return (self.east_m - half_x, self.north_m - half_y, self.east_m + half_x, self.north_m + half_y)

    @cached_property
    def bbox(self) -> Bbox:
        """The box in degrees around the rectangle."""
        west, south, east, north = self.metres
        edge = shapely.segmentize(shapely.box(west, south, east, north), (east - west) / 8).exterior
        ends = np.asarray(edge.coords)
        lon, lat = to_zone(self.zone).transform(ends[:, 0], ends[:, 1], direction="INVERSE")
        return Bbox(float(min(lon)), float(min(lat)), float(max(lon)), float(max(lat)))

    @property
    def zoom(self) -> float:
        """The zoom at which a screen of 96 dpi shows this scale."""
        latitude = math.radians((self.bbox.south + self.bbox.north) / 2)
        metres_a_pixel = self.scale * PIXEL_MM / 1000
        return math.log2(_EQUATOR_M_PX * math.cos(latitude) / metres_a_pixel)


def fitting(box: Bbox, zone: int, size: tuple[float, float], scales: Sequence[int]) -> tuple[tuple[float, float], int]:
    """Centre in degrees and the largest of the scales at which a box fits with some room around it."""
    corners = to_zone(zone).transform(
        [box.west, box.east, box.east, box.west], [box.south, box.south, box.north, box.north]
    )
    wide, tall = (max(one) - min(one) for one in corners)
    needed = max(wide / size[0], tall / size[1]) * 1000 * 1.2
    scale = next((one for one in scales if one >= needed), scales[-1])
    return ((box.west + box.east) / 2, (box.south + box.north) / 2), scale


@lru_cache(maxsize=32)
def to_zone(zone: int) -> Transformer:
    """Degrees (WGS 84, lon/lat) to easting and northing of a zone."""
    return Transformer.from_crs(4326, zone, always_xy=True)
