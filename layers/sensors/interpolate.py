"""A quantity between the stations, by inverse distance weighting, where it may be believed.

The mean of the nearest stations, each weighed by the inverse square of its distance (Shepard 1968), on a grid of
squares in the plane (azimuthal equidistant about the stations' middle: distances within a province are true to a few
metres). Neighbours are found by scipy's `cKDTree`. A square too far from stations is left out, and fewer than three
make no surface; how far it misses is told by leaving each station out in turn. The distances are the house's own. It is
cut along an outline, where one is given; stations outside still count.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.spatial import cKDTree

from layers.admin_units.outline import as_multi
from layers.core.scale import Band, Steps

LEAST_STATIONS: Final = 3
NEAREST_M: Final = 20_000
"""A square farther from every station is left out."""
THIRD_M: Final = 60_000
"""So is one with fewer than three stations within this."""
NEIGHBOURS: Final = 8
POWER: Final = 2
LEAST_SQUARE_M: Final = 500
MOST_SQUARES: Final = 40_000

Floats = NDArray[np.float64]


class Sample(NamedTuple):
    """What a station says: degrees, EPSG:4326, and the quantity's value."""

    lon: float
    lat: float
    value: float


@dataclass(frozen=True, slots=True)
class Outline:
    """An area in EPSG:4326, known by its key: the same key is the same area."""

    key: tuple[int, int]
    area: shapely.Geometry = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """Where the values lie in one band of a scale.

    Attributes:
        least, most, mean: of its squares.
        geometry: (multi)polygon, EPSG:4326.
    """

    band: Band
    least: float
    most: float
    mean: float
    geometry: shapely.Geometry


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """Patches, one a band; `error`: root mean square of what each station differs from what the others say there."""

    patches: tuple[Patch, ...]
    stations: int
    error: float
    square_m: float


@lru_cache(maxsize=64)
def surface(samples: tuple[Sample, ...], scale: Steps, within: Outline | None = None) -> Surface | None:
    """The surface of these stations in the bands of a scale; None with fewer than three places.

    The same samples within the same outline give the same surface and are worked out once.
    """
    middle = np.mean([one[:2] for one in samples], axis=0) if samples else (0.0, 0.0)
    plane = Transformer.from_crs(
        "EPSG:4326", f"+proj=aeqd +lon_0={middle[0]} +lat_0={middle[1]} +datum=WGS84", always_xy=True
    )
    places, values = _places(plane, samples)
    if len(values) < LEAST_STATIONS:
        return None
    grid = _grid(places)
    believed, estimate = _estimate(places, values, _centres(grid))
    if within is not None:
        believed &= _meets(within, plane, grid)
    patches = tuple(_patches(plane, grid, believed, estimate, scale, within))
    return Surface(patches=patches, stations=len(values), error=_left_out(places, values), square_m=grid.side)


class _Grid(NamedTuple):
    """Middles of the columns, west to east, and of the rows, south to north, and the side of a square; metres."""

    x: Floats
    y: Floats
    side: float


def _places(plane: Transformer, samples: tuple[Sample, ...]) -> tuple[Floats, Floats]:
    """Metres (n, 2) and values (n,); stations of one place (to a metre) are one, with their mean."""
    if not samples:
        return np.empty((0, 2)), np.empty(0)
    lon, lat, value = (np.array(column, np.float64) for column in zip(*samples, strict=True))
    metres = np.column_stack(plane.transform(lon, lat))
    places, number = np.unique(np.round(metres), axis=0, return_inverse=True)
    number = number.ravel()
    return places, np.bincount(number, value) / np.bincount(number)


def _grid(places: Floats) -> _Grid:
    """Columns and rows of squares that cover all within reach of a station, and their side."""
    least, most = places.min(axis=0) - NEAREST_M, places.max(axis=0) + NEAREST_M
    width, height = most - least
    side = max(LEAST_SQUARE_M, float(np.ceil(np.sqrt(width * height / MOST_SQUARES) / 100) * 100))
    x, y = (np.arange(low, high, side) + side / 2 for low, high in zip(least, most, strict=True))
    return _Grid(x, y, side)


