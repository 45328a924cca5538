"""Shapes as geometry_send writes them, read point by point: moved to a tile, cut to it and rounded to whole units."""

from typing import Any

import numpy as np

from tile_server.encode.clip import UNDECIDED, cut_polygon, cut_segment
from tile_server.encode.native import float64_at, int32_at, native
from tile_server.encode.ring import SIDE, add_sides, settle, surrounds, touch

POINTS, LINE, SHELL, HOLE = 0, 1, 2, 3
"""What a path is: any number of points, a line, the outer or an inner ring of a polygon."""

_POINT, _LINE, _POLYGON, _COLLECTION = 1, 2, 3, 7
"""Types of WKB; between the last two are those of many of one kind (OGC 06-103r4, 8.2.3)."""
_Z, _M, _SRID = 0x80000000, 0x40000000, 0x20000000
"""Flags of EWKB, as geometry_send writes it: further numbers a point, a reference system in the head."""
_POINT_BYTES = 16
_MORE = 4
"""Times as many points as a shape has for which there is room once it is cut; a line takes twice as many at most."""


_COUNT, _KIND, _ROW, _DOUBTFUL = 0, 1, 2, 3
"""Columns of the table of paths while it grows."""
_POINTS_USED, _PATHS_USED = 0, 1
"""What of the arrays of points and paths is filled."""


