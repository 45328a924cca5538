"""The checks that look at one parcel or at two: overlaps, slivers, uses, areas, communes, printed numbers.

They read two temporary tables: `parcel_changed`, the parcels asked about, and `parcel_checked`, those and
the parcels whose boxes meet theirs, each on the plane of its sheet's zone.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from land_records.models import CertifiedParcel, MapSheet, Parcel, ParcelUse
from land_records.quality.found import Found
from land_records.quality.rules import OUTSIDE, SLIVER, Limits, shared, sound_plane
from land_records.quality.terms import ProblemKind
from layers.admin_units.models import AdminUnit

_PARCEL, _SHEET, _UNIT = Parcel._meta.db_table, MapSheet._meta.db_table, AdminUnit._meta.db_table

_LOOK = f"""
create temporary table parcel_checked on commit drop as
select parcel.id as parcel_id, parcel.su_id, parcel.commune_id, parcel.sheet, parcel.recorded_area_m2,
    parcel.computed_area_m2, parcel.area_difference, parcel.geom, zone.srid,
    {sound_plane("parcel.geom", "zone.srid")} as plane,
    exists (select from parcel_changed where parcel_changed.su_id = parcel.su_id) as is_asked
from {_PARCEL} parcel
join {_UNIT} unit on unit.id = parcel.commune_id
left join {_SHEET} map_sheet on map_sheet.commune_id = parcel.commune_id and map_sheet.number = parcel.sheet
cross join lateral (select coalesce(map_sheet.srid, unit.srid, %s) as srid) zone
where parcel.id in (
    select other.id from parcel_changed one join {_PARCEL} other on one.geom && other.geom and other.is_current)
"""
_INDEXED = """
create index on parcel_checked using gist (geom);
create index on parcel_checked (su_id);
analyze parcel_checked
"""

_OVERLAPS = f"""
select array[one.su_id, other.su_id], st_transform(st_setsrid(ground.geom, one.srid), 4326), shared.area, null
from parcel_checked one
join parcel_checked other on one.geom && other.geom and one.su_id < other.su_id and (one.is_asked or other.is_asked)
cross join lateral (select case when other.srid = one.srid then other.plane
    else {sound_plane("other.geom", "one.srid")} end as plane offset 0) beside
{shared("one.plane", "beside.plane")}
cross join lateral (select st_collectionextract(shared.geom, 3) as geom) ground
where shared.area >= %s
"""
_SLIVERS = f"""
select array[su_id], geom, st_area(plane), null from parcel_checked where is_asked and {SLIVER}
"""
_USES = f"""
select array[su_id], geom, abs(recorded_area_m2 - uses.area_m2), null
from parcel_checked cross join lateral (
    select coalesce(sum(area_m2), 0) as area_m2 from {ParcelUse._meta.db_table} one
    where one.parcel_id = parcel_checked.parcel_id) uses
where is_asked and recorded_area_m2 <> uses.area_m2
"""
_AREAS = """
select array[su_id], geom, abs(recorded_area_m2 - computed_area_m2), area_difference * 100 from parcel_checked
where is_asked and abs(recorded_area_m2 - computed_area_m2) > greatest(%s, %s * computed_area_m2)
"""
_OUTSIDE = f"""
select array[one.su_id], one.geom, st_area(one.plane), null from parcel_checked one {OUTSIDE} and one.is_asked
"""
_PRINTED = CertifiedParcel._meta.db_table
_NUMBERS = f"""
select array[least(one.su_id, other.su_id), greatest(one.su_id, other.su_id)], st_union(parcel.geom, beside.geom),
    parcel.computed_area_m2 + beside.computed_area_m2, null
from {_PRINTED} one
join {_PARCEL} parcel on parcel.su_id = one.su_id and parcel.is_current
join {_PARCEL} beside on beside.commune_id = parcel.commune_id and beside.sheet = parcel.sheet and beside.is_current
    and beside.su_id <> parcel.su_id
join {_PRINTED} other on other.su_id = beside.su_id and other.is_current
    and other.certificate_id <> one.certificate_id
    and other.printed_sheet = one.printed_sheet and other.printed_number = one.printed_number
where one.is_current and one.printed_number <> '' and one.su_id in (select su_id from parcel_changed)
"""
"""Two valid certificates that print the same sheet and number for two parcels of one sheet. In the register itself the
database refuses a number twice on a sheet."""


def look_at(zone: int) -> int:
    """Fill `parcel_checked` after `parcel_changed`; how many parcels are looked at.

    `zone` is the EPSG code of parcels whose sheet and commune name none.
    """
    with connection.cursor() as cursor:
        # boxes are compared by the index alone: just after an import the planner knows nothing of the table
        cursor.execute("set local enable_seqscan = off")
        cursor.execute(_LOOK, [zone])
        number: int = cursor.rowcount
        cursor.execute("set local enable_seqscan = on")
        cursor.execute(_INDEXED)
    return number


def found(allowed: Limits) -> Iterator[Found]:
    """What is wrong with the parcels asked about."""
    for kind, sql, bounds in (
        (ProblemKind.OVERLAP, _OVERLAPS, [allowed.least_m2]),
        (ProblemKind.SLIVER, _SLIVERS, [allowed.sliver_width_m]),
        (ProblemKind.USES, _USES, []),
        (ProblemKind.AREA, _AREAS, [allowed.least_m2, allowed.area_share]),
        (ProblemKind.OUTSIDE, _OUTSIDE, []),
        (ProblemKind.NUMBER, _NUMBERS, []),
    ):
        yield from _each(kind, sql, bounds)


def _each(kind: ProblemKind, sql: str, bounds: list[float]) -> Iterator[Found]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct on (parcels) parcels, st_asbinary(st_multi(st_collectionextract(st_makevalid(geom), 3))),"
            f" area, share from ({sql}) one (parcels, geom, area, share) order by parcels",
            bounds,
        )
        for parcels, geom, area, share in cursor.fetchall():
            yield Found(
                kind=kind,
                parcels=tuple(parcels),
                geom=bytes(geom),
                area_m2=float(area),
                share_percent=None if share is None else float(share),
            )


def ask_about(su_ids: list[int]) -> None:
    """Fill `parcel_changed` with these parcels."""
    _ask(
        f"select su_id, geom from {_PARCEL} where su_id = any(%s) and is_current",
        [su_ids],
    )


def ask_about_commune(commune: int) -> None:
    """Fill `parcel_changed` with today's parcels of a commune (by key)."""
    _ask(f"select su_id, geom from {_PARCEL} where commune_id = %s and is_current", [commune])


def _ask(sql: str, given: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("drop table if exists parcel_changed, parcel_checked")
        cursor.execute(f"create temporary table parcel_changed on commit drop as {sql}", given)
        cursor.execute("create unique index on parcel_changed (su_id); analyze parcel_changed")
