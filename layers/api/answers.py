"""How answers are written: JSON in UTF-8, values as plain JSON, personal ones never kept by caches."""

import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, ConfigDict

from layers.api.errors import refuse

REFUSED = frozenset({400, 401, 403, 404, 409, 413, 422, 428, 500, 503})
"""Statuses of the API documentation's refusals."""


class TextOut(BaseModel):
    """Words in every language there is; Vietnamese and English always."""

    model_config = ConfigDict(extra="allow")

    vi: str
    en: str


class RefusalOut(BaseModel):
    """Why a request was refused; `fields` only where several fields of a form are at fault."""

    error: str
    message: TextOut
    field: str | None
    fields: dict[str, TextOut] = {}


def plain(value: Any) -> Any:
    """A value as JSON holds it: times RFC 3339 in UTC, no NaN."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value if isinstance(value, str | int | bool) or value is None else str(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=plain)


def dumps(value: Any) -> str:
    """Compact JSON; values of other types as `plain` has them."""
    try:
        return _ENCODER.encode(value)
    except ValueError:  # NaN or infinity somewhere inside
        return _ENCODER.encode(plain(value))


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """JSON."""
    return HttpResponse(dumps(value), status=status, content_type="application/json", headers=dict(headers or {}))


def refusal(request: HttpRequest, fault: Exception) -> HttpResponse:
    """An error as the API's one table says it."""
    status, body, headers = refuse(fault)
    return answer(body, status, headers)
