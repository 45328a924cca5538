"""Means: whatever arrives when, they are those of the raw values."""

import math
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.core.time import LOCAL
from layers.sensors import mean
from layers.sensors.models import COUNTS, MEASURING, Datastream, Flag, Mean, Reading, Span, Station, TouchedHour
from layers.sensors.storage import Arrival, store, touch
from tests.layers.sensors.conftest import NOON

HOUR = timedelta(hours=1)
FIVE = timedelta(minutes=5)


def hour_of(quantity: str, at: datetime, values: Iterable[float]) -> list[Arrival]:
    """Readings every five minutes of the hour that ends at `at`."""
    return [Arrival("TN_KK01", quantity, at - HOUR + FIVE * (n + 1), value) for n, value in enumerate(values)]


def spans(span: Span, quantity: str = "pm25") -> dict[datetime, tuple[float, int, bool]]:
    found = Mean.objects.filter(span=span, datastream__quantity=quantity)
    return {
        at: (value, count, done) for at, value, count, done in found.values_list("at", "mean", "count", "is_complete")
    }


@pytest.fixture
def station(make_station: Callable[..., Station]) -> Station:
    return make_station(quantities=("pm25", "o3", "wind_direction"))


def test_an_hour_needs_nine_of_twelve_values_that_count(station: Station) -> None:
    store(hour_of("pm25", NOON, range(1, 10)), now=NOON)
    store(hour_of("pm25", NOON + HOUR, range(1, 9)), now=NOON + HOUR)
    mean.refresh_all()

    assert spans(Span.HOUR) == {NOON: (5.0, 9, True), NOON + HOUR: (4.5, 8, False)}
    assert not TouchedHour.objects.exists()


def test_values_of_another_status_and_flagged_ones_do_not_enter_until_released(station: Station) -> None:
    store([*hour_of("pm25", NOON, [10.0] * 11), Arrival("TN_KK01", "pm25", NOON, 0.0, status="01")], now=NOON)
    flagged = Reading.objects.filter(at=NOON - FIVE)
    flagged.update(flag=Flag.SUSPECT, value=130.0)
    mean.refresh_all()
    without = spans(Span.HOUR)
    flagged.update(released=True)
    touch(Datastream.objects.values_list("pk", flat=True), NOON - FIVE * 2, NOON)
    mean.refresh_all()

    assert without == {NOON: (10.0, 10, True)}
    assert spans(Span.HOUR) == {NOON: ((10.0 * 10 + 130.0) / 11, 11, True)}


def test_a_correction_that_takes_the_last_value_takes_the_mean(station: Station) -> None:
    store([Arrival("TN_KK01", "pm25", NOON, 5.0)], now=NOON)
    mean.refresh_all()
    store([Arrival("TN_KK01", "pm25", NOON, 5.0, status="02")], now=NOON)
    mean.refresh_all()

    assert spans(Span.HOUR) == {}


def test_eight_hours_are_made_of_complete_hours_and_end_with_one(station: Station) -> None:
    for n in range(8):
        store(hour_of("o3", NOON + HOUR * n, [float(n)] * 12), now=NOON + HOUR * n)
    mean.refresh_all()
    before = spans(Span.EIGHT_HOURS, "o3")[NOON + HOUR * 7]
    store([Arrival("TN_KK01", "o3", NOON - FIVE * n, 0.0, status="02") for n in range(4)], now=NOON + HOUR * 8)
    mean.refresh_all()

    assert before == (3.5, 8, True)
    assert spans(Span.EIGHT_HOURS, "o3")[NOON + HOUR * 7] == (4.0, 7, True)
    assert max(spans(Span.EIGHT_HOURS, "o3")) == NOON + HOUR * 7
    assert spans(Span.EIGHT_HOURS) == {}


def test_a_day_and_a_month_are_local(station: Station) -> None:
    midnight = datetime(2026, 11, 1, tzinfo=LOCAL)
    for n in range(-1, 2):
        store(hour_of("pm25", midnight + HOUR * n, [float(n + 2)] * 12), now=NOON)
    mean.refresh_all()

    assert spans(Span.DAY) == {midnight: (1.5, 2, False), midnight + HOUR * 24: (3.0, 1, False)}
    assert spans(Span.MONTH) == {}


