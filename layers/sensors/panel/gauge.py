"""A gauge of water level: where the water stands to its alert levels."""

from collections.abc import Iterator

from layers.core import Chart, Series, Stat, State, Table, Text
from layers.core.panel import Block, Column
from layers.sensors import series
from layers.sensors.index.flood import flood_state
from layers.sensors.models import Span
from layers.sensors.panel.part import LAST_DAY, LAST_YEAR, MONTH, WEEK, YEAR, Look, rounded
from layers.sensors.quantity import QUANTITIES
from layers.sensors.scale import FLOOD

TITLE = Text(vi="Mực nước", en="Water level")
LEVEL = QUANTITIES["water_level"]


def state(look: Look) -> State | None:
    """The alert level."""
    band = FLOOD.band(look.station.flood)
    return State(text=band.title, color=band.color) if band else None


def stats(look: Look) -> Iterator[Stat]:
    """The level, with its state."""
    row = look.station
    band = FLOOD.band(row.flood)
    words = None
    if row.level_m is not None and row.levels_m is not None:
        words = flood_state(row.level_m, row.levels_m, row.record_m).title
    yield Stat(
        title=TITLE, value=row.level_m, unit=LEVEL.unit, precision=2, color=band.color if band else None, band=words
    )


def blocks(look: Look) -> Iterator[Block]:
    """The gauge's own levels, and the water over a day, a week, a month, a year."""
    yield from _levels(look)
    first = look.station.levels_m[0] if look.station.levels_m else None
    limit = (first, FLOOD.bands[1].title.to(look.viewer.language)) if first is not None else None
    yield from look.chart(LAST_DAY, ("water_level",), limit)
    stream = look.streams.get("water_level")
    if stream is None:
        return
    spans = [
        (Text(vi="7 ngày qua, trung bình giờ", en="Last 7 days, hourly means"), Span.HOUR, WEEK),
        (Text(vi="30 ngày qua, trung bình giờ", en="Last 30 days, hourly means"), Span.HOUR, MONTH),
    ]
    if look.reaches_back(MONTH):
        spans.append((LAST_YEAR, Span.DAY, YEAR))
    for title, span, back in spans:
        points = rounded(series.means(stream.pk, span, look.now - back, look.now), LEVEL)
        if points:
            shown = Series(name=LEVEL.title, unit=LEVEL.unit, points=points)
            yield Chart(title=title, series=[shown], from_zero=False)
    yield from look.chart(Text(vi="Mưa, 24 giờ qua", en="Rain, last 24 hours"), ("rain",))


def _levels(look: Look) -> Iterator[Table]:
    row = look.station
    if row.levels_m is None:
        return
    names = [band.title.to(look.viewer.language) for band in FLOOD.bands[1:]]
    heights = [*row.levels_m, row.record_m]
    lines = [
        (name, height, None if row.level_m is None else round(row.level_m - height, 2))
        for name, height in zip(names, heights, strict=True)
        if height is not None
    ]
    columns = (
        Column(name="name", title=Text(vi="Mức", en="Level")),
        Column(name="height", title=Text(vi="Cao", en="Height"), numeric=True, unit="m"),
        Column(name="above", title=Text(vi="Nước so với mức", en="Water against it"), numeric=True, unit="m"),
    )
    yield Table(title=Text(vi="Mức báo động của trạm", en="Alert levels of the gauge"), columns=columns, rows=lines)
