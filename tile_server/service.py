"""Makes tiles: from the cache if true, from a build already running if still true, else by one statement.

Never more builds than the database can bear: a bounded number runs, a bounded number waits, the rest is refused.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import psycopg
import structlog
from django.db import connection
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from layers.changes.follower import Entry, Follower
from layers.core.computed import ComputedLayer
from tile_server import computed, rung, vector
from tile_server.cache import CachedTile, TileCache, entry_crosses
from tile_server.lanes import Lanes, busy
from tile_server.pool import living
from tile_server.request import TileRequest

log = structlog.get_logger(__name__)

STATEMENT_TIMEOUT_MS = 15_000
"""A tile that takes longer is cut and logged. Below the journal ring's 60 s, so that no change is forgotten before."""
R = TypeVar("R")


@dataclass(slots=True)
class _Build:
    """A build in progress and those who wait for it."""

    request: TileRequest
    task: "asyncio.Task[CachedTile]"
    crossed: bool = False
    waiters: int = 0


@dataclass(slots=True)
class TileService:
    """One a worker.

    Attributes:
        pool: connections for tiles; its size bounds the builds running at once.
        follower: the reader of the change journal; its ring says what was applied lately.
    """

    pool: "AsyncConnectionPool[psycopg.AsyncConnection]"
    follower: Follower
    cache: TileCache = field(default_factory=TileCache)
    lanes: Lanes = field(init=False)
    built: int = 0
    _builds: dict[Hashable, _Build] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """As many lanes as the pool has connections."""
        self.lanes = Lanes(self.pool.max_size)

    def forget(self, entries: Sequence[Entry], position: str) -> None:
        """Apply changes: drop cached tiles, and let nobody join a build that began before them."""
        self.cache.forget(entries, position)
        for build in self._builds.values():
            if not build.crossed:
                build.crossed = any(
                    entry_crosses(entry, build.request.layer.id, build.request.tile.drawn) for entry in entries
                )

    async def tile(self, request: TileRequest, gone: Callable[[], Awaitable[None]] | None = None) -> CachedTile:
        """The tile as of now.

        Args:
            request: what is asked.
            gone: awaits the client's leaving; the last waiter to leave cancels the build and its statement.

        Raises:
            Busy: too many are waiting, or the statement took too long.
            psycopg.OperationalError: the database is away.
        """
        if request.private:
            return await self._build(request)
        found = self.cache.get(request.key)
        if found is not None:
            return found
        build = self._builds.get(request.key)
        if build is None or build.crossed:
            build = _Build(request, asyncio.create_task(self._stored(request)))
            self._builds[request.key] = build
            build.task.add_done_callback(lambda _: self._done(request.key, build))
        return await self._awaited(build, gone)

    async def _awaited(self, build: _Build, gone: Callable[[], Awaitable[None]] | None) -> CachedTile:
        build.waiters += 1
        leaving = asyncio.ensure_future(gone()) if gone else None
        try:
            waited = {build.task, leaving} if leaving else {build.task}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if not build.task.done():
                raise asyncio.CancelledError
            return build.task.result()
        finally:
            build.waiters -= 1
            if leaving:
                leaving.cancel()
            if build.waiters == 0 and not build.task.done():
                build.task.cancel()

    def _done(self, key: Hashable, build: _Build) -> None:
        if self._builds.get(key) is build:
            del self._builds[key]
        if not build.task.cancelled():
            build.task.exception()  # read, so that a failure nobody waited for is not reported as forgotten

    async def _stored(self, request: TileRequest) -> CachedTile:
        """Build and keep; a tile that a change has overtaken is built once more, then served unkept."""
        followed = bool(self.follower.position)
        tile = await self._build(request)
        if not followed:  # of changes between this snapshot and the follower's first nobody will tell
            return tile
        for _ in range(2):
            applied = (entry for _, entry in self.follower.ring)
            if self.cache.store(request.key, tile, request.layer.id, request.tile, applied):
                return tile
            tile = await self._build(request)
        return tile

    async def _build(self, request: TileRequest) -> CachedTile:
        async with self.lanes.enter(request):
            try:
                self.built += 1
                made = await self._read(request)
            except PoolTimeout as fault:
                raise busy() from fault
            except psycopg.errors.QueryCanceled as fault:
                log.warning("tile_too_slow", layer=request.layer.id, tile=str(request.tile), filter=request.filter_text)
                raise busy() from fault
            return CachedTile.of(made.body, made.snapshot)

    async def _read(self, request: TileRequest) -> vector.Built:
        if isinstance(request.layer, ComputedLayer):
            return await asyncio.to_thread(_in_thread, computed.build_computed, request)
        async with living(self.pool) as database:
            if rung.serves(request):
                return await rung.build(database, request)
            return await vector.build(database, request, vector.compiled(request))


def _in_thread(work: Callable[[TileRequest], R], request: TileRequest) -> R:
    """Run Django's side in a thread, giving its connection back."""
    try:
        return work(request)
    finally:
        connection.close()
