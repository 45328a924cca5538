"""Rings cut to a square, all at once: Sutherland and Hodgman (1974), one side of the square after another.

A ring that crosses a side twice stays one ring. One that crosses it more often would need to fall apart; such rings
are named and left to a slower way.
"""

import numpy as np
import numpy.typing as npt

from tile_server.encode.varint import Ints

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def clip_rings(x: Floats, y: Floats, counts: Ints, low: float, high: float) -> tuple[Floats, Floats, Ints, Ints, Flags]:
    """Cut closed rings to the square from `low` to `high`.

    Args:
        x: (p,) of all rings, each with its first point again at its end.
        y: (p,) likewise.
        counts: (n,) points of each ring.
        low: least x and y kept.
        high: greatest.

    Returns:
        The x and y of the rings left, rounded to whole numbers and closed again; (k,) how many points each has;
        (k,) which ring it was; (n,) which rings were not decided here.
    """
    opened = np.ones(len(x), dtype=bool)
    opened[np.cumsum(counts) - 1] = False
    u, v, of = x[opened], y[opened], np.repeat(np.arange(len(counts)), counts - 1)
    undecided = np.zeros(len(counts), dtype=bool)
    for _ in range(2):
        for limit, sign in ((low, 1), (high, -1)):
            u, v, of = _half(u, v, of, limit, sign, undecided)
        u, v = v, u
    settled = ~undecided[of]
    return *_closed(np.rint(u[settled]), np.rint(v[settled]), of[settled]), undecided


def _half(u: Floats, v: Floats, of: Ints, limit: float, sign: int, undecided: Flags) -> tuple[Floats, Floats, Ints]:
    """What lies on the inner side of one limit of `u`; marks the rings that cross it more than twice."""
    depth = (u - limit) * sign
    inside = depth >= 0
    following = _following(of)
    crossing = inside != inside[following]
    if not crossing.any():
        return u[inside], v[inside], of[inside]
    undecided |= np.bincount(of[crossing], minlength=len(undecided)) > 2
    share = depth[crossing] / (depth[crossing] - depth[following[crossing]])
    counts = inside.astype(np.int64) + crossing
    ends = np.cumsum(counts)
    made_u, made_v = np.full(ends[-1], float(limit)), np.empty(ends[-1])
    made_v[ends[crossing] - 1] = v[crossing] + (v[following[crossing]] - v[crossing]) * share
    kept = (ends - counts)[inside]
    made_u[kept], made_v[kept] = u[inside], v[inside]
    return made_u, made_v, np.repeat(of, counts)


def _following(of: Ints) -> Ints:
    """The place of each point's successor in its ring."""
    following = np.arange(1, len(of) + 1)
    first = _firsts(of)
    following[first[1:] - 1] = first[:-1]
    following[-1:] = first[-1:]
    return following


def _firsts(of: Ints) -> Ints:
    """The place of each ring's first point."""
    begins = np.ones(len(of), dtype=bool)
    np.not_equal(of[1:], of[:-1], out=begins[1:])
    return np.flatnonzero(begins)


def _closed(u: Floats, v: Floats, of: Ints) -> tuple[Floats, Floats, Ints, Ints]:
    """Rings with their first point again at the end: x, y, how many, which."""
    first = _firsts(of)
    counts = np.diff(first, append=len(of))
    number = np.arange(len(first))
    places = np.empty(len(of) + len(first), dtype=np.int64)
    ends = first + counts + number
    inner = np.ones(len(places), dtype=bool)
    inner[ends] = False
    places[ends] = first
    places[inner] = np.arange(len(of))
    return u[places], v[places], counts + 1, of[first]
