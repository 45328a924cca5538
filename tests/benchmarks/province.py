"""The whole province, tile by tile through the server: how long it takes to make everything from z5 to z15."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from tests.benchmarks import load
from tests.benchmarks.database import Source
from tests.benchmarks.load import Ask
from tests.benchmarks.low_zoom import path
from tests.benchmarks.server import Server
from tile_server.grid import HALF_WORLD_M, Tile

ZOOMS = range(5, 16)


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """All tiles of the layer's extent, empty ones included."""

    tiles: int
    failed: int
    took_s: float
    size_mb: float


def build(server: Server, source: Source, first: int, last: int) -> Province:
    """Ask for every tile of the extent at the zooms the layer has of z5 to z15."""
    tiles = [tile for z in ZOOMS if first <= z <= last for tile in _cover(source, z)]
    seen = load.run(server.port, [Ask(path(source.layer, tile)) for tile in tiles])
    return Province(tiles=len(tiles), failed=seen.failed, took_s=seen.took_s, size_mb=seen.bytes / 1e6)


def _cover(source: Source, z: int) -> Iterator[Tile]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select st_xmin(box), st_ymin(box), st_xmax(box), st_ymax(box) "
            f"from (select st_extent({source.mercator}) as box from {source.view}) extent"
        )
        west, south, east, north = cursor.fetchone()
    size_m = 2 * HALF_WORLD_M / (1 << z)
    columns = range(int((west + HALF_WORLD_M) / size_m), int((east + HALF_WORLD_M) / size_m) + 1)
    rows = range(int((HALF_WORLD_M - north) / size_m), int((HALF_WORLD_M - south) / size_m) + 1)
    return (Tile(z, x, y) for x in columns for y in rows)
