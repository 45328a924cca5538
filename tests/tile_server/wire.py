"""The tile server behind a real socket: bytes in, bytes out, and what of them became a request of the application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from uvicorn.config import Config
from uvicorn.server import ServerState

from tests.tile_server.harness import Answer, Server
from tile_server.protocol import FIND, TileProtocol

SLOW_S = 1.5
SLOW = "/slow"


def question(path: str, *lines: str, method: str = "GET", version: str = "1.1") -> bytes:
    """A request as a browser sends it, with further header lines."""
    head = [f"{method} {path} HTTP/{version}", "Host: here", "Accept-Encoding: gzip, br", *lines]
    return ("\r\n".join(head) + "\r\n\r\n").encode()


@dataclass
class Line:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, path: str, *lines: str, method: str = "GET", version: str = "1.1") -> Answer:
        """One request and its answer."""
        self.writer.write(question(path, *lines, method=method, version=version))
        return await self.answer(method)

    async def answer(self, method: str = "GET") -> Answer:
        """The next answer, to a request of this method."""
        async with asyncio.timeout(20):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            start, *lines = head.strip().split("\r\n")
            pairs = [line.split(": ", 1) for line in lines]
            headers = {name.lower(): value for name, value in pairs}
            assert len(headers) == len(pairs), f"a header stands twice in {head}"
            status = int(start.split()[1])
            size = 0 if method == "HEAD" or status in (204, 304) else int(headers["content-length"])
            return Answer(status, headers, await self.reader.readexactly(size))

    async def ended(self) -> bool:
        """Whether the server hangs up, with nothing left to say."""
        async with asyncio.timeout(20):
            return await self.reader.read() == b""


@dataclass
class Wire:
    """A listening worker; `asked` are the requests that reached the application, by method and path."""

    tiles: Any
    port: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    state: ServerState = field(default_factory=ServerState)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request that found no ready answer."""
        self.asked.append((scope["method"], scope["path"]))
        if scope["path"] != SLOW:
            await self.tiles(scope, receive, send)
            return
        await asyncio.sleep(SLOW_S)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await send({"type": "http.response.body", "body": b"slow"})

    @asynccontextmanager
    async def line(self, limit: int = 2**20) -> AsyncIterator[Line]:
        """A connection of its own; the reader holds no more than twice `limit` bytes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=limit)
        try:
            yield Line(reader, writer)
        finally:
            writer.close()


@asynccontextmanager
async def listening(s: Server, *, access_log: bool = False, keep_alive_s: int = 5) -> AsyncIterator[Wire]:
    """The worker's tiles behind uvicorn's protocol and ours."""
    wire = Wire(s.tiles)
    config = Config(
        wire, interface="asgi3", log_config=None, access_log=access_log, timeout_keep_alive=keep_alive_s, lifespan="off"
    )
    config.load()
    wire.state.default_headers = [(b"date", b"Thu, 01 Jan 2026 00:00:00 GMT"), (b"server", b"uvicorn")]
    found = {FIND: s.tiles.hot.find}
    server = await asyncio.get_running_loop().create_server(
        lambda: TileProtocol(config, wire.state, found), "127.0.0.1", 0
    )
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
