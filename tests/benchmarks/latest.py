"""The latest value of 10,000 stations, as our code reads it, beside the bare indexed query of the same rows.

Neither way touches the readings themselves.
"""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
from django.utils import timezone

from layers.core.bulk import copy_rows, read_rows
from layers.core.models import LatestValue
from layers.sensors.models import LAYER, Station
from tests.benchmarks.ingest import MARK, clear, make_stations
from tests.benchmarks.low_zoom import late

STATIONS, ROUNDS, MOST_RATIO = 10_000, 40, 2.0
BARE = "select feature_id, value, at from core_latestvalue where layer = 'stations' and metric = 'pm25'"


def measure(url: str, dsn: str) -> dict[str, Any]:
    """Median and p95 ms of ours and of the bare query, taking turns."""
    clear()
    try:
        make_stations(STATIONS)
        now = timezone.now()
        keys = Station.objects.filter(code__startswith=MARK).values_list("pk", flat=True)
        rows = [
            LatestValue(layer=LAYER, feature_id=pk, metric=name, value=pk % 97, at=now - timedelta(seconds=pk % 300))
            for pk in keys
            for name in ("pm25", "pm10", "no2")
        ]
        copy_rows(LatestValue, rows)
        with psycopg.connect(dsn, autocommit=True) as database:
            database.execute("analyze core_latestvalue")
            ours, bare = [], []
            for _ in range(ROUNDS):
                bare.append(_took(lambda: database.execute(BARE).fetchall()))
                ours.append(_took(_ours))
    finally:
        clear()
    middle = statistics.median(bare)
    return {
        "p50_ms": statistics.median(ours),
        "p95_ms": statistics.median(ours),
        "late_ms": late(ours),
        "bar_ms": middle * MOST_RATIO,
        "bare_p50_ms": middle,
        "to_bare": statistics.median(ours) / middle,
    }


def _ours() -> list[Any]:
    found = LatestValue.objects.filter(layer=LAYER, metric="pm25").values_list("feature_id", "value", "at")
    return read_rows(found)


def _took(run: Callable[[], list[Any]]) -> float:
    began = time.perf_counter()
    assert len(run()) >= STATIONS
    return (time.perf_counter() - began) * 1_000
