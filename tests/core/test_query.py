"""Paging by key in every order, with missing values: every feature once, in the order that was asked."""

from datetime import date
from functools import cmp_to_key
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.core import ANYONE, registry
from layers.core.errors import BadRequest, UnknownAttribute, UnknownFeature
from layers.core.filter import parse_filter
from layers.core.geo import Bbox
from tests.toys import factories
from tests.toys.models import ToyPlot

pytestmark = pytest.mark.django_db
PLOTS = registry.get("toy_plots")
ROW = st.tuples(
    st.none() | st.sampled_from(["rice", "house", "forest"]),
    st.none() | st.sampled_from([1.0, 2.5, 1e6]),
    st.dates(date(2020, 1, 1), date(2020, 1, 4)),
)
SORTED = ("use", "area_m2", "valid_from")


def made(rows: list[tuple[Any, ...]]) -> dict[int, tuple[Any, ...]]:
    """Plots with these values, by their number."""
    plots = [
        ToyPlot(plot=n, name=f"Thửa {n}", use=use, area_m2=area, valid_from=day, geom=factories.square())
        for n, (use, area, day) in enumerate(rows, start=1)
    ]
    ToyPlot.objects.bulk_create(plots)
    return {plot.plot: (plot.use, plot.area_m2, plot.valid_from) for plot in plots}


def paged(sort: str | None, limit: int, **query: Any) -> list[int]:
    """Ids over all pages."""
    seen: list[int] = []
    cursor: str | None = None
    while True:
        found, cursor = PLOTS.query(ANYONE, **query).page(limit, cursor, sort)
        assert len(found) <= limit
        seen += [feature.id for feature in found]
        if cursor is None:
            return seen


def in_order(rows: dict[int, tuple[Any, ...]], asked: list[tuple[str, bool]]) -> list[int]:
    """What Python's sorting says: missing values last in either direction, equal ones by key."""

    def compare(one: int, other: int) -> int:
        for name, down in asked:
            a, b = (rows[key][SORTED.index(name)] for key in (one, other))
            if a == b:
                continue
            if a is None or b is None:
                return 1 if a is None else -1
            return (-1 if a < b else 1) * (-1 if down else 1)
        return one - other

    return sorted(rows, key=cmp_to_key(compare))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(ROW, max_size=12),
    asked=st.lists(st.tuples(st.sampled_from(SORTED), st.booleans()), max_size=3, unique_by=lambda one: one[0]),
    limit=st.integers(1, 5),
)
def test_pages_are_what_sorting_says(rows: list[Any], asked: list[tuple[str, bool]], limit: int, db: None) -> None:
    ToyPlot.objects.all().delete()
    known = made(rows)
    sort = ",".join(("-" if down else "") + name for name, down in asked) or None

    assert paged(sort, limit) == in_order(known, asked)


def test_words_are_sorted_as_vietnamese_does() -> None:
    for name in ("Đà", "Dương", "Ăn", "An", "Ân"):
        factories.make_plot(name)

    found, _ = PLOTS.query(ANYONE).page(10, None, "name")

    assert [feature.attributes["name"] for feature in found] == ["An", "Ăn", "Ân", "Dương", "Đà"]


@pytest.mark.parametrize("cursor", ["", "x", "bm9uZQ", "e30", "WyJuYW1lIixbXSwxXQ"])
def test_a_cursor_of_another_list_is_refused(cursor: str) -> None:
    factories.make_plot()

    if cursor:
        with pytest.raises(BadRequest) as refused:
            PLOTS.query(ANYONE).page(1, cursor, "use")
        assert refused.value.field == "cursor"


@pytest.mark.parametrize("sort", ["nothing", "-nothing", "commune__name", "pk", "geom", "name,nothing"])
def test_sorting_by_what_is_no_attribute_is_refused(sort: str) -> None:
    with pytest.raises(UnknownAttribute):
        PLOTS.query(ANYONE).page(1, None, sort)


def test_a_page_is_stable_while_rows_before_it_come_and_go() -> None:
    plots = [factories.make_plot(f"{n}", area_m2=float(n)) for n in range(1, 6)]
    first, cursor = PLOTS.query(ANYONE).page(2, None, "area_m2")

    plots[0].delete()
    factories.make_plot("new", area_m2=0.5)
    second, _ = PLOTS.query(ANYONE).page(2, cursor, "area_m2")

    assert [f.attributes["area_m2"] for f in (*first, *second)] == [1, 2, 3, 4]


def test_count_extent_counts_and_list_speak_of_the_same_rows() -> None:
    factories.make_plot(use="rice", lonlat=(106.0, 11.0), size=0.01)
    factories.make_plot(use="rice", lonlat=(107.0, 12.0), size=0.01)
    factories.make_plot(use=None, lonlat=(108.0, 13.0), size=0.01)
    found = PLOTS.query(ANYONE, bbox=Bbox(105.9, 10.9, 107.1, 12.1), filters=parse_filter("use = 'rice'"))

    assert found.count() == len(list(found.all(10))) == 2
    assert found.summary().count == 2
    assert tuple(found.extent() or ()) == pytest.approx((106.0, 11.0, 107.01, 12.01))
    assert found.counts("use") == [("rice", 2)]
    assert PLOTS.query(ANYONE).counts("use") == [("rice", 2), (None, 1)]


def test_what_is_not_there_is_unknown() -> None:
    with pytest.raises(UnknownFeature):
        PLOTS.query(ANYONE).get(987_654)
    with pytest.raises(UnknownAttribute):
        PLOTS.query(ANYONE).counts("nothing")
    assert PLOTS.query(ANYONE).extent() is None
