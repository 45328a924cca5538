"""Panels: what they refer to is filled in as the viewer may see it, and they are what their schema says."""

from collections.abc import Callable
from datetime import date
from typing import Any

import jsonschema_rs
import pytest

from layers.api.panel import answer_schema
from layers.core import Viewer, registry
from tests.toys import factories

pytestmark = pytest.mark.django_db
LON, LAT = factories.CENTRE


def panel_of(client: Any, layer: str, key: int, **query: str) -> dict[str, Any]:
    answer = client.get(f"/api/layers/{layer}/features/{key}/panel", query)
    assert answer.status_code == 200, answer.content
    found = answer.json()
    jsonschema_rs.validate(answer_schema(), found)
    return found


def kinds(panel: dict[str, Any]) -> list[str]:
    return [block["type"] for block in panel["blocks"]]


def test_a_panel_says_what_is_known_in_the_asked_language(anyone: Any) -> None:
    plot = factories.make_plot("Thửa 7", area_m2=1234.5, commune=factories.make_unit())

    vi = panel_of(anyone, "toy_plots", plot.plot)
    en = panel_of(anyone, "toy_plots", plot.plot, lang="en")

    assert (vi["layer"], vi["id"], vi["title"]) == ("toy_plots", plot.plot, "Thửa 7")
    assert vi["kind"] == {"vi": "Thửa thử", "en": "Toy plots"}
    assert vi["bbox"] == pytest.approx([LON, LAT, LON + 0.01, LAT + 0.01])
    assert (vi["state"]["text"], en["state"]["text"]) == ("Hiện hành", "Current")
    rows = dict(vi["blocks"][1]["rows"])
    assert rows["Sử dụng"] == "Lúa"
    assert dict(en["blocks"][1]["rows"])["Use"] == "Rice"
    assert rows["Diện tích"] == {"value": 1234.5, "unit": "m²", "precision": 1}
    assert rows["Từ ngày"] == "01/01/2025"
    assert rows["Xã"] == "Xã Tân Châu"
    assert vi["blocks"][2]["rows"][1] == ["Hồ sơ", {"href": "/", "text": "Mở"}]


def test_related_features_are_those_the_viewer_sees(
    unit: Any, other_unit: Any, anyone: Any, keeper: Viewer, ask: Callable[..., Any]
) -> None:
    plot = factories.make_plot(lonlat=(LON, LAT), size=0.01)
    near = factories.make_visit("Gần", (LON, LAT - 0.005), commune=unit)
    factories.make_visit("Của xã khác", (LON, LAT - 0.004), commune=other_unit)
    factories.make_visit("Xa", (LON, LAT - 0.5), commune=unit)

    (related,) = [b for b in panel_of(ask(keeper), "toy_plots", plot.plot)["blocks"] if b["type"] == "related"]

    assert [(f["id"], f["title"], f["subtitle"]) for f in related["features"]] == [(near.pk, "Gần", "cách 560 m")]
    assert "related" not in kinds(panel_of(anyone, "toy_plots", plot.plot))


def test_a_hidden_attribute_is_no_row_not_an_empty_one(
    unit: Any, keeper: Viewer, watcher: Viewer, ask: Callable[..., Any]
) -> None:
    visit = factories.make_visit(commune=unit, phone="0905123456")

    kept, watched = (panel_of(ask(viewer), "toy_visits", visit.pk) for viewer in (keeper, watcher))

    assert dict(kept["blocks"][1]["rows"])["Điện thoại"] == "0905123456"
    assert "Điện thoại" not in dict(watched["blocks"][1]["rows"])


def test_actions_are_offered_to_who_may_take_them(
    unit: Any, keeper: Viewer, watcher: Viewer, ask: Callable[..., Any]
) -> None:
    visit = factories.make_visit(commune=unit)

    kept, watched = (panel_of(ask(viewer), "toy_visits", visit.pk) for viewer in (keeper, watcher))

    offers = {offer["name"]: offer for offer in kept["blocks"][-1]["actions"]}
    assert offers["discard"]["danger"] is True
    assert [(f["name"], f["type"], f["required"]) for f in offers["finish"]["form"]] == [("score", "number", True)]
    assert "actions" not in kinds(watched)


def test_a_gap_in_a_series_stays_a_gap(unit: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit(commune=unit)

    (chart,) = [b for b in panel_of(ask(keeper), "toy_visits", visit.pk)["blocks"] if b["type"] == "chart"]

    assert [value for _, value in chart["series"][0]["points"]] == [0.0, 1.0, None, 3.0]


def test_a_panel_of_the_past_is_of_the_row_as_it_was(anyone: Any) -> None:
    old = factories.make_plot("Cũ", valid_to=date(2025, 7, 1), is_current=False)
    factories.make_plot("Mới", plot=old.plot, valid_from=date(2025, 7, 1))

    then = panel_of(anyone, "toy_plots", old.plot, at="2025-03-01")

    assert (then["title"], then["state"]["text"]) == ("Cũ", "Đã qua")
    assert panel_of(anyone, "toy_plots", old.plot)["title"] == "Mới"


def test_a_layer_without_a_panel_shows_its_attributes(anyone: Any) -> None:
    dataset = factories.make_dataset(rows=1)
    registry.changed("@toys")
    feature = dataset.features.get()

    panel = panel_of(anyone, f"toy_set_{dataset.pk}", feature.pk)

    assert (panel["title"], panel["demo"]) == ("Chậu 0", False)
    assert panel["blocks"][0]["rows"] == [["Tên", "Chậu 0"], ["Số lượng", 0.0]]


def test_made_up_features_say_so_in_demo_mode_only(anyone: Any, settings: Any) -> None:
    plot = factories.make_plot()
    dataset = factories.make_dataset(rows=1)
    registry.changed("@toys")
    asked = [("toy_plots", plot.plot), (f"toy_set_{dataset.pk}", dataset.features.get().pk)]

    said = {}
    for settings.GEO_IOC_DEMO in (True, False):
        said[settings.GEO_IOC_DEMO] = [panel_of(anyone, layer, key)["demo"] for layer, key in asked]

    assert said == {True: [True, False], False: [False, False]}


def test_a_panel_says_whether_its_feature_may_be_corrected(
    unit: Any, keeper: Viewer, watcher: Viewer, ask: Callable[..., Any]
) -> None:
    visit = factories.make_visit(commune=unit)
    plot = factories.make_plot()
    approver = ask(factories.make_viewer("toy_approver"))

    assert [panel_of(ask(who), "toy_visits", visit.pk)["editable"] for who in (keeper, watcher)] == [True, False]
    assert panel_of(approver, "toy_plots", plot.plot)["editable"] is True
    assert panel_of(approver, "toy_plots", plot.plot, at="2025-03-01")["editable"] is False  # what was is not changed


def test_a_panel_nobody_may_open_is_not_found(
    anyone: Any, other_unit: Any, keeper: Viewer, ask: Callable[..., Any]
) -> None:
    visit = factories.make_visit(commune=other_unit)
    address = f"/api/layers/toy_visits/features/{visit.pk}/panel"

    assert anyone.get(address).json()["error"] == "unknown_layer"
    assert ask(keeper).get(address).json()["error"] == "unknown_feature"


def test_a_panel_takes_few_queries(
    unit: Any, keeper: Viewer, ask: Callable[..., Any], django_assert_max_num_queries: Any
) -> None:
    visit = factories.make_visit(commune=unit)
    for n in range(6):
        factories.make_plot(lonlat=(LON + n / 1000, LAT))

    with django_assert_max_num_queries(4):
        panel_of(ask(keeper), "toy_visits", visit.pk)
