"""The demo's plans: for some communes, two in force at once, one replaced, one draft."""

from collections.abc import Callable
from datetime import date, datetime

import fixtures
from land_records.planning import register
from land_records.planning.models import Plan
from land_records.planning.register import ZoneGiven
from land_records.planning.terms import PlanStatus
from land_records.terms import Source
from layers.admin_units.models import AdminUnit
from layers.core.time import LOCAL
from layers.vn2000.plane import zone_at

AUTHORITY = "Ủy ban nhân dân tỉnh (trình diễn)"


def seed(province: fixtures.Province, say: Callable[[str], object]) -> None:
    """Store the generated plans that are not stored yet; a commune whose plans were brought by files gets none."""
    communes = {unit.code: unit for unit in AdminUnit.objects.filter(level="commune", is_current=True)}
    brought = set(Plan.objects.filter(source=Source.IMPORTED.value).values_list("unit__code", flat=True))
    known = {(one.code, one.version): one for one in Plan.objects.known().filter(source=Source.DEMO.value)}
    zones = 0
    for made in province.plans:
        unit = communes.get(made.commune_code)
        if unit is None or made.commune_code in brought or (made.code, made.version) in known:
            continue
        plan, at = _plan(made, unit), _known_at(made.approved_on)
        status = PlanStatus.IN_FORCE if made.starts else PlanStatus.DRAFT
        register.set_status(plan, status, valid_from=made.starts, valid_to=None, at=at)
        known[made.code, made.version] = plan
        zones += register.add_zones(plan, [_zone(one, unit) for one in made.zones], at)
        if former := known.get((made.code, made.version - 1)):
            register.replace(former, plan, at)
    say(f"{zones:,} planning zones new")


def _plan(made: fixtures.DemoPlan, unit: AdminUnit) -> Plan:
    return Plan(
        code=made.code,
        version=made.version,
        kind=made.kind,
        name=made.name,
        unit=unit,
        decision_number=made.decision,
        authority=AUTHORITY if made.decision else "",
        approved_on=made.approved_on,
        period_from=made.period[0],
        period_to=made.period[1],
        vision=made.vision,
        source=Source.DEMO.value,
    )


def _zone(one: fixtures.PlannedZone, unit: AdminUnit) -> ZoneGiven:
    middle = one.shape.representative_point()
    return ZoneGiven(
        code=one.code,
        name=one.name,
        planned_use=one.planned_use,
        current_use=one.current_use,
        shape=one.shape,
        commune_id=unit.pk,
        srid=unit.srid or zone_at(middle.x, middle.y),
    )


def _known_at(approved_on: date | None) -> datetime:
    """The day of the decision; of a draft, the day the demo's newest plans were made."""
    on = approved_on or date(2026, 10, 1)
    return datetime(on.year, on.month, on.day, 8, tzinfo=LOCAL)
