"""The shapes of a tile's rows as flat arrays of points, in whole tile units, cut to the tile.

Nearly everything is done point by point by compiled loops. Polygons that touch themselves once their points are
rounded, or where they are cut, go through GEOS, which makes them valid.
"""

import math
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import shapely

from tile_server.encode.clip import UNDECIDED, cut_polygon, cut_segment
from tile_server.encode.native import native
from tile_server.encode.records import Field, Ints
from tile_server.encode.ring import doubled_area, settle, surrounds, touch

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

POINTS, LINE, SHELL, HOLE = 0, 1, 2, 3
"""What a path is: any number of points, a line, the outer or an inner ring of a polygon."""

_POINT, _LINE, _POLYGON, _COLLECTION = 1, 2, 3, 7
"""Types of WKB; between the last two are those of many of one kind (OGC 06-103r4, 8.2.3)."""
_Z, _M, _SRID = 0x80000000, 0x40000000, 0x20000000
"""Flags of EWKB, as geometry_send writes it: further numbers a point, a reference system in the head."""
_POINT_BYTES = 16
_MORE = 4
"""Times as many points as a shape has for which there is room once it is cut; a line takes twice as many at most."""


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
        x, y, counts, kinds, rows, doubtful, undecided = _read(shapes.data, shapes.starts, shapes.sizes, *place)
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

    def only(self, chosen: Flags) -> Self:
        """The paths of the chosen rows: (n,) flags."""
        return self._of(chosen[self.rows])

    def largest_first(self, ids: Ints) -> Ints:
        """Rows by what they cover: polygons by area, lines by length, then points in an even order by their ids."""
        area, length = _extents(self.x, self.y, self.counts, self.kinds, self.rows, len(ids))
        mixed = ids.astype(np.uint64) * np.uint64(_GOLDEN) & np.uint64(0xFFFFFFFF)
        return np.lexsort((ids, mixed, -length, -area))

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
        return self._of(kept)._joined(self._of_shapes(valid, rows, np.full(len(valid), 2)))

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
        return cls._of_shapes(valid, rows[there], np.full(len(valid), 2))

    @classmethod
    def _of_shapes(cls, shapes: npt.NDArray[np.object_], rows: Ints, dimensions: npt.NDArray[np.int_]) -> Self:
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


_GOLDEN = 2_654_435_761
"""2**32 over the golden ratio: multiplied by it, neighbouring numbers fall far apart (Knuth, TAOCP 3, 6.4)."""


_COUNT, _KIND, _ROW, _DOUBTFUL = 0, 1, 2, 3
"""Columns of the table of paths while it grows."""
_POINTS_USED, _PATHS_USED = 0, 1
"""What of the arrays of points and paths is filled."""


