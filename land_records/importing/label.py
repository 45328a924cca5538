"""What the texts inside a parcel of a drawing say: number, use, area, as one label or as several texts.

The cadastral map writes `125 ONT / 312.5`: number and use over the area; drawings split it into texts of their own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_FORMAT = re.compile(r"\\[ACcHhQTWf][^;]*;|\\S([^;]*);|[{}]|\\[LlOoKk]|%%[uUoO]")
"""Codes of CAD texts: colour, height, font, a stacked fraction, underlines."""
_BREAK = re.compile(r"\\[PX~]|[\r\n|]")
_WORD = re.compile(r"\b(?:thửa|thua|tờ|to|số|so|diện tích|dien tich|dt|s|m2|m²)\b[.:=]?|m²", re.IGNORECASE)
_USE = re.compile(r"(?<![A-ZĐa-zđ])([A-ZĐ]{3}(?:\s*\+\s*[A-ZĐ]{3})*)(?![A-ZĐa-zđ])")
_AREA = re.compile(r"(?<![\d.,])\d{1,3}(?:[ .]\d{3})*,\d{1,2}(?!\d)|(?<![\d.,])\d+[.,]\d{1,2}(?!\d)")
_WHOLE = re.compile(r"(?<![\d.,])\d{1,7}(?![\d.,])")
CLOSE = 0.05
"""Share by which a whole number may differ from the polygon's area and still be the area."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """The label of a parcel.

    Attributes:
        numbers: what may be its number; exactly one where the label is right.
        use: code or codes as written (`ONT+CLN`), or None.
        area: m² as written with a decimal point, or None.
    """

    numbers: tuple[int, ...]
    use: str | None
    area: str | None


def read_label(texts: Sequence[str], area_m2: float) -> Label:
    """The label that texts inside a polygon make together.

    Args:
        texts: as the drawing holds them.
        area_m2: of the polygon: tells an area written as a whole number from a parcel's number.
    """
    plain = "\n".join(_BREAK.sub("\n", _FORMAT.sub(lambda m: (m[1] or "").replace("^", "/"), one)) for one in texts)
    plain = _WORD.sub(" ", plain)
    uses = [re.sub(r"\s", "", found) for found in _USE.findall(plain)]
    plain = _USE.sub(" ", plain)
    areas = [_plain_number(found) for found in _AREA.findall(plain)]
    wholes = [int(found) for found in _WHOLE.findall(_AREA.sub(" ", plain))]
    if not areas and len(wholes) > 1:
        near = [one for one in wholes if abs(one - area_m2) <= max(CLOSE * area_m2, 1.0)]
        if len(near) == 1:
            areas = [str(near[0])]
            wholes.remove(near[0])
    numbers = tuple(dict.fromkeys(one for one in wholes if one > 0))
    return Label(
        numbers=numbers,
        use=uses[0] if len(set(uses)) == 1 else "+".join(dict.fromkeys(uses)) or None,
        area=areas[0] if areas else None,
    )


def _plain_number(text: str) -> str:
    whole, _, decimals = re.sub(r"\s", "", text).replace(",", ".").rpartition(".")
    return f"{whole.replace('.', '')}.{decimals}"
