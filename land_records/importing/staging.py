"""Where the rows of one file wait until all of them were read: a temporary table of the import's own transaction."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import shapely
from django.db import connection
from psycopg.types.json import Jsonb

from fixtures.vn2000 import MERIDIANS
from layers.core import ImportRow, Outcome
from layers.vn2000.plane import zone_at

_MAKE = """
create temporary table if not exists parcel_import (
    row integer not null,
    commune_id bigint not null,
    map_commune_code text not null,
    map_sheet integer not null,
    parcel_number integer not null,
    land_use text not null,
    uses jsonb not null,
    recorded_area_m2 numeric(12, 1) not null,
    address text not null,
    effective_on date,
    srid integer not null,
    geom geometry(Polygon, 4326) not null
) on commit drop
"""
_COLUMNS = (
    "row, commune_id, map_commune_code, map_sheet, parcel_number, land_use, uses, recorded_area_m2, address,"
    " effective_on, srid, geom"
)


def keep(rows: Sequence[ImportRow]) -> Outcome:
    """Keep a batch; nothing of it is in the register yet."""
    with connection.cursor() as cursor:
        cursor.execute(_MAKE)
        with cursor.copy(f"copy parcel_import ({_COLUMNS}) from stdin") as copy:
            for row in rows:
                copy.write_row(_columns(row))
    return Outcome()


def is_there() -> bool:
    """Whether any row was kept in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('pg_temp.parcel_import') is not null")
        return bool(cursor.fetchone()[0])


def _columns(row: ImportRow) -> list[Any]:
    values, shape = row.values, row.shape
    assert shape is not None
    uses = values["uses"]
    main = max(uses, key=lambda one: one[1])[0]
    return [
        row.number,
        values["commune"].pk,
        values["map_commune_code"],
        values["sheet"],
        values["parcel_number"],
        main,
        Jsonb(uses),
        f"{values['recorded_area_m2']:.1f}",
        (values.get("address") or "")[:200],
        values.get("effective_on"),
        _zone(row),
        shapely.to_wkb(shapely.set_srid(shape, 4326), hex=True, include_srid=True),
    ]


def _zone(row: ImportRow) -> int:
    """The zone the file is in, else that of the place's land documents."""
    if row.srid in MERIDIANS:
        return row.srid
    assert row.shape is not None
    lon, lat = shapely.get_coordinates(row.shape)[0]
    return _zone_near(round(float(lon), 2), round(float(lat), 2))


@cache
def _zone_near(lon: float, lat: float) -> int:
    return zone_at(lon, lat)
