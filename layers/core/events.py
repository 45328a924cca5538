"""The three things that happen in the house, and how a domain hears of them without knowing who speaks.

A fourth event type needs an ADR.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import structlog
from django.utils.module_loading import import_string

from layers.core.geo import Bbox

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureChanged:
    """Rows of a layer changed; made from the journal, never by hand.

    Attributes:
        ids: keys of the rows; None where there are too many.
        areas: boxes touched; None for the whole layer.
        old_scopes, new_scopes: scopes of the rows before and after; None where there was no row.
        live_only: only live attributes changed.
        snapshot: the journal position, as the database writes it.
    """

    layer: str
    ids: tuple[int, ...] | None
    areas: tuple[Bbox, ...] | None
    old_scopes: frozenset[str] | None = None
    new_scopes: frozenset[str] | None = None
    live_only: bool = False
    snapshot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """A declared metric of a feature was measured."""

    layer: str
    id: int
    metric: str
    value: float | None
    unit: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighted:
    """What a stream sees now; never stored, dropped when nobody watches."""

    layer: str
    id: int
    at: datetime
    features: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    scopes: frozenset[str] = frozenset()
    ttl_s: float = 5.0


Event = FeatureChanged | Observed | Sighted
Listener = Callable[[Any], None]

_listeners: dict[type, list[str | Listener]] = defaultdict(list)


def subscribe(event_type: type[Event], handler: str | Listener) -> None:
    """Have `handler`, a callable or its dotted path, called with every event of this type, once."""
    if event_type not in (FeatureChanged, Observed, Sighted):
        raise TypeError(f"{event_type!r} is none of the three events")
    if handler not in _listeners[event_type]:
        _listeners[event_type].append(handler)


@cache
def _named(path: str) -> Listener:
    """What a dotted path names; looked up once, for readings come by the thousand."""
    found: Listener = import_string(path)
    return found


def publish(event: Event) -> None:
    """Tell every subscriber; one that fails is logged and does not stop the others."""
    for handler in tuple(_listeners[type(event)]):
        listener: Listener = _named(handler) if isinstance(handler, str) else handler
        try:
            listener(event)
        except Exception:
            log.exception("event_listener_failed", event=type(event).__name__, listener=str(handler))
