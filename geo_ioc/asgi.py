"""The server's one entry: tiles and the live channel as bare ASGI, everything else Django under a2wsgi.

    uvicorn geo_ioc.asgi:application --workers 2 --http tile_server.protocol:TileProtocol

Long-lived connections never take a Django thread; a cached tile never meets Django at all, and under `TileProtocol` not
even this application: it is handed the way to the answers that are ready.
"""

import asyncio
import contextlib
import json
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "geo_ioc.settings")

from geo_ioc.wsgi import application as django_application  # isort: skip  (sets Django up before anything of ours loads)

import psycopg
import structlog
from a2wsgi import WSGIMiddleware
from django.conf import settings

from geo_ioc.accounts.door import resolve, viewers
from layers.api.errors import refuse
from layers.api.live import LiveChannel
from layers.changes.follower import Entry, Follower
from layers.core.events import FeatureChanged, publish
from layers.core.viewer import Viewer
from tile_server.cache import TileCache
from tile_server.encode import compile_encoder
from tile_server.http import TileApp
from tile_server.metrics import Meter
from tile_server.packs import PackApp
from tile_server.pool import dsn, tile_pool
from tile_server.protocol import FIND
from tile_server.service import STATEMENT_TIMEOUT_MS, TileService

log = structlog.get_logger(__name__)

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
TILE_CONNECTIONS = 4
STOP_S = 0.5
"""How long a lasting task has to end before it is told again."""


async def _viewer(scope: Scope) -> Viewer:
    # the live channel reconnects by itself: only tiles and pages are acts of a person
    active = not LiveChannel.answers(scope["path"])
    return await resolve(scope["headers"], scope.get("query_string", b""), active=active)


def _refuse(fault: Exception) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers of an error, by the API's one table."""
    status, body, headers = refuse(fault)
    return status, json.dumps(body, ensure_ascii=False).encode(), headers


class Application:
    """Routes by path, and runs what lives as long as the worker: the journal's follower and the streams' listener."""

    def __init__(self) -> None:
        """Wire the rooms; nothing is opened before the worker starts."""
        self.dsn = dsn()
        self.follower = Follower(self.dsn)
        self.pool = tile_pool(TILE_CONNECTIONS, STATEMENT_TIMEOUT_MS)
        cache = TileCache(max_bytes=settings.GEO_IOC_TILE_CACHE_MB * 1024 * 1024)
        self.service = TileService(self.pool, self.follower, cache)
        self.tiles = TileApp(self.service, self.follower, _viewer, _refuse)
        self.packs = PackApp(_refuse)
        self.live = LiveChannel(self.follower, _viewer, _refuse)
        # Django's answer is iterable, which its stub does not say.
        self.django = WSGIMiddleware(django_application, workers=settings.GEO_IOC_WEB_THREADS)  # type: ignore[arg-type]
        self.follower.forget += [_forget_viewers, self.service.forget]
        self.follower.announce += [self.live.announce, _publish]
        self.follower.lost.append(self._journal_lost)
        self._tasks: list[asyncio.Task[None]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the worker's life."""
        if scope["type"] == "lifespan":
            scope.get("state", {})[FIND] = self.tiles.hot.find  # no state where the server has none for us
            await self._lifespan(receive, send)
        elif scope["type"] == "http" and TileApp.answers(scope["path"]):
            await self.tiles(scope, receive, send)
        elif scope["type"] == "http" and PackApp.answers(scope["path"]):
            await self.packs(scope, receive, send)
        elif scope["type"] == "http" and LiveChannel.answers(scope["path"]):
            await self.live(scope, receive, send)
        elif scope["type"] == "http":
            await self.django(scope, receive, send)  # type: ignore[arg-type]
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            event = await receive()
            if event["type"] == "lifespan.startup":
                await self._start()
                await send({"type": "lifespan.startup.complete"})
            elif event["type"] == "lifespan.shutdown":
                await self._stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _start(self) -> None:
        await asyncio.to_thread(compile_encoder)  # no tile waits for it
        await self.pool.open(wait=False)
        lasting = (self._follow(), self.live.follow_streams(self.dsn), Meter(self.service).run())
        self._tasks = [asyncio.create_task(work) for work in lasting]

    async def _follow(self) -> None:
        while not self.follower.position:
            with contextlib.suppress(psycopg.Error, OSError, TimeoutError):
                await self.follower.catch_up()
            await asyncio.sleep(0 if self.follower.position else 1)
        viewers().turn_on()  # from here on no revocation is missed
        await self.follower.run()

    async def _stop(self) -> None:
        await end(self._tasks)
        await self.pool.close(timeout=1)

    def _journal_lost(self) -> None:
        """Revocations are not heard while the journal is away: nobody is remembered."""
        viewers().clear()


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks until they are gone: one may miss a cancellation that meets the end of what it waits for."""
    running = set(tasks)
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=STOP_S)


def _forget_viewers(entries: Sequence[Entry], _position: str) -> None:
    if any(entry.layer == "@access" for entry in entries):
        viewers().clear()


def _publish(entries: Sequence[Entry], position: str) -> None:
    for entry in entries:
        if not entry.layer.startswith("@"):
            publish(
                FeatureChanged(
                    layer=entry.layer,
                    ids=entry.ids,
                    areas=(entry.box,) if entry.box else None,
                    old_scopes=entry.old_scopes,
                    new_scopes=entry.new_scopes,
                    live_only=entry.live_only,
                    snapshot=position,
                )
            )


application = Application()
