"""What an officer types or pastes to find a parcel: "thửa 123 tờ 45 Tân Châu", "45/123 Tân Châu", "25459_45_123"."""

import re

from django.db.models import Q

from land_records.dossier import parcels_of_dossier
from layers.admin_units.lookup import communes_called
from layers.core.search import bare_key, search_key

_NUMBER = re.compile(r"\b(?:so )?(?:thua|lo)(?: dat)?(?: so)? (\d{1,6})\b")
_SHEET = re.compile(r"\b(?:so )?to(?: ban do)?(?: so)? (\d{1,6})\b")
_LISTED = re.compile(r"^\s*\d{1,4}\s*[.)]\s+")
"""The number before a line of a list."""
_SHORT = re.compile(r"(\d{1,6})\s*/\s*(\d{1,6})(?:[\s,]+(\D.*))?")
_CELLS = re.compile(r"(\d{1,6})[\t;](\d{1,6})[\t;]\s*(\D.*)")
"""Sheet, number and commune as a spreadsheet's row."""
_KEY = re.compile(r"(\d{5})_(\d{1,6})_(\d{1,6})")
_ABOVE = re.compile(r"(?<!^)\b(?:tinh|huyen|quan|thi xa|thanh pho|tp)\b .*$")
"""The district and the province after a commune's name."""

NOTHING = Q(pk__in=())
"""No parcel: a parcel has no name, so other words are never compared with a million rows."""


def parcels_of(text: str) -> Q:
    """The parcels a text speaks of; none where it names neither a parcel nor a sheet with one."""
    text = _LISTED.sub("", text).strip()
    if key := _KEY.fullmatch(text):
        return Q(commune__code=key[1], sheet=int(key[2]), parcel_number=int(key[3]))
    if short := _SHORT.fullmatch(text) or _CELLS.fullmatch(text):
        return _in(short[3] or "", Q(sheet=int(short[1]), parcel_number=int(short[2])))
    words = [search_key(part) for part in text.split(",")]
    number, sheet = _first(_NUMBER, words), _first(_SHEET, words)
    if number is None:
        return NOTHING
    found = Q(parcel_number=number) & (Q() if sheet is None else Q(sheet=sheet))
    rest = (" ".join(_SHEET.sub(" ", _NUMBER.sub(" ", part)).split()) for part in words)
    return _in(next((place for place in rest if place), ""), found)


def cases_of(text: str) -> Q:
    """As `parcels_of`, and by the number of a dossier: "hồ sơ 000.00.19.H12-260105-0001"."""
    dossier = parcels_of_dossier(text)
    return parcels_of(text) if dossier is None else dossier


def _first(pattern: "re.Pattern[str]", parts: list[str]) -> int | None:
    return next((int(found[1]) for part in parts if (found := pattern.search(part))), None)


def _in(place: str, found: Q) -> Q:
    """What was found, in the communes of that name where one is given."""
    words = _ABOVE.sub("", bare_key(place.split(",")[0])).strip()
    return found & Q(commune_id__in=communes_called(words)) if words else found
