"""A POST sent twice is done once: the reply to an Idempotency-Key is kept for a day and given again."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from layers.api.body import digest
from layers.api.models import IdempotentReply
from layers.api.parameters import viewer_of
from layers.core.errors import BadRequest, Conflict, Invalid
from layers.core.text import Text
from layers.core.viewer import Viewer

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
ABANDONED = timedelta(seconds=60)
"""A request without a reply after this long is taken to have died; its key may be used again."""
MAX_CHARACTERS = 200
_IMPERSONAL = "holds_nothing_personal"
_KEPT_HEADERS = ("Content-Type", "ETag", "Location")

View = Callable[..., HttpResponse]


def idempotent(view: View) -> View:
    """A view whose successful answer is given again, without doing anything, when the key comes back."""
    return _once(view, None)


def idempotent_by(again: View) -> Callable[[View], View]:
    """As `idempotent`, for answers that may hold personal data: `again` answers instead of what would be kept.

    An answer marked by `impersonal` is kept all the same.
    """
    return lambda view: _once(view, again)


def impersonal(response: HttpResponse) -> HttpResponse:
    """Mark an answer as holding nothing personal."""
    setattr(response, _IMPERSONAL, True)
    return response


def _once(view: View, again: View | None) -> View:
    @wraps(view)
    def once(request: HttpRequest, **values: Any) -> HttpResponse:
        given = request.headers.get(HEADER)
        if given is None:
            return view(request, **values)
        key, sent = _key(request, viewer_of(request), given), digest(request)
        if (kept := _claim(key, sent)) is not None:
            replayed = _again(kept, sent)
            return replayed if again is None or kept.body else again(request, **values)
        try:
            response = view(request, **values)
        except BaseException:
            _forget(key)
            raise
        if response.status_code < 300:
            whole = again is None or getattr(response, _IMPERSONAL, False)
            _keep(key, response, body=response.content.decode() if whole else "")
        else:
            _forget(key)
        return response

    return once


def _key(request: HttpRequest, viewer: Viewer, given: str) -> str:
    """Whoever may do less today than when the reply was kept has another key."""
    if not given.strip() or len(given) > MAX_CHARACTERS:
        raise BadRequest(
            Text(
                vi=f"{HEADER} cần từ 1 đến {MAX_CHARACTERS} ký tự.",
                en=f"{HEADER} takes 1 to {MAX_CHARACTERS} characters.",
            ),
            field=HEADER,
        )
    who = (viewer.user_id, viewer.device, sorted(viewer.roles), sorted(viewer.units), sorted(viewer.departments))
    return sha256(repr((who, request.method, request.path, given)).encode()).hexdigest()


def _claim(key: str, sent: str) -> IdempotentReply | None:
    """Take the key, or what is kept under it."""
    now = timezone.now()
    with transaction.atomic():
        kept, mine = IdempotentReply.objects.select_for_update().get_or_create(
            key=key, defaults={"body_hash": sent, "created_at": now}
        )
        expired = kept.created_at < now - (KEPT if kept.status is not None else ABANDONED)
        if not mine and expired:
            kept.body_hash, kept.status, kept.created_at = sent, None, now
            kept.save()
        return None if mine or expired else kept


def _again(kept: IdempotentReply, sent: str) -> HttpResponse:
    if kept.body_hash != sent:
        raise Invalid(
            Text(
                vi=f"{HEADER} này đã dùng cho một nội dung khác.",
                en=f"This {HEADER} was used for something else already.",
            ),
            field=HEADER,
        )
    if kept.status is None:
        raise Conflict(
            Text(vi="Yêu cầu này đang được thực hiện.", en="This request is being carried out already."),
            field=HEADER,
            slug="in_progress",
        )
    return HttpResponse(kept.body, status=kept.status, headers=kept.headers)


def _keep(key: str, response: HttpResponse, body: str) -> None:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    values = {"status": response.status_code, "headers": headers, "body": body}
    IdempotentReply.objects.filter(key=key).update(**values)


def _forget(key: str) -> None:
    IdempotentReply.objects.filter(key=key, status__isnull=True).delete()
