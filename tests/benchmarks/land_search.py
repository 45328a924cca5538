"""How long an officer waits for a parcel, beside the bare indexed query for the same row, in a register of any size.

The register is made within a transaction that is rolled back (`land_register`); sheets of two of three old communes are
numbered anew. Each kind is asked of the same parcels as the public and as a land administrator of the province, after
the bare query, in this process. The bare query knows the column and the keys: it reads no words. Beside the clock's
time stands the processor's, ours and the database session's, which a busy machine changes less.
"""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from land_records.models import MapSheet
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.viewer import ANYONE, Viewer
from tests.benchmarks import cpu, land_register
from tests.benchmarks.low_zoom import late

PARCELS, ASKED, HITS = 100_000, 60, 10
MOST_MS = 40.0
"""Of the processor's time for one answer of the slowest kind."""

_ROWS = """
select p.sheet, p.parcel_number as number, p.identifier, u.full_name as commune, u.id as commune_id,
    then_.map_number, then_.map_commune_code as old_code, old.full_name as old_name,
    'ZZ ' || lpad(p.su_id::text, 8, '0') as serial, p.su_id, p.address
from land_records_parcel p
join admin_units_adminunit u on u.id = p.commune_id
join land_records_mapsheet then_ on then_.commune_id = p.commune_id and then_.number = p.sheet
cross join lateral (
    select full_name from admin_units_adminunit
    where code = then_.map_commune_code and level = 'commune' and not is_current order by valid_from limit 1) old
where p.is_current and p.sheet >= %s and p.status = 'certified' and {condition}
order by md5(p.su_id::text) limit %s
"""
_BARE = (
    "select p.su_id, st_asbinary(p.geom) from land_records_parcel p {join} where p.is_current and {condition} limit 10"
)
_SAME = "p.sheet = %(sheet)s and p.parcel_number = %(number)s"
_THEN = "join land_records_mapsheet s on s.commune_id = p.commune_id and s.number = p.sheet"
_CERTIFIED = """join land_records_right r on r.su_id = p.su_id and r.is_current
    join land_records_certificate c on c.certificate_id = r.certificate_id and c.is_current"""

Asked = Mapping[str, Any]
Raced = tuple[list[float], list[float], float]
"""Milliseconds of ours and of the bare query, and the processor's milliseconds for one of ours."""
WORDS: Mapping[str, tuple[Callable[[Asked], str], str]] = {
    "identifier": (
        lambda row: row["identifier"],
        _BARE.format(join="", condition="p.identifier = %(identifier)s"),
    ),
    "sheet_number_commune": (
        lambda row: f"thửa {row['number']} tờ {row['sheet']} {row['commune']}",
        _BARE.format(join="", condition=_SAME + " and p.commune_id = %(commune_id)s"),
    ),
    "sheet_number": (
        lambda row: f"thửa {row['number']} tờ {row['sheet']}",
        _BARE.format(join="", condition=_SAME),
    ),
    "old_name": (
        lambda row: f"thửa {row['number']} tờ {row['map_number']} {row['old_name']} cũ",
        _BARE.format(
            join=_THEN,
            condition="s.map_commune_code = %(old_code)s and s.map_number = %(map_number)s"
            " and p.parcel_number = %(number)s",
        ),
    ),
}
"""Kind: what is typed, and the bare query, of what the public finds too."""
ADDRESS = _BARE.format(join="", condition="search_key(p.address::text) like '%%' || search_key(%(address)s) || '%%'")
CERTIFICATE = _BARE.format(join=_CERTIFIED, condition="c.serial = %(serial)s")


def measure(url: str, dsn: str, parcels: int = PARCELS) -> dict[str, Any]:
    """Of every kind the p95 in ms, ours and bare, the ratio of the medians, and the processor's ms for one of ours.

    Judged is the processor's time of the slowest kind.
    """
    with transaction.atomic():
        try:
            made = land_register.fill(parcels)
            return {"parcels": made, **_measure()}
        finally:
            transaction.set_rollback(True)


def _measure() -> dict[str, Any]:
    rows = _rows("then_.number <> then_.map_number")
    officer = Viewer(user="bench", user_id=None, roles=frozenset({"land_admin"}), units=_communes())
    public, cases = _layer("parcels").query(ANYONE), _layer("parcel_cases").query(officer)
    found: dict[str, Raced] = {}
    for kind, (words, bare) in WORDS.items():
        found[kind] = _race(rows, lambda row, words=words: public.search(words(row), HITS), bare)
        asked = lambda row, words=words: cases.search(words(row), HITS)  # noqa: E731
        found[f"{kind}_officer"] = _race(rows, asked, bare)
    found["certificate"] = _race(
        rows, lambda row: cases.search_restricted("certificate", row["serial"], HITS), CERTIFICATE
    )
    told: dict[str, Any] = {}
    for kind, (ours, plain, processor_ms) in found.items():
        told[f"{kind}_p95_ms"], told[f"{kind}_bare_p95_ms"] = late(ours), late(plain)
        told[f"{kind}_processor_ms"] = processor_ms
        told[f"{kind}_to_bare"] = statistics.median(ours) / statistics.median(plain)
    slowest = max(found, key=lambda kind: found[kind][2])
    # an address is held by as many as live in the street: told, not judged
    ours, plain, processor_ms = _race(_rows("p.address <> ''"), lambda row: cases.search(row["address"], HITS), ADDRESS)
    return {
        "p95_ms": found[slowest][2],
        "bar_ms": MOST_MS,
        "slowest": slowest,
        **told,
        "address_p95_ms": late(ours),
        "address_bare_p95_ms": late(plain),
        "address_processor_ms": processor_ms,
    }


def _rows(condition: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(condition=condition), [land_register.FIRST_SHEET, ASKED])
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _communes() -> frozenset[int]:
    return frozenset(
        MapSheet.objects.filter(number__gte=land_register.FIRST_SHEET).values_list("commune_id", flat=True)
    )


def _layer(name: str) -> Layer:
    layer = registry.get(name)
    assert isinstance(layer, Layer)
    return layer


def _race(rows: Sequence[Asked], ask: Callable[[Asked], Sequence[Any]], bare: str) -> Raced:
    """The bare query for every row, then ours.

    Raises:
        RuntimeError: nothing is found, or the row is not, though there are fewer hits than asked for.
    """
    ask(rows[0])
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (session,) = cursor.fetchone()
    ours, plain, processor_s = [], [], 0.0
    for row in rows:
        began = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(bare, row)
            cursor.fetchall()
        plain.append((time.perf_counter() - began) * 1_000)
    served = cpu.seconds(session)
    for row in rows:
        began, worked = time.perf_counter(), time.process_time()
        hits = ask(row)
        ours.append((time.perf_counter() - began) * 1_000)
        processor_s += time.process_time() - worked
        if not hits or (len(hits) < HITS and row["su_id"] not in {hit.feature.id for hit in hits}):
            raise RuntimeError(f"parcel {row['su_id']} is not found as asked: {bare}")
    processor_s += cpu.seconds(session) - served
    return ours, plain, processor_s * 1_000 / len(rows)
