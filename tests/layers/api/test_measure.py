"""Measuring: worked examples of the reference on both surfaces, holes, buffers, and what is refused in words."""

import json
from typing import Any

import pytest
import shapely

from layers.api.limits import MAX_DRAWN_POINTS
from layers.vn2000.plane import to_degrees, to_plane, zone_at
from tests.toys import factories

pytestmark = pytest.mark.django_db
TAN_CHAU = (571_900.0, 1_278_036.0)
"""Easting and northing in 9209, metres: where the reference computed its 100 m square."""
SQUARE = shapely.box(*TAN_CHAU, TAN_CHAU[0] + 100, TAN_CHAU[1] + 100)


def geojson(flat: Any, zone: int = 9209) -> Any:
    """A shape in metres of a zone as a GeoJSON geometry."""
    return json.loads(shapely.to_geojson(to_degrees([flat], zone)[0]))


def measured(anyone: Any, geometry: Any, **more: Any) -> Any:
    answer = anyone.post("/api/measure", {"geometry": geometry, **more})
    assert answer.status_code == 200, answer.content
    return answer.json()


def refused(anyone: Any, geometry: Any) -> Any:
    answer = anyone.post("/api/measure", {"geometry": geometry})
    assert answer.status_code == 422, answer.content
    return answer.json()


def test_a_square_of_100_m_is_a_hectare_on_the_plane_and_as_the_reference_says_on_the_ellipsoid(anyone: Any) -> None:
    found = measured(anyone, geojson(SQUARE), zone=9209)

    assert found["plane"]["area_m2"] == pytest.approx(10_000, abs=0.001)
    assert found["plane"]["perimeter_m"] == pytest.approx(400, abs=1e-4)
    assert found["geodesic"]["area_m2"] == pytest.approx(10_000.74, abs=0.01)
    assert found["plane"]["segments_m"][0] == pytest.approx([100] * 4, abs=1e-4)
    assert found["plane"]["title"] == {"vi": "VN-2000 / 105°30′, múi 3°", "en": "VN-2000 / 105°30′, 3° zone"}
    assert "WGS 84" in found["geodesic"]["title"]["vi"]
    assert found["plane"]["corners_m"][0][0] == pytest.approx([1_278_036, 572_000], abs=0.001)  # X is the northing


@pytest.mark.parametrize(
    ("zone", "easting", "northing", "lon", "lat"),
    [
        (9218, 450191.376, 1402414.990, 108.0432, 12.6808),
        (9209, 571898.809, 1278036.224, 106.1610, 11.5560),
        (5899, 575165.048, 1320699.550, 108.4419, 11.9416),
        (9207, 571499.762, 1014890.885, 105.1524, 9.1769),
    ],
)
def test_a_point_is_told_in_the_plane_within_a_centimetre(
    anyone: Any, zone: int, easting: float, northing: float, lon: float, lat: float
) -> None:
    found = measured(anyone, {"type": "Point", "coordinates": [lon, lat]}, zone=zone)

    assert found["plane"]["corners_m"] == [[pytest.approx([northing, easting], abs=0.01)]]
    assert found["geodesic"]["length_m"] is None


def test_a_known_geodesic(anyone: Any) -> None:
    """New York to London: 5,551,759.400 m, the worked example of GeographicLib."""
    line = {"type": "LineString", "coordinates": [[-73.8, 40.6], [-0.5, 51.6]]}

    found = measured(anyone, line)

    assert found["geodesic"]["length_m"] == pytest.approx(5_551_759.400, abs=0.001)
    assert found["plane"] is None


def test_a_hole_counts_to_the_perimeter_and_not_to_the_area(anyone: Any) -> None:
    x, y = TAN_CHAU
    hole = shapely.box(x + 20, y + 20, x + 30, y + 40)

    found = measured(anyone, geojson(SQUARE.difference(hole)), zone=9209)

    assert found["plane"]["area_m2"] == pytest.approx(10_000 - 200, abs=0.001)
    assert found["plane"]["perimeter_m"] == pytest.approx(400 + 60, abs=0.001)
    assert [len(ring) for ring in found["plane"]["segments_m"]] == [4, 4]
    assert found["geodesic"]["area_m2"] == pytest.approx(9_800.73, abs=0.02)


def test_the_direction_of_a_ring_changes_nothing(anyone: Any) -> None:
    one, other = geojson(SQUARE), geojson(SQUARE.reverse())

    assert measured(anyone, one)["plane"]["area_m2"] == pytest.approx(measured(anyone, other)["plane"]["area_m2"])


