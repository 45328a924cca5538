"""The parcel identifier, by the reference's worked example and the standard geohash."""

import pytest
import shapely
from django.db import connection

from land_records.identity import identifiers
from layers.vn2000.plane import to_degrees

SQUARE = shapely.box(571_900, 1_278_036, 572_000, 1_278_136)
ZONE = 9209


@pytest.mark.django_db
def test_the_square_of_the_reference_is_identified_as_the_circular_says() -> None:
    assert identifiers(to_degrees([SQUARE], ZONE), ZONE) == ["w653xzb3jw1z"]


@pytest.mark.django_db
def test_no_parcels_have_no_identifiers() -> None:
    assert identifiers([], ZONE) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("lat", "lon", "length", "expected"),
    [
        (57.64911, 10.40744, 11, "u4pruydqqvj"),
        (11.555997946, 106.161010919, 12, "w653xz8ndf5h"),
        (12.681565452, 108.041436644, 12, "w6kb4s977znh"),
        (9.293996641, 105.727800277, 12, "w3ehvgutkq9c"),
    ],
)
def test_the_database_writes_the_standard_geohash(lat: float, lon: float, length: int, expected: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select st_geohash(st_setsrid(st_makepoint(%s, %s), 4326), %s)", [lon, lat, length])
        assert cursor.fetchone() == (expected,)
