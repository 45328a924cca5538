"""Corrections: against a version, with a reason, by who may; kept, proposed, decided."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from layers.core import Viewer, registry
from layers.core.models import Revision
from tests.toys import factories
from tests.toys.models import ToyPlot, ToyVisit

pytestmark = pytest.mark.django_db
VISITS = "/api/layers/toy_visits/features"
PLOTS = "/api/layers/toy_plots/features"


def correct(client: Any, address: str, attributes: dict[str, Any], version: int | None = 1, **more: Any) -> Any:
    headers = {} if version is None else {"if_match": f'"{version}"'}
    return client.send("PATCH", address, {"attributes": attributes, "reason": "đo lại", **more}, **headers)


def test_a_correction_changes_the_row_and_is_remembered(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit("Sai", commune=unit)
    client = ask(keeper)

    answer = correct(client, f"{VISITS}/{visit.pk}", {"name": "Đúng"})

    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    assert answer.json()["properties"]["name"] == "Đúng"
    (change,) = client.get(f"{VISITS}/{visit.pk}/history").json()["versions"]
    assert (change["by"], change["reason"], change["version"]) == (keeper.user, "đo lại", 2)
    assert change["changes"] == {"name": ["Sai", "Đúng"]}


def test_a_geometry_is_moved(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit(commune=unit)

    answer = correct(ask(keeper), f"{VISITS}/{visit.pk}", {}, geometry={"type": "Point", "coordinates": [106.2, 11.4]})

    assert answer.json()["geometry"]["coordinates"] == [106.2, 11.4]


@pytest.mark.parametrize(
    ("version", "reason", "attributes", "status", "field"),
    [
        (None, "có", {"name": "x"}, 428, "If-Match"),
        (7, "có", {"name": "x"}, 409, None),
        (1, "  ", {"name": "x"}, 422, "reason"),
        (1, "có", {"done": True}, 422, "done"),
        (1, "có", {"kind": "nope"}, 422, "kind"),
        (1, "có", {"geom": {"type": "Point", "coordinates": ["x"]}}, 422, "geom"),
    ],
)
def test_a_wrong_correction_changes_nothing(
    version: int | None,
    reason: str,
    attributes: dict[str, Any],
    status: int,
    field: str | None,
    unit: Any,
    keeper: Viewer,
    ask: Callable[..., Any],
) -> None:
    visit = factories.make_visit("Cũ", commune=unit)

    answer = correct(ask(keeper), f"{VISITS}/{visit.pk}", attributes, version, reason=reason)

    assert answer.status_code == status, answer.content
    named = answer.json().get("fields") or {answer.json()["field"]: None}
    assert field in named
    visit.refresh_from_db()
    assert (visit.name, visit.version, Revision.objects.count()) == ("Cũ", 1, 0)


def test_a_malformed_version_is_named(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit(commune=unit)

    answer = ask(keeper).send("PATCH", f"{VISITS}/{visit.pk}", {"reason": "có"}, if_match="mới nhất".encode().hex())

    assert (answer.status_code, answer.json()["field"]) == (400, "If-Match")


def test_who_may_not_correct_is_refused(
    unit: Any, other_unit: Any, watcher: Viewer, keeper: Viewer, anyone: Any, ask: Callable[..., Any]
) -> None:
    own, far = factories.make_visit(commune=unit), factories.make_visit(commune=other_unit)

    assert correct(ask(watcher), f"{VISITS}/{own.pk}", {"name": "x"}).status_code == 403
    assert correct(ask(keeper), f"{VISITS}/{far.pk}", {"name": "x"}).status_code == 404
    assert correct(anyone, f"{VISITS}/{own.pk}", {"name": "x"}).status_code == 404
    assert correct(anyone, f"{PLOTS}/1", {"name": "x"}).status_code == 403


def test_a_feature_is_deleted_and_stays_in_the_record(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit("Thừa", commune=unit)

    answer = ask(keeper).send("DELETE", f"{VISITS}/{visit.pk}", {"reason": "trùng"}, if_match='"1"')

    assert (answer.status_code, answer.json()["state"]) == (200, "applied")
    assert not ToyVisit.objects.exists()
    assert Revision.objects.get().before["name"] == "Thừa"


def test_a_correction_that_needs_approval_waits_for_another(
    unit: Any, keeper: Viewer, approver: Viewer, anyone: Any, ask: Callable[..., Any]
) -> None:
    plot = factories.make_plot("Sai")

    proposed = correct(ask(keeper), f"{PLOTS}/{plot.plot}", {"name": "Đúng"})

    assert (proposed.status_code, proposed.json()["state"]) == (202, "proposed")
    assert ToyPlot.objects.get(pk=plot.pk).name == "Sai"
    assert anyone.get(f"{PLOTS}/{plot.plot}/history").json()["versions"][0]["changes"]["name"] == [None, "Sai"]
    (waiting,) = ask(approver).get("/api/layers/toy_plots/revisions").json()["revisions"]
    assert (waiting["id"], waiting["changes"]) == (plot.plot, {"name": ["Sai", "Đúng"]})
    decide = f"/api/layers/toy_plots/revisions/{waiting['revision']}/decide"
    assert ask(keeper).post(decide, {"approve": True}).status_code == 403
    assert ask(approver).post(decide, {"approve": True}).json()["state"] == "applied"
    assert ToyPlot.objects.get(pk=plot.pk).name == "Đúng"
    assert ask(approver).post(decide, {"approve": True}).status_code == 409


def test_a_rejected_proposal_changes_nothing(
    unit: Any, keeper: Viewer, approver: Viewer, ask: Callable[..., Any]
) -> None:
    plot = factories.make_plot("Sai")
    revision = correct(ask(keeper), f"{PLOTS}/{plot.plot}", {"name": "Đúng"}).json()["revision"]

    answer = ask(approver).post(f"/api/layers/toy_plots/revisions/{revision}/decide", {"approve": False})

    assert answer.json()["state"] == "rejected"
    assert ToyPlot.objects.get(pk=plot.pk).name == "Sai"


def test_history_hides_what_the_reader_may_not_read(
    unit: Any, keeper: Viewer, watcher: Viewer, ask: Callable[..., Any]
) -> None:
    visit = factories.make_visit(commune=unit, phone="0905000000")
    correct(ask(keeper), f"{VISITS}/{visit.pk}", {"phone": "0905111111", "name": "Mới"})

    kept, watched = (ask(viewer).get(f"{VISITS}/{visit.pk}/history").json() for viewer in (keeper, watcher))

    assert kept["versions"][0]["changes"]["phone"] == ["0905000000", "0905111111"]
    assert "0905" not in str(watched)
    assert set(watched["versions"][0]["changes"]) == {"name"}


def test_history_tells_people_and_reasons_only_to_those_who_correct_or_oversee(
    unit: Any, keeper: Viewer, approver: Viewer, watcher: Viewer, anyone: Any, ask: Callable[..., Any]
) -> None:
    visit, plot = factories.make_visit("Sai", commune=unit), factories.make_plot("Sai")
    correct(ask(keeper), f"{VISITS}/{visit.pk}", {"name": "Đúng"})
    correct(ask(approver), f"{PLOTS}/{plot.plot}", {"name": "Đúng"})
    overseers = [factories.make_viewer(name, units=(unit,)) for name in ("auditor", "admin", "leader")]
    others = [factories.make_viewer(name, units=(unit,)) for name in ("operator", "steward", "field_staff")]

    def newest(client: Any, address: str) -> tuple[Any, Any, Any]:
        first = client.get(f"{address}/history").json()["versions"][0]
        assert first["at"]
        return first["by"], first["reason"], first["changes"].get("name")

    told = (approver.user, "đo lại", ["Sai", "Đúng"])
    untold = (None, None, ["Sai", "Đúng"])
    plots, visits = f"{PLOTS}/{plot.plot}", f"{VISITS}/{visit.pk}"
    assert [newest(ask(one), plots) for one in (keeper, approver, *overseers)] == [told] * 5
    assert [newest(client, plots) for client in (anyone, *map(ask, (watcher, *others)))] == [untold] * 5
    assert newest(ask(keeper), visits) == (keeper.user, "đo lại", ["Sai", "Đúng"])
    assert newest(ask(watcher), visits) == untold


def test_history_of_a_versioned_layer_is_its_versions(anyone: Any) -> None:
    old = factories.make_plot("Cũ", valid_to=date(2025, 7, 1), is_current=False)
    factories.make_plot("Mới", plot=old.plot, valid_from=date(2025, 7, 1))

    newest, oldest = anyone.get(f"{PLOTS}/{old.plot}/history").json()["versions"]

    assert (oldest["valid_from"], oldest["valid_to"]) == ("2025-01-01", "2025-07-01")
    assert newest["changes"]["name"] == ["Cũ", "Mới"]


def test_a_created_feature_says_where_it_is(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    body = {
        "attributes": {"name": "Mới", "commune": unit.pk},
        "geometry": {"type": "Point", "coordinates": [106.1, 11.3]},
        "reason": "bổ sung",
    }

    first, second = (ask(keeper).post(VISITS, body, idempotency_key="new") for _ in range(2))

    assert first.status_code == 201, first.content
    assert first["Location"] == second["Location"] == f"{VISITS}/{ToyVisit.objects.get().pk}"
    assert registry.get("toy_visits").query(keeper).count() == 1
