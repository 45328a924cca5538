"""Splitting a parcel (tách thửa)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import shapely
from django.db import transaction
from shapely import Polygon

from land_records.models import Asset, Parcel, ParcelUse, Transaction
from land_records.terms import TransactionKind
from land_records.transactions.filing import Faults, Filing, filed, refusal
from land_records.transactions.ground import cut, ground_of, must_conserve, on_plane, parted
from land_records.transactions.held import hold, must_be_free, must_have_status, next_numbers
from land_records.transactions.minimum import must_be_large_enough
from land_records.transactions.pieces import DIVISIBLE, Piece, move_asset, replace
from land_records.transactions.uses import Use, main_use, settle, shared_out, totals, uses_of

MOST_PARTS = 50


@transaction.atomic
def split(
    su_id: int,
    filing: Filing,
    *,
    line: shapely.Geometry | None = None,
    shapes: Sequence[shapely.Geometry] = (),
    uses: Sequence[Sequence[Use]] = (),
    assets: Mapping[int, int] | None = None,
) -> Transaction:
    """Split a parcel along a line, or into given shapes.

    The parts get new numbers of the sheet in their order: of a line from west to east, else as given. Rights and open
    restrictions go on over each part, restrictions of a place where it lies; certificates end, the parts await theirs.
    The recorded area is shared out by the computed ones.

    Args:
        su_id: the parcel.
        filing: who, since when, on what papers.
        line: EPSG:4326 or metres of the sheet's VN-2000 zone; this or `shapes`.
        shapes: likewise; together they are the parcel.
        uses: of each part; may be left out where the parcel has one use.
        assets: number of an asset → number of the part it stands on, from 0.

    Raises:
        Invalid: field by field.
        Conflict: another transaction was first.
    """
    (parcel,) = hold([su_id])
    must_have_status([parcel], DIVISIBLE)
    open_ = must_be_free([parcel], filing)
    ground = ground_of([parcel])
    whole, field = ground.shapes[su_id], "shapes" if line is None else "line"
    parts = _parts(whole, line, shapes, ground.zone)
    if not 2 <= len(parts) <= MOST_PARTS:
        raise refusal(field, f"Cần từ 2 đến {MOST_PARTS} phần.", f"From 2 to {MOST_PARTS} parts are needed.")
    must_conserve([whole], parts, field)
    areas = shared_out(parcel.recorded_area_m2, [part.area for part in parts])
    faults = Faults()
    shared = _shared(parcel, areas, uses, faults)
    for number, (area, listed) in enumerate(zip(areas, shared, strict=True), start=1):
        if area <= 0:
            faults.add(field, f"Phần {number} quá nhỏ.", f"Part {number} is too small.")
        if listed:
            must_be_large_enough(parcel, main_use(listed), float(area), faults, field)
    standing = _standing(parcel, len(parts), assets or {}, faults)
    faults.stop()
    numbers = next_numbers(parcel.commune_id, parcel.sheet, len(parts))
    pieces = [
        Piece(
            plane=plane,
            degrees=degrees,
            zone=ground.zone,
            sheet=parcel.sheet,
            number=number,
            area_m2=area,
            uses=listed,
        )
        for plane, degrees, number, area, listed in zip(
            parts, ground.carried(parts), numbers, areas, shared, strict=True
        )
    ]
    with filed(TransactionKind.SPLIT, filing, [su_id]) as made:
        children = replace(made, [parcel], pieces, open_)
        for asset, place in standing:
            move_asset(made, asset, children[place])
        return made.transaction


def _parts(
    whole: Polygon, line: shapely.Geometry | None, shapes: Sequence[shapely.Geometry], zone: int
) -> list[Polygon]:
    if (line is None) == (not shapes):
        raise refusal(
            "line",
            "Cần một trong hai: đường tách, hoặc các phần.",
            "Either a line or the parts are needed.",
        )
    if line is not None:
        return cut(whole, on_plane(line, zone))
    return parted(whole, [on_plane(shape, zone) for shape in shapes[: MOST_PARTS + 1]])


def _shared(
    parcel: Parcel, areas: Sequence[Decimal], uses: Sequence[Sequence[Use]], faults: Faults
) -> list[list[ParcelUse]]:
    """The uses of each part; a split changes none: each code keeps its area over all parts."""
    known = uses_of(parcel)
    had = totals(known)
    if not uses and len(had) == 1:
        (code,) = had
        uses = [[Use(code=code)]] * len(areas)
    if len(uses) != len(areas):
        faults.add(
            "uses",
            f"Cần mục đích sử dụng của từng phần: có {len(areas)} phần.",
            f"The uses of each part are needed: there are {len(areas)} parts.",
        )
        return [[] for _ in areas]
    shared = [
        settle(listed, area, known, faults, (f"Phần {number}: ", f"Part {number}: "))
        for number, (listed, area) in enumerate(zip(uses, areas, strict=True), start=1)
    ]
    has = totals([use for listed in shared for use in listed])
    if all(shared) and has != had:
        code = next(code for code in sorted({*had, *has}) if had.get(code) != has.get(code))
        before, after = had.get(code, Decimal(0)), has.get(code, Decimal(0))
        faults.add(
            "uses",
            f"Tách thửa không chuyển mục đích: {code} trước {before} m², sau {after} m².",
            f"A split changes no use: {code} was {before} m², would be {after} m².",
        )
    return shared


def _standing(parcel: Parcel, parts: int, places: Mapping[int, int], faults: Faults) -> list[tuple[Asset, int]]:
    """Each asset of a parcel with the number of the part it stands on."""
    listed = list(Asset.objects.current().filter(su_id=parcel.su_id).order_by("pk"))
    for asset in listed:
        if not 0 <= places.get(asset.asset_id, -1) < parts:
            named = asset.name or f"#{asset.asset_id}"
            faults.add(
                "assets",
                f"Tài sản “{named}” nằm trên phần nào?",
                f"On which part does the asset “{named}” stand?",
            )
    return [(asset, places.get(asset.asset_id, 0)) for asset in listed]
