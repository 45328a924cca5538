"""Flags of the readings of many streams at once: those that arrive, and those before and after that they bear upon.

What a flag looks at lies near it in time, so only that much is fetched, once for all streams of a batch: a few values
before and, where these do not change, as much as a flat line takes. Streams of one quantity and interval are judged as
one series, parted by gaps. The flags are those a judgement of the whole series would give.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
from django.db import connection
from django.db.models.expressions import RawSQL
from numpy.typing import NDArray

from layers.sensors.models import MEASURING, Datastream, DoubtedHour, Reading, Review, ReviewVerdict
from layers.sensors.quality.evaluate import Judged, Track, evaluate
from layers.sensors.quality.flag import Flag
from layers.sensors.quality.table import APART_INTERVALS, Test, Tests, table

Row = tuple[int, datetime, float, str]
"""Datastream, time, value in the quantity's unit, status."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = 1_000_000
_MICROSECOND: Final = timedelta(microseconds=1)
_NEVER: Final = np.iinfo(np.int64).max
HOUR: Final = timedelta(hours=1)
_KNOWN: Final = np.dtype(
    [("stream", "i8"), ("us", "i8"), ("value", "f8"), ("measuring", "?"), ("flag", "u1"), ("received", "i8")]
)
_READINGS = Reading._meta.db_table
_FETCH = f"""
select r.datastream_id, (extract(epoch from r.at) * 1000000)::bigint, r.value, r.status = '{MEASURING}', r.flag,
  (extract(epoch from r.received_at) * 1000000)::bigint
from unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) as w(id, least, most)
cross join lateral (
  select * from {_READINGS} r where r.datastream_id = w.id and r.at >= w.least and r.at <= w.most) r"""
_STREAMS = f"""
select id, station_id, quantity, interval_s from {Datastream._meta.db_table}
where id = any(%(asked)s) or (quantity = any(%(paired)s) and station_id in (
  select station_id from {Datastream._meta.db_table} where id = any(%(asked)s) and quantity = any(%(paired)s)))
order by id"""
_CHANGE = f"""
update {_READINGS} r set flag = c.flag
from unnest(%s::bigint[], %s::timestamptz[], %s::smallint[]) as c(id, at, flag)
where r.datastream_id = c.id and r.at = c.at and r.flag <> c.flag"""


class Change(NamedTuple):
    """A stored reading whose flag is another now."""

    stream: int
    at: datetime
    flag: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Flags of what arrived, in its order, and what changes before and after it."""

    flags: list[int]
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class _Stream:
    """A stream and the time over which its flags are asked, in microseconds.

    Attributes:
        near: as far as a spike, the rate after it and what it holds look: eight times what may part two values.
        reach: as far as a flat line looks.
    """

    id: int
    station: int
    quantity: str
    interval_s: int
    tests: Tests
    first: int
    last: int

    @property
    def near(self) -> int:
        return int(8 * APART_INTERVALS * self.interval_s * _SECOND)

    @property
    def reach(self) -> int:
        return int(self.tests.reach_s * _SECOND)

    @property
    def touched(self) -> tuple[int, int]:
        """The time over which flags may differ by what happens between first and last."""
        return self.first - self.near, self.last + self.near + self.reach


def judge(rows: Sequence[Row]) -> Verdict:
    """What the tests say of readings that are about to be stored; the caller stores both parts of the answer.

    Their streams are locked until the transaction ends, so that none is judged without its neighbour in time.

    Args:
        rows: ordered by stream and time, one a stream and moment.
    """
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    arriving = np.empty(len(rows), _KNOWN)
    for index, (stream, at, value, status) in enumerate(rows):
        us = microseconds(at)
        first.setdefault(stream, us)
        last[stream] = us
        arriving[index] = (stream, us, value, status == MEASURING, 0, _NEVER)
    streams = _streams(first, last, lock=True)
    series, number = _series(streams, arriving)
    judged = _flags(streams, series)
    flags = np.zeros(len(rows), np.uint8)
    arrived = number >= 0
    flags[number[arrived]] = judged[arrived]
    return Verdict(flags.tolist(), _changes(streams, series, judged))


def judge_again(datastream_id: int, start: datetime, end: datetime) -> tuple[int, list[Change]]:
    """How many readings a stream has over [start, end], and whose flags are others by the tests now in force.

    The stream is locked until the transaction ends.
    """
    first, last = microseconds(start), microseconds(end)
    streams = _streams({datastream_id: first}, {datastream_id: last}, lock=True)
    series, _ = _series(streams, np.empty(0, _KNOWN))
    inside = (series["stream"] == datastream_id) & (series["us"] >= first) & (series["us"] <= last)
    return int(inside.sum()), _changes(streams, series, np.where(inside, _flags(streams, series), series["flag"]))


def explain(datastream: Datastream, start: datetime, end: datetime) -> tuple[list[datetime], Mapping[Test, list[int]]]:
    """What each test says of a stream's readings over [start, end], in order of time."""
    first, last = microseconds(start), microseconds(end)
    streams = _streams({datastream.pk: first}, {datastream.pk: last}, lock=False)
    series, _ = _series(streams, np.empty(0, _KNOWN))
    mine = series["stream"] == datastream.pk
    judged = _evaluate([streams[datastream.pk]], series[mine], _wholes(streams, series)[mine])
    at = series["us"][mine]
    inside = (at >= first) & (at <= last)
    return [moment(us) for us in at[inside].tolist()], {
        test: flags[inside].tolist() for test, flags in judged.by_test.items()
    }


