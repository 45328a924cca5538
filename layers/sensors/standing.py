"""How stations stand: VN_AQI, VN_WQI and the flood state, of every hour and now.

The indices are those of `index`, of complete hourly means only. An hour stands once it is over, and stands anew when a
mean it reads was made anew; the map shows the newest hour. A flood state is that of the newest reading, at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Min

from layers.core.events import Observed, publish
from layers.core.models import LatestValue
from layers.sensors.index.air import NAMES, NOWCAST_HOURS, hourly_aqi
from layers.sensors.index.derivation import Derivation
from layers.sensors.index.flood import flood_state
from layers.sensors.index.water import wqi
from layers.sensors.mean import HOUR, StreamHour
from layers.sensors.models import (
    HOUR_OF,
    LAYER,
    STALE_AFTER,
    USABLE,
    Datastream,
    HourlyIndex,
    Mean,
    Reading,
    Span,
    Standing,
    Station,
    StationKind,
)

SHOWN_FOR: Final = 2 * HOUR
"""How long the index of an hour is shown as the present one."""
FILLED: Final = timedelta(hours=48)
"""How far back `fill` looks for hours that never stood: the jobs may have been away."""
PARTICLES, GASES = ("pm25", "pm10"), ("no2", "so2", "co", "o3")
POLLUTANTS: Final = {name: pollutant for pollutant, name in NAMES.items()}

StationHour = tuple[int, datetime]
Hours = Mapping[datetime, float]
"""End of an hour → its complete mean."""


@dataclass(frozen=True, slots=True)
class _Observation:
    """What the readings of a station's hour tell beside their means."""

    observed_at: datetime | None = None
    flagged: bool = False
    level_m: float | None = None


def refresh(touched: Collection[StreamHour], now: datetime) -> int:
    """Have every hour that reads one of these means stand anew, and the stations show it; number of hours changed."""
    of = dict(Datastream.objects.filter(pk__in={stream for stream, _ in touched}).values_list("pk", "station_id"))
    hours = {(of[stream], at) for stream, at in touched if stream in of}
    air = set(Station.objects.filter(pk__in=set(of.values()), kind=StationKind.AIR).values_list("pk", flat=True))
    hours |= {(pk, at + HOUR * later) for pk, at in hours if pk in air for later in range(1, NOWCAST_HOURS)}
    return stand((pk, at) for pk, at in hours if at <= now)


def fill(now: datetime, since: timedelta = FILLED) -> int:
    """Have the hours stand that are over and never did; number of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select s.id, hour from generate_series(date_trunc('hour', %s::timestamptz),"
            " date_trunc('hour', %s::timestamptz), interval '1 hour') hour cross join"
            f" {Station._meta.db_table} s where not exists (select from {HourlyIndex._meta.db_table} h"
            " where h.at = hour and h.station_id = s.id)",
            [now - since, now],
        )
        return stand(cursor.fetchall())


def stand(hours: Iterable[StationHour]) -> int:
    """Work out these hours and keep those that differ from what is kept; number of those."""
    wanted = set(hours)
    if not wanted:
        return 0
    stations = Station.objects.in_bulk({pk for pk, _ in wanted})
    ends = [at for _, at in wanted]
    means = _means(stations, min(ends) - HOUR * (NOWCAST_HOURS - 1), max(ends))
    seen = _observations(stations, min(ends), max(ends))
    intervals = _intervals(stations)
    kept = {
        (one.station_id, one.at): one
        for one in HourlyIndex.objects.filter(station__in=stations, at__gte=min(ends), at__lte=max(ends))
    }
    differing = []
    for pk, at in sorted(wanted):
        if pk not in stations:
            continue
        row = _hour(stations[pk], at, means[pk], seen.get((pk, at), _Observation()), intervals.get(pk))
        known = kept.get((pk, at))
        if known is None or _said(known) != _said(row):
            differing.append(row)
    _keep(differing)
    return len(differing)


def show(now: datetime) -> int:
    """Give every station the index of its newest hour, and say which are stale; number of stations changed.

    A stale station shows no index: an old value is not the present one.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    newest: dict[int, HourlyIndex] = {}
    for one in HourlyIndex.objects.filter(at__gt=hour - SHOWN_FOR, at__lte=hour).order_by("at"):
        if one.station_id not in newest or one.aqi is not None or one.wqi is not None:
            newest[one.station_id] = one
    intervals, count = _intervals(None), 0
    for station in Station.objects.order_by("pk"):
        stood = newest.get(station.pk)
        stale = _is_stale(station.observed_at, now, intervals.get(station.pk))
        level = LatestValue.objects.filter(layer=LAYER, feature_id=station.pk, metric="water_level").first()
        value = None if stale or level is None else level.value
        shown: dict[str, Any] = {
            "aqi": stood.aqi if stood and not stale else None,
            "pollutant": stood.pollutant if stood and not stale else "",
            "wqi": stood.wqi if stood and not stale else None,
            "flagged": bool(stood and stood.flagged),
            "level_m": value,
            "flood": flood_of(station, value),
            "stale": stale,
        }
        if any(getattr(station, name) != value for name, value in shown.items()):
            # a reading that came meanwhile has its say at the next turn
            same = Station.objects.filter(pk=station.pk, observed_at=station.observed_at)
            count += same.update(**shown)
    return count


