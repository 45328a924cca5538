"""Shapes sent for a row: what is wrong with them is said in both languages, with the place."""

from typing import Any

import pytest
import shapely
from shapely.geometry import mapping

from layers.core.outline import read_outline
from layers.core.text import Text

SQUARE = "106.1 11.3, 106.2 11.3, 106.2 11.4, 106.1 11.4, 106.1 11.3"


def home_of_the_tests() -> tuple[float, float, float, float]:
    return (105.8, 10.4, 106.8, 11.8)


@pytest.fixture(autouse=True)
def _home(settings: Any) -> None:
    settings.HOME_BOX = f"{__name__}.home_of_the_tests"


def read(words: str, kind: str = "polygon", column: str = "GEOMETRY") -> Any:
    return read_outline(mapping(shapely.from_wkt(words)), kind=kind, column=column)


@pytest.mark.parametrize(
    ("words", "vi", "en"),
    [
        (
            "POLYGON((106.1 11.3, 106.2 11.4, 106.2 11.3, 106.1 11.4, 106.1 11.3))",
            "Đường viền tự cắt tại 11.35000, 106.15000.",
            "The outline crosses itself at 11.35000, 106.15000.",
        ),
        (
            f"POLYGON(({SQUARE}), (106.3 11.3, 106.4 11.3, 106.4 11.4, 106.3 11.3))",
            "Lỗ nằm ngoài vùng tại 11.30000, 106.30000.",
            "A hole lies outside the area at 11.30000, 106.30000.",
        ),
        (
            "POLYGON((106.1 11.3, 106.2 11.3, 106.1 11.3, 106.1 11.3))",
            "Quá ít góc khác nhau tại 11.30000, 106.10000.",
            "Too few different corners at 11.30000, 106.10000.",
        ),
        (
            f"MULTIPOLYGON((({SQUARE})), ((106.12 11.32, 106.18 11.32, 106.18 11.38, 106.12 11.32)))",
            "Hình không hợp lệ tại 11.32000, 106.12000.",
            "The shape is not valid at 11.32000, 106.12000.",
        ),
        ("LINESTRING(106.1 11.3, 106.2 11.4)", "Lớp này chỉ chứa vùng.", "This layer holds areas only."),
        (
            "POLYGON((106.1 11.3, 109.5 14.5, 106.2 11.4, 106.1 11.3))",
            "Điểm 14.50000, 109.50000 nằm xa ngoài địa bàn tỉnh.",
            "The point 14.50000, 109.50000 lies far outside the province.",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(words: str, vi: str, en: str) -> None:
    found = read(words)

    assert isinstance(found, Text)
    assert found.vi.startswith(vi)
    assert found.en.startswith(en)


@pytest.mark.parametrize("value", [None, {}, {"type": "Point"}, "x", {"type": "Point", "coordinates": []}, [1]])
def test_what_is_no_shape_is_refused(value: Any) -> None:
    assert isinstance(read_outline(value, kind="mixed", column="GEOMETRY"), Text)


def test_one_part_fits_a_column_of_many() -> None:
    one, many = f"POLYGON(({SQUARE}))", f"MULTIPOLYGON((({SQUARE})))"

    assert read(one, column="MULTIPOLYGON").equals(shapely.from_wkt(many))
    assert read(one, column="MULTIPOLYGON").geom_type == "MultiPolygon"
    assert read(one).geom_type == "Polygon"
    assert read(many).geom_type == "MultiPolygon"
    assert "chỉ chứa vùng" in read(many, column="POLYGON").vi


def test_a_line_may_cross_itself() -> None:
    crossing = "LINESTRING(106.1 11.3, 106.2 11.4, 106.2 11.3, 106.1 11.4)"

    assert read(crossing, kind="line").geom_type == "LineString"
