"""Tiles over HTTP, as a bare ASGI application: `/tiles/{layer[,layer]}/{z}/{x}/{y}.mvt`."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from isal import igzip

from layers.changes.follower import Follower
from layers.core.computed import ComputedLayer
from layers.core.errors import BadRequest, UnknownLayer
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.scope import is_public
from layers.core.stream import StreamLayer
from layers.core.text import Text
from layers.core.viewer import Viewer
from tile_server.cache import CachedTile
from tile_server.grid import Tile
from tile_server.hot import MVT, HotAnswers
from tile_server.request import MAX_LAYERS, TileRequest, tile_requests
from tile_server.service import TileService

Scope = Mapping[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Resolve = Callable[[Scope], Awaitable[Viewer]]
Refuse = Callable[[Exception], tuple[int, bytes, dict[str, str]]]
"""Turns an error into status, JSON body and further headers; the composition root passes the API's one table."""

PATH = re.compile(r"/tiles/([a-z0-9_,\-]{1,600})/(-?\d{1,9})/(-?\d{1,9})/(-?\d{1,9})\.mvt")


class TileApp:
    """Answers tile requests; everything else about tiles (TileJSON, style) is Django's."""

    def __init__(self, service: TileService, follower: Follower, resolve: Resolve, refuse: Refuse) -> None:
        """Take what the composition root gives."""
        self.service = service
        self.follower = follower
        self.resolve = resolve
        self.refuse = refuse
        self.hot = HotAnswers(service.cache, follower)

    @staticmethod
    def answers(path: str) -> bool:
        """Whether a path is a tile's."""
        return path.startswith("/tiles/") and path.endswith(".mvt")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        try:
            status, headers, body = await self._answer(scope, receive)
        except Exception as fault:
            status, body, extra = self.refuse(fault)
            headers = {"content-type": "application/json", "cache-control": "no-store", **extra}
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        if status not in (204, 304):
            raw.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, dict[str, str], bytes]:
        if scope["method"] not in ("GET", "HEAD"):
            return 405, {"allow": "GET, HEAD", "content-type": "application/json"}, b'{"error":"method_not_allowed"}'
        headers = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _READ}
        viewer = await self.resolve(scope)
        after = headers.get(b"x-after", "")
        if after and after != self.follower.position:
            await self.follower.catch_up()
        version = registry.version
        requests = await _requests(scope, viewer)
        shown = [one for one in requests if one.tile.z in one.layer.zoom]
        public = all(is_public(one.layer, viewer) and not one.private for one in requests)
        tiles = [await self.service.tile(one, _leaving(receive)) for one in shown]
        spoken = b"lang=" not in scope["query_string"] and any(one.speaks for one in requests)
        if public and not spoken and len(shown) == len(requests) == 1:
            said = _headers(tiles[0].etag, public=True, spoken=False)
            self.hot.remember(_target(scope), shown[0].key, tiles[0], said, version)
        return _response(tiles, headers, public=public, spoken=spoken)


def _target(scope: Scope) -> bytes:
    """Path and query as a client writes them: a tile's path has nothing in it that would be quoted."""
    path, query = scope["path"].encode(), scope["query_string"]
    return path + b"?" + query if query else path


_READ = (b"x-after", b"if-none-match", b"accept-encoding")


async def _requests(scope: Scope, viewer: Viewer) -> list[TileRequest]:
    found = PATH.fullmatch(scope["path"])
    if not found:
        raise BadRequest(
            Text(vi="Địa chỉ ô phải có dạng /tiles/lớp/z/x/y.mvt.", en="A tile's address is /tiles/layer/z/x/y.mvt."),
            field="tile",
            slug="bad_tile",
        )
    ids = found.group(1).split(",")
    if len(ids) > MAX_LAYERS or len(set(ids)) != len(ids):
        raise BadRequest(
            Text(
                vi=f"Tối đa {MAX_LAYERS} lớp khác nhau trong một ô.",
                en=f"At most {MAX_LAYERS} different layers a tile.",
            ),
            field="layer",
        )
    await registry.load()
    layers = [registry.visible(one, viewer) for one in ids]
    for layer in layers:
        if isinstance(layer, StreamLayer) or not isinstance(layer, Layer | ComputedLayer):
            raise UnknownLayer(layer.id)
    tile = Tile(*(int(number) for number in found.groups()[1:]))
    pairs = parse_qsl(
        scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=50, encoding="utf-8"
    )
    return tile_requests(layers, tile, dict(pairs), viewer)


def _leaving(receive: Receive) -> Callable[[], Awaitable[None]]:
    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    return gone


def _response(
    tiles: list[CachedTile], headers: Mapping[bytes, str], *, public: bool, spoken: bool
) -> tuple[int, dict[str, str], bytes]:
    gzip = "gzip" in headers.get(b"accept-encoding", "")
    etag = _etag([tile.etag for tile in tiles], gzip)
    answer = _headers(etag, public=public, spoken=spoken)
    if etag in [one.strip() for one in headers.get(b"if-none-match", "").split(",")]:
        return 304, answer, b""
    bodies = [tile.body for tile in tiles if tile.body]
    if not bodies:
        return 204, answer, b""
    answer["content-type"] = MVT
    if gzip:
        answer["content-encoding"] = "gzip"
        return 200, answer, bodies[0] if len(bodies) == 1 else igzip.compress(_joined(bodies), 1, mtime=0)
    return 200, answer, _joined(bodies)


def _headers(etag: str, *, public: bool, spoken: bool) -> dict[str, str]:
    """What every answer says; one in the viewer's own language differs by what tells that language."""
    return {
        "etag": etag,
        "cache-control": "public, no-cache" if public else "private, no-cache",
        "vary": "Accept-Encoding, Accept-Language, Cookie" if spoken else "Accept-Encoding",
    }


def _joined(bodies: Iterable[bytes]) -> bytes:
    """Layers of a tile stand one after the other (MVT 2.1 §4.1)."""
    return b"".join(igzip.decompress(body) for body in bodies)


def _etag(parts: list[str], gzip: bool) -> str:
    if len(parts) == 1:
        return parts[0] if gzip else parts[0].replace("-gzip", "-identity")
    digest = hashlib.blake2b("".join(parts).encode(), digest_size=12).hexdigest()
    return f'"{digest}-{"gzip" if gzip else "identity"}"'
