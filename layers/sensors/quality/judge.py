"""Flags of the readings of many streams at once: those that arrive, and those before and after that they bear upon.

What a flag looks at lies near it in time, so only that much is fetched, once for all streams of a batch: a few values
before and, where these do not change, as much as a flat line takes. Streams of one quantity and interval are judged as
one series, parted by gaps. The flags are those a judgement of the whole series would give.

Streams and readings are columns all along: in a batch of a thousand streams Python touches neither one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
from django.db import connection
from django.db.models.expressions import RawSQL
from numpy.typing import NDArray

from layers.sensors import columns
from layers.sensors.columns import literal
from layers.sensors.models import MEASURING, Datastream, DoubtedHour, Reading, Review, ReviewVerdict
from layers.sensors.quality.evaluate import Judged, Track, evaluate
from layers.sensors.quality.flag import Flag
from layers.sensors.quality.table import APART_INTERVALS, HOLD_INTERVALS, OTHERS, Test, Tests, table

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = 1_000_000
_MICROSECOND: Final = timedelta(microseconds=1)
_NEVER: Final = np.iinfo(np.int64).max
HOUR: Final = timedelta(hours=1)
_AHEAD_INTERVALS: Final = 3 * APART_INTERVALS
"""How far after a value its flag looks: to the next that is no spike, which is known by the two after that one."""
_BEHIND_INTERVALS: Final = 2 * HOLD_INTERVALS + _AHEAD_INTERVALS
"""How far before it: a jump holds for so long, and one before it may hold the jump; either may be a spike."""
_READINGS = Reading._meta.db_table
_FETCH = f"""
select array_agg(w.id), array_agg(r.at), array_agg(r.value), array_agg(r.status = '{MEASURING}'), array_agg(r.flag),
  array_agg(r.received_at)
from (select id, {columns.moment("least")} as least, {columns.moment("most")} as most
      from unnest(%s::bigint[], %s::bigint[], %s::bigint[]) as w(id, least, most)) w
cross join lateral (
  select * from {_READINGS} r where r.datastream_id = w.id and r.at >= w.least and r.at <= w.most) r"""
_STREAMS = f"""
with asked as (select unnest(%(asked)s::bigint[]) as id),
found as materialized (
  select d.id, d.station_id, coalesce(array_position(%(names)s::varchar[], d.quantity), 0) as quantity, d.interval_s
  from {Datastream._meta.db_table} d
  where d.id in (select id from asked) or (d.quantity = any(%(paired)s) and d.station_id in (
    select station_id from {Datastream._meta.db_table} p join asked using (id) where p.quantity = any(%(paired)s)))
  order by d.id {{lock}})
select array_agg(id order by id), array_agg(station_id order by id), array_agg(quantity::smallint order by id),
  array_agg(interval_s::bigint order by id)
from found"""
_CHANGE = f"""
update {_READINGS} r set flag = c.flag
from unnest(%s::bigint[], %s::timestamptz[], %s::smallint[]) as c(id, at, flag)
where r.datastream_id = c.id and r.at = c.at and r.flag <> c.flag"""


class Batch(NamedTuple):
    """Readings as columns, ordered by stream and time, one a stream and moment.

    Attributes:
        stream: (n,) int64, datastreams.
        us: (n,) int64, microseconds since 1970.
        value: (n,) float64, in the quantity's unit.
        measuring: (n,) bool, the device says that it does.
    """

    stream: Ints
    us: Ints
    value: Floats
    measuring: Bools


class Change(NamedTuple):
    """A stored reading whose flag is another now."""

    stream: int
    at: datetime
    flag: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the tests say of a batch.

    Attributes:
        flags: (n,) uint8, of what arrived, in its order.
        known: (n,) bool, whether a reading of its moment is stored already.
        changes: what changes before and after it.
    """

    flags: NDArray[np.uint8]
    known: Bools
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class _Streams:
    """Streams as columns, by id, and the time over which the flags of each are asked, in microseconds.

    Attributes:
        quantity: (n,) place in `tests`; 0 is any that has none of its own.
        first, last: the time asked for.
        tests: of each place.
        names: the quantities, from place 1 on.
    """

    id: Ints
    station: Ints
    quantity: Ints
    interval_s: Ints
    first: Ints
    last: Ints
    tests: Sequence[Tests]
    names: Sequence[str]

    def number(self, values: Iterable[Any]) -> Floats:
        """A number of every quantity's tests, for every stream."""
        return np.array(list(values), np.float64)[self.quantity]

    @property
    def ahead(self) -> Ints:
        return self._of_intervals(_AHEAD_INTERVALS)

    @property
    def behind(self) -> Ints:
        return self._of_intervals(_BEHIND_INTERVALS)

    @property
    def reach(self) -> Ints:
        """As far as a flat line looks."""
        return (self.number(one.reach_s for one in self.tests) * _SECOND).astype(np.int64)

    @property
    def touched(self) -> tuple[Ints, Ints]:
        """The time over which flags may differ by what happens between first and last."""
        return self.first - self.ahead, self.last + self.behind + self.reach

    def place(self, name: str) -> int:
        """Of a quantity."""
        return self.names.index(name) + 1 if name in self.names else -1

    def _of_intervals(self, count: float) -> Ints:
        return (count * _SECOND * self.interval_s).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Series:
    """Readings of many streams as columns, ordered by stream and time.

    Attributes:
        of: place of each one's stream.
        flag: as stored; 0 of what is not.
        received: microseconds since 1970; `_NEVER` of what is not stored.
        number: of what arrives its place in the batch, else -1.
    """

    of: NDArray[np.intp]
    us: Ints
    value: Floats
    measuring: Bools
    flag: NDArray[np.uint8]
    received: Ints
    number: NDArray[np.intp]

    def take(self, rows: Any) -> "_Series":
        """Some of them."""
        return _Series(*(getattr(self, name)[rows] for name in self.__slots__))

    def slice_of(self, stream: int) -> slice:
        """Where a stream's are."""
        return slice(*np.searchsorted(self.of, [stream, stream + 1]))


