"""The short way of a tile that is kept and everyone's: from the address to the finished answer by one look-up.

An answer here is never older than the cache it comes from: its body is the tile the cache keeps now, its tag that very
tile's, and the layers are those it was made under. Whoever shows a cookie or a token takes the long way.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from layers.changes.follower import Follower
from layers.core.registry import registry
from tile_server.cache import CachedTile, TileCache
from tile_server.protocol import Head, Ready, head

MVT = "application/vnd.mapbox-vector-tile"
MAX_ANSWERS = 20_000
_OWN = frozenset({b"cookie", b"authorization"})


@dataclass(frozen=True, slots=True)
class _Hot:
    key: Hashable
    etag: str
    version: int
    whole: Head
    unchanged: Head


class HotAnswers:
    """Finished answers of public tiles, gzipped, by path and query; the bodies are the cache's."""

    def __init__(self, cache: TileCache, follower: Follower) -> None:
        """Answers of what this cache keeps, as far as this follower has read."""
        self.cache = cache
        self.follower = follower
        self._answers: dict[bytes, _Hot] = {}

    def find(self, target: bytes, headers: Mapping[bytes, bytes]) -> Ready | None:
        """The answer to a GET, if the request is anyone's and the tile is still kept.

        Args:
            target: path and query as they came.
            headers: names in lower case.
        """
        hot = self._answers.get(target)
        if hot is None or hot.version != registry.version:
            return None
        if not _OWN.isdisjoint(headers) or b"gzip" not in headers.get(b"accept-encoding", b""):
            return None
        after = headers.get(b"x-after")
        if after is not None and after != self.follower.position.encode():
            return None
        tile = self.cache.held(hot.key, hot.etag)
        if tile is None:
            return None
        if hot.etag.encode() in headers.get(b"if-none-match", b""):
            return *hot.unchanged, b""
        return *hot.whole, tile.body

    def remember(
        self, target: bytes, key: Hashable, tile: CachedTile, headers: Mapping[str, str], version: int
    ) -> None:
        """Keep the answer of a public tile.

        Args:
            target: path and query of the request it answered.
            key: of the tile in the cache.
            tile: the tile.
            headers: what every answer of it says.
            version: of the registry when its layers were looked up.
        """
        if len(self._answers) >= MAX_ANSWERS:
            self._answers.clear()
        full = {"content-type": MVT, "content-encoding": "gzip", "content-length": str(len(tile.body))}
        whole = head(200, {**headers, **full}) if tile.body else head(204, headers)
        self._answers[target] = _Hot(key, tile.etag, version, whole, head(304, headers))
