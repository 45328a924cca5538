"""Tiles that were made, as long as they are true.

A tile is kept with the snapshot it was read in. A change that crosses it drops it; a tile whose snapshot does not see
a change that was applied meanwhile is not stored at all (docs/adr/0003).
"""

import hashlib
from collections import OrderedDict, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from isal import igzip

from layers.core.follower import Entry, Snapshot
from layers.core.geo import Bbox

MAX_BYTES = 96 * 1024 * 1024
"""Bound of one worker's cache."""
_OVERHEAD_BYTES = 400


@dataclass(frozen=True, slots=True)
class CachedTile:
    """A finished answer: gzipped MVT and its tag; an empty body for nothing there."""

    body: bytes
    etag: str
    snapshot: Snapshot

    @classmethod
    def of(cls, mvt: bytes, snapshot: str) -> "CachedTile":
        """Compress once; the tag is of the uncompressed content, so equal on every worker."""
        digest = hashlib.blake2b(mvt, digest_size=12).hexdigest()
        return cls(igzip.compress(mvt, 1, mtime=0) if mvt else b"", f'"{digest}-gzip"', Snapshot.parse(snapshot))


class TileCache:
    """Least recently used tiles, bounded in bytes, found by key and dropped by area."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        """Start empty."""
        self._tiles: OrderedDict[Hashable, tuple[CachedTile, str, Bbox]] = OrderedDict()
        self._by_layer: dict[str, set[Hashable]] = defaultdict(set)
        self.max_bytes = max_bytes
        self.bytes = 0
        self.hits = self.misses = self.dropped = 0

    def __len__(self) -> int:
        """How many tiles are kept."""
        return len(self._tiles)

    def get(self, key: Hashable) -> CachedTile | None:
        """The tile, if it is kept."""
        found = self._tiles.get(key)
        if found is None:
            self.misses += 1
            return None
        self.hits += 1
        self._tiles.move_to_end(key)
        return found[0]

    def store(self, key: Hashable, tile: CachedTile, layer: str, box: Bbox, applied: Iterable[Entry]) -> bool:
        """Keep the tile unless a change already applied crosses it unseen; whether it was kept."""
        if any(entry_crosses(entry, layer, box) and not tile.snapshot.sees(entry.xid) for entry in applied):
            return False
        self._remove(key)
        self._tiles[key] = (tile, layer, box)
        self._by_layer[layer].add(key)
        self.bytes += len(tile.body) + _OVERHEAD_BYTES
        while self.bytes > self.max_bytes and self._tiles:
            self._remove(next(iter(self._tiles)))
        return True

    def forget(self, entries: Sequence[Entry], _position: str) -> None:
        """Drop every tile a change crosses; `@access` and topics of providers drop nothing here."""
        for entry in entries:
            for key in list(self._by_layer.get(entry.layer, ())):
                if entry_crosses(entry, entry.layer, self._tiles[key][2]):
                    self._remove(key)
                    self.dropped += 1

    def clear(self) -> None:
        """Drop everything."""
        self._tiles.clear()
        self._by_layer.clear()
        self.bytes = 0

    def _remove(self, key: Hashable) -> None:
        found = self._tiles.pop(key, None)
        if found is not None:
            self._by_layer[found[1]].discard(key)
            self.bytes -= len(found[0].body) + _OVERHEAD_BYTES

    def metrics(self) -> dict[str, Any]:
        """Numbers for the operator."""
        return {
            "tiles": len(self),
            "bytes": self.bytes,
            "hits": self.hits,
            "misses": self.misses,
            "dropped": self.dropped,
        }


def entry_crosses(entry: Entry, layer: str, box: Bbox) -> bool:
    """Whether a change touches this ground of this layer; one without a box touches all of it."""
    return entry.layer == layer and (entry.box is None or entry.box.crosses(box))
