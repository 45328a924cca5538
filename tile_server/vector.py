"""A layer's tile by one SQL statement: the rows a viewer may see, cut to the tile, and the snapshot they are of."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import psycopg

from layers.core.attribute import Attribute
from layers.core.layer import Layer
from layers.core.parameter import Slot
from layers.core.registry import registry
from layers.core.rung import CELL_DEPTH
from layers.core.statement import Statement, tile_statement
from tile_server.coarse import cell_sql, cell_values
from tile_server.grid import BUFFER, EXTENT, Tile
from tile_server.request import TileRequest

MAX_FEATURES = 20_000
"""Most features of one tile; beyond it the largest ids are left out and the tile says so in `_thinned`."""


@dataclass(frozen=True, slots=True)
class Built:
    """A tile's bytes (MVT, uncompressed; empty where there is nothing) and the snapshot text they were read in."""

    body: bytes
    snapshot: str


def compiled(request: TileRequest) -> Statement:
    """The statement of a tile; made once per layer, filter, time, language and kind of zoom."""
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
) -> Statement:
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
    return cell_sql(layer, rows) if coarse else _feature_sql(layer, rows, names)


def _feature_sql(layer: Layer, rows: Statement, names: tuple[str, ...]) -> Statement:
    """Features cut to the tile, in the order of their key so that equal content gives equal bytes."""
    # ST_AsMVT skips null geometry itself: a test for it would make PostgreSQL cut every shape twice.
    columns = "".join(f', "{name}"' for name in names)
    sql = (
        f"select pg_current_snapshot()::text, st_asmvt(t, %s, {EXTENT}, '_mvt', '_id') from ("
        f'select "_id", st_asmvtgeom("_geom", st_makeenvelope(%s, %s, %s, %s, 3857), {EXTENT}, {BUFFER}, true)'
        f' as "_mvt"{columns}'
        f' from ({rows.sql}) r order by "_id" limit {MAX_FEATURES}) t'
    )
    envelope = tuple(Slot(f"tile_{side}") for side in ("west", "south", "east", "north"))
    return Statement(sql, (layer.id, *envelope, *rows.params))


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


async def build(connection: psycopg.AsyncConnection[Any], request: TileRequest, statement: Statement) -> Built:
    """Run the statement; prepared and binary, so that the same plan serves every tile."""
    cursor = connection.cursor(binary=True)
    await cursor.execute(statement.sql, statement.bind(bindings(request)), prepare=True)
    row = await cursor.fetchone()
    assert row is not None
    return Built(bytes(row[1] or b""), row[0])
