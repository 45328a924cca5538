"""Limits with their source: how many pupils a class may have."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSize:
    """Most pupils of a class, by which circular."""

    most: int
    source: str


CLASS_SIZES: Final = {
    "kindergarten": ClassSize(most=35, source="Thông tư 52/2020/TT-BGDĐT"),
    "primary": ClassSize(most=35, source="Thông tư 28/2020/TT-BGDĐT"),
    "lower_secondary": ClassSize(most=45, source="Thông tư 32/2020/TT-BGDĐT"),
    "upper_secondary": ClassSize(most=45, source="Thông tư 32/2020/TT-BGDĐT"),
    "combined": ClassSize(most=45, source="Thông tư 32/2020/TT-BGDĐT"),
}
"""Level of a school -> the most of its largest age group."""

GOOD, TOO_MANY = "#1B6E3C", "#8A5A00"
"""The colours of good and warning (ui.md §2)."""