def tell_floods(station_ids: Iterable[int]) -> Mapping[int, Station]:
    """Give gauges the flood state of their newest water level, at once; those of the stations that are gauges.

    Called in the transaction of the reading.
    """
    wanted = set(station_ids)
    gauges = Station.objects.filter(alert_3_m__isnull=False).in_bulk(wanted) if wanted else {}
    levels = LatestValue.objects.filter(layer=LAYER, feature_id__in=gauges, metric="water_level").order_by("feature_id")
    for level in levels if gauges else ():
        gauge = gauges[level.feature_id]
        flood = flood_of(gauge, level.value)
        LatestValue.objects.update_or_create(
            layer=LAYER, feature_id=gauge.pk, metric="flood", defaults={"value": flood, "at": level.at}
        )
        if not gauge.stale and gauge.flood != flood:
            Station.objects.filter(pk=gauge.pk).update(flood=flood)
    return gauges


def flood_of(station: Any, level_m: float | None) -> int | None:
    """The flood state of a gauge at a water level; None without one, or where it has no alert levels."""
    if level_m is None or station.levels_m is None:
        return None
    return flood_state(level_m, station.levels_m, station.record_m).level


def air_index(hours: Mapping[str, Hours], at: datetime) -> Derivation:
    """VN_AQI of the hour that ends at `at`, by the complete hourly means of each quantity."""
    particles = {
        one: [hours[one].get(at - HOUR * ago) for ago in range(NOWCAST_HOURS)] for one in PARTICLES if one in hours
    }
    gases = {one: [hours[one].get(at)] for one in GASES if one in hours}
    return hourly_aqi({**particles, **gases})


def water_index(hours: Mapping[str, Hours], at: datetime) -> Derivation:
    """VN_WQI of the hour that ends at `at`, by the complete hourly means of each quantity."""
    return wqi({name: means[at] for name, means in hours.items() if at in means})


def main_pollutant(aqi: Derivation) -> str:
    """The pollutant whose sub-index is the index; empty where there is none."""
    known = [part for part in aqi.parts if part.value is not None]
    if aqi.value is None or not known:
        return ""
    return POLLUTANTS[max(known, key=lambda part: part.value or 0).name.vi]


def hourly_means(station_id: int, start: datetime, end: datetime) -> Mapping[str, Hours]:
    """By quantity the complete hourly means of a station over [start, end]."""
    return _means([station_id], start, end)[station_id]


