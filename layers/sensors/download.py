"""A station's readings and means as CSV: `/api/stations/{id}/readings.csv` and `/api/stations/{id}/means.csv`.

UTF-8 with BOM, one row a time with its offset of Viet Nam, one column a quantity with its unit in the head. Readings
are given with their flag, doubtful ones too; means with their extremes and whether they are complete. Sent as it is
read, some days at a time, so that a year costs no more memory than a day.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.http import HttpRequest, StreamingHttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from layers.core.errors import BadRequest, UnknownFeature
from layers.core.limit import rate_limited
from layers.core.text import Text
from layers.core.time import LOCAL, parse_time
from layers.sensors import archive
from layers.sensors.models import LAYER, MEASURING, Datastream, Flag, Mean, Reading, Span, Station
from layers.sensors.quantity import QUANTITIES
from layers.sensors.visible import stations
from layers.spreadsheet.line import BOM, line

DAY: Final = timedelta(days=1)
USUAL: Final = timedelta(days=7)
"""The period that is given where none is asked for, up to now."""
LONGEST_READINGS: Final = timedelta(days=366)
LONGEST_MEANS: Final = timedelta(days=366 * 10)
STEP_READINGS: Final = timedelta(days=2)
STEP_MEANS: Final = timedelta(days=62)

Streams = Sequence[Datastream]
Cells = Sequence[Any]
Part = Callable[[Streams, datetime, datetime], Iterator[tuple[datetime, int, Cells]]]
"""Datastreams and a period -> time, datastream and cells, in order of time."""


@require_safe
@rate_limited
def readings(request: HttpRequest, station: int) -> StreamingHttpResponse:
    """Every reading of [start, end) with its flag: `PASS NOT_EVALUATED SUSPECT FAIL`, `status 01`, `… released`."""
    asked = _Asked(request, station, {"start", "end", "quantity", "lang"}, LONGEST_READINGS)
    heads = [f"{_head(one)},{one.quantity} flag".split(",") for one in asked.streams]
    return asked.answer("readings", heads, _readings, STEP_READINGS)


@require_safe
@rate_limited
def means(request: HttpRequest, station: int) -> StreamingHttpResponse:
    """The means of spans that end in (start, end], `span` being 5m, 1h (as without it), 8h, 24h or month."""
    asked = _Asked(request, station, {"start", "end", "quantity", "span", "lang"}, LONGEST_MEANS)
    text = request.GET.get("span", Span.HOUR.value)
    if text not in Span.values:
        known = ", ".join(Span.values)
        raise _refused("span", f"có {known}", f"there are {known}")

    def part(streams: Streams, start: datetime, end: datetime) -> Iterator[tuple[datetime, int, Cells]]:
        return _means(streams, Span(text), start, end)

    heads = [
        [_head(one), *(f"{one.quantity} {name}" for name in ("least", "most", "complete"))] for one in asked.streams
    ]
    return asked.answer(f"means_{text}", heads, part, STEP_MEANS)


class _Asked:
    """What of which station is asked for.

    Raises:
        UnknownFeature: no station, or none this caller may see.
        BadRequest: a parameter that there is not, or one that is not understood.
    """

    def __init__(self, request: HttpRequest, station: int, known: set[str], longest: timedelta) -> None:
        for name in request.GET:
            if name not in known:
                raise _refused(name[:60], "không có tham số này", "there is no such parameter", "unknown_parameter")
        found: Station | None = stations(request.viewer).filter(pk=station).first()  # type: ignore[attr-defined]
        if found is None:
            raise UnknownFeature(LAYER, station)
        self.station = found
        self.end = parse_time(request.GET["end"], "end") if "end" in request.GET else timezone.now()
        self.start = parse_time(request.GET["start"], "start") if "start" in request.GET else self.end - USUAL
        if self.start >= self.end:
            raise _refused("start", "phải trước end", "must be before end")
        if self.end - self.start > longest:
            raise _refused(
                "start", f"nhiều nhất {longest.days} ngày một tệp", f"at most {longest.days} days in one file"
            )
        self.streams = self._streams(request.GET.get("quantity"))

    def _streams(self, text: str | None) -> list[Datastream]:
        measured = {one.quantity: one for one in Datastream.objects.filter(station=self.station).order_by("pk")}
        wanted = list(measured) if text is None else [name.strip() for name in text.split(",")]
        for name in wanted:
            if name not in measured:
                has = ", ".join(measured)
                raise _refused("quantity", f"trạm không đo “{name[:40]}”; có {has}", f"no “{name[:40]}”; it has {has}")
        return [measured[name] for name in dict.fromkeys(wanted)]

    def answer(self, kind: str, heads: Sequence[Sequence[str]], part: Part, step: timedelta) -> StreamingHttpResponse:
        first, last = (at.astimezone(LOCAL).date().isoformat() for at in (self.start, self.end))
        response = StreamingHttpResponse(self._lines(heads, part, step), content_type="text/csv; charset=utf-8")
        name = f"{self.station.code}_{kind}_{first}_{last}.csv"
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        response["Cache-Control"] = "no-cache"
        response["Access-Control-Allow-Origin"] = "*"
        return response

    def _lines(self, heads: Sequence[Sequence[str]], part: Part, step: timedelta) -> Iterator[bytes]:
        yield BOM + line(["time", *(cell for head in heads for cell in head)])
        empty = {one.pk: [""] * len(head) for one, head in zip(self.streams, heads, strict=True)}
        start = self.start
        while start < self.end:
            end = min(start + step, self.end)
            rows: dict[datetime, dict[int, Cells]] = defaultdict(dict)
            for at, stream, cells in part(self.streams, start, end):
                rows[at][stream] = cells
            for at in sorted(rows):
                yield line([_local(at), *(cell for pk in empty for cell in rows[at].get(pk, empty[pk]))])
            start = end


def _readings(streams: Streams, start: datetime, end: datetime) -> Iterator[tuple[datetime, int, Cells]]:
    for one in streams:
        for at, value, counts in archive.read(one.pk, start, end):
            yield at, one.pk, (_figure(one, value), "archived" if counts else "archived, not used")
    of = {one.pk: one for one in streams}
    rows = Reading.objects.filter(datastream__in=list(of), at__gte=start, at__lt=end)
    for at, pk, value, status, flag, released in rows.values_list(
        "at", "datastream_id", "value", "status", "flag", "released"
    ):
        said = Flag(flag).name if status == MEASURING else f"status {status}"
        yield at, pk, (_figure(of[pk], value), f"{said} released" if released else said)


def _means(streams: Streams, span: Span, start: datetime, end: datetime) -> Iterator[tuple[datetime, int, Cells]]:
    of = {one.pk: one for one in streams}
    rows = Mean.objects.filter(datastream__in=list(of), span=span, at__gt=start, at__lte=end)
    for at, pk, *values, complete in rows.values_list("at", "datastream_id", "mean", "least", "most", "is_complete"):
        yield at, pk, (*(_figure(of[pk], value) for value in values), int(complete))


def _figure(stream: Datastream, value: float) -> str:
    """With one decimal more than is shown, and always a point."""
    return f"{value:.{QUANTITIES[stream.quantity].precision + 1}f}"


def _head(stream: Datastream) -> str:
    unit = QUANTITIES[stream.quantity].unit
    return f"{stream.quantity} ({unit})" if unit else stream.quantity


def _local(at: datetime) -> str:
    return at.astimezone(LOCAL).isoformat()


def _refused(field: str, vi: str, en: str, slug: str = "bad_request") -> BadRequest:
    return BadRequest(Text(vi=f"{field}: {vi}.", en=f"{field}: {en}."), field=field, slug=slug)


urlpatterns = [
    path("api/stations/<int:station>/readings.csv", readings),
    path("api/stations/<int:station>/means.csv", means),
]
