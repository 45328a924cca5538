"""Low zooms of a layer with a rung: cells read as they are counted, or counted the same way over a filter or a time.

Either way the database gives, for each combination of values, the cells that hold some of it.
"""

import asyncio
from functools import lru_cache
from typing import Any

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BinaryField, Model, TextField

from layers.core.counting import counted_of
from layers.core.layer import Layer
from layers.core.parameter import Slot
from layers.core.rung import CELL_DEPTH, CELLS, PACKED
from tile_server.cells import Cells, draw
from tile_server.request import TileRequest
from tile_server.statement import Statement
from tile_server.vector import Built, bindings, compiled


class CountedCell(Model):
    """The rows of the common table expression `cells`, so that a filter is compiled over what is counted."""

    by = ArrayField(TextField(null=True))
    data = BinaryField()

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


async def build(database: psycopg.AsyncConnection[Any], request: TileRequest) -> Built:
    """The tile, from what is counted where that answers the request, else from the rows."""
    assert isinstance(request.layer, Layer)
    statement = _counted_statement(request)
    cells = await _read(database, request, statement) if statement else None
    cells = cells or await _read(database, request, compiled(request).every)
    assert cells is not None
    return Built(await asyncio.to_thread(draw, request.layer, request.tile, cells), cells.snapshot)


def read(request: TileRequest) -> Cells:
    """What the cells of the tile count; blocking, by Django's connection."""
    statement = _counted_statement(request)
    with connection.cursor() as cursor:
        for one in (statement, compiled(request).every) if statement else (compiled(request).every,):
            cursor.execute(one.sql, one.bind(_values(request)))
            if cells := Cells.of(cursor.fetchall()):
                return cells
    raise AssertionError("cells counted from the rows are always there")


def is_counted(request: TileRequest) -> bool:
    """Whether what is counted answers the request; a further filter, or a time, asks for the rows themselves."""
    layer = request.layer
    if not isinstance(layer, Layer) or layer.rung is None or request.private or request.at or request.known_at:
        return False
    return request.filters is None or layer.rung.answers(request.filters.properties)


def _counted_statement(request: TileRequest) -> Statement | None:
    assert isinstance(request.layer, Layer)
    if not is_counted(request):
        return None
    return _counted(request.layer, request.filter_text, _Hidden(request.filters))


async def _read(database: psycopg.AsyncConnection[Any], request: TileRequest, statement: Statement) -> Cells | None:
    cursor = database.cursor(binary=True)
    await cursor.execute(statement.sql, statement.bind(_values(request)), prepare=True)
    return Cells.of(await cursor.fetchall())


def _values(request: TileRequest) -> dict[str, Any]:
    """Values of the slots of both statements."""
    tile, coarse = request.tile, request.layer.zoom.coarse
    assert coarse is not None
    deep = coarse - 1 + CELL_DEPTH - tile.z
    return {
        **bindings(request),
        "scopes": sorted(request.scopes),
        "cell_z": tile.z + CELL_DEPTH,
        "cell_shift": deep - CELL_DEPTH,
        "x_first": tile.x << deep,
        "x_last": ((tile.x + 1) << deep) - 1,
        "y_first": tile.y << deep,
        "y_last": ((tile.y + 1) << deep) - 1,
    }


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
    rows = CountedCell._default_manager.all()
    if hidden.filters:
        rows = rows.filter(hidden.filters.q({name: f"by__{number}" for number, name in enumerate(layer.rung.by)}))
    condition, params = _where(rows)
    inside = f"& {CELLS - 1})::int2"
    sql = (
        'with cells as (select "by", data from map_cell_pack'
        " where layer = %s and z = %s and tile_x = %s and tile_y = %s and scope = any(%s)"
        f' union all select "by", string_agg({PACKED}) from ('
        f"select *, ((x >> %s) {inside} as cx, ((y >> %s) {inside} as cy from map_cell_delta"
        ' where layer = %s and x between %s and %s and y between %s and %s and scope = any(%s)) d group by "by")'
        " select pg_current_snapshot()::text,"
        " exists (select 1 from map_rung where layer = %s and signature = %s), c.by, c.data"
        f" from (select 1) one left join (select * from cells{condition}) c on true"
    )
    tile = tuple(Slot(name) for name in ("z", "x", "y", "scopes"))
    shift = (Slot("cell_shift"), Slot("cell_shift"))
    deltas = tuple(Slot(name) for name in ("x_first", "x_last", "y_first", "y_last", "scopes"))
    counted = (layer.id, counted_of(layer).signature)
    return Statement(sql, (layer.id, *tile, *shift, layer.id, *deltas, *counted, *params))


def _where(rows: Any) -> tuple[str, tuple[Any, ...]]:
    """The WHERE clause of a queryset over `cells`."""
    sql, params = rows.values("data").query.sql_with_params()
    _, found, condition = sql.partition(" WHERE ")
    return (f" where {condition}" if found else ""), tuple(params)