def judge(batch: Batch) -> Verdict:
    """What the tests say of readings that are about to be stored; the caller stores what it is told.

    Their streams are locked until the transaction ends, so that none is judged without its neighbour in time, and
    nobody else stores what is not known here.

    Raises:
        ValueError: a stream has been deleted meanwhile.
    """
    begins = np.flatnonzero(np.diff(batch.stream, prepend=-1))
    ends = np.append(begins[1:], batch.stream.size) - 1
    streams = _streams(batch.stream[begins], batch.us[begins], batch.us[ends], lock=True)
    series, known = _series(streams, batch)
    judged = _flags(streams, series)
    flags = np.zeros(batch.us.size, np.uint8)
    arrived = series.number >= 0
    flags[series.number[arrived]] = judged[arrived]
    return Verdict(flags, known, _changes(streams, series, judged))


def judge_again(datastream_id: int, start: datetime, end: datetime) -> tuple[int, list[Change]]:
    """How many readings a stream has over [start, end], and whose flags are others by the tests now in force.

    The stream is locked until the transaction ends.
    """
    first, last = microseconds(start), microseconds(end)
    streams = _streams(*np.array([[datastream_id], [first], [last]], np.int64), lock=True)
    series, _ = _series(streams)
    inside = (streams.id[series.of] == datastream_id) & (series.us >= first) & (series.us <= last)
    return int(inside.sum()), _changes(streams, series, np.where(inside, _flags(streams, series), series.flag))


def explain(datastream: Datastream, start: datetime, end: datetime) -> tuple[list[datetime], Mapping[Test, list[int]]]:
    """What each test says of a stream's readings over [start, end], in order of time."""
    first, last = microseconds(start), microseconds(end)
    streams = _streams(*np.array([[datastream.pk], [first], [last]], np.int64), lock=False)
    series, _ = _series(streams)
    mine = series.slice_of(int(np.searchsorted(streams.id, datastream.pk)))
    judged = _evaluate(streams, series.take(mine), _wholes(streams, series)[mine])
    at = series.us[mine]
    inside = (at >= first) & (at <= last)
    return [moment(us) for us in at[inside].tolist()], {
        test: flags[inside].tolist() for test, flags in judged.by_test.items()
    }


def apply(changes: Iterable[Change]) -> None:
    """Write changed flags."""
    given = [list(column) for column in zip(*changes, strict=True)]
    if given:
        with connection.cursor() as cursor:
            cursor.execute(_CHANGE, given)


def microseconds(at: datetime) -> int:
    """Since 1970, exactly."""
    return (at - _EPOCH) // _MICROSECOND


def moment(us: int) -> datetime:
    """The time so many microseconds after 1970, UTC."""
    return _EPOCH + timedelta(microseconds=us)


