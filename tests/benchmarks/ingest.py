"""Readings stored, with flags, latest values and touched hours kept, beside a bare COPY of the same rows.

Batches of 10,000 readings of 200 stations of five quantities arrive in the order of time, as after an outage; the COPY
goes into a table of the same columns, key and index. Both take turns. Judged is processor time, ours and the
database session's together: at most 1 ÷ 0.3 of the COPY's. Told beside it is the share with five times as many
stations, where a batch holds two readings of each stream.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection

from layers.admin_units.models import AdminUnit
from layers.core.bulk import copy_rows
from layers.core.models import LatestValue
from layers.sensors import partition
from layers.sensors.models import Datastream, Station, TouchedHour
from layers.sensors.storage import Arrival, store
from tests.benchmarks import cpu

STATIONS, MANY_STATIONS, BATCH, BATCHES = 200, 1_000, 10_000, 30
QUANTITIES = {"pm25": 30.0, "pm10": 55.0, "no2": 24.0, "so2": 12.0, "o3": 60.0}
LEAST_RATIO = 0.3
MONTH = date(2019, 1, 1)
"""A month no station of ours has readings of: its partition is dropped afterwards."""
MARK = "BENCH_"
BARE = "benchmark_reading"


def measure(url: str, dsn: str) -> dict[str, Any]:
    """Median ms of processor for 10,000 readings, ours and the COPY's, and readings a second."""
    return {**_of(STATIONS), "share_of_copy_two_each": _of(MANY_STATIONS)["share_of_copy"]}


def _of(stations: int) -> dict[str, Any]:
    clear()
    try:
        make_stations(stations)
        return _measure(stations)
    finally:
        clear()


def clear() -> None:
    """Remove every trace."""
    with connection.cursor() as cursor:
        cursor.execute(f'drop table if exists {BARE}, "{partition.name_of(MONTH)}"')
    ours = Station.objects.filter(code__startswith=MARK)
    LatestValue.objects.filter(layer="stations", feature_id__in=ours.values("pk")).delete()
    TouchedHour.objects.filter(datastream__station__in=ours).delete()
    ours.delete()


def make_stations(count: int) -> None:
    """So many stations with their datastreams."""
    commune = AdminUnit.objects.filter(level="commune", is_current=True).first()
    assert commune is not None
    place = Point(106.1, 11.3, srid=4326)
    rows = [Station(code=f"{MARK}{n:05}", name="", kind="air", commune=commune, geom=place) for n in range(count)]
    copy_rows(Station, rows)
    keys = Station.objects.filter(code__startswith=MARK).values_list("pk", flat=True)
    copy_rows(Datastream, [Datastream(station_id=pk, quantity=name) for pk in keys for name in QUANTITIES])


def _measure(stations: int) -> dict[str, Any]:
    partition.ensure([MONTH])
    with connection.cursor() as cursor:
        cursor.execute(f"create table {BARE} (like {partition.TABLE} including defaults including indexes)")
        cursor.execute("select pg_backend_pid()")
        (session,) = cursor.fetchone()
    known = Datastream.objects.filter(station__code__startswith=MARK)
    streams = {(code, name): pk for pk, code, name in known.values_list("pk", "station__code", "quantity")}
    ours, bare, clock, bare_clock = [], [], [], []
    for batch in _batches(stations):
        rows = [(streams[one.station, one.quantity], one.at, one.value) for one in batch]
        now = batch[-1].at
        for run, took, wall in ((_storing(batch, now), ours, clock), (_copying(rows, now), bare, bare_clock)):
            began, worked, served = time.perf_counter(), time.process_time(), cpu.seconds(session)
            run()
            wall.append((time.perf_counter() - began) * 1_000)
            took.append((time.process_time() - worked + cpu.seconds(session) - served) * 1_000)
    cost, copied = statistics.median(ours), statistics.median(bare)
    return {
        "p95_ms": cost,
        "bar_ms": copied / LEAST_RATIO,
        "copy_ms": copied,
        "share_of_copy": copied / cost,
        "share_of_copy_clock": statistics.median(bare_clock) / statistics.median(clock),
        "readings_a_second": BATCH * 1_000 / statistics.median(clock),
    }


def _batches(stations: int) -> Iterator[list[Arrival]]:
    chance = random.Random(7)
    at = datetime(MONTH.year, MONTH.month, 2, tzinfo=UTC)
    per_turn = stations * len(QUANTITIES)
    for number in range(BATCHES):
        batch = []
        for turn in range(BATCH // per_turn):
            moment = at + timedelta(minutes=5) * (number * (BATCH // per_turn) + turn)
            for n in range(stations):
                for name, middle in QUANTITIES.items():
                    batch.append(Arrival(f"{MARK}{n:05}", name, moment, round(middle + chance.uniform(-2, 2), 1)))
        yield batch


def _storing(batch: list[Arrival], now: datetime) -> Callable[[], object]:
    def run() -> None:
        outcome = store(batch, now=now)
        assert outcome.new == len(batch)

    return run


def _copying(rows: list[tuple[int, datetime, float]], now: datetime) -> Callable[[], object]:
    def run() -> None:
        with (
            connection.cursor() as cursor,
            cursor.copy(f"copy {BARE} (datastream_id, at, value, received_at) from stdin") as copy,
        ):
            for stream, at, value in rows:
                copy.write_row((stream, at, value, now))

    return run
