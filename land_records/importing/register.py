"""The waiting parcels brought into the register by one transaction: new ones and changed ones, the same left alone."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.db import connection
from django.utils import timezone

from land_records.importing import staging, topology
from land_records.ledger import Entry, entry
from land_records.models import MapSheet, Parcel, ParcelUse, Source, Survey
from land_records.terms import TransactionKind
from layers.core import Outcome, Problem, Text, Viewer
from layers.core.errors import Conflict, Invalid
from layers.core.models import PlacePrecision
from layers.core.time import LOCAL

AT_ONCE = 20_000
"""Parcels of one statement."""
LISTED = 200

_METHOD = Text(vi="Nhập từ tệp", en="Imported from a file")
_RENUMBERED = Text(
    vi="Tờ {old} của xã cũ {code} được ghi là tờ {new}: số {old} đã dùng trong xã.",
    en="Sheet {old} of the old commune {code} becomes sheet {new}: {old} is taken in the commune.",
)
_CHANGED = Text(
    vi="Thửa {number} tờ {sheet} đã có và khác: ghi thành lần thay đổi mới, bản cũ được giữ.",
    en="Parcel {number} of sheet {sheet} is there and differs: a new version was written, the old one is kept.",
)
_SAME_SPOT = Text(
    vi="Mã định danh {identifier} trùng với thửa khác: để trống.",
    en="The identifier {identifier} is another parcel's: left empty.",
)

_DOUBLED = f"""
update parcel_waiting one set identifier = null from (
    select row, row_number() over (partition by identifier order by row) as place, identifier from parcel_waiting
    where identifier is not null) doubled
where doubled.row = one.row and (place > 1 or exists (
    select from {Parcel._meta.db_table} known where known.identifier = doubled.identifier and known.is_current))
returning one.row, doubled.identifier
"""
_NEW = f"""
with new as (
    select nextval(pg_get_serial_sequence('{Parcel._meta.db_table}', 'id')) as parcel_id, waiting.*
    from parcel_waiting waiting where known_id is null and row > %s and row <= %s order by row
), parcels as (
    insert into {Parcel._meta.db_table} (id, commune_id, sheet, parcel_number, identifier, land_use, recorded_area_m2,
        computed_area_m2, status, restrictions, address, source, geom, valid_from, recorded_from, made_by_id,
        place_precision, version, updated_at)
    select parcel_id, commune_id, sheet, parcel_number, identifier, land_use, recorded_area_m2, st_area(plane),
        'unregistered', '{{}}', address, %s, geom, %s, %s, %s, %s, 1, %s
    from new order by row
), uses as (
    insert into {ParcelUse._meta.db_table} (parcel_id, code, area_m2, origin, form, until, planned_code)
    select parcel_id, one.use ->> 0, (one.use ->> 1)::numeric, '', 'own', null, ''
    from new, lateral jsonb_array_elements(uses) with ordinality one (use, place) order by row, place
)
insert into {Survey._meta.db_table} (parcel_id, srid, vertices, method, measured_on)
select parcel_id, srid, plane, %s, null from new
"""
_CHANGES = """
select row, known_id, land_use, uses, recorded_area_m2, address, srid, st_area(plane), st_asbinary(plane),
    st_asbinary(geom) from parcel_waiting where not same order by row
"""


def finish() -> Outcome:
    """Bring what waits into the register: all of it, within the transaction of the import."""
    outcome = Outcome()
    if not staging.is_there():
        return outcome
    outcome.problems += _number_sheets()
    staging.measure()
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) filter (where known_id is null), count(*) filter (where not same),"
            " count(*) filter (where same), max(row), max(effective_on) from parcel_waiting"
        )
        new, changed, outcome.unchanged, last, effective_on = cursor.fetchone()
    outcome.problems += topology.problems()
    if new or changed:
        with entry(TransactionKind.IMPORT, Viewer(), effective_on=effective_on or _today()) as written:
            outcome.created = _add(written, last, outcome) if new else 0
            outcome.updated = _revise(written, outcome)
            written.transaction.detail = {"created": outcome.created, "updated": outcome.updated}
            written.transaction.save(update_fields=["detail"])
    staging.drop()
    return outcome


def _today() -> date:
    return timezone.now().astimezone(LOCAL).date()


def _number_sheets() -> Iterator[Problem]:
    """Every sheet of the file known to the register, under its own number where the commune has it free."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select commune_id, map_commune_code, map_sheet, min(srid) from parcel_import"
            " group by 1, 2, 3 order by 1, 2, 3"
        )
        wanted = cursor.fetchall()
    known = set(MapSheet.objects.values_list("map_commune_code", "map_number"))
    taken: dict[int, set[int]] = {}
    for commune, number in MapSheet.objects.values_list("commune_id", "number"):
        taken.setdefault(commune, set()).add(number)
    made = []
    for commune, code, number, srid in wanted:
        if (code, number) in known:
            continue
        used = taken.setdefault(commune, set())
        new = number if number not in used else max(used) + 1
        used.add(new)
        made.append(MapSheet(commune_id=commune, number=new, map_commune_code=code, map_number=number, srid=srid))
        if new != number:
            yield Problem(row=None, message=_RENUMBERED.format(old=number, code=code, new=new), warning=True)
    MapSheet.objects.bulk_create(made, batch_size=1_000)


def _add(written: Entry, last: int, outcome: Outcome) -> int:
    """Parcels that are not there yet."""
    created = 0
    with connection.cursor() as cursor:
        cursor.execute(_DOUBLED)
        for row, identifier in cursor.fetchmany(LISTED):
            words = _SAME_SPOT.format(identifier=identifier)
            outcome.problems.append(Problem(row=row, message=words, field="identifier", warning=True))
        written_as = [written.on, written.at, written.transaction.pk, PlacePrecision.EXACT.value, written.at]
        # checked statement by statement: what waits for the end of a transaction waits in memory
        cursor.execute("set constraints all immediate")
        for start in range(0, last, AT_ONCE):
            part = [start, start + AT_ONCE]
            cursor.execute(_NEW, [*part, Source.IMPORTED.value, *written_as, _METHOD.vi])
            created += cursor.rowcount
        cursor.execute("set constraints all deferred")
    return created


def _revise(written: Entry, outcome: Outcome) -> int:
    """Parcels that are there and differ: a version each, by the ledger; the identity and the rights stay."""
    updated = 0
    for row, known_id, land_use, uses, recorded, address, srid, computed, plane, geom in _changes():
        parcel = Parcel.objects.get(pk=known_id)
        changes: dict[str, Any] = {
            "land_use": land_use,
            "recorded_area_m2": recorded,
            "computed_area_m2": computed,
            "source": Source.IMPORTED.value,
            "geom": _polygon(geom, 4326),
            **({"address": address} if address else {}),
        }
        parts = [ParcelUse(code=code, area_m2=area) for code, area in json.loads(uses)]
        survey = Survey(srid=srid, vertices=_polygon(plane, 0), method=_METHOD.vi)
        try:
            written.revise(parcel, changes, parts, survey)
        except (Invalid, Conflict) as refusal:
            outcome.problems.append(Problem(row=row, message=refusal.message, field="effective_on"))
            continue
        updated += 1
        if updated <= LISTED:
            words = _CHANGED.format(number=parcel.parcel_number, sheet=parcel.sheet)
            outcome.problems.append(Problem(row=row, message=words, warning=True))
    return updated


def _polygon(wkb: bytes, srid: int) -> Polygon:
    made = GEOSGeometry(memoryview(wkb), srid=srid)
    assert isinstance(made, Polygon)
    return made


def _changes() -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES)
        yield from cursor.fetchall()
