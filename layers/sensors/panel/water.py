"""A station of surface water: VN_WQI, parameters against the classes and the health limits."""

from collections.abc import Iterator
from datetime import timedelta

from layers.core import Chart, Series, Stat, State, Table, Text
from layers.core.panel import Block, Column
from layers.core.time import LOCAL
from layers.sensors.index.water import water_class
from layers.sensors.mean import HOUR
from layers.sensors.models import Span
from layers.sensors.panel.part import (
    LAST_DAY,
    LAST_MONTH,
    LAST_YEAR,
    MONTH,
    NAME,
    VALUE,
    YEAR,
    Look,
    derivation,
    figure,
    moment,
)
from layers.sensors.quantity import QUANTITIES
from layers.sensors.scale import QCVN_08, VN_WQI, WATER_HEALTH_LIMITS
from layers.sensors.standing import water_index

TITLE = Text.same("VN_WQI")


def state(look: Look) -> State | None:
    """The band of the index."""
    band = VN_WQI.band(look.station.wqi)
    return State(text=band.title, color=band.color) if band else None


def stats(look: Look) -> Iterator[Stat]:
    """The index and its hour."""
    stood, value = look.stood, look.station.wqi
    note = None
    if stood is not None and value is not None:
        said = moment(stood.at, look.now)
        note = Text(vi=f"Giờ kết thúc {said}", en=f"Hour ending {said}")
    yield Stat.on(TITLE, value, VN_WQI, precision=0, note=note)


def blocks(look: Look) -> Iterator[Block]:
    """Classes and limits, charts, derivation."""
    yield from _parameters(look)
    yield from look.chart(LAST_DAY, ("do", "cod", "n_nh4"))
    yield from look.chart(Text(vi="pH, 24 giờ qua", en="pH, last 24 hours"), ("ph",))
    yield from look.indices(Text(vi="7 ngày qua, VN_WQI giờ", en="Last 7 days, hourly VN_WQI"), "wqi", TITLE)
    yield from _days(look, LAST_MONTH, MONTH)
    if look.reaches_back(MONTH):
        yield from _days(look, LAST_YEAR, YEAR)
    stood = look.stood
    if stood is not None and stood.wqi is not None:
        yield from derivation(look, water_index(look.means, stood.at))


def _parameters(look: Look) -> Iterator[Table]:
    """The means of the newest hour: class of each, and how they stand to the limits that touch health."""
    hour = look.stood.at if look.stood else look.hour
    rows = []
    for name in look.streams:
        value = look.means.get(name, {}).get(hour)
        if value is None:
            continue
        limit = WATER_HEALTH_LIMITS.get(name)
        share = None if limit is None else round(value / limit * 100)
        of = QUANTITIES[name]
        named = f"{of.title.to(look.viewer.language)}{f' ({of.unit})' if of.unit else ''}"
        rows.append((named, figure(value, of), water_class({name: value}) or "", limit, share))
    if rows:
        columns = (
            Column(name="name", title=NAME),
            Column(name="value", title=VALUE, numeric=True),
            Column(name="class", title=Text(vi="Mức", en="Class")),
            Column(name="limit", title=Text(vi="Giới hạn", en="Limit"), numeric=True),
            Column(name="share", title=Text(vi="So với giới hạn", en="Of the limit"), numeric=True, unit="%"),
        )
        title = Text(vi=f"Trung bình giờ, theo {QCVN_08}", en=f"Hourly means, by {QCVN_08}")
        yield Table(title=title, columns=columns, rows=rows)


def _days(look: Look, title: Text, back: timedelta) -> Iterator[Chart]:
    """Daily means over the time before now."""
    shown = []
    for name in ("do", "cod", "tss"):
        points = look.of_span(name, Span.DAY, back)
        if points:
            days = [((at - HOUR).astimezone(LOCAL).date(), value) for at, value in points]
            shown.append(Series(name=QUANTITIES[name].title, unit=QUANTITIES[name].unit, points=days))
    if shown:
        yield Chart(title=title, series=shown)
