"""Values over time: thinned without losing an extreme, broken where there is a gap, whole where months left."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import geopandas
import pytest
from django.db import connection

from layers.sensors import archive, mean, partition, series
from layers.sensors.models import ArchivedMonth, Datastream, Mean, Reading, RejectedReading, Span, Station
from layers.sensors.storage import Arrival, Reason, store
from tests.layers.sensors.conftest import NOON

FIVE = timedelta(minutes=5)
DAY = timedelta(days=1)


@pytest.fixture
def stream(make_station: Callable[..., Station]) -> Datastream:
    make_station()
    return Datastream.objects.get()


def pm25(at: datetime, value: float, status: str = "00") -> Arrival:
    return Arrival("TN_KK01", "pm25", at, value, status=status)


def fill(stream: Datastream, start: datetime, count: int) -> None:
    """Readings of sin, in SQL: a test of a year has 105,120 of them."""
    end = start + FIVE * (count - 1)
    partition.ensure(partition.month_of(start + DAY * n) for n in range((end - start).days + 2))
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into sensors_reading (datastream_id, at, value, received_at)"
            " select %s, at, 40 + 30 * sin(extract(epoch from at)::float8 / 9000), at"
            " from generate_series(%s, %s, interval '5 minutes') at",
            [stream.pk, start, end],
        )


def test_a_year_of_five_minutes_is_drawn_in_200_kb_with_every_extreme(stream: Datastream) -> None:
    start = NOON - timedelta(days=365)
    fill(stream, start, 105_120)
    Reading.objects.filter(at=start + FIVE * 50_000).update(value=777.5)
    Reading.objects.filter(at=start + FIVE * 70_000).update(value=0.25)

    points = series.chart(stream, start, NOON)

    values = [value for _, value in points]
    assert (start + FIVE * 50_000, 777.5) in points
    assert (start + FIVE * 70_000, 0.25) in points
    assert None not in values
    assert len(points) <= series.MOST_POINTS + 2
    assert len(json.dumps([[at.isoformat(), value] for at, value in points])) <= 200_000
    assert [at for at, _ in points] == sorted({at for at, _ in points})


def test_a_gap_breaks_the_line_and_a_bad_value_does_too(stream: Datastream) -> None:
    store(
        [pm25(NOON + FIVE * n, float(n)) for n in (0, 1, 5, 6, 8)] + [pm25(NOON + FIVE * 7, -9999, "02")],
        now=NOON + DAY,
    )

    points = series.chart(stream, NOON, NOON + DAY)

    assert [value for _, value in points] == [0.0, 1.0, None, 5.0, 6.0, None, 8.0]


def test_incomplete_hours_are_gaps_of_the_means(stream: Datastream) -> None:
    hours = [NOON + timedelta(hours=n) for n in (0, 1, 2)]
    store([pm25(at - FIVE * n, 10.0) for at in hours for n in range(12 if at != hours[1] else 5)], now=NOON + DAY)
    mean.refresh_all()

    assert [value for _, value in series.means(stream.pk, Span.HOUR, NOON - DAY, NOON + DAY)] == [10.0, None, 10.0]


def test_completeness_counts_what_counts(stream: Datastream) -> None:
    store([pm25(NOON - FIVE * n, 10.0, "00" if n % 2 else "01") for n in range(12)], now=NOON)

    assert series.completeness(stream.station_id, NOON - timedelta(hours=1), NOON) == 0.5


def test_a_month_that_left_is_still_read_and_takes_nothing_more(
    stream: Datastream, settings: Any, tmp_path: Path
) -> None:
    settings.GEO_IOC_VAR = tmp_path
    start = datetime(2024, 2, 1, tzinfo=UTC)
    fill(stream, start, 29 * 288 + 288)
    Reading.objects.filter(at=start + FIVE * 3).update(flag=4)
    before = list(series.values(stream.pk, start, start + DAY * 30))
    drawn = series.chart(stream, start, start + DAY * 29, most=100)

    moved = archive.keep_months(datetime(2027, 3, 1, tzinfo=UTC), months=36)

    assert moved == [date(2024, 2, 1)]
    assert Reading.objects.count() == 288
    assert date(2024, 2, 1) not in partition.existing()
    assert list(series.values(stream.pk, start, start + DAY * 30)) == before
    assert series.chart(stream, start, start + DAY * 29, most=100) == drawn
    assert store([pm25(start + DAY, 5.0)], now=NOON).rejected == [(0, Reason.ARCHIVED)]
    assert RejectedReading.objects.get().reason == "archived"


def test_the_file_is_geoparquet_that_others_read(stream: Datastream, settings: Any, tmp_path: Path) -> None:
    settings.GEO_IOC_VAR = tmp_path
    fill(stream, datetime(2024, 2, 1, tzinfo=UTC), 100)

    kept = archive.move(date(2024, 2, 1))

    table = geopandas.read_parquet(tmp_path / "readings" / kept.path)
    assert (len(table), kept.rows) == (100, 100)
    assert table.crs.to_string() == "OGC:CRS84"
    first = table.iloc[0]
    assert (first.station, first.quantity, first.geometry.x, first.geometry.y) == ("TN_KK01", "pm25", 106.1, 11.3)


def test_a_month_whose_means_are_not_made_stays(stream: Datastream, settings: Any, tmp_path: Path) -> None:
    settings.GEO_IOC_VAR = tmp_path
    store([pm25(datetime(2024, 2, 3, tzinfo=UTC), 5.0)], now=NOON, late=None)

    assert archive.keep_months(NOON, months=1) == []
    mean.refresh_all()
    assert archive.keep_months(NOON, months=1) == [date(2024, 2, 1)]


def test_the_hour_at_the_edge_of_an_archived_month_keeps_its_mean(
    stream: Datastream, settings: Any, tmp_path: Path
) -> None:
    settings.GEO_IOC_VAR = tmp_path
    edge = datetime(2024, 3, 1, tzinfo=UTC)
    store([pm25(edge - FIVE * n, 10.0) for n in range(12)], now=NOON, late=None)
    mean.refresh_all()
    archive.move(date(2024, 2, 1))
    store([pm25(edge, 400.0)], now=NOON, late=None)
    mean.refresh_all()

    assert Mean.objects.get(span=Span.HOUR).mean == 10.0
    assert ArchivedMonth.objects.get().rows == 11
