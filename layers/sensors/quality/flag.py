"""The flags of QARTOD: how far a value may be believed."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from layers.core.text import Text


class Flag(IntEnum):
    """Primary flags (IOOS, Manual for the Use of Real-Time Oceanographic Data Quality Control Flags, 1.2, 2020)."""

    PASS = 1
    NOT_EVALUATED = 2
    SUSPECT = 3
    FAIL = 4
    MISSING = 9

    @property
    def title(self) -> Text:
        """What a person reads."""
        return _TITLES[self]


_TITLES: Final[Mapping[Flag, Text]] = {
    Flag.PASS: Text(vi="Đạt", en="Pass"),
    Flag.NOT_EVALUATED: Text(vi="Chưa đánh giá", en="Not evaluated"),
    Flag.SUSPECT: Text(vi="Nghi ngờ", en="Suspect"),
    Flag.FAIL: Text(vi="Không đạt", en="Fail"),
    Flag.MISSING: Text(vi="Thiếu", en="Missing"),
}

WITHHELD: Final = (Flag.SUSPECT, Flag.FAIL, Flag.MISSING)
"""A value of these enters no mean and no index, unless a person releases it: the house's policy."""
