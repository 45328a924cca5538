"""A filter on paper is read by people who know no query language."""

import pytest

from layers.core import registry
from layers.core.filter import parse_filter
from layers.exchange.filter_words import filter_words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("area_m2 > 1000 AND use = 'rice'", "Diện tích > 1.000 m² và Sử dụng: Lúa"),
        ("use IN ('rice', 'house')", "Sử dụng: Lúa hoặc Nhà ở"),
        (
            "(use = 'rice' OR use IS NULL) AND area_m2 <= 5",
            "(Sử dụng: Lúa hoặc Sử dụng: chưa có dữ liệu) và Diện tích ≤ 5 m²",
        ),
        ("area_m2 BETWEEN 1 AND 2", "Diện tích từ 1 m² đến 2 m²"),
        ("NOT (use = 'rice')", "không phải: Sử dụng: Lúa"),
        ("use <> 'rice'", "Sử dụng khác Lúa"),
        ("accenti(name) LIKE accenti('%Tân%')", "Tên có “Tân”"),
        ("valid_from >= DATE('2025-02-01')", "Từ ngày ≥ 01/02/2025"),
        ("t_after(valid_from, DATE('2025-02-01'))", "Từ ngày sau 01/02/2025"),
        ("5 < area_m2", "Diện tích > 5 m²"),
        ("s_intersects(geom, POINT(106 11))", "theo vùng đã chọn"),
    ],
)
def test_a_filter_in_words(db: None, text: str, said: str) -> None:
    layer = registry.get("toy_plots")

    assert filter_words(parse_filter(text), {one.name: one for one in layer.attributes}, "vi") == said
