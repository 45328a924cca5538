"""The catalog says what each caller may know, from the declarations alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.api.summary import summaries
from layers.core import Viewer, registry
from layers.core.viewer import ANYONE
from tests.toys import factories

pytestmark = pytest.mark.django_db


def listed(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200, answer.content
    return {layer["id"]: layer for layer in answer.json()["layers"]}


def test_a_layer_is_described_from_its_declaration(anyone: Any) -> None:
    plot = factories.make_plot(lonlat=(106.1, 11.3), size=0.01)

    plots = listed(anyone.get("/api/layers"))["toy_plots"]

    assert (plots["kind"], plots["geometry"], plots["group"], plots["count"]) == ("vector", "polygon", "toys", 1)
    assert plots["title"] == {"vi": "Thửa thử", "en": "Toy plots"}
    assert plots["tiles"] == "/tiles/toy_plots/{z}/{x}/{y}.mvt"
    assert plots["bounds"] == pytest.approx([106.1, 11.3, 106.11, 11.31])
    assert (plots["minzoom"], plots["maxzoom"]) == (4, 18)
    assert plots["time"] == {"kind": "valid", "step_s": 86400.0, "keep_s": None}
    assert {"kind": "choice", "attribute": "use"} in plots["filters"]
    assert plots["updated_at"] == plot.updated_at.isoformat().replace("+00:00", "Z")
    assert (plots["editable"], plots["search"], plots["title_attribute"]) == (False, True, "name")


def test_the_legend_is_read_off_the_style(anyone: Any) -> None:
    legend = listed(anyone.get("/api/layers"))["toy_plots"]["legend"]

    assert [(entry["value"], entry["color"], entry["shape"]) for entry in legend["use"]] == [
        ("rice", "#C4580B", "fill"),
        ("house", "#0B5FA5", "fill"),
        ("forest", "#1B7A43", "fill"),
    ]


def test_a_layer_is_listed_only_to_who_may_know_of_it(
    anyone: Any, keeper: Viewer, watcher: Viewer, ask: Callable[..., Any]
) -> None:
    assert "toy_visits" not in listed(anyone.get("/api/layers"))
    assert "toy_visits" in listed(ask(watcher).get("/api/layers"))
    assert anyone.get("/api/layers/toy_visits").json() == {
        **anyone.get("/api/layers/toy_visitz").json(),
        "message": {
            "vi": "Không có lớp dữ liệu “toy_visits”.",
            "en": "There is no layer “toy_visits”.",
        },
    }
    assert "toy_moving" in listed(ask(keeper).get("/api/layers"))


def test_a_hidden_attribute_is_not_described(keeper: Viewer, watcher: Viewer, ask: Callable[..., Any]) -> None:
    seen = {viewer.user: listed(ask(viewer).get("/api/layers"))["toy_visits"] for viewer in (keeper, watcher)}

    names = {user: [a["name"] for a in layer["attributes"]] for user, layer in seen.items()}
    assert "phone" in names[keeper.user]
    assert "phone" not in names[watcher.user]
    assert seen[keeper.user]["restricted_search"] == ["phone"]
    assert seen[watcher.user]["restricted_search"] == []
    assert (seen[keeper.user]["editable"], seen[watcher.user]["editable"]) == (True, False)
    assert {a["name"] for a in seen[keeper.user]["attributes"] if a["editable"]} == {"name", "kind", "phone", "commune"}


def test_tiles_of_a_scoped_layer_carry_the_viewers_scope(keeper: Viewer, ask: Callable[..., Any]) -> None:
    visits = listed(ask(keeper).get("/api/layers"))["toy_visits"]

    assert visits["tiles"].startswith("/tiles/toy_visits/{z}/{x}/{y}.mvt?s=")
    assert listed(ask(keeper).get("/api/layers"))["toy_moving"]["tiles"] is None


def test_counts_and_boxes_are_the_viewers_own(
    unit: Any, other_unit: Any, keeper: Viewer, ask: Callable[..., Any]
) -> None:
    factories.make_visit(commune=unit, lonlat=(106.1, 11.3))
    factories.make_visit(commune=other_unit, lonlat=(107.0, 12.0))

    visits = listed(ask(keeper).get("/api/layers"))["toy_visits"]

    assert visits["count"] == 1
    assert visits["bounds"] == pytest.approx([106.1, 11.3, 106.1, 11.3])


def test_a_dataset_is_a_layer_like_any_other(anyone: Any) -> None:
    dataset = factories.make_dataset(rows=3)
    registry.changed("@toys")

    layer = listed(anyone.get("/api/layers"))[f"toy_set_{dataset.pk}"]

    assert (layer["count"], layer["title"]["vi"]) == (3, "Chậu cây")
    assert [a["type"] for a in layer["attributes"]] == ["text", "number"]


@pytest.mark.django_db(transaction=True)
def test_a_second_listing_asks_the_journal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.make_plot()
    plots = [registry.get("toy_plots")]
    monkeypatch.setattr("layers.api.summary.LOOK_S", 0.0)
    summaries.of(plots, ANYONE)
    summaries.of(plots, ANYONE)

    with CaptureQueriesContext(connection) as quiet:
        before = summaries.of(plots, ANYONE)["toy_plots"].count
    factories.make_plot()
    with CaptureQueriesContext(connection) as changed:
        after = summaries.of(plots, ANYONE)["toy_plots"].count

    assert (before, after) == (1, 2)
    assert (len(quiet), len(changed)) == (1, 2)


def test_listing_costs_one_query_a_layer_at_most(anyone: Any) -> None:
    layers = len(registry.visible_to(ANYONE))

    with CaptureQueriesContext(connection) as spent:
        anyone.get("/api/layers")

    # one a layer for number, box and age; two for a layer whose rows are computed from another's; and the journal's
    assert len(spent) <= 2 * layers + 2
