"""A sheet in VN-2000 metres and parcels drawn on it."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from shapely import Polygon

from land_records.identity import identifiers
from land_records.models import MapSheet, Parcel, ParcelUse, Party, Survey
from land_records.terms import LegalStatus, PartyKind
from layers.admin_units.models import AdminUnit
from layers.vn2000.plane import to_degrees
from tests.land_records.conftest import COMMUNE

ZONE = 9209
"""Of the worked example in land.md §7, whatever the commune's own."""
SHEET = 12
BEGAN = date(2016, 1, 1)

Draw = Callable[..., Parcel]


@pytest.fixture(autouse=True)
def _no_minimum(settings: object) -> None:
    settings.GEO_IOC_DEMO = False  # type: ignore[attr-defined]
    settings.GEO_IOC_LAND_MINIMUM = ""  # type: ignore[attr-defined]


@pytest.fixture
def sheet(communes: dict[str, AdminUnit]) -> MapSheet:
    return MapSheet.objects.create(
        commune=communes[COMMUNE], number=SHEET, map_commune_code="25486", map_number=SHEET, srid=ZONE
    )


@pytest.fixture
def draw(sheet: MapSheet) -> Draw:
    """`draw(number, shape in metres, uses=…)`: a parcel with its survey."""

    def drawn(
        number: int,
        shape: Polygon,
        uses: Sequence[tuple[str, str]] = (),
        status: LegalStatus = LegalStatus.REGISTERED,
        began: date = BEGAN,
    ) -> Parcel:
        return draw_all(sheet, [(number, shape)], uses, status, began)[0]

    return drawn


def draw_all(
    sheet: MapSheet,
    numbered: Sequence[tuple[int, Polygon]],
    uses: Sequence[tuple[str, str]] = (),
    status: LegalStatus = LegalStatus.REGISTERED,
    began: date = BEGAN,
) -> list[Parcel]:
    there = to_degrees([shape for _, shape in numbered], ZONE)
    made = []
    for (number, shape), lonlat, name in zip(numbered, there, identifiers(there, ZONE), strict=True):
        area = Decimal(shape.area).quantize(Decimal("0.1"))
        listed = list(uses) or [("CLN", str(area))]
        parcel = Parcel.objects.create(
            commune=sheet.commune,
            sheet=sheet.number,
            parcel_number=number,
            identifier=name,
            land_use=max(listed, key=lambda use: Decimal(use[1]))[0],
            recorded_area_m2=area,
            computed_area_m2=shape.area,
            status=status.value,
            valid_from=began,
            geom=GEOSGeometry(shapely.to_wkb(lonlat, hex=True), srid=4326),
        )
        ParcelUse.objects.bulk_create(
            ParcelUse(parcel=parcel, code=code, area_m2=Decimal(much)) for code, much in listed
        )
        Survey.objects.create(parcel=parcel, srid=ZONE, vertices=GEOSGeometry(shapely.to_wkb(shape, hex=True), srid=0))
        parcel.refresh_from_db()
        made.append(parcel)
    return made


def square(west: float, south: float, side: float = 100.0) -> Polygon:
    return shapely.box(west, south, west + side, south + side)


@pytest.fixture
def person(db: None) -> Callable[[str], Party]:
    """`person(name)`: a land user, invented."""
    return lambda name: Party.objects.create(kind=PartyKind.CNV.value, name=name, is_demo=True)
