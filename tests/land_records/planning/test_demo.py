"""The demo's plans are stored once, marked, and cross the demo's parcels."""

from collections.abc import Callable
from datetime import datetime

import fixtures
from land_records.models import Parcel
from land_records.planning.models import Plan, PlanZone
from land_records.planning.parcel import planned
from land_records.planning.seed import seed
from land_records.planning.terms import PlanStatus
from land_records.seed import seed as seed_land
from layers.admin_units.models import AdminUnit
from layers.core import ANYONE, registry
from layers.core.time import LOCAL
from tests.land_records.conftest import WARD

BEFORE = datetime(2026, 2, 1, 12, tzinfo=LOCAL)
"""A day before the demo's adjustments were decided."""


def test_a_second_seed_changes_nothing(communes: dict[str, AdminUnit]) -> None:
    said: list[str] = []
    seed(fixtures.province(), said.append)
    before = set(PlanZone.objects.values_list("pk", flat=True))

    seed(fixtures.province(), said.append)

    assert len(before) > 300
    assert set(PlanZone.objects.values_list("pk", flat=True)) == before
    assert said[-1] == "0 planning zones new"
    assert set(Plan.objects.values_list("source", flat=True)) == {"demo"}
    assert Plan.objects.known().filter(status=PlanStatus.REPLACED.value).count() == 8
    assert Plan.objects.known().filter(version=2, replaces_version=1).count() == 8
    public = registry.get("planning_zones").query(ANYONE).count()
    in_force = PlanZone.objects.filter(recorded_to__isnull=True, plan__status=PlanStatus.IN_FORCE.value)
    assert public == in_force.count()
    then = registry.get("planning_zones").query(ANYONE, at=BEFORE, known_at=BEFORE)
    assert {one.attributes["plan_version"] for one in then.all(1_000)} == {1}
    assert {one.attributes["status"] for one in then.all(1_000)} == {PlanStatus.IN_FORCE.value}


def test_plans_cross_the_parcels_of_the_demo(
    communes: dict[str, AdminUnit], small: Callable[[dict[str, int]], fixtures.Province]
) -> None:
    seed_land(small({WARD: 0}), [].append)
    crossed = 0

    for parcel in Parcel.objects.filter(commune__code=WARD).select_related("commune")[:60]:
        found = planned(parcel, ANYONE)
        crossed += any(len(one.overlay.zones) > 1 for one in found.plans)
        own = [one for one in found.plans if one.plan.unit.code == WARD]
        assert [one.plan.kind for one in own] == ["land_use", "zone"]
        # borders of neighbours are noded apart, to a centimetre
        assert all(one.overlay.outside.percent > 99 for one in found.plans if one not in own)
        for one in found.plans:
            parts = [*(part.share for part in one.overlay.zones), one.overlay.outside, one.overlay.error]
            assert sum(part.tenths for part in parts) == one.overlay.total.tenths
            assert one.overlay.contested.tenths == 0

    assert crossed > 5
