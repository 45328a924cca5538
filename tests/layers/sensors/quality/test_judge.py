"""Readings are flagged as they are stored: in any order and batching as if the whole series had been judged at once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest
from django.db import transaction

from layers.core.events import Observed
from layers.core.models import LatestValue
from layers.sensors.models import Datastream, Reading, Station, TouchedHour
from layers.sensors.quality.flag import Flag
from layers.sensors.quality.judge import explain, judge_again
from layers.sensors.quality.table import Test
from layers.sensors.storage import Arrival, store
from tests.layers.sensors.conftest import NOON

STEP = timedelta(minutes=5)
START = NOON - timedelta(days=3)


def flags(quantity: str = "pm25", station: str = "TN_KK01") -> list[int]:
    found = Reading.objects.filter(datastream__in=streams(quantity, station)).order_by("at")
    return list(found.values_list("flag", flat=True))


def streams(quantity: str = "pm25", station: str = "TN_KK01") -> list[int]:
    return list(Datastream.objects.filter(station__code=station, quantity=quantity).values_list("pk", flat=True))


def at(values: list[float], quantity: str = "pm25", start: datetime = START, station: str = "TN_KK01") -> list[Arrival]:
    return [Arrival(station, quantity, start + index * STEP, value) for index, value in enumerate(values)]


def latest(quantity: str = "pm25") -> float | None:
    return LatestValue.objects.filter(metric=quantity).values_list("value", flat=True).first()


def test_a_spike_is_out_of_the_latest_value_and_of_what_rules_hear(
    make_station: Callable[..., Station], observed: list[Observed], django_capture_on_commit_callbacks: Callable
) -> None:
    make_station()
    with django_capture_on_commit_callbacks(execute=True):
        for arrival in at([30, 31, 400, 32, 33]):
            store([arrival], now=NOON)

    assert flags() == [1, 1, 4, 1, 1]
    assert latest() == 33
    assert [one.value for one in observed] == [30, 31, None, 32, 33]


def test_a_newest_value_that_jumps_never_becomes_the_latest(make_station: Callable[..., Station]) -> None:
    make_station()
    store(at([30, 31, 400]), now=NOON)

    assert flags() == [1, 1, 3]
    assert latest() == 31


def test_a_frozen_sensor_fails_after_six_hours_however_its_values_arrive(make_station: Callable[..., Station]) -> None:
    make_station()
    make_station("TN_KK02")
    values = [20.0, 21.0, *[25.0] * 80, 26.0]
    for arrival in at(values):
        store([arrival], now=NOON)
    store(at(values, station="TN_KK02"), now=NOON)

    expected = [1] * (2 + 36) + [3] * 36 + [4] * 8 + [1]
    assert flags() == expected
    assert flags(station="TN_KK02") == expected


def test_a_correction_changes_the_flags_it_bears_upon_and_touches_their_hours(
    make_station: Callable[..., Station],
) -> None:
    make_station()
    values = [20.0, 21.0, *[25.0] * 80]
    store(at(values), now=NOON)
    TouchedHour.objects.all().delete()

    store([Arrival("TN_KK01", "pm25", START + 30 * STEP, 26.0)], now=NOON)

    assert flags() == [1] * (31 + 36) + [3] * 15
    assert TouchedHour.objects.count() == 5  # from the corrected value's hour to the last whose flags it changed


def test_a_device_that_says_it_is_faulty_fails(make_station: Callable[..., Station]) -> None:
    make_station()
    store([one._replace(status="02") if one.value == 999 else one for one in at([30, 31, 999, 32])], now=NOON)

    assert flags() == [1, 1, 4, 1]


@pytest.mark.parametrize("order", [("pm25", "pm10"), ("pm10", "pm25")])
def test_a_part_greater_than_its_whole_is_suspect_whichever_comes_first(
    make_station: Callable[..., Station], order: tuple[str, str]
) -> None:
    make_station(quantities=("pm25", "pm10"))
    values = {"pm25": [30.0, 31, 32, 33], "pm10": [40.0, 20, 41, 30]}
    for quantity in order:
        store(at(values[quantity], quantity), now=NOON)

    assert flags() == [1, 3, 1, 1]
    assert flags("pm10") == [1, 1, 1, 1]


@pytest.mark.parametrize("seed", range(6))
def test_flags_are_those_of_the_whole_series_in_whatever_order_it_came(
    make_station: Callable[..., Station], seed: int
) -> None:
    make_station(quantities=("pm25", "pm10", "temperature_c"))
    make_station("TN_KK02", quantities=("pm25", "pm10"))
    random = np.random.default_rng(seed)
    arrivals = [
        *faulty(random, "TN_KK01", "pm25", 30),
        *faulty(random, "TN_KK01", "pm10", 60),
        *faulty(random, "TN_KK01", "temperature_c", 28),
        *faulty(random, "TN_KK02", "pm25", 40),
        *faulty(random, "TN_KK02", "pm10", 45),
    ]
    # mostly in order, some late, some sent first with another value
    delay = random.exponential(2, len(arrivals)) + 60 * (random.random(len(arrivals)) < 0.05)
    when = np.array([(one.at - START) / STEP for one in arrivals]) + delay
    sent = [arrivals[index] for index in np.argsort(when)]
    wrong = {
        index: sent[index]._replace(value=float(random.uniform(0, 300))) for index in random.integers(0, len(sent), 20)
    }
    batches = [wrong.get(index, one) for index, one in enumerate(sent)]
    start = 0
    while start < len(batches):
        size = int(random.integers(1, 60))
        store(batches[start : start + size], now=NOON)
        start += size
    store([sent[index] for index in wrong], now=NOON)

    stored = {pk: flags_of(pk) for pk in Datastream.objects.values_list("pk", flat=True)}
    for pk in stored:
        with transaction.atomic():
            count, changes = judge_again(pk, START - STEP, NOON)
        assert count == len(stored[pk])
        assert changes == []
    assert {flag for flags in stored.values() for flag in flags} == {1, 3, 4}


@pytest.mark.parametrize("seed", range(4))
def test_flags_of_what_runs_calmly_and_then_not_are_those_of_the_whole_series(
    make_station: Callable[..., Station], seed: int
) -> None:
    quantities = ("pm25", "pm10", "temperature_c")
    make_station(quantities=quantities)
    random = np.random.default_rng(seed)
    runs = [restless(random, quantity, level) for quantity, level in zip(quantities, (40, 60, 28), strict=True)]
    turns = list(zip(*runs, strict=True))
    start = 0
    while start < len(turns):
        size = int(random.integers(1, 4))
        store([one for turn in turns[start : start + size] for one in turn if random.random() < 0.97], now=NOON)
        start += size

    for pk in Datastream.objects.values_list("pk", flat=True):
        assert len(set(flags_of(pk))) > 1
        with transaction.atomic():
            _, changes = judge_again(pk, START - STEP, NOON)
        assert changes == []


def restless(random: np.random.Generator, quantity: str, level: float, count: int = 240) -> list[Arrival]:
    """Calm for a while, then spikes, steps and stillness a few values apart, over and over."""
    values = level + random.normal(0, 0.5, count)
    for place in random.integers(0, count, count // 12):
        if random.random() < 0.5:
            values[place] += random.choice([-0.9, 0.6, 1.5, 4]) * level
        else:
            values[place : place + int(random.integers(1, 6))] += random.choice([-0.5, 0.5, 2]) * level
    still = int(random.integers(0, count - 90))
    values[still : still + 80] = values[still]
    return at(np.round(values.clip(0), 1).tolist(), quantity)


def faulty(random: np.random.Generator, station: str, quantity: str, level: float) -> list[Arrival]:
    """Two days with spikes, a flat line, a gap, a step and a device that denies its values."""
    values = np.round(level + np.cumsum(random.normal(0, 1, 576)), 1).clip(0)
    values[random.integers(0, 576, 6)] *= 6
    frozen = int(random.integers(50, 300))
    values[frozen : frozen + int(random.integers(30, 110))] = values[frozen]
    values[int(random.integers(400, 500)) :] += 80
    gap = int(random.integers(300, 500))
    made = at(values.tolist(), quantity, station=station)
    made = [one._replace(status="01") if random.random() < 0.01 else one for one in made]
    return made[:gap] + made[gap + int(random.integers(2, 40)) :]


def flags_of(pk: int) -> list[int]:
    return list(Reading.objects.filter(datastream=pk).order_by("at").values_list("flag", flat=True))


def test_a_whole_series_judged_at_once_needs_no_more_than_three_queries(
    make_station: Callable[..., Station], django_assert_max_num_queries: Callable
) -> None:
    for number in range(5):
        make_station(f"TN_KK1{number}")
    store([one for number in range(5) for one in at([30, 31], station=f"TN_KK1{number}")], now=NOON)

    with django_assert_max_num_queries(20):
        store(
            [one for number in range(5) for one in at([32], start=START + 2 * STEP, station=f"TN_KK1{number}")],
            now=NOON,
        )


def test_what_each_test_says_can_be_told(make_station: Callable[..., Station]) -> None:
    make_station(quantities=("pm25", "pm10"))
    store(at([30, 31, 400, 32, 33]) + at([60, 60, 500, 60, 20], "pm10"), now=NOON)
    stream = Datastream.objects.get(quantity="pm25")

    times, said = explain(stream, START + STEP, START + 4 * STEP)

    assert times == [START + n * STEP for n in (1, 2, 3, 4)]
    assert said[Test.SPIKE] == [Flag.PASS, Flag.FAIL, Flag.PASS, Flag.NOT_EVALUATED]
    assert said[Test.PART] == [Flag.PASS, Flag.PASS, Flag.PASS, Flag.SUSPECT]
