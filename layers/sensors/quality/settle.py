"""Flags of stored readings made anew, and all that follows: touched hours, latest values."""

from collections.abc import Collection
from datetime import datetime

from layers.sensors import mean
from layers.sensors.latest import refresh_latest
from layers.sensors.models import TouchedHour
from layers.sensors.quality.judge import Change, apply, judge_again


def judge_and_settle(datastream_id: int, start: datetime, end: datetime) -> tuple[int, int]:
    """Judge a stream's readings over [start, end] anew, in the caller's transaction; how many, and how many changed."""
    judged, changes = judge_again(datastream_id, start, end)
    settle(changes)
    return judged, len(changes)


def settle(changes: Collection[Change]) -> None:
    """Write changed flags, have the means of their hours made anew and the latest values show it."""
    if not changes:
        return
    apply(changes)
    hours = sorted({(one.stream, mean.hour_end(one.at)) for one in changes})
    TouchedHour.objects.bulk_create([TouchedHour(datastream_id=stream, at=at) for stream, at in hours])
    refresh_latest({one.stream for one in changes})
