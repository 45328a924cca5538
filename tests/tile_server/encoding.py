"""The same rows as a tile by PostgreSQL's encoder and by ours, decoded."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import Any

import mapbox_vector_tile
import psycopg
import shapely

from layers.core.parameter import Slot
from layers.core.viewer import ANYONE
from tile_server import vector
from tile_server.grid import BUFFER, EXTENT, Tile
from tile_server.pool import dsn
from tile_server.statement import Statement

NAMES = ("name", "number", "share", "flag")
TILE = Tile(14, 13006, 7697)
LAYER = SimpleNamespace(id="subject")


@dataclass(frozen=True)
class Row:
    """A row of the table that is drawn; the shape in units of `TILE`, y downwards."""

    shape: Any
    id: int = 1
    name: str | None = None
    number: int | None = None
    share: float | None = None
    flag: bool | None = None


@dataclass
class Drawn:
    """A decoded tile."""

    body: bytes
    layers: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        options = {"y_coord_down": True}
        self.layers = mapbox_vector_tile.decode(self.body, default_options=options) if self.body else {}

    @cached_property
    def features(self) -> dict[int, dict[str, Any]]:
        """The layer's features by id."""
        return {f["id"]: f for f in self.layers.get(LAYER.id, {"features": []})["features"]}

    @cached_property
    def shapes(self) -> dict[int, Any]:
        """Their shapes by id."""
        return {id_: shapely.geometry.shape(f["geometry"]) for id_, f in self.features.items()}

    @cached_property
    def properties(self) -> dict[int, dict[str, Any]]:
        """Their attributes by id."""
        return {id_: f["properties"] for id_, f in self.features.items()}


def metres(shape: Any) -> Any:
    """Units of `TILE` to EPSG:3857."""
    west, _, _, north = TILE.mercator
    unit = TILE.size_m / EXTENT
    return shapely.transform(shape, lambda p: p * (unit, -unit) + (west, north))


def both(rows: Sequence[Row]) -> tuple[Drawn, Drawn]:
    """The rows by PostgreSQL and by us."""
    theirs, ours = asyncio.run(_both(rows))
    return Drawn(theirs), Drawn(ours)


def ours(rows: Sequence[Row]) -> Drawn:
    """The rows by us."""
    return both(rows)[1]


async def _both(rows: Sequence[Row]) -> tuple[bytes, bytes]:
    async with await psycopg.AsyncConnection.connect(dsn(), autocommit=True) as connection:
        await connection.execute(
            "create temporary table subject (id bigint, geom geometry(Geometry, 3857), name text, number int,"
            " share float8, flag bool)"
        )
        shapes = shapely.to_wkb([metres(row.shape) for row in rows]) if rows else []
        async with connection.cursor() as cursor:
            await cursor.executemany(
                "insert into subject values (%s, st_setsrid(%s::bytea::geometry, 3857), %s, %s, %s, %s)",
                [(r.id, wkb, r.name, r.number, r.share, r.flag) for r, wkb in zip(rows, shapes, strict=True)],
            )
        columns = ", ".join(NAMES)
        # the edge of the box is drawn, as `&&` would have it
        margin = TILE.size_m * (BUFFER + 1) / EXTENT
        west, south, east, north = TILE.mercator
        box = f"st_makeenvelope({west - margin}, {south - margin}, {east + margin}, {north + margin}, 3857)"
        select = f'select id as "_id", geom as "_geom", {columns} from subject where geom && {box}'
        query = vector.feature_query(Statement(select, ()), NAMES)
        request: Any = SimpleNamespace(tile=TILE, layer=LAYER, viewer=ANYONE)
        made = (await vector.build(connection, request, query)).body
        edges = tuple(Slot(f"tile_{side}") for side in ("west", "south", "east", "north"))
        plain = Statement(
            f"select st_asmvt(t, '{LAYER.id}', {EXTENT}, '_mvt', '_id') from (select \"_id\", st_asmvtgeom(\"_geom\","
            f' st_makeenvelope(%s, %s, %s, %s, 3857), {EXTENT}, {BUFFER}, true) as "_mvt", {columns}'
            f' from ({select}) r order by "_id") t',
            edges,
        )
        cursor = connection.cursor(binary=True)
        await cursor.execute(plain.sql, plain.bind(vector.bindings(request)))
        row = await cursor.fetchone()
        return bytes(row[0] or b"") if row else b"", made
