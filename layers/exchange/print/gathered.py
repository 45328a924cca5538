"""Features gathered into squares, where a drawing is too small for each: counted when asked, by the database."""

from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.db.models.functions import PointOnSurface
from django.db.models import Count, Func, IntegerField

from layers.core.geo import HALF_WORLD_M, Mercator
from layers.core.query import Features

MAX_SQUARES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """A tile of the grid in which features lie.

    Attributes:
        value: the most frequent value of the attribute asked for, None where none was.
        count: how many features have their representative point in it.
    """

    column: int
    row: int
    zoom: int
    count: int
    value: Any = None

    @property
    def mercator(self) -> shapely.Geometry:
        """The square in EPSG:3857, metres."""
        size = 2 * HALF_WORLD_M / (1 << self.zoom)
        west, north = self.column * size - HALF_WORLD_M, HALF_WORLD_M - self.row * size
        return shapely.box(west, north - size, west + size, north)


def gathered(features: Features, zoom: int, by: str | None = None) -> list[Square]:
    """The squares of the grid of `zoom` that hold these features, with the most frequent value of `by` in each."""
    layer = features.layer
    place = Mercator(layer.geometry if layer.geometry_kind == "point" else PointOnSurface(layer.geometry))
    rows = features.queryset().annotate(
        _column=_Index(place, axis="x", zoom=zoom), _row=_Index(place, axis="y", zoom=zoom)
    )
    named = {"_value": features.expression(by)} if by in features.readable else {}
    groups = rows.annotate(**named).order_by().values("_column", "_row", *named).annotate(_n=Count("*"))
    squares: dict[tuple[int, int], dict[Any, int]] = {}
    for group in groups[:MAX_SQUARES]:
        held = squares.setdefault((group["_column"], group["_row"]), {})
        held[group.get("_value")] = group["_n"]
    return [
        Square(column=column, row=row, zoom=zoom, count=sum(held.values()), value=max(held, key=lambda v: held[v]))
        for (column, row), held in squares.items()
    ]


class _Index(Func):
    """Column (x) or row (y, growing southwards) of the grid that a point in EPSG:3857 lies in."""

    output_field = IntegerField()

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **extra: Any) -> Any:
        """The floor of the point's share of the world, times the number of tiles."""
        sign, part = ("", "ST_X") if self.extra["axis"] == "x" else ("-", "ST_Y")
        metres = f"{sign}{part}(%(expressions)s) + {HALF_WORLD_M}"
        template = f"floor(({metres}) / {2 * HALF_WORLD_M} * {1 << self.extra['zoom']})::int"
        return super().as_sql(compiler, connection, template=template, **extra)
