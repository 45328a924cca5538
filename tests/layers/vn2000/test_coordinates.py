"""Coordinates as typed: the worked pairs of the reference, in every way people write them."""

import unicodedata
from typing import Any

import pytest

from layers.core.geo import Bbox
from layers.vn2000.coordinates import places

pytestmark = pytest.mark.django_db
TAY_NINH = Bbox(105.5, 10.3, 106.9, 11.8)
ZONES = (9209, 9210)
CENTIMETRE = 1e-7
"""About one, in degrees."""

GOLDEN = [
    (9218, 450191.376, 1402414.990, 108.0432, 12.6808),
    (9209, 568906.042, 1250044.241, 106.1330, 11.3030),
    (9209, 571898.809, 1278036.224, 106.1610, 11.5560),
    (5899, 580237.798, 1301287.909, 108.4880, 11.7660),
    (5897, 579759.969, 1027858.371, 105.7278, 9.2940),
    (9207, 571499.762, 1014890.885, 105.1524, 9.1769),
]
"""Zone, easting, northing, lon, lat: PROJ 9.5, EPSG operation "VN-2000 to WGS 84 (2)"."""


@pytest.mark.parametrize(("zone", "easting", "northing", "lon", "lat"), GOLDEN)
def test_a_named_zone_gives_the_point_within_a_centimetre(
    zone: int, easting: float, northing: float, lon: float, lat: float
) -> None:
    (place,) = places(f"{northing} {easting} EPSG:{zone}", ZONES, TAY_NINH)

    assert place.lonlat == pytest.approx((lon, lat), abs=CENTIMETRE)
    assert f"EPSG:{zone}" in place.system.en


@pytest.mark.parametrize(
    "text",
    [
        "1278036.224 571898.809",
        "571898.809, 1278036.224",
        "571898,809 1278036,224",
        "571 898,809; 1 278 036,224",
        "1.278.036,224 571.898,809",
        "1,278,036.224 571,898.809",
        "X=1278036.224 Y=571898.809",
        "Y: 571898.809 m, X: 1278036.224 m",
        "571898.809,1278036.224",
        "(1278036.224; 571898.809)",
        "1278036.224 571898.809 kinh tuyến 105°30'",
        "1278036.224 571898.809 KTT 105,5",
        "1278036.224 571898.809 105o30",
        "X1278036.224 Y571898.809",
        "1278036.224m 571898.809m",
        "1278036,224,571898,809",
        "KTT 105°30' múi 3° 1278036.224 571898.809",
        unicodedata.normalize("NFD", "kinh tuyến trục 105°30' 1278036.224 571898.809"),
    ],
)
def test_either_order_and_any_way_to_write_a_number(text: str) -> None:
    found = places(text, ZONES, TAY_NINH)

    assert found[0].lonlat == pytest.approx((106.1610, 11.5560), abs=CENTIMETRE)
    assert "105°30′" in found[0].system.vi


def test_every_zone_of_the_province_that_fits_is_offered_by_name() -> None:
    found = places("1278036 571900", ZONES, TAY_NINH)

    assert [place.system.vi for place in found] == [
        "VN-2000, kinh tuyến trục 105°30′ (EPSG:9209)",
        "VN-2000, kinh tuyến trục 105°45′ (EPSG:9210)",
    ]
    assert found[0].lonlat == pytest.approx((106.161010919, 11.555997946), abs=CENTIMETRE)
    assert found[1].lonlat == pytest.approx((106.411010276, 11.555996377), abs=CENTIMETRE)


def test_a_meridian_of_whole_degrees_leaves_the_next_number_alone() -> None:
    (place,) = places("kinh tuyến trục 105° 1027858 579760", ZONES, TAY_NINH)

    assert place.lonlat == pytest.approx((105.727800277, 9.293996641), abs=CENTIMETRE)


def test_a_point_of_another_province_is_offered_in_the_zones_of_the_country() -> None:
    found = places("2325000 580000", ZONES, TAY_NINH)

    assert len(found) > 1
    assert all(20 < place.lonlat[1] < 22 for place in found)


@pytest.mark.parametrize("text", ["1278036 571900 105.75", "1278036 571900 105,75", "9210 1278036 571900"])
def test_a_zone_beside_the_numbers_needs_no_word(text: str) -> None:
    (place,) = places(text, ZONES, TAY_NINH)

    assert "EPSG:9210" in place.system.vi


def test_the_zone_of_the_places_own_documents_comes_first(settings: Any) -> None:
    settings.ZONE_AT = "tests.layers.vn2000.test_coordinates.south_is_9210"

    found = places("1166500 571898", ZONES, TAY_NINH)

    assert "EPSG:9210" in found[0].system.vi


def south_is_9210(lon: float, lat: float) -> int:
    return 9210 if lat < 11 else 9209


@pytest.mark.parametrize("text", ["11°75'00\" 106°10'00\"", "11°10'61\" 106°10'00\""])
def test_there_are_sixty_minutes_and_seconds(text: str) -> None:
    assert places(text, ZONES, TAY_NINH) == []


@pytest.mark.parametrize(
    "text",
    [
        "11.30185, 106.41781",
        "106.41781 11.30185",
        "11,30185 106,41781",
        "11.30185° N, 106.41781° E",
        "11,30185° B; 106,41781° Đ",
        "N 11.30185 E 106.41781",
        "11°18'6.66\"N 106°25'4.116\"E",
        "11° 18' 6.66\" N, 106° 25' 4.116\" E",
        "106°25.0686'Đ 11°18.111'B",
    ],
)
def test_degrees_in_every_way(text: str) -> None:
    (place,) = places(text, ZONES, TAY_NINH)

    assert place.lonlat == pytest.approx((106.41781, 11.30185), abs=1e-6)
    assert place.system.en == "WGS 84"


@pytest.mark.parametrize(
    "text",
    ["thửa 123 tờ 45", "12 45", "45/123", "tan chau", "200.5, 300.5", "", "0905 123 456", "571898.809", "1 2 3 4 5 6"],
)
def test_other_texts_are_no_place(text: str) -> None:
    assert places(text, ZONES, TAY_NINH) == []
