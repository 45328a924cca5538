"""Features gathered into squares: read as the database keeps them counted, else counted over the rows.

What is kept (`layers.core.rung`) answers for now, and for a filter over the values it is counted by.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection

from layers.core.counting import counted_of
from layers.core.geo import Bbox
from layers.core.query import Features
from layers.core.rung import CELL_DEPTH
from layers.core.scale import Steps
from layers.exchange.print.condition import holds
from layers.exchange.print.gathered import Square, gathered

_ANSWERED = {"and", "or", "=", "in", "isNull"}
"""Operators that mean the same in Python as in SQL, whatever is missing."""
_SQL = f"""
select x, y, "by", sum(count)::bigint, sum(sum1)::bigint from (
  select ((tile_x << {CELL_DEPTH}) + cx) >> %(shift)s as x, ((tile_y << {CELL_DEPTH}) + cy) >> %(shift)s as y, "by",
    count, sum1
  from map_cell where layer = %(layer)s and z = %(z)s and scope = any(%(scopes)s)
    and tile_x between %(west)s >> {CELL_DEPTH} and %(east)s >> {CELL_DEPTH}
    and tile_y between %(north)s >> {CELL_DEPTH} and %(south)s >> {CELL_DEPTH}
  union all
  select x >> %(deep)s, y >> %(deep)s, "by", count, sum1
  from map_cell_delta where layer = %(layer)s and scope = any(%(scopes)s)) c
where x between %(west)s >> %(shift)s and %(east)s >> %(shift)s
  and y between %(north)s >> %(shift)s and %(south)s >> %(shift)s
group by x, y, "by" having sum(count) > 0
"""


def squares_of(features: Features, zoom: int, by: str | None) -> list[Square]:
    """The squares of the grid of `zoom` that hold these features, with the main value of `by` in each."""
    if not _is_kept(features, zoom, by):
        return gathered(features, zoom, by)
    held: dict[tuple[int, int], list[tuple[Any, int, int]]] = {}
    for x, y, value, count, weight in _kept(features, zoom, by):
        held.setdefault((x, y), []).append((value, count, weight))
    return [
        Square(
            column=x,
            row=y,
            zoom=zoom,
            count=sum(count for _, count, _ in parts),
            value=max(parts, key=lambda part: part[2])[0] if by else None,
        )
        for (x, y), parts in held.items()
    ]


def value_counts(features: Features, zoom: int, by: str, steps: Steps | None = None) -> list[tuple[Any, int]]:
    """How many of the features in the squares of `zoom` have each value of `by`, or lie in each band of `steps`."""
    if steps is not None or not _is_kept(features, zoom, by):
        return features.counts(by, steps)
    held: Counter[Any] = Counter()
    for _, _, value, count, _ in _kept(features, zoom, by):
        held[value] += count
    return held.most_common()


def _is_kept(features: Features, zoom: int, by: str | None) -> bool:
    layer = features.layer
    if layer.rung is None or layer.zoom.coarse is None or features.at or features.known_at or features.bbox is None:
        return False
    if layer.access.small_counts or zoom > layer.zoom.coarse - 1 + CELL_DEPTH:
        return False
    if by is not None and not (by in layer.rung.by and by in features.readable):
        return False
    filters = features.filters
    if filters and not (layer.rung.answers(filters.properties) and set(_operators(filters.tree)) <= _ANSWERED):
        return False
    with connection.cursor() as cursor:
        cursor.execute("select signature from map_rung where layer = %s", [layer.id])
        return bool(cursor.fetchone() == (counted_of(layer).signature,))


def _kept(features: Features, zoom: int, by: str | None) -> Iterator[tuple[int, int, Any, int, int]]:
    """Column, row, value of `by`, count and weight, as far as the filter lets through."""
    layer, box = features.layer, features.bbox
    rung, coarse = layer.rung, layer.zoom.coarse
    assert rung is not None
    assert coarse is not None
    assert box is not None
    z = min(max(zoom - CELL_DEPTH, layer.zoom.first), coarse - 1)
    place = rung.by.index(by) if by else None
    with connection.cursor() as cursor:
        cursor.execute(
            _SQL,
            {
                "layer": layer.id,
                "scopes": sorted(layer.access.reduce(features.viewer)) if features.viewer else [],
                "z": z,
                "shift": z + CELL_DEPTH - zoom,
                "deep": coarse - 1 + CELL_DEPTH - zoom,
                **_sides(box, z + CELL_DEPTH),
            },
        )
        for x, y, values, count, weight in cursor.fetchall():
            if features.filters is None or holds(features.filters.tree, dict(zip(rung.by, values, strict=True))):
                weighed = weight if rung.sums else count
                yield x, y, values[place] if place is not None else None, count, weighed


def _sides(box: Bbox, zoom: int) -> Mapping[str, int]:
    """First and last column and row of a grid that a box touches."""
    across = 1 << zoom

    def row(latitude: float) -> int:
        return int((1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * across)

    def column(longitude: float) -> int:
        return int((longitude / 360 + 0.5) * across)

    return {"west": column(box.west), "east": column(box.east), "north": row(box.north), "south": row(box.south)}


def _operators(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for one in node:
            yield from _operators(one)
    elif isinstance(node, dict):
        if "op" in node:
            yield node["op"]
        for one in node.values():
            yield from _operators(one)