def _centres(grid: _Grid) -> Floats:
    """Middles of the squares (m, 2), row by row."""
    return np.column_stack([one.ravel() for one in np.meshgrid(grid.x, grid.y)])


def _meets(within: Outline, plane: Transformer, grid: _Grid) -> NDArray[np.bool_]:
    """Whether each square (m,) has a part of the area."""
    area = as_multi(shapely.transform(within.area, lambda degrees: np.column_stack(plane.transform(*degrees.T))))
    shapely.prepare(area)
    half, (x, y) = grid.side / 2, _centres(grid).T
    meets: NDArray[np.bool_] = shapely.intersects(area, shapely.box(x - half, y - half, x + half, y + half))
    return meets


def _estimate(places: Floats, values: Floats, at: Floats) -> tuple[NDArray[np.bool_], Floats]:
    """Whether the value at each of (m, 2) may be believed, and the value (m,)."""
    apart, which = cKDTree(places).query(at, k=min(NEIGHBOURS, len(values)))
    believed = (apart[:, 0] <= NEAREST_M) & (apart[:, LEAST_STATIONS - 1] <= THIRD_M)
    weight = 1 / np.maximum(apart, 1.0) ** POWER
    return believed, (weight * values[which]).sum(axis=1) / weight.sum(axis=1)


def _left_out(places: Floats, values: Floats) -> float:
    """Root mean square of the differences between each station and what the others say at its place."""
    apart, which = cKDTree(places).query(places, k=min(NEIGHBOURS + 1, len(values)))
    weight = 1 / np.maximum(apart[:, 1:], 1.0) ** POWER  # the nearest of a place is itself
    said = (weight * values[which[:, 1:]]).sum(axis=1) / weight.sum(axis=1)
    return float(np.sqrt(np.mean((said - values) ** 2)))


def _patches(
    plane: Transformer,
    grid: _Grid,
    believed: NDArray[np.bool_],
    values: Floats,
    scale: Steps,
    within: Outline | None,
) -> Iterator[Patch]:
    starts = np.array([band.start for band in scale.bands])
    number = np.where(believed, np.maximum(np.searchsorted(starts, values, side="right") - 1, 0), -1)
    band_of_run, runs = _runs(grid, number.reshape(grid.y.size, grid.x.size))

    def to_degrees(metres: Any) -> Any:
        return np.column_stack(plane.transform(metres[:, 0], metres[:, 1], direction="INVERSE"))

    for index in np.unique(band_of_run):
        mine = values[number == index]
        shape = shapely.transform(shapely.union_all(runs[band_of_run == index]), to_degrees)
        inside = as_multi(shapely.intersection(shape, within.area)) if within else shape
        if inside is None:  # squares that only touch the area
            continue
        yield Patch(
            band=scale.bands[index],
            least=float(mine.min()),
            most=float(mine.max()),
            mean=float(mine.mean()),
            geometry=inside,
        )


def _runs(grid: _Grid, number: NDArray[np.intp]) -> tuple[NDArray[np.intp], Any]:
    """Squares of one band side by side in a row as one rectangle each: their band, and they; -1 is none."""
    edge = np.ones((number.shape[0], number.shape[1] + 1), bool)
    edge[:, 1:-1] = number[:, 1:] != number[:, :-1]
    row, first = np.nonzero(edge[:, :-1])
    last = np.nonzero(edge[:, 1:])[1]
    band = number[row, first]
    # one array of edges each way: neighbours meet in the very same number
    x, y = (np.append(one - grid.side / 2, one[-1] + grid.side / 2) for one in grid[:2])
    drawn = band >= 0
    return band[drawn], shapely.box(x[first], y[row], x[last + 1], y[row + 1])[drawn]