def _means(station_ids: Iterable[int], start: datetime, end: datetime) -> Mapping[int, Mapping[str, Hours]]:
    found: dict[int, dict[str, dict[datetime, float]]] = defaultdict(lambda: defaultdict(dict))
    rows = Mean.objects.filter(
        datastream__station__in=list(station_ids), span=Span.HOUR, at__gte=start, at__lte=end, is_complete=True
    )
    for pk, quantity, at, value in rows.values_list("datastream__station_id", "datastream__quantity", "at", "mean"):
        found[pk][quantity][at] = value
    return found


def _observations(stations: Iterable[int], first: datetime, last: datetime) -> Mapping[StationHour, _Observation]:
    usable = USABLE.format(r="r")
    with connection.cursor() as cursor:
        cursor.execute(
            f"select d.station_id, {HOUR_OF.format(at='r.at')} as hour,"
            f" max(r.at) filter (where {usable}),"
            " bool_or(r.flag in (3, 4) and not r.released),"
            f" (array_agg(r.value order by r.at desc) filter (where {usable} and d.quantity = 'water_level'))[1]"
            f" from {Reading._meta.db_table} r join {Datastream._meta.db_table} d on d.id = r.datastream_id"
            " where d.station_id = any(%s) and r.at > %s and r.at <= %s group by 1, 2",
            [list(stations), first - HOUR, last],
        )
        return {(pk, hour): _Observation(*rest) for pk, hour, *rest in cursor.fetchall()}


def _intervals(stations: Iterable[int] | None) -> Mapping[int, int]:
    """By station the shortest expected interval of its datastreams, in seconds."""
    streams = Datastream.objects.filter(is_active=True)
    if stations is not None:
        streams = streams.filter(station__in=list(stations))
    return dict(streams.values_list("station_id").annotate(shortest=Min("interval_s")))


def _is_stale(observed_at: datetime | None, at: datetime, interval_s: int | None) -> bool:
    if observed_at is None or interval_s is None:
        return True
    return at - observed_at > timedelta(seconds=interval_s * STALE_AFTER)


def _hour(
    station: Station, at: datetime, means: Mapping[str, Hours], seen: _Observation, interval_s: int | None
) -> HourlyIndex:
    row = HourlyIndex(
        station_id=station.pk,
        at=at,
        observed_at=seen.observed_at,
        flagged=seen.flagged,
        level_m=seen.level_m,
        flood=flood_of(station, seen.level_m),
        stale=_is_stale(seen.observed_at, at, interval_s),
    )
    if station.kind == StationKind.AIR:
        index = air_index(means, at)
        row.aqi, row.pollutant = index.shown, main_pollutant(index)
    elif station.kind == StationKind.SURFACE_WATER:
        row.wqi = water_index(means, at).shown
    return row


_FIELDS: Final = tuple(one.name for one in Standing._meta.get_fields())


def _said(row: HourlyIndex) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _FIELDS)


def _keep(rows: list[HourlyIndex]) -> None:
    with transaction.atomic():
        HourlyIndex.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["at", "station"], update_fields=list(_FIELDS), batch_size=2_000
        )
        told = [(row, metric) for row in rows for metric in ("aqi", "wqi") if getattr(row, metric) is not None]
        _keep_latest(told)
        transaction.on_commit(partial(_tell, told))


def _keep_latest(told: list[tuple[HourlyIndex, str]]) -> None:
    newest = {(row.station_id, metric): (row.at, getattr(row, metric)) for row, metric in told}
    with connection.cursor() as cursor:
        for (station, metric), (at, value) in sorted(newest.items()):
            cursor.execute(
                f"insert into {LatestValue._meta.db_table} as l (layer, feature_id, metric, value, at)"
                " values (%s, %s, %s, %s, %s) on conflict (layer, feature_id, metric)"
                " do update set value = excluded.value, at = excluded.at where excluded.at >= l.at",
                [LAYER, station, metric, value, at],
            )


def _tell(told: Iterable[tuple[HourlyIndex, str]]) -> None:
    for row, metric in told:
        value = float(getattr(row, metric))
        publish(Observed(layer=LAYER, id=row.station_id, metric=metric, value=value, unit=None, at=row.at))