def _streams(asked: Ints, first: Ints, last: Ints, *, lock: bool) -> _Streams:
    """Those asked for, by id, and those they are compared with: part and whole of one station share their time."""
    own = table().tests
    names, tests = list(own), [OTHERS, *own.values()]
    paired = {*(name for name, one in own.items() if one.part_of), *(o.part_of[0] for o in tests if o.part_of)}
    id_, station, quantity, interval_s = columns.fetch(
        _STREAMS.format(lock="for no key update" if lock else ""),
        {"asked": literal(asked), "names": names, "paired": sorted(paired)},
        ["int8", "int8", "int2", "int8"],
    )
    place = np.minimum(np.searchsorted(asked, id_), asked.size - 1)
    mine = asked[place] == id_
    if mine.sum() < asked.size:
        raise ValueError(f"datastreams that are no more: {np.setdiff1d(asked, id_).tolist()}")
    begin, end = np.where(mine, first[place], _NEVER), np.where(mine, last[place], -_NEVER)
    shared = np.isin(quantity, [names.index(name) + 1 for name in paired if name in own])
    stations, which = np.unique(station[shared], return_inverse=True)
    least, most = np.full(stations.size, _NEVER), np.full(stations.size, -_NEVER)
    np.minimum.at(least, which, begin[shared])
    np.maximum.at(most, which, end[shared])
    begin[shared], end[shared] = least[which], most[which]
    return _Streams(id_, station, quantity.astype(np.int64), interval_s, begin, end, tests, names)


def _series(streams: _Streams, batch: Batch | None = None) -> tuple[_Series, Bools]:
    """What is known around the times asked for, what arrives in its place; and whether what arrives is known."""
    start, end = streams.touched
    begin = start - streams.behind
    everything = np.ones(streams.id.size, bool)
    known = [_fetch(streams, everything, begin, end + streams.ahead)]
    farther = _unmoved(streams, known[0], start)
    if farther.any():
        known.append(_fetch(streams, farther, begin - streams.reach, begin - 1))
    size = 0 if batch is None else batch.us.size
    if batch is not None:
        of = np.searchsorted(streams.id, batch.stream)
        unflagged, never = np.zeros(size, np.uint8), np.full(size, _NEVER)
        known.append(_Series(of, batch.us, batch.value, batch.measuring, unflagged, never, np.arange(size)))
    series = _Series(*(np.concatenate([getattr(one, name) for one in known]) for name in _Series.__slots__))
    series = series.take(np.lexsort((series.number, series.us, series.of)))
    twice = np.flatnonzero((np.diff(series.of) == 0) & (np.diff(series.us) == 0))
    series.flag[twice + 1] = series.flag[twice]  # what arrives stands for what is stored, and knows its flag
    alike = series.value[twice] == series.value[twice + 1]
    alike = twice[alike & (series.measuring[twice] == series.measuring[twice + 1])]
    series.received[alike + 1] = series.received[alike]  # sent again it is what was known already
    stored = np.zeros(size, bool)
    stored[series.number[twice + 1]] = True
    return series.take(np.delete(np.arange(series.us.size), twice)), stored


def _fetch(streams: _Streams, which: Bools, least: Ints, most: Ints) -> _Series:
    stream, us, value, measuring, flag, received = columns.fetch(
        _FETCH,
        [literal(streams.id[which]), literal(least[which]), literal(most[which])],
        ["int8", "timestamptz", "float8", "bool", "int2", "timestamptz"],
    )
    of, number = np.searchsorted(streams.id, stream), np.full(us.size, -1)
    return _Series(of, us, value, measuring, flag.astype(np.uint8), received, number)


def _unmoved(streams: _Streams, known: _Series, start: Ints) -> Bools:
    """Streams whose values did not move before the time touched: a flat line may come from farther back."""
    low, high = (streams.number(one.sensor[side] for one in streams.tests) for side in (0, 1))
    counts = known.measuring & (known.value >= low[known.of]) & (known.value <= high[known.of])
    before = np.flatnonzero((known.us < start[known.of]) & counts)
    before = before[np.argsort(known.of[before], kind="stable")]
    begins = _begins(known.of[before])
    spread = np.full(streams.id.size, np.nan)
    if before.size:
        value = known.value[before]
        spread[known.of[before][begins]] = np.maximum.reduceat(value, begins) - np.minimum.reduceat(value, begins)
    tested = streams.number(one.flat_h is not None for one in streams.tests) > 0
    return tested & ~(spread > streams.number(one.flat_tolerance for one in streams.tests))


def _flags(streams: _Streams, series: _Series) -> NDArray[np.uint8]:
    """The roll-up of every row."""
    wholes = _wholes(streams, series)
    flags = np.full(series.us.size, Flag.NOT_EVALUATED, np.uint8)
    kinds, kind = np.unique((streams.quantity << 32) + streams.interval_s, return_inverse=True)
    kind = kind[series.of]
    for number in range(kinds.size):
        rows = np.flatnonzero(kind == number)
        if rows.size:
            flags[rows] = _evaluate(streams, series.take(rows), wholes[rows]).flags
    return _decided(streams, series, _doubted(streams, series, flags))


