"""The shapes of a tile's rows as flat arrays of points, in whole tile units, cut to the tile.

Most rows are one ring, one line or one point that lies wholly inside: those are read by numpy from the bytes alone.
Rings that cross the tile's edge are cut by numpy too (`clip`); what has several parts or holes goes through shapely.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import numpy.typing as npt
import shapely

from tile_server.encode.clip import clip_rings
from tile_server.encode.varint import Ints

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

POINTS, LINE, SHELL, HOLE, NOTHING = 0, 1, 2, 3, 4
"""What a path is: any number of points, a line, the outer or an inner ring of a polygon, or not drawn."""

_POINT, _LINE, _POLYGON, _MULTI = 1, 2, 3, 3
"""Types of WKB; the type of many is that of one plus three (OGC 06-103r4, 8.2.3)."""
_POINT_BYTES = 16

_THIN = 1.5
"""Twice a ring's area over its length, tile units, below which it may touch itself once its points are rounded."""
_SHARP = 4
"""A corner whose sides part by less than the angle of tangent 1 / 4 may close once its points are rounded."""


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

    def units(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Metres to whole tile units, y downwards."""
        return np.rint((x - self.west) * (1 / self.unit_m)), np.rint((self.north - y) * (1 / self.unit_m))

    @property
    def metres(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is drawn."""
        low, high = self.low * self.unit_m, self.high * self.unit_m
        return (self.west + low, self.north - high, self.west + high, self.north - low)

    def outside(self, x: npt.NDArray[np.int32], y: npt.NDArray[np.int32]) -> Flags:
        """Which points are not drawn."""
        size = np.uint32(self.high - self.low)  # what is too low wraps round to the highest
        return ((x - np.int32(self.low)).view(np.uint32) > size) | ((y - np.int32(self.low)).view(np.uint32) > size)


@dataclass(frozen=True, slots=True)
class Rows:
    """Geometries as PostgreSQL packs them: one little-endian WKB after another, in EPSG:3857.

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
        x: (p,) int32, whole tile units; within the window but for paths that are not drawn.
        y: (p,) likewise, downwards.
        counts: (k,) points of each path, at least one.
        kinds: (k,) uint8: `POINTS`, `LINE`, `SHELL`, `HOLE` or `NOTHING`; holes follow their shell.
        rows: (k,) the row each path is of; in any order, but the paths of a row in theirs.
    """

    x: npt.NDArray[np.int32]
    y: npt.NDArray[np.int32]
    counts: Ints
    kinds: npt.NDArray[np.uint8]
    rows: Ints

    @classmethod
    def read(cls, rows: Rows, window: Window) -> Self:
        """Every row's shape, cut to the window."""
        starts = np.cumsum(rows.sizes) - rows.sizes
        kinds, heads = _plain(np.frombuffer(rows.wkb, np.uint8), starts, rows.sizes)
        index = np.flatnonzero(kinds != NOTHING)
        kinds = kinds[index]
        counts = (rows.sizes[index] - heads[index]) // _POINT_BYTES
        x, y = window.units(*_points(rows.wkb, starts[index] + heads[index], counts))
        simple = cls(_whole(x), _whole(y), counts, kinds, index)
        parts = [simple]

        beyond = simple._beyond(window)
        at = _runs(counts, beyond)
        touching = _touching(x[at], y[at], counts[beyond], window)
        rings = touching & (kinds[beyond] == SHELL)
        slow = touching & (kinds[beyond] == LINE)
        if rings.any():
            ringed = beyond[rings]
            at = _runs(counts, ringed)
            cut_x, cut_y, cut_counts, of, undecided = clip_rings(x[at], y[at], counts[ringed], window.low, window.high)
            parts.append(
                cls(_whole(cut_x), _whole(cut_y), cut_counts, np.full(len(of), SHELL, np.uint8), index[ringed][of])
            )
            slow[np.flatnonzero(rings)[undecided]] = True
        kinds[beyond] = NOTHING
        parts = [cls._joined(parts)]
        mended = parts[0]._mended()
        if mended is not None:
            parts.append(mended)

        plain = np.zeros(len(rows), dtype=bool)
        plain[index] = True
        others = np.concatenate([np.flatnonzero(~plain), index[beyond[slow]]])
        if len(others):
            ends = starts + rows.sizes
            parts.append(cls._through_shapely([rows.wkb[starts[i] : ends[i]] for i in others], others, window))
        return cls._joined(parts)

    def only(self, chosen: Flags) -> Self:
        """The same with nothing drawn but the chosen rows: (n,) flags."""
        kinds = np.where(chosen[self.rows], self.kinds, NOTHING).astype(np.uint8)
        return replace(self, kinds=kinds)

    @classmethod
    def squares(cls, west: Ints, north: Ints, side: int) -> Self:
        """One row a square: (n,) corners in tile units and the length of every side."""
        x = np.add.outer(west, (0, side, side, 0, 0)).astype(np.int32).ravel()
        y = np.add.outer(north, (0, 0, side, side, 0)).astype(np.int32).ravel()
        count = len(west)
        return cls(x, y, np.full(count, 5), np.full(count, SHELL, np.uint8), np.arange(count))

    @classmethod
    def points(cls, x: Ints, y: Ints) -> Self:
        """One row a point: (n,) tile units."""
        count = len(x)
        kinds = np.full(count, POINTS, np.uint8)
        return cls(x.astype(np.int32), y.astype(np.int32), np.ones(count, np.int64), kinds, np.arange(count))

    @classmethod
    def _joined(cls, parts: "list[Self]") -> Self:
        if len(parts) == 1:
            return parts[0]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))

    def _beyond(self, window: Window) -> Ints:
        """The paths with a point outside the window."""
        found = np.flatnonzero(window.outside(self.x, self.y))
        of = np.searchsorted(np.cumsum(self.counts), found, side="right")
        return of[np.append(True, of[1:] != of[:-1])] if len(of) else of

    def _mended(self) -> Self | None:
        """What rounding has broken, made valid; those rings themselves are drawn no more. For rings without holes."""
        shells = self.kinds == SHELL
        if not shells.any():
            return None
        starts = np.cumsum(self.counts) - self.counts
        before_x, before_y = np.zeros_like(self.x), np.zeros_like(self.y)
        np.subtract(self.x[1:], self.x[:-1], out=before_x[1:])
        np.subtract(self.y[1:], self.y[:-1], out=before_y[1:])
        before_x[starts] = before_y[starts] = 0
        after_x, after_y = np.append(before_x[1:], np.int32(0)), np.append(before_y[1:], np.int32(0))
        ends = starts + self.counts - 1
        second = np.minimum(starts + 1, ends)
        after_x[ends], after_y[ends] = before_x[second], before_y[second]
        cross = before_x * after_y - before_y * after_x
        sharp = np.abs(cross) * _SHARP < -(before_x * after_x + before_y * after_y)
        area = np.abs(np.add.reduceat(before_x * self.y - before_y * self.x, starts, dtype=np.int32))
        length = np.add.reduceat(np.abs(before_x) + np.abs(before_y), starts)
        doubtful = shells & (self.counts > 3) & (area > 0)
        doubtful &= (area < _THIN * length) | np.logical_or.reduceat(sharp, starts)
        index = np.flatnonzero(doubtful)
        at = _runs(self.counts, index)
        rings = shapely.linearrings(
            np.column_stack([self.x[at], self.y[at]]), indices=np.repeat(np.arange(len(index)), self.counts[index])
        )
        shapes = shapely.polygons(rings)
        broken = ~shapely.is_valid(shapes)
        if not broken.any():
            return None
        self.kinds[index[broken]] = NOTHING
        shapes = shapely.set_precision(shapely.make_valid(shapes[broken]), 1.0)
        return self._of_shapes(shapes, self.rows[index[broken]], np.full(len(shapes), 2))

    @classmethod
    def _through_shapely(cls, wkb: list[bytes], rows: Ints, window: Window) -> Self:
        """Shapes of any kind, cut and made valid on the tile's grid.

        They are cut first: of a road through half the province, what lies outside is neither moved nor mended.
        """

        def placed(points: Floats) -> Floats:
            return np.column_stack([(points[:, 0] - window.west), (window.north - points[:, 1])]) / window.unit_m

        shapes = shapely.force_2d(shapely.from_wkb(wkb))
        dimensions = shapely.get_dimensions(shapes)
        west, south, east, north = window.metres
        bounds = shapely.bounds(shapes)
        crossing = (bounds[:, :2] < (west, south)).any(axis=1) | (bounds[:, 2:] > (east, north)).any(axis=1)
        shapes[crossing] = shapely.clip_by_rect(shapes[crossing], west, south, east, north)
        there = ~shapely.is_empty(shapes)
        exact, rows, dimensions = shapely.transform(shapes[there], placed), rows[there], dimensions[there]
        shapes = shapely.transform(exact, np.rint)
        broken = (dimensions == 2) & ~shapely.is_valid(shapes)
        shapes[broken] = _on_grid(exact[broken])
        return cls._of_shapes(shapes, rows, dimensions)

    @classmethod
    def _of_shapes(cls, shapes: npt.NDArray[np.object_], rows: Ints, dimensions: npt.NDArray[np.int_]) -> Self:
        """The parts of each shape that have the shape's own dimension."""
        for _ in range(2):  # a collection may hold shapes of many parts
            shapes, of = shapely.get_parts(shapes, return_index=True)
            rows, dimensions = rows[of], dimensions[of]
        kept = (shapely.get_dimensions(shapes) == dimensions) & ~shapely.is_empty(shapes)
        shapes, rows = shapes[kept], rows[kept]
        rings, of = shapely.get_rings(shapes, return_index=True)
        inner = np.zeros(len(rings), dtype=bool)
        inner[1:] = of[1:] == of[:-1]
        types = shapely.get_type_id(shapes)
        lines, points = types == shapely.GeometryType.LINESTRING, types == shapely.GeometryType.POINT
        pieces = np.concatenate([rings, shapes[lines], shapes[points]])
        coordinates = shapely.get_coordinates(pieces)
        kinds = [np.where(inner, HOLE, SHELL), np.full(lines.sum(), LINE), np.full(points.sum(), POINTS)]
        return cls(
            _whole(coordinates[:, 0]),
            _whole(coordinates[:, 1]),
            shapely.get_num_coordinates(pieces).astype(np.int64),
            np.concatenate(kinds).astype(np.uint8),
            np.concatenate([rows[of], rows[lines], rows[points]]),
        )


