"""Pages by key: where a page ended, as opaque text, and the rows after it: a deep page costs what the first does."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.db.models import F, OrderBy, Q, QuerySet, Value
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual

from layers.sensors.things.entity import Entity
from layers.sensors.things.error import BadQuery
from layers.sensors.things.options import TOKEN

_SIGN_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Sorted:
    """An expression rows are sorted by; nulls stand at the end."""

    expression: Any
    down: bool
    required: bool = False

    @property
    def order(self) -> OrderBy:
        """For `order_by`; a column that is never null keeps the order of its index."""
        return OrderBy(self.expression, descending=self.down, nulls_last=None if self.required else True)


def in_order(rows: "QuerySet[Any]", entity: Entity, order: Sequence[Sorted]) -> "QuerySet[Any]":
    """The rows in the asked order, and by key where that leaves them equal."""
    return rows.order_by(*(one.order for one in order), *entity.key.fields)


def write_token(entity: Entity, order_text: str, values: Sequence[Any]) -> str:
    """Where a page ended: values of the order, then of the key; signed, so that none but ours are read."""
    body = json.dumps([_plain(value) for value in values], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_sign(entity, order_text, body) + body).decode().rstrip("=")


def after(entity: Entity, order: Sequence[Sorted], order_text: str, token: str) -> Q:
    """The condition of the rows after the one that the token names.

    Raises:
        BadQuery: no token of ours, or one of another list or order.
    """
    values = _read_token(entity, order_text, token)
    last, key = values[: len(order)], tuple(values[len(order) :])
    same: Q = Q()
    later: Q = Q(pk__in=[])
    for one, value in zip(order, last, strict=True):
        if value is None:
            same &= Q(IsNull(one.expression, True))
            continue
        shown = Value(value)
        beyond = Q((LessThan if one.down else GreaterThan)(one.expression, shown))
        if not one.required:
            beyond |= Q(IsNull(one.expression, True))
        later |= same & beyond
        same &= Q(Exact(one.expression, shown))
    later |= same & _beyond_key(entity, key)
    if order and order[0].required and last[0] is not None:
        # said once more by itself, so that an index leads to where the page ended
        start = LessThanOrEqual if order[0].down else GreaterThanOrEqual
        return Q(start(order[0].expression, Value(last[0]))) & later
    return later


def _beyond_key(entity: Entity, key: tuple[Any, ...]) -> Q:
    if len(entity.key.fields) == 1:
        return Q(GreaterThan(F(entity.key.fields[0]), Value(key[0])))
    return Q(pk__gt=key)  # the composite key as one row value, as its index holds it


def _sign(entity: Entity, order_text: str, body: bytes) -> bytes:
    return hmac.digest(_key(settings.SECRET_KEY), f"{entity.name} {order_text}\n".encode() + body, "sha256")[
        :_SIGN_BYTES
    ]


@lru_cache(maxsize=1)
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"sensorthings" + secret.encode()).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    if isinstance(value, time):
        return {"clock": value.isoformat()}
    if isinstance(value, timedelta):
        return {"s": value.total_seconds()}
    return value


def _value(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    [(kind, inside)] = value.items()
    read: dict[str, Any] = {
        "at": datetime.fromisoformat,
        "on": date.fromisoformat,
        "clock": time.fromisoformat,
        "s": lambda seconds: timedelta(seconds=seconds),
    }
    return read[kind](inside)


def _read_token(entity: Entity, order_text: str, token: str) -> list[Any]:
    try:
        read = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        read = b""
    body = read[_SIGN_BYTES:]
    if not hmac.compare_digest(read[:_SIGN_BYTES], _sign(entity, order_text, body)):
        raise BadQuery(TOKEN, "không thuộc danh sách này", "it does not belong to this list")
    return [_value(value) for value in json.loads(body)]
