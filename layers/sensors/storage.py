"""The one way by which readings are stored: whatever road they came by, checked here, kept once, told once.

In: readings in the order they arrived, from HTTP, MQTT, files and tables alike. Out: rows of `Reading`, former values
of those that were corrected, rejected ones with their reason; the latest value of each station and quantity; the hours
whose means are to be made anew. All of a batch in one transaction: sent again, nothing is doubled.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from numpy.typing import NDArray

from layers.core.attribute import Options
from layers.core.events import Observed, publish
from layers.sensors import columns, partition
from layers.sensors.columns import literal
from layers.sensors.latest import refresh_latest, show_latest
from layers.sensors.models import (
    HOUR_OF,
    LAYER,
    MEASURING,
    ArchivedMonth,
    Datastream,
    Flag,
    FormerReading,
    Reading,
    RejectedReading,
    Station,
    TouchedHour,
)
from layers.sensors.quality import judge as quality
from layers.sensors.quality.around import HOUR_US, Batch, Bools, microseconds
from layers.sensors.quality.judge import Change
from layers.sensors.quantity import QUANTITIES, Quantity, factor
from layers.sensors.standing import flood_of, tell_floods

SKEW: Final = timedelta(minutes=5)
"""How far a device's clock may run ahead."""
LATE: Final = timedelta(days=366)
"""How old a reading from a device may be. A clock that fell back to 1970 would else make a partition of its own; what
is truly older comes by a file, which somebody looks at."""


class Reason(Options):
    """Why a reading was not accepted; it is kept with it in `RejectedReading`."""

    UNKNOWN_STATION = "unknown_station", "Chưa có trạm mang mã này.", "There is no station of this code."
    NOT_ITS_DEVICE = (
        "not_its_device",
        "Trạm này nhận số liệu từ thiết bị khác.",
        "Another device sends for this station.",
    )
    UNKNOWN_QUANTITY = "unknown_quantity", "Trạm không đo thông số này.", "The station does not measure this quantity."
    UNKNOWN_UNIT = "unknown_unit", "Đơn vị không phải của thông số này.", "The unit is none of this quantity."
    NO_NUMBER = "no_number", "Giá trị không phải số.", "The value is no number."
    IMPOSSIBLE = "impossible", "Giá trị không thể có thật.", "The value is physically impossible."
    FUTURE = "future", "Thời gian ở tương lai: đồng hồ thiết bị sai.", "In the future: the device's clock is wrong."
    TOO_OLD = (
        "too_old",
        "Cũ hơn một năm: đồng hồ thiết bị sai; số liệu cũ thật thì nhập bằng tệp.",
        "Older than a year: the device's clock is wrong; what is truly old is imported from a file.",
    )
    ARCHIVED = "archived", "Tháng này đã lưu trữ.", "This month is archived."
    UNREADABLE = "unreadable", "Không đọc được.", "It could not be read."


class Arrival(NamedTuple):
    """One reading as it arrived.

    Attributes:
        station: the station's code.
        at: aware; the end of what was averaged.
        value: in `unit`; an empty unit is the quantity's own.
        status: what the device was doing, `00` measuring.
    """

    station: str
    quantity: str
    at: datetime
    value: float
    unit: str = ""
    status: str = MEASURING


@dataclass(slots=True, kw_only=True)
class Stored:
    """What became of a batch: numbers of readings, and those refused by their place in the batch."""

    new: int = 0
    corrected: int = 0
    same: int = 0
    rejected: list[tuple[int, Reason]] = field(default_factory=list)


class _Stream(NamedTuple):
    id: int
    station_id: int
    quantity: Quantity


class _Known(NamedTuple):
    """By code each station's device; by code and quantity each stream."""

    devices: Mapping[str, str]
    streams: Mapping[tuple[str, str], _Stream]


class _Rows(NamedTuple):
    """What is accepted of a batch: its readings, the status of each as two letters, and its time."""

    batch: Batch
    status: NDArray[np.bytes_]
    at: list[datetime]


