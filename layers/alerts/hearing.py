"""What the processes that measure tell the evaluator: watched values, in bulk, in a table it takes them from.

In: `Observed`, after the measuring transaction. Out: rows of `Heard`. A value that is lost on the way (the process dies
within a moment) is found again in the latest-value table and the series.
"""

import threading
import time
from datetime import datetime

import structlog
from django.db import connection
from django.db.utils import Error

from layers.alerts.models import Heard, Watch
from layers.core.bulk import copy_columns
from layers.core.events import Observed

log = structlog.get_logger(__name__)

WAIT_S = 0.2
"""How long values gather before they are written."""
FULL = 2_000
"""Values that are written at once, by the one who told the last of them."""
MOST = 200_000
"""Values kept while the database is away; beyond them the oldest go, to be found in the series."""
WATCHED_S = 5.0
"""How long a process remembers which layers have rules."""

Value = tuple[str, int, str, datetime, float | None]


class Ear:
    """Gathers values and writes them from time to time."""

    def __init__(self) -> None:
        """Nothing heard yet."""
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._values: list[Value] = []
        self._timer: threading.Timer | None = None
        self._watched: frozenset[str] = frozenset()
        self._asked_at = -WATCHED_S

    def hear(self, event: Observed) -> None:
        """Keep a value of a layer that has rules; others cost a look into a set."""
        if time.monotonic() - self._asked_at > WATCHED_S:
            self._asked_at = time.monotonic()
            self._watched = frozenset(Watch.objects.filter(ends_at=None).values_list("layer", flat=True).distinct())
        if event.layer not in self._watched:
            return
        with self._lock:
            self._values.append((event.layer, event.id, event.metric, event.at, event.value))
            full = len(self._values) >= FULL
            if self._timer is None:
                self._timer = threading.Timer(WAIT_S, self._write_later)
                self._timer.daemon = True
                self._timer.start()
        if full:
            self.write()

    def write(self) -> None:
        """Write what was heard; what cannot be written now stays for the next time."""
        with self._writing:
            with self._lock:
                values, self._values = self._values, []
            if not values:
                return
            try:
                names = ("layer", "feature_id", "metric", "at", "value")
                copy_columns(Heard, dict(zip(names, zip(*values, strict=True), strict=True)))
            except Error:
                log.warning("heard_values_wait", count=len(values), exc_info=True)
                with self._lock:
                    self._values = [*values, *self._values][-MOST:]

    def forget(self) -> None:
        """Ask anew which layers have rules."""
        self._asked_at = -WATCHED_S

    def _write_later(self) -> None:
        with self._lock:
            self._timer = None
        try:
            self.write()
        finally:
            connection.close()


EAR = Ear()
hear = EAR.hear
