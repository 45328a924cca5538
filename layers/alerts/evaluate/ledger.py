"""Turns what the evaluator says into alerts and their timelines.

A late value may take events back and bring others. An alert whose events are all taken back is withdrawn, unless
another began instead that overlaps it: then it is the same alert, amended, and keeps who acknowledged it. Nothing is
deleted: entries that no longer hold carry the time they were taken back.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from layers.alerts import escalation
from layers.alerts.models import EVALUATED, STANDING, Alert, AlertState, Entry, EntryKind, Watch
from layers.alerts.rules.body import Body
from layers.alerts.rules.fold import Event
from layers.alerts.rules.program import NEVER
from layers.alerts.series import from_us, to_us
from layers.alerts.severity import Severity
from layers.core.text import Text

Episode = Sequence[Event]
"""The events of one alert, in order."""


def journal(watch_id: int, metrics: Sequence[str]) -> list[Event]:
    """The events of a watch as they hold now: what `fold.replay` over the final series gives."""
    found: list[Event] = []
    for entry in Entry.objects.filter(watch=watch_id, kind__in=EVALUATED, withdrawn_at=None).order_by("at"):
        values = tuple(entry.values.get(name) for name in metrics)
        kind: Any = entry.kind
        began = to_us(entry.at) if kind == "raised" else found[-1].began
        found.append(Event(to_us(entry.at), kind, entry.level or 0, began, values))
    return found


def apply(watch: Watch, body: Body, metrics: Sequence[str], old: Episode, new: Episode, now: datetime) -> None:
    """Bring the alerts of a watch from its journal as it is stored to what it is now, in the caller's transaction.

    `metrics` are the names of the program's metrics.
    """
    withdrawn, added = set(old).difference(new), set(new).difference(old)
    for event in withdrawn:
        gone = Entry.objects.filter(watch=watch, at=from_us(event.at), kind=event.kind, withdrawn_at=None)
        gone.update(withdrawn_at=now)
    touched = {event.began for event in withdrawn | added}
    episodes = {began: list(found) for began, found in groupby(new, key=lambda event: event.began)}
    known = {
        to_us(alert.since_at): alert
        for alert in Alert.objects.filter(watch=watch, since_at__in=[from_us(began) for began in touched]).exclude(
            state=AlertState.WITHDRAWN.value
        )
    }
    orphans = {began: known[began] for began in touched if began in known and began not in episodes}
    for began in sorted(touched & set(episodes)):
        alert = known.get(began) or _overlapped(orphans, episodes[began])
        if alert is None:
            alert = _raised(watch, episodes[began], body, now)
        elif to_us(alert.since_at) != began:
            del orphans[to_us(alert.since_at)]
            _write(alert, now, EntryKind.AMENDED, now)
        more = [event for event in episodes[began] if event in added]
        _entries(alert, metrics, more, now)
        if alert.state == AlertState.ACKNOWLEDGED and any(event.kind == "upgraded" for event in more):
            _reopen(alert, body, now)
        _bring(alert, episodes[began], body, now)
    for alert in orphans.values():
        _write(alert, now, EntryKind.WITHDRAWN, now)
        _end(alert, AlertState.WITHDRAWN, max(now, alert.since_at))
        alert.save()


def stop(watch: Watch, now: datetime, why: Text) -> None:
    """End what stands of a watch that is being closed."""
    for alert in Alert.objects.filter(watch=watch, state__in=STANDING):
        _write(alert, now, EntryKind.STOPPED, now, why.vi)
        _end(alert, AlertState.CLEARED, now)
        alert.save()


def _overlapped(orphans: dict[int, Alert], episode: Episode) -> Alert | None:
    """The alert that lost its events and stood while the new one does."""
    ends = episode[-1].at if not episode[-1].level else NEVER
    for began, alert in orphans.items():
        until = to_us(alert.ended_at) if alert.ended_at else NEVER
        if began < ends and episode[0].at < until:
            return alert
    return None


def _raised(watch: Watch, episode: Episode, body: Body, now: datetime) -> Alert:
    alert = Alert(
        watch=watch,
        rule_id=watch.rule_id,
        layer=watch.layer,
        feature_id=watch.feature_id,
        about=watch.title,
        commune_id=watch.commune_id,
        geom=watch.geom,
        since_at=from_us(episode[0].at),
        severity=Severity.of(episode[0].level).value,
        worst=Severity.of(episode[0].level).value,
        is_muted=escalation.is_muted(watch, now),
        tell_at=escalation.first_at(body, now),
    )
    alert.save()
    return alert


def _bring(alert: Alert, episode: Episode, body: Body, now: datetime) -> None:
    """Severity, times and state as the events say; what people did stays."""
    last = episode[-1]
    alert.since_at = from_us(episode[0].at)
    alert.worst = Severity.of(max(event.level for event in episode)).value
    alert.severity = Severity.of(next(event.level for event in reversed(episode) if event.level)).value
    alert.ended_at = None if last.level else from_us(last.at)
    standing = AlertState.ACKNOWLEDGED if _was_acknowledged(alert) else AlertState.OPEN
    if alert.state == AlertState.CLOSED:
        graver = [e for e in episode if e.kind == "upgraded" and alert.until_at and from_us(e.at) > alert.until_at]
        if graver and last.level:
            _reopen(alert, body, now)
    elif alert.ended_at and body.auto_clear:
        _end(alert, AlertState.CLEARED, alert.ended_at)
    elif not alert.is_current:
        alert.state, alert.is_current, alert.until_at = standing.value, True, None
        alert.tell_at = None if standing is AlertState.ACKNOWLEDGED else escalation.first_at(body, now)
    alert.updated_at = now
    alert.save()


def _was_acknowledged(alert: Alert) -> bool:
    turns = alert.entries.filter(kind__in=(EntryKind.ACKNOWLEDGED.value, EntryKind.REOPENED.value))
    return turns.order_by("-id").values_list("kind", flat=True).first() == EntryKind.ACKNOWLEDGED.value


def _reopen(alert: Alert, body: Body, now: datetime) -> None:
    alert.state, alert.is_current, alert.until_at = AlertState.OPEN.value, True, None
    alert.told, alert.tell_at = 0, escalation.first_at(body, now)
    _write(alert, now, EntryKind.REOPENED, now)


def _end(alert: Alert, state: AlertState, at: datetime) -> None:
    # an alert that ended at the very instant it began still held for that instant
    until = max(at, alert.since_at + timedelta(microseconds=1))
    alert.state, alert.is_current, alert.until_at, alert.tell_at = state.value, False, until, None


def _entries(alert: Alert, metrics: Sequence[str], events: Iterable[Event], now: datetime) -> None:
    Entry.objects.bulk_create(
        Entry(
            alert=alert,
            watch_id=alert.watch_id,
            at=from_us(event.at),
            recorded_at=now,
            kind=event.kind,
            level=event.level,
            values=dict(zip(metrics, event.values, strict=True)),
        )
        for event in events
    )


def _write(alert: Alert, at: datetime, kind: EntryKind, now: datetime, text: str = "") -> None:
    Entry.objects.create(
        alert=alert, watch_id=alert.watch_id, at=at, recorded_at=now, kind=kind.value, text=text[:1000]
    )
