"""Parts that the panels of all kinds of station share."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q

from layers.core import Chart, Series, Table, Text, Viewer
from layers.core.models import LatestValue
from layers.core.panel import Column, Mark
from layers.core.time import LOCAL
from layers.sensors import series
from layers.sensors.index.derivation import Derivation
from layers.sensors.models import LAYER, Datastream, HourlyIndex, Maintenance, Mean, Span
from layers.sensors.quality.blocks import marks
from layers.sensors.quality.review import MOST_SPELLS, Spell, spells
from layers.sensors.quantity import QUANTITIES, Quantity
from layers.sensors.series import Point
from layers.sensors.standing import Hours, hourly_means

DAY, WEEK, MONTH, YEAR = timedelta(days=1), timedelta(days=7), timedelta(days=30), timedelta(days=365)

NAME = Text(vi="Thông số", en="Quantity")
VALUE = Text(vi="Giá trị", en="Value")
UNIT = Text(vi="Đơn vị", en="Unit")
AT = Text(vi="Lúc", en="At")
HOW = Text(vi="Cách tính", en="Derivation")
LAST_DAY = Text(vi="24 giờ qua, từng số đo", en="Last 24 hours, every reading")
LAST_MONTH = Text(vi="30 ngày qua, trung bình ngày", en="Last 30 days, daily means")
LAST_YEAR = Text(vi="365 ngày qua, trung bình ngày", en="Last 365 days, daily means")
MEASURED = Text(vi="Số đo mới nhất", en="Latest readings")


@dataclass(frozen=True)
class Look:
    """A station looked at: now, or as it stood at the end of an hour.

    Attributes:
        now: the end of every chart; `hour` the newest whole hour before it.
        past: whether a time was asked for.
    """

    station: Any
    viewer: Viewer
    now: datetime
    past: bool

    @property
    def hour(self) -> datetime:
        """The end of the newest hour that is over."""
        return self.now.replace(minute=0, second=0, microsecond=0)

    @cached_property
    def streams(self) -> dict[str, Datastream]:
        """What the station measures, by quantity."""
        return {one.quantity: one for one in Datastream.objects.filter(station=self.station.pk).order_by("pk")}

    @cached_property
    def stood(self) -> HourlyIndex | None:
        """The newest hour with an index, of the last two."""
        rows = HourlyIndex.objects.filter(
            station=self.station.pk, at__gt=self.hour - timedelta(hours=2), at__lte=self.hour
        ).order_by("-at")
        found = list(rows)
        return next((one for one in found if one.aqi is not None or one.wqi is not None), found[0] if found else None)

    @cached_property
    def means(self) -> dict[str, Hours]:
        """By quantity the complete hourly means of the last 24 hours."""
        return dict(hourly_means(self.station.pk, self.hour - DAY, self.hour))

    @property
    def midnight(self) -> datetime:
        """The end of the newest local day that is over."""
        return self.now.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)

    @cached_property
    def yesterday(self) -> dict[str, list[float | None]]:
        """By quantity the complete hourly means of the newest local day that is over, oldest first."""
        ends = [self.midnight - timedelta(hours=ago) for ago in range(23, -1, -1)]
        means = hourly_means(self.station.pk, ends[0], ends[-1])
        return {name: [hours.get(at) for at in ends] for name, hours in means.items()}

    @cached_property
    def flagged(self) -> list[Spell]:
        """What the tests flagged in the last seven days, newest first."""
        return spells(self.station.pk, self.now - WEEK, self.now)[0]

    @cached_property
    def maintenance(self) -> list[Maintenance]:
        """What was done at the station in the last seven days, newest first."""
        rows = Maintenance.objects.filter(
            Q(end__isnull=True) | Q(end__gte=self.now - WEEK), station=self.station.pk, start__lte=self.now
        )
        return list(rows.prefetch_related("streams").order_by("-start")[:MOST_SPELLS])

    @property
    def maintained(self) -> list[Maintenance]:
        """What is under way."""
        return [one for one in self.maintenance if one.end is None or one.end > self.now]

    def marks(self, name: str, start: datetime) -> list[Mark]:
        """What is flagged of a quantity since `start`, as marks on its line of readings."""
        stream = self.streams[name]
        found = [one for one in self.flagged if one.quantity == name]
        return marks(found, [one for one in self.maintenance if stream in one.streams.all()], start, self.now)

    def reaches_back(self, back: timedelta) -> bool:
        """Whether there is a daily mean older than that."""
        older = Mean.objects.filter(datastream__station=self.station.pk, span=Span.DAY, at__lt=self.now - back)
        return older.exists()

    def chart(self, title: Text, names: Sequence[str], limit: tuple[float, str] | None = None) -> Iterator[Chart]:
        """The readings of the last 24 hours, where there are any."""
        start = self.now - DAY
        shown = [
            Series(
                name=QUANTITIES[name].title,
                unit=QUANTITIES[name].unit or None,
                points=rounded(series.chart(self.streams[name], start, self.now), QUANTITIES[name]),
                limit=[(start, limit[0])] if limit else None,
                limit_source=limit[1] if limit else None,
                marks=self.marks(name, start),
            )
            for name in names
            if name in self.streams
        ]
        if any(one.points or any(mark.points for mark in one.marks) for one in shown):
            yield Chart(title=title, series=shown, from_zero="water_level" not in names and "ph" not in names)

    def indices(self, title: Text, index: str, name: Text) -> Iterator[Chart]:
        """An index of every hour of the last seven days."""
        points = list(series.of_index(index)(self.station, self.now - WEEK, self.now))
        if any(value is not None for _, value in points):
            shown = series.with_gaps(points, timedelta(hours=1.5))
            yield Chart(title=title, series=[Series(name=name, points=shown)])

    def of_span(self, name: str, span: Span, back: timedelta) -> list[Point]:
        """The complete means of a quantity over the time before now."""
        stream = self.streams.get(name)
        return (
            []
            if stream is None
            else rounded(series.means(stream.pk, span, self.now - back, self.now), QUANTITIES[name])
        )


def rounded(points: Sequence[Point], quantity: Quantity) -> list[Point]:
    """The points with one decimal more than is shown: a chart of a month travels light."""
    return [(at, None if value is None else round(value, quantity.precision + 1)) for at, value in points]


def latest(look: Look) -> Iterator[Table]:
    """The newest value of everything the station measures; in the past, the means of that hour."""
    if look.past:
        hour = {name: (look.hour, means.get(look.hour)) for name, means in look.means.items()}
        title = Text(vi="Trung bình của giờ này", en="Means of this hour")
    else:
        rows = LatestValue.objects.filter(layer=LAYER, feature_id=look.station.pk, metric__in=look.streams)
        hour = {metric: (at, value) for metric, at, value in rows.values_list("metric", "at", "value")}
        title = MEASURED
    lines = [
        (QUANTITIES[name].title.to(look.viewer.language), figure(*hour.get(name, (None, None))[1:], QUANTITIES[name]),
         QUANTITIES[name].unit, moment(hour[name][0], look.now) if name in hour else "")
        for name in look.streams
    ]  # fmt: skip
    if lines:
        columns = (
            Column(name="name", title=NAME),
            Column(name="value", title=VALUE, numeric=True),
            Column(name="unit", title=UNIT),
            Column(name="at", title=AT),
        )
        yield Table(title=title, columns=columns, rows=lines)


def derivation(look: Look, of: Derivation) -> Iterator[Table]:
    """How an index came about: its parts, what stands behind each, formulas with the numbers put in."""
    lines = list(_lines(of, look.viewer.language, depth=0))
    if of.parts:
        columns = (
            Column(name="name", title=NAME),
            Column(name="value", title=VALUE, numeric=True),
            Column(name="formula", title=HOW),
        )
        title = Text(vi=f"Cách tính {of.name.vi} ({of.rule})", en=f"How {of.name.en} came about ({of.rule})")
        yield Table(title=title, columns=columns, rows=lines)


def _lines(of: Derivation, language: str, depth: int) -> Iterator[tuple[str, float | None, str]]:
    told = of.missing or of.formula
    unit = f" {of.unit}" if of.unit else ""
    yield (
        f"{'– ' * depth}{of.name.to(language)}{f' ({unit.strip()})' if unit else ''}",
        _short(of.value),
        told.to(language) if told else "",
    )
    if depth < 2:
        for part in of.parts:
            if part.formula or part.parts or part.missing or depth < 1:
                yield from _lines(part, language, depth + 1)


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def figure(value: float | None, quantity: Quantity) -> float | None:
    """A value as precise as it is shown."""
    return None if value is None else round(value, quantity.precision)


def moment(at: datetime, now: datetime) -> str:
    """A time as people write it: the hour of today, else with its day."""
    local = at.astimezone(LOCAL)
    return f"{local:%H:%M}" if local.date() == now.astimezone(LOCAL).date() else f"{local:%H:%M %d/%m/%Y}"
