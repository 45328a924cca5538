"""A parcel as an officer types or pastes it: "thửa 123 tờ 45 Tân Châu", "t.123 tbđ 45 xã X cũ", "25459_45_123"."""

import re
import unicodedata
from dataclasses import dataclass

from layers.admin_units.lookup import named_today
from layers.core.search import bare_key, search_key

_NUMBER = re.compile(r"\b(?:so )?(?:thua|lo)(?: dat)?(?: so)? ?(\d{1,6})\b")
_SHEET = re.compile(r"\b(?:so )?(?:to(?: ban do| bd)?|ban do|tbd|bd)(?: so)? ?(\d{1,6})\b")
_SHORT_NUMBER = re.compile(r"\b(?:th|t|td) ?(\d{1,6})\b")
"""A parcel's number only where a sheet stands beside it: "t.125 tbđ 12"."""
_LISTED = re.compile(r"^\s*\d{1,4}\s*[.)]\s+")
"""The number before a line of a list."""
_SHORT = re.compile(r"(\d{1,6})\s*/\s*(\d{1,6})(?:[\s,]+(\D.*))?")
_CELLS = re.compile(r"(\d{1,6})[\t;](\d{1,6})[\t;]\s*(\D.*)")
"""Sheet, number and commune as a spreadsheet's row."""
_KEY = re.compile(r"(\d{5})_(\d{1,6})_(\d{1,6})")
_ABOVE = re.compile(r"(?<!^)\b(?:tinh|huyen|quan|thi xa|thanh pho|tp)\b .*$")
"""The district and the province after a commune's name."""
_OLD = re.compile(r"\s*\(?\bcũ\b\)?", re.IGNORECASE)
"""The word for a unit of before; without its mark it may be part of a name, so it counts at the end alone."""
_IDENTIFIER = re.compile(r"(?:ma (?:dinh danh )?(?:thua )?(?:dat )?)?((?=\D*\d)[0-9b-hjkmnp-z]{12})")
"""Mã định danh thửa đất: a GeoHash of 12 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A parcel as a text names it.

    Attributes:
        commune_code: mã ĐVHC, of today or of when the map was made.
        place: search key of a commune's name without its kind, or of an address.
        is_former: the text says that the commune is of before the reform.
    """

    number: int
    sheet: int | None = None
    commune_code: str = ""
    place: str = ""
    is_former: bool = False


def read(text: str) -> Named | None:
    """The parcel a text names; None where it names neither a parcel nor a sheet with one."""
    text = _LISTED.sub("", unicodedata.normalize("NFC", text)).strip()
    if key := _KEY.fullmatch(text):
        return Named(number=int(key[3]), sheet=int(key[2]), commune_code=key[1])
    if short := _SHORT.fullmatch(text) or _CELLS.fullmatch(text):
        return _placed(int(short[2]), int(short[1]), short[3] or "")
    parts = text.split(",")
    sheet = next((int(found[1]) for part in parts if (found := _SHEET.search(search_key(part)))), None)
    said = [_NUMBER] if sheet is None else [_NUMBER, _SHORT_NUMBER]
    for pattern in said:
        for part in parts:
            if found := pattern.search(_SHEET.sub(" ", search_key(part))):
                place = next((one for one in (_rest(part, pattern) for part in parts) if one), "")
                return _placed(int(found[1]), sheet, place, was=bool(_OLD.search(text)))
    return None


def identifier_in(text: str) -> str | None:
    """The parcel identifier a text consists of."""
    found = _IDENTIFIER.fullmatch(search_key(text))
    return found[1] if found else None


def _rest(part: str, number: "re.Pattern[str]") -> str:
    return " ".join(number.sub(" ", _SHEET.sub(" ", search_key(_OLD.sub(" ", part)))).split())


def _placed(number: int, sheet: int | None, place: str, was: bool = False) -> Named:
    was = was or bool(_OLD.search(place))
    words = _ABOVE.sub("", bare_key(_OLD.sub(" ", place).split(",")[0])).strip()
    if words.endswith(" cu") and not named_today(words):
        words, was = words.removesuffix(" cu"), True
    return Named(number=number, sheet=sheet, place=words, is_former=was)
