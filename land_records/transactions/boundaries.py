"""Correcting the borders between parcels (đo đạc, chỉnh lý ranh giới)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import shapely
from django.db import connection, transaction
from shapely import Polygon

from land_records.identity import identifiers
from land_records.models import Parcel, Transaction
from land_records.terms import TransactionKind
from land_records.transactions.filing import Faults, Filing, filed
from land_records.transactions.ground import Ground, ground_of, must_conserve, on_plane, parted
from land_records.transactions.held import hold, must_be_free, must_have_status
from land_records.transactions.minimum import must_be_large_enough
from land_records.transactions.pieces import DIVISIBLE, stored, surveyed
from land_records.transactions.uses import TENTH, Use, grown, main_use, settle, uses_of

_KEPT = """
select coalesce(st_contains(st_geomfromwkb(shape, 4326), st_setsrid(st_pointfromgeohash(name), 4326)), false)
from unnest(%s::bytea[], %s::text[]) with ordinality one (shape, name, place) order by place
"""


@transaction.atomic
def boundary(
    shapes: Mapping[int, shapely.Geometry], filing: Filing, *, uses: Mapping[int, Sequence[Use]] | None = None
) -> Transaction:
    """Correct the borders between parcels; what they cover together stays as it is.

    What a parcel gains or loses on the map it gains or loses on paper, from its largest use unless `uses` says
    otherwise. A parcel keeps its number, and its identifier while the identifier's point lies in it.

    Args:
        shapes: parcel → its new shape, EPSG:4326 or metres of the sheet's VN-2000 zone; all parcels concerned.
        filing: who, since when, on what papers.
        uses: parcel → its uses after it.

    Raises:
        Invalid: field by field.
        Conflict: another transaction was first.
    """
    parcels = hold(list(shapes))
    must_have_status(parcels, DIVISIBLE)
    must_be_free(parcels, filing)
    ground = ground_of(parcels)
    before = [ground.shapes[parcel.su_id] for parcel in parcels]
    names = [(f"Thửa {one.parcel_number}", f"Parcel {one.parcel_number}") for one in parcels]
    after = parted(ground.whole, [on_plane(shape, ground.zone) for shape in shapes.values()], names=names)
    must_conserve(before, after, "shapes")
    gained = [Decimal(new.area - old.area).quantize(TENTH) for old, new in zip(before, after, strict=True)]
    gained[max(range(len(after)), key=lambda one: after[one].area)] -= sum(gained)
    faults = Faults()
    settled = []
    for parcel, gain in zip(parcels, gained, strict=True):
        known, area = uses_of(parcel), parcel.recorded_area_m2 + gain
        given = (uses or {}).get(parcel.su_id)
        vi, en = f"Thửa {parcel.parcel_number}: ", f"Parcel {parcel.parcel_number}: "
        listed = settle(given, area, known, faults, (vi, en)) if given else grown(known, gain)
        if not listed:
            faults.add("uses", f"{vi}cần ghi mục đích sử dụng sau chỉnh lý.", f"{en}its uses afterwards are needed.")
        elif gain < 0:
            must_be_large_enough(parcel, main_use(listed), float(area), faults, "shapes")
        settled.append((area, listed))
    faults.stop()
    degrees = ground.carried(after)
    identified = _names(parcels, degrees, ground)
    with filed(TransactionKind.BOUNDARY, filing, list(shapes)) as made:
        for parcel, plane, shape, name, (area, listed) in zip(
            parcels, after, degrees, identified, settled, strict=True
        ):
            changes = {
                "geom": stored(shape),
                "computed_area_m2": plane.area,
                "recorded_area_m2": area,
                "land_use": main_use(listed),
                "identifier": name,
            }
            made.revise(parcel, changes, listed, surveyed(made, plane, ground.zone))
        return made.transaction


def _names(parcels: Sequence[Parcel], degrees: Sequence[Polygon], ground: Ground) -> list[str | None]:
    """The identifiers as they were, made anew where the point of one no longer lies in its parcel."""
    shapes = [shapely.to_wkb(shape) for shape in degrees]
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, [shapes, [parcel.identifier for parcel in parcels]])
        kept = [bool(row[0]) for row in cursor.fetchall()]
    made = identifiers(degrees, ground.zone)
    return [parcel.identifier if keep else new for parcel, keep, new in zip(parcels, kept, made, strict=True)]
