"""Land-use codes as files write them: those of today, those of maps of 2014-2023 with what became of them."""

import re
from typing import Final

from land_records.scale import LandUse

CODES: Final = frozenset(str(one.value) for one in LandUse)
SUCCESSORS: Final[dict[str, str]] = {
    "LUN": "LUK", "BHK": "HNK", "NHK": "HNK", "OCT": "OTC", "SKT": "SKK", "DDT": "DDD", "DDL": "DDD", "DSH": "DKV",
}  # fmt: skip
"""Code of 2014-2023 -> the one that took its place whole: land.md §3, `land_use_codes_old.csv`."""
REVIEWED: Final[dict[str, str]] = {"DTS": "DSK", "SKX": "SKC, SKS", "DCK": "DSK, DKV", "SXN": "CHN, CLN", "CDG": "PNN"}
"""Old codes that a person must decide about -> what they may be today."""
RESIDENTIAL: Final = "T"
"""Thổ cư, on old certificates: ODT in a ward, ONT elsewhere."""
_PART = re.compile(r"([A-ZĐ]{1,3})\s*[:=(]?\s*(\d[\d.,]*)?\s*(?:m2|m²)?\)?")


def parts(text: str) -> list[tuple[str, str | None]]:
    """Codes with their areas in m² where written: `ONT 300 + CLN 1200`, `ONT+CLN`, `ONT:300; CLN:1200`."""
    pieces = (piece.strip() for piece in re.split(r"[+;/&]|,(?=\s*[A-ZĐ])", text.upper()))
    found = (_PART.fullmatch(piece) for piece in pieces if piece)
    return [(one[1], one[2].rstrip(".,").replace(",", ".") if one[2] else None) if one else ("", None) for one in found]


def today(code: str, *, is_ward: bool) -> str | None:
    """The code of today; None where there is none or a person must decide."""
    if code in CODES:
        return code
    if code == RESIDENTIAL:
        return "ODT" if is_ward else "ONT"
    return SUCCESSORS.get(code)