def apply(changes: Iterable[Change]) -> None:
    """Write changed flags."""
    columns = [list(column) for column in zip(*changes, strict=True)]
    if columns:
        with connection.cursor() as cursor:
            cursor.execute(_CHANGE, columns)


def microseconds(at: datetime) -> int:
    """Since 1970, exactly."""
    return (at - _EPOCH) // _MICROSECOND


def moment(us: int) -> datetime:
    """The time so many microseconds after 1970, UTC."""
    return _EPOCH + timedelta(microseconds=us)


def _streams(first: Mapping[int, int], last: Mapping[int, int], *, lock: bool) -> dict[int, _Stream]:
    """By id, the streams asked for and those they are compared with: part and whole of one station share their time."""
    tests = table()
    pairs = {name: one.part_of[0] for name, one in tests.tests.items() if one.part_of}
    paired = {*pairs, *pairs.values()}
    asked_for: dict[str, Any] = {"asked": list(first), "paired": sorted(paired)}
    with connection.cursor() as cursor:
        # arrays, not lists of parameters: a batch names thousands of streams
        cursor.execute(_STREAMS + (" for no key update" if lock else ""), asked_for)
        rows = cursor.fetchall()
    asked_of: dict[int, list[int]] = {}
    for pk, station, quantity, _ in rows:
        if quantity in paired and pk in first:
            asked_of.setdefault(station, []).append(pk)
    streams = {}
    for pk, station, quantity, interval_s in rows:
        asked = asked_of[station] if quantity in paired else [pk]
        start, end = min(first[one] for one in asked), max(last[one] for one in asked)
        streams[pk] = _Stream(pk, station, quantity, interval_s, tests.of(quantity), start, end)
    return streams


def _series(streams: Mapping[int, _Stream], arriving: Any) -> tuple[Any, NDArray[np.int64]]:
    """What is known around the times asked for, what arrives in its place; for what arrives its number, else -1."""
    begin = {one.id: one.touched[0] - one.near for one in streams.values()}
    known = _fetch({one.id: (begin[one.id], one.touched[1] + one.near) for one in streams.values()})
    farther = {one.id: (begin[one.id] - one.reach, begin[one.id] - 1) for one in _unmoved(streams, known)}
    known = np.concatenate([known, _fetch(farther), arriving])
    number = np.concatenate([np.full(known.size - arriving.size, -1), np.arange(arriving.size)])
    order = np.lexsort((number, known["us"], known["stream"]))
    known, number = known[order], number[order]
    twice = np.flatnonzero((np.diff(known["stream"]) == 0) & (np.diff(known["us"]) == 0))
    known["flag"][twice + 1] = known["flag"][twice]  # what arrives stands for what is stored, and knows its flag
    alike = twice[known[["value", "measuring"]][twice] == known[["value", "measuring"]][twice + 1]]
    known["received"][alike + 1] = known["received"][alike]  # sent again it is what was known already
    kept = np.ones(known.size, bool)
    kept[twice] = False
    return known[kept], number[kept]


