"""Readings judged again after the tests changed: stream by stream, a month at a time from the newest, resumable.

What arrives is always judged by the tests in force; a run brings what was stored before up to them. Where it stands is
kept with every part, so that it goes on after a restart; several may work at once, each at another stream.
"""

import time
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef

from layers.sensors.models import Datastream, Reading, TestRun
from layers.sensors.quality.settle import judge_and_settle
from layers.sensors.quality.table import table

PART: Final = timedelta(days=31)
AT_MOST_S: Final = 30.0
"""Seconds one call works on."""
AHEAD: Final = timedelta(days=1)
"""Readings may lie this far in the future by a device's clock."""


def rerun(now: datetime, at_most_s: float = AT_MOST_S) -> int:
    """Judge again what carries flags of another version, for so many seconds; number of flags that changed."""
    until = time.monotonic() + at_most_s
    version, changed = table().version, 0
    _begin(version, now)
    while time.monotonic() < until:
        done = _part(version, now)
        if done is None:
            break
        changed += done
    return changed


def _begin(version: str, now: datetime) -> None:
    """A run for every stream that has none of this version."""
    begun = TestRun.objects.filter(datastream=OuterRef("pk"), version=version)
    missing = Datastream.objects.filter(~Exists(begun)).values_list("pk", flat=True)
    TestRun.objects.bulk_create(
        [TestRun(datastream_id=pk, version=version, started_at=now, down_to=now + AHEAD) for pk in missing],
        ignore_conflicts=True,
    )


@transaction.atomic
def _part(version: str, now: datetime) -> int | None:
    """Judge the next part of some stream; None where nothing is left to do or others are at it."""
    run = (
        TestRun.objects.select_for_update(skip_locked=True)
        .filter(version=version, finished_at=None)
        .order_by("pk")
        .first()
    )
    if run is None:
        return None
    stored = Reading.objects.filter(datastream=run.datastream_id, at__lt=run.down_to)
    newest = stored.order_by("-at").values_list("at", flat=True).first()
    changed = 0
    if newest is None:
        run.finished_at = now
    else:
        start = newest - PART
        judged, changed = judge_and_settle(run.datastream_id, start, newest)
        run.down_to, run.judged, run.changed = start, run.judged + judged, run.changed + changed
    run.save()
    return changed
