"""Readings: stored once, corrected with their past, refused with a reason; the latest never goes back."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from layers.core.events import Observed
from layers.core.models import LatestValue
from layers.sensors.latest import refresh_latest
from layers.sensors.models import Flag, FormerReading, Reading, RejectedReading, Station, StationKind, TouchedHour
from layers.sensors.storage import Arrival, Reason, store
from tests.layers.sensors.conftest import NOON

MINUTE = timedelta(minutes=1)


@pytest.fixture
def station(make_station: Callable[..., Station]) -> Station:
    return make_station(quantities=("pm25", "co"))


def pm25(value: float, at: datetime = NOON, **more: Any) -> Arrival:
    return Arrival("TN_KK01", more.pop("quantity", "pm25"), at, value, **more)


def latest(station: Station, metric: str = "pm25") -> tuple[datetime, float | None] | None:
    return LatestValue.objects.filter(layer="stations", feature_id=station.pk, metric=metric).values_list(
        "at", "value"
    ).first()  # fmt: skip


def test_a_reading_is_stored_once_however_often_it_arrives(station: Station) -> None:
    first = store([pm25(31.4), pm25(31.4)], now=NOON)
    again = store([pm25(31.4)], now=NOON + MINUTE)

    assert (first.new, first.same, again.new, again.same) == (1, 1, 0, 1)
    reading = Reading.objects.get()
    assert (reading.value, reading.received_at, reading.flag) == (31.4, NOON, Flag.PASS)
    assert not FormerReading.objects.exists()


def test_a_correction_keeps_the_former_value_and_is_evaluated_anew(station: Station) -> None:
    store([pm25(31.4)], now=NOON)
    Reading.objects.update(flag=Flag.FAIL, released=True)

    outcome = store([pm25(28.0)], now=NOON + MINUTE)

    assert (outcome.new, outcome.corrected, outcome.same) == (0, 1, 0)
    reading, former = Reading.objects.get(), FormerReading.objects.get()
    assert (reading.value, reading.flag, reading.released) == (28.0, Flag.PASS, False)
    assert (former.value, former.flag, former.received_at, former.replaced_at) == (31.4, Flag.FAIL, NOON, NOON + MINUTE)


def test_the_last_of_a_batch_holds(station: Station) -> None:
    store([pm25(31.4), pm25(30.0)], now=NOON)

    assert Reading.objects.get().value == 30.0


@pytest.mark.parametrize(
    ("arrival", "reason"),
    [
        (pm25(31.4, at=NOON + 6 * MINUTE), Reason.FUTURE),
        (pm25(31.4, at=datetime(1970, 1, 1, tzinfo=UTC)), Reason.TOO_OLD),
        (pm25(-3.0), Reason.IMPOSSIBLE),
        (pm25(math.nan), Reason.NO_NUMBER),
        (pm25(31.4, quantity="o3"), Reason.UNKNOWN_QUANTITY),
        (pm25(31.4, unit="mg/L"), Reason.UNKNOWN_UNIT),
        (Arrival("TN_KK99", "pm25", NOON, 31.4), Reason.UNKNOWN_STATION),
    ],
)
def test_what_is_not_accepted_is_kept_once_with_its_reason(station: Station, arrival: Arrival, reason: Reason) -> None:
    outcomes = [store([pm25(30.0, at=NOON - 5 * MINUTE), arrival], now=NOON) for _ in range(2)]

    assert [one.rejected for one in outcomes] == [[(1, reason)]] * 2
    kept = RejectedReading.objects.get()
    assert (kept.station, kept.quantity, kept.at, kept.reason) == (*arrival[:3], reason.value)
    assert Reading.objects.count() == 1


def test_a_clock_a_little_ahead_is_borne(station: Station) -> None:
    assert store([pm25(31.4, at=NOON + 5 * MINUTE)], now=NOON).new == 1


def test_units_are_made_the_quantity_s_own(station: Station) -> None:
    store([pm25(0.61, quantity="co", unit="mg/m³"), pm25(31.4, unit="ug/m3")], now=NOON)

    assert sorted(Reading.objects.values_list("value", flat=True)) == [31.4, 610.0]


def test_what_a_device_says_while_faulty_is_stored_and_does_not_count(
    station: Station, observed: list[Observed], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        outcome = store([pm25(-9999, status="02")], now=NOON)

    assert (outcome.new, latest(station)) == (1, None)
    assert [(one.metric, one.value) for one in observed] == [("pm25", None)]


def test_another_s_device_may_not_send_for_a_station(make_station: Callable[..., Station]) -> None:
    make_station(device="logger-1")

    assert store([pm25(31.4)], now=NOON, device="logger-2").rejected == [(0, Reason.NOT_ITS_DEVICE)]
    assert store([pm25(31.4)], now=NOON, device="logger-1").new == 1


def test_a_late_value_never_becomes_the_latest(station: Station) -> None:
    store([pm25(31.4)], now=NOON)
    store([pm25(40.0, at=NOON - 5 * MINUTE)], now=NOON)

    assert latest(station) == (NOON, 31.4)
    station.refresh_from_db()
    assert station.observed_at == NOON


def test_a_corrected_newest_value_corrects_the_latest(station: Station) -> None:
    store([pm25(30.0, at=NOON - 5 * MINUTE), pm25(31.4)], now=NOON)
    store([pm25(32.0)], now=NOON)
    corrected = latest(station)
    store([pm25(32.0, status="02")], now=NOON)

    assert corrected == (NOON, 32.0)
    assert latest(station) == (NOON - 5 * MINUTE, 30.0)


def test_a_flagged_newest_value_is_not_the_latest_until_it_is_released(station: Station) -> None:
    store([pm25(30.0, at=NOON - 5 * MINUTE), pm25(900.0)], now=NOON)
    stream = Reading.objects.filter(at=NOON).values_list("datastream_id", flat=True).get()
    Reading.objects.filter(at=NOON).update(flag=Flag.FAIL)
    refresh_latest([stream])
    flagged = latest(station)
    Reading.objects.filter(at=NOON).update(released=True)
    refresh_latest([stream])

    assert flagged == (NOON - 5 * MINUTE, 30.0)
    assert latest(station) == (NOON, 900.0)


def test_a_fresh_reading_shows_on_the_station_and_an_old_one_leaves_it_stale(
    make_station: Callable[..., Station],
) -> None:
    gauge = make_station("TN_MN01", StationKind.WATER_LEVEL, ("water_level",))
    store([Arrival("TN_MN01", "water_level", NOON - timedelta(hours=2), 1.2)], now=NOON)
    gauge.refresh_from_db()
    before = gauge.stale, gauge.level_m
    store([Arrival("TN_MN01", "water_level", NOON, 1.35)], now=NOON)
    gauge.refresh_from_db()

    assert before == (True, 1.2)
    assert (gauge.stale, gauge.level_m, gauge.observed_at) == (False, 1.35, NOON)


def test_every_new_or_corrected_value_is_told_once_after_the_commit(
    station: Station, observed: list[Observed], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        store([pm25(30.0, at=NOON - 5 * MINUTE), pm25(31.4)], now=NOON)
        assert observed == []
    with django_capture_on_commit_callbacks(execute=True):
        store([pm25(30.0, at=NOON - 5 * MINUTE), pm25(32.0)], now=NOON)

    assert [(one.id, one.at, one.value) for one in observed] == [
        (station.pk, NOON - 5 * MINUTE, 30.0),
        (station.pk, NOON, 31.4),
        (station.pk, NOON, 32.0),
    ]


def test_touched_hours_are_queued_by_the_hour_s_end(station: Station) -> None:
    store([pm25(1.0, at=NOON), pm25(2.0, at=NOON - MINUTE), pm25(3.0, at=NOON + MINUTE)], now=NOON + MINUTE)

    assert sorted(TouchedHour.objects.values_list("at", flat=True)) == [NOON, NOON + timedelta(hours=1)]


def test_readings_of_years_ago_find_their_partition(station: Station) -> None:
    assert store([pm25(31.4, at=NOON.replace(year=2013))], now=NOON, late=None).new == 1
