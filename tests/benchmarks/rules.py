"""Values heard → states and alerts stored: what 10,000 readings cost the evaluator, one of each of 10,000 gauges.

One rule of two levels with a clear value, a duration and a rise; values walk at random, one gauge in a hundred beyond
the limit. Whole turns are measured: the queue read, rules evaluated, states, marks and alerts committed, the queue
emptied. Judged is processor time, the evaluator's and its database session's together: 1,000 ms for 10,000 readings is
10,000 a second on one core.
"""

import random
import statistics
import time
from datetime import timedelta
from typing import Any

from django.contrib.gis.geos import Point
from django.db import connection
from django.utils import timezone

from layers.alerts.evaluate.run import Evaluator
from layers.alerts.models import Alert, Entry, Heard, Rule, RuleVersion, Watch
from layers.core.bulk import copy_columns, copy_rows
from tests.benchmarks import cpu
from tests.benchmarks.low_zoom import late

GAUGES = 10_000
TURNS = 24
BAR_MS = 1_000.0
"""For 10,000 readings: as many a second."""
FIRST = 1 << 40
"""Ids that no station has."""
SLUG = "benchmark"
LAYER, METRIC = "stations", "water_level"

RISING = {"change": {"metric": METRIC, "way": "rises", "by": 0.5, "within_min": 180}}
HIGH = {"held": {"for_min": 10, "of": {"threshold": {"metric": METRIC, "op": ">=", "value": 4.0, "clear": 3.8}}}}
BODY = {
    "levels": [{"severity": "moderate", "when": RISING}, {"severity": "severe", "when": HIGH}],
    "valid_min": 60,
    "lower_min": 15,
}


def measure(url: str, dsn: str) -> dict[str, Any]:
    """p50 and p95 of a turn of 10,000 readings, ms of processor; parts of it; alerts raised."""
    _clear()
    try:
        return _measure()
    finally:
        _clear()


def _clear() -> None:
    Heard.objects.filter(feature_id__gte=FIRST).delete()
    Entry.objects.filter(alert__feature_id__gte=FIRST).delete()
    Alert.objects.filter(feature_id__gte=FIRST).delete()
    Rule.objects.filter(slug=SLUG).delete()


def _measure() -> dict[str, Any]:
    now = timezone.now()
    _watches(now - timedelta(hours=3))
    evaluator = Evaluator()
    evaluator.load(now)
    chance = random.Random(7)
    levels = [2.0 + (2.1 if one % 100 == 0 else 0) for one in range(GAUGES)]
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (session,) = cursor.fetchone()
    took, own, both = [], [], []
    for turn in range(TURNS):
        _heard(levels, now - timedelta(hours=2) + timedelta(minutes=5 * turn), chance)
        began, worked, served = time.perf_counter(), time.process_time(), cpu.seconds(session)
        taken = evaluator.turn(now)
        took.append((time.perf_counter() - began) * 1000)
        own.append((time.process_time() - worked) * 1000)
        both.append(own[-1] + (cpu.seconds(session) - served) * 1000)
        assert taken == GAUGES
    return {
        "p50_ms": statistics.median(both),
        "p95_ms": late(both),
        "bar_ms": BAR_MS,
        "evaluator_p50_ms": statistics.median(own),
        "clock_p50_ms": statistics.median(took),
        "readings_a_second": GAUGES * 1000 / statistics.median(both),
        "alerts": Alert.objects.filter(feature_id__gte=FIRST).count(),
    }


def _watches(starts_at: Any) -> None:
    rule = Rule.objects.create(slug=SLUG, title_vi="Đo", title_en="Benchmark", layer=LAYER)
    version = RuleVersion.objects.create(rule=rule, number=1, body=BODY)
    place = Point(106.1, 11.3, srid=4326)
    copy_rows(
        Watch,
        [
            Watch(
                version=version,
                rule=rule,
                layer=LAYER,
                feature_id=FIRST + one,
                title=f"Gauge {one}",
                geom=place,
                starts_at=starts_at,
            )
            for one in range(GAUGES)
        ],
    )


def _heard(levels: list[float], at: Any, chance: random.Random) -> None:
    for one in range(GAUGES):
        levels[one] += chance.uniform(-0.05, 0.05)
    copy_columns(
        Heard,
        {
            "layer": [LAYER] * GAUGES,
            "feature_id": range(FIRST, FIRST + GAUGES),
            "metric": [METRIC] * GAUGES,
            "at": [at] * GAUGES,
            "value": levels,
        },
    )