def _plain(data: npt.NDArray[np.uint8], starts: Ints, sizes: Ints) -> tuple[npt.NDArray[np.uint8], Ints]:
    """The kind of each row that is one path, `NOTHING` for others; and how many bytes stand before its points."""
    kinds = np.full(len(starts), NOTHING, dtype=np.uint8)
    heads = np.zeros(len(starts), dtype=np.int64)
    types = _word(data, starts + 1)
    at = starts.copy()
    many = np.flatnonzero((types > _MULTI) & (types <= 2 * _MULTI))
    one = many[_word(data, starts[many] + 5) == 1]
    at[one] += 9
    types[one] = _word(data, at[one] + 1)
    for kind, type_, head in ((POINTS, _POINT, 5), (LINE, _LINE, 9), (SHELL, _POLYGON, 13)):
        chosen = np.flatnonzero(types == type_)
        if type_ == _POLYGON:
            chosen = chosen[_word(data, at[chosen] + 5) == 1]
        heads[chosen] = at[chosen] - starts[chosen] + head
        kinds[chosen] = kind
    kinds[sizes < heads + _POINT_BYTES] = NOTHING
    return kinds, heads


def _word(data: npt.NDArray[np.uint8], at: Ints) -> npt.NDArray[np.uint32]:
    """The little-endian 32-bit number at each place."""
    anywhere = np.ndarray(max(0, len(data) - 3), dtype="V4", buffer=data, strides=(1,))
    return anywhere[at].view("<u4").astype(np.uint32)


