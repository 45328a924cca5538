"""Who holds a parcel, and how it passes to others (chuyển quyền)."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.db import transaction

from land_records.models import Parcel, Party, Right, Transaction
from land_records.terms import MANAGERS, LegalStatus, PartyRole, TransactionKind
from land_records.transactions.filing import Filing, filed, refusal
from land_records.transactions.held import hold, must_be_free, must_be_within_term, must_have_status
from layers.core.attribute import Options

MOST_HOLDERS = 100


class Manner(Options):
    """How a right passes (hình thức chuyển quyền)."""

    SALE = "sale", "Chuyển nhượng", "Sale"
    GIFT = "gift", "Tặng cho", "Gift"
    INHERITANCE = "inheritance", "Thừa kế", "Inheritance"
    EXCHANGE = "exchange", "Chuyển đổi", "Exchange"
    CONTRIBUTION = "contribution", "Góp vốn", "Contribution of capital"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one party is to hold; 1/1 by several is held jointly, as by husband and wife."""

    party_id: int
    role: PartyRole = PartyRole.INDIVIDUAL
    numerator: int = 1
    denominator: int = 1


@transaction.atomic
def transfer(su_id: int, filing: Filing, *, to: Sequence[Holding], manner: Manner) -> Transaction:
    """Pass a parcel to its next holders: the rights over it end, theirs begin, the certificate goes on.

    A certificate is needed, but for an inheritance; its uses must not have run out (Luật Đất đai 31/2024/QH15, điều
    45).

    Args:
        su_id: the parcel.
        filing: who, since when, on what papers.
        to: all holders afterwards.
        manner: how it passes.

    Raises:
        Invalid: field by field.
        Conflict: another transaction was first.
    """
    (parcel,) = hold([su_id])
    needed = [LegalStatus.CERTIFIED]
    must_have_status([parcel], [*needed, LegalStatus.REGISTERED] if manner == Manner.INHERITANCE else needed)
    must_be_free([parcel], filing)
    must_be_within_term([parcel], filing.day)
    must_be_whole(to)
    rights = rights_over([parcel])
    if shares_over(parcel) == _shares(to):
        raise refusal("holders", "Người sử dụng đất không thay đổi.", "The land users do not change.")
    certificate = next((right.certificate_id for right in rights if right.certificate_id), None)
    with filed(TransactionKind.TRANSFER, filing, [su_id], {"manner": manner.value}) as made:
        made.revise(parcel)
        for right in rights:
            made.end(right)
        for holding in to:
            made.add(right_of(holding, su_id, certificate))
        return made.transaction


def must_be_whole(holdings: Sequence[Holding]) -> None:
    """Refuse holders who are not land users, or whose shares are not one together.

    Raises:
        Invalid: in field `holders`.
    """
    parties = [holding.party_id for holding in holdings]
    if not 1 <= len(parties) <= MOST_HOLDERS or len(set(parties)) != len(parties):
        raise refusal(
            "holders",
            f"Cần từ 1 đến {MOST_HOLDERS} người, mỗi người một lần.",
            f"From 1 to {MOST_HOLDERS} holders are needed, each once.",
        )
    kinds = dict(Party.objects.filter(pk__in=parties).values_list("pk", "kind"))
    if len(kinds) != len(parties):
        raise refusal("holders", "Không có người này trong sổ.", "The register does not know this party.")
    if any(kind in MANAGERS for kind in kinds.values()):
        raise refusal(
            "holders",
            "Người được giao quản lý đất không nhận chuyển quyền.",
            "Who manages land for the State takes no rights.",
        )
    if any(not 0 < holding.numerator <= holding.denominator for holding in holdings):
        raise refusal("holders", "Phần quyền phải là một phần của 1.", "A share is a part of one.")
    shares = [Fraction(holding.numerator, holding.denominator) for holding in holdings]
    if any(share != 1 for share in shares) and sum(shares) != 1:
        raise refusal(
            "holders",
            f"Các phần quyền cộng lại {sum(shares)}, cần đúng 1.",
            f"The shares add up to {sum(shares)}, not to 1.",
        )


def rights_over(parcels: Sequence[Parcel]) -> list[Right]:
    """The rights that stand over parcels."""
    su_ids = [parcel.su_id for parcel in parcels]
    return list(Right.objects.current().filter(su_id__in=su_ids).order_by("pk"))


def shares_over(parcel: Parcel) -> frozenset[tuple[int, str, Fraction]]:
    """Who holds a parcel, as what, with which share."""
    return frozenset(
        (right.party_id, right.role, Fraction(right.numerator, right.denominator)) for right in rights_over([parcel])
    )


def right_of(holding: Holding, su_id: int, certificate_id: int | None) -> Right:
    """A holding as a right over a parcel, not stored yet."""
    return Right(
        su_id=su_id,
        party_id=holding.party_id,
        role=holding.role.value,
        numerator=holding.numerator,
        denominator=holding.denominator,
        certificate_id=certificate_id,
    )


def _shares(holdings: Sequence[Holding]) -> frozenset[tuple[int, str, Fraction]]:
    return frozenset((one.party_id, one.role.value, Fraction(one.numerator, one.denominator)) for one in holdings)
