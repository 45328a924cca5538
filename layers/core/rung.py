"""Cells: the squares that stand for single features at low zooms, and the rung of them that the database keeps counted.

A cell is a tile of zoom z + 6. A feature counts in one cell of each zoom: that of its representative point. A layer
with a `Rung` has its cells counted by triggers, in the transaction that changes the row: `map_cell_delta` takes what
each statement adds and takes away, `fold` adds it up into `map_cell` and packs what a tile holds of each value into one
byte string of `map_cell_pack`, and a reader sums packs and deltas, so that what it reads is true at every instant and
folding changes nothing that anyone sees.

All sums are whole numbers (hundredths of the attribute's unit, centimetres of EPSG:3857), so that adding and taking
away again leaves no trace.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from layers.core.geo import HALF_WORLD_M

CELL_DEPTH = 6
"""A coarse tile is divided into 2**6 x 2**6 cells, each a tile of zoom z + 6."""
CELLS = 1 << CELL_DEPTH
MAX_SUMS = 2
SUM_SCALE = 100
"""Sums are kept in hundredths of the attribute's unit."""
PACKED = (
    "int2send(cx) || int2send(cy) || int8send(count) || int8send(east_cm) || int8send(north_cm)"
    " || int8send(sum1) || int8send(sum2), ''::bytea"
)
"""Arguments of `string_agg` that pack cells: big-endian column and row within the tile, then what they count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """What the cells below `Zoom(coarse=)` are counted by, kept true with every change.

    Attributes:
        by: attributes whose values are counted apart: those cells are coloured and filtered by. Texts and choices.
        sums: numbers that are added up, at most two; with the first of them a cell's main value is weighed, else
            by the number of features.
        ground: which of the sums is the ground that features cover, in square metres: a cell that counts more of it
            than it measures is drawn over the empty cells around it.
    """

    by: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    ground: str | None = None

    def __post_init__(self) -> None:
        """Refuse more sums than a cell has room for, and a ground that is none of them."""
        if len(self.sums) > MAX_SUMS:
            raise ValueError(f"Rung(sums={self.sums!r}): at most {MAX_SUMS} sums")
        if self.ground is not None and self.ground not in self.sums:
            raise ValueError(f"Rung(ground={self.ground!r}): not one of sums={self.sums!r}")

    @property
    def weight(self) -> str:
        """The number that a cell's main value is found by: the first sum, else the count."""
        return "sum1" if self.sums else "count"

    def answers(self, named: Sequence[str]) -> bool:
        """Whether a filter over these attributes can be applied to what is counted."""
        return set(named) <= set(self.by)


def place_sql(geometry: str, kind: str) -> str:
    """The representative point of a geometry in EPSG:3857, as SQL; `kind` is the layer's `geometry_kind`."""
    return geometry if kind == "point" else f"st_pointonsurface({geometry})"


def column_sql(place: str, z: int | str) -> str:
    """The column of the grid of zoom `z` that a point in EPSG:3857 lies in, as SQL."""
    return _index_sql(f"st_x({place}) + {HALF_WORLD_M}", z)


def row_sql(place: str, z: int | str) -> str:
    """The row of that grid, growing southwards, as SQL."""
    return _index_sql(f"{HALF_WORLD_M} - st_y({place})", z)


def _index_sql(metres: str, z: int | str) -> str:
    # a power of two scales exactly: the column of a lower zoom is this one shifted
    return f"least((1 << {z}) - 1, greatest(0, floor(({metres}) / {2 * HALF_WORLD_M} * (1 << {z}))::int))"


def counting_sql(
    source: str, *, kind: str, geometry: str, scopes: str, by: Sequence[str], sums: Sequence[str], base: int | str
) -> str:
    """SELECT of `scope, x, y, by, count, east_cm, north_cm, sum1, sum2` over rows: one row a feature and scope.

    Args:
        source: FROM-item with the rows, aliased `r`.
        kind: of the geometry.
        geometry: expression over `r`, EPSG:3857.
        scopes: text[] over `r`.
        by: text expressions over `r`.
        sums: number expressions over `r`.
        base: zoom of the cells.
    """
    values = f"array[{', '.join(by)}]::text[]" if by else "'{}'::text[]"
    added = [f"round(coalesce({one}, 0)::numeric * {SUM_SCALE})::bigint" for one in sums]
    padded = [*added, *("0::bigint",) * (MAX_SUMS - len(added))]
    named = ", ".join(f"{one} as sum{number}" for number, one in enumerate(padded, start=1))
    return (
        f'select s.scope, {column_sql("p.place", base)} as x, {row_sql("p.place", base)} as y, {values} as "by",'
        f" 1::bigint as count, round(st_x(p.place) * 100)::bigint as east_cm,"
        f" round(st_y(p.place) * 100)::bigint as north_cm, {named}"
        f" from {source} cross join lateral (select {place_sql(geometry, kind)} as place offset 0) p"
        f" cross join lateral unnest({scopes}) as s(scope)"
    )
