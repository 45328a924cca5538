"""The layer of problems: who knows it, what its panel says and leads to, what officers do about a problem."""

from typing import Any

import pytest
import shapely
from django.contrib.auth import get_user_model

from land_records.models import MapSheet, ParcelProblem
from land_records.quality.recompute import check_changed, check_commune
from layers.admin_units.models import AdminUnit
from layers.core import ANYONE, Viewer, registry
from layers.core.errors import Conflict, Invalid, LayerError
from layers.core.panel import to_json
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.test_cases import officer
from tests.land_records.transactions.conftest import ZONE, Draw, draw_all

WEST, SOUTH = 571_900.0, 1_278_036.0


@pytest.fixture
def problem(draw: Draw, communes: dict[str, AdminUnit]) -> ParcelProblem:
    """Parcel 12/1 of the commune and 3/9 of the ward overlap by 100 m²."""
    draw(1, shapely.box(WEST, SOUTH, WEST + 100, SOUTH + 100))
    there = MapSheet.objects.create(commune=communes[WARD], number=3, map_commune_code=WARD, map_number=3, srid=ZONE)
    draw_all(there, [(9, shapely.box(WEST + 99, SOUTH, WEST + 200, SOUTH + 100))])
    check_changed()
    return ParcelProblem.objects.get()


@pytest.fixture
def layer() -> Any:
    return registry.get("parcel_problems")


def signed_in(*units: AdminUnit) -> Viewer:
    user = get_user_model().objects.create(username="an")
    return Viewer(
        user="an", user_id=user.pk, roles=frozenset({"land_officer"}), units=frozenset(unit.pk for unit in units)
    )


def act(layer: Any, name: str, problem: ParcelProblem, viewer: Viewer, **data: Any) -> None:
    action = next(one for one in layer.actions if one.name == name)
    problem.refresh_from_db()
    action.handler(problem, viewer, {"text": None, **data})


def links(panel: Any) -> list[tuple[str, list[int]]]:
    related = [one for one in panel["blocks"] if one.get("type") == "related"]
    return [(one["layer"], [two["id"] for two in one["features"]]) for one in related]


def test_only_land_officers_of_its_communes_see_a_problem(
    problem: ParcelProblem, layer: Any, communes: dict[str, AdminUnit]
) -> None:
    here, third = communes[COMMUNE], next(unit for code, unit in communes.items() if code not in (COMMUNE, WARD))
    for viewer in (ANYONE, *(officer(here, role=one) for one in ("leader", "steward", "operator", "auditor", "admin"))):
        with pytest.raises(LayerError):
            layer.query(viewer)
    for role in ("land_officer", "land_admin"):
        for unit in (here, communes[WARD]):
            assert [one.id for one in layer.query(officer(unit, role=role)).all(10)] == [problem.pk]
        assert layer.query(officer(third, role=role)).count() == 0


def test_the_panel_says_how_much_and_leads_to_records_here_and_public_parcels_elsewhere(
    problem: ParcelProblem, layer: Any, communes: dict[str, AdminUnit]
) -> None:
    viewer = officer(communes[COMMUNE])

    panel = to_json(layer.panel(layer.query(viewer).row(problem.pk), viewer), "vi")

    blocks = panel["blocks"]
    assert panel["title"] == "Chồng lấn ranh giới: 12/1, 3/9"
    assert round(next(one["value"] for one in blocks if one.get("type") == "stat"), 1) == 100.0
    assert links(panel) == [("parcel_cases", [problem.parcels[0]]), ("parcels", [problem.parcels[1]])]
    there = officer(communes[WARD])
    beside = to_json(layer.panel(layer.query(there).row(problem.pk), there), "vi")
    assert links(beside) == [("parcel_cases", [problem.parcels[1]]), ("parcels", [problem.parcels[0]])]
    assert [one["title"] for one in blocks[-1]["entries"]] == ["Phát hiện"]


def test_a_problem_is_taken_accepted_for_a_reason_and_opened_again(
    problem: ParcelProblem, layer: Any, communes: dict[str, AdminUnit]
) -> None:
    viewer = signed_in(communes[COMMUNE])
    act(layer, "take", problem, viewer)
    with pytest.raises(Conflict):
        act(layer, "take", problem, viewer)
    with pytest.raises(Invalid):
        act(layer, "accept", problem, viewer, reason="ừ")
    act(layer, "accept", problem, viewer, reason="Ranh theo bản án 12/2025")
    check_commune(communes[COMMUNE].pk)

    problem.refresh_from_db()
    assert (problem.state, problem.owner_id) == ("accepted", viewer.user_id)

    act(layer, "reopen", problem, viewer)

    problem.refresh_from_db()
    kept = [(one.kind, one.by_id, one.text) for one in problem.entries.order_by("pk")]
    assert (problem.state, problem.owner_id) == ("open", None)
    assert kept == [
        ("found", None, ""),
        ("taken", viewer.user_id, ""),
        ("accepted", viewer.user_id, "Ranh theo bản án 12/2025"),
        ("reopened", viewer.user_id, ""),
    ]


def test_what_is_gone_can_not_be_taken(problem: ParcelProblem, layer: Any, communes: dict[str, AdminUnit]) -> None:
    viewer = signed_in(communes[COMMUNE])
    ParcelProblem.objects.update(is_current=False, state="gone", gone_at=problem.found_at)
    for name in ("take", "accept", "reopen"):
        with pytest.raises(Conflict):
            act(layer, name, problem, viewer, reason="Lý do gì đó")
