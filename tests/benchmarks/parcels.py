"""Made-up parcels as a temporary table: a jittered lattice, dense in the middle and sparse around it.

Neighbours share their corners and the points along their edges, as in a cadastre; a parcel has 8 to 12 points.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import psycopg
import shapely

TABLE = "benchmark_parcel"
CENTRE = (11_812_000.0, 1_265_000.0)
"""EPSG:3857, metres."""
RINGS = ((20.0, 3_000.0), (35.0, 9_000.0), (70.0, 33_000.0))
"""Size of a parcel and width of the square it fills, metres, from the middle outwards."""
LAND_USES = ("ODT", "ONT", "LUC", "CLN", "BHK", "NTS", "TMD", "SKC", "DGT", "TON")
STREETS = 400
ATTRIBUTES = ("sheet", "parcel_number", "land_use", "address", "area_m2")


def polygons(size: float, width: float, random: np.random.Generator) -> shapely.Geometry:
    """The parcels of one square around `CENTRE`."""
    n = round(width / size)
    corner = np.stack(np.meshgrid(np.arange(n + 1.0), np.arange(n + 1.0)), axis=-1)
    corner += random.uniform(-0.22, 0.22, corner.shape)
    along = _between(corner[:, :-1], corner[:, 1:], random)  # (n + 1, n, 2, 2): along x
    across = _between(corner[:-1], corner[1:], random)  # (n, n + 1, 2, 2): along y
    rings = np.concatenate(
        [
            corner[:-1, :-1, None], along[:-1], corner[:-1, 1:, None], across[:, 1:],
            corner[1:, 1:, None], along[1:, :, ::-1], corner[1:, :-1, None], across[:, :-1, ::-1],
        ],
        axis=2,
    ).reshape(n * n, 12, 2)  # fmt: skip
    kept = np.ones((n, n, 12), dtype=bool)
    kept[:, :, 2] = random.random((1, n)) < 0.5
    kept[:, :, 8] = kept[:, :, 2]
    kept[:, :, 5] = random.random((n, 1)) < 0.5
    kept[:, :, 11] = kept[:, :, 5]
    kept = kept.reshape(n * n, 12)
    points = (rings[kept] - n / 2) * size + CENTRE
    return shapely.polygons(shapely.linearrings(points, indices=np.repeat(np.arange(n * n), kept.sum(axis=1))))


def _between(start: np.ndarray, end: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Two points on each edge, a little off the straight line."""
    at = np.array([1 / 3, 2 / 3])[:, None]
    straight = start[..., None, :] * (1 - at) + end[..., None, :] * at
    return straight + random.normal(0, 0.015, straight.shape)


def rows(seed: int = 20) -> Iterator[tuple[int, bytes, int, int, str, str, float]]:
    """Every parcel: id, WKB and the attributes."""
    random = np.random.default_rng(seed)
    number = 0
    inner = 0.0
    for size, width in RINGS:
        shapes = polygons(size, width, random)
        if inner:
            hole = shapely.box(*(c - inner / 2 for c in CENTRE), *(c + inner / 2 for c in CENTRE))
            shapes = shapes[~shapely.intersects(shapes, hole)]
        inner = width
        for shape, wkb in zip(shapes, shapely.to_wkb(shapes), strict=True):
            number += 1
            street = int(random.integers(STREETS))
            use = LAND_USES[int(random.integers(len(LAND_USES)))]
            yield number, wkb, number // 400, number % 400, use, f"Đường số {street}", round(shape.area, 1)


async def create(connection: psycopg.AsyncConnection[Any]) -> int:
    """Make the temporary table in this connection; the number of parcels."""
    await connection.execute(
        f"create temporary table {TABLE} (id bigint primary key, geom_3857 geometry(Polygon, 3857) not null,"
        " sheet int, parcel_number int, land_use text, address text, area_m2 float8)"
    )
    await connection.execute(f"create temporary table incoming (like {TABLE})")
    await connection.execute("alter table incoming alter geom_3857 type bytea using null")
    cursor = connection.cursor()
    async with cursor.copy("copy incoming from stdin") as copy:
        for row in rows():
            await copy.write_row(row)
    await connection.execute(
        f"insert into {TABLE} select id, st_geomfromwkb(geom_3857, 3857), sheet, parcel_number, land_use, address,"
        " area_m2 from incoming order by id"
    )
    made = cursor.rowcount
    await connection.execute("drop table incoming")
    await connection.execute(f"create index on {TABLE} using gist (geom_3857)")
    await connection.execute(f"analyze {TABLE}")
    return made