def _points(wkb: bytes, starts: Ints, counts: Ints) -> tuple[Floats, Floats]:
    """The x and y of runs of points, which in WKB stand at odd places."""
    anywhere = np.ndarray(max(0, len(wkb) - _POINT_BYTES + 1), dtype="V16", buffer=wkb, strides=(1,))
    ends = np.cumsum(counts)
    at = np.arange(ends[-1] if len(ends) else 0) * _POINT_BYTES
    at += np.repeat(starts - (ends - counts) * _POINT_BYTES, counts)
    found = anywhere[at].view("<f8")
    return found[::2], found[1::2]


def _whole(values: Floats) -> npt.NDArray[np.int32]:
    with np.errstate(invalid="ignore"):  # too far away for 32 bits becomes the least integer: outside all the same
        return values.astype(np.int32)


def _runs(counts: Ints, chosen: Ints) -> Ints:
    """The places of the points of some paths."""
    starts = (np.cumsum(counts) - counts)[chosen]
    ends = np.cumsum(counts[chosen])
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - counts[chosen]), counts[chosen])


def _touching(x: Floats, y: Floats, counts: Ints, window: Window) -> Flags:
    """Which runs of points have a box that meets the window."""
    if not len(counts):
        return np.empty(0, dtype=bool)
    starts = np.cumsum(counts) - counts
    met = np.ones(len(counts), dtype=bool)
    for axis in (x, y):
        met &= np.minimum.reduceat(axis, starts) <= window.high
        met &= np.maximum.reduceat(axis, starts) >= window.low
    return met


def _on_grid(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Polygons on whole units, made valid; those that are valid before are rounded in one go, which is far quicker."""
    whole = shapes.copy()
    sound = shapely.is_valid(shapes)
    whole[sound] = shapely.set_precision(shapes[sound], 1.0)
    whole[~sound] = shapely.set_precision(shapely.make_valid(shapes[~sound]), 1.0)
    return whole
