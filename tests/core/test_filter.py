"""CQL2 text as conditions on real rows."""

from datetime import date
from typing import Any

import pytest

from layers.core.errors import BadFilter, UnknownAttribute
from layers.core.filter import parse_filter
from layers.core.registry import registry
from layers.core.viewer import ANYONE
from tests.toys import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def plots() -> None:
    factories.make_plot("Ea H'Leo", use="rice", area_m2=100, valid_from=date(2025, 1, 1))
    factories.make_plot("Đắk Lắk", use="house", area_m2=200, valid_from=date(2025, 6, 1), lonlat=(107, 12))
    factories.make_plot("100%", use="rice", area_m2=300, valid_from=date(2026, 1, 1), lonlat=(108, 13))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("use = 'rice'", {"Ea H'Leo", "100%"}),
        ("use <> 'rice'", {"Đắk Lắk"}),
        ("NOT use = 'rice'", {"Đắk Lắk"}),
        ("area_m2 > 100 AND area_m2 <= 300", {"Đắk Lắk", "100%"}),
        ("100 < area_m2", {"Đắk Lắk", "100%"}),
        ("area_m2 BETWEEN 100 AND 200", {"Ea H'Leo", "Đắk Lắk"}),
        ("use IN ('house')", {"Đắk Lắk"}),
        ("name LIKE 'Ea H''Leo%'", {"Ea H'Leo"}),
        ("name LIKE '%ắk%'", {"Đắk Lắk"}),
        ("name LIKE '___%%' AND name LIKE '1%'", {"100%"}),
        ("CASEI(name) = CASEI('ĐẮK LẮK')", {"Đắk Lắk"}),
        ("ACCENTI(name) = ACCENTI('dak lak')", {"Đắk Lắk"}),
        ("CASEI(name) LIKE CASEI('ĐẮK%')", {"Đắk Lắk"}),
        ("CASEI(name) LIKE 'đắk%'", {"Đắk Lắk"}),
        ("ACCENTI(name) LIKE ACCENTI('%Lắk')", {"Đắk Lắk"}),
        ("NOT CASEI(name) LIKE CASEI('ea%')", {"Đắk Lắk", "100%"}),
        ("name IS NULL", set()),
        ("name IS NOT NULL", {"Ea H'Leo", "Đắk Lắk", "100%"}),
        ("valid_from > DATE('2025-06-01')", {"100%"}),
        ("T_AFTER(valid_from, DATE('2025-06-01'))", {"100%"}),
        ("S_INTERSECTS(geom, BBOX(106.9,11.9,107.1,12.1))", {"Đắk Lắk"}),
        ("S_INTERSECTS(geom, POINT(108.005 13.005))", {"100%"}),
        ("use = 'rice' OR (area_m2 = 200 AND use = 'house')", {"Ea H'Leo", "Đắk Lắk", "100%"}),
    ],
)
def test_a_filter_means_what_cql2_says(plots: None, text: str, names: set[str]) -> None:
    found = registry.get("toy_plots").query(ANYONE, filters=parse_filter(text))  # type: ignore[attr-defined]

    assert {f.attributes["name"] for f in found.all(10)} == names
    assert found.count() == len(names)


@pytest.mark.parametrize(
    "text",
    [
        "use =",
        "1",
        "use",
        "use = 'a'; drop table x",
        "NOT (" * 100 + "use='a'" + ")" * 100,
        "foo(use) = 1",
        "use = 'a'" * 2000,
        "",
    ],
)
def test_what_is_no_filter_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadFilter) as refused:
        parse_filter(text)

    assert refused.value.field == "filter"


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("area_m2 >", "ký tự 10, ở cuối: cần một số", "character 10, at the end: a number"),
        ("area_m2 > 'x", "ký tự 11, trước “'x”: cần một số", "character 11, before “'x”: a number"),
        ("use 'rice'", "ký tự 5, trước “'rice'”: cần một phép so sánh", "character 5, before “'rice'”: a comparison"),
        ("use IN (", "cần một điều kiện", "a condition is expected"),
        ("use = 'a' AND\n name >", "ký tự 22, ở cuối", "character 22, at the end"),
        ("foo(use) = 1", "không có phép foo", "the operator foo is not offered"),
        ("use = 'a'" * 2000, "dài hơn 8000 ký tự", "more than 8000 characters"),
        ("name LIKE use", "mẫu trong nháy đơn", "a quoted pattern"),
        ("valid_from > DATE('2025-99-99')", "không dùng được như vậy", "cannot be used in this way"),
    ],
)
def test_a_refused_filter_says_in_both_languages_where_and_what_was_expected(text: str, vi: str, en: str) -> None:
    with pytest.raises(BadFilter) as refused:
        registry.get("toy_plots").query(ANYONE, filters=parse_filter(text)).count()  # type: ignore[attr-defined]

    assert vi in refused.value.message.vi
    assert en in refused.value.message.en


@pytest.mark.parametrize("text", ["commune__name = 'x'", "nothing = 1", "pk = 1", "commune_id = 1", "geom_3857 = 1"])
def test_a_name_that_is_no_attribute_is_unknown(text: str) -> None:
    with pytest.raises(UnknownAttribute):
        registry.get("toy_plots").query(ANYONE, filters=parse_filter(text))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text",
    ["name > 5", "area_m2 = 'x'", "area_m2 BETWEEN 'a' AND 'b'", "use = true", "valid_from > DATE('2025-99-99')"],
)
def test_what_cannot_be_compared_is_refused(text: str) -> None:
    with pytest.raises(BadFilter):
        registry.get("toy_plots").query(ANYONE, filters=parse_filter(text)).count()  # type: ignore[attr-defined]


def test_a_very_wide_filter_is_refused() -> None:
    wide: Any = " OR ".join(f"area_m2 = {n}" for n in range(400))

    with pytest.raises(BadFilter):
        parse_filter(wide)
