"""Paths as the commands of a vector tile (specification 2.1, section 4.3): MoveTo, LineTo, ClosePath."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tile_server.encode.shape import HOLE, LINE, NOTHING, POINTS, SHELL, Paths
from tile_server.encode.varint import SLOT_BITS, SLOT_LIMIT, Ints, Slots, full, single, widths, zigzag

_MOVE_TO, _LINE_TO, _CLOSE = 1, 2, 15
_REPEATS = 3
"""Bits a command's repetition is shifted by."""
_WIDE = SLOT_LIMIT >> _REPEATS
"""Repetitions from which a command takes two slots."""
_GOLDEN = 2_654_435_761
"""2**32 over the golden ratio: multiplied by it, neighbouring numbers fall far apart (Knuth, TAOCP 3, 6.4)."""
_GEOMETRY_TYPE = np.array([1, 2, 3, 3])
"""Of a tile's feature (point, line, polygon), by the kind of its paths."""


@dataclass(frozen=True, slots=True)
class Commands:
    """The geometry of every feature that is left, in the order wanted.

    Attributes:
        rows: (m,) the row of each feature.
        types: (m,) geometry types of vector_tile.proto.
        counts: (m,) slots of each.
        sizes: (m,) bytes of each.
        slots: all features' slots.
        written: their widths.
    """

    rows: Ints
    types: Ints
    counts: Ints
    sizes: Ints
    slots: Slots
    written: Slots


def commands(paths: Paths, rank: Ints) -> Commands:
    """Commands of all paths.

    Points that fall on their predecessor are dropped, then lines of one point, rings without area, and the holes of
    such rings; a feature without any path left is left out. Shells turn clockwise as drawn, holes against it.

    Args:
        paths: the shapes; may be empty.
        rank: (n,) each row's place in the order wanted.
    """
    order, counts, turned, kept = _survivors(paths, rank)
    if not len(order):
        none = np.empty(0, dtype=np.int64)
        return Commands(none, none, none, none, none.astype(np.uint16), none.astype(np.uint16))
    starts = np.cumsum(counts) - counts
    points = kept[_runs(starts[order], counts[order], turned[order])]
    x, y = paths.x[points], paths.y[points]
    counts, kinds, rows = counts[order], paths.kinds[order], paths.rows[order]
    ends = np.cumsum(counts)
    first = ends - counts
    opens = np.append(True, rows[1:] != rows[:-1])

    steps = np.empty(2 * len(points), dtype=np.int32)
    for axis, values in enumerate((x, y)):
        np.subtract(values[1:], values[:-1], out=steps[axis + 2 :: 2])
        steps[axis::2][first[opens]] = values[first[opens]]

    ring, points_only = kinds >= SHELL, kinds == POINTS
    repeats = np.where(points_only, counts, counts - 1)
    wide = (repeats >= _WIDE).astype(np.int64)
    used = 2 * counts + 1 + wide + np.where(points_only, 0, 1) + ring
    at = np.cumsum(used) - used
    slots = np.empty(int(used.sum()), dtype=np.uint16)
    coordinate = np.ones(len(slots), dtype=bool)

    def put(where: Ints, values: npt.NDArray[np.integer] | int) -> None:
        slots[where] = single(np.asarray(values))
        coordinate[where] = False

    move = ~points_only
    put(at[move], _MOVE_TO | 1 << _REPEATS)
    place = np.where(points_only, at, at + 3)
    command = repeats << _REPEATS | np.where(points_only, _MOVE_TO, _LINE_TO)
    put(place, command & SLOT_LIMIT - 1)
    long = np.flatnonzero(wide)
    if len(long):
        slots[place[long]] = full(command[long])
        put(place[long] + 1, command[long] >> SLOT_BITS)
    put((at + used - 1)[ring], _CLOSE)
    slots[np.flatnonzero(coordinate)] = single(zigzag(steps))

    written = widths(slots)
    feature = np.flatnonzero(opens)
    slot_counts = np.add.reduceat(used, feature)
    sizes = slot_counts + np.add.reduceat(slots > 0xFF, np.cumsum(slot_counts) - slot_counts, dtype=np.int64)
    return Commands(rows[feature], _GEOMETRY_TYPE[kinds[feature]], slot_counts, sizes, slots, written)


def largest_first(paths: Paths, ids: Ints) -> Ints:
    """Rows by what they cover: polygons by area, then lines by length, then points in an even order by their ids."""
    area, length = np.zeros(len(ids)), np.zeros(len(ids))
    if len(paths.counts):
        starts = np.cumsum(paths.counts) - paths.counts
        x, y = paths.x.astype(np.float64), paths.y.astype(np.float64)
        cross, step = np.zeros(len(x)), np.zeros(len(x))
        cross[1:] = x[:-1] * y[1:] - x[1:] * y[:-1]
        step[1:] = np.hypot(np.diff(x), np.diff(y))
        cross[starts] = step[starts] = 0
        of_path = np.abs(np.add.reduceat(cross, starts)) * np.choose(paths.kinds, (0, 0, 1, -1, 0))
        np.add.at(area, paths.rows, of_path)
        np.add.at(length, paths.rows, np.add.reduceat(step, starts) * (paths.kinds == LINE))
    mixed = ids.astype(np.uint64) * np.uint64(_GOLDEN) & np.uint64(0xFFFFFFFF)
    return np.lexsort((ids, mixed, -length, -area))


def _survivors(paths: Paths, rank: Ints) -> tuple[Ints, Ints, npt.NDArray[np.bool_], Ints]:
    """The paths to draw in their order; each path's points left; whether to turn it round; the points left."""
    x, y = paths.x, paths.y
    starts = np.cumsum(paths.counts) - paths.counts
    kept = np.ones(len(x), dtype=bool)
    if not len(x):
        return starts, paths.counts, np.empty(0, dtype=bool), starts
    hole = paths.kinds == HOLE
    ring = hole | (paths.kinds == SHELL)
    kept[1:] = (x[1:] != x[:-1]) | (y[1:] != y[:-1])
    kept[starts] = ~ring  # a closed ring is drawn from its second point on, back to the first at its end
    counts = np.add.reduceat(kept, starts, dtype=np.int64)
    # twice the area: the sum over the edges, without those from path to path; within a window it fits 32 bits
    cross = np.empty_like(x)
    np.subtract(x[:-1] * y[1:], x[1:] * y[:-1], out=cross[1:])
    cross[starts] = 0
    area = np.add.reduceat(cross, starts, dtype=np.int32)
    alive = np.where(ring, (counts > 2) & (area != 0), (counts > 1) | (paths.kinds != LINE))
    alive &= paths.kinds != NOTHING
    if hole.any():
        shell = np.maximum.accumulate(np.where(hole, 0, np.arange(len(hole))))
        alive &= alive[shell]
    if not alive.all():
        kept &= np.repeat(alive, paths.counts)
        counts[~alive] = 0
    order = np.flatnonzero(alive)
    order = order[np.argsort(rank[paths.rows[order]], kind="stable")]
    return order, counts, ring & ((area > 0) == hole), np.flatnonzero(kept)


def _runs(starts: Ints, counts: Ints, turned: npt.NDArray[np.bool_]) -> Ints:
    """The places of runs one after another, some backwards."""
    ends = np.cumsum(counts)
    if not turned.any():
        return np.arange(ends[-1]) + np.repeat(starts - (ends - counts), counts)
    sign = np.where(turned, -1, 1)
    begin = np.where(turned, starts + counts - 1, starts)
    return np.arange(ends[-1]) * np.repeat(sign, counts) + np.repeat(begin - sign * (ends - counts), counts)
