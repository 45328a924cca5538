"""The shapes of a tile's rows as flat arrays of points, in whole tile units, cut to the tile.

Polygons that touch themselves once their points are rounded, or where they are cut, go through GEOS, which makes them
valid; all else is done by the compiled loops of `ewkb`.
"""

import math
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import shapely

from tile_server.encode.ewkb import HOLE, LINE, POINTS, SHELL, read_paths
from tile_server.encode.native import native
from tile_server.encode.records import Field, Ints
from tile_server.encode.ring import doubled_area

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_GOLDEN = 2_654_435_761
"""2**32 over the golden ratio: multiplied by it, neighbouring numbers fall far apart (Knuth, TAOCP 3, 6.4)."""


@dataclass(frozen=True, slots=True)
class Window:
    """A tile's place in EPSG:3857 and how far beyond its edge it draws.

    Attributes:
        west: metres.
        north: metres.
        unit_m: metres a tile unit.
        low: least coordinate drawn, tile units; negative.
        high: greatest coordinate drawn.
    """

    west: float
    north: float
    unit_m: float
    low: int
    high: int

    @property
    def metres(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is drawn."""
        low, high = self.low * self.unit_m, self.high * self.unit_m
        return (self.west + low, self.north - high, self.west + high, self.north - low)


@dataclass(frozen=True, slots=True)
class Paths:
    """Runs of points, each a part of a feature, each with something to draw. Rings are open: they close by themselves.

    Attributes:
        x: (p,) int32, whole tile units, within the window.
        y: (p,) likewise, downwards.
        counts: (k,) points of each path.
        kinds: (k,) uint8: `POINTS`, `LINE`, `SHELL` or `HOLE`; holes follow their shell.
        rows: (k,) the row each path is of; in any order, but the paths of a row in theirs.
    """

    x: npt.NDArray[np.int32]
    y: npt.NDArray[np.int32]
    counts: Ints
    kinds: npt.NDArray[np.uint8]
    rows: Ints

    @classmethod
    def read(cls, shapes: Field, window: Window) -> Self:
        """Every row's shape (EWKB, little-endian, EPSG:3857), cut to the window; of a collection its largest kind.

        Raises:
            ValueError: a kind of shape that no tile can hold, such as a curve.
        """
        place = (window.west, window.north, 1 / window.unit_m, float(window.low), float(window.high))
        x, y, counts, kinds, rows, doubtful, undecided = read_paths(shapes.data, shapes.starts, shapes.sizes, *place)
        paths = cls(x, y, counts, kinds, rows)
        if doubtful.any():
            paths = paths._made_valid(doubtful)
        if len(undecided):
            paths = paths._joined(cls._through_shapely(shapes, undecided, window))
        return paths

    @classmethod
    def squares(cls, west: Ints, north: Ints, side: int) -> Self:
        """One row a square: (n,) corners in tile units and the length of every side."""
        x = np.add.outer(west, (0, side, side, 0)).astype(np.int32).ravel()
        y = np.add.outer(north, (0, 0, side, side)).astype(np.int32).ravel()
        count = len(west)
        return cls(x, y, np.full(count, 4), np.full(count, SHELL, np.uint8), np.arange(count))

    @classmethod
    def points(cls, x: Ints, y: Ints) -> Self:
        """One row a point: (n,) tile units."""
        count = len(x)
        kinds = np.full(count, POINTS, np.uint8)
        return cls(x.astype(np.int32), y.astype(np.int32), np.ones(count, np.int64), kinds, np.arange(count))

    @property
    def number(self) -> int:
        """How many rows are drawn."""
        return len(np.unique(self.rows))

    def largest(self, ids: Ints, number: int) -> Self:
        """The paths of so many rows: polygons by area, then lines by length, then points in an even order by their ids.

        Args:
            ids: (n,) of all rows.
            number: rows kept; all where fewer are drawn.
        """
        area, length = _extents(self.x, self.y, self.counts, self.kinds, self.rows, len(ids))
        mixed = ids.astype(np.uint64) * np.uint64(_GOLDEN) & np.uint64(0xFFFFFFFF)
        order = np.lexsort((ids, mixed, -length, -area))
        drawn, chosen = np.zeros(len(ids), dtype=bool), np.zeros(len(ids), dtype=bool)
        drawn[self.rows] = True
        chosen[order[drawn[order]][:number]] = True
        return self._of(chosen[self.rows])

    def _of(self, kept: Flags) -> Self:
        points = np.repeat(kept, self.counts)
        return replace(
            self,
            x=self.x[points],
            y=self.y[points],
            counts=self.counts[kept],
            kinds=self.kinds[kept],
            rows=self.rows[kept],
        )

    def _joined(self, other: Self) -> Self:
        return replace(
            self,
            **{name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in Paths.__slots__},
        )

    def _made_valid(self, doubtful: Flags) -> Self:
        """Those of the doubtful polygons that are not valid made so by GEOS."""
        asked = self._of(doubtful)
        ring = np.repeat(np.arange(len(asked.counts)), asked.counts)
        polygon = np.cumsum(asked.kinds == SHELL) - 1
        shapes = shapely.polygons(
            shapely.linearrings(np.column_stack([asked.x, asked.y]), indices=ring), indices=polygon
        )
        broken = ~shapely.is_valid(shapes)
        if not broken.any():
            return self
        valid = shapely.set_precision(shapely.make_valid(shapes[broken]), 1.0)
        rows = asked.rows[asked.kinds == SHELL][broken]
        kept = np.ones(len(self.counts), dtype=bool)
        kept[np.flatnonzero(doubtful)[broken[polygon]]] = False
        return self._of(kept)._joined(self._of_shapes(valid, rows))

    @classmethod
    def _through_shapely(cls, shapes: Field, rows: Ints, window: Window) -> Self:
        """Polygons whose boundary touches itself where it is cut: cut and made valid by GEOS."""

        def placed(points: Floats) -> Floats:
            return np.column_stack([(points[:, 0] - window.west), (window.north - points[:, 1])]) / window.unit_m

        ends = shapes.starts + shapes.sizes
        wkb = [shapes.data[shapes.starts[row] : ends[row]].tobytes() for row in rows.tolist()]
        whole = shapely.make_valid(shapely.force_2d(shapely.from_wkb(wkb)))
        cut = shapely.make_valid(shapely.clip_by_rect(whole, *window.metres))
        there = (shapely.get_dimensions(cut) == 2) & ~shapely.is_empty(cut)
        valid = shapely.set_precision(shapely.transform(cut[there], placed), 1.0)
        return cls._of_shapes(valid, rows[there])

    @classmethod
    def _of_shapes(cls, shapes: npt.NDArray[np.object_], rows: Ints) -> Self:
        """The polygons of each shape."""
        for _ in range(2):  # a collection may hold shapes of many parts
            shapes, of = shapely.get_parts(shapes, return_index=True)
            rows = rows[of]
        kept = (shapely.get_dimensions(shapes) == 2) & ~shapely.is_empty(shapes)
        rings, of = shapely.get_rings(shapes[kept], return_index=True)
        inner = np.zeros(len(rings), dtype=bool)
        inner[1:] = of[1:] == of[:-1]
        counts = shapely.get_num_coordinates(rings).astype(np.int64)
        opened = np.ones(int(counts.sum()), dtype=bool)
        opened[np.cumsum(counts) - 1] = False
        coordinates = shapely.get_coordinates(rings)[opened].astype(np.int32)
        kinds = np.where(inner, HOLE, SHELL).astype(np.uint8)
        return cls(coordinates[:, 0].copy(), coordinates[:, 1].copy(), counts - 1, kinds, rows[kept][of])


@native
def _extents(x: Any, y: Any, counts: Any, kinds: Any, rows: Any, number: int) -> Any:
    """Twice the area of each row's polygons, and the length of its lines."""
    area, length = np.zeros(number), np.zeros(number)
    begin = 0
    for path in range(len(counts)):
        end = begin + counts[path]
        if kinds[path] == LINE:
            for point in range(begin + 1, end):
                length[rows[path]] += math.hypot(x[point] - x[point - 1], y[point] - y[point - 1])
        elif kinds[path] >= SHELL:
            covered = abs(doubled_area(x, y, begin, end))
            area[rows[path]] += covered if kinds[path] == SHELL else -covered
        begin = end
    return area, length