def _fetch(windows: Mapping[int, tuple[int, int]]) -> Any:
    if not windows:
        return np.empty(0, _KNOWN)
    least, most = ([moment(us) for us in bounds] for bounds in zip(*windows.values(), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_FETCH, [list(windows), least, most])
        return np.array(cursor.fetchall(), _KNOWN)


def _unmoved(streams: Mapping[int, _Stream], known: Any) -> list[_Stream]:
    """Streams whose values did not move before the time touched: a flat line may come from farther back."""
    before = known[known["us"] < _by_row(streams, known, [one.touched[0] for one in streams.values()])]
    before = before[np.argsort(before["stream"], kind="stable")]
    begins = _begins(before)
    value = np.where(before["measuring"], before["value"], np.nan)
    spread = np.fmax.reduceat(value, begins) - np.fmin.reduceat(value, begins) if begins.size else value
    spreads = dict(zip(before["stream"][begins].tolist(), spread.tolist(), strict=True))
    return [
        one
        for one in streams.values()
        if one.tests.flat_h and not spreads.get(one.id, np.nan) > one.tests.flat_tolerance
    ]


def _flags(streams: Mapping[int, _Stream], series: Any) -> NDArray[np.uint8]:
    """The roll-up of every row."""
    wholes = _wholes(streams, series)
    flags = np.full(series.size, Flag.NOT_EVALUATED, np.uint8)
    groups: dict[tuple[str, int], list[_Stream]] = {}
    for one in streams.values():
        groups.setdefault((one.quantity, one.interval_s), []).append(one)
    for group in groups.values():
        mine = np.isin(series["stream"], [one.id for one in group])
        if mine.any():
            flags[mine] = _evaluate(group, series[mine], wholes[mine]).flags
    return _decided(streams, series, _doubted(streams, series, flags))


def _doubted(streams: Mapping[int, _Stream], series: Any, flags: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The flags, where the neighbours of a stream say otherwise at least suspect."""
    compared = [one.id for one in streams.values() if one.tests.neighbour]
    if not compared or not series.size:
        return flags
    start, end = moment(int(series["us"].min())), moment(int(series["us"].max())) + HOUR
    hours = DoubtedHour.objects.filter(datastream__in=_each(compared), at__gte=start, at__lte=end)
    for stream, at in hours.values_list("datastream", "at"):
        mine = _of(series, stream)
        last = microseconds(at)
        inside = (series["us"][mine] > last - HOUR // _MICROSECOND) & (series["us"][mine] <= last)
        flags[mine] = np.where(inside & (flags[mine] < Flag.SUSPECT), Flag.SUSPECT, flags[mine])
    return flags


def _decided(streams: Mapping[int, _Stream], series: Any, flags: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The flags, where a person rejected what is stored: failed."""
    if not series.size:
        return flags
    start, end = moment(int(series["us"].min())), moment(int(series["us"].max()))
    rejected = np.zeros(series.size, bool)
    spoken = Review.objects.filter(datastream__in=_each(streams), end__gte=start, start__lte=end)
    reviews = spoken.order_by("at", "pk")
    for one in reviews:
        mine = _of(series, one.datastream_id)
        us = series["us"][mine]
        spoken_of = (us >= microseconds(one.start)) & (us <= microseconds(one.end))
        spoken_of &= series["received"][mine] <= microseconds(one.at)
        rejected[mine] = np.where(spoken_of, one.verdict == ReviewVerdict.REJECT, rejected[mine])
    return np.where(rejected, Flag.FAIL, flags).astype(np.uint8)


def _each(streams: Iterable[int]) -> RawSQL:
    """SQL of ids as one array: a batch names thousands of streams, and as many parameters cost more than the query."""
    return RawSQL("select unnest(%s::bigint[])", [list(streams)])


def _evaluate(group: Sequence[_Stream], series: Any, wholes: NDArray[np.float64]) -> Judged:
    """Streams of one quantity and interval as one series: each so long after the one before that no test sees both."""
    one = group[0]
    begins = _begins(series)
    us = series["us"] - np.repeat(series["us"][begins], np.diff(np.append(begins, series.size)))
    ends = us[np.append(begins[1:], series.size) - 1]
    starts = np.cumsum(ends + one.reach + one.near) - ends
    us = us + np.repeat(starts, np.diff(np.append(begins, series.size)))
    track = Track(times_s=us / _SECOND, values=series["value"], faulty=~series["measuring"], whole=wholes)
    return evaluate(one.tests, one.interval_s, track)


def _wholes(streams: Mapping[int, _Stream], series: Any) -> NDArray[np.float64]:
    """For every row of a part (PM2.5) what its whole (PM10) was at the same time; NaN where it is unknown."""
    wholes = np.full(series.size, np.nan)
    named = {(one.station, one.quantity): one for one in streams.values()}
    for one in streams.values():
        whole = named.get((one.station, one.tests.part_of[0])) if one.tests.part_of else None
        if whole is None:
            continue
        mine, other = _of(series, one.id), series[_of(series, whole.id)]
        low, high = whole.tests.sensor
        other = other[other["measuring"] & (other["value"] >= low) & (other["value"] <= high)]
        if other.size:
            place = np.minimum(np.searchsorted(other["us"], series["us"][mine]), other.size - 1)
            wholes[mine] = np.where(other["us"][place] == series["us"][mine], other["value"][place], np.nan)
    return wholes


def _changes(streams: Mapping[int, _Stream], series: Any, flags: NDArray[np.uint8]) -> list[Change]:
    """Stored rows whose flag is another, as far as what is asked can bear upon them."""
    least = _by_row(streams, series, [one.touched[0] for one in streams.values()])
    most = _by_row(streams, series, [one.touched[1] for one in streams.values()])
    differs = (series["flag"] > 0) & (series["flag"] != flags)
    found = np.flatnonzero(differs & (series["us"] >= least) & (series["us"] <= most))
    rows = zip(series["stream"][found].tolist(), series["us"][found].tolist(), flags[found].tolist(), strict=True)
    return [Change(stream, moment(us), flag) for stream, us, flag in rows]


def _by_row(streams: Mapping[int, _Stream], series: Any, values: Sequence[int]) -> NDArray[np.int64]:
    """A value of each stream, for every row; the streams are ordered by id."""
    return np.array(values, np.int64)[np.searchsorted(np.fromiter(streams, np.int64), series["stream"])]


def _begins(series: Any) -> NDArray[np.intp]:
    """Where each stream of an ordered series begins."""
    return np.flatnonzero(np.diff(series["stream"], prepend=-1))


def _of(series: Any, stream: int) -> slice:
    return slice(*np.searchsorted(series["stream"], [stream, stream + 1]))
