"""The table of tests, what a deployment changes of it, and a series judged by it."""

from typing import Any

import numpy as np
import pytest

from layers.sensors.apps import check_tests
from layers.sensors.quality.evaluate import Track, evaluate
from layers.sensors.quality.flag import Flag
from layers.sensors.quality.table import TESTS, VERSION, Test, changes_in, table

PM25 = TESTS["pm25"]
NAN = float("nan")


def track(*values: float, **more: np.ndarray) -> Track:
    return Track(times_s=np.arange(len(values)) * 300.0, values=np.array(values, float), **more)


def test_numbers_of_pollutants_are_points_of_the_index() -> None:
    assert (PM25.sensor, PM25.spike, PM25.rate_per_hour) == ((0, 1_000), (50, 80), 600)
    assert TESTS["pm10"].spike == (150, 250)
    assert TESTS["wind_direction"].sensor == (0, 360)


def test_deployment_changes_numbers_and_the_version_says_so(settings: Any) -> None:
    plain = table()
    settings.GEO_IOC_SENSOR_TESTS = '{"pm25": {"sensor": [0, 2000], "flat_h": null}, "radon": {"sensor": [0, 5]}}'

    changed = table()

    assert changed.of("pm25").sensor == (0, 2_000)
    assert changed.of("pm25").flat_h is None
    assert changed.of("pm25").spike == PM25.spike
    assert changed.of("radon").sensor == (0, 5)
    assert plain.version == str(VERSION)
    assert changed.version.startswith(f"{VERSION}-")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "write JSON"),
        ("[]", "object a quantity"),
        ('{"pm25": {"height": 3}}', "pm25.height is no number"),
        ('{"pm25": {"sensor": [0]}}', "pm25.sensor needs two numbers"),
        ('{"pm25": {"sensor": null}}', "pm25.sensor needs two numbers"),
        ('{"pm25": {"sensor": [5, 0]}}', "pm25.sensor: 5 is above 0"),
        ('{"pm25": {"rate_per_hour": true}}', "pm25.rate_per_hour needs a number"),
    ],
)
def test_what_is_wrong_with_the_numbers_is_said(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace(".", r"\.")):
        changes_in(text)


def test_series_is_judged_by_all_its_tests() -> None:
    judged = evaluate(PM25, 300, track(20, 21, 300, 22, 23, -1, 22, 21, NAN, 20))

    assert judged.flags.tolist() == [1, 1, 4, 1, 1, 4, 1, 1, 9, 1]
    assert judged.by_test[Test.SPIKE][2] == Flag.FAIL
    assert judged.by_test[Test.RANGE][5] == Flag.FAIL


def test_a_value_that_stands_still_at_its_detection_limit_is_no_fault() -> None:
    so2 = TESTS["so2"]

    low = Track(times_s=np.arange(12) * 3_600.0, values=np.full(12, 2.0))
    assert evaluate(so2, 3_600, low).flags.tolist() == [1] * 12
    # hourly values have too little behind them until three hours have passed
    long = Track(times_s=np.arange(12) * 3_600.0, values=np.full(12, 30.0))
    assert evaluate(so2, 3_600, long).flags.tolist() == [1, 1, 1, 3, 3, 3, 4, 4, 4, 4, 4, 4]


def test_what_the_device_denies_is_no_reference() -> None:
    faulty = np.array([False, False, True, False, False])

    judged = evaluate(PM25, 300, track(20, 21, 300, 22, 23, faulty=faulty))

    assert judged.flags.tolist() == [1, 1, 4, 1, 1]
    assert judged.by_test[Test.STATUS].tolist() == [1, 1, 4, 1, 1]
    assert judged.by_test[Test.SPIKE].tolist() == [2, 1, 9, 1, 2]


def test_value_after_a_gap_is_not_worse_for_it() -> None:
    times = np.array([0.0, 300, 600, 6_000, 6_300])

    judged = evaluate(PM25, 300, Track(times_s=times, values=np.array([20.0, 21, 22, 80, 81])))

    assert judged.by_test[Test.GAP].tolist() == [2, 1, 1, 4, 1]
    assert judged.flags.tolist() == [1, 1, 1, 1, 1]


def test_part_and_neighbours_are_judged_where_they_are_known() -> None:
    judged = evaluate(
        PM25,
        300,
        track(20, 21, 22, 23, whole=np.array([30, 15, NAN, 30.0]), around=np.array([[200.0, 210, 220]] * 4)),
    )

    assert judged.by_test[Test.PART].tolist() == [1, 3, 2, 1]
    assert judged.by_test[Test.NEIGHBOUR].tolist() == [3, 3, 3, 3]
    assert judged.flags.tolist() == [3, 3, 3, 3]


def test_numbers_that_cannot_be_used_are_a_fault_of_the_deployment(settings: Any) -> None:
    settings.GEO_IOC_SENSOR_TESTS = '{"pm25": {"sensor": [0]}}'

    assert [one.msg for one in check_tests()] == ["GEO_IOC_SENSOR_TESTS: pm25.sensor needs two numbers"]
