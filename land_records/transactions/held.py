"""Parcels locked for a transaction, and what stands in its way.

Parcels are locked in the order of their numbers, then the sheet that gives new numbers. Whatever changes a parcel or
anything about it writes a version of the parcel, so the lock on its current version covers rights, restrictions and
certificates as well.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from django.db import DatabaseError, OperationalError
from django.db.models import Max

from land_records.models import MapSheet, Parcel, ParcelUse, Restriction
from land_records.terms import LegalStatus, RestrictionKind
from land_records.transactions.filing import Filing, refusal
from layers.core.errors import Conflict
from layers.core.text import Text

MOST_PARCELS = 50
"""Most parcels of one transaction."""
CONSENT_LETS_PASS = (RestrictionKind.MORTGAGE, RestrictionKind.DISPUTE)
_CHANGED = Text(
    vi="Thửa đất vừa được một biến động khác thay đổi; hãy mở lại rồi làm tiếp.",
    en="Another transaction has just changed this parcel; open it again and go on.",
)
_DEADLOCK = "40P01"
_KINDS = {kind.value: kind.title for kind in RestrictionKind}
_STATUSES = {status.value: status.title for status in LegalStatus}


def hold(su_ids: Sequence[int], field: str = "parcels") -> list[Parcel]:
    """The current versions of parcels, locked until the transaction ends, in the order given.

    Raises:
        Invalid: none, too many, one twice, or a number that never was.
        Conflict: one is no longer current: another transaction was first.
    """
    if not 1 <= len(su_ids) <= MOST_PARCELS or len(set(su_ids)) != len(su_ids):
        raise refusal(
            field,
            f"Cần từ 1 đến {MOST_PARCELS} thửa, mỗi thửa một lần.",
            f"From 1 to {MOST_PARCELS} parcels are needed, each once.",
        )
    with _conflicts():
        rows = Parcel.objects.current().filter(su_id__in=su_ids).order_by("su_id").select_for_update(of=("self",))
        found = {row.su_id: row for row in rows.select_related("commune")}
    if missing := [su_id for su_id in su_ids if su_id not in found]:
        if Parcel.objects.filter(su_id__in=missing).values("su_id").distinct().count() == len(missing):
            raise changed()
        listed = ", ".join(map(str, missing))
        raise refusal(field, f"Không có thửa đất {listed}.", f"There is no parcel {listed}.")
    return [found[su_id] for su_id in su_ids]


def next_numbers(commune_id: int, sheet: int, count: int) -> list[int]:
    """So many parcel numbers after the largest ever used on a sheet, which is locked until the transaction ends.

    Raises:
        Invalid: the sheet is not in the register of sheets.
    """
    with _conflicts():
        known = MapSheet.objects.select_for_update().filter(commune_id=commune_id, number=sheet).first()
    if known is None:
        raise refusal(
            "sheet",
            f"Tờ bản đồ {sheet} không có trong danh mục tờ của xã.",
            f"Map sheet {sheet} is not in the commune's list of sheets.",
        )
    used = Parcel.objects.filter(commune_id=commune_id, sheet=sheet).aggregate(most=Max("parcel_number"))["most"] or 0
    return list(range(used + 1, used + 1 + count))


def must_be_free(parcels: Sequence[Parcel], filing: Filing) -> list[Restriction]:
    """Refuse what is seized, and what is mortgaged or disputed unless its holder consents; all that is open.

    Raises:
        Invalid: naming the parcel and what stands in the way, in field `consent`.
    """
    names = {parcel.su_id: parcel for parcel in parcels}
    found = list(Restriction.objects.current().filter(su_id__in=names).order_by("restriction_id", "pk"))
    for one in found:
        title = _KINDS[one.kind]
        parcel = names[one.su_id]
        where_vi = f"Thửa {parcel.parcel_number}, tờ {parcel.sheet}"
        where_en = f"Parcel {parcel.parcel_number}, sheet {parcel.sheet}"
        if one.kind == RestrictionKind.SEIZURE:
            raise refusal(
                "parcels",
                f"{where_vi} đang bị kê biên, ngăn chặn: không đăng ký được biến động.",
                f"{where_en} is seized or blocked: no transaction can be registered.",
            )
        if one.kind in CONSENT_LETS_PASS and not filing.has_consent:
            raise refusal(
                "consent",
                f"{where_vi} đang có hạn chế “{title.vi}”: cần số của văn bản đồng ý hoặc bản án.",
                f"{where_en} has an open restriction “{title.en}”: the number of a consent or a judgment is needed.",
            )
    return found


def must_have_status(parcels: Sequence[Parcel], allowed: Sequence[LegalStatus], field: str = "parcels") -> None:
    """Refuse parcels whose legal status does not allow what is asked.

    Raises:
        Invalid: naming the parcel and its status.
    """
    for parcel in parcels:
        if parcel.status not in allowed:
            title = _STATUSES[parcel.status]
            raise refusal(
                field,
                f"Thửa {parcel.parcel_number}, tờ {parcel.sheet}: tình trạng “{title.vi}” không cho phép việc này.",
                f"Parcel {parcel.parcel_number}, sheet {parcel.sheet}: status “{title.en}” does not allow this.",
            )


def must_be_within_term(parcels: Sequence[Parcel], on: date) -> None:
    """Refuse parcels one of whose uses has run out.

    Raises:
        Invalid: naming the use and its last day.
    """
    ended = ParcelUse.objects.filter(parcel__in=parcels, until__lt=on).select_related("parcel").order_by("pk").first()
    if ended is not None and ended.until is not None:
        raise refusal(
            "parcels",
            f"Thời hạn sử dụng đất {ended.code} đã hết ngày {ended.until:%d/%m/%Y}.",
            f"The term of use {ended.code} ended on {ended.until.isoformat()}.",
        )


def changed() -> Conflict:
    """The fault of who comes second."""
    return Conflict(_CHANGED)


@contextmanager
def _conflicts() -> Iterator[None]:
    """Two transactions that wait for one another: one of them is told, as of any other meeting."""
    try:
        yield
    except OperationalError as fault:
        if _state(fault) == _DEADLOCK:
            raise changed() from fault
        raise


def _state(fault: DatabaseError) -> str | None:
    return getattr(fault.__cause__, "sqlstate", None)
