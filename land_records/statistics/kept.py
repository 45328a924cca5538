"""Every commune's land, added up for each day on which it changed: what the map and panels show of it.

Triggers note the communes whose parcels or uses change, whoever changes them; `keep_up` adds those up anew, each as one
transaction. A form is still made from the register itself. As a form it speaks of today's communes, whatever day it is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from land_records.models import ChangedCommune, CommuneLand, Parcel, ParcelUse
from land_records.terms import LegalStatus

AT_ONCE: Final = 16
"""Communes added up by one transaction."""
_LOCK: Final = "land_records.keep_up"
_CHANGES = """
with held as (
  select id, commune_id, valid_from, valid_to, status, land_use, recorded_area_m2 from "{parcels}"
  where is_current and commune_id = any(%(communes)s)
  union all
  select id, commune_id, valid_from, valid_to, status, land_use, recorded_area_m2 from "{parcels}"
  where recorded_to is null and valid_to is not null and commune_id = any(%(communes)s)
), parts as (
  select h.commune_id, h.valid_from, h.valid_to, coalesce(u.code, h.land_use) as code,
         sum(coalesce(u.area_m2, h.recorded_area_m2) * 10)::bigint as tenths
  from held h left join "{uses}" u on u.parcel_id = h.id group by 1, 2, 3, 4
), numbers as (
  select commune_id, valid_from, valid_to, count(*) as parcels,
         count(*) filter (where status = %(certified)s) as certified
  from held group by 1, 2, 3
)
select commune_id, valid_from, code, tenths, 0, 0 from parts
union all select commune_id, valid_to, code, -tenths, 0, 0 from parts where valid_to is not null
union all select commune_id, valid_from, '', 0, parcels, certified from numbers
union all select commune_id, valid_to, '', 0, -parcels, -certified from numbers where valid_to is not null
"""


@dataclass(slots=True)
class _Change:
    """What a day adds to a commune's land, or takes away: numbers of parcels, tenths of a square metre by use."""

    parcels: int = 0
    certified: int = 0
    areas: Counter[str] = field(default_factory=Counter)


def keep_up() -> int:
    """Add up the communes that changed since; how many rows were written or taken away.

    What is the same as before is not written, so that nobody fetches the map again for it.
    """
    written = 0
    while communes := list(
        ChangedCommune.objects.order_by("commune_id").values_list("commune_id", flat=True).distinct()[:AT_ONCE]
    ):
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [_LOCK])
            # the notes first: what is committed after them leaves a note of its own
            ChangedCommune.objects.filter(commune_id__in=communes).delete()
            written += _write(communes)
    return written


def is_behind(commune: int) -> bool:
    """Whether a commune changed since it was added up."""
    return ChangedCommune.objects.filter(commune_id=commune).exists()


def on_day(day: date | None) -> "QuerySet[CommuneLand]":
    """The land of every commune as of a day, as far as is known today; without one, what holds now."""
    if day is None:
        return CommuneLand.objects.filter(until__isnull=True)
    return CommuneLand.objects.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)


def exact(day: date, communes: "QuerySet[Any]") -> dict[int, dict[str, int]]:
    """By commune (its row): `areas` as of a day, of those of these communes that are added up to the last change.

    By one statement: a change leaves its note in its own transaction, so a commune is told with it or not at all.
    """
    held = on_day(day).filter(commune=OuterRef("pk")).values("areas")
    behind = ChangedCommune.objects.filter(commune_id=OuterRef("pk"))
    rows = communes.order_by().filter(~Exists(behind)).annotate(land=Subquery(held))
    return {commune: areas or {} for commune, areas in rows.values_list("pk", "land")}


def _write(communes: Sequence[int]) -> int:
    """Make the rows of these communes say what the register says."""
    made = {(one.commune_id, one.since): one for one in _added_up(communes)}
    stored = {(one.commune_id, one.since): one for one in CommuneLand.objects.filter(commune__in=communes)}
    wrong = [one.pk for key, one in stored.items() if key not in made or _said(one) != _said(made[key])]
    missing = [one for key, one in made.items() if key not in stored or _said(one) != _said(stored[key])]
    CommuneLand.objects.filter(pk__in=wrong).delete()
    CommuneLand.objects.bulk_create(missing, batch_size=1_000)
    return len(wrong) + len(missing)


def _said(row: CommuneLand) -> tuple[Any, ...]:
    return row.until, row.areas, row.parcels, row.certified


def _added_up(communes: Sequence[int]) -> Iterator[CommuneLand]:
    now = timezone.now()
    for commune, days in _changes(communes).items():
        areas: Counter[str] = Counter()
        parcels = certified = 0
        listed = sorted(days)
        for since, until in zip(listed, [*listed[1:], None], strict=True):
            change = days[since]
            parcels, certified = parcels + change.parcels, certified + change.certified
            areas.update(change.areas)
            yield CommuneLand(
                commune_id=commune,
                since=since,
                until=until,
                areas={code: tenths for code, tenths in sorted(areas.items()) if tenths},
                parcels=parcels,
                certified=certified,
                added_at=now,
            )


def _changes(communes: Sequence[int]) -> dict[int, dict[date, _Change]]:
    """By commune and day; by one statement, so that it is of one moment."""
    sql = _CHANGES.format(parcels=Parcel._meta.db_table, uses=ParcelUse._meta.db_table)
    found: dict[int, dict[date, _Change]] = defaultdict(lambda: defaultdict(_Change))
    with connection.cursor() as cursor:
        cursor.execute(sql, {"communes": list(communes), "certified": LegalStatus.CERTIFIED.value})
        for commune, day, code, tenths, parcels, certified in cursor.fetchall():
            change = found[commune][day]
            change.parcels += parcels
            change.certified += certified
            if code:
                change.areas[code] += tenths
    return found
