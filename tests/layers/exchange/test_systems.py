"""Coordinate systems: by EPSG code only, withdrawn ones refused, never guessed in silence."""

from pathlib import Path

import pytest

from layers.exchange.parse import crs as systems
from layers.exchange.parse.fault import Fault
from tests.layers.exchange.conftest import Bring, messages, shapes
from tests.layers.exchange.test_formats import collection, feature, geopackage, point

TAN_CHAU = (106.1610, 11.5560)
"""Lon, lat; VN-2000 TM-3 105°30′ (EPSG:9209): E 571898.809, N 1278036.224 (coordinates reference §4)."""
EAST, NORTH = 571898.809, 1278036.224
CENTIMETRE_DEG = 1e-7


def test_vn2000_by_its_code_lands_where_the_worked_pair_says(bring: Bring) -> None:
    report = bring("vn.csv", f"code;e;easting;northing\nA;x;{EAST};{NORTH}\n".replace(".", ","), crs="EPSG:9209")

    (shape,) = shapes(report)
    assert shape.coords[0] == pytest.approx(TAN_CHAU, abs=CENTIMETRE_DEG)


def test_x_as_the_northing_is_recognised_and_said(bring: Bring) -> None:
    report = bring("vn.csv", f"code,X (m),Y (m)\nA,{NORTH},{EAST}\n", crs="9209")

    (shape,) = shapes(report)
    assert shape.coords[0] == pytest.approx(TAN_CHAU, abs=CENTIMETRE_DEG)
    assert "Column X holds northings" in messages(report)[0]


def test_the_old_crs_member_of_geojson_is_followed(bring: Bring) -> None:
    member = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::9209"}}

    report = bring("vn.geojson", collection(feature(point(EAST, NORTH), code="A"), crs=member))

    assert shapes(report)[0].coords[0] == pytest.approx(TAN_CHAU, abs=CENTIMETRE_DEG)


def test_metres_without_a_system_are_refused_with_the_zones_to_try(bring: Bring) -> None:
    report = bring("vn.geojson", collection(feature(point(EAST, NORTH), code="A")))

    assert report.failed
    assert "--crs" in messages(report)[0]
    assert "EPSG:9209" in messages(report)[0]


def test_latitude_first_is_refused_by_name(bring: Bring) -> None:
    report = bring("swapped.geojson", collection(feature(point(11.3, 106.1), code="A")))

    assert messages(report) == [
        "The coordinates have latitude first. Put longitude before latitude and import again.",
        *messages(report)[1:],
    ]


@pytest.mark.parametrize("code", ["EPSG:6956", "EPSG:6959", "4329"])
def test_withdrawn_codes_are_refused(bring: Bring, code: str) -> None:
    report = bring("a.csv", "code,lon,lat\nA,106,11\n", crs=code)

    assert "was withdrawn" in messages(report)[0]


@pytest.mark.parametrize("code", ["EPSG:999999", "VN-2000", "+proj=tmerc +lon_0=105.5", "EPSG:5776"])
def test_what_is_no_usable_code_is_refused(bring: Bring, code: str) -> None:
    report = bring("a.csv", "code,lon,lat\nA,106,11\n", crs=code)

    assert "is not known" in messages(report)[0]


def test_vn2000_described_without_its_code_is_refused_not_moved_by_225_metres() -> None:
    typed = (
        'PROJCS["VN2000_TayNinh",GEOGCS["GCS_VN_2000",DATUM["D_unknown_local",SPHEROID["WGS_1984",6378137,298.257223563]],'
        'PRIMEM["Greenwich",0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
        'PARAMETER["False_Easting",500000],PARAMETER["False_Northing",0],PARAMETER["Central_Meridian",105.4],'
        'PARAMETER["Scale_Factor",0.9999],PARAMETER["Latitude_Of_Origin",0],UNIT["Meter",1]]'
    )

    with pytest.raises(Fault) as refused:
        systems.Way(systems.declared(typed))  # type: ignore[arg-type]

    assert refused.value.code == "crs_inexact"


def test_a_files_own_system_is_used_and_may_be_overridden(bring: Bring, tmp_path: Path) -> None:
    geopackage(tmp_path / "own.gpkg", "t", "EPSG:3405", x=500_000.0)

    own = bring("own.gpkg", layer="own")
    told = bring("own.gpkg", layer="told", crs="EPSG:3406")

    assert shapes(own)[0].x == pytest.approx(105, abs=0.01)
    assert shapes(told)[0].x == pytest.approx(111, abs=0.01)
    assert "was used, as --crs says" in messages(told)[0]
