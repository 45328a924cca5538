"""What opens when an alert is clicked: what it is about, its numbers around it, what happened, what can be done."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from layers.alerts.evaluate.target import names_of
from layers.alerts.models import EVALUATED, STANDING, Alert, AlertState, Entry, EntryKind
from layers.alerts.roles import OVERSEERS
from layers.alerts.rules.body import parse
from layers.alerts.rules.condition import Rule, Threshold, metrics_of, parts
from layers.alerts.rules.words import said
from layers.alerts.series import metric_of
from layers.alerts.severity import Severity
from layers.core import (
    Actions,
    Chart,
    KeyValue,
    Link,
    Note,
    Panel,
    Related,
    Series,
    Stat,
    State,
    Text,
    Timeline,
    TimelineEntry,
    Viewer,
)
from layers.core.errors import LayerError
from layers.core.layer import Layer
from layers.core.panel import ActionOffer, AttributesOf, Block, FeatureLink
from layers.core.registry import registry
from layers.core.scale import Categories

BESIDE = timedelta(hours=6)
"""What the chart shows before and after the alert."""
LONGEST = timedelta(days=7)
POINTS_MOST = 1_200
ENTRIES_MOST = 200
STATES = {one.value: one for one in AlertState}
KINDS = {one.value: one for one in EntryKind}
_MUTED = Text(
    vi="Đang bảo trì: cảnh báo được ghi lại, không báo cho ai.",
    en="Under maintenance: the alert is recorded, nobody is told.",
)
_HOLDS = Text(vi="Điều kiện vẫn đang đúng.", en="The condition still holds.")
_OVER = Text(
    vi="Điều kiện đã hết; quy tắc chờ người đóng cảnh báo.", en="The condition has ended; a person closes the alert."
)


def alert_panel(alert: Alert, viewer: Viewer) -> Panel:
    """Severity, the watched numbers around the alert, its timeline, the feature it is about, what may be done."""
    state = STATES[alert.state]
    return Panel(
        title=f"{alert.rule.title.to(viewer.language)}: {alert.about}",
        updated_at=alert.updated_at,
        state=State(text=state.title, color=state.color),
        blocks=[
            Stat.on(Text(vi="Mức độ", en="Severity"), alert.severity, Categories(Severity)),
            *_notes(alert),
            *_charts(alert, viewer),
            _timeline(alert, viewer),
            KeyValue.of(alert),
            *_rule(alert, viewer),
            Related(
                layer=alert.layer,
                title=Text(vi="Đối tượng", en="About"),
                features=[FeatureLink(layer=alert.layer, id=alert.feature_id, title=alert.about)],
            ),
            *_offers(alert),
        ],
    )


def _notes(alert: Alert) -> Iterator[Note]:
    if alert.is_muted:
        yield Note(text=_MUTED, level="warning")
    if alert.state in STANDING:
        yield Note(text=_OVER if alert.ended_at else _HOLDS)


def _rule(alert: Alert, viewer: Viewer) -> Iterator[KeyValue]:
    """What the version that fired says; overseers are led to the rule."""
    version = alert.watch.version
    try:
        levels = parse(version.body).rule.levels
    except LayerError:
        return
    names = names_of(alert.layer, viewer)
    rows: list[tuple[Text, str | Link]] = [
        (Severity.of(rank).title, said(condition, names).to(viewer.language))
        for rank, condition in sorted(levels, key=lambda level: -level[0])
    ]
    if viewer.has(OVERSEERS):
        opened = Link(href=f"/alerts/rules/{alert.rule.slug}", text=Text(vi="Mở", en="Open"))
        rows.append((Text(vi="Quy tắc", en="Rule"), opened))
    title = Text(vi=f"Quy tắc, phiên bản {version.number}", en=f"Rule, version {version.number}")
    yield KeyValue(title=title, rows=rows)


def _charts(alert: Alert, viewer: Viewer) -> Iterator[Chart]:
    """A chart a metric; nothing where the viewer may not see the feature, or nobody can read an old rule any more."""
    try:
        rule = parse(alert.watch.version.body).rule
        layer = registry.visible(alert.layer, viewer)
        if not isinstance(layer, Layer):
            return
        row = layer.query(viewer).row(alert.feature_id)
    except LayerError:
        return
    start = alert.since_at - BESIDE
    end = min((alert.until_at or timezone.now()) + BESIDE, start + LONGEST)
    for name in metrics_of(rule):
        metric = metric_of(layer, name)
        if metric is None or metric.series is None:
            continue
        points = _thinned(list(metric.series(row, start, end)))
        limit = _limit(rule, name, alert.watch.limits)
        lined = [(points[0][0], limit), (points[-1][0], limit)] if points and limit is not None else None
        yield Chart(
            title=metric.title,
            series=[Series(name=metric.title, points=points, unit=metric.unit, limit=lined)],
            from_zero=False,
        )


def _limit(rule: Rule, metric: str, limits: dict[str, float | None]) -> float | None:
    """The lightest level's limit on a metric."""
    for _, condition in sorted(rule.levels, key=lambda level: level[0]):
        for part in parts(condition):
            if isinstance(part, Threshold) and part.metric == metric:
                return limits.get(part.value) if isinstance(part.value, str) else part.value
    return None


def _thinned(points: list[tuple[datetime, float | None]]) -> Sequence[tuple[datetime, float | None]]:
    """At most so many points, the lowest and the highest of each stretch among them."""
    if len(points) <= POINTS_MOST:
        return points
    size = -(-len(points) // (POINTS_MOST // 2))
    kept: list[tuple[datetime, float | None]] = []
    for start in range(0, len(points), size):
        stretch = points[start : start + size]
        known = [point for point in stretch if point[1] is not None]
        if not known:
            kept.append(stretch[0])
            continue
        ends = {min(known, key=_value), max(known, key=_value)}
        kept += sorted(ends, key=lambda point: point[0])
    return kept


def _value(point: tuple[datetime, Any]) -> float:
    return float(point[1])


def _timeline(alert: Alert, viewer: Viewer) -> Timeline:
    entries = alert.entries.select_related("by").order_by("-at", "-id")[:ENTRIES_MOST]
    return Timeline(title=Text(vi="Diễn biến", en="What happened"), entries=[_said(entry, viewer) for entry in entries])


def _said(entry: Entry, viewer: Viewer) -> TimelineEntry:
    title = KINDS[entry.kind].title
    words = [entry.text] if entry.text else []
    if entry.kind in EVALUATED and entry.level:
        words.append(Severity.of(entry.level).title.to(viewer.language))
    words += [f"{name}: {value:g}" for name, value in entry.values.items() if value is not None]
    if entry.withdrawn_at is not None:
        title = Text(vi=f"{title.vi} (đã thu hồi)", en=f"{title.en} (taken back)")
    late = entry.recorded_at - entry.at
    if entry.kind in EVALUATED and late > timedelta(minutes=5):
        minutes = round(late.total_seconds() / 60)
        words.append(Text(vi=f"biết muộn {minutes} phút", en=f"known {minutes} min late").to(viewer.language))
    return TimelineEntry(
        at=entry.at, title=title, text="; ".join(words) or None, by=str(entry.by) if entry.by else None
    )


def _offers(alert: Alert) -> Iterator[Block | AttributesOf]:
    if alert.state == AlertState.OPEN:
        names = ["acknowledge", "note", "mute", "close"]
    else:
        names = ["note", "mute", "close"] if alert.state in STANDING else ["note"]
    yield Actions(actions=[ActionOffer(name=name, title=name) for name in names])
