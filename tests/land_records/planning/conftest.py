"""Plans on the plane of EPSG:9209, around the 10 000 m² square of land.md §7."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils import timezone

from land_records.models import Parcel
from land_records.planning import register
from land_records.planning.models import Plan, PlanZone
from land_records.planning.register import ZoneGiven
from land_records.planning.terms import PlanStatus
from layers.admin_units.models import AdminUnit
from layers.vn2000.plane import to_degrees
from tests.land_records.conftest import WARD

ZONE = 9209
WEST, SOUTH = 571_900.0, 1_278_036.0
EXAMPLE = {"ODT": (-40, 25), "DGT": (25, 37), "CLN": (37, 90)}
"""Use -> metres east of the square's west edge: the worked example of land.md §8."""

MakePlan = Callable[..., Plan]


def strip(start: float, end: float) -> shapely.Geometry:
    """A strip across the square, EPSG:4326."""
    (shape,) = to_degrees([shapely.box(WEST + start, SOUTH - 50, WEST + end, SOUTH + 150)], ZONE)
    return shape


def square() -> shapely.Geometry:
    """The square, EPSG:4326."""
    (shape,) = to_degrees([shapely.box(WEST, SOUTH, WEST + 100, SOUTH + 100)], ZONE)
    return shape


@pytest.fixture
def make_plan(communes: dict[str, AdminUnit]) -> MakePlan:
    """`make_plan(code, {use: (start, end)}, known_at=…)`: a plan of the ward with zones as strips over the square."""

    def make(code: str, strips: dict[str, tuple[float, float]], **more: Any) -> Plan:
        status = more.pop("status", PlanStatus.IN_FORCE)
        valid_from = more.pop("valid_from", date(2021, 1, 1))
        valid_to = more.pop("valid_to", None)
        known_at = more.pop("known_at", None)
        values = {"name": f"Quy hoạch {code}", "kind": "land_use", "period_from": 2021, "period_to": 2030}
        values |= {"decision_number": f"{code}/QĐ-UBND", "approved_on": date(2020, 12, 31)}
        plan = Plan(**{"code": code, "unit": communes[WARD], **values, **more})
        is_draft = status == PlanStatus.DRAFT
        register.set_status(plan, status, valid_from=None if is_draft else valid_from, valid_to=valid_to, at=known_at)
        register.add_zones(
            plan,
            [
                ZoneGiven(
                    code=f"{code}-{n}",
                    name=f"Khu {n}",
                    planned_use=use[:3],
                    shape=strip(*ends),
                    commune_id=communes[WARD].pk,
                    srid=ZONE,
                )
                for n, (use, ends) in enumerate(strips.items(), start=1)
            ],
            known_at or timezone.now(),
        )
        return plan

    return make


@pytest.fixture
def parcel(communes: dict[str, AdminUnit]) -> Parcel:
    """Parcel 125 of sheet 12: the square of land.md §7."""
    AdminUnit.objects.filter(code=WARD).update(srid=ZONE)
    communes[WARD].refresh_from_db()
    return Parcel.objects.create(
        commune=communes[WARD],
        sheet=12,
        parcel_number=125,
        land_use="CLN",
        recorded_area_m2="10000.0",
        computed_area_m2=10_000.0,
        valid_from=date(2016, 1, 1),
        geom=GEOSGeometry(memoryview(shapely.to_wkb(square())), srid=4326),
    )


def numbers(plan: Plan) -> set[int]:
    return set(PlanZone.objects.filter(plan=plan).values_list("number", flat=True))
