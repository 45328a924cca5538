"""The access log for those who check it: `GET /api/audit`, for the roles auditor and admin; to others it is not there.

Reading the log is an entry of the log. Newest first; `next` is the value of `before` for the following page.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse, QueryDict
from django.urls import path
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from layers.audit.chain import record
from layers.audit.models import AuditEntry
from layers.core.errors import BadRequest
from layers.core.text import Text
from layers.core.viewer import Viewer, role

READERS = (role("auditor"), role("admin"))
LIMIT = 100
LIMIT_MOST = 500


@never_cache
@require_safe
def entries(request: HttpRequest) -> JsonResponse:
    """One page of the log.

    Raises:
        BadRequest: a parameter is unknown, or its value cannot be understood.
    """
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    if not viewer.has(READERS):
        raise Http404
    conditions, limit = _asked(request.GET)
    rows = list(AuditEntry.objects.filter(**conditions).order_by("-sequence")[: limit + 1])
    page = rows[:limit]
    record(viewer, "read_audit", layer=None, detail={name: str(value) for name, value in conditions.items()})
    following = page[-1].sequence if len(rows) > limit else None
    return JsonResponse(
        {"entries": [_shown(entry) for entry in page], "next": following}, json_dumps_params={"ensure_ascii": False}
    )


def _shown(entry: AuditEntry) -> dict[str, Any]:
    return {
        "sequence": entry.sequence,
        "at": entry.at.isoformat(),
        "user": entry.login,
        "device": entry.device,
        "roles": entry.roles,
        "action": entry.action,
        "layer": entry.layer,
        "feature": entry.feature_id,
        "purpose": entry.purpose,
        "detail": entry.detail,
        "hash": entry.hash,
    }


def _asked(query: QueryDict) -> tuple[dict[str, Any], int]:
    """Conditions on the rows, and how many.

    Raises:
        BadRequest: a parameter is unknown, or its value cannot be understood.
    """
    conditions: dict[str, Any] = {}
    for name in query:
        if name in _CONDITIONS:
            lookup, parse = _CONDITIONS[name]
            conditions[lookup] = parse(name, str(query[name]))
        elif name not in ("limit", "lang"):
            raise BadRequest(
                Text(vi=f"Không có tham số “{name}”.", en=f"There is no parameter “{name}”."),
                field=name,
                slug="unknown_parameter",
            )
    limit = _whole("limit", query.get("limit", str(LIMIT)))
    if not 1 <= limit <= LIMIT_MOST:
        raise _unreadable("limit", f"1-{LIMIT_MOST}")
    return conditions, limit


def _words(name: str, text: str) -> str:
    if "\0" in text or len(text) > 200:
        raise _unreadable(name, "≤ 200")
    return text


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise _unreadable(name, "12")
    return int(text)


def _time(name: str, text: str) -> datetime:
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise _unreadable(name, "2026-01-31T08:00:00+07:00")
    return at


def _unreadable(name: str, example: str) -> BadRequest:
    return BadRequest(
        Text(
            vi=f"Tham số “{name}” không đọc được; ví dụ: {example}.",
            en=f"Parameter “{name}” cannot be read; for example: {example}.",
        ),
        field=name,
    )


_CONDITIONS: dict[str, tuple[str, Callable[[str, str], Any]]] = {
    "user": ("login", _words),
    "device": ("device", _words),
    "action": ("action", _words),
    "layer": ("layer", _words),
    "feature": ("feature_id", _whole),
    "since": ("at__gte", _time),
    "until": ("at__lt", _time),
    "before": ("sequence__lt", _whole),
}

urlpatterns = [path("api/audit", entries)]
