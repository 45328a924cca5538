"""Squares on a sheet: what the database keeps counted says the same as the rows, viewer by viewer."""

from typing import Any

import pytest

from layers.core import ANYONE, Layer, Viewer, counting, registry
from layers.core.filter import parse_filter
from layers.core.geo import Bbox
from layers.core.time import parse_time
from layers.exchange import squares
from layers.exchange.print.gathered import Square, gathered
from tests.toys import factories

pytestmark = pytest.mark.django_db

BOX = Bbox(105.9, 11.0, 106.5, 11.6)
Told = dict[tuple[int, int], tuple[int, Any]]


def _told(found: list[Square]) -> Told:
    return {(one.column, one.row): (one.count, one.value) for one in found}


def _both(layer_id: str, viewer: Viewer, by: str | None, text: str | None, **times: Any) -> tuple[Told, Told]:
    layer = registry.get(layer_id)
    assert isinstance(layer, Layer)
    rows = layer.query(viewer, bbox=BOX, filters=parse_filter(text) if text else None, **times)
    return _told(squares.squares_of(rows, 11, by)), _told(gathered(rows, 11, by))


@pytest.fixture
def no_rows_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(squares, "gathered", lambda *_: pytest.fail("the rows were counted"))


@pytest.mark.parametrize("text", [None, "kind = 'check'", "kind IN ('repair', 'x') OR kind IS NULL"])
def test_what_is_kept_says_what_the_rows_say_to_each_viewer(
    no_rows_read: None, unit: Any, other_unit: Any, keeper: Viewer, watcher: Viewer, text: str | None
) -> None:
    for number in range(12):
        factories.make_visit(
            f"Lượt {number}",
            (106.0 + number / 40, 11.3),
            commune=(unit, other_unit, None)[number % 3],
            kind="check" if number % 2 else "repair",
        )
        if number == 6:
            counting.fold()

    for viewer in (keeper, watcher):
        kept, counted = _both("toy_visits", viewer, None, text)
        assert kept == counted
        assert kept


def test_the_main_value_is_the_one_that_weighs_most(no_rows_read: None) -> None:
    factories.make_plot("a", (106.1, 11.3), 0.001, use="rice", area_m2=10)
    factories.make_plot("b", (106.101, 11.3), 0.001, use="rice", area_m2=10)
    factories.make_plot("c", (106.102, 11.3), 0.001, use="house", area_m2=500)

    kept, _ = _both("toy_plots", ANYONE, "use", None)

    assert list(kept.values()) == [(3, "house")]


def test_another_time_and_another_filter_are_counted_over_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    factories.make_plot("a", (106.1, 11.3), 0.001)
    monkeypatch.setattr(squares, "_kept", lambda *_: pytest.fail("what is kept was read"))

    for text, times in ((None, {"at": "2026-01-01"}), ("area_m2 > 5", {}), ("NOT (use = 'house')", {})):
        when = {name: parse_time(value) for name, value in times.items()}
        asked, counted = _both("toy_plots", ANYONE, "use", text, **when)
        assert asked == counted
        assert asked
