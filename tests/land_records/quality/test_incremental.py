"""Looking only where something changed comes to the same as looking at everything, and looks at nothing far away.

`GEO_IOC_RANDOM_PROBLEMS` says how many random histories.
"""

import os
import random
from typing import Any

import pytest
import shapely
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import GEOSGeometry

from land_records.models import MapSheet, Parcel
from land_records.quality.models import ParcelProblem
from land_records.quality.recompute import check_changed, check_commune
from layers.vn2000.plane import to_degrees, to_plane
from tests.land_records.transactions.cadastre import SOUTH, WEST, Cadastre
from tests.land_records.transactions.conftest import ZONE, draw_all

STEPS = 12
WIDER_M = (0.6, -0.8, -0.4)
"""By how much a border is moved out, in turn."""
MIDDLE = shapely.Point(WEST + 120, SOUTH + 120)


def standing() -> dict[tuple[str, tuple[int, ...]], tuple[float, float, bytes]]:
    """Size and shape of every problem that stands, by what it is known by."""
    return {
        (row.kind, tuple(row.parcels)): (round(row.area_m2, 3), round(row.share_percent or 0, 6), bytes(row.geom.wkb))
        for row in ParcelProblem.objects.filter(is_current=True)
    }


def spoil(choose: random.Random, wider_m: float) -> None:
    """What no transaction does: a border among the inner parcels moved by itself, its area not written anew."""
    middle = GEOSGeometry(shapely.to_wkb(to_degrees([MIDDLE], ZONE)[0], hex=True), srid=4326)
    rows = list(Parcel.objects.current().annotate(off=Distance("geom", middle)).order_by("off", "su_id")[:5])
    row = choose.choice(rows)
    (shape,) = to_plane([shapely.from_wkb(bytes(row.geom.wkb))], ZONE)
    moved: Any = shape.buffer(wider_m, join_style="mitre")
    if isinstance(moved, shapely.Polygon) and not moved.is_empty:
        (there,) = to_degrees([moved], ZONE)
        geom = GEOSGeometry(shapely.to_wkb(there, hex=True), srid=4326)
        Parcel.objects.filter(pk=row.pk).update(geom=geom, computed_area_m2=moved.area)


@pytest.mark.parametrize("seed", range(int(os.environ.get("GEO_IOC_RANDOM_PROBLEMS", "3"))))
def test_after_random_transactions_and_faults_it_is_what_looking_at_everything_finds(
    sheet: MapSheet, seed: int
) -> None:
    cadastre = Cadastre(sheet, seed)
    choose = random.Random(seed)
    seen = set()
    for step in range(STEPS):
        cadastre.step()
        if step % 2:
            spoil(choose, WIDER_M[step // 2 % len(WIDER_M)])
        check_changed()
        known = standing()
        seen |= {kind for kind, _ in known}

        looked = check_commune(sheet.commune_id)

        assert standing() == known, (seed, step)
        assert (looked.found, looked.gone) == (0, 0), (seed, step)
    assert "area_difference" in seen
    assert seen & {"gap", "overlap"}


def test_parcels_far_away_are_not_looked_at(sheet: MapSheet) -> None:
    grid = [
        shapely.box(WEST + 50 * i, SOUTH + 50 * j, WEST + 50 * i + 50, SOUTH + 50 * j + 50)
        for i in range(40)
        for j in range(20)
    ]
    rows = draw_all(sheet, list(enumerate(grid, start=1)))
    check_commune(sheet.commune_id)
    middle = next(row for row in rows if row.parcel_number == 20 * 20 + 10)

    Parcel.objects.filter(pk=middle.pk).update(recorded_area_m2=2400)
    looked = check_changed()

    assert (looked.parcels, looked.found) == (9, 2)
