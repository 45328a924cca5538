"""How many features a layer shows a viewer, where, and how fresh: asked of the database only after a change.

Kept in the process and dropped by the change journal: one look at it a second, exact to that second. What was costly to
find stays a little longer, so that a busy large layer costs at most a twentieth of a core.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from layers.core.computed import ComputedLayer
from layers.core.layer import Layer
from layers.core.query import Summary
from layers.core.registry import registry
from layers.core.scope import scope_key
from layers.core.viewer import Viewer

LOOK_S = 1.0
MAX_KEPT = 5_000
COST_SHARE = 20
CHEAP_S = 0.05
MAX_STALE_S = 30.0

_LOOK = """
with s as materialized (select pg_current_snapshot() as now)
select s.now::text, (select horizon::text from map_journal),
  array_agg(distinct m.layer) filter (where m.layer is not null)
from s left join map_change m
  on m.xid >= pg_snapshot_xmin(%(previous)s::pg_snapshot)
  and not pg_visible_in_snapshot(m.xid, %(previous)s::pg_snapshot)
group by 1, 2
"""

Key = tuple[str, str | None, int]
"""Layer, scope key, version of the registry."""


@dataclass(slots=True)
class _Kept:
    summary: Summary
    keep_until: float
    changed: bool = False


class Summaries:
    """The summaries of one process."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._kept: dict[Key, _Kept] = {}
        self._dropped: dict[str, int] = {}
        self._position = ""
        self._looks = 0
        self._looked_at = -LOOK_S
        self._lock = threading.Lock()

    def of(self, layers: Iterable[Layer | ComputedLayer], viewer: Viewer) -> dict[str, Summary]:
        """By layer id; one statement for each layer that changed, one more a second for the journal."""
        self._look()
        return {layer.id: self._one(layer, viewer) for layer in layers}

    def _one(self, layer: Layer | ComputedLayer, viewer: Viewer) -> Summary:
        key = (layer.id, scope_key(layer, viewer), registry.version)
        with self._lock:
            known, looks = self._kept.get(key), self._looks
        if known is not None and (not known.changed or known.keep_until > time.monotonic()):
            return known.summary
        started = time.monotonic()
        summary = layer.query(viewer).summary()
        cost_s = time.monotonic() - started
        stay_s = min(cost_s * COST_SHARE, MAX_STALE_S) if cost_s > CHEAP_S else 0.0
        kept = _Kept(summary, time.monotonic() + stay_s)
        with self._lock:
            kept.changed = self._dropped.get(layer.id, -1) > looks
            if len(self._kept) >= MAX_KEPT:
                self._kept.clear()
            self._kept[key] = kept
        return summary

    def _look(self) -> None:
        """Mark what the journal says has changed since the last look."""
        with self._lock:
            now = time.monotonic()
            if now - self._looked_at < LOOK_S:
                return
            self._looked_at = now
            previous = self._position
        with connection.cursor() as cursor:
            if not previous:
                cursor.execute("select pg_current_snapshot()::text")
                (position,) = cursor.fetchone()
                changed, lost = [], True
            else:
                cursor.execute(_LOOK, {"previous": previous})
                position, horizon, changed = cursor.fetchone()
                lost = int(previous.split(":")[0]) < int(horizon)
        with self._lock:
            self._position, self._looks = position, self._looks + 1
            if lost:
                self._kept.clear()
            for layer_id in changed or ():
                self._dropped[layer_id] = self._looks
            for (layer_id, _, _), kept in self._kept.items():
                kept.changed = kept.changed or layer_id in (changed or ())


summaries = Summaries()
