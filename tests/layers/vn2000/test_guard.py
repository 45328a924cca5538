"""The VN-2000 guard: golden points, every reading of random communes, and what neighbours' borders decide."""

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.vn2000 import MERIDIANS
from layers.vn2000.guard import Judgement, Verdict, judge
from layers.vn2000.reading import WGS84, WIDE_MERIDIANS, Reading, readings

CENTIMETRE = 0.01
METRES_A_DEGREE = 111_320.0

GOLDEN = [
    (9218, 450191.376, 1402414.990, 108.0432, 12.6808),
    (9209, 568906.042, 1250044.241, 106.1330, 11.3030),
    (9209, 571898.809, 1278036.224, 106.1610, 11.5560),
    (5899, 580237.798, 1301287.909, 108.4880, 11.7660),
    (5899, 575165.048, 1320699.550, 108.4419, 11.9416),
    (9218, 411601.566, 1327637.723, 107.6900, 12.0040),
    (5897, 579759.969, 1027858.371, 105.7278, 9.2940),
    (9207, 571499.762, 1014890.885, 105.1524, 9.1769),
    (9218, 588820.061, 1448389.554, 109.3209, 13.0955),
    (9218, 450000.0, 1402500.0, 108.041436644, 12.681565452),
    (9209, 571900.0, 1278036.0, 106.161010919, 11.555997946),
    (9210, 571900.0, 1278036.0, 106.411010276, 11.555996377),
    (5899, 580000.0, 1301000.0, 108.485811328, 11.763402923),
    (5897, 579760.0, 1027858.0, 105.727800277, 9.293996641),
]
"""Zone, easting, northing, lon, lat: reference coordinates.md §4, PROJ 9.5, EPSG operation "VN-2000 to WGS 84 (2)"."""


def square(lon: float, lat: float, half_m: float) -> shapely.Geometry:
    """A commune about square, EPSG:4326."""
    up = half_m / METRES_A_DEGREE
    across = up / np.cos(np.radians(lat))
    return shapely.box(lon - across, lat - up, lon + across, lat + up)


def grid(lon: float, lat: float, half_m: float, number: int = 12) -> Any:
    """(number * number, 2) corners of a gap-free cadastre around a place: no two of its borders are parallel."""
    west, south, east, north = shapely.bounds(square(lon, lat, half_m))
    x, y = np.meshgrid(np.linspace(west, east, number), np.linspace(south, north, number))
    moved = np.random.default_rng(2026).uniform(-0.3, 0.3, (number * number, 2))
    return np.column_stack([x.ravel(), y.ravel()]) + moved * ((east - west) / number, (north - south) / number)


def borders_of(corners: Any, number: int = 12) -> Any:
    """Metres from the borders of that cadastre, as a function of lon lat."""
    rows = corners.reshape(number, number, 2)
    net = shapely.multilinestrings(shapely.linestrings([*rows, *rows.transpose(1, 0, 2)]))
    shapely.prepare(net)
    return lambda lonlat: shapely.distance(shapely.points(lonlat), net) * METRES_A_DEGREE


@pytest.mark.parametrize(("zone", "easting", "northing", "lon", "lat"), GOLDEN)
def test_golden_points_are_met_within_a_centimetre(
    zone: int, easting: float, northing: float, lon: float, lat: float
) -> None:
    found = Reading(zone=zone).lonlat(np.array([[easting, northing]]))[0]
    back = Reading(zone=zone).written(np.array([[lon, lat]]))[0]

    apart = (found - (lon, lat)) * METRES_A_DEGREE
    assert np.hypot(*apart) < CENTIMETRE
    assert np.hypot(*(back - (easting, northing))) < CENTIMETRE


def test_the_shift_left_out_is_225_metres() -> None:
    numbers = np.array([[571898.809, 1278036.224]])

    right, wrong = Reading(zone=9209).lonlat(numbers)[0], Reading(zone=9209, unshifted=True).lonlat(numbers)[0]

    east, north = (wrong - right) * METRES_A_DEGREE * (np.cos(np.radians(11.556)), 0.9935)
    assert np.hypot(east, north) == pytest.approx(225.4, abs=1)


