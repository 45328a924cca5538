"""Rings on whole tile units: what rounding does to them."""

from typing import Any

import numpy as np

from tile_server.encode.native import native

SIDE = 6
"""Numbers of a side: x and y of both its ends, then the places of both among the points."""
_FEW = 40
"""Segments up to which every pair is looked at; of more only those whose spans of x meet."""


@native
def settle(x: Any, y: Any, begin: int, end: int) -> int:
    """Take points that fall on their predecessor, and spikes, out of an open ring; in place.

    Returns:
        Where the ring now ends; `begin` where nothing with an area is left.
    """
    top = begin
    for point in range(begin, end):
        u, v = x[point], y[point]
        while top > begin + 1 and _turns_back(x[top - 2], y[top - 2], x[top - 1], y[top - 1], u, v):
            top -= 1
        if top == begin or x[top - 1] != u or y[top - 1] != v:
            x[top], y[top] = u, v
            top += 1
    first = begin
    while top - first > 2:
        u, v = x[first], y[first]
        last_u, last_v = x[top - 1], y[top - 1]
        if (last_u == u and last_v == v) or _turns_back(x[top - 2], y[top - 2], last_u, last_v, u, v):
            top -= 1
        elif _turns_back(last_u, last_v, u, v, x[first + 1], y[first + 1]):
            first += 1
        else:
            break
    if top - first < 3 or doubled_area(x, y, first, top) == 0:
        return begin
    if first > begin:
        for point in range(first, top):
            x[point - first + begin], y[point - first + begin] = x[point], y[point]
    return top - first + begin


@native
def _turns_back(x1: int, y1: int, x2: int, y2: int, x3: int, y3: int) -> bool:
    """Whether a path turns round at its second point and goes back the way it came."""
    in_x, in_y = np.int64(x2) - np.int64(x1), np.int64(y2) - np.int64(y1)
    out_x, out_y = np.int64(x3) - np.int64(x2), np.int64(y3) - np.int64(y2)
    return bool(in_x * out_y == in_y * out_x and in_x * out_x + in_y * out_y < 0)


@native
def doubled_area(x: Any, y: Any, begin: int, end: int) -> int:
    """Twice the area of an open ring; above zero where it turns clockwise as drawn, y downwards."""
    total = np.int64(0)
    before = end - 1
    for point in range(begin, end):
        total += np.int64(x[before]) * y[point] - np.int64(x[point]) * y[before]
        before = point
    return int(total)


@native
def add_sides(x: Any, y: Any, begin: int, end: int, sides: Any, count: int) -> int:
    """Write down a ring's sides behind those there are; how many there are then."""
    before = end - 1
    for point in range(begin, end):
        sides[count, 0], sides[count, 1] = x[before], y[before]
        sides[count, 2], sides[count, 3] = x[point], y[point]
        sides[count, 4], sides[count, 5] = before, point
        before = point
        count += 1
    return count


@native
def touch(sides: Any, count: int) -> bool:
    """Whether any two of so many sides of settled rings meet other than as neighbours of one ring."""
    if count > _FEW:
        sides = sides[np.argsort(np.minimum(sides[:count, 0], sides[:count, 2]))]
    for one in range(count):
        ax, ay, bx, by = sides[one, 0], sides[one, 1], sides[one, 2], sides[one, 3]
        a, b = sides[one, 4], sides[one, 5]
        west, east, north, south = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
        for other in range(one + 1, count):
            cx, cy, dx, dy = sides[other, 0], sides[other, 1], sides[other, 2], sides[other, 3]
            if min(cx, dx) > east:
                if count > _FEW:  # so are all that follow
                    break
                continue
            if max(cx, dx) < west or max(cy, dy) < north or min(cy, dy) > south:
                continue
            if a == sides[other, 5] or b == sides[other, 4]:
                continue
            if not (_apart(ax, ay, bx, by, cx, cy, dx, dy) or _apart(cx, cy, dx, dy, ax, ay, bx, by)):
                return True
    return False


@native
def _apart(ax: int, ay: int, bx: int, by: int, cx: int, cy: int, dx: int, dy: int) -> bool:
    """Whether the segment cd lies wholly on one side of the line ab."""
    of_c = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    of_d = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
    return (of_c > 0 and of_d > 0) or (of_c < 0 and of_d < 0)


@native
def surrounds(u: Any, v: Any, begin: int, end: int, at_u: float, at_v: float) -> bool:
    """Whether a point lies in an open ring."""
    inside = False
    before = end - 1
    for point in range(begin, end):
        if (v[point] > at_v) != (v[before] > at_v) and at_u < u[point] + (u[before] - u[point]) * (at_v - v[point]) / (
            v[before] - v[point]
        ):
            inside = not inside
        before = point
    return inside
