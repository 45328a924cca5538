"""A station of air: VN_AQI with its advice, pollutants against the limits of the day."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal

from layers.core import Chart, Note, Series, Stat, State, Table, Text
from layers.core.panel import Block, Cell, Column
from layers.core.time import LOCAL
from layers.sensors.index.air import NAMES, NOWCAST_HOURS, daily_aqi, exceedance, limit_on
from layers.sensors.index.derivation import Derivation
from layers.sensors.mean import HOUR as ONE_HOUR
from layers.sensors.mean import LEAST_SHARE
from layers.sensors.models import Span
from layers.sensors.number import said
from layers.sensors.panel.part import (
    LAST_DAY,
    LAST_MONTH,
    LAST_YEAR,
    MONTH,
    NAME,
    YEAR,
    Look,
    derivation,
    figure,
    moment,
)
from layers.sensors.quantity import QUANTITIES
from layers.sensors.scale import ADVICE, DAY, EIGHT_HOURS, HOUR, QCVN_05, VN_AQI
from layers.sensors.standing import POLLUTANTS, air_index

TITLE = Text(vi="VN_AQI giờ", en="Hourly VN_AQI")
LIMITS = Text(vi=f"So với giới hạn của {QCVN_05}", en=f"Against the limits of {QCVN_05}")
SPANS = {
    HOUR: Text(vi="1\u00a0giờ", en="1\u00a0h"),
    EIGHT_HOURS: Text(vi="8\u00a0giờ", en="8\u00a0h"),
    DAY: Text(vi="24\u00a0giờ", en="24\u00a0h"),
}
LEVELS: Final[tuple[Literal["good", "info", "warning", "danger"], ...]] = (
    "good",
    "info",
    "warning",
    "warning",
    "danger",
    "danger",
)
"""How the advice of each band is set."""
SENSITIVE = Text(
    vi="Trẻ em, người già, người bệnh hô hấp, tim mạch", en="Children, the elderly, people with lung or heart disease"
)


def state(look: Look) -> State | None:
    """The band of the index."""
    band = VN_AQI.band(look.station.aqi)
    return State(text=band.title, color=band.color) if band else None


def stats(look: Look) -> Iterator[Stat]:
    """The index of the hour, by which pollutant, and that of the day before."""
    stood, value = look.stood, look.station.aqi
    if stood is None or value is None:
        yield Stat.on(TITLE, None, VN_AQI)
    else:
        name, said = NAMES.get(look.station.pollutant, ""), moment(stood.at, look.now)
        note = Text(vi=f"{name}, giờ kết thúc {said}", en=f"{name}, hour ending {said}")
        yield Stat.on(TITLE, value, VN_AQI, precision=0, note=note)
    day = daily_aqi(look.yesterday)
    if day.value is not None:
        ended = f"{(look.midnight - ONE_HOUR).astimezone(LOCAL):%d/%m/%Y}"
        yield Stat.on(day.name, day.shown, VN_AQI, precision=0, note=ended)


def blocks(look: Look) -> Iterator[Block]:
    """Advice, limits, charts, derivations."""
    yield from _advice(look)
    yield from _limits(look)
    yield from look.chart(LAST_DAY, ("pm25", "pm10"))
    yield from look.chart(Text(vi="Khí, 24 giờ qua", en="Gases, last 24 hours"), ("no2", "so2", "o3"))
    yield from look.indices(Text(vi="7 ngày qua, VN_AQI giờ", en="Last 7 days, hourly VN_AQI"), "aqi", TITLE)
    yield from _days(look, LAST_MONTH, MONTH, "bar")
    if look.reaches_back(MONTH):
        yield from _days(look, LAST_YEAR, YEAR, "line")
    stood = look.stood
    if stood is not None and stood.aqi is not None:
        index = air_index(_back(look), stood.at)
        yield from derivation(look, index)
        yield from _nowcast_hours(look, index, stood.at)
    day = daily_aqi(look.yesterday)
    if day.value is not None:
        yield from derivation(look, day)


def _advice(look: Look) -> Iterator[Note]:
    band = VN_AQI.band(look.station.aqi)
    if band is None:
        return
    advice = ADVICE[band.start]
    level = LEVELS[VN_AQI.bands.index(band)]
    yield Note(title=Text(vi="Mọi người", en="Everyone"), text=advice.everyone, level=level)
    if advice.sensitive != advice.everyone:
        yield Note(title=SENSITIVE, text=advice.sensitive, level=level)


def _back(look: Look) -> dict[str, dict[datetime, float]]:
    return {name: dict(hours) for name, hours in look.means.items()}


def _nowcast_hours(look: Look, index: Derivation, at: datetime) -> Iterator[Table]:
    """The hours of which the Nowcasts of the index at `at` are made, each with its weight."""
    made = [(part.name.vi, nowcast) for part in index.parts for nowcast in part.parts if nowcast.parts]
    if not made:
        return
    columns = [Column(name="hour", title=Text(vi="Giờ kết thúc", en="Hour ending"))]
    for name, nowcast in made:
        columns.append(Column(name=name, title=name, numeric=True, unit=nowcast.unit))
        columns.append(
            Column(name=f"{name} w", title=Text(vi=f"Trọng số {name}", en=f"Weight of {name}"), numeric=True)
        )
    rows = []
    for ago in range(NOWCAST_HOURS):
        row: list[Cell] = [moment(at - ONE_HOUR * ago, look.now)]
        for name, nowcast in made:
            hour = nowcast.parts[ago]
            weight = None if hour.weight is None else said("{:.4f}", look.viewer.language, hour.weight)
            row += [figure(hour.value, QUANTITIES[POLLUTANTS[name]]), weight]
        rows.append(row)
    title = Text(vi="Mười hai giờ của Nowcast, với trọng số", en="The twelve hours of the Nowcast, with their weights")
    yield Table(title=title, columns=columns, rows=rows)


def _limits(look: Look) -> Iterator[Table]:
    """The newest means over 1, 8 and 24 hours that have a limit on that day."""
    day, rows = look.hour.astimezone(LOCAL).date(), []
    for name in NAMES:
        for hours, span in SPANS.items():
            limit = limit_on(name, hours, day)
            value = _mean(look, name, hours)
            if limit is None or name not in look.streams:
                continue
            ratio = exceedance(name, hours, value, day) if value is not None else None
            rows.append(
                (
                    NAMES[name],
                    span.to(look.viewer.language),
                    figure(value, QUANTITIES[name]),
                    limit.value,
                    None if ratio is None or ratio.value is None else round(ratio.value * 100),
                )
            )
    if rows:
        columns = (
            Column(name="name", title=NAME),
            Column(name="span", title=Text(vi="Trung bình", en="Mean of")),
            Column(name="value", title=Text(vi="Giá trị", en="Value"), numeric=True, unit="µg/m³"),
            Column(name="limit", title=Text(vi="Giới hạn", en="Limit"), numeric=True, unit="µg/m³"),
            Column(name="share", title=Text(vi="So với giới hạn", en="Of the limit"), numeric=True, unit="%"),
        )
        yield Table(title=LIMITS, columns=columns, rows=rows)


def _mean(look: Look, name: str, hours: int) -> float | None:
    """The mean over the newest so many hours; three in four must be complete."""
    means = look.means.get(name, {})
    known = [means[at] for at in (look.hour - ONE_HOUR * ago for ago in range(hours)) if at in means]
    return sum(known) / len(known) if known and len(known) >= LEAST_SHARE * hours else None


def _days(look: Look, title: Text, back: timedelta, kind: Literal["bar", "line"]) -> Iterator[Chart]:
    """Daily means over the time before now, each against the limit that was in force on its day."""
    shown = []
    for name in ("pm25", "pm10"):
        points = look.of_span(name, Span.DAY, back)
        limits = [(at, limit_on(name, DAY, (at - ONE_HOUR).astimezone(LOCAL).date())) for at, _ in points]
        limit = [(at, one.value) for at, one in limits if one]
        if points:
            shown.append(
                Series(
                    name=QUANTITIES[name].title,
                    unit=QUANTITIES[name].unit,
                    points=[((at - ONE_HOUR).astimezone(LOCAL).date(), value) for at, value in points],
                    limit=[((at - ONE_HOUR).astimezone(LOCAL).date(), value) for at, value in limit] or None,
                    limit_source=f"{QCVN_05}, 24 h" if limit else None,
                )
            )
    if shown:
        yield Chart(title=title, series=shown, kind=kind)