def test_the_zone_is_that_of_the_commune_else_the_nearest(settings: Any, anyone: Any) -> None:
    settings.ZONE_AT = None
    assert zone_at(108.05, 12.68) == 5898
    settings.ZONE_AT = "tests.layers.api.test_measure.surveyed_in_105_45"

    found = measured(anyone, geojson(SQUARE))

    assert found["plane"]["zone"] == {
        "srid": 9210,
        "meridian": 105.75,
        "title": {"vi": "VN-2000 / 105°45′, múi 3°", "en": "VN-2000 / 105°45′, 3° zone"},
    }
    named = anyone.get("/api/zones", {"lon": 106.161, "lat": 11.556}).json()["zones"]
    assert named[0]["srid"] == 9210


def surveyed_in_105_45(lon: float, lat: float) -> int:
    return 9210


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        ({"type": "LineString", "coordinates": [[179.5, 10], [-179.5, 10]]}, "180°"),
        ({"type": "LineString", "coordinates": [[106, 11], [106, 11]]}, "different points"),
        ({"type": "LineString", "coordinates": [[11, 106], [11.1, 106]]}, "longitude first"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, "crosses itself"),
        ({"type": "LineString", "coordinates": [[106, 11]] * (MAX_DRAWN_POINTS + 1)}, ""),
        ({"type": "Circle", "coordinates": [106, 11]}, ""),
        ({"type": "Point", "coordinates": ["a", 11]}, ""),
    ],
)
def test_what_cannot_be_measured_is_refused_in_two_languages(anyone: Any, geometry: Any, words: str) -> None:
    answer = refused(anyone, geometry)

    assert words in answer["message"]["en"]
    assert answer["message"]["vi"]
    assert answer["field"].startswith("geometry")


def test_a_buffer_is_round_on_the_plane(anyone: Any) -> None:
    point = geojson(shapely.Point(TAN_CHAU))

    found = anyone.post("/api/buffer", {"geometry": point, "distance_m": 250, "zone": 9209}).json()

    (flat,) = to_plane([shapely.geometry.shape(found["geometry"])], 9209)
    distances = [shapely.Point(TAN_CHAU).distance(shapely.Point(xy)) for xy in flat.exterior.coords]
    assert distances == pytest.approx([250] * len(distances), abs=0.02)
    assert found["zone"]["srid"] == 9209


def test_a_buffer_of_a_line_holds_what_is_within_its_distance(anyone: Any) -> None:
    x, y = TAN_CHAU
    line = shapely.LineString([(x, y), (x + 500, y), (x + 500, y + 500)])

    found = anyone.post("/api/buffer", {"geometry": geojson(line), "distance_m": 100, "zone": 9209}).json()

    (flat,) = to_plane([shapely.geometry.shape(found["geometry"])], 9209)
    assert flat.contains(line.buffer(99))
    assert line.buffer(101).contains(flat)


@pytest.mark.parametrize("distance", [0, -5, 1e9, "far"])
def test_a_buffer_of_no_or_endless_distance_is_refused(anyone: Any, distance: Any) -> None:
    point = {"type": "Point", "coordinates": [106.1, 11.3]}

    answer = anyone.post("/api/buffer", {"geometry": point, "distance_m": distance})

    assert answer.status_code == 422
    assert answer.json()["field"] == "distance_m"


def test_a_buffer_far_from_every_zone_is_refused(anyone: Any) -> None:
    answer = anyone.post("/api/buffer", {"geometry": {"type": "Point", "coordinates": [2, 48]}, "distance_m": 10})

    assert answer.status_code == 422
    assert "VN-2000" in answer.json()["message"]["vi"]


def test_what_lies_inside_a_buffer_is_counted_by_the_one_endpoint(anyone: Any) -> None:
    factories.make_plot(lonlat=(106.10, 11.30))
    factories.make_plot(lonlat=(106.30, 11.30))
    around = anyone.post(
        "/api/buffer", {"geometry": {"type": "Point", "coordinates": [106.10, 11.30]}, "distance_m": 300}
    ).json()["geometry"]
    wkt = shapely.to_wkt(shapely.geometry.shape(around), rounding_precision=7)

    answer = anyone.get("/api/layers/toy_plots/counts", {"filter": f"S_INTERSECTS(geom, {wkt})"})

    assert answer.json()["total"] == 1