Told = tuple[int, datetime, float | None]
"""What was stored: datastream, time, and the value where it counts."""

_READINGS = Reading._meta.db_table
_PUT_CORRECTED = f"""
with arriving as (
  select id as datastream_id, {columns.moment("us")} as at, value, status, flag, number
  from unnest(%(id)s::bigint[], %(us)s::bigint[], %(value)s::float8[], %(status)s::text[], %(flag)s::smallint[])
    with ordinality a (id, us, value, status, flag, number)),
wrong as materialized (
  select r.*, a.value as right_value, a.status as right_status, a.flag as right_flag, a.number
  from {_READINGS} r join arriving a using (datastream_id, at)
  where (r.value, r.status) is distinct from (a.value, a.status) order by datastream_id, at for update of r),
former as (
  insert into {FormerReading._meta.db_table} (datastream_id, at, value, status, flag, received_at, replaced_at)
  select datastream_id, at, value, status, flag, received_at, %(now)s from wrong)
update {_READINGS} r
set value = w.right_value, status = w.right_status, flag = w.right_flag, released = default, received_at = %(now)s
from wrong w where r.datastream_id = w.datastream_id and r.at = w.at returning w.number - 1"""
_KNOWN = f"""
select s.code, s.device, s.id, d.id, d.quantity from {Station._meta.db_table} s
left join {Datastream._meta.db_table} d on d.station_id = s.id and d.is_active where s.code = any(%s)"""


def store(
    arrivals: Sequence[Arrival],
    *,
    now: datetime | None = None,
    device: str | None = None,
    late: timedelta | None = LATE,
) -> Stored:
    """Keep a batch; what is not accepted is kept as rejected.

    The last of several for one moment holds. One that is known already changes nothing; one with another value or
    status is a correction: the former value is kept, and the quality flag starts anew.

    Args:
        arrivals: in the order they arrived.
        now: when they arrived.
        device: name of the device that sent them, where it showed one; only its stations are open to it.
        late: how old a reading may be; None for history out of a file.
    """
    now = now or timezone.now()
    outcome = Stored()
    oldest = now - late if late is not None else datetime.min.replace(tzinfo=UTC)
    known = _known({one.station for one in arrivals})
    rows = _checked(arrivals, known, oldest, now + SKEW, device, outcome)
    partition.ensure(_months(rows.at))
    with transaction.atomic():
        if outcome.rejected:
            _keep_rejected([(arrivals[index], reason) for index, reason in outcome.rejected], now)
        if rows.at:
            _put(rows, now, outcome, {one.id: one for one in known.streams.values()})
    return outcome


def refuse(station: str, reason: Reason, *, text: str = "", quantity: str = "", at: datetime | None = None) -> None:
    """Keep what could not even be made an `Arrival`: a line, a message, a file."""
    row = RejectedReading(station=station[:60], quantity=quantity[:32], at=at, text=text[:200], reason=reason.value)
    RejectedReading.objects.bulk_create([row], ignore_conflicts=True)


