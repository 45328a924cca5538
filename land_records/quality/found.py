"""What a check finds."""

from dataclasses import dataclass

from land_records.quality.terms import ProblemKind

MOST_PARCELS = 200
"""Parcels that a problem names: around a long gap there may be more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One problem, as it is now.

    Attributes:
        parcels: ascending (`Parcel.su_id`), the first `MOST_PARCELS`.
        geom: MultiPolygon, EPSG:4326, WKB.
        area_m2, share_percent: as `ParcelProblem` keeps them.
    """

    kind: ProblemKind
    parcels: tuple[int, ...]
    geom: bytes
    area_m2: float
    share_percent: float | None = None
