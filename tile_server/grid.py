"""Tile addresses and the ground they cover: the only tile arithmetic in the project.

The grid is that of web maps: EPSG:3857, one tile at zoom 0, y growing southwards.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from layers.core.errors import BadRequest
from layers.core.geo import HALF_WORLD_M, Bbox
from layers.core.text import Text
from layers.core.zoom import MAX_ZOOM

EXTENT = 4096
"""Units across a tile (MVT default)."""
BUFFER = 64
"""Units drawn beyond each edge, so that outlines and labels do not break at it."""
_SLACK_DEG = 1e-6
MAX_LAT = 85.051128779806604
"""Where the square world ends, degrees north and south."""


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """The address of a tile.

    Raises:
        BadRequest: no such tile.
    """

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        """Refuse an address outside the grid."""
        if not (0 <= self.z <= MAX_ZOOM and 0 <= self.x < 1 << self.z and 0 <= self.y < 1 << self.z):
            most = (1 << max(0, min(self.z, MAX_ZOOM))) - 1
            raise BadRequest(
                Text(
                    vi=f"Ô {self.z}/{self.x}/{self.y} không tồn tại: z từ 0 đến {MAX_ZOOM}, x và y từ 0 đến {most}.",
                    en=f"There is no tile {self.z}/{self.x}/{self.y}: z is 0 to {MAX_ZOOM}, x and y 0 to {most}.",
                ),
                field="tile",
                slug="bad_tile",
            )

    def __str__(self) -> str:
        """`z/x/y`."""
        return f"{self.z}/{self.x}/{self.y}"

    @property
    def size_m(self) -> float:
        """Width in metres of EPSG:3857."""
        return 2 * HALF_WORLD_M / (1 << self.z)

    @property
    def mercator(self) -> tuple[float, float, float, float]:
        """West, south, east, north in EPSG:3857."""
        west = -HALF_WORLD_M + self.x * self.size_m
        north = HALF_WORLD_M - self.y * self.size_m
        return (west, north - self.size_m, west + self.size_m, north)

    def bbox(self, buffer: float = 0.0) -> Bbox:
        """The ground covered, degrees, with `buffer` tile widths added on each side."""
        scale = 1 << self.z
        west, east = (self.x - buffer) / scale, (self.x + 1 + buffer) / scale
        north, south = (self.y - buffer) / scale, (self.y + 1 + buffer) / scale
        return Bbox(_lon(west), _lat(south), _lon(east), _lat(north))

    @property
    def drawn(self) -> Bbox:
        """The ground whose features the tile draws: with its buffer, and a hair for rounding."""
        box = self.bbox(BUFFER / EXTENT)
        return Bbox(
            max(-180.0, box.west - _SLACK_DEG),
            max(-90.0, box.south - _SLACK_DEG),
            min(180.0, box.east + _SLACK_DEG),
            min(90.0, box.north + _SLACK_DEG),
        )


def tile_at(lon: float, lat: float, z: int) -> Tile:
    """The tile of zoom `z` that covers a point (degrees, within the Mercator limits)."""
    scale = 1 << z
    x, y = int(_x(lon) * scale), int(_y(lat) * scale)
    return Tile(z, min(scale - 1, max(0, x)), min(scale - 1, max(0, y)))


@dataclass(frozen=True, slots=True)
class Reach:
    """The tiles of one zoom that may draw something of a box: columns and rows, both ends included."""

    west: int
    north: int
    east: int
    south: int

    @classmethod
    def of(cls, box: Bbox, z: int) -> "Reach":
        """With a tile's buffer around the box, and a hair for rounding."""
        scale, margin = 1 << z, BUFFER / EXTENT + 1e-6 * (1 << z)
        return cls(
            max(0, math.floor(_x(box.west) * scale - margin)),
            max(0, math.floor(_y(box.north) * scale - margin)),
            min(scale - 1, math.floor(_x(box.east) * scale + margin)),
            min(scale - 1, math.floor(_y(box.south) * scale + margin)),
        )

    @property
    def count(self) -> int:
        """How many tiles."""
        return (self.east - self.west + 1) * (self.south - self.north + 1)

    def places(self) -> Iterator[tuple[int, int]]:
        """Column and row of each."""
        return product(range(self.west, self.east + 1), range(self.north, self.south + 1))


def _x(lon: float) -> float:
    return (lon + 180.0) / 360.0


def _y(lat: float) -> float:
    sin = math.sin(math.radians(max(-MAX_LAT, min(MAX_LAT, lat))))
    return 0.5 - math.log((1 + sin) / (1 - sin)) / (4 * math.pi)


def _lon(fraction: float) -> float:
    return fraction * 360.0 - 180.0


def _lat(fraction: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * fraction))))
