"""Mortgages and other restrictions: entered and taken off, each with a version of the parcel that shows it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from land_records.ledger import Entry
from land_records.models import Parcel, Restriction, Transaction
from land_records.models.parcel import next_su_id
from land_records.terms import LegalStatus, RestrictionKind, TransactionKind, by_gravity
from land_records.transactions.filing import Faults, Filing, filed, refusal
from land_records.transactions.held import hold, must_be_free, must_be_within_term, must_have_status


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a restriction says.

    Attributes:
        holder: bank, claimant, court: never public.
        reference: number of the contract, decision or case.
    """

    holder: str = ""
    authority: str = ""
    reference: str = ""
    note: str = ""


@transaction.atomic
def mortgage(su_id: int, filing: Filing, *, terms: Terms) -> Transaction:
    """Register a mortgage (thế chấp) of a certified parcel; a second one needs the first one's holder to consent.

    Raises:
        Invalid: field by field.
        Conflict: another transaction was first.
    """
    (parcel,) = hold([su_id])
    _must_say(terms, {"holder": ("Cần tên bên nhận thế chấp.", "The mortgagee is needed."), "reference": _NUMBER})
    must_have_status([parcel], [LegalStatus.CERTIFIED])
    must_be_free([parcel], filing)
    must_be_within_term([parcel], filing.day)
    with filed(TransactionKind.MORTGAGE, filing, [su_id]) as made:
        _enter(made, parcel, RestrictionKind.MORTGAGE, terms)
        return made.transaction


def release(su_id: int, filing: Filing, *, restriction_id: int | None = None) -> Transaction:
    """Take a mortgage off a parcel (xóa thế chấp); without a number the only one there is.

    Raises:
        Invalid: there is none, or several and no number.
        Conflict: another transaction was first.
    """
    return _take_off(su_id, filing, TransactionKind.RELEASE, restriction_id)


@transaction.atomic
def restrict(su_id: int, filing: Filing, *, kind: RestrictionKind, terms: Terms) -> Transaction:
    """Enter a restriction of another kind than a mortgage: dispute, seizure, recovery, corridor, easement.

    Raises:
        Invalid: field by field.
        Conflict: another transaction was first.
    """
    (parcel,) = hold([su_id])
    if kind == RestrictionKind.MORTGAGE:
        raise refusal("kind", "Thế chấp đăng ký riêng.", "A mortgage is registered as one.")
    _must_say(terms, {"reference": _NUMBER})
    with filed(TransactionKind.RESTRICT, filing, [su_id], {"kind": kind.value}) as made:
        _enter(made, parcel, kind, terms)
        return made.transaction


def lift(su_id: int, filing: Filing, *, restriction_id: int | None = None) -> Transaction:
    """Take a restriction other than a mortgage off a parcel; without a number the only one there is.

    Raises:
        Invalid: there is none, or several and no number.
        Conflict: another transaction was first.
    """
    return _take_off(su_id, filing, TransactionKind.LIFT, restriction_id)


_NUMBER = ("Cần số hợp đồng, quyết định hoặc vụ việc.", "The number of the contract, decision or case is needed.")


def _must_say(terms: Terms, needed: Mapping[str, tuple[str, str]]) -> None:
    faults = Faults()
    for field, (vi, en) in needed.items():
        if not getattr(terms, field).strip():
            faults.add(field, vi, en)
    faults.stop()


def _enter(made: Entry, parcel: Parcel, kind: RestrictionKind, terms: Terms) -> None:
    made.revise(parcel, {"restrictions": by_gravity([*parcel.restrictions, kind.value])})
    made.add(
        Restriction(
            restriction_id=next_su_id(),
            su_id=parcel.su_id,
            kind=kind.value,
            holder=terms.holder,
            authority=terms.authority,
            reference=terms.reference,
            note=terms.note,
        )
    )


@transaction.atomic
def _take_off(su_id: int, filing: Filing, how: TransactionKind, restriction_id: int | None) -> Transaction:
    (parcel,) = hold([su_id])
    open_ = list(Restriction.objects.current().filter(su_id=su_id).order_by("restriction_id"))
    fitting = [one for one in open_ if (one.kind == RestrictionKind.MORTGAGE) == (how == TransactionKind.RELEASE)]
    if restriction_id is not None:
        fitting = [one for one in fitting if one.restriction_id == restriction_id]
    if len(fitting) != 1:
        listed = ", ".join(f"{one.restriction_id} ({one.reference})" for one in fitting)
        vi = f"Có nhiều hạn chế, hãy chọn một: {listed}." if fitting else "Không có hạn chế nào để xóa."
        en = f"There are several, name one: {listed}." if fitting else "There is nothing to take off."
        raise refusal("restriction", vi, en)
    (gone,) = fitting
    with filed(how, filing, [su_id], {"kind": gone.kind}) as made:
        made.revise(parcel, {"restrictions": by_gravity(one.kind for one in open_ if one is not gone)})
        made.end(gone)
        return made.transaction
