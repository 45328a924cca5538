"""Means of readings, made anew exactly for the spans that new, late, corrected or flagged readings touch.

Five minutes and an hour are made of usable readings; 8 hours and a local day of complete hours; a local month of
complete days (QCVN 05:2023/BTNMT speaks of means of hourly and of daily means). A span is labelled by its end and is
complete with three quarters of its parts (reference: air-quality, §1 and §5). A span without a usable part has no row;
the current day and month grow with their parts.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from layers.core.time import LOCAL
from layers.sensors.models import USABLE, ArchivedMonth, Datastream, Mean, Reading, Span, TouchedHour
from layers.sensors.partition import month_of

LEAST_SHARE: Final = 0.75
"""Share of its parts a mean needs to be complete."""
HOUR: Final = timedelta(hours=1)
FIVE_MINUTES: Final = timedelta(minutes=5)
EIGHT: Final = 8
EIGHT_HOURS_OF: Final = frozenset({"o3", "co"})
"""What has a limit or an index over 8 hours (QCVN 05:2023/BTNMT)."""
LIMIT: Final = 20_000
MANY: Final = 2_000
"""Hours made at once from which on the planner is told what the table holds now: of an empty one it knows nothing, and
reads the whole of it for every span."""

StreamHour = tuple[int, datetime]
"""A datastream and the end of an hour."""

_MEANS, _READINGS, _STREAMS = Mean._meta.db_table, Reading._meta.db_table, Datastream._meta.db_table
_INSERT = (
    f"insert into {_MEANS} (datastream_id, span, at, mean, least, most, count, expected, is_complete)"
    f" select of.id, %(span)s, b.at, {{mean}}, min({{least}}), max({{most}}), count(*), {{expected}},"
    f" count(*) >= {LEAST_SHARE} * {{expected}} from {{source}}"
    f" join {_STREAMS} of on of.id = b.datastream_id {{parts}} group by of.id, b.at, {{by}}"
)


def _average(value: str, order: str) -> str:
    """SQL of a mean; a wind's direction is averaged on the circle."""
    east, north = (f"avg({part}({value}) order by {order})" for part in ("cosd", "sind"))
    circle = f"mod(degrees(atan2({north}, {east}))::numeric + 360, 360)"
    return f"case when of.quantity = 'wind_direction' then {circle}::float8 else avg({value} order by {order}) end"


_OF_READINGS = _INSERT.format(
    mean=_average("r.value", "r.at"),
    least="r.value",
    most="r.value",
    expected="greatest(extract(epoch from %(length)s::interval)::int / of.interval_s, 1)",
    by="of.interval_s, of.quantity",
    source="unnest(%(streams)s::bigint[], %(ends)s::timestamptz[]) b (datastream_id, at)",
    parts=(
        f"join {_READINGS} r on r.datastream_id = b.datastream_id and r.at > b.at - %(length)s and r.at <= b.at"
        f" and r.at > %(first)s and r.at <= %(last)s and {USABLE.format(r='r')}"
    ),
)
_OF_MEANS = _INSERT.format(
    mean=_average("m.mean", "m.at"),
    least="m.least",
    most="m.most",
    expected="b.expected",
    by="b.expected, of.quantity",
    source=(
        "unnest(%(streams)s::bigint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(expected)s::int[])"
        " b (datastream_id, start, at, expected)"
    ),
    parts=(
        f"join {_MEANS} m on m.datastream_id = b.datastream_id and m.span = %(part)s"
        " and m.at > b.start and m.at <= b.at and m.is_complete"
        " where not %(ended)s or exists (select from"
        f" {_MEANS} h where h.datastream_id = b.datastream_id and h.span = %(part)s and h.at = b.at)"
    ),
)


def refresh(limit: int = LIMIT) -> frozenset[StreamHour]:
    """Make anew the means of the hours touched longest ago, up to `limit` entries of the queue; those hours."""
    with transaction.atomic(), connection.cursor() as cursor:
        # one at a time: a day is made of hours that another would not have committed yet
        cursor.execute("select pg_advisory_xact_lock(hashtext(%s))", [_MEANS])
        queue = TouchedHour._meta.db_table
        cursor.execute(
            f"delete from {queue} where id in (select id from {queue} order by id limit %s)"
            " returning datastream_id, at",
            [limit],
        )
        touched = frozenset(cursor.fetchall())
        known = dict(
            Datastream.objects.filter(pk__in={stream for stream, _ in touched}).values_list("pk", "interval_s")
        )
        gases = set(Datastream.objects.filter(pk__in=known, quantity__in=EIGHT_HOURS_OF).values_list("pk", flat=True))
        archived = set(ArchivedMonth.objects.values_list("month", flat=True))
        # the hour that ends where an archived month does keeps its mean: most of its readings are gone
        hours = sorted((s, at) for s, at in touched if s in known and month_of(at - HOUR) not in archived)
        _make(cursor, hours, known, gases)
    return frozenset(hours)


