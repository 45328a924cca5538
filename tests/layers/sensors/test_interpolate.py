"""A surface passes through its stations, stays between them, ends where it may not be believed, and tells its error."""

import numpy as np
import pytest
import shapely

from layers.sensors.interpolate import NEAREST_M, Outline, Sample, surface
from layers.sensors.scale import VN_AQI

KM = 1 / 111.195
"""A kilometre in degrees, near enough to the equator."""


def value_at(made, lon: float, lat: float) -> float | None:
    point = shapely.Point(lon, lat)
    return next((patch.band.start for patch in made.patches if patch.geometry.intersects(point)), None)


def test_fewer_than_three_places_make_no_surface() -> None:
    assert surface((), VN_AQI) is None
    assert surface((Sample(106, 11, 40), Sample(106.2, 11, 40)), VN_AQI) is None
    assert surface((Sample(106, 11, 40), Sample(106.2, 11, 40), Sample(106.2, 11, 60)), VN_AQI) is None


def test_surface_passes_through_its_stations_and_stays_between_them() -> None:
    samples = (Sample(106.0, 11.0, 30), Sample(106.2, 11.0, 120), Sample(106.1, 11.2, 75))

    made = surface(samples, VN_AQI)

    assert made is not None
    assert [value_at(made, one.lon, one.lat) for one in samples] == [0, 101, 51]
    assert min(patch.least for patch in made.patches) >= 30
    assert max(patch.most for patch in made.patches) <= 120
    for patch in made.patches:
        assert patch.geometry.is_valid
        assert patch.least <= patch.mean <= patch.most


def test_patches_do_not_overlap() -> None:
    made = surface((Sample(106.0, 11.0, 30), Sample(106.2, 11.0, 220), Sample(106.1, 11.2, 110)), VN_AQI)

    assert made is not None
    whole = shapely.union_all([patch.geometry for patch in made.patches])
    assert whole.area == pytest.approx(sum(patch.geometry.area for patch in made.patches), rel=1e-6)


def test_it_ends_where_no_station_is_near_and_where_too_few_are() -> None:
    near = (Sample(106.0, 11.0, 30), Sample(106.1, 11.0, 40), Sample(106.0, 11.1, 50))
    lonely = Sample(107.5, 11.0, 60)

    made = surface((*near, lonely), VN_AQI)

    assert made is not None
    assert value_at(made, 106.0 - (NEAREST_M / 1000 - 2) * KM, 11.0) is not None
    assert value_at(made, 106.0 - (NEAREST_M / 1000 + 2) * KM, 11.0) is None
    assert value_at(made, lonely.lon, lonely.lat) is None  # its second and third neighbours are 150 km away


def test_error_is_what_the_others_would_have_said() -> None:
    # an equal triangle: each is told by the plain mean of the two others
    samples = (Sample(106.0, 0.0, 10), Sample(106.1, 0.0, 20), Sample(106.05, 0.1 * np.sqrt(3) / 2, 60))

    made = surface(samples, VN_AQI)

    assert made is not None
    missed = np.array([40 - 10, 35 - 20, 15 - 60])
    assert made.error == pytest.approx(np.sqrt(np.mean(missed**2)), rel=0.01)
    even = surface(tuple(one._replace(value=42.0) for one in samples), VN_AQI)
    assert even is not None
    assert even.error == pytest.approx(0)


def test_a_wide_province_is_drawn_in_larger_squares() -> None:
    wide = tuple(Sample(105 + i * 0.3, 10 + j * 0.3, 20.0 + i) for i in range(8) for j in range(8))

    made = surface(wide, VN_AQI)

    assert made is not None
    assert made.stations == 64
    assert made.square_m > 1_000


def test_it_is_cut_along_an_outline_and_stations_outside_still_count() -> None:
    samples = (Sample(106.0, 11.0, 30), Sample(106.2, 11.0, 120), Sample(106.1, 11.2, 75))
    slanted = shapely.Polygon([(105.9, 10.9), (106.1, 10.9), (106.13, 11.3), (105.9, 11.3)])

    whole, cut = surface(samples, VN_AQI), surface(samples, VN_AQI, Outline((1, 1), slanted))

    assert whole is not None
    assert cut is not None
    assert cut.stations == 3
    for patch in cut.patches:
        assert patch.geometry.is_valid
        assert patch.geometry.difference(slanted.buffer(1e-9)).area == 0
        assert patch.least <= patch.mean <= patch.most
    wanted = shapely.union_all([one.geometry for one in whole.patches]).intersection(slanted)
    assert shapely.union_all([one.geometry for one in cut.patches]).area == pytest.approx(wanted.area)
    assert value_at(cut, 106.0, 11.0) == value_at(whole, 106.0, 11.0)
    assert value_at(cut, 106.2, 11.0) is None


def test_nothing_is_left_of_it_in_an_outline_far_away() -> None:
    samples = (Sample(106.0, 11.0, 30), Sample(106.2, 11.0, 120), Sample(106.1, 11.2, 75))

    made = surface(samples, VN_AQI, Outline((2, 1), shapely.box(108, 12, 109, 13)))

    assert made is not None
    assert made.patches == ()