def touch(datastream_ids: Iterable[int], start: datetime, end: datetime) -> None:
    """Have the means of these streams over (start, end] made anew: their flags or releases changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {TouchedHour._meta.db_table} (datastream_id, at)"
            f" select distinct datastream_id, {HOUR_OF.format(at='at')} from {_READINGS}"
            " where datastream_id = any(%s) and at > %s and at <= %s",
            [list(datastream_ids), start, end],
        )


def _checked(
    arrivals: Sequence[Arrival],
    known: _Known,
    oldest: datetime,
    latest: datetime,
    device: str | None,
    outcome: Stored,
) -> _Rows:
    """The acceptable ones in their own units, one a stream and moment, ordered; the others go to the outcome."""
    stations, streams = known
    archived = set(ArchivedMonth.objects.values_list("month", flat=True))
    ids, times, values, statuses = [], [], [], []
    for index, (station, quantity, at, value, unit, status) in enumerate(arrivals):
        stream = streams.get((station, quantity))
        if stream is None or (device and stations[station] not in ("", device)):
            outcome.rejected.append((index, _stranger(station, quantity, device, stations)))
            continue
        measured = stream.quantity
        if unit:
            times_unit = factor(measured, unit)
            if times_unit is None:
                outcome.rejected.append((index, Reason.UNKNOWN_UNIT))
                continue
            value *= times_unit
        reason = None
        if not math.isfinite(value):
            reason = Reason.NO_NUMBER
        elif at > latest:
            reason = Reason.FUTURE
        elif status == MEASURING and not measured.least <= value <= measured.most:
            reason = Reason.IMPOSSIBLE
        elif archived and partition.month_of(at) in archived:
            reason = Reason.ARCHIVED
        elif at < oldest:
            reason = Reason.TOO_OLD
        if reason is not None:
            outcome.rejected.append((index, reason))
            continue
        ids.append(stream.id)
        times.append(at)
        values.append(value)
        statuses.append(status)
    return _ordered(ids, times, values, statuses, outcome)


def _ordered(ids: list[int], times: list[datetime], values: list[float], statuses: list[str], outcome: Stored) -> _Rows:
    """By stream and time; the last of several for one moment."""
    stream, us = np.array(ids, np.int64), np.fromiter(map(microseconds, times), np.int64, len(times))
    order = np.lexsort((us, stream))  # stable: of one moment in the order they arrived
    again = (np.diff(stream[order]) == 0) & (np.diff(us[order]) == 0)
    outcome.same += int(again.sum())
    order = order[np.append(~again, True)[: order.size]]
    status = np.array(statuses, np.bytes_)[order]
    batch = Batch(stream[order], us[order], np.array(values, np.float64)[order], status == MEASURING.encode())
    return _Rows(batch, status, [times[index] for index in order.tolist()])


def _months(times: Sequence[datetime]) -> set[date]:
    """The months of times; nearly always they lie in one, which the first and the last of time tell."""
    if not times:
        return set()
    ends = {partition.month_of(min(times)), partition.month_of(max(times))}
    return ends if len(ends) == 1 else {partition.month_of(at) for at in times}


def _known(codes: set[str]) -> _Known:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [list(codes)])
        rows = cursor.fetchall()
    stations = {code: device for code, device, *_ in rows}
    streams = {
        (code, name): _Stream(pk, station_id, QUANTITIES[name])
        for code, _, station_id, pk, name in rows
        if name in QUANTITIES
    }
    return _Known(stations, streams)


def _stranger(station: str, quantity: str, device: str | None, stations: Mapping[str, str]) -> Reason:
    if station not in stations:
        return Reason.UNKNOWN_STATION
    return Reason.NOT_ITS_DEVICE if device and stations[station] not in ("", device) else Reason.UNKNOWN_QUANTITY


def _keep_rejected(refused: Iterable[tuple[Arrival, Reason]], now: datetime) -> None:
    rows = [
        RejectedReading(
            station=one.station[:60],
            quantity=one.quantity[:32],
            at=one.at,
            value=one.value if math.isfinite(one.value) else None,
            text="" if math.isfinite(one.value) else str(one.value),
            reason=reason.value,
            received_at=now,
        )
        for one, reason in refused
    ]
    RejectedReading.objects.bulk_create(rows, ignore_conflicts=True)


def _put(rows: _Rows, now: datetime, outcome: Stored, streams: Mapping[int, _Stream]) -> None:
    batch = rows.batch
    verdict = quality.judge(batch)
    stored = ~verdict.known
    outcome.new = int(stored.sum())
    _insert(rows, verdict.flags, stored, now)
    if verdict.known.any():
        corrected = _correct(rows, verdict.flags, np.flatnonzero(verdict.known), now)
        stored[corrected] = True
        outcome.corrected = corrected.size
        outcome.same += int((~stored).sum())
    if not stored.any():
        return
    counts = batch.measuring & ((verdict.flags == Flag.PASS) | (verdict.flags == Flag.NOT_EVALUATED))
    quality.apply(verdict.changes)
    _touch(batch, stored, verdict.changes)
    show_latest(batch, stored & counts, now)
    unsettled = {change.stream for change in verdict.changes}
    if outcome.corrected:
        unsettled.update(batch.stream[stored & ~counts].tolist())
    refresh_latest(unsettled)
    met = (streams[pk] for pk in np.unique(batch.stream[stored]).tolist())
    gauges = tell_floods(one.station_id for one in met if one.quantity.name == "water_level")
    transaction.on_commit(partial(_tell, _told(rows, stored, counts), streams, gauges))


def _insert(rows: _Rows, flags: NDArray[np.uint8], new: Bools, now: datetime) -> None:
    batch = rows.batch
    given: dict[str, tuple[columns.Kind, Any]] = {
        "datastream_id": ("int8", batch.stream[new]),
        "at": ("timestamptz", batch.us[new]),
        "value": ("float8", batch.value[new]),
        "status": ("text", rows.status[new]),
        "flag": ("int2", flags[new]),
        "received_at": ("timestamptz", microseconds(now)),
    }
    if new.any():
        columns.copy(_READINGS, given, int(new.sum()))


def _correct(rows: _Rows, flags: NDArray[np.uint8], known: NDArray[np.intp], now: datetime) -> NDArray[np.intp]:
    """Put what is known with another value or status in its place; which of the rows that was."""
    batch = rows.batch
    given: dict[str, Any] = {
        "id": literal(batch.stream[known]),
        "us": literal(batch.us[known]),
        "value": literal(batch.value[known]),
        "status": [one.decode() for one in rows.status[known].tolist()],
        "flag": literal(flags[known]),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PUT_CORRECTED, given)
        return known[np.array([number for (number,) in cursor.fetchall()], np.intp)]


def _touch(batch: Batch, stored: Bools, changes: Sequence[Change]) -> None:
    """Queue the hours of what was stored and of what changed its flag."""
    stream = np.append(batch.stream[stored], np.array([one.stream for one in changes], np.int64))
    us = np.append(batch.us[stored], np.array([microseconds(one.at) for one in changes], np.int64))
    end = -(-us // HOUR_US) * HOUR_US  # (07:00, 08:00] is 08:00, as `HOUR_OF` says
    order = np.lexsort((end, stream))
    stream, end = stream[order], end[order]
    first = np.append(True, (np.diff(stream) != 0) | (np.diff(end) != 0))
    given: dict[str, tuple[columns.Kind, Any]] = {
        "datastream_id": ("int8", stream[first]),
        "at": ("timestamptz", end[first]),
    }
    columns.copy(TouchedHour._meta.db_table, given, int(first.sum()))


def _told(rows: _Rows, stored: Bools, counts: Bools) -> list[Told]:
    told = np.flatnonzero(stored).tolist()
    stream, value, usable = rows.batch.stream.tolist(), rows.batch.value.tolist(), counts.tolist()
    return [(stream[n], rows.at[n], value[n] if usable[n] else None) for n in told]


def _tell(rows: Iterable[Told], streams: Mapping[int, _Stream], gauges: Mapping[int, Station]) -> None:
    """Publish what was measured, and the flood state it means at a gauge; what does not count has no value."""
    for pk, at, value in rows:
        _, station, quantity = streams[pk]
        _publish(station, quantity.name, value, quantity.unit, at)
        if quantity.name == "water_level" and station in gauges:
            _publish(station, "flood", flood_of(gauges[station], value), None, at)


def _publish(station: int, metric: str, value: float | None, unit: str | None, at: datetime) -> None:
    publish(Observed(layer=LAYER, id=station, metric=metric, value=value, unit=unit, at=at))
