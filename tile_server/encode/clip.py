"""Polygons and lines cut to a square.

A polygon is cut by one side of the square after another. Where its boundary crosses a side, what is left of it are
chains from an entry to an exit; along the side, inside and outside alternate, so that crossings in their order pair up
and each pair closes an exit to an entry. A polygon may so fall into several, and a hole may open into the outside.
"""

from typing import Any

import numpy as np

from tile_server.encode.native import native

UNDECIDED = -1
"""Instead of a number of rings: the boundary touches itself where it is cut, and the way by pairs does not hold."""


@native
def cut_polygon(u: Any, v: Any, ends: Any, hole: Any, rings: int, low: float, high: float) -> Any:
    """Cut rings to the square from `low` to `high`.

    Args:
        u: x of all rings, open: their first point is not repeated at their end.
        v: y likewise.
        ends: where each ring ends; holes turn against their shell.
        hole: which rings are holes.
        rings: how many there are.
        low: least x and y kept.
        high: greatest.

    Returns:
        u, v, ends, hole and the number of rings left, or `UNDECIDED`.
    """
    for _axis in range(2):
        for upper in range(2):
            limit, sign = (high, -1.0) if upper else (low, 1.0)
            if not _reaches_beyond(u, ends[rings - 1], limit, sign):
                continue
            u, v, ends, hole, rings = _half(u, v, ends, hole, rings, limit, sign)
            if rings <= 0:
                return u, v, ends, hole, rings
        u, v = v, u
    return u, v, ends, hole, rings


@native
def _reaches_beyond(u: Any, count: int, limit: float, sign: float) -> bool:
    for point in range(count):
        if (u[point] - limit) * sign < 0:
            return True
    return False


@native
def _half(u: Any, v: Any, ends: Any, hole: Any, rings: int, limit: float, sign: float) -> Any:
    """What lies on the inner side of one limit of `u`."""
    room = 2 * ends[rings - 1] + 8
    made_u, made_v = np.empty(room), np.empty(room)
    made_ends, made_hole = np.empty(room, np.int64), np.empty(room, np.bool_)
    chain_u, chain_v = np.empty(room), np.empty(room)
    chain_ends, along = np.empty(room, np.int64), np.empty(2 * room)
    made, points, chains, linked = 0, 0, 0, 0
    begin = 0
    for ring in range(rings):
        end = ends[ring]
        entry, inside = -1, 0
        for point in range(begin, end):
            before = point - 1 if point > begin else end - 1
            within = (u[point] - limit) * sign >= 0
            inside += within
            if within and (u[before] - limit) * sign < 0:
                entry = point
        if inside == end - begin:
            for point in range(begin, end):
                made_u[points], made_v[points] = u[point], v[point]
                points += 1
            made_ends[made], made_hole[made] = points, hole[ring]
            made += 1
        elif inside:
            point = entry
            for _ in range(end - begin):
                before = point - 1 if point > begin else end - 1
                after = point + 1 if point + 1 < end else begin
                depth = (u[point] - limit) * sign
                if depth >= 0:
                    outside = (u[before] - limit) * sign
                    if outside < 0:
                        along[2 * chains] = v[before] + (v[point] - v[before]) * (outside / (outside - depth))
                        chain_u[linked], chain_v[linked] = limit, along[2 * chains]
                        linked += 1
                    chain_u[linked], chain_v[linked] = u[point], v[point]
                    linked += 1
                    outside = (u[after] - limit) * sign
                    if outside < 0:
                        along[2 * chains + 1] = v[after] + (v[point] - v[after]) * (outside / (outside - depth))
                        chain_u[linked], chain_v[linked] = limit, along[2 * chains + 1]
                        linked += 1
                        chain_ends[chains] = linked
                        chains += 1
                point = after
        begin = end
    if chains:
        following = _paired(along, chains)
        if following[0] == UNDECIDED:
            return made_u, made_v, made_ends, made_hole, UNDECIDED
        for first in range(chains):
            chain = first
            if following[chain] == UNDECIDED:
                continue
            while following[chain] != UNDECIDED:
                for point in range(chain_ends[chain - 1] if chain else 0, chain_ends[chain]):
                    made_u[points], made_v[points] = chain_u[point], chain_v[point]
                    points += 1
                following[chain], chain = UNDECIDED, following[chain]
            made_ends[made], made_hole[made] = points, False
            made += 1
    return made_u, made_v, made_ends, made_hole, made


@native
def _paired(along: Any, chains: int) -> Any:
    """Which chain follows on the exit of each; its first is `UNDECIDED` where exits and entries do not pair up."""
    following = np.zeros(chains, np.int64)
    if chains == 1:
        return following
    order = np.argsort(along[: 2 * chains])
    for pair in range(chains):
        one, other = order[2 * pair], order[2 * pair + 1]
        if one % 2 == other % 2:
            following[0] = UNDECIDED
            return following
        if one % 2 == 0:
            one, other = other, one
        following[one // 2] = other // 2
    return following


@native
def cut_segment(x1: float, y1: float, x2: float, y2: float, low: float, high: float) -> Any:
    """The part of a segment within the square (Liang and Barsky 1984), as shares of it; the first is above the second
    where nothing is.
    """
    start, end = 0.0, 1.0
    for axis in range(2):
        at, step = (y1, y2 - y1) if axis else (x1, x2 - x1)
        if step == 0:
            if at < low or at > high:
                return 1.0, 0.0
            continue
        enters, leaves = (low - at) / step, (high - at) / step
        if step < 0:
            enters, leaves = leaves, enters
        start, end = max(start, enters), min(end, leaves)
    return start, end
