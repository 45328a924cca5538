"""A station's values over time, and the stations as they stood at a time.

Times are aware; a period is [start, end). What does not count (`models.COUNTS`) is None. Months that left the database
are read from their files, by the same functions.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Count, QuerySet

from layers.sensors import archive
from layers.sensors.models import COUNTS, USABLE, Datastream, HourlyIndex, Mean, PastStation, Reading, Span, Station
from layers.sensors.standing import flood_of

Point = tuple[datetime, float | None]
MOST_POINTS: Final = 2_000
"""Points of a chart: more are drawn down to the least and the most of each of half as many slices."""
GAP: Final = 1.5
"""Expected intervals between two readings beyond which the line is broken."""


def stations_at(at: datetime) -> QuerySet[Any]:
    """The stations as they stood at the end of an hour."""
    return PastStation.objects.filter(hour=at)


def of_quantity(quantity: str) -> Callable[[Any, datetime, datetime], Iterable[Point]]:
    """The series of a quantity of a station, as a metric declares it."""

    def series(station: Any, start: datetime, end: datetime) -> Iterator[Point]:
        stream = Datastream.objects.filter(station=station.pk, quantity=quantity).first()
        return iter(()) if stream is None else values(stream.pk, start, end)

    return series


def of_index(index: str) -> Callable[[Any, datetime, datetime], Iterable[Point]]:
    """The series of `aqi` or `wqi` of a station: a value an hour."""

    def series(station: Any, start: datetime, end: datetime) -> Iterator[Point]:
        rows = HourlyIndex.objects.filter(station=station.pk, at__gte=start, at__lt=end).order_by("at")
        for at, value in rows.values_list("at", index):
            yield at, None if value is None else float(value)

    return series


def floods(station: Any, start: datetime, end: datetime) -> Iterator[Point]:
    """The flood state at every reading of a gauge."""
    gauge = Station.objects.get(pk=station.pk)
    for at, level in of_quantity("water_level")(gauge, start, end):
        state = flood_of(gauge, level)
        yield at, None if state is None else float(state)


def values(datastream_id: int, start: datetime, end: datetime) -> Iterator[Point]:
    """Every reading in order, from files and from the database."""
    for at, value, counts in archive.read(datastream_id, start, end):
        yield at, value if counts else None
    with connection.cursor() as cursor:
        cursor.execute(
            f"select r.at, case when {USABLE.format(r='r')} then r.value end from {Reading._meta.db_table} r"
            " where r.datastream_id = %s and r.at >= %s and r.at < %s order by r.at",
            [datastream_id, start, end],
        )
        while some := cursor.fetchmany(5_000):
            yield from some


def chart(stream: Datastream, start: datetime, end: datetime, most: int = MOST_POINTS) -> list[Point]:
    """The readings as a line of at most about `most` points: no extreme is lost, a gap is a None.

    Of more readings, the least and the most of each slice stand at their own times.
    """
    if (end - start).total_seconds() / stream.interval_s <= most:
        return with_gaps(values(stream.pk, start, end), timedelta(seconds=stream.interval_s * GAP))
    slice_s = (end - start).total_seconds() / (most // 2)
    points = [*_extremes_of(archive.read(stream.pk, start, end), start, slice_s)]
    points += _extremes(stream.pk, start, end, slice_s)
    return with_gaps(points, timedelta(seconds=max(slice_s * 2, stream.interval_s * GAP)))


def means(datastream_id: int, span: Span, start: datetime, end: datetime) -> list[Point]:
    """The complete means whose span ends in (start, end]; an incomplete or missing one is a None."""
    rows = Mean.objects.filter(datastream=datastream_id, span=span, at__gt=start, at__lte=end).order_by("at")
    step = {Span.HOUR: timedelta(hours=1), Span.EIGHT_HOURS: timedelta(hours=1), Span.DAY: timedelta(days=1)}.get(span)
    found = [(at, value if done else None) for at, value, done in rows.values_list("at", "mean", "is_complete")]
    return with_gaps(found, step * GAP) if step else found


def with_gaps(points: Iterable[Point], longest: timedelta) -> list[Point]:
    """The points, with a None between any two further apart than `longest`; Nones in a row become one."""
    line: list[Point] = []
    before: datetime | None = None
    for at, value in points:
        if before is not None and at - before > longest and line[-1][1] is not None:
            line.append((before + longest / 2, None))
        before = at
        if value is not None or (line and line[-1][1] is not None):
            line.append((at, value))
    return line


def completeness(station_id: int, start: datetime, end: datetime) -> float | None:
    """Share of the expected readings of a period that are there and count, 0 to 1; None without datastreams."""
    streams = dict(Datastream.objects.filter(station=station_id, is_active=True).values_list("pk", "interval_s"))
    if not streams:
        return None
    counted = Reading.objects.filter(COUNTS, datastream__in=streams, at__gt=start, at__lte=end)
    had = dict(counted.values_list("datastream_id").annotate(n=Count("value")).order_by())
    shares = [
        min(had.get(pk, 0) / max((end - start).total_seconds() // interval_s, 1), 1)
        for pk, interval_s in streams.items()
    ]
    return sum(shares) / len(shares)


def _extremes(datastream_id: int, start: datetime, end: datetime, slice_s: float) -> Sequence[Point]:
    with connection.cursor() as cursor:
        cursor.execute(
            "with sliced as materialized (select r.at, r.value,"
            " floor(extract(epoch from r.at - %(start)s) / %(slice)s) as slice"
            f" from {Reading._meta.db_table} r where r.datastream_id = %(stream)s and r.at >= %(start)s"
            f" and r.at < %(end)s and {USABLE.format(r='r')}),"
            " least as (select distinct on (slice) at, value from sliced order by slice, value, at),"
            " most as (select distinct on (slice) at, value from sliced order by slice, value desc, at)"
            " select at, value from least union select at, value from most order by at",
            {"stream": datastream_id, "start": start, "end": end, "slice": slice_s},
        )
        found: list[Point] = cursor.fetchall()
        return found


def _extremes_of(readings: Iterable[tuple[datetime, float, bool]], start: datetime, slice_s: float) -> Iterator[Point]:
    """The same of readings from files."""
    slices: dict[int, list[tuple[float, datetime]]] = {}
    for at, value, counts in readings:
        if counts:
            slices.setdefault(int((at - start).total_seconds() // slice_s), []).append((value, at))
    for _, found in sorted(slices.items()):
        for value, at in sorted({min(found), max(found)}, key=lambda one: one[1]):
            yield at, value
