"""What is known around readings that are to be judged: their streams, and the values before and after them.

Both are columns all along: in a batch of a thousand streams Python touches neither one by one. What a flag looks at
lies near it in time, so only that much is fetched: the last few values and, where these do not change, as much as a
flat line takes. Of a stream that runs on calmly the last few tell all (`_calm`), of others what spikes and jumps look
at is fetched too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.sensors import columns
from layers.sensors.columns import literal
from layers.sensors.models import MEASURING, Datastream, Reading
from layers.sensors.quality.table import APART_INTERVALS, HOLD_INTERVALS, OTHERS, Tests, table

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_NEVER: Final = np.iinfo(np.int64).max
SECOND_US: Final = 1_000_000
HOUR: Final = timedelta(hours=1)
HOUR_US: Final = HOUR // _MICROSECOND
_AHEAD_INTERVALS: Final = 3 * APART_INTERVALS
"""How far after a value its flag looks: to the next that is no spike, which is known by the two after that one."""
_BEHIND_INTERVALS: Final = 2 * HOLD_INTERVALS + _AHEAD_INTERVALS
"""How far before it: a jump holds for so long, and one before it may hold the jump; either may be a spike."""
_CALM_INTERVALS: Final = HOLD_INTERVALS + 2
"""How far before what arrives `_calm` looks: past what a jump holds, with room for a value that is late or missing."""
_LEAST_BEFORE: Final = 3
"""Fewest values it needs there: the first is not judged, of the others two stand beside what arrives."""
_NEARLY: Final = 0.99
"""Of a threshold: nearer to it a stream is not calm, so that no rounding matters."""
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


@dataclass(frozen=True, slots=True)
class Streams:
    """Streams as columns, by id, and the time over which the flags of each are asked, in microseconds.

    Attributes:
        quantity: (n,) place in `tests`; 0 is any that has none of its own.
        group: (n,) alike of those that are compared with each other.
        first, last: the time asked for.
        tests: of each place.
        names: the quantities, from place 1 on.
    """

    id: Ints
    station: Ints
    quantity: Ints
    interval_s: Ints
    group: Ints
    first: Ints
    last: Ints
    tests: Sequence[Tests]
    names: Sequence[str]

    def number(self, values: Iterable[Any]) -> Floats:
        """A number of every quantity's tests, for every stream."""
        return np.array(list(values), np.float64)[self.quantity]

    @property
    def all(self) -> Bools:
        return np.ones(self.id.size, bool)

    @property
    def ahead(self) -> Ints:
        return self.of_intervals(_AHEAD_INTERVALS)

    @property
    def behind(self) -> Ints:
        return self.of_intervals(_BEHIND_INTERVALS)

    @property
    def reach(self) -> Ints:
        """As far as a flat line looks."""
        return (self.number(one.reach_s for one in self.tests) * SECOND_US).astype(np.int64)

    @property
    def touched(self) -> tuple[Ints, Ints]:
        """The time over which flags may differ by what happens between first and last."""
        return self.first - self.ahead, self.last + self.behind + self.reach

    def of_intervals(self, count: float) -> Ints:
        """So many intervals of each."""
        return (count * SECOND_US * self.interval_s).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Series:
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

    def take(self, rows: Any) -> "Series":
        """Some of them."""
        return Series(*(getattr(self, name)[rows] for name in self.__slots__))

    def slice_of(self, stream: int) -> slice:
        """Where a stream's are."""
        return slice(*np.searchsorted(self.of, [stream, stream + 1]))


def of_batch(batch: Batch) -> tuple[Streams, Series, Bools]:
    """The streams of a batch, locked until the transaction ends; what flags look at; which streams are calm.

    Raises:
        ValueError: a stream has been deleted meanwhile.
    """
    begins = begins_of(batch.stream)
    ends = np.append(begins[1:], batch.stream.size) - 1
    streams = _streams(batch.stream[begins], batch.us[begins], batch.us[ends], lock=True)
    near = streams.first - streams.of_intervals(_CALM_INTERVALS)
    series = _merged(_fetch(streams, streams.all, near), _arriving(streams, batch))
    calm = _calm(streams, series)
    return streams, _completed(streams, series, ~calm, near), calm


def of_stored(datastream_id: int, first: int, last: int, *, lock: bool) -> tuple[Streams, Series]:
    """A stream and those it is compared with, locked or not; what flags over [first, last] look at."""
    streams = _streams(*np.array([[datastream_id], [first], [last]], np.int64), lock=lock)
    return streams, _completed(streams, _fetch(streams, streams.all, streams.first), streams.all, streams.first)


def counting(streams: Streams, series: Series) -> Bools:
    """What tests compare: measured, and within what the sensor can say."""
    low, high = (streams.number(one.sensor[side] for one in streams.tests)[series.of] for side in (0, 1))
    return series.measuring & (series.value >= low) & (series.value <= high)


def microseconds(at: datetime) -> int:
    """Since 1970, exactly."""
    return (at - _EPOCH) // _MICROSECOND


def moment(us: int) -> datetime:
    """The time so many microseconds after 1970, UTC."""
    return _EPOCH + timedelta(microseconds=us)


