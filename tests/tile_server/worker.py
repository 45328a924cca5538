"""A worker for the freshness test: the real application, and beside it two that keep their tiles by weaker rules.

    uvicorn tests.tile_server.worker:application --http tile_server.protocol:TileProtocol

`/snapshot/tiles/…` is answered by `geo_ioc.asgi:application` itself; `/notification/…` and `/sequence/…` by the same
application with a naive protocol, each with its own cache. Who asks stands in the header `x-viewer`. `/check` tells
how far each has read the journal and how many tiles it has built and answered from its cache. Any other path is
answered by the real application too.
"""

import asyncio
import faulthandler
import json
import signal
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

from geo_ioc import asgi
from layers.changes.follower import Entry, Follower, _entry
from layers.core.viewer import ANYONE, Viewer
from tile_server.cache import CachedTile, TileCache
from tile_server.protocol import FIND, Ready
from tile_server.service import TileService

Scope = Mapping[str, Any]


class TrustingCache(TileCache):
    """Keeps whatever was built: no look at what was applied meanwhile."""

    def store(self, key: Any, made: CachedTile, layer: str, tile: Any, applied: Any) -> bool:
        return super().store(key, made, layer, tile, ())


class TrustingService(TileService):
    """Keeps whatever was built, and lets anybody join a build however old."""

    def __init__(self, pool: Any, follower: Follower, _: TileCache) -> None:
        super().__init__(pool, follower, TrustingCache())

    def forget(self, entries: Any, position: str) -> None:
        self.cache.forget(entries, position)


class NotifiedFollower(Follower):
    """Hears of every change at once, like a listener for notifications; while its connection is away it hears none."""

    def __init__(self, dsn: str) -> None:
        super().__init__(dsn, interval_s=0.02)

    async def _connected(self) -> Any:
        if self._connection is not None and (self._connection.closed or self._connection.broken):
            self._connection, self.position = None, ""
        return await super()._connected()


class SequenceFollower(Follower):
    """Takes the number given at the write for a position: `where number > last`, whatever was committed when."""

    async def _look(self) -> list[Entry]:
        connection = await self._connected()
        cursor = await connection.execute(LATER, {"last": str(self._last)})
        rows = await cursor.fetchall()
        self.position = rows[0][0]
        entries = [_entry(row) for row in rows if row[1] is not None]
        self._last = max([self._last, *(entry.xid for entry in entries)])
        if entries:
            self.forget[-1](entries, self.position)
        return entries

    _last = 0


LATER = """
with s as materialized (select pg_current_snapshot() as now)
select s.now::text, m.xid::text, m.layer, m.ids, m.old_scopes, m.new_scopes,
       m.west, m.south, m.east, m.north, m.live_only
from s left join map_change m on m.xid > %(last)s::text::xid8
"""


def asked_by(scope: Scope) -> Viewer:
    """The viewer a request names in `x-viewer`; the public where it names none."""
    text = next((value for name, value in scope["headers"] if name == b"x-viewer"), b"")
    if not text:
        return ANYONE
    named = json.loads(text)
    return Viewer(user=named["user"], roles=frozenset(named["roles"]), units=frozenset(named["units"]))


async def resolve(scope: Scope) -> Viewer:
    """As the accounts answer it, without accounts."""
    return asked_by(scope)


def _naive(follower: type[Follower]) -> asgi.Application:
    with patch.object(asgi, "Follower", follower), patch.object(asgi, "TileService", TrustingService):
        return asgi.Application()


class Worker:
    """Three applications in one process, told apart by the first part of the path."""

    def __init__(self) -> None:
        faulthandler.register(signal.SIGUSR1)
        self.protocols = {
            "snapshot": asgi.application,
            "notification": _naive(NotifiedFollower),
            "sequence": _naive(SequenceFollower),
        }
        for one in self.protocols.values():
            one.tiles.resolve = resolve

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            scope["state"][FIND] = self.find
            await self._lifespan(receive, send)
        elif scope["path"] == "/check":
            await self._check(send)
        else:
            protocol, _, path = scope["path"].removeprefix("/").partition("/")
            if protocol in self.protocols:
                scope = {**scope, "path": f"/{path}"}
            await self.protocols.get(protocol, asgi.application)(scope, receive, send)

    def find(self, target: bytes, headers: Mapping[bytes, bytes]) -> Ready | None:
        """The ready answer of the application a request is for."""
        protocol, _, path = target.removeprefix(b"/").partition(b"/")
        one = self.protocols.get(protocol.decode("latin-1"))
        return one.tiles.hot.find(b"/" + path, headers) if one else None

    async def _lifespan(self, receive: Any, send: Any) -> None:
        """As each application does it for itself."""
        await receive()
        await asyncio.gather(*(one._start() for one in self.protocols.values()))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.gather(*(one._stop() for one in self.protocols.values()))
        await send({"type": "lifespan.shutdown.complete"})

    async def _check(self, send: Any) -> None:
        told = {
            name: {"position": one.follower.position, "built": one.service.built, "hits": one.service.cache.hits}
            for name, one in self.protocols.items()
        }
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps(told).encode()})


application = Worker()
