"""The demo's parcels, commune by commune as they are generated."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import repeat
from time import perf_counter
from typing import Any

import shapely
from django.db import connection
from django.db.models import Count
from django.utils import timezone

import fixtures
from fixtures.parcels import CommuneParcels
from land_records import demo, demo_faults, demo_history, demo_scans
from land_records.identity import identifiers
from land_records.models import MapSheet, Parcel, ParcelUse, Source, Survey
from land_records.planning import seed as planning
from land_records.quality.models import ParcelChange, ParcelProblem
from land_records.statistics.kept import keep_up
from land_records.terms import LegalStatus, Origin, RestrictionKind, by_gravity
from layers.admin_units.models import AdminUnit
from layers.core.bulk import copy_columns
from layers.core.models import PlacePrecision
from layers.core.time import LOCAL

NEAR = 0.15
"""A commune whose stored number differs by no more than this share from what is asked is left as it is."""
MOST_UNSURVEYED = 1_500
"""A commune of which only blocks are asked has fewer parcels."""
SURVEYED_ON = date(2016, 1, 1)
"""Day from which the demo's register speaks."""
MANAGED = ("DGT", "DTL", "SON", "MNC", "BCS", "DCS")
"""Uses of which the demo's parcels are public land."""
CERTIFIED_OF_TEN = 8
"""Of ten other parcels so many have a certificate, and one more is registered."""

_RESTRICTED = {RestrictionKind.DISPUTE.value: 90, RestrictionKind.MORTGAGE.value: 30}
"""Kind -> of so many numbers one."""

_USES = """
insert into land_records_parceluse (parcel_id, code, area_m2, origin, form, until, planned_code)
select id, land_use, recorded_area_m2, case when status = %s then %s else %s end, 'own', null, ''
from land_records_parcel where commune_id = %s and source = %s
"""
_SURVEYS = """
insert into land_records_survey (parcel_id, srid, vertices, method, measured_on)
select id, %s, st_setsrid(st_snaptogrid(st_transform(geom, %s), 0.001), 0), %s, %s
from land_records_parcel where commune_id = %s and source = %s
"""


def seed(province: fixtures.Province, say: Callable[[str], object]) -> None:
    """Store the communes that hold another number of parcels than asked for.

    Parcels brought by files stay, and their communes get none of the demo's.
    """
    planning.seed(province, say)
    units = AdminUnit.objects.filter(level="commune", is_current=True)
    communes, places = (dict(units.values_list("code", field)) for field in ("pk", "full_name"))
    imported = set(_counts(Source.IMPORTED))
    stored = _counts(Source.DEMO)
    stale = [
        (code, asked)
        for code, asked in province.parcel_quotas.items()
        if code not in imported and not _is_enough(stored[code], asked)
    ]
    shown = demo_history.COMMUNES.get(province.code) or min(province.parcel_quotas, default="")
    started, total = perf_counter(), 0
    for number, made in enumerate(province.parcels(stale), start=1):
        commune = communes[made.commune_code]
        _forget(commune)
        if made.commune_code == shown:
            made = demo_faults.drawn(made)
        total += copy_columns(Parcel, _columns(made, commune))
        _complete(made, commune)
        demo.hold(commune, places[made.commune_code])
        if made.commune_code == shown:
            demo_faults.written(commune, int(made.sheets[-1]))
        if number % 8 == 0:
            say(f"{number}/{len(stale)} communes, {total:,} parcels, {perf_counter() - started:.0f} s")
    if shown in communes and shown not in imported:
        if demo_history.remember(communes[shown]):
            say(f"one parcel of {shown} split, two of its parts merged")
        demo_scans.remember(communes[shown], places[shown], say)
    keep_up()
    # whoever shows the demo looks at one commune, whose faults are to be found: the others' parcels are left as made
    made_now = [communes[code] for code, _ in stale if code != shown]
    ParcelChange.objects.filter(commune_id__in=made_now).delete()
    say(f"{total:,} parcels new")


