"""Rings cut to a square, all at once: Sutherland and Hodgman (1974), one side of the square after another.

A ring that crosses a side twice stays one ring. One that crosses it more often would need to fall apart; such rings
are named and left to a slower way.
"""

import numpy as np
import numpy.typing as npt

from tile_server.encode.varint import Ints

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def clip_rings(points: Floats, counts: Ints, low: float, high: float) -> tuple[Floats, Ints, Ints, Flags]:
    """Cut closed rings to the square from `low` to `high`.

    Args:
        points: (p, 2) all rings, each with its first point again at its end.
        counts: (n,) points of each.
        low: least x and y kept.
        high: greatest.

    Returns:
        The points of the rings left, rounded to whole numbers and closed again; (k,) how many each has;
        (k,) which ring it was; (n,) which rings were not decided here.
    """
    opened = np.ones(len(points), dtype=bool)
    opened[np.cumsum(counts) - 1] = False
    points, of = points[opened], np.repeat(np.arange(len(counts)), counts - 1)
    undecided = np.zeros(len(counts), dtype=bool)
    for axis in (0, 1):
        for limit, sign in ((low, 1), (high, -1)):
            points, of = _half(points, of, (points[:, axis] - limit) * sign, undecided)
    settled = ~undecided[of]
    return *_closed(np.rint(points[settled]), of[settled]), undecided


def _half(points: Floats, of: Ints, depth: Floats, undecided: Flags) -> tuple[Floats, Ints]:
    """What lies where `depth` is not negative; marks the rings that cross the line more than twice."""
    following = _following(of)
    inside = depth >= 0
    crossing = inside != inside[following]
    if not crossing.any():
        return points[inside], of[inside]
    undecided |= np.bincount(of[crossing], minlength=len(undecided)) > 2
    share = depth[crossing] / (depth[crossing] - depth[following[crossing]])
    met = points[crossing] + (points[following[crossing]] - points[crossing]) * share[:, None]
    ends = np.cumsum(inside.astype(np.int64) + crossing)
    made = np.empty((int(ends[-1]), 2))
    made[ends[crossing] - 1] = met
    made[(ends - crossing - 1)[inside]] = points[inside]
    return made, np.repeat(of, inside.astype(np.int64) + crossing)


def _following(of: Ints) -> Ints:
    """The place of each point's successor in its ring."""
    following = np.arange(1, len(of) + 1)
    if len(of):
        last = np.flatnonzero(np.append(of[1:] != of[:-1], True))
        following[last] = np.append(0, last[:-1] + 1)
    return following


def _closed(points: Floats, of: Ints) -> tuple[Floats, Ints, Ints]:
    """Rings with their first point again at the end: points, how many, which."""
    if not len(of):
        return points, np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    first = np.flatnonzero(np.append(True, of[1:] != of[:-1]))
    counts = np.diff(np.append(first, len(of)))
    return np.insert(points, first + counts, points[first], axis=0), counts + 1, of[first]
