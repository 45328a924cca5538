"""What people do with an alert: acknowledge, note, close, mute. Each is an entry with who and why."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from layers.alerts.models import STANDING, Alert, AlertState, Entry, EntryKind, Maintenance
from layers.alerts.roles import HANDLERS, OVERSEERS
from layers.core.action import Action, Field
from layers.core.errors import Conflict, Invalid
from layers.core.text import Text
from layers.core.time import LOCAL
from layers.core.viewer import Viewer

MUTED_MOST = timedelta(days=90)
ENDED = Text(vi="Cảnh báo này không còn hiệu lực.", en="This alert no longer stands.")
TAKEN = Text(vi="Cảnh báo này đã có người tiếp nhận.", en="This alert has been acknowledged already.")


def acknowledge(alert: Alert, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """Take an alert on: nobody further is told of it.

    Raises:
        Conflict: it is acknowledged already, or no longer stands.
    """
    if alert.state == AlertState.ACKNOWLEDGED:
        raise Conflict(TAKEN)
    _standing(alert)
    alert.state, alert.tell_at = AlertState.ACKNOWLEDGED.value, None
    _keep(alert, viewer, EntryKind.ACKNOWLEDGED, data["text"])


def note(alert: Alert, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """Write something down beside an alert, whether it stands or not."""
    _keep(alert, viewer, EntryKind.NOTE, data["text"])


def close(alert: Alert, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """End an alert by hand. A graver level later opens it again; the same condition raises no second one.

    Raises:
        Conflict: it no longer stands.
    """
    _standing(alert)
    now = max(timezone.now(), alert.since_at + timedelta(microseconds=1))
    alert.state, alert.is_current, alert.until_at, alert.tell_at = AlertState.CLOSED.value, False, now, None
    _keep(alert, viewer, EntryKind.CLOSED, data["text"])


def mute(alert: Alert, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """Put this rule at this feature under maintenance until the end of a day.

    Raises:
        Invalid: the day is past or too far.
    """
    now = timezone.now()
    until = datetime.combine(data["until"] + timedelta(days=1), time(), LOCAL)
    if not now < until <= now + MUTED_MOST:
        late = Text(vi="Từ hôm nay đến 90 ngày tới.", en="From today to 90 days ahead.")
        raise Invalid(late, fields={"until": late})
    Maintenance.objects.create(
        rule_id=alert.rule_id,
        layer=alert.layer,
        feature_id=alert.feature_id,
        starts_at=now,
        ends_at=until,
        reason=data["text"][:500],
        by_id=viewer.user_id,
    )
    alert.is_muted = True
    shown = f"{data['until']:%d/%m/%Y}"
    _keep(alert, viewer, EntryKind.NOTE, f"Bảo trì đến hết {shown}: {data['text']}")


def _standing(alert: Alert) -> None:
    if alert.state not in STANDING:
        raise Conflict(ENDED)


def _keep(alert: Alert, viewer: Viewer, kind: EntryKind, text: str | None) -> None:
    now = timezone.now()
    alert.updated_at = now
    alert.save()
    Entry.objects.create(
        alert=alert,
        watch_id=alert.watch_id,
        at=now,
        recorded_at=now,
        kind=kind.value,
        by_id=viewer.user_id,
        text=(text or "")[:1000],
    )


_WHY = Text(vi="Lý do, việc đã làm", en="Why, what was done")
_TEXT = Field("text", _WHY, max_length=900)

ACTIONS = (
    Action("acknowledge", Text(vi="Tiếp nhận", en="Acknowledge"), acknowledge, form=[_TEXT], by=HANDLERS),
    Action(
        "note",
        Text(vi="Ghi chú", en="Note"),
        note,
        form=[Field("text", Text(vi="Nội dung", en="Words"), max_length=900)],
        by=HANDLERS,
    ),
    Action(
        "mute",
        Text(vi="Bảo trì", en="Maintenance"),
        mute,
        form=[Field("until", Text(vi="Đến hết ngày", en="To the end of"), "date"), _TEXT],
        by=OVERSEERS,
    ),
    Action("close", Text(vi="Đóng cảnh báo", en="Close"), close, form=[_TEXT], by=HANDLERS, danger=True),
)
