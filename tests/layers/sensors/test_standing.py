"""How stations stand: of every hour, now, and anew when late or corrected values come."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from layers.core.events import Observed
from layers.core.models import LatestValue
from layers.sensors import mean, standing
from layers.sensors.models import Flag, HourlyIndex, PastStation, Reading, Station, StationKind
from layers.sensors.storage import Arrival, store
from tests.layers.sensors.conftest import NOON

HOUR, FIVE = timedelta(hours=1), timedelta(minutes=5)
SAMPLE = (20.6, 19.6, 22.4, 20.3, 16.5, 19.0, 16.5, 19.5, 23.5, 20.5, 24.7, 26.9)
"""The decision's own sample of PM2.5, newest hour first: VN_AQI 41 (reference: air-quality, §2)."""


def hours(quantity: str, newest_first: Iterable[float], code: str = "TN_KK01") -> list[Arrival]:
    return [
        Arrival(code, quantity, NOON - HOUR * ago - FIVE * n, value)
        for ago, value in enumerate(newest_first)
        for n in range(12)
    ]


def refresh(now: Any = NOON) -> None:
    standing.refresh(mean.refresh_all(), now)
    standing.show(now)


@pytest.fixture
def air(make_station: Callable[..., Station]) -> Station:
    return make_station(quantities=("pm25", "no2"))


def test_an_air_station_shows_the_decision_s_own_example(air: Station) -> None:
    store(hours("pm25", SAMPLE), now=NOON)
    refresh()

    air.refresh_from_db()
    assert (air.aqi, air.pollutant, air.stale, air.observed_at) == (41, "pm25", False, NOON)
    assert HourlyIndex.objects.get(station=air, at=NOON).aqi == 41


def test_the_worst_pollutant_makes_the_index(air: Station) -> None:
    store([*hours("pm25", SAMPLE), *hours("no2", [250.0])], now=NOON)
    refresh()

    air.refresh_from_db()
    assert (air.aqi, air.pollutant) == (105, "no2")


def test_late_values_change_the_hours_whose_nowcast_reads_them(air: Station) -> None:
    store(hours("pm25", SAMPLE), now=NOON)
    refresh()
    before = HourlyIndex.objects.get(station=air, at=NOON).aqi
    store([Arrival("TN_KK01", "pm25", NOON - HOUR * 2 - FIVE * n, 150.0) for n in range(12)], now=NOON + FIVE)
    refresh(NOON + FIVE)

    assert before == 41
    assert HourlyIndex.objects.get(station=air, at=NOON).aqi > 41
    air.refresh_from_db()
    assert air.aqi == HourlyIndex.objects.get(station=air, at=NOON).aqi


def test_a_flagged_value_is_seen_and_does_not_enter(air: Station) -> None:
    store(hours("pm25", SAMPLE), now=NOON)
    Reading.objects.filter(at=NOON).update(flag=Flag.FAIL, value=4_000.0)
    refresh()

    air.refresh_from_db()
    assert (air.aqi, air.flagged) == (41, True)


def test_a_silent_station_turns_stale_and_shows_no_index(air: Station) -> None:
    store(hours("pm25", SAMPLE), now=NOON)
    refresh()
    standing.show(NOON + timedelta(minutes=7))
    air.refresh_from_db()
    just = air.stale
    standing.show(NOON + timedelta(minutes=8))
    air.refresh_from_db()

    assert (just, air.stale, air.aqi, air.observed_at) == (False, True, None, NOON)


def test_a_water_station_shows_the_reference_s_sample(make_station: Callable[..., Station]) -> None:
    sample = {
        "ph": 7.2, "do": 6.2, "temperature_c": 28, "bod5": 8, "cod": 20, "n_nh4": 0.45, "n_no3": 3.5, "p_po4": 0.15,
        "n_no2": 0.03, "coliform": 6_000,
    }  # fmt: skip
    water = make_station("TN_NM01", StationKind.SURFACE_WATER, tuple(sample))
    for quantity, value in sample.items():
        store(hours(quantity, [float(value)], "TN_NM01"), now=NOON)
    refresh()

    water.refresh_from_db()
    assert (water.wqi, water.aqi) == (75, None)


def test_a_gauge_shows_its_flood_state_at_once(
    make_station: Callable[..., Station], observed: list[Observed], django_capture_on_commit_callbacks: Any
) -> None:
    levels = {"alert_1_m": 1.5, "alert_2_m": 2.0, "alert_3_m": 2.5, "record_m": 2.9}
    gauge = make_station("TN_MN01", StationKind.WATER_LEVEL, ("water_level",), **levels)
    seen = []
    with django_capture_on_commit_callbacks(execute=True):
        for n, value in enumerate((1.49, 1.50, 2.4, 2.5, 2.95)):
            store([Arrival("TN_MN01", "water_level", NOON + HOUR * n, value)], now=NOON + HOUR * n)
            gauge.refresh_from_db()
            seen.append(gauge.flood)

    assert seen == [0, 1, 2, 3, 4]
    assert LatestValue.objects.get(metric="flood").value == 4
    assert [one.value for one in observed if one.metric == "flood"] == [0, 1, 2, 3, 4]


def test_indices_are_told_once_and_only_when_they_change(
    air: Station, observed: list[Observed], django_capture_on_commit_callbacks: Any
) -> None:
    store(hours("pm25", SAMPLE), now=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        refresh()
        standing.stand([(air.pk, NOON)])

    told = [one for one in observed if one.metric == "aqi" and one.at == NOON]
    assert [(one.id, one.value) for one in told] == [(air.pk, 41.0)]
    assert LatestValue.objects.get(metric="aqi").value == 41


def test_hours_that_were_missed_are_filled(air: Station) -> None:
    assert standing.fill(NOON, since=HOUR * 3) == 4
    assert standing.fill(NOON, since=HOUR * 3) == 0
    assert set(HourlyIndex.objects.values_list("stale", "aqi")) == {(True, None)}


def test_the_past_shows_every_station_as_it_stood(air: Station, make_station: Callable[..., Station]) -> None:
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    make_station("TN_KK02")
    HourlyIndex.objects.create(station=air, at=now - HOUR, aqi=77, pollutant="pm25", stale=False)

    past = dict(PastStation.objects.filter(hour=now - HOUR).values_list("code", "aqi"))

    assert past == {"TN_KK01": 77, "TN_KK02": None}