def _forget(commune: int) -> None:
    """Remove the demo's parcels of a commune, with all their versions."""
    demo.forget(commune)
    demo_scans.forget(commune)
    demo_history.forget(commune)
    gone = Parcel.objects.filter(commune_id=commune, source=Source.DEMO.value)
    for part in (ParcelUse, Survey):
        part.objects.filter(parcel__in=gone.values("pk")).delete()
    gone._raw_delete(gone.db)
    MapSheet.objects.filter(commune_id=commune, source=Source.DEMO.value).delete()
    ParcelProblem.objects.filter(commune_id=commune).delete()


def _complete(made: CommuneParcels, commune: int) -> None:
    """Sheets, uses and surveyed vertices of what was just stored."""
    MapSheet.objects.bulk_create(
        MapSheet(
            commune_id=commune,
            number=number,
            map_commune_code=made.map_commune_code,
            map_number=number,
            srid=made.srid,
            surveyed_on=SURVEYED_ON,
            source=Source.DEMO.value,
        )
        for number in sorted(set(made.sheets.tolist()))
    )
    with connection.cursor() as cursor:
        own = [commune, Source.DEMO.value]
        cursor.execute(_USES, [LegalStatus.MANAGED, Origin.MANAGED, Origin.RECOGNISED_FREE, *own])
        cursor.execute(_SURVEYS, [made.srid, made.srid, Source.DEMO.title.vi, SURVEYED_ON, *own])


def _status(use: str, number: int) -> str:
    if use in MANAGED:
        return LegalStatus.MANAGED.value
    place = number % 10
    if place < CERTIFIED_OF_TEN:
        return LegalStatus.CERTIFIED.value
    return (LegalStatus.REGISTERED if place == CERTIFIED_OF_TEN else LegalStatus.UNREGISTERED).value


def _restrictions(status: str, number: int) -> str:
    """Some of what has a certificate is mortgaged, a little is disputed; as PostgreSQL writes an array."""
    if status != LegalStatus.CERTIFIED:
        return "{}"
    held = [kind for kind, every in _RESTRICTED.items() if number % every == 1]
    return "{" + ",".join(by_gravity(held)) + "}"


def _counts(source: Source) -> Counter[str]:
    """Number of parcels of each commune, by code."""
    rows = Parcel.objects.filter(source=source.value).values_list("commune__code").order_by("commune__code")
    return Counter(dict(rows.annotate(Count("pk"))))


def _is_enough(stored: int, asked: int) -> bool:
    return abs(stored - asked) <= NEAR * asked if asked else 0 < stored < MOST_UNSURVEYED


def _columns(made: CommuneParcels, commune: int) -> dict[str, Iterable[Any]]:
    """The columns of the table; what all rows share is repeated."""
    shared = {
        "commune": commune,
        "source": Source.DEMO.value,
        "place_precision": PlacePrecision.EXACT.value,
        "version": 1,
        "updated_at": timezone.now(),
        "valid_from": SURVEYED_ON,
        "recorded_from": datetime(SURVEYED_ON.year, SURVEYED_ON.month, SURVEYED_ON.day, tzinfo=LOCAL),
        "address": "",
    }
    uses, numbers = made.land_use.tolist(), made.numbers.tolist()
    return {
        "sheet": made.sheets.tolist(),
        "parcel_number": numbers,
        "identifier": identifiers(made.geoms, made.srid),
        "land_use": uses,
        "status": (statuses := list(map(_status, uses, numbers))),
        "restrictions": map(_restrictions, statuses, numbers),
        "recorded_area_m2": [f"{area:.1f}" for area in made.recorded_m2.tolist()],
        "computed_area_m2": made.computed_m2.tolist(),
        "geom": shapely.to_wkb(shapely.set_srid(made.geoms, 4326), hex=True, include_srid=True).tolist(),
        **{name: repeat(value, len(made)) for name, value in shared.items()},
    }
