"""What comes of a parcel: a new one with its shape, area, uses, identifier, and all that is held over it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import shapely
from django.contrib.gis import geos
from shapely import Polygon

from land_records.identity import identifiers
from land_records.ledger import Entry, copied
from land_records.models import Asset, Parcel, ParcelUse, Restriction, Survey
from land_records.models.parcel import next_su_id
from land_records.terms import LegalStatus, by_gravity
from land_records.transactions.certificates import end_certificates
from land_records.transactions.rights import rights_over
from land_records.transactions.uses import main_use

DIVISIBLE = (LegalStatus.UNREGISTERED, LegalStatus.REGISTERED, LegalStatus.CERTIFIED, LegalStatus.MANAGED)
"""Parcels whose shape may change: not what the State has recovered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A parcel to be.

    Attributes:
        plane, degrees: its shape in metres of the zone and in EPSG:4326.
        zone: EPSG code.
        sheet, number: on the map.
        area_m2: recorded.
    """

    plane: Polygon
    degrees: Polygon
    zone: int
    sheet: int
    number: int
    area_m2: Decimal
    uses: Sequence[ParcelUse]


def replace(
    made: Entry, parents: Sequence[Parcel], pieces: Sequence[Piece], restrictions: Sequence[Restriction]
) -> list[Parcel]:
    """The parents end and the pieces begin, with the rights and open restrictions of the parents; the new parcels.

    Certificates end: each names a parcel that is no more. A restriction of a place goes on where it lies.
    """
    for parent in parents:
        made.end(parent)
    end_certificates(made, parents)
    rights = rights_over(parents)
    for held in [*rights, *restrictions]:
        made.end(held)
    children = []
    for piece in pieces:
        open_ = _over(piece, restrictions)
        child = _child(made, parents[0], piece, by_gravity(one.kind for one in open_))
        for held in [*(right for right in rights if right.su_id == parents[0].su_id), *open_]:
            made.add(copied(held, su_id=child.su_id, **_without_certificate(held)))
        children.append(child)
    made.descend([parent.su_id for parent in parents], [child.su_id for child in children])
    return children


def move_asset(made: Entry, asset: Asset, parcel: Parcel) -> None:
    """The asset stands on this parcel from now on."""
    made.revise(asset, {"su_id": parcel.su_id, "certificate_id": None})


def awaiting(status: str) -> str:
    """The status of what comes of a parcel: it has no certificate yet."""
    return LegalStatus.REGISTERED.value if status == LegalStatus.CERTIFIED else status


def stored(shape: Polygon, srid: int = 4326) -> geos.Polygon:
    """A shape for a column of this SRID."""
    made = geos.GEOSGeometry(shapely.to_wkb(shape, hex=True), srid=srid)
    assert isinstance(made, geos.Polygon)
    return made


def surveyed(made: Entry, plane: Polygon, zone: int) -> Survey:
    """The vertices of a shape in metres of a zone, as this transaction gives them."""
    method = made.transaction.get_kind_display()
    return Survey(srid=zone, vertices=stored(plane, srid=0), method=method, measured_on=made.on)


def _over(piece: Piece, restrictions: Sequence[Restriction]) -> list[Restriction]:
    """The restrictions over a piece, each once though it lay over several parents."""
    shape = stored(piece.degrees)
    found = {one.restriction_id: one for one in restrictions if one.area is None or one.area.intersects(shape)}
    return list(found.values())


def _child(made: Entry, parent: Parcel, piece: Piece, restrictions: Sequence[str]) -> Parcel:
    (identifier,) = identifiers([piece.degrees], piece.zone)
    child = Parcel(
        su_id=next_su_id(),
        commune_id=parent.commune_id,
        sheet=piece.sheet,
        parcel_number=piece.number,
        identifier=identifier,
        land_use=main_use(piece.uses),
        recorded_area_m2=piece.area_m2,
        computed_area_m2=piece.plane.area,
        status=awaiting(parent.status),
        restrictions=restrictions,
        address=parent.address,
        source=parent.source,
        place_precision=parent.place_precision,
        geom=stored(piece.degrees),
    )
    made.add(child, piece.uses, surveyed(made, piece.plane, piece.zone))
    child.refresh_from_db(fields=["su_id"])
    return child


def _without_certificate(row: Any) -> dict[str, Any]:
    return {"certificate_id": None} if hasattr(row, "certificate_id") else {}
