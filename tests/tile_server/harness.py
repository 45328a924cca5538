"""The tile server and the live channel on the test database, asked as ASGI applications."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import mapbox_vector_tile
from django.db import connections
from psycopg_pool import AsyncConnectionPool

from geo_ioc.asgi import _refuse
from layers.api.live import LiveChannel
from layers.changes.follower import Follower
from layers.core.viewer import ANYONE, Viewer
from tile_server.http import TileApp
from tile_server.pool import dsn
from tile_server.service import TileService


@dataclass
class Answer:
    """An HTTP answer."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def tile(self) -> dict[str, Any]:
        """The decoded tile: layer name to its features."""
        body = gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body
        return mapbox_vector_tile.decode(body, default_options={"y_coord_down": True}) if body else {}

    def features(self, layer: str) -> list[dict[str, Any]]:
        """The features of one layer in the tile."""
        return list(self.tile.get(layer, {"features": []})["features"])


@dataclass
class Server:
    """One worker's rooms, asked as one viewer at a time."""

    service: TileService
    follower: Follower
    live: LiveChannel
    tiles: TileApp
    viewer: Viewer = ANYONE

    async def get(self, path: str, viewer: Viewer | None = None, **headers: str) -> Answer:
        """GET a tile."""
        self.viewer = viewer or ANYONE
        await self.follower.catch_up()
        return await ask(self.tiles, path, headers)


async def ask(app: Any, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> Answer:
    """One request to an ASGI application."""
    given = {"accept-encoding": "gzip", **{k.replace("_", "-"): v for k, v in (headers or {}).items()}}
    where, _, query = path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": where,
        "query_string": query.encode(),
        "headers": [(k.encode(), v.encode()) for k, v in given.items()],
    }
    answer = Answer()
    never = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await never.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        else:
            answer.body += message.get("body", b"")

    await app(scope, receive, send)
    return answer


@asynccontextmanager
async def server() -> AsyncIterator[Server]:
    """A worker on the test database."""
    follower = Follower(dsn())
    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
        dsn(), min_size=1, max_size=3, open=False, kwargs={"autocommit": True}
    )
    await pool.open()
    holder: list[Server] = []

    async def resolve(scope: Any) -> Viewer:
        return holder[0].viewer

    service = TileService(pool, follower)
    live = LiveChannel(follower, resolve, _refuse)
    follower.forget.append(service.forget)
    follower.announce.append(live.announce)
    holder.append(Server(service, follower, live, TileApp(service, follower, resolve, _refuse)))
    try:
        await follower.catch_up()
        yield holder[0]
    finally:
        await pool.close()
        if follower._connection:
            await follower._connection.close()


def run(work: Callable[[Server], Awaitable[Any]], on: Callable[..., Any] = asyncio.run) -> Any:
    """Run `work(server)` to its end, in an event loop of its own; `on` starts it."""

    async def within() -> Any:
        try:
            async with server() as one:
                return await work(one)
        finally:
            connections.close_all()  # Django keeps a connection of its own for what runs inside an event loop

    return on(within())
