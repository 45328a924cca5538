"""Counts: by value, with what is not specified, agreeing with the list, and silent where they are too small."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.api.bands import _parted, bands_of
from layers.api.counts import suppressed
from layers.core import registry
from layers.core.viewer import Viewer
from tests.toys import factories

COUNTS = "/api/layers/toy_plots/counts"


@pytest.mark.django_db
def test_counts_are_by_value_with_words_and_what_is_not_specified(anyone: Any) -> None:
    for use in ("rice", "rice", "house", None):
        factories.make_plot(use=use)

    answer = anyone.get(COUNTS, {"by": "use"}).json()

    assert answer == {
        "total": 4,
        "by": "use",
        "groups": [
            {"value": "rice", "to": None, "title": {"vi": "Lúa", "en": "Rice"}, "count": 2},
            {"value": "house", "to": None, "title": {"vi": "Nhà ở", "en": "Housing"}, "count": 1},
            {"value": None, "to": None, "title": {"vi": "Chưa xác định", "en": "Not specified"}, "count": 1},
        ],
        "truncated": False,
    }


@pytest.mark.django_db
def test_counts_agree_with_the_list(anyone: Any) -> None:
    for n in range(6):
        factories.make_plot(lonlat=(106.0 + n, 11.0), use=("rice", "house")[n % 2])
    query = {"filter": "use = 'rice'", "bbox": "105,10,109.5,12"}

    total = anyone.get(COUNTS, query).json()["total"]

    assert total == anyone.get("/api/layers/toy_plots/features", query).json()["matched"] == 2
    assert anyone.get(COUNTS, {**query, "by": "use"}).json()["total"] == total


@pytest.mark.django_db
def test_counting_by_a_number_or_a_join_works(anyone: Any) -> None:
    unit = factories.make_unit("Xã Tân Châu")
    factories.make_plot(commune=unit, area_m2=5.0)

    by_commune = anyone.get(COUNTS, {"by": "commune_name"}).json()["groups"]

    assert [(g["value"], g["count"]) for g in by_commune] == [("Xã Tân Châu", 1)]
    assert anyone.get(COUNTS, {"by": "area_m2"}).json()["groups"][0]["value"] == 5.0


@pytest.mark.django_db
def test_small_numbers_are_not_told(anyone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plots = registry.get("toy_plots")
    monkeypatch.setattr(type(plots), "access", replace(plots.access, small_counts=3))
    for use, number in (("rice", 6), ("house", 4), ("forest", 1)):
        for _ in range(number):
            factories.make_plot(use=use)

    groups = anyone.get(COUNTS, {"by": "use"}).json()["groups"]

    assert {g["value"]: g["count"] for g in groups} == {"rice": 6, "house": None, "forest": None}
    assert anyone.get(COUNTS, {"filter": "use = 'forest'"}).json()["total"] is None


@given(numbers=st.lists(st.integers(0, 40), max_size=8), least=st.integers(2, 10))
@settings(deadline=None)
def test_no_suppressed_number_follows_from_the_others(numbers: list[int], least: int) -> None:
    shown = suppressed(numbers, least)

    hidden = [number for number, told in zip(numbers, shown, strict=True) if told is None]
    assert all(told is None or told == 0 or told >= least for told in shown)
    assert len(hidden) != 1 or sum(1 for number in numbers if number) == 1


@pytest.mark.django_db
def test_counts_by_a_style_are_the_legends_entries(anyone: Any) -> None:
    for use in ("rice", "rice", None):
        factories.make_plot(use=use, area_m2=5)
    factories.make_plot(use="house", area_m2=None)

    by_category = anyone.get(COUNTS, {"style": "use"}).json()
    plain = anyone.get(COUNTS, {"style": "plain"}).json()
    filtered = anyone.get(COUNTS, {"style": "plain", "filter": "use = 'rice' OR use = 'house'"}).json()

    counted = {group["value"]: group["count"] for group in by_category["groups"]}
    assert (by_category["by"], counted) == ("use", {"rice": 2, "house": 1, None: 1})
    assert (plain["total"], plain["groups"]) == (3, [])
    assert filtered["total"] == 2
    assert anyone.get(COUNTS, {"style": "?"}).json()["field"] == "style"
    assert anyone.get(COUNTS, {"style": "use", "by": "use"}).status_code == 400


@pytest.mark.django_db
def test_counts_by_bands_name_each_by_its_start(watcher: Viewer, unit: Any) -> None:
    for score in (0, 4.9, 5, 99, -1, None):
        factories.make_visit(commune=unit, score=score)
    style = registry.get("toy_visits").styles[0]

    groups = registry.get("toy_visits").query(watcher).counts("score", style.colored_by.scale)  # type: ignore[union-attr]

    assert sorted(groups, key=str) == [(0.0, 2), (5.0, 2), (None, 2)]


def bands(client: Any, **query: Any) -> list[tuple[Any, Any, Any]]:
    groups = client.get(COUNTS, {"by": "area_m2", "bands": 5, **query}).json()["groups"]
    return [(group["value"], group["to"], group["count"]) for group in groups]


@pytest.mark.django_db
def test_a_number_is_counted_in_bands_of_round_width_and_none_is_left_out(anyone: Any) -> None:
    for area in (3.0, 17.5, 20.0, 99.9, None):
        factories.make_plot(area_m2=area)

    found = anyone.get(COUNTS, {"by": "area_m2", "bands": 5}).json()

    assert bands(anyone) == [(0, 20, 2), (20, 40, 1), (40, 60, 0), (60, 80, 0), (80, 100, 1), (None, None, 1)]
    assert (found["total"], found["groups"][0]["title"]) == (5, {"vi": "0 – 20", "en": "0 – 20"})
    assert found["groups"][-1]["title"]["vi"] == "Chưa xác định"


@pytest.mark.django_db
def test_where_nearly_all_lie_in_one_band_it_is_parted_and_the_rest_is_one(anyone: Any) -> None:
    for area in (*range(1, 41), 3_000):
        factories.make_plot(area_m2=area)

    found = bands(anyone)

    assert found[-1][1] is None
    assert found[-1][2] == 1
    assert max(number for _, _, number in found) < 0.5 * 41
    assert sum(number for _, _, number in found) == 41


@pytest.mark.django_db
def test_bands_follow_filter_and_box_and_say_nothing_where_there_is_nothing(anyone: Any) -> None:
    factories.make_plot(use="rice", area_m2=10.0)
    factories.make_plot(use="house", area_m2=5000.0)
    factories.make_plot(use="forest", area_m2=None)

    assert bands(anyone, filter="use = 'rice'") == [(10, None, 1)]
    assert bands(anyone, filter="use = 'forest'") == [(None, None, 1)]
    assert bands(anyone, bbox="1,1,2,2") == []
    assert anyone.get(COUNTS, {"by": "use", "bands": 5}).json()["field"] == "bands"
    assert anyone.get(COUNTS, {"by": "area_m2", "bands": 5000}).status_code == 400


@pytest.mark.django_db
def test_small_bands_are_not_told(anyone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plots = registry.get("toy_plots")
    monkeypatch.setattr(type(plots), "access", replace(plots.access, small_counts=3))
    for area in (*[10.0] * 6, *[30.0] * 4, 50.0):
        factories.make_plot(area_m2=area)

    assert sorted(str(number) for _, _, number in bands(anyone) if number != 0) == ["6", "None", "None"]


@pytest.mark.django_db
def test_bands_hold_only_what_the_viewer_may_see(watcher: Viewer, unit: Any) -> None:
    elsewhere = factories.make_unit("Xã khác")
    for score in (1, 2, 9):
        factories.make_visit(commune=unit, score=score)
    factories.make_visit(commune=elsewhere, score=5000)

    found = bands_of(registry.get("toy_visits").query(watcher), "score", 5)  # type: ignore[union-attr]

    assert found
    assert found.end
    assert found.end <= 10


@given(low=st.floats(-1e6, 1e6), spread=st.floats(1e-3, 1e9), about=st.integers(2, 40), whole=st.booleans())
@settings(deadline=None)
def test_bands_rise_and_hold_both_ends(low: float, spread: float, about: int, *, whole: bool) -> None:
    low, high = (float(int(low)), float(int(low + spread))) if whole else (low, low + spread)

    found = _parted(low, high, about, whole=whole)

    assert list(found.starts) == sorted(set(found.starts))
    assert found.starts[0] <= low
    assert found.end is None or found.end > high
    assert len(found.starts) <= about + 2
