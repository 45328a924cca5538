"""From the queue to the next server, and again later where that fails.

A notice is leased before it is sent: `due_at` moves ahead of the longest delivery, so that two workers never send it at
the same time and one that dies gives it back. A receiver may still see a notice twice (the answer was lost): both carry
the same delivery number.
"""

import json
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db.models import F
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.utils import timezone

from layers.notices import mail, push, webhook
from layers.notices.models import Channel, Notice, NoticeState
from layers.notices.outside import Refused
from layers.notices.template import render

ATTEMPTS_MOST = 8
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
"""Waits grow fourfold: 30 s, 2 min, 8 min, 32 min, 2 h, 6 h, 6 h. After the eighth try a notice is given up."""
LEASE = timedelta(minutes=5)
DUE_MOST = 200
"""Notices one run delivers; the next run, a minute later, takes the rest."""
KEEP = timedelta(days=90)
"""How long a delivered or failed notice stays in the log."""
ERROR_MOST = 500

log = structlog.get_logger(__name__)


def deliver_due() -> int:
    """Deliver what is due; how many were tried."""
    now = timezone.now()
    due = Notice.objects.filter(state=NoticeState.QUEUED.value, due_at__lte=now)
    # What ends its worker every time is not tried for ever.
    due.filter(attempts__gte=ATTEMPTS_MOST).update(state=NoticeState.FAILED.value, ended_at=now)
    return deliver(list(due.order_by("due_at").values_list("pk", flat=True)[:DUE_MOST]))


def deliver(ids: Sequence[int]) -> int:
    """Deliver those of these notices that are due; how many were tried."""
    tried = 0
    for number in ids:
        notice = _leased(number)
        if notice is not None:
            tried += 1
            _try(notice)
    return tried


def forget(now: datetime) -> int:
    """Remove notices that ended longer than `KEEP` ago, with the addresses and values they hold."""
    return Notice.objects.filter(ended_at__lt=now - KEEP).delete()[0]


def wait_after(attempts: int) -> timedelta:
    """How long to wait after this many tries."""
    return min(FIRST_WAIT * 4 ** (attempts - 1), LONGEST_WAIT)


def _leased(number: int) -> Notice | None:
    """The notice, for this worker alone; None where it is not due or another worker has it."""
    now = timezone.now()
    mine = Notice.objects.filter(pk=number, state=NoticeState.QUEUED.value, due_at__lte=now)
    if not mine.update(due_at=now + LEASE, attempts=F("attempts") + 1):
        return None
    return Notice.objects.filter(pk=number).first()


def _try(notice: Notice) -> None:
    try:
        _post(notice)
    except Refused as fault:
        _again_or_failed(notice, str(fault), again=fault.again)
    except (TemplateDoesNotExist, TemplateSyntaxError) as fault:
        _again_or_failed(notice, f"template: {fault}", again=False)
    except Exception as fault:  # one notice must not hold up those behind it
        log.exception("notice_broken", notice=notice.pk)
        _again_or_failed(notice, type(fault).__name__, again=True)
    else:
        _end(notice, NoticeState.SENT, None)


def _post(notice: Notice) -> None:
    message = render(notice.template, notice.language, notice.payload)
    delivery = f"notice-{notice.pk}"
    if notice.channel == Channel.EMAIL:
        mail.post(notice.address, message, delivery=delivery)
        return
    if notice.channel == Channel.PUSH:
        push.post(notice.address, message, link=_link(notice), delivery=delivery)
        return
    body = {
        "id": notice.pk,
        "template": notice.template,
        "language": notice.language,
        "subject": message.subject,
        "text": message.body,
        "data": notice.payload,
        "layer": notice.layer,
        "feature": notice.feature_id,
        "created_at": notice.created_at.isoformat(),
    }
    webhook.post(notice.address, json.dumps(body, ensure_ascii=False).encode(), at=int(time.time()), delivery=delivery)


def _link(notice: Notice) -> str:
    """Where the map shows what the notice is about."""
    return f"/?layers={notice.layer}&sel={notice.layer}/{notice.feature_id}" if notice.layer else "/"


def _again_or_failed(notice: Notice, error: str, *, again: bool) -> None:
    if not again or notice.attempts >= ATTEMPTS_MOST:
        log.warning("notice_failed", notice=notice.pk, channel=notice.channel, attempts=notice.attempts)
        _end(notice, NoticeState.FAILED, error)
        return
    due_at = timezone.now() + wait_after(notice.attempts)
    Notice.objects.filter(pk=notice.pk).update(due_at=due_at, last_error=_kept(error))


def _end(notice: Notice, state: NoticeState, error: str | None) -> None:
    Notice.objects.filter(pk=notice.pk).update(
        state=state.value, ended_at=timezone.now(), last_error=_kept(error) if error else None
    )


def _kept(error: str) -> str:
    return error.replace("\0", "")[:ERROR_MOST]
