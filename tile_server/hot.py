"""The short way of a tile that is kept and everyone's: from the address to the finished answer by one look-up.

An answer here is never older than the cache it comes from: it is given only while the cache still keeps that very tile
and the layers are those it was made under. Whoever shows a cookie or a token takes the long way.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from layers.core.follower import Follower
from layers.core.registry import registry
from tile_server.cache import CachedTile, TileCache

Scope = Mapping[str, Any]
Message = dict[str, Any]
MVT = "application/vnd.mapbox-vector-tile"
MAX_ANSWERS = 20_000
_OWN = frozenset({b"cookie", b"authorization"})


def messages(status: int, headers: Mapping[str, str], body: bytes, length: int) -> tuple[Message, Message]:
    """An answer as the server takes it; `length` is that of the whole body, also where HEAD sends none."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    if status not in (204, 304):
        raw.append((b"content-length", str(length).encode()))
    return (
        {"type": "http.response.start", "status": status, "headers": raw},
        {"type": "http.response.body", "body": body},
    )


@dataclass(frozen=True, slots=True)
class _Hot:
    key: Hashable
    tile: CachedTile
    etag: bytes
    version: int
    whole: tuple[Message, Message]
    unchanged: tuple[Message, Message]


class HotAnswers:
    """Finished answers of public tiles, gzipped, by path and query."""

    def __init__(self, cache: TileCache, follower: Follower) -> None:
        """Answers of what this cache keeps, as far as this follower has read."""
        self.cache = cache
        self.follower = follower
        self._answers: dict[tuple[str, bytes], _Hot] = {}

    def find(self, scope: Scope) -> tuple[Message, Message] | None:
        """The answer, if the request is anyone's and the tile is still kept."""
        hot = self._answers.get((scope["path"], scope["query_string"]))
        if hot is None or hot.version != registry.version:
            return None
        gzip, known = False, None
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                gzip = b"gzip" in value
            elif name == b"if-none-match":
                known = value
            elif name in _OWN or (name == b"x-after" and value != self.follower.position.encode()):
                return None
        if not gzip or not self.cache.keeps(hot.key, hot.tile):
            return None
        if known is not None and hot.etag in known:
            return hot.unchanged
        return hot.whole

    def remember(self, scope: Scope, key: Hashable, tile: CachedTile, headers: Mapping[str, str], version: int) -> None:
        """Keep the answer of a public tile.

        Args:
            scope: the request it answered.
            key: of the tile in the cache.
            tile: the tile.
            headers: what every answer of it says.
            version: of the registry when its layers were looked up.
        """
        if len(self._answers) >= MAX_ANSWERS:
            self._answers.clear()
        unchanged = messages(304, headers, b"", 0)
        full = {**headers, "content-type": MVT, "content-encoding": "gzip"}
        whole = messages(200, full, tile.body, len(tile.body)) if tile.body else messages(204, headers, b"", 0)
        address = (scope["path"], scope["query_string"])
        self._answers[address] = _Hot(key, tile, headers["etag"].encode(), version, whole, unchanged)
