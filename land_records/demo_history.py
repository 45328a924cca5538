"""The demo's parcels with a past: one of them split in three, two of the three merged, as an officer registers it."""

from datetime import date

import shapely
from django.db import transaction
from django.db.models import Q
from shapely import LineString, MultiLineString

from land_records.models import Lineage, Parcel, Source
from land_records.terms import LegalStatus
from land_records.transactions import Filing, merge, split
from layers.core.errors import Invalid
from layers.core.viewer import HOUSE

COMMUNES = {"80": "25516"}
"""Province → the commune it happens in: xã Tân Châu, where the demo's land officer works. Elsewhere: the first."""
SPLIT_ON, MERGED_ON = date(2025, 9, 15), date(2026, 1, 10)
LEAST_M2, MOST_M2 = 900, 100_000
TRIED = 40
_REASON = "Dữ liệu trình diễn (demo)"


def remember(commune: int) -> bool:
    """Split and merge the first fitting parcel of the demo in a commune (by key), once; whether it was done now."""
    demo = Parcel.objects.current().filter(commune_id=commune, source=Source.DEMO.value)
    if demo.filter(made_by__isnull=False).exists():
        return False
    fitting = demo.filter(
        status__in=[LegalStatus.CERTIFIED.value, LegalStatus.REGISTERED.value],
        restrictions=[],
        recorded_area_m2__gte=LEAST_M2,
        recorded_area_m2__lte=MOST_M2,
    )
    return any(_divided(parcel) for parcel in fitting.order_by("sheet", "parcel_number")[:TRIED])


def forget(commune: int) -> None:
    """Take the demo's parcels of a commune out of the lines of descent, before they go themselves."""
    gone = Parcel.objects.filter(commune_id=commune, source=Source.DEMO.value).values("su_id")
    Lineage.objects.filter(Q(parent__in=gone) | Q(child__in=gone)).delete()


def _divided(parcel: Parcel) -> bool:
    """Whether the parcel could be split across its length, and its two eastern parts be merged."""
    shape = shapely.from_wkb(bytes(parcel.geom.wkb))
    try:
        with transaction.atomic():
            made = split(parcel.su_id, Filing(by=HOUSE, effective_on=SPLIT_ON, reason=_REASON), line=_thirds(shape))
            parts = Parcel.objects.current().filter(made_by=made).order_by("parcel_number")
            eastern = [part.su_id for part in parts[1:3]]
            merge(eastern, Filing(by=HOUSE, effective_on=MERGED_ON, reason=_REASON))
    except Invalid:
        return False
    return True


def _thirds(shape: shapely.Geometry) -> MultiLineString:
    """Two lines across the length of a shape, at a third and at two thirds of it."""
    corners = shapely.get_coordinates(shape.minimum_rotated_rectangle)
    one, other = LineString(corners[:2]), LineString(corners[1:3])
    along, across = (one, other) if one.length >= other.length else (other, one)
    (x, y), (to_x, to_y) = across.coords
    reach = ((to_x - x) * 1.1, (to_y - y) * 1.1)
    middle = shape.minimum_rotated_rectangle.centroid
    axis = shapely.affinity.translate(along, middle.x - along.centroid.x, middle.y - along.centroid.y)
    lines = []
    for share in (1 / 3, 2 / 3):
        at = axis.interpolate(share, normalized=True)
        lines.append([(at.x - reach[0], at.y - reach[1]), (at.x + reach[0], at.y + reach[1])])
    return MultiLineString(lines)
