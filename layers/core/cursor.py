"""Paging by key: where a page ended, as opaque text, and the rows after it in the asked order, nulls at the end."""

import base64
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from layers.core.errors import BadRequest
from layers.core.text import Text


def after(order: list[tuple[str, bool]], last: tuple[list[Any], int], key: str) -> Q:
    """Rows after the last one of a page, in an order with nulls at the end."""
    values, last_id = last
    later, equal = Q(pk__in=[]), Q()
    for i, ((_, down), value) in enumerate(zip(order, values, strict=True)):
        column = f"s{i}"
        if value is not None:
            beyond = Q(**{f"{column}__{'lt' if down else 'gt'}": value}) | Q(**{f"{column}__isnull": True})
            later |= equal & beyond
            equal &= Q(**{column: value})
        else:
            equal &= Q(**{f"{column}__isnull": True})
    return later | (equal & Q(**{f"{key}__gt": last_id}))


def encode(values: list[Any], key: int, sort: str | None) -> str:
    """The cursor after a row with these sort values and this key."""
    body = json.dumps([sort or "", values, key], default=_jsonable, ensure_ascii=False)
    return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")


def _jsonable(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value)


def decode(cursor: str, sort: str | None) -> tuple[list[Any], int]:
    """Sort values and key of a cursor.

    Raises:
        BadRequest: no cursor, or one of another order.
    """
    try:
        made_for, values, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if made_for != (sort or "") or not isinstance(key, int):
            raise ValueError("another order")
        return list(values), key
    except (ValueError, TypeError) as fault:
        raise BadRequest(
            Text(vi="cursor không thuộc danh sách này.", en="The cursor does not belong to this list."),
            field="cursor",
            slug="bad_cursor",
        ) from fault
