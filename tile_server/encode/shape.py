"""The shapes of a tile's rows as flat arrays of points, in whole tile units, cut to the tile.

Most rows are one ring, one line or one point that lies wholly inside: those are read by numpy from the bytes alone.
Rings that cross the tile's edge are cut by numpy too (`clip`); what has several parts or holes goes through shapely.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import shapely

from tile_server.encode.clip import clip_rings
from tile_server.encode.varint import Ints

Floats = npt.NDArray[np.float64]

POINTS, LINE, SHELL, HOLE = 0, 1, 2, 3
"""What a path is: any number of points, a line, the outer or an inner ring of a polygon."""

_POINT, _LINE, _POLYGON, _MULTI = 1, 2, 3, 3
"""Types of WKB; the type of many is that of one plus three (OGC 06-103r4, 8.2.3)."""
_POINT_BYTES = 16


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

    def units(self, points: Floats) -> Floats:
        """(n, 2) metres to tile units, y downwards."""
        return (points - (self.west, self.north)) * (1 / self.unit_m, -1 / self.unit_m)


@dataclass(frozen=True, slots=True)
class Rows:
    """Geometries as PostgreSQL packs them: one little-endian WKB (ISO, two dimensions) after another, in EPSG:3857.

    Attributes:
        wkb: all of them.
        sizes: (n,) bytes of each.
    """

    wkb: bytes
    sizes: Ints

    def __len__(self) -> int:
        return len(self.sizes)


@dataclass(frozen=True, slots=True)
class Paths:
    """Runs of points, each a part of a feature. Rings are closed: the last point equals the first.

    Attributes:
        points: (p, 2) float64, whole tile units within the window.
        counts: (k,) points of each path, at least one.
        kinds: (k,) uint8: `POINTS`, `LINE`, `SHELL` or `HOLE`; holes follow their shell.
        rows: (k,) the row each path is of; in any order, but the paths of a row in theirs.
    """

    points: Floats
    counts: Ints
    kinds: npt.NDArray[np.uint8]
    rows: Ints

    @classmethod
    def read(cls, rows: Rows, window: Window) -> Self:
        """Every row's shape, cut to the window."""
        data = np.frombuffer(rows.wkb, np.uint8)
        starts = np.cumsum(rows.sizes) - rows.sizes
        plain, kinds, heads = _plain(data, starts, rows.sizes)
        index = np.flatnonzero(plain)
        counts = (rows.sizes[index] - heads[index]) // _POINT_BYTES
        points = np.rint(window.units(_points(rows.wkb, starts[index] + heads[index], counts)))
        simple = cls(points, counts, kinds[index], index)
        whole, crossing = simple._inside(window)
        parts = [simple._take(whole)]
        cut = crossing & (simple.kinds == SHELL)
        left = crossing & (simple.kinds == LINE)
        if cut.any():
            rings = simple._take(cut)
            made, made_counts, of, undecided = clip_rings(rings.points, rings.counts, window.low, window.high)
            parts.append(cls(made, made_counts, np.full(len(of), SHELL, np.uint8), rings.rows[of]))
            left[np.flatnonzero(cut)[undecided]] = True
        others = np.concatenate([np.flatnonzero(~plain), index[left]])
        if len(others):
            ends = starts + rows.sizes
            parts.append(cls._through_shapely([rows.wkb[starts[i] : ends[i]] for i in others], others, window))
        return parts[0] if len(parts) == 1 else cls._joined(parts)

    @classmethod
    def _joined(cls, parts: "list[Self]") -> Self:
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))

    def _inside(self, window: Window) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Which paths lie wholly in the window, and which in part."""
        if not len(self.counts):
            return np.empty(0, dtype=bool), np.empty(0, dtype=bool)
        starts = np.cumsum(self.counts) - self.counts
        least, most = np.minimum.reduceat(self.points, starts), np.maximum.reduceat(self.points, starts)
        whole = ((least >= window.low) & (most <= window.high)).all(axis=1)
        touching = ((least <= window.high) & (most >= window.low)).all(axis=1)
        return whole, touching & ~whole

    def _take(self, chosen: npt.NDArray[np.bool_]) -> Self:
        if chosen.all():
            return self
        points = self.points[np.repeat(chosen, self.counts)]
        return type(self)(points, self.counts[chosen], self.kinds[chosen], self.rows[chosen])

    @classmethod
    def _through_shapely(cls, wkb: list[bytes], rows: Ints, window: Window) -> Self:
        """Shapes of any kind, cut and made valid on the tile's grid."""
        shapes = shapely.transform(shapely.from_wkb(wkb), window.units)
        crossing = ~(shapely.bounds(shapes) >= window.low).all(axis=1) | ~(shapely.bounds(shapes) <= window.high).all(
            axis=1
        )
        rows = rows[~shapely.is_empty(shapes)]
        crossing, shapes = crossing[~shapely.is_empty(shapes)], shapes[~shapely.is_empty(shapes)]
        dimensions = shapely.get_dimensions(shapes)
        shapes[crossing] = _cut(shapes[crossing], window)
        shapes = shapely.transform(shapes, np.rint)
        area = dimensions == 2
        broken = np.flatnonzero(area)[~shapely.is_valid(shapes[area])]
        shapes[broken] = shapely.set_precision(shapely.make_valid(shapes[broken]), 1.0)
        return cls._parts(shapes, rows, dimensions)

    @classmethod
    def _parts(cls, shapes: npt.NDArray[np.object_], rows: Ints, dimensions: npt.NDArray[np.int_]) -> Self:
        """The parts of each shape that have the shape's own dimension."""
        for _ in range(2):  # a collection may hold parts of several kinds, and those parts again
            shapes, of = shapely.get_parts(shapes, return_index=True)
            rows, dimensions = rows[of], dimensions[of]
        kept = (shapely.get_dimensions(shapes) == dimensions) & ~shapely.is_empty(shapes)
        shapes, rows = shapes[kept], rows[kept]
        rings, of = shapely.get_rings(shapes, return_index=True)
        polygons = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
        lines = shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING
        single = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
        pieces = np.concatenate([rings, shapes[lines], shapes[single]])
        first = np.ones(len(rings), dtype=bool)
        first[1:] = of[1:] != of[:-1]
        kinds = np.concatenate(
            [np.where(first, SHELL, HOLE), np.full(lines.sum(), LINE), np.full(single.sum(), POINTS)]
        ).astype(np.uint8)
        assert polygons.sum() == first.sum()
        return cls(
            shapely.get_coordinates(pieces),
            shapely.get_num_coordinates(pieces).astype(np.int64),
            kinds,
            np.concatenate([rows[of], rows[lines], rows[single]]),
        )


