"""Coordinates in the search box lead to the parcel that holds the point, role by role."""

import pytest
from django.contrib.gis.geos import GEOSGeometry, Point, Polygon

from land_records.models import Parcel
from layers.admin_units.models import AdminUnit
from layers.core import ANYONE
from tests.conftest import As
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.planted import plant
from tests.land_records.test_find import hits, officer
from tests.land_records.test_layer import LAT, LON, make_parcel

INSIDE = (LON + 0.0104, LAT + 0.0124)
"""In parcel 10 of sheet 12."""


def metres(lonlat: tuple[float, float], zone: int) -> tuple[float, float]:
    """Easting and northing."""
    there = Point(lonlat, srid=4326).transform(zone, clone=True)
    return there.x, there.y


@pytest.mark.parametrize("written", ["{lat:.6f}, {lon:.6f}", "{lon:.6f} {lat:.6f}", "{lat:.6f}N {lon:.6f}E"])
def test_degrees_lead_to_the_parcel_that_holds_them(communes: dict[str, AdminUnit], written: str) -> None:
    wanted = plant(communes[WARD], 10)
    make_parcel(communes[WARD], 12, 11)
    lon, lat = INSIDE
    text = written.format(lon=lon, lat=lat)

    assert hits(ANYONE, text).keys() == {wanted.su_id}
    assert hits(ANYONE, text, "parcel_cases") == {}
    assert hits(officer(communes[WARD]), text, "parcel_cases").keys() == {wanted.su_id}
    assert hits(officer(communes[COMMUNE]), text, "parcel_cases") == {}


@pytest.mark.parametrize("written", ["{x:.2f} {y:.2f}", "X={x:.3f}; Y={y:.3f}", "{y:.2f} {x:.2f} KTT 105°30'"])
def test_metres_lead_to_the_parcel_that_holds_them(communes: dict[str, AdminUnit], written: str) -> None:
    """X is the northing, as land documents write it."""
    wanted = plant(communes[WARD], 10)
    make_parcel(communes[WARD], 12, 11)
    y, x = metres(INSIDE, 9209)
    text = written.format(x=x, y=y)

    found = hits(ANYONE, text)

    assert found.keys() == {wanted.su_id}
    assert "chứa điểm X" in found[wanted.su_id]
    assert found[wanted.su_id].endswith("VN-2000, kinh tuyến trục 105°30′ (EPSG:9209)")
    assert hits(officer(communes[WARD]), text, "parcel_cases").keys() == {wanted.su_id}


def test_the_place_itself_is_told_beside_the_parcel(communes: dict[str, AdminUnit]) -> None:
    lon, lat = INSIDE
    wanted = make_parcel(communes[WARD], 12, 10)

    answer = As(ANYONE).get("/api/search", {"q": f"{lat:.6f}, {lon:.6f}", "lang": "en"}).json()

    assert [place["lonlat"] for place in answer["places"]] == [pytest.approx(INSIDE, abs=1e-6)]
    assert [(hit["layer"], hit["id"]) for hit in answer["hits"]] == [("parcels", wanted.su_id)]
    assert "holds 1" in answer["hits"][0]["subtitle"]


def test_a_point_on_a_border_leads_to_both_neighbours(communes: dict[str, AdminUnit]) -> None:
    west, east = make_parcel(communes[WARD], 12, 10), make_parcel(communes[WARD], 12, 11)
    border, south, _, north = east.geom.extent
    widened = Polygon.from_bbox((border - 0.001, south, border, north))
    Parcel.objects.filter(pk=west.pk).update(geom=GEOSGeometry(widened.wkt, srid=4326))

    assert hits(ANYONE, f"{LAT + 0.0124:.6f}, {border!r}").keys() == {west.su_id, east.su_id}


def test_only_the_parcel_of_today_is_found(communes: dict[str, AdminUnit]) -> None:
    lon, lat = INSIDE
    make_parcel(communes[WARD], 12, 10, valid_to="2020-01-01")

    assert hits(ANYONE, f"{lat:.6f}, {lon:.6f}") == {}
