"""What an officer types to find a parcel: "thửa 123 tờ 45 Tân Châu", "45/123", "25459_45_123"."""

import re

from django.db.models import Q

from layers.core.search import bare_key, search_key

_NUMBER = re.compile(r"\b(?:so )?(?:thua|lo)(?: dat)?(?: so)? (\d{1,6})\b")
_SHEET = re.compile(r"\b(?:so )?to(?: ban do)?(?: so)? (\d{1,6})\b")
_SHORT = re.compile(r"(\d{1,6}) ?/ ?(\d{1,6})")
_KEY = re.compile(r"(\d{5})_(\d{1,6})_(\d{1,6})")

NOTHING = Q(pk__in=())
"""No parcel: a parcel has no name, so other words are never compared with a million rows."""


def parcels_of(text: str) -> Q:
    """The parcels a text speaks of; none where it names neither a parcel nor a sheet with one."""
    if short := _SHORT.fullmatch(text.strip()):
        return Q(sheet=int(short[1]), parcel_number=int(short[2]))
    if key := _KEY.fullmatch(text.strip()):
        return Q(commune__code=key[1], sheet=int(key[2]), parcel_number=int(key[3]))
    words = search_key(text)
    number, sheet = _NUMBER.search(words), _SHEET.search(words)
    if number is None:
        return NOTHING
    found = Q(parcel_number=int(number[1]))
    if sheet is not None:
        found &= Q(sheet=int(sheet[1]))
    place = bare_key(_SHEET.sub(" ", _NUMBER.sub(" ", words)).strip())
    return found & Q(commune__name_key__contains=" ".join(place.split())) if place else found
