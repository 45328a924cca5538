"""Merging parcels (hợp thửa)."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction
from shapely import Polygon

from land_records.models import Asset, Parcel, Transaction
from land_records.terms import TransactionKind
from land_records.transactions.filing import Filing, filed, refusal
from land_records.transactions.ground import ground_of, must_conserve
from land_records.transactions.held import hold, must_be_free, must_have_status, next_numbers
from land_records.transactions.pieces import DIVISIBLE, Piece, awaiting, move_asset, replace
from land_records.transactions.rights import shares_over
from land_records.transactions.uses import joined, uses_of


@transaction.atomic
def merge(su_ids: Sequence[int], filing: Filing, *, sheet: int | None = None) -> Transaction:
    """Merge parcels of one commune that touch along edges into one, with a new number of the sheet.

    Recorded areas and uses add up; rights must be the same over all of them; open restrictions go on; certificates
    end, the new parcel awaits its own.

    Args:
        su_ids: two parcels or more.
        filing: who, since when, on what papers.
        sheet: the sheet of the new parcel, where they lie on several.

    Raises:
        Invalid: field by field.
        Conflict: another transaction was first.
    """
    if len(su_ids) < 2:
        raise refusal("parcels", "Cần ít nhất hai thửa.", "Two parcels at least are needed.")
    parcels = hold(su_ids)
    must_have_status(parcels, DIVISIBLE)
    open_ = must_be_free(parcels, filing)
    target = _target(parcels, sheet)
    if len({awaiting(parcel.status) for parcel in parcels}) != 1:
        raise refusal("parcels", "Các thửa khác tình trạng pháp lý.", "The parcels differ in their legal status.")
    if len({shares_over(parcel) for parcel in parcels}) != 1:
        raise refusal(
            "parcels",
            "Các thửa không cùng người sử dụng đất; hãy đăng ký chuyển quyền trước.",
            "The parcels have different land users; register a transfer first.",
        )
    ground = ground_of(parcels)
    whole = ground.whole
    if not isinstance(whole, Polygon):
        raise refusal("parcels", "Các thửa không liền nhau theo cạnh.", "The parcels do not touch along an edge.")
    must_conserve(list(ground.shapes.values()), [whole], "parcels")
    (number,) = next_numbers(parcels[0].commune_id, target, 1)
    (degrees,) = ground.carried([whole])
    piece = Piece(
        plane=whole,
        degrees=degrees,
        zone=ground.zone,
        sheet=target,
        number=number,
        area_m2=sum((parcel.recorded_area_m2 for parcel in parcels), Decimal(0)),
        uses=joined([use for parcel in parcels for use in uses_of(parcel)]),
    )
    with filed(TransactionKind.MERGE, filing, list(su_ids)) as made:
        (child,) = replace(made, parcels, [piece], open_)
        for asset in Asset.objects.current().filter(su_id__in=su_ids).order_by("pk"):
            move_asset(made, asset, child)
        return made.transaction


def _target(parcels: Sequence[Parcel], sheet: int | None) -> int:
    """The sheet of the new parcel."""
    if len({parcel.commune_id for parcel in parcels}) != 1:
        raise refusal("parcels", "Các thửa thuộc nhiều xã.", "The parcels lie in several communes.")
    sheets = sorted({parcel.sheet for parcel in parcels})
    if sheet is None and len(sheets) == 1:
        return sheets[0]
    if sheet not in sheets:
        listed = ", ".join(map(str, sheets))
        raise refusal(
            "sheet",
            f"Các thửa nằm trên tờ {listed}: cần chọn tờ của thửa mới.",
            f"The parcels lie on sheet {listed}: say which one the new parcel is on.",
        )
    return sheet