@native
def _read(data: Any, starts: Any, sizes: Any, west: float, north: float, scale: float, low: float, high: float) -> Any:
    most, points = np.int64(0), np.int64(0)
    for row in range(len(starts)):
        most = max(most, sizes[row] // _POINT_BYTES)
        points += max(sizes[row], 0) // _POINT_BYTES
    room = _MORE * points + 64
    x, y = np.empty(room, np.int32), np.empty(room, np.int32)
    paths, used = np.empty((room, 4), np.int64), np.zeros(2, np.int64)
    u, v = np.empty(most + 4), np.empty(most + 4)
    ends, hole = np.empty(most + 4, np.int64), np.empty(most + 4, np.bool_)
    undecided = np.empty(len(starts), np.int64)
    astray = 0
    for row in range(len(starts)):
        if sizes[row] < 0:
            continue
        at, end = starts[row], starts[row] + sizes[row]
        dimension = _dimension(data, at, end)
        before_points, before_paths = used[_POINTS_USED], used[_PATHS_USED]
        while at < end:
            kind, size, at = _head(data, at)
            if kind > _POLYGON:
                at += 4
            elif kind == _POINT:
                if dimension == 0:
                    run = data[at : at + size].view(np.float64)
                    _add_point(x, y, used, (run[0] - west) * scale, (north - run[1]) * scale, low, high)
                at += size
            elif kind == _LINE:
                count = _word(data, at)
                at += 4
                if dimension == 1:
                    run = data[at : at + count * size].view(np.float64)
                    _add_line(x, y, paths, used, row, run, size // 8, west, north, scale, low, high)
                at += count * size
            else:
                rings = _word(data, at)
                at += 4
                filled = 0
                for ring in range(rings):
                    count = _word(data, at)
                    at += 4
                    if dimension == 2:
                        run = data[at : at + count * size].view(np.float64)
                        for point in range(count - 1):  # the last repeats the first
                            u[filled] = (run[point * (size // 8)] - west) * scale
                            v[filled] = (north - run[point * (size // 8) + 1]) * scale
                            filled += 1
                    at += count * size
                    ends[ring], hole[ring] = filled, ring > 0
                if (
                    dimension == 2
                    and rings
                    and not _add_polygon(x, y, paths, used, row, u, v, ends, hole, rings, low, high)
                ):
                    used[_POINTS_USED], used[_PATHS_USED] = before_points, before_paths
                    undecided[astray] = row
                    astray += 1
                    break
        if dimension == 0 and used[_POINTS_USED] > before_points:
            _add_path(paths, used, row, POINTS, before_points)
    points, filled = used[_POINTS_USED], used[_PATHS_USED]
    return (
        x[:points].copy(),
        y[:points].copy(),
        paths[:filled, _COUNT].copy(),
        paths[:filled, _KIND].astype(np.uint8),
        paths[:filled, _ROW].copy(),
        paths[:filled, _DOUBTFUL] > 0,
        undecided[:astray].copy(),
    )


@native
def _word(data: Any, at: int) -> int:
    """The little-endian number of four bytes."""
    number = np.int64(0)
    for place in range(3, -1, -1):
        number = number << 8 | np.int64(data[at + place])
    return int(number)


@native
def _head(data: Any, at: int) -> Any:
    """A shape's type, the bytes of each of its points, and where what follows its head begins."""
    if data[at] != 1:
        raise ValueError("EWKB is not little-endian")
    code = _word(data, at + 1)
    kind = code & 0xFF
    if kind > _COLLECTION:
        raise ValueError("a kind of shape that a tile cannot hold")
    size = _POINT_BYTES + (8 if code & _Z else 0) + (8 if code & _M else 0)
    return kind, size, at + 5 + (4 if code & _SRID else 0)


@native
def _dimension(data: Any, at: int, end: int) -> int:
    """The greatest dimension of what a shape holds: 0, 1 or 2."""
    found = 0
    while at < end:
        kind, size, at = _head(data, at)
        if kind < _COLLECTION:
            return (kind - 1) % _POLYGON
        at += 4
        while at < end:
            kind, size, at = _head(data, at)
            if kind == _POINT:
                at += size
            elif kind > _POLYGON:
                at += 4
            else:
                found = max(found, kind - 1)
                rings = _word(data, at) if kind == _POLYGON else 1
                at += 4 if kind == _POLYGON else 0
                for _ in range(rings):
                    at += 4 + _word(data, at) * size
    return found


@native
def _add_path(paths: Any, used: Any, row: int, kind: int, begin: int) -> None:
    """Close a path of the points from `begin`."""
    path = used[_PATHS_USED]
    paths[path, _COUNT], paths[path, _KIND] = used[_POINTS_USED] - begin, kind
    paths[path, _ROW], paths[path, _DOUBTFUL] = row, 0
    used[_PATHS_USED] = path + 1


@native
def _add_point(x: Any, y: Any, used: Any, u: float, v: float, low: float, high: float) -> None:
    """A point, if it is drawn."""
    u, v = round_half_even(u), round_half_even(v)
    if low <= u <= high and low <= v <= high:
        point = used[_POINTS_USED]
        x[point], y[point] = np.int32(u), np.int32(v)
        used[_POINTS_USED] = point + 1


@native
def round_half_even(value: float) -> float:
    """The nearest whole number; of two the even one."""
    return float(np.rint(value))


@native
def _add_line(
    x: Any,
    y: Any,
    paths: Any,
    used: Any,
    row: int,
    run: Any,
    step: int,
    west: float,
    north: float,
    scale: float,
    low: float,
    high: float,
) -> None:
    """The pieces of a line within the window."""
    begin = used[_POINTS_USED]
    if len(run) < step:
        return
    u1, v1 = (run[0] - west) * scale, (north - run[1]) * scale
    for point in range(1, len(run) // step):
        u2, v2 = (run[point * step] - west) * scale, (north - run[point * step + 1]) * scale
        start, end = cut_segment(u1, v1, u2, v2, low, high)
        if start <= end:
            if start > 0:
                begin = _end_line(paths, used, row, begin)
            if used[_POINTS_USED] == begin:
                _extend(x, y, used, begin, u1 + (u2 - u1) * start, v1 + (v2 - v1) * start)
            if end < 1:
                _extend(x, y, used, begin, u1 + (u2 - u1) * end, v1 + (v2 - v1) * end)
                begin = _end_line(paths, used, row, begin)
            else:
                _extend(x, y, used, begin, u2, v2)
        u1, v1 = u2, v2
    _end_line(paths, used, row, begin)


@native
def _extend(x: Any, y: Any, used: Any, begin: int, u: float, v: float) -> None:
    """One more point of the path from `begin`, unless it falls on the last."""
    to_x, to_y = np.int32(round_half_even(u)), np.int32(round_half_even(v))
    point = used[_POINTS_USED]
    if point == begin or x[point - 1] != to_x or y[point - 1] != to_y:
        x[point], y[point] = to_x, to_y
        used[_POINTS_USED] = point + 1


@native
def _end_line(paths: Any, used: Any, row: int, begin: int) -> int:
    """Close a line, if it goes anywhere; where the next begins."""
    if used[_POINTS_USED] > begin + 1:
        _add_path(paths, used, row, LINE, begin)
    else:
        used[_POINTS_USED] = begin
    return used[_POINTS_USED]


@native
def _add_polygon(
    x: Any,
    y: Any,
    paths: Any,
    used: Any,
    row: int,
    u: Any,
    v: Any,
    ends: Any,
    hole: Any,
    rings: int,
    low: float,
    high: float,
) -> bool:
    """A polygon cut to the window; False where it must be cut another way."""
    count = ends[rings - 1]
    if not count:
        return True
    least_u, most_u, least_v, most_v = u[0], u[0], v[0], v[0]
    for point in range(1, count):
        least_u, most_u = min(least_u, u[point]), max(most_u, u[point])
        least_v, most_v = min(least_v, v[point]), max(most_v, v[point])
    if most_u < low or least_u > high or most_v < low or least_v > high:
        return True
    if least_u < low - 0.5 or most_u > high + 0.5 or least_v < low - 0.5 or most_v > high + 0.5:
        if rings > 1:
            _turn_holes(u, v, ends, rings)
        u, v, ends, hole, rings = cut_polygon(u, v, ends, hole, rings, low, high)
        if rings == UNDECIDED:
            return False
    if rings and ends[rings - 1] > _MORE * count:
        return False
    return _add_rings(x, y, paths, used, row, u, v, ends, hole, rings)


@native
def _add_rings(
    x: Any, y: Any, paths: Any, used: Any, row: int, u: Any, v: Any, ends: Any, hole: Any, rings: int
) -> bool:
    """Shells, each followed by its holes, on whole units; False where it is open whose a hole is."""
    shells, placed, holes = 0, 0, 0
    for ring in range(rings):
        shells += not hole[ring]
        holes += hole[ring]
    for shell in range(rings):
        if hole[shell]:
            continue
        first = used[_PATHS_USED]
        drawn = _add_ring(x, y, paths, used, row, u, v, ends, shell, SHELL)
        for ring in range(rings if holes else 0):
            if hole[ring]:
                begin = ends[ring - 1] if ring else 0
                shell_begin = ends[shell - 1] if shell else 0
                if shells == 1 or surrounds(u, v, shell_begin, ends[shell], u[begin], v[begin]):
                    placed += 1
                    if drawn:
                        _add_ring(x, y, paths, used, row, u, v, ends, ring, HOLE)
        _doubt(x, y, paths, used, first)
    return placed == holes


@native
def _add_ring(x: Any, y: Any, paths: Any, used: Any, row: int, u: Any, v: Any, ends: Any, ring: int, kind: int) -> bool:
    """A ring on whole units, if it has an area left."""
    begin = used[_POINTS_USED]
    start = ends[ring - 1] if ring else 0
    for point in range(start, ends[ring]):
        x[begin + point - start] = np.int32(round_half_even(u[point]))
        y[begin + point - start] = np.int32(round_half_even(v[point]))
    used[_POINTS_USED] = settle(x, y, begin, begin + ends[ring] - start)
    if used[_POINTS_USED] == begin:
        return False
    _add_path(paths, used, row, kind, begin)
    return True


@native
def _doubt(x: Any, y: Any, paths: Any, used: Any, first: int) -> None:
    """Mark the rings of the polygon that begins with path `first` where they touch."""
    rings = used[_PATHS_USED] - first
    if not rings:
        return
    ends = np.empty(rings, np.int64)
    begin = used[_POINTS_USED]
    for path in range(rings):
        begin -= paths[first + path, _COUNT]
    end = begin
    for path in range(rings):
        end += paths[first + path, _COUNT]
        ends[path] = end
    if touch(x, y, begin, ends, rings):
        for path in range(first, first + rings):
            paths[path, _DOUBTFUL] = 1


@native
def _turn_holes(u: Any, v: Any, ends: Any, rings: int) -> None:
    """Let holes turn against the shell, in place."""
    shell = doubled_area_of(u, v, 0, ends[0]) > 0
    for ring in range(1, rings):
        begin, end = ends[ring - 1], ends[ring]
        if (doubled_area_of(u, v, begin, end) > 0) == shell:
            for place in range((end - begin) // 2):
                one, other = begin + place, end - 1 - place
                u[one], u[other] = u[other], u[one]
                v[one], v[other] = v[other], v[one]


@native
def doubled_area_of(u: Any, v: Any, begin: int, end: int) -> float:
    """Twice the area of an open ring before it is rounded, signed by its turn."""
    total = 0.0
    before = end - 1
    for point in range(begin, end):
        total += u[before] * v[point] - u[point] * v[before]
        before = point
    return total


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
