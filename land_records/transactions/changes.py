"""Change of use, correction of an error, and taking the last transaction back."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from land_records import ledger
from land_records.models import Parcel, Transaction
from land_records.scale import LandUse
from land_records.terms import TransactionKind
from land_records.transactions.filing import Faults, Filing, filed, refusal
from land_records.transactions.held import hold, must_be_free, must_have_status
from land_records.transactions.minimum import is_urban
from land_records.transactions.pieces import DIVISIBLE
from land_records.transactions.uses import TENTH, Use, main_use, settle, totals, uses_of
from layers.core.errors import Conflict
from layers.core.text import Text
from layers.core.viewer import Viewer

NEVER_UNDONE = (TransactionKind.REGISTER, TransactionKind.IMPORT)
"""How a parcel came into the register."""


@transaction.atomic
def change_of_use(su_id: int, filing: Filing, *, uses: Sequence[Use]) -> Transaction:
    """Change what a parcel may be used for (chuyển mục đích); the uses add up to its recorded area.

    Residential land of the other kind of commune (ONT in a ward, ODT in a rural commune) is registered with a warning
    in the transaction's detail: communes changed their kind in 2025.

    Raises:
        Invalid: field by field.
        Conflict: another transaction was first.
    """
    (parcel,) = hold([su_id])
    must_have_status([parcel], DIVISIBLE)
    must_be_free([parcel], filing)
    known = uses_of(parcel)
    faults = Faults()
    settled = settle(uses, parcel.recorded_area_m2, known, faults)
    had, has = totals(known), totals(settled)
    if settled and had == has:
        faults.add("uses", "Mục đích sử dụng không thay đổi.", "The uses do not change.")
    faults.stop()
    unusual = LandUse.ONT if is_urban(parcel) else LandUse.ODT
    detail: dict[str, Any] = {
        "before": {code: str(area) for code, area in had.items()},
        "after": {code: str(area) for code, area in has.items()},
    }
    if unusual.value in has:
        detail["warnings"] = [unusual.value]
    with filed(TransactionKind.CHANGE_OF_USE, filing, [su_id], detail) as made:
        made.revise(parcel, {"land_use": main_use(settled)}, settled)
        return made.transaction


@transaction.atomic
def correct(
    su_id: int,
    filing: Filing,
    *,
    address: str | None = None,
    recorded_area_m2: Decimal | None = None,
    uses: Sequence[Use] = (),
) -> Transaction:
    """Correct an error in what is written of a parcel (đính chính); None stays as it is.

    Raises:
        Invalid: field by field.
        Conflict: another transaction was first.
    """
    (parcel,) = hold([su_id])
    must_be_free([parcel], filing)
    changes: dict[str, Any] = {}
    faults = Faults()
    if not filing.reason.strip():
        faults.add("reason", "Cần lý do đính chính.", "The reason of a correction is needed.")
    if address is not None and address != parcel.address:
        changes["address"] = address
    area = parcel.recorded_area_m2 if recorded_area_m2 is None else recorded_area_m2
    if area <= 0 or area % TENTH:
        faults.add(
            "recorded_area_m2",
            "Diện tích phải lớn hơn 0, tối đa một số lẻ.",
            "The area must be more than 0, with one decimal at most.",
        )
        faults.stop()
    known = uses_of(parcel)
    listed = list(uses) or ([Use(code=known[0].code)] if len(known) == 1 else [])
    settled = known
    if uses or area != parcel.recorded_area_m2:
        settled = settle(listed, area, known, faults)
    if area != parcel.recorded_area_m2:
        changes["recorded_area_m2"] = area
    if settled and totals(settled) != totals(known):
        changes["land_use"] = main_use(settled)
    if not changes:
        faults.add("reason", "Không có gì thay đổi.", "Nothing changes.")
    faults.stop()
    with filed(TransactionKind.CORRECTION, filing, [su_id], {"fields": sorted(changes)}) as made:
        made.revise(parcel, changes, settled)
        return made.transaction


@transaction.atomic
def undo_last(su_id: int, by: Viewer, *, reason: str) -> Transaction:
    """Take back the last transaction of a parcel, with everything it did to other parcels.

    Raises:
        Invalid: no reason.
        Conflict: there is none, or later ones build on it.
    """
    if not reason.strip():
        raise refusal("reason", "Cần lý do hủy.", "A reason is needed.")
    (parcel,) = hold([su_id])
    last = parcel.made_by
    if last is None or last.kind in NEVER_UNDONE:
        raise Conflict(
            Text(vi="Thửa đất chưa có biến động nào để hủy.", en="The parcel has no transaction to take back.")
        )
    touched = Parcel.objects.current().filter(made_by=last).exclude(su_id=su_id)
    if others := list(touched.order_by("su_id").values_list("su_id", flat=True)):
        hold(others)
    return ledger.undo(last, by, reason=reason)
