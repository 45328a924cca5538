"""Numbers in words: a decimal comma in Vietnamese, a point in English, no exponent."""

import pytest

from layers.core.text import Text
from layers.sensors.number import said


@pytest.mark.parametrize(
    ("pattern", "number", "vi", "en"),
    [
        ("{}", 20.26581, "20,2658", "20.2658"),
        ("{}", 12_500, "12.500", "12,500"),
        ("{}", 1_234_567, "1.234.570", "1,234,570"),
        ("{}", 0.0000123, "0,0000123", "0.0000123"),
        ("{}", 50.0, "50", "50"),
        ("{}", -3.5, "−3,5", "−3.5"),
        ("{:+g} %", 0.3, "+0,3 %", "+0.3 %"),
        ("{:,.2f}", 1234.5, "1.234,50", "1,234.50"),
    ],
)
def test_a_number_is_written_as_people_of_the_language_write_it(pattern: str, number: float, vi: str, en: str) -> None:
    assert (said(pattern, "vi", number), said(pattern, "en", number)) == (vi, en)


def test_only_numbers_are_written_anew() -> None:
    pattern = Text(vi="Từ QCVN 05, mục 1.2: {}", en="By QCVN 05, item 1.2: {}")

    assert said(pattern, "vi", 0.5) == "Từ QCVN 05, mục 1.2: 0,5"
