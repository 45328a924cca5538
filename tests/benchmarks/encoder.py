"""What a tile of many parcels costs, beside PostgreSQL's own encoder: CPU of the server and of its database backend.

`DJANGO_SETTINGS_MODULE=tests.settings python -m tests.benchmarks.encoder`, with `DATABASE_URL` set; needs Linux for
the backend's CPU time. The parcels are made up, in a temporary table.
"""

import math
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django

django.setup()

import psycopg  # noqa: E402  # the layers are declared with Django set up
import uvloop  # noqa: E402

from layers.core.geo import HALF_WORLD_M  # noqa: E402
from layers.core.parameter import Slot  # noqa: E402
from layers.core.viewer import ANYONE  # noqa: E402
from tests.benchmarks import parcels  # noqa: E402
from tile_server import vector  # noqa: E402
from tile_server.grid import BUFFER, EXTENT, Tile  # noqa: E402
from tile_server.pool import dsn  # noqa: E402
from tile_server.statement import Statement  # noqa: E402

ZOOMS = {13: 6, 14: 16, 15: 24, 16: 32, 17: 32}
"""Tiles measured at each zoom."""
ROUNDS = 3
LAYER = SimpleNamespace(id="parcels")


def tiles(z: int, number: int) -> list[Tile]:
    """Tiles on a spiral from the dense middle outwards, so that each zoom sees every density."""
    size = 2 * HALF_WORLD_M / (1 << z)
    reach = parcels.RINGS[-1][1] * 0.45
    found: dict[Tile, None] = {}
    for step in range(20 * number):
        angle, distance = step * 2.4, reach * (step / (20 * number)) ** 1.5
        x = parcels.CENTRE[0] + distance * math.cos(angle)
        y = parcels.CENTRE[1] + distance * math.sin(angle)
        found[Tile(z, int((x + HALF_WORLD_M) // size), int((HALF_WORLD_M - y) // size))] = None
    every = list(found)
    return every[:: max(1, len(every) // number)][:number]


def statements() -> tuple[vector.Query, Statement]:
    """Ours, and plain ST_AsMVT of the same rows and attributes."""
    names = parcels.ATTRIBUTES
    columns = ", ".join(f'"{name}"' for name in names)
    box = tuple(Slot(f"box_{side}") for side in ("west", "south", "east", "north"))
    rows = (
        f'select id as "_id", geom_3857 as "_geom", {columns} from {parcels.TABLE}'
        " where geom_3857 && st_makeenvelope(%s, %s, %s, %s, 3857)"
    )
    ours = vector.feature_query(Statement(rows, box), names)
    plain = (
        f"select pg_current_snapshot()::text, st_asmvt(t, 'parcels', {EXTENT}, '_mvt', '_id') from (select \"_id\","
        f' st_asmvtgeom("_geom", st_makeenvelope(%s, %s, %s, %s, 3857), {EXTENT}, {BUFFER}, true) as "_mvt", {columns}'
        f" from ({rows}) r) t"
    )
    edges = tuple(Slot(f"tile_{side}") for side in ("west", "south", "east", "north"))
    return ours, Statement(plain, (*edges, *box))


def values(tile: Tile) -> dict[str, float]:
    """The slots of both statements."""
    sides = ("west", "south", "east", "north")
    margin = tile.size_m * BUFFER / EXTENT
    box = (edge + sign * margin for edge, sign in zip(tile.mercator, (-1, -1, 1, 1), strict=True))
    return {
        **{f"tile_{side}": edge for side, edge in zip(sides, tile.mercator, strict=True)},
        **{f"box_{side}": edge for side, edge in zip(sides, box, strict=True)},
    }


async def measured(connection: psycopg.AsyncConnection[Any]) -> None:
    """Print the table."""
    ours, plain = statements()
    vector.bindings = lambda request: values(request.tile)  # the rows here are no layer's: their slots are their own

    async def by_us(tile: Tile) -> bytes:
        return (await vector.build(connection, SimpleNamespace(tile=tile, layer=LAYER, viewer=ANYONE), ours)).body  # type: ignore[arg-type]

    async def by_database(tile: Tile) -> bytes:
        cursor = connection.cursor(binary=True)
        await cursor.execute(plain.sql, plain.bind(values(tile)), prepare=True)
        row = await cursor.fetchone()
        return bytes(row[1]) if row else b""

    _print("| zoom | tiles | features | ST_AsMVT: database | ours: database | ours: server | ours / ST_AsMVT | KB |")
    _print("|---|---|---|---|---|---|---|---|")
    for z, number in ZOOMS.items():
        chosen = [tile for tile in tiles(z, number) if await _count(connection, tile) <= vector.MAX_FEATURES]
        features = statistics.mean([await _count(connection, tile) for tile in chosen])
        rounds = [
            (await _cost(connection, by_database, chosen), await _cost(connection, by_us, chosen))
            for _ in range(ROUNDS)
        ]
        theirs, database, server = (
            statistics.median(values)
            for values in zip(*((a.database, b.database, b.server) for a, b in rounds), strict=True)
        )
        ratio = statistics.median((b.database + b.server) / a.database for a, b in rounds)
        _print(
            f"| {z} | {len(chosen)} | {features:.0f} | {theirs:.2f} | {database:.2f} | {server:.2f} | {ratio:.2f}"
            f" | {rounds[0][0].kilobytes:.0f} / {rounds[0][1].kilobytes:.0f} |"
        )


async def _count(connection: psycopg.AsyncConnection[Any], tile: Tile) -> int:
    margin = tile.size_m * BUFFER / EXTENT
    west, south, east, north = tile.mercator
    cursor = await connection.execute(
        f"select count(*) from {parcels.TABLE} where geom_3857 && st_makeenvelope(%s, %s, %s, %s, 3857)",
        (west - margin, south - margin, east + margin, north + margin),
    )
    row = await cursor.fetchone()
    return int(row[0]) if row else 0


async def _cost(
    connection: psycopg.AsyncConnection[Any], make: Callable[[Tile], Awaitable[bytes]], chosen: list[Tile]
) -> Any:
    """CPU milliseconds and kilobytes a tile."""
    repeats = 3
    await make(chosen[0])
    database, server, size = _backend_ms(connection), time.process_time(), 0
    for _ in range(repeats):
        for tile in chosen:
            size += len(await make(tile))
    made = repeats * len(chosen)
    return SimpleNamespace(
        database=(_backend_ms(connection) - database) / made,
        server=(time.process_time() - server) * 1000 / made,
        kilobytes=size / made / 1000,
    )


def _backend_ms(connection: psycopg.AsyncConnection[Any]) -> float:
    """CPU time of the connection's backend so far: the first number of schedstat, in nanoseconds."""
    return int(Path(f"/proc/{connection.info.backend_pid}/schedstat").read_text().split()[0]) / 1e6


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def main() -> None:
    """Make the parcels and measure."""
    with psycopg.connect(dsn(), autocommit=True) as connection:
        connection.execute("create extension if not exists postgis")
    async with await psycopg.AsyncConnection.connect(dsn(), autocommit=True) as connection:
        await connection.execute("set jit = off")
        await connection.execute("set max_parallel_workers_per_gather = 0")
        await parcels.create(connection)
        await measured(connection)


if __name__ == "__main__":
    uvloop.run(main())  # as uvicorn does
