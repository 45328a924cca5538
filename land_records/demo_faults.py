"""The demo's faults: a few borders, uses and numbers of one commune spoilt, for the checks of parcels to find.

What is drawn wrong is spoilt before anything is stored, so uses, vertices, holders and identifiers follow it. A number
twice on a sheet is not among them: the database refuses it.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import islice

import numpy as np
import shapely
from django.db.models import F

from fixtures.parcels import CommuneParcels
from land_records.models import CertifiedParcel, Parcel, ParcelUse, Source
from land_records.terms import LegalStatus
from layers.vn2000.plane import to_degrees, to_plane

OVERLAP_M, GAP_M, SLIVER_M = 1.5, 0.6, 0.15
"""By how much a border is moved out, moved in, and how wide a strip is cut off."""
LEAST_M2, MOST_M2 = 500.0, 20_000.0
"""Of the parcels spoilt."""
LEAST_EDGE_M, MOST_EDGE_M = 20.0, 90.0
"""Of the border that is moved."""
MISSING_M2 = Decimal("12.5")
"""By how much the uses of a parcel fall short."""
PAIRS = 3


def drawn(made: CommuneParcels) -> CommuneParcels:
    """The commune with an overlap, a gap and a sliver on the last sheet that has fitting parcels; else as it was."""
    found = (list(islice(_pairs(made, sheet), PAIRS)) for sheet in np.unique(made.sheets)[::-1].tolist())
    pairs = next((pairs for pairs in found if len(pairs) == PAIRS), None)
    if pairs is None:
        return made
    (wide, over), (short, left), (whole, beside) = pairs
    rest, strip = _without(whole[1], beside[1], SLIVER_M)
    shapes = [_with(wide[1], over[1]), _without(short[1], left[1], GAP_M)[0], rest, strip]
    rows, there = [wide[0], short[0], whole[0]], to_degrees(shapes, made.srid)
    areas = np.round(shapely.area(np.array(shapes)), 2)
    geoms, computed, recorded = made.geoms.copy(), made.computed_m2.copy(), made.recorded_m2.copy()
    geoms[rows], computed[rows], recorded[rows] = there[:-1], areas[:-1], np.round(areas[:-1], 1)
    sheet = made.sheets[whole[0]]
    return replace(
        made,
        sheets=np.append(made.sheets, sheet),
        numbers=np.append(made.numbers, made.numbers[made.sheets == sheet].max() + 1),
        land_use=np.append(made.land_use, made.land_use[whole[0]]),
        recorded_m2=np.append(recorded, np.round(areas[-1], 1)),
        computed_m2=np.append(computed, areas[-1]),
        geoms=np.append(geoms, there[-1]),
    )


def written(commune: int, sheet: int) -> None:
    """Let the uses of a parcel of a commune's (by key) sheet fall short, and a certificate print another's number."""
    demo = Parcel.objects.current().filter(commune_id=commune, sheet=sheet, source=Source.DEMO.value)
    fitting = demo.filter(
        status=LegalStatus.CERTIFIED.value, recorded_area_m2__gte=LEAST_M2, recorded_area_m2__lte=MOST_M2
    )
    rows = list(fitting.order_by("parcel_number")[:3])
    if len(rows) < 3:
        return
    short, one, other = rows
    ParcelUse.objects.filter(parcel=short).update(area_m2=F("area_m2") - MISSING_M2)
    CertifiedParcel.objects.filter(su_id=one.su_id).update(printed_number=str(other.parcel_number))


Row = tuple[int, shapely.Geometry]


def _pairs(made: CommuneParcels, sheet: int) -> Iterator[tuple[Row, Row]]:
    """Neighbours of a sheet with a border of fitting length, in metres of the zone; no pair near another."""
    rows = np.flatnonzero(made.sheets == sheet)
    shapes = np.array(to_plane(made.geoms[rows].tolist(), made.srid))
    areas = shapely.area(shapes)
    tree, taken = shapely.STRtree(shapes), set[int]()
    for place in np.flatnonzero((areas >= LEAST_M2) & (areas <= MOST_M2)):
        near = tree.query(shapes[place], predicate="dwithin", distance=1.0)
        if taken.intersection(near.tolist()):
            continue
        for other in near:
            if other == place or not LEAST_M2 <= areas[other] <= MOST_M2:
                continue
            border = shapely.length(shapely.intersection(shapes[place], _widened(shapes[other], 0.01))) / 2
            if LEAST_EDGE_M <= border <= MOST_EDGE_M and _fits(shapes[place], shapes[other], made.srid):
                taken.update(near.tolist(), tree.query(shapes[other], predicate="dwithin", distance=1.0).tolist())
                yield (int(rows[place]), shapes[place]), (int(rows[other]), shapes[other])
                break


def _fits(shape: shapely.Geometry, other: shapely.Geometry, zone: int) -> bool:
    """Whether each fault at their border leaves whole polygons, in degrees too."""
    parts = [_with(shape, other), *_without(shape, other, GAP_M), *_without(shape, other, SLIVER_M)]
    if any(part.geom_type != "Polygon" for part in parts):
        return False
    return bool(shapely.is_valid(np.array(to_degrees(parts, zone))).all())


def _with(shape: shapely.Geometry, other: shapely.Geometry) -> shapely.Geometry:
    """A parcel that takes a strip of its neighbour."""
    return _rounded(shapely.union(shape, shapely.intersection(_widened(shape, OVERLAP_M), other)))


def _without(
    shape: shapely.Geometry, other: shapely.Geometry, metres: float
) -> tuple[shapely.Geometry, shapely.Geometry]:
    """A parcel without a strip along its neighbour, and the strip."""
    band = _widened(other, metres)
    return _rounded(shapely.difference(shape, band)), _rounded(shapely.intersection(shape, band))


def _rounded(shape: shapely.Geometry) -> shapely.Geometry:
    """To the millimetre, as surveyed vertices are."""
    return shapely.set_precision(shape, 0.001)


def _widened(shape: shapely.Geometry, metres: float) -> shapely.Geometry:
    return shape.buffer(metres, join_style="mitre")
