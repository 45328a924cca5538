"""Reads the change journal: exactly what became visible since the last look, a few times a second.

Polling, gap recovery, reconnection and restart are the same query (docs/adr/0003). Listeners are told in two rounds:
first those that must forget (tile caches), then those that announce (browsers).
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import psycopg
import structlog

from layers.core.geo import Bbox

log = structlog.get_logger(__name__)

INTERVAL_S = 0.2
RING_S = 60.0
"""How long applied changes are remembered; longer than the longest build of a tile (statement timeout and encoding)."""
TIMEOUT_S = 5.0

CATCH_UP = """
with s as materialized (select pg_current_snapshot() as now),
fresh as (
  select m.xid, m.layer, m.ids, m.old_scopes, m.new_scopes, m.west, m.south, m.east, m.north, m.live_only
  from map_change m
  where m.xid >= pg_snapshot_xmin(%(previous)s::pg_snapshot)
    and not pg_visible_in_snapshot(m.xid, %(previous)s::pg_snapshot)
  union all
  select l.xid, m.layer, m.ids, m.old_scopes, m.new_scopes, m.west, m.south, m.east, m.north, false
  from map_link l
  join map_change m on m.layer = l.layer and m.xid <> l.xid
    and m.xid >= pg_snapshot_xmin(l.seen) and not pg_visible_in_snapshot(m.xid, l.seen)
  where l.xid >= pg_snapshot_xmin(%(previous)s::pg_snapshot)
    and not pg_visible_in_snapshot(l.xid, %(previous)s::pg_snapshot)
)
select s.now::text, f.xid::text, f.layer, f.ids, f.old_scopes, f.new_scopes,
       f.west, f.south, f.east, f.north, f.live_only
from s left join fresh f on true
"""
"""What became visible since a position. Where a change of another table did not see rows that were being written (their
name of a commune, say), those rows have changed once more: they come again with its xid."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a statement saw: every transaction below `xmin`, none from `xmax` on, and none of `running`."""

    xmin: int
    xmax: int
    running: frozenset[int]

    @classmethod
    def parse(cls, text: str) -> "Snapshot":
        """Read `xmin:xmax:xip,…`; ValueError where it is none."""
        xmin, xmax, running = text.split(":")
        return cls(int(xmin), int(xmax), frozenset(int(one) for one in running.split(",") if one))

    def sees(self, xid: int) -> bool:
        """The rule of `pg_visible_in_snapshot`, without asking."""
        return xid < self.xmin or (xid < self.xmax and xid not in self.running)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the journal."""

    xid: int
    layer: str
    ids: tuple[int, ...] | None
    old_scopes: frozenset[str] | None
    new_scopes: frozenset[str] | None
    box: Bbox | None
    live_only: bool


Listener = Callable[[Sequence[Entry], str], Awaitable[None] | None]


class Follower:
    """One reader of the journal a process.

    Attributes:
        position: snapshot text up to which everything was applied.
        forget: called first, with the new entries and the new position.
        announce: called after every `forget`.
    """

    def __init__(self, dsn: str, interval_s: float = INTERVAL_S) -> None:
        """Prepare; nothing is opened before `run` or `catch_up`."""
        self.dsn = dsn
        self.interval_s = interval_s
        self.position = ""
        self.forget: list[Listener] = []
        self.announce: list[Listener] = []
        self.lost: list[Callable[[], None]] = []
        self.ring: deque[tuple[float, Entry]] = deque()
        self._connection: psycopg.AsyncConnection | None = None
        self._lock = asyncio.Lock()
        self._started = 0
        self._finished = 0

    async def run(self) -> None:
        """Catch up for ever; a lost database is tried again and what was missed is read then."""
        while True:
            try:
                await self.catch_up()
            except (psycopg.Error, OSError, TimeoutError) as fault:
                log.warning(
                    "journal_unreachable", reason=str(fault).splitlines()[0] if str(fault) else type(fault).__name__
                )
                for tell in self.lost:
                    tell()
                await asyncio.sleep(1.0)
            await asyncio.sleep(self.interval_s)

    async def catch_up(self) -> str:
        """Apply everything visible to a look begun after this call; returns the position reached.

        Concurrent callers share one look, but never one that began before they asked.
        """
        asked = self._started
        async with self._lock:
            if self._finished > asked:
                return self.position
            self._started += 1
            async with asyncio.timeout(TIMEOUT_S):
                entries = await self._look()
            self._finished = self._started
            if entries:
                await self._announced(entries)
            return self.position

    async def _announced(self, entries: Sequence[Entry]) -> None:
        """Tell every announcer; one that fails keeps neither the others nor the next look from going on."""
        for listener in self.announce:
            try:
                await _tell([listener], entries, self.position)
            except Exception:
                log.exception("journal_listener_failed")

    async def _look(self) -> list[Entry]:
        connection = await self._connected()
        cursor = await connection.execute(CATCH_UP, {"previous": self.position}, prepare=True)
        rows = await cursor.fetchall()
        self.position = rows[0][0]
        entries = [_entry(row) for row in rows if row[1] is not None]
        now = time.monotonic()
        self.ring.extend((now, entry) for entry in entries)
        while self.ring and self.ring[0][0] < now - RING_S:
            self.ring.popleft()
        if entries:
            await _tell(self.forget, entries, self.position)
        return entries

    async def since(self, position: str) -> list[Entry] | None:
        """What became visible since a position a browser names, or None where that is too long ago or nonsense."""
        try:
            snapshot = Snapshot.parse(position)
            async with self._lock:
                connection = await self._connected()
                cursor = await connection.execute("select horizon::text from map_journal where one")
                horizon = await cursor.fetchone()
                if horizon is None or snapshot.xmin < int(horizon[0]):
                    return None
                cursor = await connection.execute(CATCH_UP, {"previous": position})
                return [_entry(row) for row in await cursor.fetchall() if row[1] is not None]
        except (ValueError, psycopg.Error):
            return None

    async def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            await self._connection.close()

    async def _connected(self) -> psycopg.AsyncConnection:
        if self._connection is None or self._connection.closed or self._connection.broken:
            self._connection = await psycopg.AsyncConnection.connect(self.dsn, autocommit=True, connect_timeout=3)
            if not self.position:
                cursor = await self._connection.execute("select pg_current_snapshot()::text")
                row = await cursor.fetchone()
                assert row is not None
                self.position = row[0]
        return self._connection


async def _tell(listeners: Sequence[Listener], entries: Sequence[Entry], position: str) -> None:
    for listener in listeners:
        answer = listener(entries, position)
        if answer is not None:
            await answer


def _entry(row: Sequence[object]) -> Entry:
    _, xid, layer, ids, old, new, west, south, east, north, live_only = row
    return Entry(
        xid=int(str(xid)),
        layer=str(layer),
        ids=None if ids is None else tuple(ids),  # type: ignore[arg-type]
        old_scopes=None if old is None else frozenset(old),  # type: ignore[call-overload]
        new_scopes=None if new is None else frozenset(new),  # type: ignore[call-overload]
        box=None if west is None else Bbox(west, south, east, north),  # type: ignore[arg-type]
        live_only=bool(live_only),
    )
