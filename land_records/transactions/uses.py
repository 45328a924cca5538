"""Uses of a parcel: as filed, shared out to its parts, added up where parcels become one."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from land_records.models import Parcel, ParcelUse
from land_records.scale import LandUse
from land_records.terms import Origin, UseForm
from land_records.transactions.filing import Faults, refusal

TENTH = Decimal("0.1")
MOST_USES = 20
_CODES = frozenset(use.value for use in LandUse)
_USE = re.compile(r"\s*([A-ZĐ]{3})\s*([0-9]+(?:[.,][0-9])?)?\s*(?:m2|m²)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One use as filed.

    Attributes:
        area_m2: whole tenths; None takes the rest of the parcel.
        origin, form, until: None keeps what the parcel's use of this code says, where it has one.
    """

    code: str
    area_m2: Decimal | None = None
    origin: Origin | None = None
    form: UseForm | None = None
    until: date | None = None


def read_uses(text: str) -> list[Use]:
    """Uses as an officer writes them, `ONT 400 + CLN`: code, area in m²; one without an area takes the rest.

    Raises:
        Invalid: naming what cannot be read.
    """
    uses = []
    for part in text.split("+"):
        found = _USE.fullmatch(part)
        if found is None:
            raise refusal(
                "uses",
                f"Không hiểu “{part.strip()}”; hãy ghi như: ONT 400 + CLN 3600.",
                f"“{part.strip()}” is not understood; write as in: ONT 400 + CLN 3600.",
            )
        area = Decimal(found[2].replace(",", ".")) if found[2] else None
        uses.append(Use(code=found[1].upper(), area_m2=area))
    return uses


def uses_of(parcel: Parcel) -> list[ParcelUse]:
    """The uses of a version; one that lists none is wholly of the use printed."""
    listed = list(ParcelUse.objects.filter(parcel=parcel).order_by("pk"))
    return listed or [ParcelUse(code=parcel.land_use, area_m2=parcel.recorded_area_m2)]


def main_use(uses: Sequence[ParcelUse]) -> str:
    """The code that is printed first: of the largest area; of equal ones the first."""
    return str(max(uses, key=lambda use: use.area_m2).code)


def settle(
    filed: Sequence[Use],
    area_m2: Decimal,
    known: Sequence[ParcelUse],
    faults: Faults,
    where: tuple[str, str] = ("", ""),
) -> list[ParcelUse]:
    """Uses as filed, checked against the recorded area of the parcel; empty where a fault was added.

    Args:
        filed: as the officer wrote them.
        area_m2: recorded area of the parcel they are of.
        known: uses whose origin, form and term go on where a code stays.
        faults: takes what is wrong, in field `uses`.
        where: words before a fault, Vietnamese and English: which part it is.
    """
    vi, en = where
    before = {use.code: use for use in reversed(known)}
    given = sum((use.area_m2 for use in filed if use.area_m2 is not None), Decimal(0))
    open_ = [use for use in filed if use.area_m2 is None]
    rest = area_m2 - given
    wrong = [use.code for use in filed if use.code not in _CODES]
    odd = [use.code for use in filed if use.area_m2 is not None and (use.area_m2 <= 0 or use.area_m2 % TENTH)]
    if wrong:
        faults.add("uses", f"{vi}Không có mã loại đất {wrong[0]}.", f"{en}There is no land use {wrong[0]}.")
    elif odd:
        faults.add(
            "uses",
            f"{vi}Diện tích {odd[0]} phải lớn hơn 0, tối đa một số lẻ.",
            f"{en}The area of {odd[0]} must be more than 0, with one decimal at most.",
        )
    elif not 1 <= len(filed) <= MOST_USES or len(open_) > 1 or len({use.code for use in filed}) != len(filed):
        faults.add(
            "uses",
            f"{vi}Cần từ 1 đến {MOST_USES} loại đất, mỗi loại một lần, nhiều nhất một loại không ghi diện tích.",
            f"{en}From 1 to {MOST_USES} uses are needed, each once, at most one of them without an area.",
        )
    elif (open_ and rest <= 0) or (not open_ and rest != 0):
        faults.add(
            "uses",
            f"{vi}Các loại đất cộng lại {given} m², thửa đất {area_m2} m².",
            f"{en}The uses add up to {given} m², the parcel has {area_m2} m².",
        )
    else:
        return [_settled(use, use.area_m2 or rest, before.get(use.code)) for use in filed]
    return []


def _settled(use: Use, area_m2: Decimal, before: ParcelUse | None) -> ParcelUse:
    made = ParcelUse(code=use.code, area_m2=area_m2)
    if before is not None:
        made.origin, made.form, made.until, made.planned_code = (
            before.origin,
            before.form,
            before.until,
            before.planned_code,
        )
    if use.origin is not None:
        made.origin = use.origin.value
    if use.form is not None:
        made.form = use.form.value
    if use.until is not None:
        made.until = use.until
    return made


def totals(uses: Sequence[ParcelUse]) -> Mapping[str, Decimal]:
    """Area by code."""
    added: dict[str, Decimal] = defaultdict(Decimal)
    for use in uses:
        added[use.code] += use.area_m2
    return added


def joined(uses: Sequence[ParcelUse]) -> list[ParcelUse]:
    """Uses of several parcels that become one; those alike in all but area are added up."""
    added: dict[tuple[object, ...], ParcelUse] = {}
    for use in uses:
        key = (use.code, use.origin, use.form, use.until, use.planned_code)
        if key in added:
            added[key].area_m2 += use.area_m2
        else:
            made = ParcelUse(code=use.code, area_m2=use.area_m2, origin=use.origin, form=use.form)
            made.until, made.planned_code = use.until, use.planned_code
            added[key] = made
    return list(added.values())


def grown(uses: Sequence[ParcelUse], by_m2: Decimal) -> list[ParcelUse]:
    """The same uses with the largest changed by so much; empty where nothing would be left of it."""
    made = joined(uses)
    largest = max(made, key=lambda use: use.area_m2)
    largest.area_m2 += by_m2
    return made if largest.area_m2 > 0 else []


def shared_out(total_m2: Decimal, weights: Sequence[float]) -> list[Decimal]:
    """A recorded area in whole tenths, by weight; the largest takes what rounding leaves, so that they add up."""
    whole = sum(weights)
    parts = [(total_m2 * Decimal(weight / whole)).quantize(TENTH, rounding=ROUND_HALF_UP) for weight in weights]
    parts[max(range(len(parts)), key=lambda i: weights[i])] += total_m2 - sum(parts)
    return parts
