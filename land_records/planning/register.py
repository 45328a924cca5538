"""Plans and zones written: what changes gets a new version, a plan that ends ends its zones.

Who calls says since when it is known; nothing is deleted but zones of a draft.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from land_records.planning.models import ZONE_NUMBER, Plan, PlanZone
from land_records.planning.terms import PlanStatus
from layers.core.bulk import copy_rows
from layers.vn2000.plane import to_plane

SAME_DEG = 1e-7
"""Vertices nearer than this (1 cm) are the same vertex: files round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneGiven:
    """A zone as somebody brings it.

    Attributes:
        shape: polygons, EPSG:4326, valid.
        srid: EPSG code of the VN-2000 zone of the commune's land documents.
    """

    code: str
    planned_use: str
    shape: shapely.Geometry
    commune_id: int
    srid: int
    name: str = ""
    current_use: str | None = None
    note: str = ""

    @property
    def columns(self) -> dict[str, Any]:
        """What a version holds of it beside its shape."""
        return {
            "code": self.code,
            "planned_use": self.planned_use,
            "commune_id": self.commune_id,
            "srid": self.srid,
            "name": self.name,
            "current_use": self.current_use,
            "note": self.note,
        }


def in_force(on: date) -> Q:
    """Zones known now that hold on a day."""
    begun = Q(is_draft=False, recorded_to__isnull=True, valid_from__lte=on)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def keep_current(on: date) -> int:
    """Set `is_current` of zones to what is in force on the day; returns how many rows changed."""
    begun = PlanZone.objects.filter(in_force(on), is_current=False).update(is_current=True)
    return begun + PlanZone.objects.filter(~in_force(on), is_current=True).update(is_current=False)


def known_zones(plan: Plan) -> "QuerySet[PlanZone]":
    """The zones of a plan as known now."""
    return PlanZone.objects.filter(plan=plan, recorded_to__isnull=True)


def add_zones(plan: Plan, given: Sequence[ZoneGiven], at: datetime) -> int:
    """New zones of a plan, known since a moment; returns how many.

    Raises:
        IntegrityError: a code that the plan has already.
    """
    return copy_rows(PlanZone, _versions(plan, given, at))


def correct_zones(plan: Plan, given: Mapping[int, ZoneGiven], at: datetime) -> int:
    """Zones by number as they now are known to be: their versions end, new ones begin.

    None is kept of a draft, nor what was said this very moment.
    """
    known = known_zones(plan).filter(number__in=list(given))
    if plan.status == PlanStatus.DRAFT:
        known.delete()
    known.filter(recorded_from=at).delete()
    known.update(recorded_to=at, is_current=False)
    rows = _versions(plan, list(given.values()), at)
    for number, row in zip(given, rows, strict=True):
        row.number = number
    return copy_rows(PlanZone, rows)


def set_status(
    plan: Plan, status: PlanStatus, *, valid_from: date | None, valid_to: date | None, at: datetime | None = None
) -> None:
    """A plan comes into force, is replaced or withdrawn: kept as `keep` does.

    It is known since `at`, now where that is left out.

    Raises:
        IntegrityError: no decision for what is to be in force, no end for what is not any more.
    """
    plan.status, plan.valid_from, plan.valid_to = status.value, valid_from, valid_to
    keep(plan, at or timezone.now())


@transaction.atomic
def keep(plan: Plan, at: datetime) -> None:
    """A plan as it now is known to be. `plan` becomes the row that says so, and its zones go over to it.

    What was a draft was never said to hold, and what was said this very moment was not heard: those are overwritten.

    Raises:
        IntegrityError: it is known of later than `at`, or its values do not agree.
    """
    plan.updated_at = at
    former = Plan.objects.select_for_update().filter(pk=plan.pk).first()
    is_draft = plan.status == PlanStatus.DRAFT
    time = {"valid_from": plan.valid_from, "valid_to": plan.valid_to, "is_draft": is_draft}
    if former is None or former.recorded_from == at:
        plan.recorded_from = at
        plan.save()
        known_zones(plan).update(**time, is_current=False)
    elif former.status == PlanStatus.DRAFT:
        if not is_draft:
            plan.recorded_from = at
            known_zones(plan).update(**time, recorded_from=at, is_current=False)
        plan.save()
    else:
        Plan.objects.filter(pk=former.pk).update(recorded_to=at)
        plan.pk, plan.recorded_from = None, at
        plan.save()
        _bring_over(former, plan, time)
    known_zones(plan).filter(in_force(timezone.localdate())).update(is_current=True)


def replace(old: Plan, new: Plan, at: datetime | None = None) -> None:
    """A plan in force takes the place of another from its first day on."""
    at = at or timezone.now()
    new.replaces_code, new.replaces_version = old.code, old.version
    keep(new, at)
    set_status(old, PlanStatus.REPLACED, valid_from=old.valid_from, valid_to=new.valid_from, at=at)


def is_same(row: PlanZone, given: ZoneGiven) -> bool:
    """Whether a version already says what is given, vertices within 1 cm."""
    if any(getattr(row, name) != value for name, value in given.columns.items()):
        return False
    stored = shapely.from_wkb(bytes(row.geom.wkb))
    return bool(shapely.equals_exact(shapely.normalize(stored), shapely.normalize(_multi(given.shape)), SAME_DEG))


def _bring_over(former: Plan, plan: Plan, time: dict[str, Any]) -> None:
    """New versions of the zones of a plan's row, under the row that takes its place."""
    rows = list(known_zones(former))
    known_zones(former).update(recorded_to=plan.recorded_from, is_current=False)
    for row in rows:
        row.pk, row.plan, row.recorded_from, row.is_current, row.version = None, plan, plan.recorded_from, False, 1
        for name, value in time.items():
            setattr(row, name, value)
    copy_rows(PlanZone, rows)


def _versions(plan: Plan, given: Sequence[ZoneGiven], at: datetime) -> list[PlanZone]:
    is_draft = plan.status == PlanStatus.DRAFT
    valid_from, valid_to = (None, None) if is_draft else (plan.valid_from, plan.valid_to)
    today = timezone.localdate()
    holds = valid_from is not None and valid_from <= today and (valid_to is None or valid_to > today)
    areas: dict[int, float] = {}
    for srid in {one.srid for one in given}:
        of_it = [row for row, one in enumerate(given) if one.srid == srid]
        planes = to_plane([given[row].shape for row in of_it], srid)
        areas |= {row: float(shapely.area(plane)) for row, plane in zip(of_it, planes, strict=True)}
    numbers = iter(_new_numbers(len(given)))
    return [
        PlanZone(
            **one.columns,
            number=next(numbers),
            plan=plan,
            area_m2=areas[row],
            is_draft=is_draft,
            is_current=holds,
            valid_from=valid_from,
            valid_to=valid_to,
            recorded_from=at,
            geom=_stored(one.shape),
        )
        for row, one in enumerate(given)
    ]


def _new_numbers(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("select nextval(%s) from generate_series(1, %s)", [ZONE_NUMBER, count])
        return [number for (number,) in cursor.fetchall()]


def _multi(shape: shapely.Geometry) -> shapely.MultiPolygon:
    return shapely.MultiPolygon(list(shapely.get_parts(shape)))


def _stored(shape: shapely.Geometry) -> MultiPolygon:
    made = GEOSGeometry(memoryview(shapely.to_wkb(_multi(shape))), srid=4326)
    assert isinstance(made, MultiPolygon)
    return made