def refresh_all() -> frozenset[StreamHour]:
    """Make anew the means of every touched hour."""
    made: set[StreamHour] = set()
    while some := refresh():
        made |= some
    return frozenset(made)


def hour_end(at: datetime) -> datetime:
    """The end of the hour a time belongs to: 07:00:00.1 to 08:00 is 08:00."""
    start = at.replace(minute=0, second=0, microsecond=0)
    return start if start == at else start + HOUR


def day_end(at: datetime) -> datetime:
    """The end of the local day a time belongs to; midnight belongs to the day it ends."""
    local = at.astimezone(LOCAL)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if midnight == local else midnight + timedelta(days=1)


def month_span(at: datetime) -> tuple[datetime, datetime, int]:
    """Start and end of the local month a time belongs to, and its days; its end belongs to the month it ends."""
    start = (at.astimezone(LOCAL) - timedelta(microseconds=1)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = (start + timedelta(days=32)).replace(day=1)
    return start, end, (end - start).days


def _make(cursor: Any, hours: Sequence[StreamHour], intervals: dict[int, int], gases: Collection[int]) -> None:
    if not hours:
        return
    short = [
        (stream, at - HOUR + FIVE_MINUTES * (part + 1))
        for stream, at in hours
        if intervals[stream] < FIVE_MINUTES.total_seconds()
        for part in range(12)
    ]
    _make_of_readings(cursor, Span.FIVE_MINUTES, FIVE_MINUTES, short)
    _make_of_readings(cursor, Span.HOUR, HOUR, hours)
    if len(hours) >= MANY:
        cursor.execute(f"analyze {_MEANS}")
    eights = {(stream, at + HOUR * later) for stream, at in hours if stream in gases for later in range(EIGHT)}
    _make_of_means(cursor, Span.EIGHT_HOURS, Span.HOUR, ((s, at - EIGHT * HOUR, at, EIGHT) for s, at in eights))
    days = {(stream, day_end(at)) for stream, at in hours}
    _make_of_means(cursor, Span.DAY, Span.HOUR, ((s, at - timedelta(days=1), at, 24) for s, at in days))
    of_months = {(stream, *month_span(at)) for stream, at in days}
    _make_of_means(cursor, Span.MONTH, Span.DAY, of_months)


def _make_of_readings(cursor: Any, span: Span, length: timedelta, ends: Sequence[StreamHour]) -> None:
    if not ends:
        return
    values = {
        "span": span.value,
        "length": length,
        "streams": [stream for stream, _ in ends],
        "ends": [at for _, at in ends],
        "first": min(at for _, at in ends) - length,
        "last": max(at for _, at in ends),
    }
    _forget(cursor, values)
    cursor.execute(_OF_READINGS, values)


def _make_of_means(cursor: Any, span: Span, part: Span, spans: Iterable[tuple[int, datetime, datetime, int]]) -> None:
    """Each of the spans (datastream, start, end, expected parts) of the complete means of `part` in it."""
    rows = sorted(spans)
    if not rows:
        return
    streams, starts, ends, expected = (list(column) for column in zip(*rows, strict=True))
    values = {
        "span": span.value,
        "part": part.value,
        "ended": span is Span.EIGHT_HOURS,
        "streams": streams,
        "starts": starts,
        "ends": ends,
        "expected": expected,
    }
    _forget(cursor, values)
    cursor.execute(_OF_MEANS, values)


def _forget(cursor: Any, values: dict[str, Any]) -> None:
    cursor.execute(
        f"delete from {_MEANS} m using unnest(%(streams)s::bigint[], %(ends)s::timestamptz[]) b (datastream_id, at)"
        " where m.datastream_id = b.datastream_id and m.span = %(span)s and m.at = b.at",
        values,
    )
