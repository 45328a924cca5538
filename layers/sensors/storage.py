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

from django.db import connection, transaction
from django.utils import timezone

from layers.core.attribute import Options
from layers.core.events import Observed, publish
from layers.core.models import LatestValue
from layers.sensors import partition
from layers.sensors.models import (
    HOUR_OF,
    LAYER,
    MEASURING,
    STALE_AFTER,
    USABLE,
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
from layers.sensors.quality.judge import Row
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


Told = tuple[int, datetime, float, str, int]
"""What was stored: a `Row` and its flag."""

_TEMPORARY = (
    "create temp table if not exists arriving"
    " (datastream_id bigint, at timestamptz, value float8, status varchar(2), flag smallint) on commit delete rows",
    "create temp table if not exists stored (datastream_id bigint, at timestamptz) on commit delete rows",
    "truncate arriving, stored",
)
_READINGS = Reading._meta.db_table
_PUT_NEW = f"""
with put as (
  insert into {_READINGS} (datastream_id, at, value, status, flag, received_at)
  select datastream_id, at, value, status, flag, %(now)s from arriving
  on conflict do nothing returning datastream_id, at)
insert into stored select datastream_id, at from put"""
_PUT_CORRECTED = f"""
with wrong as materialized (
  select r.*, a.value as right_value, a.status as right_status, a.flag as right_flag
  from {_READINGS} r join arriving a using (datastream_id, at)
  where (r.value, r.status) is distinct from (a.value, a.status) order by datastream_id, at for update of r),
former as (
  insert into {FormerReading._meta.db_table} (datastream_id, at, value, status, flag, received_at, replaced_at)
  select datastream_id, at, value, status, flag, received_at, %(now)s from wrong),
put as (
  update {_READINGS} r
  set value = w.right_value, status = w.right_status, flag = w.right_flag, released = default, received_at = %(now)s
  from wrong w where r.datastream_id = w.datastream_id and r.at = w.at returning r.datastream_id, r.at)
insert into stored select datastream_id, at from put"""
_KNOWN = f"""
select s.code, s.device, s.id, d.id, d.quantity from {Station._meta.db_table} s
left join {Datastream._meta.db_table} d on d.station_id = s.id and d.is_active where s.code = any(%s)"""
_COUNTS = f"status = '{MEASURING}' and flag in ({Flag.PASS}, {Flag.NOT_EVALUATED})"
_TOUCH = f"""
insert into {TouchedHour._meta.db_table} (datastream_id, at)
select distinct datastream_id, {HOUR_OF.format(at="at")} from stored"""
_PUT_LATEST = f"""
insert into {LatestValue._meta.db_table} (layer, feature_id, metric, value, at)
select '{LAYER}', d.station_id, d.quantity, a.value, a.at
from (select datastream_id, max(at) as at from stored join arriving using (datastream_id, at)
      where {_COUNTS} group by 1) newest
join arriving a using (datastream_id, at) join {Datastream._meta.db_table} d on d.id = a.datastream_id
order by d.station_id, d.quantity
on conflict (layer, feature_id, metric) do update set value = excluded.value, at = excluded.at
where excluded.at >= {LatestValue._meta.db_table}.at"""
_SHOW_LATEST = f"""
with newest as (
  select d.station_id, max(n.at) as at,
         bool_or(n.at > %(now)s - make_interval(secs => d.interval_s * {STALE_AFTER})) as is_fresh,
         max(n.at) filter (where d.quantity = 'water_level') as level_at
  from (select datastream_id, max(at) as at from stored join arriving using (datastream_id, at)
        where {_COUNTS} group by 1) n
  join {Datastream._meta.db_table} d on d.id = n.datastream_id group by 1),
mine as (
  select s.id, n.at, n.is_fresh, n.level_at from {Station._meta.db_table} s join newest n on n.station_id = s.id
  order by s.id for no key update of s)
update {Station._meta.db_table} s
set observed_at = greatest(s.observed_at, m.at), stale = s.stale and not m.is_fresh,
    level_m = case when m.level_at is null then s.level_m else
      (select l.value from {LatestValue._meta.db_table} l
       where l.layer = '{LAYER}' and l.feature_id = s.id and l.metric = 'water_level') end
from mine m where s.id = m.id and (s.observed_at is null or m.at >= s.observed_at)"""


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
    partition.ensure(_months(rows))
    with transaction.atomic():
        if outcome.rejected:
            _keep_rejected([(arrivals[index], reason) for index, reason in outcome.rejected], now)
        if rows:
            _put(rows, now, outcome, {one.id: one for one in known.streams.values()})
    return outcome


def refuse(station: str, reason: Reason, *, text: str = "", quantity: str = "", at: datetime | None = None) -> None:
    """Keep what could not even be made an `Arrival`: a line, a message, a file."""
    row = RejectedReading(station=station[:60], quantity=quantity[:32], at=at, text=text[:200], reason=reason.value)
    RejectedReading.objects.bulk_create([row], ignore_conflicts=True)


def refresh_latest(datastream_ids: Iterable[int]) -> None:
    """Make the latest values anew from the readings: after a correction, a flag or a release of the newest."""
    pairs = list(Datastream.objects.filter(pk__in=set(datastream_ids)).values_list("pk", "station_id", "quantity"))
    for pk, station_id, quantity in sorted(pairs, key=lambda pair: pair[1:]):
        with transaction.atomic():
            known = LatestValue.objects.filter(layer=LAYER, feature_id=station_id, metric=quantity)
            # once the row is ours, every reading that could have moved it is visible or comes after
            held = known.select_for_update().first()
            newest = _newest_usable(pk)
            if newest is None:
                known.delete()
            elif held is not None and (held.at, held.value) != newest:
                known.update(at=newest[0], value=newest[1])
            elif held is None:
                LatestValue.objects.create(
                    layer=LAYER, feature_id=station_id, metric=quantity, at=newest[0], value=newest[1]
                )


def touch(datastream_ids: Iterable[int], start: datetime, end: datetime) -> None:
    """Have the means of these streams over (start, end] made anew: their flags or releases changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {TouchedHour._meta.db_table} (datastream_id, at)"
            f" select distinct datastream_id, {HOUR_OF.format(at='at')} from {_READINGS}"
            " where datastream_id = any(%s) and at > %s and at <= %s",
            [list(datastream_ids), start, end],
        )


def _newest_usable(datastream_id: int) -> tuple[datetime, float] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select r.at, r.value from {_READINGS} r where r.datastream_id = %s and {USABLE.format(r='r')}"
            " order by r.at desc limit 1",
            [datastream_id],
        )
        found: tuple[datetime, float] | None = cursor.fetchone()
        return found


def _checked(
    arrivals: Sequence[Arrival],
    known: _Known,
    oldest: datetime,
    latest: datetime,
    device: str | None,
    outcome: Stored,
) -> list[Row]:
    """The acceptable ones in their own units, one a stream and moment, ordered; the others go to the outcome."""
    stations, streams = known
    archived = set(ArchivedMonth.objects.values_list("month", flat=True))
    kept: dict[tuple[int, datetime], tuple[float, str]] = {}
    for index, (station, quantity, at, value, unit, status) in enumerate(arrivals):
        stream = streams.get((station, quantity))
        if stream is None or (device and stations[station] not in ("", device)):
            outcome.rejected.append((index, _stranger(station, quantity, device, stations)))
            continue
        times = 1.0 if not unit else factor(stream.quantity, unit)
        reason = None
        if times is None:
            reason = Reason.UNKNOWN_UNIT
        elif not math.isfinite(value):
            reason = Reason.NO_NUMBER
        elif at > latest:
            reason = Reason.FUTURE
        elif status == MEASURING and not stream.quantity.is_possible(value * times):
            reason = Reason.IMPOSSIBLE
        elif archived and partition.month_of(at) in archived:
            reason = Reason.ARCHIVED
        elif at < oldest:
            reason = Reason.TOO_OLD
        if reason is not None or times is None:
            outcome.rejected.append((index, reason or Reason.UNKNOWN_UNIT))
            continue
        key = (stream.id, at)
        if key in kept:
            outcome.same += 1
        kept[key] = (value * times, status)
    return [(stream, at, value, status) for (stream, at), (value, status) in sorted(kept.items())]


def _months(rows: Sequence[Row]) -> set[date]:
    """The months of the rows; nearly always they lie in one, which the first and the last of time tell."""
    if not rows:
        return set()
    times = [at for _, at, _, _ in rows]
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


def _put(rows: list[Row], now: datetime, outcome: Stored, streams: Mapping[int, _Stream]) -> None:
    verdict = quality.judge(rows)
    judged: list[Told] = [(*row, flag) for row, flag in zip(rows, verdict.flags, strict=True)]
    with connection.cursor() as cursor:
        for statement in _TEMPORARY:
            cursor.execute(statement)
        with cursor.copy("copy arriving from stdin (format binary)") as copy:
            copy.set_types(["int8", "timestamptz", "float8", "varchar", "int2"])
            for row in judged:
                copy.write_row(row)
        cursor.execute(_PUT_NEW, {"now": now})
        outcome.new = cursor.rowcount
        if outcome.new < len(rows):
            cursor.execute(_PUT_CORRECTED, {"now": now})
            outcome.corrected = cursor.rowcount
            outcome.same += len(rows) - outcome.new - outcome.corrected
        if not outcome.new + outcome.corrected:
            return
        if verdict.changes:
            quality.apply(verdict.changes)
            cursor.executemany("insert into stored values (%s, %s)", [change[:2] for change in verdict.changes])
        cursor.execute(_TOUCH)
        cursor.execute(_PUT_LATEST)
        cursor.execute(_SHOW_LATEST, {"now": now})
        told = judged if outcome.new == len(rows) else _changed(cursor)
    unsettled = {change.stream for change in verdict.changes}
    if outcome.corrected:
        unsettled |= {stream for stream, _, _, status, flag in told if not _counts(status, flag)}
    refresh_latest(unsettled)
    met = (streams[pk] for pk in {pk for pk, *_ in told})
    gauges = tell_floods(one.station_id for one in met if one.quantity.name == "water_level")
    transaction.on_commit(partial(_tell, told, streams, gauges))


def _changed(cursor: Any) -> list[Told]:
    cursor.execute("select datastream_id, at, value, status, flag from arriving join stored using (datastream_id, at)")
    found: list[Told] = cursor.fetchall()
    return found


def _counts(status: str, flag: int) -> bool:
    return status == MEASURING and flag in (Flag.PASS, Flag.NOT_EVALUATED)


def _tell(rows: Iterable[Told], streams: Mapping[int, _Stream], gauges: Mapping[int, Station]) -> None:
    """Publish what was measured, and the flood state it means at a gauge; what does not count has no value."""
    for pk, at, value, status, flag in rows:
        _, station, quantity = streams[pk]
        counts = value if _counts(status, flag) else None
        _publish(station, quantity.name, counts, quantity.unit, at)
        if quantity.name == "water_level" and station in gauges:
            _publish(station, "flood", flood_of(gauges[station], counts), None, at)


def _publish(station: int, metric: str, value: float | None, unit: str | None, at: datetime) -> None:
    publish(Observed(layer=LAYER, id=station, metric=metric, value=value, unit=unit, at=at))
