"""Flags of the readings of many streams at once: those that arrive, and those before and after that they bear upon.

Streams of one quantity and interval are judged as one series, parted by gaps, with as much of what is stored as their
flags look at (`around`). The flags are those a judgement of the whole series would give.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL
from numpy.typing import NDArray

from layers.sensors.columns import literal
from layers.sensors.models import Datastream, DoubtedHour, Maintenance, Reading, Review, ReviewVerdict
from layers.sensors.quality import around
from layers.sensors.quality.around import (
    HOUR,
    HOUR_US,
    Batch,
    Bools,
    Floats,
    Ints,
    Series,
    Streams,
    microseconds,
    moment,
)
from layers.sensors.quality.evaluate import Judged, Track, evaluate
from layers.sensors.quality.flag import Flag
from layers.sensors.quality.table import Test

_READINGS = Reading._meta.db_table
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
    """What the tests say of a batch.

    Attributes:
        flags: (n,) uint8, of what arrived, in its order.
        known: (n,) bool, whether a reading of its moment is stored already.
        changes: what changes before and after it.
    """

    flags: NDArray[np.uint8]
    known: Bools
    changes: list[Change]


def judge(batch: Batch) -> Verdict:
    """What the tests say of readings that are about to be stored; the caller stores what it is told.

    Their streams are locked until the transaction ends, so that none is judged without its neighbour in time, and
    nobody else stores what is not known here.

    Raises:
        ValueError: a stream has been deleted meanwhile.
    """
    streams, series, calm = around.of_batch(batch)
    judged = _flags(streams, series)
    flags, known = np.zeros(batch.us.size, np.uint8), np.zeros(batch.us.size, bool)
    arrived = series.number >= 0
    flags[series.number[arrived]] = judged[arrived]
    known[series.number[arrived]] = series.flag[arrived] > 0
    return Verdict(flags, known, _changes(streams, series, judged, within=~calm))


def judge_again(datastream_id: int, start: datetime, end: datetime) -> tuple[int, list[Change]]:
    """How many readings a stream has over [start, end], and whose flags are others by the tests now in force.

    The stream is locked until the transaction ends.
    """
    first, last = microseconds(start), microseconds(end)
    streams, series = around.of_stored(datastream_id, first, last, lock=True)
    inside = (streams.id[series.of] == datastream_id) & (series.us >= first) & (series.us <= last)
    return int(inside.sum()), _changes(
        streams, series, np.where(inside, _flags(streams, series), series.flag), within=streams.all
    )


def explain(datastream: Datastream, start: datetime, end: datetime) -> tuple[list[datetime], Mapping[Test, list[int]]]:
    """What each test says of a stream's readings over [start, end], in order of time."""
    first, last = microseconds(start), microseconds(end)
    streams, series = around.of_stored(datastream.pk, first, last, lock=False)
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


def _flags(streams: Streams, series: Series) -> NDArray[np.uint8]:
    """The roll-up of every row."""
    wholes = _wholes(streams, series)
    flags = np.full(series.us.size, Flag.NOT_EVALUATED, np.uint8)
    kinds, kind = np.unique((streams.quantity << 32) + streams.interval_s, return_inverse=True)
    kind = kind[series.of]
    for number in range(kinds.size):
        rows = np.flatnonzero(kind == number)
        if rows.size:
            flags[rows] = _evaluate(streams, series.take(rows), wholes[rows]).flags
    return _decided(streams, series, _maintained(streams, series, _doubted(streams, series, flags)))


