"""Work and faults at a station: what was measured meanwhile is flagged, and all that follows is made anew."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from layers.core.errors import Invalid
from layers.core.text import Text
from layers.core.viewer import Viewer
from layers.sensors.models import Datastream, Maintenance, Reading, Station
from layers.sensors.quality.review import MOST_READINGS
from layers.sensors.quality.settle import judge_and_settle

MOST_OPEN: Final = 20
"""Maintenance under way at one station at once."""


def record(
    station: Station,
    streams: Sequence[Datastream],
    kind: str,
    start: datetime,
    end: datetime | None,
    *,
    done_by: str,
    note: str,
    viewer: Viewer,
    at: datetime,
) -> Maintenance:
    """Keep a maintenance of a station over [start, end], or from start on; kind is one of `MaintenanceKind`.

    Readings of its streams in that time no longer count; those that come later are flagged as they are stored.

    Raises:
        Invalid: in the future, ends before it starts, about too many readings, or too many are under way.
    """
    _check(start, end, at)
    with transaction.atomic():
        Station.objects.select_for_update(no_key=True).get(pk=station.pk)
        if end is None and under_way(station.pk, at).count() >= MOST_OPEN:
            raise _invalid(
                "end",
                f"Trạm đã có {MOST_OPEN} việc bảo trì chưa kết thúc.",
                f"The station has {MOST_OPEN} maintenances under way.",
            )
        kept = Maintenance.objects.create(
            station=station,
            kind=kind,
            start=start,
            end=end,
            done_by=done_by,
            note=note,
            by_id=viewer.user_id,
            recorded_at=at,
        )
        kept.streams.set(streams)
        _judge(streams, start, end or at, "start")
    return kept


def finish(station: Station, end: datetime, at: datetime) -> int:
    """End what is under way at a station; readings after `end` are judged by the tests alone. Number of them.

    Raises:
        Invalid: nothing is under way, it began after `end`, or `end` is in the future.
    """
    with transaction.atomic():
        Station.objects.select_for_update(no_key=True).get(pk=station.pk)
        found = list(under_way(station.pk, at).prefetch_related("streams"))
        if not found:
            raise _invalid("end", "Trạm không có việc bảo trì nào chưa kết thúc.", "No maintenance is under way.")
        _check(max(one.start for one in found), end, at)
        Maintenance.objects.filter(pk__in=[one.pk for one in found]).update(end=end)
        streams = {stream.pk: stream for one in found for stream in one.streams.all()}
        _judge(list(streams.values()), end, at, "end")
    return len(found)


def under_way(station_id: int, at: datetime) -> QuerySet[Maintenance]:
    """What began at a station by `at` and had not ended."""
    begun = Maintenance.objects.filter(station=station_id, start__lte=at)
    return begun.filter(Q(end__isnull=True) | Q(end__gt=at))


def _judge(streams: Sequence[Datastream], start: datetime, end: datetime, field: str) -> None:
    for stream in sorted(streams, key=lambda one: one.pk):
        if Reading.objects.filter(datastream=stream.pk, at__gte=start, at__lte=end).count() > MOST_READINGS:
            raise _invalid(
                field,
                f"Quá nhiều số liệu: nhiều nhất {MOST_READINGS} mỗi thông số.",
                f"Too many readings: at most {MOST_READINGS} a quantity.",
            )
        judge_and_settle(stream.pk, start, end)


def _check(start: datetime, end: datetime | None, at: datetime) -> None:
    for field, time in (("start", start), ("end", end)):
        if time is not None and time > at:
            raise _invalid(field, "Thời điểm ở tương lai.", "This is in the future.")
    if end is not None and end < start:
        raise _invalid("end", "Thời điểm cuối phải sau thời điểm đầu.", "The end must not be before the start.")


def _invalid(field: str, vi: str, en: str) -> Invalid:
    text = Text(vi=vi, en=en)
    return Invalid(text, fields={field: text})
