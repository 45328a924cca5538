"""The demo's stations, with the last 72 hours of what their devices sent, faults and all."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from django.contrib.gis.geos import Point
from django.utils import timezone

import fixtures
from fixtures.stations import INTERVAL_S, Sent, sent
from layers.admin_units.models import AdminUnit
from layers.core.time import LOCAL
from layers.core.viewer import ANYONE
from layers.sensors import jobs, standing
from layers.sensors.models import Datastream, MaintenanceKind, Source, Station, StationKind
from layers.sensors.quality.maintenance import record
from layers.sensors.quantity import QUANTITIES
from layers.sensors.storage import Arrival, store

PAST: Final = timedelta(hours=72)
BATCH: Final = 10_000
OPERATOR: Final = "Trung tâm quan trắc (dữ liệu trình diễn)"


def seed(province: fixtures.Province, say: Callable[[str], object]) -> None:
    """Store the stations that are not stored yet, and what they sent; they are known by their code.

    What is refused of it (a clock in the future) is kept with its reason, as it would be live. What a known station has
    learnt to measure since it was stored is measured from now on.
    """
    known = Station.objects.in_bulk(field_name="code")
    new = [one for one in province.stations if one.code not in known]
    communes = dict(AdminUnit.objects.filter(level="commune", is_current=True).values_list("code", "pk"))
    for one in province.stations:
        _store_streams(one, known.get(one.code) or _store_station(one, communes[one.commune_code]))
    now = timezone.now()
    past = [reading for one in new for reading in sent(one, now - PAST, now) if reading.arrives_at <= now]
    ahead = sorted((one for one in past if one.at > one.arrives_at), key=_arrival)
    count = _store([one for one in past if one.at <= one.arrives_at], now)
    for at, some in groupby(ahead, key=_arrival):  # a wrong clock is seen only when the reading comes
        count += _store(list(some), at)
    _maintain([one for one in new if one.kind.value == StationKind.AIR.value][:1], now)
    jobs.follow(now)
    standing.fill(now, since=PAST)
    standing.show(now)
    say(f"{len(new)} stations new, {count:,} readings")


def _arrival(one: Sent) -> datetime:
    return one.arrives_at


def _store(readings: Sequence[Sent], now: datetime) -> int:
    """Store them in batches; number of new ones."""
    arrivals = [Arrival(one.station, one.quantity, one.at, one.value, status=one.status) for one in readings]
    return sum(store(arrivals[first : first + BATCH], now=now).new for first in range(0, len(arrivals), BATCH))


def _maintain(new: Sequence[fixtures.Station], now: datetime) -> None:
    """Somebody cleaned a station yesterday morning."""
    start = (now - timedelta(days=1)).astimezone(LOCAL).replace(hour=9, minute=0, second=0, microsecond=0)
    for one in new:
        station = Station.objects.get(code=one.code)
        record(
            station,
            list(station.datastreams.all()),
            MaintenanceKind.CLEANING.value,
            start,
            start + timedelta(hours=1, minutes=30),
            done_by=OPERATOR,
            note="Vệ sinh đầu lấy mẫu, thay màng lọc (trình diễn).",
            viewer=ANYONE,
            at=now,
        )


def _store_station(one: fixtures.Station, commune_id: int) -> Station:
    levels = one.alerts_m or (None, None, None, None)
    return Station.objects.create(
        code=one.code,
        name=one.name,
        kind=one.kind.value,
        commune_id=commune_id,
        operator=OPERATOR,
        duty_phone=one.phone,
        alert_1_m=levels[0],
        alert_2_m=levels[1],
        alert_3_m=levels[2],
        record_m=levels[3],
        source=Source.DEMO.value,
        geom=Point(one.geom.x, one.geom.y, srid=4326),
    )


def _store_streams(one: fixtures.Station, station: Station) -> None:
    streams = (
        Datastream(
            station=station,
            quantity=quantity,
            unit=QUANTITIES[quantity].unit,
            sensor="Demo",
            interval_s=INTERVAL_S,
        )
        for quantity in one.quantities
    )
    Datastream.objects.bulk_create(streams, ignore_conflicts=True)