def _doubted(streams: _Streams, series: _Series, flags: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The flags, where the neighbours of a stream say otherwise at least suspect."""
    compared = streams.id[streams.number(one.neighbour is not None for one in streams.tests) > 0]
    if not compared.size or not series.us.size:
        return flags
    start, end = moment(int(series.us.min())), moment(int(series.us.max())) + HOUR
    hours = DoubtedHour.objects.filter(datastream__in=_each(compared), at__gte=start, at__lte=end)
    for stream, at in hours.values_list("datastream", "at"):
        mine = series.slice_of(int(np.searchsorted(streams.id, stream)))
        last = microseconds(at)
        inside = (series.us[mine] > last - HOUR // _MICROSECOND) & (series.us[mine] <= last)
        flags[mine] = np.where(inside & (flags[mine] < Flag.SUSPECT), Flag.SUSPECT, flags[mine])
    return flags


def _decided(streams: _Streams, series: _Series, flags: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The flags, where a person rejected what is stored: failed."""
    if not series.us.size:
        return flags
    start, end = moment(int(series.us.min())), moment(int(series.us.max()))
    rejected = np.zeros(series.us.size, bool)
    spoken = Review.objects.filter(datastream__in=_each(streams.id), end__gte=start, start__lte=end)
    reviews = spoken.order_by("at", "pk")
    for one in reviews:
        mine = series.slice_of(int(np.searchsorted(streams.id, one.datastream_id)))
        us = series.us[mine]
        spoken_of = (us >= microseconds(one.start)) & (us <= microseconds(one.end))
        spoken_of &= series.received[mine] <= microseconds(one.at)
        rejected[mine] = np.where(spoken_of, one.verdict == ReviewVerdict.REJECT, rejected[mine])
    return np.where(rejected, Flag.FAIL, flags).astype(np.uint8)


def _each(streams: Ints) -> RawSQL:
    """SQL of ids as one array: a batch names thousands of streams, and as many parameters cost more than the query."""
    return RawSQL("select unnest(%s::bigint[])", [literal(streams)])


def _evaluate(streams: _Streams, series: _Series, wholes: Floats) -> Judged:
    """Streams of one quantity and interval as one series: each so long after the one before that no test sees both."""
    one = int(series.of[0]) if series.us.size else 0
    apart = int((streams.reach + streams.behind + streams.ahead)[one])
    begins = _begins(series.of)
    sizes = np.diff(np.append(begins, series.us.size))
    us = series.us - np.repeat(series.us[begins], sizes)
    ends = us[begins + sizes - 1]
    us = us + np.repeat(np.cumsum(ends + apart) - ends, sizes)
    track = Track(times_s=us / _SECOND, values=series.value, faulty=~series.measuring, whole=wholes)
    return evaluate(streams.tests[streams.quantity[one]], int(streams.interval_s[one]), track)


def _wholes(streams: _Streams, series: _Series) -> Floats:
    """For every row of a part (PM2.5) what its whole (PM10) was at the same time; NaN where it is unknown."""
    wholes = np.full(series.us.size, np.nan)
    quantity = streams.quantity[series.of]
    for part, tests in enumerate(streams.tests):
        whole = streams.place(tests.part_of[0]) if tests.part_of else -1
        if whole < 0 or not (streams.quantity == part).any():
            continue
        low, high = streams.tests[whole].sensor
        counts = series.measuring & (series.value >= low) & (series.value <= high)
        mine, other = np.flatnonzero(quantity == part), np.flatnonzero((quantity == whole) & counts)
        if other.size:
            key = _station_moments(streams, series, np.concatenate([mine, other]))
            wanted, given = key[: mine.size], key[mine.size :]
            order = np.argsort(given, kind="stable")
            place = np.minimum(np.searchsorted(given[order], wanted), given.size - 1)
            found = order[place]
            wholes[mine] = np.where(given[found] == wanted, series.value[other[found]], np.nan)
    return wholes


def _station_moments(streams: _Streams, series: _Series, rows: NDArray[np.intp]) -> Ints:
    """A number for the station and the time of each row, alike where both are."""
    _, station = np.unique(streams.station, return_inverse=True)
    times, at = np.unique(series.us[rows], return_inverse=True)
    return station[series.of[rows]] * times.size + at


def _changes(streams: _Streams, series: _Series, flags: NDArray[np.uint8]) -> list[Change]:
    """Stored rows whose flag is another, as far as what is asked can bear upon them."""
    least, most = streams.touched
    inside = (series.us >= least[series.of]) & (series.us <= most[series.of])
    found = np.flatnonzero((series.flag > 0) & (series.flag != flags) & inside)
    stream, us = streams.id[series.of[found]], series.us[found]
    rows = zip(stream.tolist(), us.tolist(), flags[found].tolist(), strict=True)
    return [Change(one, moment(at), flag) for one, at, flag in rows]


def _begins(of: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where each stream of an ordered series begins."""
    return np.flatnonzero(np.diff(of, prepend=-1))