def _doubted(streams: Streams, series: Series, flags: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The flags, where the neighbours of a stream say otherwise at least suspect."""
    compared = streams.id[streams.number(one.neighbour is not None for one in streams.tests) > 0]
    if not compared.size or not series.us.size:
        return flags
    start, end = moment(int(series.us.min())), moment(int(series.us.max())) + HOUR
    hours = DoubtedHour.objects.filter(datastream__in=_each(compared), at__gte=start, at__lte=end)
    for stream, at in hours.values_list("datastream", "at"):
        mine = series.slice_of(int(np.searchsorted(streams.id, stream)))
        last = microseconds(at)
        inside = (series.us[mine] > last - HOUR_US) & (series.us[mine] <= last)
        flags[mine] = np.where(inside & (flags[mine] < Flag.SUSPECT), Flag.SUSPECT, flags[mine])
    return flags


def _maintained(streams: Streams, series: Series, flags: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The flags, where somebody worked at the station: failed, as by the device's own status."""
    if not series.us.size:
        return flags
    start, end = moment(int(series.us.min())), moment(int(series.us.max()))
    during = Maintenance.streams.through.objects.filter(
        Q(maintenance__end__isnull=True) | Q(maintenance__end__gte=start),
        maintenance__start__lte=end,
        datastream__in=_each(streams.id),
    )
    for stream, first, last in during.values_list("datastream", "maintenance__start", "maintenance__end"):
        mine = series.slice_of(int(np.searchsorted(streams.id, stream)))
        until = microseconds(last) if last else int(series.us.max())
        inside = (series.us[mine] >= microseconds(first)) & (series.us[mine] <= until)
        flags[mine] = np.where(inside, Flag.FAIL, flags[mine])
    return flags


def _decided(streams: Streams, series: Series, flags: NDArray[np.uint8]) -> NDArray[np.uint8]:
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


def _evaluate(streams: Streams, series: Series, wholes: Floats) -> Judged:
    """Streams of one quantity and interval as one series: each so long after the one before that no test sees both."""
    one = int(series.of[0]) if series.us.size else 0
    apart = int((streams.reach + streams.behind + streams.ahead)[one])
    begins = around.begins_of(series.of)
    sizes = np.diff(np.append(begins, series.us.size))
    us = series.us - np.repeat(series.us[begins], sizes)
    ends = us[begins + sizes - 1]
    us = us + np.repeat(np.cumsum(ends + apart) - ends, sizes)
    track = Track(times_s=us / around.SECOND_US, values=series.value, faulty=~series.measuring, whole=wholes)
    return evaluate(streams.tests[streams.quantity[one]], int(streams.interval_s[one]), track)


def _wholes(streams: Streams, series: Series) -> Floats:
    """For every row of a part (PM2.5) what its whole (PM10) was at the same time; NaN where it is unknown."""
    wholes = np.full(series.us.size, np.nan)
    quantity, counts = streams.quantity[series.of], around.counting(streams, series)
    places = {name: place for place, name in enumerate(streams.names, 1)}
    for part, tests in enumerate(streams.tests):
        whole = places.get(tests.part_of[0], -1) if tests.part_of else -1
        if whole < 0 or not (streams.quantity == part).any():
            continue
        mine, other = np.flatnonzero(quantity == part), np.flatnonzero((quantity == whole) & counts)
        if other.size:
            key = _station_moments(streams, series, np.concatenate([mine, other]))
            wanted, given = key[: mine.size], key[mine.size :]
            order = np.argsort(given, kind="stable")
            place = np.minimum(np.searchsorted(given[order], wanted), given.size - 1)
            found = order[place]
            wholes[mine] = np.where(given[found] == wanted, series.value[other[found]], np.nan)
    return wholes


def _station_moments(streams: Streams, series: Series, rows: NDArray[np.intp]) -> Ints:
    """A number for the station and the time of each row, alike where both are."""
    _, station = np.unique(streams.station, return_inverse=True)
    times, at = np.unique(series.us[rows], return_inverse=True)
    return station[series.of[rows]] * times.size + at


def _changes(streams: Streams, series: Series, flags: NDArray[np.uint8], *, within: Bools) -> list[Change]:
    """Stored rows of some streams whose flag is another, as far as what is asked can bear upon them."""
    least, most = streams.touched
    inside = (series.us >= least[series.of]) & (series.us <= most[series.of])
    found = np.flatnonzero((series.flag > 0) & (series.flag != flags) & inside & within[series.of])
    stream, us = streams.id[series.of[found]], series.us[found]
    rows = zip(stream.tolist(), us.tolist(), flags[found].tolist(), strict=True)
    return [Change(one, moment(at), flag) for one, at, flag in rows]
