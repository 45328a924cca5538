"""Where the rows of one file wait until all of them were read: a table of the import's own transaction.

It is no temporary table, which one process alone may read: identifiers and planes are computed by several at once.
Nobody else sees it before it is dropped at the end, and an import that fails takes it along.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import shapely
from django.db import connection
from psycopg.types.json import Jsonb

from fixtures.vn2000 import MERIDIANS
from land_records.identity import LENGTH
from land_records.models import MapSheet, Parcel, ParcelUse
from layers.core import ImportRow, Outcome
from layers.vn2000.plane import zone_at

_MAKE = """
create unlogged table if not exists parcel_import (
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
)
"""
_COLUMNS = (
    "row, commune_id, map_commune_code, map_sheet, parcel_number, land_use, uses, recorded_area_m2, address,"
    " effective_on, srid, geom"
)
_MEASURE = f"""
set local work_mem = '64MB';
analyze parcel_import;
create unlogged table parcel_waiting as
select one.*, sheets.number as sheet, known.id as known_id, two.plane, false as doubtful,
    case when known.id is not null then
        st_asbinary(known.geom) = st_asbinary(one.geom) and known.land_use = one.land_use
        and known.recorded_area_m2 = one.recorded_area_m2 and (one.address = '' or known.address = one.address)
        and one.uses = (select coalesce(jsonb_agg(jsonb_build_array(code, area_m2) order by uses.id), '[]')
            from {ParcelUse._meta.db_table} uses where uses.parcel_id = known.id)
    end as same,
    case when known.id is null then
        st_geohash(st_transform(st_setsrid((st_maximuminscribedcircle(two.plane)).center, one.srid), 4326), {LENGTH})
    end as identifier
from parcel_import one
join {MapSheet._meta.db_table} sheets
    on sheets.map_commune_code = one.map_commune_code and sheets.map_number = one.map_sheet
left join {Parcel._meta.db_table} known on known.is_current and known.commune_id = one.commune_id
    and known.sheet = sheets.number and known.parcel_number = one.parcel_number
cross join lateral (
    select st_setsrid(st_snaptogrid(st_transform(one.geom, one.srid), 0.001), 0) as plane offset 0) two;
create unique index on parcel_waiting (row);
analyze parcel_waiting
"""


def keep(rows: Sequence[ImportRow]) -> Outcome:
    """Keep a batch; nothing of it is in the register yet."""
    with connection.cursor() as cursor:
        cursor.execute(_MAKE)
        shapes = shapely.to_wkb(shapely.set_srid([row.shape for row in rows], 4326), hex=True, include_srid=True)
        with cursor.copy(f"copy parcel_import ({_COLUMNS}) from stdin") as copy:
            for row, shape in zip(rows, shapes, strict=True):
                copy.write_row([*_columns(row), shape])
    return Outcome()


def is_there() -> bool:
    """Whether any row was kept in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('parcel_import') is not null")
        return bool(cursor.fetchone()[0])


def measure() -> None:
    """Put the rows beside what the register knows of them, as `parcel_waiting`: one pass, by several processes.

    Every sheet is numbered by then. `plane` is the polygon in metres of the row's zone, rounded to the millimetre;
    `known_id` the parcel that is there, `same` whether it says the same; a new parcel has its `identifier`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE)


def drop() -> None:
    """Forget the rows."""
    with connection.cursor() as cursor:
        cursor.execute("drop table parcel_import, parcel_waiting")


def _columns(row: ImportRow) -> list[Any]:
    values = row.values
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
