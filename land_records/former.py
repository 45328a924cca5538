"""Numbers a parcel had before, or has elsewhere: on its map when that was made, before a split, on its certificate."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, F, Func, OuterRef, Q, QuerySet, Subquery, TextField

from land_records.descent import descendants
from land_records.models import CertifiedParcel, MapSheet, Parcel
from layers.admin_units.models import AdminUnit, Level
from layers.core.text import Text

MOST_GONE = 20
"""Most parcels of before whose heirs are looked for."""
MOST_SHEETS = 2_000
"""Most numbers of today that sheets have which had one number when they were made."""
MOST_PRINTED = 2_000
"""Most parcels of the province that certificates print under one number, or that have it at such an address."""


def sheets(map_number: int) -> QuerySet[MapSheet]:
    """Sheets of today that had this number when they were made."""
    return MapSheet.objects.filter(map_number=map_number)


def are_mapped(codes: Sequence[str]) -> bool:
    """Whether the register knows map sheets of any of these units of before."""
    return bool(codes) and MapSheet.objects.filter(map_commune_code__in=codes).exists()


def on(found: QuerySet[MapSheet]) -> Q:
    """Parcels on these sheets, whose numbers of today are read first: by them an index finds the parcels."""
    numbers = list(found.order_by("number").values_list("number", flat=True).distinct()[:MOST_SHEETS])
    same = found.filter(commune_id=OuterRef("commune_id"), number=OuterRef("sheet"))
    return Q(Exists(same), sheet__in=numbers)


def gone(numbered: Q) -> dict[int, frozenset[int]]:
    """Parcels that once had these numbers and no longer do → what they became, by numbers through all versions."""
    stand = Parcel.objects.filter(numbered, is_current=True)
    ever = Parcel.objects.filter(numbered, is_current=False).exclude(su_id__in=stand.values("su_id"))
    lost = ever.order_by("su_id").values_list("su_id", flat=True).distinct()[:MOST_GONE]
    return {su_id: descendants(su_id).parcels | {su_id} for su_id in lost}


def standing(numbered: Q) -> Q:
    """Parcels with these numbers, and what became of those that are no more."""
    heirs = frozenset[int]().union(*gone(numbered).values())
    return numbered | Q(su_id__in=sorted(heirs)) if heirs else numbered


def printed(sheet: int, number: int) -> Q:
    """Parcels whose valid certificate prints these numbers, whatever the map says today."""
    rows = _printed(sheet, number)
    return Q(su_id__in=list(rows.order_by("su_id").values_list("su_id", flat=True)[:MOST_PRINTED]))


def addressed(number: int, sheet: int | None, key: str) -> Q:
    """Parcels of that number, on that sheet where one is given, whose address holds this search key."""
    rows = Parcel.objects.current().filter(parcel_number=number)
    rows = rows if sheet is None else rows.filter(sheet=sheet)
    held = Func(F("address"), function="search_key", output_field=TextField())
    found = rows.annotate(key=held).filter(key__contains=key).order_by("su_id").values_list("su_id", flat=True)
    return Q(su_id__in=list(found[:MOST_PRINTED]))


def became(numbered: Q, what: Text) -> dict[int, Text]:
    """By parcel of today that came of one with such numbers: what that one is now."""
    said: dict[int, Text] = {}
    for heirs in gone(numbered).values():
        rows = Parcel.objects.current().filter(su_id__in=heirs).order_by("sheet", "parcel_number")
        today = list(rows.values_list("su_id", "sheet", "parcel_number")[:MOST_GONE])
        numbers = ", ".join(str(number) for _, _, number in today)
        on = ", ".join(str(sheet) for sheet in dict.fromkeys(sheet for _, sheet, _ in today))
        note = Text(
            vi=f"{what.vi} trước đây, nay là thửa {numbers} tờ {on}",
            en=f"formerly {what.en}, now parcel{'s' if len(today) > 1 else ''} {numbers}, sheet {on}",
        )
        said |= dict.fromkeys((su_id for su_id, *_ in today), note)
    return said


def mapped(su_ids: Sequence[int], sheet: int, number: int, what: Text) -> dict[int, Text]:
    """By parcel whose map sheet had this number when it was made: of which unit it was."""
    rows = Parcel.objects.current().filter(su_id__in=su_ids, parcel_number=number)
    then = MapSheet.objects.filter(commune_id=OuterRef("commune_id"), number=OuterRef("sheet"), map_number=sheet)
    codes = dict(rows.annotate(code=Subquery(then.values("map_commune_code")[:1])).values_list("su_id", "code"))
    old = AdminUnit.objects.filter(level=Level.COMMUNE.value, is_current=False, code__in=set(codes.values()) - {None})
    names = dict(old.order_by("valid_from").values_list("code", "full_name"))
    return {
        su_id: Text(
            vi=f"{what.vi} khi đo vẽ, {names.get(code, code)} cũ",
            en=f"{what.en} when mapped, former {names.get(code, code)}",
        )
        for su_id, code in codes.items()
        if code
    }


def printing(su_ids: Sequence[int], sheet: int, number: int, what: Text) -> dict[int, Text]:
    """By parcel whose valid certificate prints these numbers: that it does."""
    rows = _printed(sheet, number).filter(su_id__in=su_ids).values_list("su_id", flat=True)
    return dict.fromkeys(rows, Text(vi=f"{what.vi} trên giấy chứng nhận", en=f"{what.en} on the certificate"))


def _printed(sheet: int, number: int) -> QuerySet[Any]:
    return CertifiedParcel.objects.current().filter(printed_sheet=str(sheet), printed_number=str(number))
