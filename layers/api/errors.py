"""Which HTTP status each error has, and how its answer looks: the one table, for Django and for the bare ASGI front."""

from typing import Any

import psycopg
import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from psycopg_pool import PoolTimeout

from layers.core.errors import (
    BadRequest,
    Busy,
    Conflict,
    Forbidden,
    Invalid,
    LayerError,
    UnknownAttribute,
    UnknownFeature,
    UnknownLayer,
)
from layers.core.ingest import Rejected
from layers.core.text import Text

log = structlog.get_logger(__name__)


class UnknownAction(LayerError):
    """No action of this name on the layer."""

    slug = "unknown_action"

    def __init__(self, layer_id: str, name: str) -> None:
        """Name the action that was asked for."""
        super().__init__(
            Text(
                vi=f"Không có thao tác “{name[:60]}” trong lớp “{layer_id}”.",
                en=f"There is no action “{name[:60]}” on layer “{layer_id}”.",
            ),
            field="action",
        )


class UnknownBaseMap(LayerError):
    """No plug-in base map of this name, or none the caller is offered."""

    slug = "unknown_basemap"

    def __init__(self, name: str) -> None:
        """Name what was asked for."""
        super().__init__(
            Text(vi=f"Không có bản đồ nền “{name[:60]}”.", en=f"There is no base map “{name[:60]}”."), field="slug"
        )


class VersionNeeded(LayerError):
    """A correction that does not say against which version it is made."""

    slug = "version_needed"

    def __init__(self) -> None:
        """Say which header is missing."""
        super().__init__(
            Text(
                vi='Cần tiêu đề If-Match với phiên bản đang sửa, ví dụ If-Match: "3".',
                en='The header If-Match is needed with the version being corrected, e.g. If-Match: "3".',
            ),
            field="If-Match",
        )


STATUS: dict[type[LayerError], int] = {
    UnknownLayer: 404,
    UnknownFeature: 404,
    UnknownAction: 404,
    UnknownBaseMap: 404,
    VersionNeeded: 428,
    UnknownAttribute: 400,
    BadRequest: 400,
    Forbidden: 403,
    Conflict: 409,
    Invalid: 422,
    Rejected: 422,
    Busy: 503,
}
"""The nearest class in an error's ancestry decides."""

AWAY = (OperationalError, InterfaceError, PoolTimeout, psycopg.OperationalError, psycopg.InterfaceError, TimeoutError)
"""How it shows that the database is away."""

RETRY = {"retry-after": "2"}

UNAVAILABLE = Text(
    vi="Cơ sở dữ liệu tạm thời không kết nối được. Thử lại sau vài giây.",
    en="The database cannot be reached for the moment. Try again in a few seconds.",
)
BROKEN = Text(
    vi="Máy chủ gặp lỗi. Lỗi đã được ghi lại; hãy thử lại sau ít phút.",
    en="The server met an error. It has been recorded; please try again in a few minutes.",
)
TOO_SLOW = Text(
    vi="Truy vấn mất quá nhiều thời gian. Thu hẹp vùng hoặc bộ lọc rồi thử lại.",
    en="The query took too long. Narrow the area or the filter and try again.",
)
TOO_LARGE = Text(vi="Nội dung gửi lên quá lớn.", en="What was sent is too large.")

Refusal = tuple[int, dict[str, Any], dict[str, str]]
"""Status, JSON body, further headers."""


def refuse(fault: Exception) -> Refusal:
    """How an error is answered; one nobody foresaw is logged and says nothing of itself."""
    if isinstance(fault, LayerError):
        return _layer_error(fault)
    if hasattr(fault, "status") and hasattr(fault, "json"):  # a refusal of the accounts
        return int(fault.status), dict(fault.json), {}
    if isinstance(fault.__cause__ or fault, psycopg.errors.QueryCanceled):
        return 503, body("timeout", TOO_SLOW), RETRY
    if isinstance(fault, AWAY):
        return 503, body("database_unavailable", UNAVAILABLE), RETRY
    if isinstance(fault, RequestDataTooBig):
        return 413, body("too_large", TOO_LARGE), {}
    if isinstance(fault, SuspiciousOperation | MultiPartParserError | UnreadablePostError):
        return 400, body("bad_request", Text(vi="Yêu cầu không hợp lệ.", en="The request is not valid.")), {}
    log.exception("request_failed", exc_info=fault, database=isinstance(fault, DatabaseError))
    return 500, body("server_error", BROKEN), {}


def _layer_error(fault: LayerError) -> Refusal:
    status = next((STATUS[kind] for kind in type(fault).__mro__ if kind in STATUS), 400)
    answer = body(fault.slug, fault.message, fault.field)
    if isinstance(fault, Invalid):
        answer["fields"] = {name: text.json() for name, text in fault.fields.items()}
    return status, answer, RETRY if isinstance(fault, Busy) else {}


def body(slug: str, message: Text, field: str | None = None) -> dict[str, Any]:
    """The JSON of every refusal: slug, words in both languages, what it is about."""
    return {"error": slug, "message": message.json(), "field": field}