def _plain(data: npt.NDArray[np.uint8], starts: Ints, sizes: Ints) -> tuple[npt.NDArray[np.bool_], ...]:
    """Which rows are one path, what kind it is, and how many bytes stand before its points."""
    kinds = np.full(len(starts), 255, dtype=np.uint8)
    heads = np.zeros(len(starts), dtype=np.int64)
    types = _word(data, starts + 1)
    at = starts.copy()
    many = (types > _MULTI) & (types <= 2 * _MULTI)
    many[many] = _word(data, starts[many] + 5) == 1
    at[many] += 9
    types[many] = _word(data, at[many] + 1)
    for kind, type_, head in ((POINTS, _POINT, 5), (LINE, _LINE, 9), (SHELL, _POLYGON, 13)):
        chosen = types == type_
        if type_ == _POLYGON:
            chosen[chosen] = _word(data, at[chosen] + 5) == 1
        kinds[chosen] = kind
        heads[chosen] = at[chosen] - starts[chosen] + head
    plain = (kinds != 255) & (sizes >= heads + _POINT_BYTES)
    return plain, kinds, heads


def _word(data: npt.NDArray[np.uint8], at: Ints) -> npt.NDArray[np.uint32]:
    """The little-endian 32-bit number at each place."""
    return np.ascontiguousarray(data[at[:, None] + np.arange(4)]).view("<u4")[:, 0].astype(np.uint32)


def _points(wkb: bytes, starts: Ints, counts: Ints) -> Floats:
    """(p, 2): runs of points, which in WKB stand at odd places."""
    anywhere = np.ndarray(max(0, len(wkb) - _POINT_BYTES + 1), dtype="V16", buffer=wkb, strides=(1,))
    ends = np.cumsum(counts)
    at = np.arange(ends[-1] if len(ends) else 0) * _POINT_BYTES
    at += np.repeat(starts - (ends - counts) * _POINT_BYTES, counts)
    return anywhere[at].view("<f8").reshape(-1, 2)


def _cut(shapes: npt.NDArray[np.object_], window: Window) -> npt.NDArray[np.object_]:
    square = shapely.box(window.low, window.low, window.high, window.high)
    area = shapely.get_dimensions(shapes) == 2
    broken = area & ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    return shapely.intersection(shapes, square)
