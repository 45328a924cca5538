"""Makes archives: a whole one, or one from the last with only what changed made anew.

A tile is what `TileService` gives everyone, byte for byte. Tiles are read one after the other, each as of its moment;
the archive is of the position before the first, so that what changed meanwhile is found again at the next refresh.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import ExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection
from django.utils import timezone

from layers.changes.follower import Follower
from layers.core.geo import Bbox
from tile_server.archive.container import Archive, ArchiveWriter
from tile_server.archive.plan import Contents
from tile_server.archive.position import Changed, Position, changes, position
from tile_server.archive.pyramid import AT_ONCE, tile_id, walk
from tile_server.archive.unfinished import Unfinished
from tile_server.cache import TileCache
from tile_server.grid import Tile, tile_at
from tile_server.pool import dsn, tile_pool
from tile_server.request import tile_requests
from tile_server.service import TileService
from tile_server.tilejson import WORLD

STATEMENT_TIMEOUT_MS = 600_000
"""Nobody waits at a screen: a low zoom of a large layer may take its time."""
SAY_EVERY_S = 5.0
WORLD_BOX = Bbox(*WORLD)


@dataclass(slots=True)
class Progress:
    """How far an archive is.

    Attributes:
        built: tiles asked of the database; the others were taken over.
        size_bytes: of the tiles, before equal ones are stored once.
    """

    tiles: int = 0
    built: int = 0
    size_bytes: int = 0
    started: float = field(default_factory=time.monotonic)

    said: float = 0.0

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self.started

    def count(self, body: bytes, say: "Say") -> None:
        """One more tile is in the archive."""
        self.tiles += 1
        self.size_bytes += len(body)
        if self.seconds - self.said > SAY_EVERY_S:
            self.said = self.seconds
            say(self)


Say = Callable[[Progress], None]
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """The last archive of the same contents, and where the layer changed since it was made."""

    archive: Archive
    changed: Changed

    def untouched(self) -> Iterator[tuple[int, bytes]]:
        """The tiles that still hold, by number."""
        return ((tile_id(tile), body) for tile, body in self.archive.tiles() if not self.changed.crosses(tile))


@dataclass(slots=True)
class Workshop:
    """What archives are made with: a tile service of its own that remembers nothing, and a reader of the journal."""

    service: TileService

    async def now(self) -> Position:
        """The journal's position."""
        async with self.service.pool.connection() as database:
            return await position(database)

    async def changed(self, contents: Contents, then: Position, now: Position) -> Changed | None:
        """Where the contents changed since a position; None where nobody can say."""
        entries = await changes(self.service.follower, contents.layer.id, then, now)
        if entries is None:
            return None
        return Changed(entry.box for entry in entries if contents.touched_by(entry.box))

    async def make(
        self,
        contents: Contents,
        path: Path,
        *,
        before: Before | None = None,
        resume: bool = False,
        say: Say = lambda progress: None,
    ) -> tuple[Position, Progress]:
        """Write the archive; whatever goes wrong, no part of it is left.

        Args:
            contents: what it holds.
            path: where; an archive there is replaced when this one is whole.
            before: the archive to take over what still holds from.
            resume: go on from an export that was interrupted, and keep what is made if this one is.
            say: told every few seconds.

        Raises:
            OSError: it cannot be written there.
            Busy: a tile took longer than ten minutes.
        """
        now, progress = await self.now(), Progress()
        box = await asyncio.to_thread(asked, lambda: contents.box)
        with ArchiveWriter(path) as writer, ExitStack() as stack:
            known = stack.enter_context(await self._known(contents, path, now)) if resume else None
            maker = _Maker(self.service, contents, progress, known)
            wanted = before.changed.crosses if before else _every
            walked = walk(contents, maker.make, maker.holds, wanted)
            async with aclosing(_merged(walked, before.untouched() if before else iter(()))) as tiles:
                async for number, body in tiles:
                    writer.add(number, body)
                    progress.count(body, say)
            writer.finish(_metadata(contents, box or WORLD_BOX, now), box or WORLD_BOX, _stand_in(contents, box))
            if known:
                known.remove()
        return now, progress

    async def _known(self, contents: Contents, path: Path, now: Position) -> Unfinished:
        """What the interrupted export of these contents had made, as far as it still holds."""
        known = Unfinished(path, contents.fingerprint, now)
        known.changed = await self.changed(contents, known.position, now)
        if known.changed is None:
            known.restart(contents.fingerprint, now)
        return known


@asynccontextmanager
async def workshop() -> AsyncIterator[Workshop]:
    """A workshop with its connections open."""
    pool, follower = tile_pool(AT_ONCE, STATEMENT_TIMEOUT_MS), Follower(dsn())
    await pool.open()
    try:
        yield Workshop(TileService(pool, follower, TileCache(max_bytes=0)))
    finally:
        await pool.close()
        await follower.close()


@dataclass(frozen=True, slots=True)
class _Maker:
    """Gives the walk its tiles."""

    service: TileService
    contents: Contents
    progress: Progress
    known: Unfinished | None

    async def make(self, tile: Tile) -> bytes:
        """The tile's bytes, made now unless they are known."""
        number = tile_id(tile)
        if self.known and (body := self.known.get(number, tile)) is not None:
            return body
        query = {"lang": self.contents.plan.language}
        (request,) = tile_requests([self.contents.layer], tile, query, self.contents.viewer)
        body = (await self.service.tile(request)).body
        self.progress.built += 1
        if self.known:
            self.known.put(number, body)
        return body

    async def holds(self, tile: Tile) -> bool:
        """Whether the layer has a row on the ground the tile draws."""
        layer, viewer = self.contents.layer, self.contents.viewer
        return await asyncio.to_thread(asked, lambda: layer.query(viewer, bbox=tile.drawn).extent() is not None)


async def _merged(
    walked: AsyncIterator[tuple[Tile, bytes]], kept: Iterator[tuple[int, bytes]]
) -> AsyncGenerator[tuple[int, bytes], None]:
    """Both in one ascending order; what was walked and came out empty is left out."""
    waiting = next(kept, None)
    async for tile, body in walked:
        number = tile_id(tile)
        while waiting and waiting[0] < number:
            yield waiting
            waiting = next(kept, None)
        if body:
            yield number, body
    while waiting:
        yield waiting
        waiting = next(kept, None)


def _metadata(contents: Contents, box: Bbox, now: Position) -> dict[str, Any]:
    made_at = timezone.now().isoformat(timespec="seconds")
    return {**contents.metadata, "bounds": list(box), "generated_at": made_at, "snapshot": now.snapshot}


def _stand_in(contents: Contents, box: Bbox | None) -> Tile:
    """The tile that says nothing where there is nothing to say."""
    if box is None:
        return tile_at(0, 0, contents.first)
    return tile_at((box.west + box.east) / 2, (box.south + box.north) / 2, contents.first)


def asked(ask: Callable[[], R]) -> R:
    """Ask Django in a thread, giving its connection back."""
    try:
        return ask()
    finally:
        connection.close()


def _every(tile: Tile) -> bool:
    return True
