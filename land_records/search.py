"""Where the parcel a text names is looked for: among the numbers of today's map, of a map sheet when it was made, of
parcels that are no more, at coordinates; for officers also as printed on the certificate, at an address, by a dossier.
"""

from collections.abc import Mapping, Sequence

from django.db.models import Q

from land_records import former
from land_records.dossier import parcels_of_dossier
from land_records.named import Named, identifier_in, read
from land_records.point import held_by, holding, points_in
from layers.admin_units.lookup import communes_called, named_today, old_codes_of
from layers.core.feature import Feature
from layers.core.text import Text

NOTHING = Q(pk__in=())
"""No parcel: a parcel has no name, so other words are never compared with a million rows."""


def parcels_of(text: str) -> Q:
    """The parcels a text speaks of, or what became of them; none where it names no parcel, identifier or point."""
    if meant := points_in(text):
        return holding(meant)
    if identifier := identifier_in(text):
        return former.standing(Q(identifier=identifier))
    named = read(text)
    return NOTHING if named is None else _standing(named, _communes(named))


def cases_of(text: str) -> Q | None:
    """As `parcels_of`, for officers: also by a dossier's number, as printed on the certificate, and at an address.

    None for other words, which an address may hold.
    """
    if (dossier := parcels_of_dossier(text)) is not None:
        return dossier
    if identifier_in(text) or points_in(text):
        return parcels_of(text)
    named = read(text)
    if named is None:
        return None
    communes = _communes(named)
    found = _standing(named, communes)
    if named.sheet is not None:
        found |= former.printed(named.sheet, named.number) & _inside(named, communes)
    if named.place and not communes:
        found |= former.addressed(named.number, named.sheet, named.place)
    return found


def told(text: str, found: Sequence[Feature]) -> Mapping[int, Text]:
    """By id: what the numbers of a text are to parcels that have other ones today; which point of a text they hold."""
    if meant := points_in(text):
        return held_by(found, meant)
    if identifier := identifier_in(text):
        return former.became(Q(identifier=identifier), Text(vi="mã định danh cũ", en="former identifier"))
    named = read(text)
    if named is None or named.sheet is None or not (others := _renumbered(named, found)):
        return {}
    numbers = _words(named)
    return {
        **former.became(_numbered(named, _communes(named)), numbers),
        **former.mapped(others, named.sheet, named.number, numbers),
    }


def told_to_officers(text: str, found: Sequence[Feature]) -> Mapping[int, Text]:
    """As `told`, and whose certificate prints the numbers."""
    named = None if points_in(text) else read(text)
    if named is None or named.sheet is None:
        return told(text, found)
    printing = former.printing(_renumbered(named, found), named.sheet, named.number, _words(named))
    return {**printing, **told(text, found)}


def _renumbered(named: Named, found: Sequence[Feature]) -> list[int]:
    asked = (named.sheet, named.number)
    return [one.id for one in found if (one.attributes["sheet"], one.attributes["parcel_number"]) != asked]


def _words(named: Named) -> Text:
    return Text(vi=f"thửa {named.number}, tờ {named.sheet}", en=f"parcel {named.number}, sheet {named.sheet}")


def _communes(named: Named) -> list[int]:
    """Ids of the communes of today that are named: read once, each is a statement."""
    return communes_called(named.place) if named.place else []


def _standing(named: Named, communes: Sequence[int]) -> Q:
    numbered = _numbered(named, communes)
    return numbered if named.sheet is None else former.standing(numbered)


def _numbered(named: Named, communes: Sequence[int]) -> Q:
    """Parcels of any time with these numbers, on today's sheets and on what were those sheets when they were mapped."""
    number, inside = Q(parcel_number=named.number), _inside(named, communes)
    if named.sheet is None:
        return number & inside
    today, sheets = Q(sheet=named.sheet) & inside, former.sheets(named.sheet)
    if named.commune_code:
        sheets = sheets.filter(map_commune_code=named.commune_code)
    elif named.place:
        codes = old_codes_of(named.place)
        if codes and (named.is_former or not named_today(named.place)) and former.are_mapped(codes):
            return number & former.on(sheets.filter(map_commune_code__in=codes))
        sheets = sheets.filter(Q(map_commune_code__in=codes) | inside)
    else:
        sheets = sheets.exclude(number=named.sheet)  # those are found by today's number
    return number & (today | former.on(sheets))


def _inside(named: Named, communes: Sequence[int]) -> Q:
    """In the communes that are named, where one is; of parcels and of sheets."""
    if named.commune_code:
        return Q(commune__code=named.commune_code)
    return Q(commune_id__in=communes) if named.place else Q()