def _streams(asked: Ints, first: Ints, last: Ints, *, lock: bool) -> Streams:
    """Those asked for, by id, and those they are compared with: part and whole of one station share their time."""
    own = table().tests
    names, tests = list(own), [OTHERS, *own.values()]
    paired = {name for part, one in own.items() if one.part_of for name in (part, one.part_of[0])}
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
    group = np.arange(id_.size)
    shared = np.isin(quantity, [names.index(name) + 1 for name in paired if name in own])
    group[shared] = id_.size + np.unique(station[shared], return_inverse=True)[1]
    least, most = np.full(2 * id_.size, _NEVER), np.full(2 * id_.size, -_NEVER)
    np.minimum.at(least, group, begin)
    np.maximum.at(most, group, end)
    return Streams(id_, station, quantity.astype(np.int64), interval_s, group, least[group], most[group], tests, names)


def _fetch(streams: Streams, which: Bools, least: Ints, most: Ints | None = None) -> Series:
    """What is stored of some streams between times of each; without an end, as far as flags over them look."""
    most = streams.touched[1] + streams.ahead if most is None else most
    stream, us, value, measuring, flag, received = columns.fetch(
        _FETCH,
        [literal(streams.id[which]), literal(least[which]), literal(most[which])],
        ["int8", "timestamptz", "float8", "bool", "int2", "timestamptz"],
    )
    of, number = np.searchsorted(streams.id, stream), np.full(us.size, -1)
    return _merged(Series(of, us, value, measuring, flag.astype(np.uint8), received, number))


def _arriving(streams: Streams, batch: Batch) -> Series:
    size = batch.us.size
    of, unflagged, never = np.searchsorted(streams.id, batch.stream), np.zeros(size, np.uint8), np.full(size, _NEVER)
    return Series(of, batch.us, batch.value, batch.measuring, unflagged, never, np.arange(size))


def _merged(*parts: Series) -> Series:
    """In order of stream and time, what arrives in the place of what is stored."""
    series = Series(*(np.concatenate([getattr(one, name) for one in parts]) for name in Series.__slots__))
    series = series.take(np.lexsort((series.number, series.us, series.of)))
    twice = np.flatnonzero((np.diff(series.of) == 0) & (np.diff(series.us) == 0))
    series.flag[twice + 1] = series.flag[twice]  # what arrives stands for what is stored, and knows its flag
    alike = series.value[twice] == series.value[twice + 1]
    alike = twice[alike & (series.measuring[twice] == series.measuring[twice + 1])]
    series.received[alike + 1] = series.received[alike]  # sent again it is what was known already
    return series.take(np.delete(np.arange(series.us.size), twice))


def _completed(streams: Streams, series: Series, lacking: Bools, before: Ints) -> Series:
    """With all that flags over the time touched look at, for streams of which nothing before a time is there."""
    if not lacking.any():
        return series
    start = streams.touched[0]
    begin = start - streams.behind
    series = _merged(_fetch(streams, lacking, begin, before - 1), series)
    farther = lacking & _unmoved(streams, series, start)
    return _merged(_fetch(streams, farther, begin - streams.reach, begin - 1), series) if farther.any() else series


def _calm(streams: Streams, series: Series) -> Bools:
    """Streams whose flags what is there tells, and of which no stored flag changes.

    All that arrives comes after all that is stored; the last stored values reach farther back than a jump holds; from
    one value to the next no step is one that a spike or a jump is made of; and the values stored do move. Then no value
    but the first can be a spike, whatever was before it, nothing is compared across more than one value, and a flat
    line ends where the stored values moved. A part is as calm as its whole.
    """
    count, counts, stored = streams.id.size, counting(streams, series), series.flag > 0
    late = np.bincount(series.of[stored & (series.us >= streams.first[series.of])], minlength=count)
    rows = np.flatnonzero(counts)
    of, passed, step = series.of[rows], np.diff(series.us[rows]), np.abs(np.diff(series.value[rows]))
    joined = (np.diff(of) == 0) & (passed <= streams.of_intervals(APART_INTERVALS)[of[1:]])
    spike = streams.number(one.spike[0] if one.spike else np.inf for one in streams.tests)[of[1:]]
    rate = streams.number(np.inf if one.rate_per_hour is None else one.rate_per_hour for one in streams.tests)[of[1:]]
    great = of[1:][joined & (step >= _NEARLY * np.minimum(spike, rate * (passed / HOUR_US)))]
    before = np.flatnonzero(counts & stored)
    earliest = np.full(count, _NEVER)
    np.minimum.at(earliest, series.of[before], series.us[before])
    enough = np.bincount(series.of[before], minlength=count) >= _LEAST_BEFORE
    enough &= earliest < streams.first - streams.of_intervals(HOLD_INTERVALS)
    calm = enough & (late == 0) & (np.bincount(great, minlength=count) == 0) & ~_unmoved(streams, series, streams.first)
    return np.bincount(streams.group, weights=~calm)[streams.group] == 0


def _unmoved(streams: Streams, series: Series, start: Ints) -> Bools:
    """Streams whose values did not move before a time: a flat line may come from farther back."""
    before = np.flatnonzero((series.us < start[series.of]) & counting(streams, series))
    spread = np.full(streams.id.size, np.nan)
    if before.size:
        begins, value = begins_of(series.of[before]), series.value[before]
        spread[series.of[before][begins]] = np.maximum.reduceat(value, begins) - np.minimum.reduceat(value, begins)
    tested = streams.number(one.flat_h is not None for one in streams.tests) > 0
    return tested & ~(spread > streams.number(one.flat_tolerance for one in streams.tests))


def begins_of(of: NDArray[np.intp]) -> NDArray[np.intp]:
    """Where each stream of an ordered series begins."""
    return np.flatnonzero(np.diff(of, prepend=-1))
