"""A land register of any size, made by SQL within the caller's transaction: who rolls it back leaves nothing.

Communes of the province with the sheets of up to three old communes each: those of the first kept their numbers, those
of the others were numbered anew. Four parcels of five have a certificate, one of ten an address. Persons are invented.
"""

from typing import Any

from django.conf import settings
from django.db import connection

import fixtures

PER_SHEET = 250
FIRST_SHEET = 1_001
"""Above the demo's, which stay."""
RENUMBERED = 1_000
"""What was added to the numbers of the second old commune's sheets; twice as much to those of the third."""
MOST_OLD = 3

_PLACES = """
select commune_id, code, 1000 * (place - 1)
from (
    select successor.id as commune_id, old.code,
        row_number() over (partition by successor.id order by old.code) as place
    from admin_units_adminlineage link
    join admin_units_adminunit old on old.id = link.predecessor_id and old.level = 'commune' and not old.is_current
    join admin_units_adminunit successor on successor.id = link.successor_id and successor.is_current
    where link.is_default and successor.level = 'commune' and successor.code = any(%s)
) listed where place <= %s order by commune_id, place
"""
_FILL = """
insert into land_records_mapsheet (commune_id, number, map_commune_code, map_number, srid, source)
select commune_id, %(first)s + shift + s, code, %(first)s + s, 9209, 'demo'
from unnest(%(communes)s::bigint[], %(codes)s::text[], %(shifts)s::int[]) place (commune_id, code, shift),
    generate_series(0, %(sheets)s - 1) s;

insert into land_records_parcel (place_precision, version, updated_at, commune_id, sheet, parcel_number, identifier,
    land_use, recorded_area_m2, computed_area_m2, status, restrictions, address, source, geom, recorded_from,
    valid_from)
select 'exact', 1, now(), commune_id, sheet, number, st_geohash(st_centroid(geom), 12), 'ODT', 1000, 1000,
    case when g %% 5 < 4 then 'certified' else 'registered' end, '{}',
    case when g %% 10 = 0 then 'Đường số ' || g / 10 %% 400 || ', ấp ' || g / 10 %% 9 else '' end,
    'demo', geom, '2016-01-01', '2016-01-01'
from (
    select *, st_makeenvelope(lon, lat, lon + 0.00028, lat + 0.00028, 4326) as geom
    from (
        select *, 105.8 + g %% 2000 * 0.0003 as lon, 11.0 + g / 2000 * 0.0003 as lat
        from (
            select commune_id, %(first)s + shift + s as sheet, number, row_number() over () - 1 as g
            from unnest(%(communes)s::bigint[], %(shifts)s::int[]) place (commune_id, shift),
                generate_series(0, %(sheets)s - 1) s, generate_series(1, %(per_sheet)s) number
        ) numbered
    ) placed
) drawn;

analyze land_records_parcel, land_records_mapsheet;

with one as (
    insert into land_records_party (kind, name, id_number, sex, address, is_demo)
    values ('CNV', 'Người Được Đặt Ra (demo)', '', '', '', true) returning id
), held as (
    insert into land_records_right (su_id, party_id, role, numerator, denominator, certificate_id, valid_from,
        recorded_from)
    select su_id, one.id, 'individual', 1, 1, su_id, valid_from, recorded_from
    from land_records_parcel, one where sheet >= %(first)s and status = 'certified'
    returning su_id, valid_from, recorded_from
), printed as (
    insert into land_records_certifiedparcel (certificate_id, su_id, printed_sheet, printed_number, valid_from,
        recorded_from)
    select su_id, su_id, sheets.map_number::text, parcel_number::text, valid_from, recorded_from
    from held join land_records_parcel one using (su_id, valid_from, recorded_from)
    join land_records_mapsheet sheets on sheets.commune_id = one.commune_id and sheets.number = one.sheet
)
insert into land_records_certificate (certificate_id, serial, registry_number, authority, is_demo, valid_from,
    recorded_from)
select su_id, 'ZZ ' || lpad(su_id::text, 8, '0'), 'CS' || lpad(su_id::text, 8, '0'), '', true, valid_from, recorded_from
from held
"""
_TABLES = ("mapsheet", "parcel", "right", "certificate", "certifiedparcel")


def fill(parcels: int) -> int:
    """Add at least so many parcels; returns how many.

    Raises:
        RuntimeError: the units and their old communes are not loaded.
    """
    codes = [unit.code for unit in fixtures.province(settings.GEO_IOC_PROVINCE).communes]
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [codes, MOST_OLD])
        places: list[tuple[Any, ...]] = cursor.fetchall()
        if not places:
            raise RuntimeError("the units of before are not loaded: load them with `make seed`")
        communes, old, shifts = (list(column) for column in zip(*places, strict=True))
        sheets = -(-parcels // (len(places) * PER_SHEET))
        asked = {"communes": communes, "codes": old, "shifts": shifts, "sheets": sheets}
        for statement in _FILL.split(";\n"):
            cursor.execute(statement, {**asked, "first": FIRST_SHEET, "per_sheet": PER_SHEET})
        # what waits in an index over words is put into it, as autovacuum would
        cursor.execute("select gin_clean_pending_list('land_records_parcel_address')")
        for table in _TABLES:
            cursor.execute(f"analyze land_records_{table}")
    return len(places) * sheets * PER_SHEET
