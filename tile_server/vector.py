"""A layer's tile by one SQL statement: the rows a viewer may see, encoded here, and the snapshot they are of."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import psycopg
from isal import igzip
from psycopg.pq.abc import PGresult

from layers.core.attribute import Attribute
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.rung import CELL_DEPTH
from tile_server.coarse import cell_sql, cell_values
from tile_server.encode import NO_ID, Column, Paths, Records, Window, encode_layer
from tile_server.grid import BUFFER, EXTENT, Tile
from tile_server.request import TileRequest
from tile_server.statement import Statement, tile_statement

MAX_FEATURES = 12_000
"""Most features of one tile; beyond it the smallest are left out and the tile says so (`thinned_name`)."""
READ_FEATURES = 40_000
"""Most rows of which the largest are chosen here; of more the database sends the largest only."""
MAX_BYTES = 500_000
"""Most bytes of one tile, gzipped; beyond it more of the smallest are left out."""
INLINE_BYTES = 300_000
"""Of the records up to which a tile is encoded within the event loop: about 1 ms. Larger ones go to a thread."""
_SNAPSHOT, _SECOND, _RECORDS = 0, 1, 2
"""Columns of every statement: the snapshot; the finished tile of cells, or how many features; their records."""


@dataclass(frozen=True, slots=True)
class Built:
    """A tile's bytes (MVT, uncompressed; empty where there is nothing) and the snapshot text they were read in."""

    body: bytes
    snapshot: str


@dataclass(frozen=True, slots=True)
class Query:
    """How the rows of any tile are read.

    Attributes:
        names: the attributes the records carry after id and shape.
        every: of cells, the finished tile; else the records of one feature more than are read, at most.
        largest: the records of the largest features, asked where there are more; None for cells.
    """

    names: tuple[str, ...]
    every: Statement
    largest: Statement | None = None


def compiled(request: TileRequest) -> Query:
    """The statements of a tile; made once per layer, filter, time, language and kind of zoom."""
    assert isinstance(request.layer, Layer)
    coarse = request.layer.zoom.is_coarse(request.tile.z)
    drawn = (a.name for a in request.layer.tile_attributes if (a.from_zoom or 0) <= request.tile.z)
    names = cell_values(request.layer) if coarse else tuple(drawn)
    # a restricted attribute in the filter reads the viewer's roles, so that statement is made for these roles alone
    roles = request.viewer.roles if request.private else frozenset()
    version = registry.version
    return _compiled(version, request.layer, names, coarse, request.filter_text, _Hidden(request), roles)


class _Hidden:
    """Carries a request into the cached function without being part of its key beyond time and language."""

    def __init__(self, request: TileRequest) -> None:
        self.request = request
        self.key = (request.at, request.known_at, request.language)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hidden) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=2_000)
def _compiled(
    _version: int,
    layer: Layer,
    names: tuple[str, ...],
    coarse: bool,
    _text: str,
    hidden: _Hidden,
    _roles: frozenset[str],
) -> Query:
    request = hidden.request
    readable: Mapping[str, Attribute] = {
        a.name: a for a in layer.attributes if a.name in layer.readable(request.viewer)
    }
    rows = tile_statement(
        layer,
        names,
        filters=request.filters,
        readable=readable,
        at=request.at,
        known_at=request.known_at,
        language=request.language,
        cells=coarse,
    )
    return Query(names, cell_sql(layer, rows)) if coarse else feature_query(rows, names)


def feature_query(rows: Statement, names: tuple[str, ...]) -> Query:
    """Statements of single features over rows of `_id`, `_geom` and the names."""
    columns = "".join(f', "{name}"' for name in names)
    chosen = f'select "_id", "_geom"{columns} from'
    records = "string_agg(record_send(t), '')"
    every = (
        f"select pg_current_snapshot()::text, count(*), {records}"
        f" from ({chosen} ({rows.sql}) r limit {READ_FEATURES + 1}) t"
    )
    largest = (
        f"with rows as materialized ({rows.sql}) select pg_current_snapshot()::text, (select count(*) from rows),"
        f' {records} from ({chosen} rows order by st_area("_geom") desc, st_length("_geom") desc, hashint8("_id"),'
        f' "_id" limit {MAX_FEATURES}) t'
    )
    return Query(names, Statement(every, rows.params), Statement(largest, rows.params))


