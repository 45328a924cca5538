"""A back-test as the page shows it: a column a day, and its alerts one by one."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from layers.alerts.backtest import Result, Tried
from layers.alerts.rules.words import Names, length
from layers.alerts.series import MICROSECOND
from layers.core.text import Text
from layers.core.time import LOCAL

SHOWN_MOST = 200
"""Alerts of a back-test listed on the page; the counts are of all that were kept."""
HEIGHT_PX = 56
STEP_PX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A day on which alerts began: its place and height in the drawing, the worst severity, and that in words."""

    x: int
    y: float
    height: float
    severity: str
    title: str


def shown(result: Result, names: Names, language: str) -> dict[str, Any]:
    """What the template draws."""
    begun = result.start.astimezone(LOCAL).date()
    days = (result.end.astimezone(LOCAL).date() - begun).days + 1
    return {
        "result": result,
        "total": len(result.alerts) + result.left_out,
        "more": len(result.alerts) + result.left_out - min(len(result.alerts), SHOWN_MOST),
        "width": days * STEP_PX,
        "height": HEIGHT_PX,
        "columns": _columns(result.alerts, begun, language),
        "rows": [_row(one, result, names, language) for one in result.alerts[:SHOWN_MOST]],
    }


def _columns(alerts: list[Tried], begun: date, language: str) -> list[Column]:
    by_day: dict[date, list[Tried]] = defaultdict(list)
    for one in alerts:
        by_day[one.since_at.astimezone(LOCAL).date()].append(one)
    most = max((len(group) for group in by_day.values()), default=1)
    columns = []
    for day, group in sorted(by_day.items()):
        worst = max((one.worst for one in group), key=lambda severity: severity.rank)
        height = max(4.0, HEIGHT_PX * len(group) / most)
        said = Text(vi=f"{day:%d/%m/%Y}: {len(group)} cảnh báo", en=f"{day:%d/%m/%Y}: {len(group)} alerts")
        columns.append(
            Column(
                x=(day - begun).days * STEP_PX,
                y=HEIGHT_PX - height,
                height=height,
                severity=worst.value,
                title=f"{said.to(language)} ({worst.title.to(language)})",
            )
        )
    return columns


def _row(one: Tried, result: Result, names: Names, language: str) -> dict[str, Any]:
    values = [(name, value) for name, value in one.values.items() if value is not None]
    return {
        "about": one.feature.title,
        "since": one.since_at,
        "until": one.until_at,
        "length": _length(one.length(result.end)).to(language),
        "severity": one.worst.value,
        "worst": one.worst.title.to(language),
        "changes": one.changes,
        "values": ", ".join(
            f"{names.metric(name).to(language)} {names.amount(name, round(value, 6)).to(language)}"
            for name, value in values
        ),
    }


def _length(span: timedelta) -> Text:
    """To the minute; from two days on to the hour."""
    step = timedelta(minutes=60 if span >= timedelta(days=2) else 1)
    return length(round(span / step) * (step // MICROSECOND))