@native
def read_paths(
    data: Any, starts: Any, sizes: Any, west: float, north: float, scale: float, low: float, high: float
) -> Any:
    """Every row's shape in whole tile units, cut to a window.

    Args:
        data: what holds the shapes, as EWKB.
        starts: (n,) where each begins.
        sizes: (n,) bytes of each; negative for none.
        west: metres, of the tile.
        north: metres, of the tile.
        scale: tile units a metre.
        low: least coordinate drawn, tile units.
        high: greatest.

    Returns:
        x, y, counts, kinds and rows as `Paths` has them; (k,) which paths are of a polygon that touches itself; the
        rows of polygons that are not decided here, of which there are no paths.
    """
    most, points = np.int64(0), np.int64(0)
    for row in range(len(starts)):
        most = max(most, sizes[row] // _POINT_BYTES)
        points += max(sizes[row], 0) // _POINT_BYTES
    room = _MORE * points + 64
    x, y = np.empty(room, np.int32), np.empty(room, np.int32)
    paths, used = np.empty((room, 4), np.int64), np.zeros(2, np.int64)
    u, v = np.empty(most + 4), np.empty(most + 4)
    ends, hole = np.empty(most + 4, np.int64), np.empty(most + 4, np.bool_)
    sides = np.empty((_MORE * (most + 4), SIDE), np.int64)
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
                    u[0], v[0] = (float64_at(data, at) - west) * scale, (north - float64_at(data, at + 8)) * scale
                    _add_point(x, y, used, u[0], v[0], low, high)
                at += size
            elif kind == _LINE:
                count = int32_at(data, at)
                at += 4
                if dimension == 1:
                    _place(data, at, size, count, u, v, 0, west, north, scale)
                    _add_line(x, y, paths, used, row, u, v, count, low, high)
                at += count * size
            else:
                rings = int32_at(data, at)
                at += 4
                filled = 0
                for ring in range(rings):
                    count = int32_at(data, at)
                    at += 4
                    if dimension == 2:
                        open_count = count - 1  # the last repeats the first
                        _place(data, at, size, open_count, u, v, filled, west, north, scale)
                        filled += open_count
                    at += count * size
                    ends[ring], hole[ring] = filled, ring > 0
                if (
                    dimension == 2
                    and rings
                    and not _add_polygon(x, y, paths, used, row, u, v, ends, hole, rings, low, high, sides)
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
def _head(data: Any, at: int) -> Any:
    """A shape's type, the bytes of each of its points, and where what follows its head begins."""
    if data[at] != 1:
        raise ValueError("EWKB is not little-endian")
    code = int32_at(data, at + 1)
    kind = code & 0xFF
    if kind > _COLLECTION:
        raise ValueError("a kind of shape that a tile cannot hold")
    size = _POINT_BYTES + (8 if code & _Z else 0) + (8 if code & _M else 0)
    return kind, size, at + 5 + (4 if code & _SRID else 0)


@native
def _place(
    data: Any, at: int, size: int, count: int, u: Any, v: Any, filled: int, west: float, north: float, scale: float
) -> None:
    """Read points of so many bytes each, in tile units."""
    for point in range(count):
        u[filled + point] = (float64_at(data, at) - west) * scale
        v[filled + point] = (north - float64_at(data, at + 8)) * scale
        at += size


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
                rings = int32_at(data, at) if kind == _POLYGON else 1
                at += 4 if kind == _POLYGON else 0
                for _ in range(rings):
                    at += 4 + int32_at(data, at) * size
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
    u, v = _rounded(u), _rounded(v)
    if low <= u <= high and low <= v <= high:
        point = used[_POINTS_USED]
        x[point], y[point] = np.int32(u), np.int32(v)
        used[_POINTS_USED] = point + 1


@native
def _rounded(value: float) -> float:
    """The nearest whole number; of two the even one."""
    return float(np.rint(value))


@native
def _add_line(
    x: Any, y: Any, paths: Any, used: Any, row: int, u: Any, v: Any, count: int, low: float, high: float
) -> None:
    """The pieces of a line within the window."""
    begin = used[_POINTS_USED]
    for point in range(1, count):
        u1, v1, u2, v2 = u[point - 1], v[point - 1], u[point], v[point]
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
    _end_line(paths, used, row, begin)


@native
def _extend(x: Any, y: Any, used: Any, begin: int, u: float, v: float) -> None:
    """One more point of the path from `begin`, unless it falls on the last."""
    to_x, to_y = np.int32(_rounded(u)), np.int32(_rounded(v))
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
    sides: Any,
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
        if not rings:
            return True
    if ends[rings - 1] > _MORE * count:
        return False
    if rings == 1:  # nearly all: passing many arrays on costs more than the ring itself
        first = used[_PATHS_USED]
        _add_ring(x, y, paths, used, row, u, v, 0, ends[0], SHELL)
        _doubt(x, y, paths, used, first, sides)
        return True
    return _add_rings(x, y, paths, used, row, u, v, ends, hole, rings, sides)


@native
def _add_rings(
    x: Any, y: Any, paths: Any, used: Any, row: int, u: Any, v: Any, ends: Any, hole: Any, rings: int, sides: Any
) -> bool:
    """Shells, each followed by its holes, on whole units; False where it is open whose a hole is."""
    begins = np.zeros(rings, np.int64)
    begins[1:] = ends[: rings - 1]
    owner = np.full(rings, -1, np.int64)
    for ring in range(rings):
        if hole[ring]:
            owner[ring] = _shell_around(u, v, begins, ends, hole, rings, begins[ring])
            if owner[ring] < 0:
                return False
    for shell in range(rings):
        if hole[shell]:
            continue
        first = used[_PATHS_USED]
        if _add_ring(x, y, paths, used, row, u, v, begins[shell], ends[shell], SHELL):
            for ring in range(rings):
                if owner[ring] == shell:
                    _add_ring(x, y, paths, used, row, u, v, begins[ring], ends[ring], HOLE)
        _doubt(x, y, paths, used, first, sides)
    return True


@native
def _shell_around(u: Any, v: Any, begins: Any, ends: Any, hole: Any, rings: int, point: int) -> int:
    """The only shell there is, or the first that surrounds a point; -1 where none does."""
    shells, last = 0, -1
    for shell in range(rings):
        if not hole[shell]:
            shells, last = shells + 1, shell
    if shells == 1:
        return last
    for shell in range(rings):
        if not hole[shell] and surrounds(u, v, begins[shell], ends[shell], u[point], v[point]):
            return shell
    return -1


@native
def _add_ring(x: Any, y: Any, paths: Any, used: Any, row: int, u: Any, v: Any, start: int, end: int, kind: int) -> bool:
    """A ring on whole units, if it has an area left."""
    begin = used[_POINTS_USED]
    for point in range(start, end):
        x[begin + point - start] = np.int32(_rounded(u[point]))
        y[begin + point - start] = np.int32(_rounded(v[point]))
    used[_POINTS_USED] = settle(x, y, begin, begin + end - start)
    if used[_POINTS_USED] == begin:
        return False
    _add_path(paths, used, row, kind, begin)
    return True


@native
def _doubt(x: Any, y: Any, paths: Any, used: Any, first: int, sides: Any) -> None:
    """Mark the rings of the polygon that begins with path `first` where they touch."""
    begin = used[_POINTS_USED]
    for path in range(first, used[_PATHS_USED]):
        begin -= paths[path, _COUNT]
    count = 0
    for path in range(first, used[_PATHS_USED]):
        count = add_sides(x, y, begin, begin + paths[path, _COUNT], sides, count)
        begin += paths[path, _COUNT]
    if touch(sides, count):
        for path in range(first, used[_PATHS_USED]):
            paths[path, _DOUBTFUL] = 1


@native
def _turn_holes(u: Any, v: Any, ends: Any, rings: int) -> None:
    """Let holes turn against the shell, in place."""
    shell = _doubled_area(u, v, 0, ends[0]) > 0
    for ring in range(1, rings):
        begin, end = ends[ring - 1], ends[ring]
        if (_doubled_area(u, v, begin, end) > 0) == shell:
            for place in range((end - begin) // 2):
                one, other = begin + place, end - 1 - place
                u[one], u[other] = u[other], u[one]
                v[one], v[other] = v[other], v[one]


@native
def _doubled_area(u: Any, v: Any, begin: int, end: int) -> float:
    """Twice the area of an open ring before it is rounded, signed by its turn."""
    total = 0.0
    before = end - 1
    for point in range(begin, end):
        total += u[before] * v[point] - u[point] * v[before]
        before = point
    return total
