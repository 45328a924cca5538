"""Plans come, are corrected, replaced and withdrawn; every day and every moment known can still be asked."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from land_records.planning import register
from land_records.planning.models import Plan, PlanZone
from land_records.planning.panel import zone_panel
from land_records.planning.register import ZoneGiven, keep_current
from land_records.planning.terms import PlanStatus
from layers.admin_units.models import AdminUnit
from layers.core import ANYONE, Viewer, registry
from layers.core.errors import UnknownLayer
from layers.core.filter import parse_filter
from layers.core.panel import to_json
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.planning.conftest import EXAMPLE, ZONE, MakePlan, numbers, strip


@pytest.fixture
def layer(db: None) -> Any:
    return registry.get("planning_zones")


def day(on: str) -> datetime:
    return datetime.fromisoformat(f"{on}T12:00:00+07:00")


def seen(layer: Any, viewer: Viewer = ANYONE, **asked: Any) -> set[int]:
    return {one.id for one in layer.query(viewer, **asked).all(100)}


def officer(*units: AdminUnit, slug: str = "land_officer") -> Viewer:
    return Viewer(user=slug, user_id=7, roles=frozenset({slug}), units=frozenset(unit.pk for unit in units))


def test_zones_in_force_are_seen_by_everyone_with_plan_decision_and_dates(make_plan: MakePlan, layer: Any) -> None:
    plan = make_plan("QH1", EXAMPLE)

    found = list(layer.query(ANYONE, filters=parse_filter("land_use = 'DGT'")).all(10))

    assert seen(layer) == numbers(plan)
    (one,) = found
    assert one.attributes["label"] == "DGT"
    assert one.attributes["plan_name"] == "Quy hoạch QH1"
    assert one.attributes["decision_number"] == "QH1/QĐ-UBND"
    assert one.attributes["period"] == "2021–2030"
    assert one.attributes["area_m2"] == pytest.approx(12 * 200, abs=0.01)


def test_replaced_plan_is_seen_on_the_days_it_held(make_plan: MakePlan, layer: Any) -> None:
    old = make_plan("QH1", EXAMPLE)
    new = make_plan("QH1", {"ODT": (-40, 90)}, version=2, valid_from=date(2025, 9, 1))

    register.replace(old, new)

    assert seen(layer) == seen(layer, at=day("2025-09-01")) == numbers(new)
    assert seen(layer, at=day("2025-08-31")) == numbers(old)
    assert seen(layer, at=day("2020-12-31")) == set()
    assert (old.status, old.valid_to) == (PlanStatus.REPLACED, date(2025, 9, 1))
    assert (new.replaces_code, new.replaces_version) == ("QH1", 1)


def test_what_was_known_before_the_replacement_can_be_asked(make_plan: MakePlan, layer: Any) -> None:
    old = make_plan("QH1", EXAMPLE, known_at=datetime(2021, 1, 2, tzinfo=UTC))
    new = make_plan(
        "QH1",
        {"ODT": (-40, 90)},
        version=2,
        valid_from=date(2025, 9, 1),
        known_at=datetime(2025, 10, 1, tzinfo=UTC),
    )

    register.replace(old, new, at=datetime(2025, 10, 1, tzinfo=UTC))

    asked = {"at": day("2025-09-15")}
    assert seen(layer, known_at=day("2025-09-20"), **asked) == numbers(old)
    assert seen(layer, known_at=day("2025-10-02"), **asked) == numbers(new)


def test_plans_are_told_of_a_day_as_they_were_known_on_another(make_plan: MakePlan, layer: Any) -> None:
    heard = {
        name: datetime(year, 6, 1, tzinfo=UTC) for name, year in (("made", 2021), ("named", 2022), ("replaced", 2025))
    }
    old = make_plan("QH1", EXAMPLE, known_at=heard["made"], name="Tên chép sai")
    old.name, old.decision_number = "Quy hoạch đúng tên", "7/QĐ-UBND"
    register.keep(old, heard["named"])
    new = make_plan("QH1", {"ODT": (-40, 90)}, version=2, valid_from=date(2025, 9, 1), known_at=heard["replaced"])
    register.replace(old, new, heard["replaced"])

    told = {}
    for known in ("2021-01-01", "2021-12-01", "2023-01-01", "2026-01-01"):
        for on in ("2020-01-01", "2022-01-01", "2025-09-15"):
            found = list(layer.query(ANYONE, at=day(on), known_at=day(known)).all(100))
            told[known, on] = {
                (one.attributes["plan_name"], one.attributes["decision_number"], one.attributes["status"])
                for one in found
            }
    wrong, right = ("Tên chép sai", "QH1/QĐ-UBND"), ("Quy hoạch đúng tên", "7/QĐ-UBND")

    assert {key: said for key, said in told.items() if said} == {
        ("2021-12-01", "2022-01-01"): {(*wrong, "in_force")},
        ("2021-12-01", "2025-09-15"): {(*wrong, "in_force")},
        ("2023-01-01", "2022-01-01"): {(*right, "in_force")},
        ("2023-01-01", "2025-09-15"): {(*right, "in_force")},
        ("2026-01-01", "2022-01-01"): {(*right, "replaced")},
        ("2026-01-01", "2025-09-15"): {("Quy hoạch QH1", "QH1/QĐ-UBND", "in_force")},
    }
    assert numbers(old) == seen(layer, at=day("2022-01-01"), known_at=day("2021-12-01"))
    assert [one.name for one in Plan.objects.known(heard["made"])] == ["Tên chép sai"]
    assert Plan.objects.known(heard["made"] - timedelta(seconds=1)).count() == 0
    assert Plan.objects.known().filter(code="QH1").count() == 2


def test_what_is_said_twice_at_one_moment_is_kept_once(make_plan: MakePlan) -> None:
    at = datetime(2021, 6, 1, tzinfo=UTC)
    plan = make_plan("QH1", EXAMPLE, known_at=at)
    zones = set(PlanZone.objects.values_list("pk", flat=True))

    plan.name = "Tên khác"
    register.keep(plan, at)

    assert [one.name for one in Plan.objects.all()] == ["Tên khác"]
    assert set(PlanZone.objects.values_list("pk", flat=True)) == zones
    with pytest.raises(IntegrityError, match="land_records_plan_recorded"), transaction.atomic():
        register.keep(plan, at - timedelta(days=1))


def test_panel_of_a_zone_tells_the_plan_as_it_was_known_with_it(make_plan: MakePlan, layer: Any) -> None:
    old = make_plan("QH1", EXAMPLE, known_at=datetime(2021, 1, 2, tzinfo=UTC))
    later = {"version": 2, "valid_from": date(2025, 9, 1), "known_at": datetime(2025, 10, 1, tzinfo=UTC)}
    new = make_plan("QH1", {"ODT": (-40, 90)}, **later)
    register.replace(old, new, later["known_at"])
    viewer = Viewer(language="en")

    then = layer.query(viewer, at=day("2025-09-15"), known_at=day("2025-09-20")).row(min(numbers(old)))
    now = layer.query(viewer, at=day("2025-08-15")).row(min(numbers(old)))
    said_then, said_now = (str(to_json(zone_panel(row, viewer), "en")) for row in (then, now))

    assert "In force'" in said_then
    assert "So recorded until" in said_then
    assert "Replaced by" not in said_then
    assert "Replaced by" in said_now
    assert "So recorded until" not in said_now


def test_plans_in_force_at_once_stand_side_by_side(make_plan: MakePlan, layer: Any) -> None:
    one = make_plan("QH1", EXAMPLE)
    other = make_plan("PK1", {"TMD": (0, 50)}, kind="zone")

    assert seen(layer) == numbers(one) | numbers(other)
    assert seen(layer, filters=parse_filter("plan_kind = 'zone'")) == numbers(other)


@pytest.mark.parametrize("slug", ["steward", "environment", "field_staff", "auditor", "leader"])
def test_drafts_are_for_the_land_office_of_their_commune_alone(
    make_plan: MakePlan, layer: Any, communes: dict[str, AdminUnit], slug: str
) -> None:
    draft = make_plan("DT1", EXAMPLE, status=PlanStatus.DRAFT)
    drafts: Any = registry.get("planning_drafts")

    assert seen(layer) == seen(layer, at=day("2026-01-01")) == set()
    for stranger in (ANYONE, officer(communes[WARD], slug=slug)):
        with pytest.raises(UnknownLayer):
            drafts.query(stranger)
    assert seen(drafts, officer(communes[COMMUNE])) == set()
    assert seen(drafts, officer(communes[WARD])) == numbers(draft)
    assert seen(drafts, officer(communes[WARD], communes[COMMUNE], slug="land_admin")) == numbers(draft)
    assert seen(layer, officer(communes[WARD])) == set()


def test_draft_that_is_approved_becomes_public_and_its_zones_keep_their_numbers(
    make_plan: MakePlan, layer: Any
) -> None:
    draft = make_plan("DT1", EXAMPLE, status=PlanStatus.DRAFT)
    before = numbers(draft)

    register.set_status(draft, PlanStatus.IN_FORCE, valid_from=date(2026, 1, 1), valid_to=None)

    assert seen(layer) == numbers(draft) == before
    assert seen(layer, at=day("2025-12-31")) == set()
    assert seen(layer, known_at=timezone.now() - timedelta(days=2), at=day("2026-02-01")) == set()


def test_corrected_zone_keeps_its_number_and_its_past(
    make_plan: MakePlan, layer: Any, communes: dict[str, AdminUnit]
) -> None:
    plan = make_plan("QH1", EXAMPLE)
    PlanZone.objects.update(recorded_from=datetime(2021, 1, 2, tzinfo=UTC))
    row = PlanZone.objects.get(plan=plan, planned_use="DGT")
    wider = ZoneGiven(
        code=row.code, planned_use="DGT", shape=strip(20, 40), commune_id=communes[WARD].pk, srid=ZONE, name="Khu 2"
    )

    register.correct_zones(plan, {row.number: wider}, timezone.now())

    assert seen(layer) == numbers(plan)
    assert layer.query(ANYONE).get(row.number).attributes["area_m2"] == pytest.approx(4000, abs=0.01)
    then = layer.query(ANYONE, known_at=day("2024-01-01"), at=day("2024-01-01")).get(row.number)
    assert then.attributes["area_m2"] == pytest.approx(2400, abs=0.01)
    assert len(layer.query(ANYONE).versions(row.number)) == 2


def test_a_plan_in_force_must_name_its_decision(make_plan: MakePlan) -> None:
    with pytest.raises(IntegrityError, match="land_records_plan_approved"), transaction.atomic():
        make_plan("QH1", EXAMPLE, decision_number="")
    with pytest.raises(IntegrityError, match="land_records_plan_ended"), transaction.atomic():
        make_plan("QH2", EXAMPLE, status=PlanStatus.WITHDRAWN)


def test_the_nightly_job_brings_plans_into_force_and_out_of_it(make_plan: MakePlan, layer: Any) -> None:
    ahead = timezone.localdate() + timedelta(days=10)
    plan = make_plan("QH1", EXAMPLE, valid_from=ahead, valid_to=ahead + timedelta(days=5))

    counted = [(keep_current(ahead + timedelta(days=days)), len(seen(layer))) for days in (-1, 0, 4, 5)]

    assert counted == [(0, 0), (3, 3), (0, 3), (3, 0)]
    assert seen(layer, at=day(str(ahead))) == numbers(plan)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_panel_of_a_zone_cites_plan_decision_and_what_replaced_it(
    make_plan: MakePlan, layer: Any, language: str
) -> None:
    old = make_plan("QH1", EXAMPLE)
    new = make_plan("QH1", {"ODT": (-40, 90)}, version=2, valid_from=date(2025, 9, 1), decision_number="99/QĐ-UBND")
    register.replace(old, new)
    make_plan("QH1", {"ODT": (-40, 90)}, version=3, status=PlanStatus.DRAFT, name="Dự thảo lần 3")
    viewer = Viewer(language=language)
    row = layer.query(viewer, at=day("2025-01-01")).row(min(numbers(old)))

    said = str(to_json(zone_panel(row, viewer), language))

    assert ("Đất ở tại đô thị" if language == "vi" else "Urban residential land") in said
    assert "QH1/QĐ-UBND" in said
    assert "99/QĐ-UBND" in said
    assert "01/09/2025" in said
    assert "Dự thảo lần 3" not in said
    assert Plan.objects.known().count() == 3
