"""A layer's tile by one SQL statement: the rows a viewer may see, cut to the tile, and the snapshot they are of."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import psycopg
from isal import igzip
from psycopg.adapt import Transformer
from psycopg.pq import Format
from psycopg.pq.abc import PGresult

from layers.core.attribute import Attribute
from layers.core.layer import Layer
from layers.core.parameter import Slot
from layers.core.registry import registry
from layers.core.rung import CELL_DEPTH
from layers.core.statement import Statement, tile_statement
from tile_server.coarse import cell_sql, cell_values
from tile_server.encode import Column, Paths, Rows, Window, encode_layer, largest_first
from tile_server.grid import BUFFER, EXTENT, Tile
from tile_server.request import TileRequest

MAX_FEATURES = 12_000
"""Most features of one tile; beyond it the smallest are left out and the tile says so in its layer `_thinned`."""
MAX_BYTES = 500_000
"""Most bytes of one tile, gzipped; beyond it more of the smallest are left out."""
FEW_FEATURES = 400
"""Below it ST_AsMVT costs less than sending the rows here and encoding them."""
FEW_POINTS = 5_000
"""Points of all shapes from which even few features are encoded here."""
INLINE_FEATURES = 600
"""Up to it a tile is encoded within the event loop: about 2 ms. Larger ones go to a thread."""
THINNED = "_thinned"

_TOTAL, _IDS, _WKB, _SIZES, _ATTRIBUTES = 2, 3, 4, 5, 6
"""Columns of the statement of single features, after the snapshot and the finished tile."""


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
    """Features cut to the tile by PostgreSQL where they are few; where they are many, columns for our own encoder.

    Which of the two depends on the rows alone, so that equal content gives equal bytes on every worker.
    """
    # ST_AsMVT skips null geometry itself: a test for it would make PostgreSQL cut every shape twice.
    columns = "".join(f', "{name}"' for name in names)
    arrays = "".join(f', array_agg("{name}") as "{name}"' for name in names)
    sql = (
        f"with rows as materialized ({rows.sql}),"
        f" counted as materialized (select count(*) as total, case when count(*) < {FEW_FEATURES}"
        f' then coalesce((select sum(st_npoints("_geom")) from rows), 0) < {FEW_POINTS} else false end as few'
        f" from rows),"
        f" kept as (select * from rows where (select total <= {MAX_FEATURES} from counted) union all"
        f" (select * from rows where (select total > {MAX_FEATURES} from counted)"
        f' order by st_area("_geom") desc, st_length("_geom") desc, hashint8("_id"), "_id" limit {MAX_FEATURES}))'
        f" select pg_current_snapshot()::text, (select st_asmvt(t, %s, {EXTENT}, '_mvt', '_id') from ("
        f'select "_id", st_asmvtgeom("_geom", st_makeenvelope(%s, %s, %s, %s, 3857), {EXTENT}, {BUFFER}, true)'
        f' as "_mvt"{columns} from rows where (select few from counted) order by "_id") t),'
        f" (select total from counted), packed.* from ("
        f"select array_agg(\"_id\"), string_agg(wkb, ''), array_agg(octet_length(wkb)){arrays} from ("
        # offset 0 keeps the planner from writing ST_AsBinary twice
        f'select "_id", st_asbinary("_geom", \'NDR\') as wkb{columns} from kept'
        f" where not (select few from counted) offset 0) k) packed"
    )
    envelope = tuple(Slot(f"tile_{side}") for side in ("west", "south", "east", "north"))
    return Statement(sql, (*rows.params, layer.id, *envelope))


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
    result = cursor.pgresult
    assert result is not None
    snapshot = (result.get_value(0, 0) or b"").decode()
    ids = result.get_value(0, _IDS) if result.nfields > _IDS else None
    if ids is None:
        return Built(result.get_value(0, 1) or b"", snapshot)
    packed = _Packed.of(result, Transformer.from_context(connection))
    if len(packed.ids) <= INLINE_FEATURES:
        return Built(_encoded(request, packed), snapshot)
    return Built(await asyncio.to_thread(_encoded, request, packed), snapshot)


@dataclass(frozen=True, slots=True)
class _Packed:
    """Rows to encode, and how many there would have been."""

    ids: np.ndarray[Any, np.dtype[np.int64]]
    rows: Rows
    columns: list[Column]
    total: int

    @classmethod
    def of(cls, result: PGresult, transformer: psycopg.abc.Transformer) -> "_Packed":
        def column(number: int) -> Column:
            name = result.fname(number) or b""
            load = transformer.get_loader(result.ftype(number), Format.BINARY).load
            return Column.from_array(name.decode(), result.get_value(0, number) or b"", load)

        ids, sizes = (np.asarray(column(number).values, dtype=np.int64) for number in (_IDS, _SIZES))
        columns = [column(number) for number in range(_ATTRIBUTES, result.nfields)]
        total = int.from_bytes(result.get_value(0, _TOTAL) or b"", "big")
        return cls(ids, Rows(result.get_value(0, _WKB) or b"", sizes), columns, total)


def _encoded(request: TileRequest, packed: _Packed) -> bytes:
    """The tile of many features, thinned until it is small enough."""
    tile, name = request.tile, request.layer.id
    west, _, _, north = tile.mercator
    paths = Paths.read(packed.rows, Window(west, north, tile.size_m / EXTENT, -BUFFER, EXTENT + BUFFER))
    made = encode_layer(name, EXTENT, packed.ids, paths, packed.columns)
    thinned = packed.total > len(packed.ids)
    while (share := _share(made.body)) < 1:
        thinned = True
        chosen = np.zeros(len(packed.ids), dtype=bool)
        drawn = np.zeros(len(packed.ids), dtype=bool)
        drawn[made.rows] = True
        order = largest_first(paths, packed.ids)
        chosen[order[drawn[order]][: int(len(made.rows) * share)]] = True
        made = encode_layer(name, EXTENT, packed.ids, paths.only(chosen), packed.columns)
    return made.body + _notice(name, len(made.rows), packed.total) if thinned else made.body


def _share(body: bytes) -> float:
    """Which part of its features a tile may keep; 1 where it is small enough."""
    if len(body) <= MAX_BYTES:
        return 1
    size = len(igzip.compress(body, 1, mtime=0))
    return 1 if size <= MAX_BYTES else 0.95 * MAX_BYTES / size


def _notice(layer: str, kept: int, total: int) -> bytes:
    """The layer that says a tile does not hold everything: one square with how many are drawn, of how many."""
    columns = [Column("layer", [layer]), Column("kept", np.array([kept])), Column("total", np.array([total]))]
    return encode_layer(
        THINNED, EXTENT, np.array([-1]), Paths.squares(np.array([0]), np.array([0]), EXTENT), columns
    ).body
