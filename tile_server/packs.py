"""Field packs over HTTP, as a bare ASGI application: `/tiles/packs/{layer}/{commune}.pmtiles`, with ranges.

A phone fetches a pack over minutes of bad network, or a tile at a time by range: neither may hold a Django thread.

A pack that does not exist yet is made by a job, never in a web process, and the request waits a few seconds for it: a
layer of points is there within one, so that the person notices nothing. What takes longer is answered 503 with
Retry-After, because a connection held open from the field breaks before a large pack is done.
"""

import asyncio
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from django.db import connection

from layers.core.errors import BadRequest, LayerError, UnknownLayer
from layers.core.registry import registry
from layers.core.text import Text
from tile_server.archive import pack
from tile_server.archive.plan import Plan, contents, public_layer
from tile_server.http import Receive, Refuse, Scope, Send
from tile_server.jobs import ask_for_pack

PATH = re.compile(r"/tiles/packs/([a-z0-9_\-]{1,60})/([A-Za-z0-9_\-]{1,40})\.pmtiles")
PMTILES = "application/vnd.pmtiles"
WAIT_S = 8.0
"""How long a request waits for a pack that is being made."""
RETRY_S = 10
_LOOK_EVERY_S = 0.2
_PIECE = 256 * 1024

_READ = (b"range", b"if-range", b"if-none-match")


class PackApp:
    """Answers requests for field packs; the public's, so it asks nobody who they are."""

    def __init__(self, refuse: Refuse, wait_s: float = WAIT_S) -> None:
        """Take what the composition root gives."""
        self.refuse = refuse
        self.wait_s = wait_s

    @staticmethod
    def answers(path: str) -> bool:
        """Whether a path is a pack's."""
        return path.startswith("/tiles/packs/") and path.endswith(".pmtiles")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        try:
            if scope["method"] not in ("GET", "HEAD"):
                await _say(scope, send, 405, b'{"error":"method_not_allowed"}', {"allow": "GET, HEAD"})
                return
            file = await self._file(scope)
            if file is None:
                await _say(scope, send, 503, _NOT_YET, {"retry-after": str(RETRY_S)})
                return
        except Exception as fault:
            status, body, extra = self.refuse(fault)
            await _say(scope, send, status, body, extra)
            return
        with file:
            await _serve(file, scope, receive, send)

    async def _file(self, scope: Scope) -> IO[bytes] | None:
        """The pack, opened; None where it is not made yet."""
        layer, commune = _named(scope)
        await registry.load()
        try:
            public_layer(layer)
        except LayerError as fault:
            raise UnknownLayer(layer) from fault
        path = pack.path_of(layer, commune)
        if (file := await asyncio.to_thread(_opened, path)) is not None:
            return file
        await asyncio.to_thread(_ask, layer, commune)
        for _ in range(round(self.wait_s / _LOOK_EVERY_S)):
            await asyncio.sleep(_LOOK_EVERY_S)
            if (file := await asyncio.to_thread(_opened, path)) is not None:
                return file
        return None


def _named(scope: Scope) -> tuple[str, str]:
    found = PATH.fullmatch(scope["path"])
    if not found:
        raise UnknownLayer(scope["path"].split("/")[3])
    if scope["query_string"]:
        name = scope["query_string"].decode("latin-1").partition("=")[0]
        raise BadRequest(
            Text(vi=f"Không có tham số “{name}”.", en=f"There is no parameter “{name}”."),
            field=name,
            slug="unknown_parameter",
        )
    return found.group(1), found.group(2)


def _opened(path: Path) -> IO[bytes] | None:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    pack.asked_for(path)
    return file


def _ask(layer: str, commune: str) -> None:
    """Queue the making of what can be made; in a thread.

    Raises:
        UnknownLayer: there is no such commune; unknown, hidden and impossible look alike.
    """
    try:
        contents(Plan(layer=layer, commune=commune))
        ask_for_pack(layer, commune)
    except LayerError as fault:
        raise UnknownLayer(layer) from fault
    finally:
        connection.close()


async def _serve(file: IO[bytes], scope: Scope, receive: Receive, send: Send) -> None:
    """The open file, or the part of it that was asked for: a file is never written to, only replaced."""
    headers = {name: value.decode("latin-1").strip() for name, value in scope["headers"] if name in _READ}
    state = os.fstat(file.fileno())
    size, etag = state.st_size, f'"{state.st_mtime_ns:x}-{state.st_size:x}"'
    answer = {"etag": etag, "cache-control": "public, no-cache", "accept-ranges": "bytes"}
    if _matches(headers.get(b"if-none-match", ""), etag):
        await _start(send, 304, answer)
        await send({"type": "http.response.body"})
        return
    wanted = None
    # RFC 9110: Range is for GET alone (§14.2), If-Range is compared strongly, and a date never equals a tag (§13.1.5)
    if scope["method"] == "GET" and headers.get(b"if-range", etag) == etag:
        wanted = byte_range(headers.get(b"range", ""), size)
    if wanted is not None and not wanted:
        await _say(scope, send, 416, _NO_SUCH_RANGE, {**answer, "content-range": f"bytes */{size}"})
        return
    part = wanted or range(size)
    if wanted:
        answer["content-range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    answer |= {"content-type": PMTILES, "content-length": str(len(part)), "x-content-type-options": "nosniff"}
    await _start(send, 206 if wanted else 200, answer)
    if scope["method"] == "GET":
        await _send_part(file, part, receive, send)
    await send({"type": "http.response.body"})


def byte_range(text: str, size: int) -> range | None:
    """The bytes that a Range header asks for of `size`; empty where there are none, None where it is to be ignored.

    Several ranges at once are ignored, as RFC 9110 §14.2 allows: the whole file answers them.
    """
    found = re.fullmatch(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", text)
    if not found:
        return None
    start, end, last = found.groups()
    if last is not None:
        return range(max(0, size - int(last)), size)
    if end and int(end) < int(start):
        return None
    return range(min(int(start), size), min(int(end) + 1, size) if end else size)


async def _send_part(file: IO[bytes], part: range, receive: Receive, send: Send) -> None:
    leaving = asyncio.ensure_future(_left(receive))
    try:
        file.seek(part.start)
        for start in range(part.start, part.stop, _PIECE):
            piece = await asyncio.to_thread(file.read, min(_PIECE, part.stop - start))
            if leaving.done():
                return
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    finally:
        leaving.cancel()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _matches(text: str, etag: str) -> bool:
    """If-None-Match compares weakly."""
    return text == "*" or etag in [one.strip().removeprefix("W/") for one in text.split(",")]


async def _say(scope: Scope, send: Send, status: int, body: bytes, more: Mapping[str, str]) -> None:
    """A refusal in JSON."""
    length = {"content-type": "application/json", "content-length": str(len(body))}
    await _start(send, status, {"cache-control": "no-store", **more, **length})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def _start(send: Send, status: int, headers: Mapping[str, str]) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})


def _refusal(slug: str, message: Text, field: str | None) -> bytes:
    return json.dumps({"error": slug, "message": message.json(), "field": field}, ensure_ascii=False).encode()


_NOT_YET = _refusal(
    "not_yet",
    Text(
        vi="Gói bản đồ đang được làm, thử lại sau ít giây.",
        en="The pack is being made; try again in a few seconds.",
    ),
    None,
)
_NO_SUCH_RANGE = _refusal(
    "no_such_range",
    Text(vi="Tệp không có đoạn này.", en="The file has no such range."),
    "Range",
)