def test_a_merged_province_gets_the_zone_of_the_part_the_commune_lies_in() -> None:
    for zone, lon, lat in ((9209, 106.161, 11.556), (9210, 106.41, 10.53)):
        outline, corners = square(lon, lat, 5_000), grid(lon, lat, 1_000)
        numbers = Reading(zone=zone).written(corners)

        judged = judge(numbers, outline, borders_of(corners))

        assert judged.chosen == Reading(zone=zone)
        assert judged.evidence[0].verdict == Verdict.FITS


def test_without_neighbours_a_missing_shift_cannot_be_seen_and_nothing_is_chosen() -> None:
    numbers = Reading(zone=9209).written(grid(106.161, 11.556, 1_000))

    judged = judge(numbers, square(106.161, 11.556, 5_000))

    assert judged.chosen is None
    assert set(judged.left) == {Reading(zone=9209), Reading(zone=9209, unshifted=True)}
    assert "EPSG:9209,unshifted" in judged.table.vi


def test_what_is_declared_is_held_against_the_outline() -> None:
    outline, numbers = square(106.161, 11.556, 5_000), Reading(zone=9209).written(grid(106.161, 11.556, 1_000))

    assert judge(numbers, outline, declared=Reading(zone=9209)).chosen == Reading(zone=9209)
    wrong = judge(numbers, outline, declared=Reading(zone=9210))
    assert wrong.chosen is None
    assert wrong.evidence[0].reading.zone == 9209
    mine = next(one for one in wrong.evidence if one.reading == Reading(zone=9210))
    assert mine.verdict == Verdict.OUTSIDE
    assert mine.centre_m == pytest.approx(27_269, abs=300)


def test_what_is_declared_is_refused_where_neighbours_fit_another_reading() -> None:
    corners = grid(106.161, 11.556, 1_000)
    numbers = Reading(zone=9209, unshifted=True).written(corners)

    judged = judge(numbers, square(106.161, 11.556, 5_000), borders_of(corners), declared=Reading(zone=9209))

    assert judged.chosen is None
    assert judged.left == (Reading(zone=9209, unshifted=True),)


def test_points_of_another_place_fit_nothing() -> None:
    numbers = Reading(zone=9209).written(grid(106.161, 11.556, 1_000))

    judged = judge(numbers, square(105.15, 9.18, 5_000))

    assert judged.chosen is None
    assert judged.left == ()


def test_no_points_fit_nothing() -> None:
    assert judge(np.empty((0, 2)), square(106.1, 11.5, 5_000)) == Judgement(chosen=None, evidence=())


PLACES = st.tuples(st.floats(102.3, 109.4), st.floats(8.6, 23.2))


@settings(max_examples=400, deadline=None)
@given(place=PLACES, reading=st.sampled_from(list(readings())), half_m=st.floats(1_500, 12_000), data=st.data())
def test_every_reading_comes_back_named_or_is_said_to_be_ambiguous(
    place: tuple[float, float], reading: Reading, half_m: float, data: st.DataObject
) -> None:
    lon, lat = place
    meridian = MERIDIANS.get(reading.zone) or WIDE_MERIDIANS.get(reading.zone) or lon
    width = 2.6 if reading.zone in MERIDIANS else 3.0
    lon = min(max(lon, meridian - width), meridian + width)
    corners = grid(lon, lat, half_m / 3)
    numbers = np.round(reading.written(corners), 9 if reading.is_degrees else 3)

    judged = judge(numbers, square(lon, lat, half_m), borders_of(corners) if data.draw(st.booleans()) else None)

    assert judged.chosen == reading or (judged.chosen is None and reading in judged.left)
    if reading.zone != WGS84 and judged.chosen is None:
        assert len(judged.left) > 1


@settings(max_examples=200, deadline=None)
@given(place=PLACES, reading=st.sampled_from([one for one in readings() if one.zone in MERIDIANS]))
def test_neighbours_name_every_reading_of_a_three_degree_zone(place: tuple[float, float], reading: Reading) -> None:
    lon = min(max(place[0], MERIDIANS[reading.zone] - 1.5), MERIDIANS[reading.zone] + 1.5)
    corners = grid(lon, place[1], 800)
    numbers = np.round(reading.written(corners), 3)

    judged = judge(numbers, square(lon, place[1], 4_000), borders_of(corners))

    assert judged.chosen == reading
