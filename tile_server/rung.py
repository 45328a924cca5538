"""Low zooms of a layer with a rung: cells read as they are counted, or counted the same way over a filter or a time.

Either way the database gives, for each combination of values, the cells that hold some of it; what a cell carries
(`_cell`, `_count`, its main value of each kind, its sums) is drawn from that here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db.models import IntegerField, Model, TextField

from layers.core.counting import counted_of
from layers.core.layer import Layer
from layers.core.parameter import Slot
from layers.core.rung import CELL_DEPTH, CELLS, SUM_SCALE, Rung
from layers.core.statement import Statement
from tile_server.coarse import PACKED
from tile_server.grid import EXTENT, Tile
from tile_server.mvt import encode_layer, points, squares
from tile_server.request import TileRequest
from tile_server.vector import Built, bindings, compiled

_CELL = np.dtype(
    [("cx", ">i2"), ("cy", ">i2"), ("count", ">i8"), ("east_cm", ">i8"), ("north_cm", ">i8")]
    + [(f"sum{number}", ">i8") for number in (1, 2)]
)
_NUMBERS = "count, east_cm, north_cm, sum1, sum2"


class _Cell(Model):
    """The rows of the common table expression `cells`, so that a filter is compiled over what is counted."""

    by = ArrayField(TextField(null=True))
    cx = IntegerField()

    class Meta:
        app_label = "tile_server"
        managed = False
        db_table = "cells"

    def __str__(self) -> str:
        return f"{self.by}"


def serves(request: TileRequest) -> bool:
    """Whether the tile carries cells of a rung."""
    layer = request.layer
    return isinstance(layer, Layer) and layer.rung is not None and layer.zoom.is_coarse(request.tile.z)


async def build(connection: psycopg.AsyncConnection[Any], request: TileRequest) -> Built:
    """The tile, from what is counted where that answers the request, else from the rows."""
    assert isinstance(request.layer, Layer)
    statement = _counted_statement(request)
    cells = await _read(connection, request, statement) if statement else None
    cells = cells or await _read(connection, request, compiled(request))
    assert cells is not None
    return Built(draw(request.layer, request.tile, cells), cells.snapshot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """What the cells of one tile count.

    Attributes:
        snapshot: of the statement that read them, as text.
        parts: by combination of values (in the order of `Rung.by`), the cells that hold some of it, as `_CELL`.
    """

    snapshot: str
    parts: tuple[tuple[tuple[str | None, ...], npt.NDArray[Any]], ...]


def _counted_statement(request: TileRequest) -> Statement | None:
    """The statement over what the database counts; None where the filter or the time asks for the rows themselves."""
    layer = request.layer
    assert isinstance(layer, Layer)
    if layer.rung is None or request.private or request.at or request.known_at:
        return None
    if request.filters and not layer.rung.answers(request.filters.properties):
        return None
    return _counted(layer, request.filter_text, _Hidden(request.filters))


async def _read(connection: psycopg.AsyncConnection[Any], request: TileRequest, statement: Statement) -> Cells | None:
    values = {**bindings(request), **_slots(request)}
    cursor = connection.cursor(binary=True)
    await cursor.execute(statement.sql, statement.bind(values), prepare=True)
    rows = await cursor.fetchall()
    if not rows[0][1]:
        return None  # the rung is not counted as declared, or not yet
    parts = [(tuple(by), np.frombuffer(data, dtype=_CELL)) for _, _, by, data in rows if by is not None]
    return Cells(snapshot=rows[0][0], parts=tuple(parts))


def _slots(request: TileRequest) -> dict[str, Any]:
    """Values of the slots of both statements, beside those of every tile."""
    tile, coarse = request.tile, request.layer.zoom.coarse
    assert coarse is not None
    deep = coarse - 1 + CELL_DEPTH - tile.z
    return {
        "scopes": sorted(request.scopes),
        "cell_z": tile.z + CELL_DEPTH,
        "cell_shift": deep - CELL_DEPTH,
        "x_first": tile.x << deep,
        "x_last": ((tile.x + 1) << deep) - 1,
        "y_first": tile.y << deep,
        "y_last": ((tile.y + 1) << deep) - 1,
    }


def draw(layer: Layer, tile: Tile, cells: Cells) -> bytes:
    """The tile: a square a cell for areas, else a point in the middle of what the cell holds; no feature id."""
    assert layer.rung is not None
    grid = _Grid(layer.rung, cells)
    if not len(grid.index):
        return b""
    cy, cx = np.divmod(grid.index, CELLS)
    side = EXTENT // CELLS
    if layer.geometry_kind == "polygon":
        geometry = squares(cx * side, cy * side, side)
    else:
        west, _, _, north = tile.mercator
        scale = EXTENT / tile.size_m
        x = (grid.total("east_cm") / grid.counts / 100 - west) * scale
        y = (north - grid.total("north_cm") / grid.counts / 100) * scale
        geometry = points(np.rint(x).astype(int), np.rint(y).astype(int))
    z = tile.z + CELL_DEPTH
    left, top = tile.x << CELL_DEPTH, tile.y << CELL_DEPTH
    names = [f"{z}/{left + column}/{top + row}" for column, row in zip(cx.tolist(), cy.tolist(), strict=True)]
    columns: dict[str, Sequence[Any]] = {"_cell": names, "_count": _suppressed(layer, grid)}
    for number, name in enumerate(layer.rung.by):
        columns[name] = grid.main(number)
    for number, name in enumerate(layer.rung.sums, start=1):
        digits = layer.attribute(name).precision or None  # None: whole numbers
        columns[name] = [round(total / SUM_SCALE, digits) for total in grid.total(f"sum{number}").tolist()]
    return encode_layer(layer.id, geometry, columns)


class _Grid:
    """The cells of a tile that hold anything, in reading order, and what they add up to."""

    def __init__(self, rung: Rung, cells: Cells) -> None:
        self.rung = rung
        self.parts = [(by, part["cy"].astype(np.int64) * CELLS + part["cx"], part) for by, part in cells.parts]
        totals = self._added("count")
        self.index = np.flatnonzero(totals)
        self.counts = totals[self.index]

    def _added(self, name: str, part: int | None = None) -> npt.NDArray[np.int64]:
        chosen = self.parts if part is None else [self.parts[part]]
        total = np.zeros(CELLS * CELLS, dtype=np.int64)
        for _, index, numbers in chosen:
            np.add.at(total, index, numbers[name].astype(np.int64))
        return total

    def total(self, name: str) -> npt.NDArray[np.int64]:
        """A number added up over all values, a cell."""
        return self._added(name)[self.index]

    def main(self, number: int) -> list[str | None]:
        """The value that weighs most in each cell; of equals the first in order."""
        weight = "sum1" if self.rung.sums else "count"
        weights: dict[str | None, npt.NDArray[np.int64]] = {}
        for part, (by, _, _) in enumerate(self.parts):
            added = self._added(weight, part)[self.index]
            weights[by[number]] = weights[by[number]] + added if by[number] in weights else added
        values = sorted(weights, key=lambda value: (value is None, value))
        most = np.argmax(np.stack([weights[value] for value in values]), axis=0)
        return [values[which] for which in most.tolist()]


def _suppressed(layer: Layer, grid: _Grid) -> list[int | None]:
    """The counts, small ones left out where the layer says so, with a neighbour that would give them away."""
    least = layer.access.small_counts
    counts: list[int | None] = grid.counts.tolist()
    if not least:
        return counts
    hidden = grid.counts < least
    # four cells add up to one of the zoom above: the smallest sibling of a single hidden one is hidden with it
    cy, cx = np.divmod(grid.index, CELLS)
    parent = (cy >> 1) * CELLS + (cx >> 1)
    for one in np.unique(parent[hidden]):
        siblings = np.flatnonzero(parent == one)
        shown = siblings[~hidden[siblings]]
        if len(shown) and len(siblings) - len(shown) == 1:
            hidden[shown[np.argmin(grid.counts[shown])]] = True
    return [None if one else count for one, count in zip(hidden.tolist(), counts, strict=True)]


class _Hidden:
    """Carries a filter past a cache whose key holds its text."""

    def __init__(self, filters: Any) -> None:
        self.filters = filters

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hidden)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=500)
def _counted(layer: Layer, _text: str, hidden: _Hidden) -> Statement:
    assert layer.rung is not None
    rows = _Cell._default_manager.all()
    if hidden.filters:
        rows = rows.filter(hidden.filters.q({name: f"by__{number}" for number, name in enumerate(layer.rung.by)}))
    condition, params = _where(rows)
    inside = f"& {CELLS - 1})::int2"
    sql = (
        "with cells as ("
        f'select cx, cy, "by", {_NUMBERS} from map_cell'
        " where layer = %s and z = %s and tile_x = %s and tile_y = %s and scope = any(%s)"
        f' union all select ((x >> %s) {inside} as cx, ((y >> %s) {inside} as cy, "by", {_NUMBERS} from map_cell_delta'
        " where layer = %s and x between %s and %s and y between %s and %s and scope = any(%s))"
        " select pg_current_snapshot()::text,"
        " exists (select 1 from map_rung where layer = %s and signature = %s), c.by, c.data"
        f' from (select 1) one left join (select "by", {PACKED} as data from cells{condition} group by "by") c on true'
    )
    tile = tuple(Slot(name) for name in ("z", "x", "y", "scopes"))
    deltas = tuple(Slot(name) for name in ("x_first", "x_last", "y_first", "y_last", "scopes"))
    shift = (Slot("cell_shift"), Slot("cell_shift"))
    counted = (layer.id, counted_of(layer).signature)
    return Statement(sql, (layer.id, *tile, *shift, layer.id, *deltas, *counted, *params))


def _where(rows: Any) -> tuple[str, tuple[Any, ...]]:
    """The WHERE clause of a queryset over `cells`."""
    sql, params = rows.values("cx").query.sql_with_params()
    _, found, condition = sql.partition(" WHERE ")
    return (f" where {condition}" if found else ""), tuple(params)