def test_a_month_is_made_of_complete_days(station: Station) -> None:
    midnight = datetime(2026, 11, 2, tzinfo=LOCAL)
    for n in range(18):
        store(hour_of("pm25", midnight - HOUR * n, [7.0, 9.0] * 6), now=NOON)
    mean.refresh_all()

    assert spans(Span.MONTH) == {datetime(2026, 12, 1, tzinfo=LOCAL): (8.0, 1, False)}


def test_wind_is_averaged_on_the_circle(station: Station) -> None:
    store(hour_of("wind_direction", NOON, [350.0, 10.0] * 6), now=NOON)
    mean.refresh_all()

    (value, _, _) = spans(Span.HOUR, "wind_direction")[NOON]
    assert min(value, 360 - value) == pytest.approx(0, abs=1e-6)


def test_a_stream_of_every_minute_has_five_minute_means(make_station: Callable[..., Station]) -> None:
    make_station(quantities=("pm25",), interval_s=60)
    store([Arrival("TN_KK01", "pm25", NOON - timedelta(minutes=n), float(n)) for n in range(10)], now=NOON)
    mean.refresh_all()

    assert spans(Span.FIVE_MINUTES) == {NOON: (2.0, 5, True), NOON - FIVE: (7.0, 5, True)}
    assert spans(Span.HOUR) == {NOON: (4.5, 10, False)}


moments = st.integers(0, 12 * 30).map(lambda n: NOON - FIVE * n)
arrivals = st.tuples(moments, st.integers(0, 400).map(float), st.sampled_from([MEASURING, MEASURING, MEASURING, "02"]))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(batches=st.lists(st.lists(arrivals, min_size=1, max_size=60), min_size=1, max_size=5))
def test_means_after_random_late_and_corrected_values_are_those_of_the_raw_values(
    station: Station, batches: list[list[tuple[Any, ...]]]
) -> None:
    Reading.objects.all().delete()
    Mean.objects.all().delete()
    TouchedHour.objects.all().delete()
    dense = hour_of("o3", NOON - HOUR * 5, [50.0] * 12) + hour_of("o3", NOON - HOUR * 6, [70.0] * 12)
    store(dense, now=NOON)
    raw = {one.at: (one.value, one.status) for one in dense}
    for batch in batches:
        store([Arrival("TN_KK01", "o3", at, value, status=status) for at, value, status in batch], now=NOON)
        raw |= {at: (value, status) for at, value, status in batch}
        mean.refresh_all()
    kept = _all()

    stored = Reading.objects.values_list("at", "value", "status")
    assert {at: (value, status) for at, value, status in stored} == raw
    hours = _of_hours(Reading.objects.filter(COUNTS).values_list("at", "value"))
    assert _without(kept, Span.HOUR) == pytest.approx({at: _mean(values) for at, values in hours.items()})
    whole = {at: _mean(values) for at, values in hours.items() if len(values) >= 9}
    assert _without(kept, Span.DAY) == pytest.approx(
        {day: _mean([m for at, m in whole.items() if mean.day_end(at) == day]) for day in map(mean.day_end, whole)}
    )
    eights = {at: [whole[at - HOUR * n] for n in range(8) if at - HOUR * n in whole] for at in hours}
    assert _without(kept, Span.EIGHT_HOURS) == pytest.approx({at: _mean(m) for at, m in eights.items() if m})
    Mean.objects.all().delete()
    touch(Datastream.objects.values_list("pk", flat=True), NOON - timedelta(days=3), NOON)
    mean.refresh_all()
    assert _all() == kept


def _of_hours(readings: Iterable[tuple[datetime, float]]) -> dict[datetime, list[float]]:
    parts: dict[datetime, list[float]] = {}
    for at, value in readings:
        parts.setdefault(mean.hour_end(at), []).append(value)
    return parts


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


def _all() -> dict[tuple[str, datetime], tuple[Any, ...]]:
    return {(row[0], row[1]): row[2:] for row in Mean.objects.values_list(
        "span", "at", "mean", "least", "most", "count", "expected", "is_complete")}  # fmt: skip


def _without(kept: dict[tuple[str, datetime], tuple[Any, ...]], span: Span) -> dict[datetime, float]:
    return {at: values[0] for (of, at), values in kept.items() if of == span}