def bindings(request: TileRequest) -> dict[str, Any]:
    """Values of every slot a tile's statement may hold."""
    sides = ("west", "south", "east", "north")
    drawn: Tile = request.tile
    return {
        **dict(zip(sides, drawn.drawn, strict=True)),
        **{f"tile_{side}": value for side, value in zip(sides, drawn.mercator, strict=True)},
        "units": sorted(request.viewer.units),
        "departments": sorted(request.viewer.departments),
        "z": drawn.z,
        "x": drawn.x,
        "y": drawn.y,
        "cell_m": drawn.size_m / (1 << CELL_DEPTH),
    }


async def build(connection: psycopg.AsyncConnection[Any], request: TileRequest, query: Query) -> Built:
    """Run the statement; prepared and binary, so that the same plan serves every tile."""
    result = await _run(connection, request, query.every)
    if query.largest is None:
        return Built(result.get_value(0, _SECOND) or b"", _snapshot(result))
    total = _number(result)
    rows = total
    if total > READ_FEATURES:
        result = await _run(connection, request, query.largest)
        total = _number(result)
        rows = min(total, MAX_FEATURES)
    sent = result.get_value(0, _RECORDS) or b""
    arguments = (request.layer.id, request.tile, query.names, sent, rows, total)
    body = _encoded(*arguments) if len(sent) <= INLINE_BYTES else await asyncio.to_thread(_encoded, *arguments)
    return Built(body, _snapshot(result))


async def _run(connection: psycopg.AsyncConnection[Any], request: TileRequest, statement: Statement) -> PGresult:
    cursor = connection.cursor(binary=True)
    await cursor.execute(statement.sql, statement.bind(bindings(request)), prepare=True)
    assert cursor.pgresult is not None
    return cursor.pgresult


def _snapshot(result: PGresult) -> str:
    return (result.get_value(0, _SNAPSHOT) or b"").decode()


def _number(result: PGresult) -> int:
    return int.from_bytes(result.get_value(0, _SECOND) or b"", "big")


def _encoded(name: str, tile: Tile, names: tuple[str, ...], sent: bytes, rows: int, total: int) -> bytes:
    """The tile of a layer from the records of some of its features, thinned until it is small enough."""
    if not rows:
        return b""
    ids, shapes, *fields = Records.read(sent, rows).fields
    numbers = ids.whole_numbers()
    columns = [Column(*one) for one in zip(names, fields, strict=True)]
    west, _, _, north = tile.mercator
    paths = Paths.read(shapes, Window(west, north, tile.size_m / EXTENT, -BUFFER, EXTENT + BUFFER))
    thinned = total > rows or paths.number > MAX_FEATURES
    if thinned:
        paths = paths.largest(numbers, MAX_FEATURES)
    made = encode_layer(name, EXTENT, numbers, paths, columns)
    while (share := _share(made.body)) < 1:
        thinned = True
        paths = paths.largest(numbers, int(len(made.rows) * share))
        made = encode_layer(name, EXTENT, numbers, paths, columns)
    return made.body + _notice(name, len(made.rows), total) if thinned else made.body


def _share(body: bytes) -> float:
    """Which part of its features a tile may keep; 1 where it is small enough."""
    if len(body) <= MAX_BYTES:
        return 1
    size = len(igzip.compress(body, 1, mtime=0))
    return 1 if size <= MAX_BYTES else 0.95 * MAX_BYTES / size


def thinned_name(layer_id: str) -> str:
    """Of the layer in which a tile says that it does not hold every feature; of its own in a tile of several layers."""
    return f"_thinned_{layer_id}"


def _notice(layer: str, kept: int, total: int) -> bytes:
    """The layer that says a tile does not hold everything: one square with how many are drawn, of how many."""
    columns = [
        Column.of_texts("layer", [layer]),
        Column.of_numbers("kept", np.array([kept])),
        Column.of_numbers("total", np.array([total])),
    ]
    square = Paths.squares(np.array([0]), np.array([0]), EXTENT)
    return encode_layer(thinned_name(layer), EXTENT, np.array([NO_ID]), square, columns).body
