"""Tells people of an alert, one step after the other, until somebody acknowledges it; nobody under maintenance."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from layers.alerts.models import Alert, AlertState, Entry, EntryKind, Maintenance, Watch
from layers.alerts.rules.body import Body, Step, parse
from layers.alerts.severity import SEVERITIES
from layers.core.errors import Invalid
from layers.core.feature import FeatureRef
from layers.notices.outbox import Recipient, send
from layers.notices.people import people_of

AT_ONCE = 200
"""Alerts told in one turn."""


def first_at(body: Body, now: datetime) -> datetime | None:
    """When the first step of a new alert is due; None where nobody is to be told."""
    return now + timedelta(minutes=body.escalation[0].after_min) if body.escalation else None


def muted_until(watch: Watch, now: datetime) -> datetime | None:
    """The end of the maintenance that mutes this watch now; None where none does."""
    over = Maintenance.objects.filter(starts_at__lte=now, ends_at__gt=now)
    over = over.filter(Q(rule=None) | Q(rule=watch.rule_id))
    over = over.filter(Q(feature_id=None) | Q(layer=watch.layer, feature_id=watch.feature_id))
    return over.order_by("-ends_at").values_list("ends_at", flat=True).first()


def is_muted(watch: Watch, now: datetime) -> bool:
    """Whether maintenance mutes this watch now."""
    return muted_until(watch, now) is not None


def tell(now: datetime) -> int:
    """Take every step that is due; returns how many. What maintenance holds back is told when it ends, if it stands."""
    taken = 0
    due = Alert.objects.filter(state=AlertState.OPEN.value, tell_at__lte=now).order_by("tell_at")
    for key in list(due.values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            alert = due.select_for_update(of=("self",), skip_locked=True).filter(pk=key).first()
            if alert is not None:
                taken += _step(alert, now)
    return taken


def _step(alert: Alert, now: datetime) -> bool:
    watch = alert.watch
    muted = muted_until(watch, now)
    if muted is not None:
        alert.is_muted, alert.tell_at = True, muted
        alert.save(update_fields=["is_muted", "tell_at"])
        return False
    steps = parse(watch.version.body).escalation
    step = steps[alert.told] if alert.told < len(steps) else None
    if step is None:
        alert.tell_at = None
        alert.save(update_fields=["tell_at"])
        return False
    told = list(_recipients(step, alert))
    if told:
        _send(alert, told, alert.told + 1)
    _record(alert, len(told), now)
    alert.is_muted, alert.told = False, alert.told + 1
    following = steps[alert.told] if alert.told < len(steps) else None
    alert.tell_at = now + timedelta(minutes=following.after_min - step.after_min) if following else None
    alert.save(update_fields=["is_muted", "told", "tell_at"])
    return True


def _recipients(step: Step, alert: Alert) -> Iterator[Recipient]:
    for role in step.roles:
        yield from people_of(role, alert.commune_id)
    for address in step.emails:
        yield Recipient.mail(address)
    for url in step.webhooks:
        yield Recipient.hook(url)


def _send(alert: Alert, recipients: list[Recipient], step: int) -> None:
    rule = alert.rule
    severity = SEVERITIES[alert.severity]
    context = {
        "rule": rule.title,
        "about": alert.about,
        "severity": severity.title,
        "severity_code": severity.value,
        "since": alert.since_at,
        "layer": alert.layer,
        "feature": alert.feature_id,
        "alert": alert.pk,
        "step": step,
        "lonlat": [alert.geom.x, alert.geom.y],
    }
    key = f"alert-{alert.pk}-{alert.entries.filter(kind=EntryKind.REOPENED.value).count()}-{step}"
    for recipient in recipients:
        try:
            with transaction.atomic():
                send("alert", [recipient], context, about=FeatureRef(layer="alerts", id=alert.pk), key=key)
        except Invalid as fault:  # one wrong address keeps nobody else from hearing
            text = f"{recipient.address}: {fault.message.vi}"[:1000]
            Entry.objects.create(
                alert=alert, watch=alert.watch, at=alert.since_at, kind=EntryKind.NOTE.value, text=text
            )


def _record(alert: Alert, count: int, now: datetime) -> None:
    text = f"{count}"
    Entry.objects.create(
        alert=alert, watch_id=alert.watch_id, at=now, recorded_at=now, kind=EntryKind.TOLD.value, text=text
    )
