"""Tiles that were made, as long as they are true.

A tile is kept with the snapshot it was read in. A change that crosses it drops it; a tile whose snapshot does not see
a change that was applied meanwhile is not stored at all (docs/adr/0003).
"""

import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from isal import igzip

from layers.changes.follower import Entry, Snapshot
from layers.core.geo import Bbox
from tile_server.grid import Reach, Tile

MAX_BYTES = 96 * 1024 * 1024
"""Bound of one worker's cache."""
_OVERHEAD_BYTES = 900
"""Key, filing and object around a tile's bytes, measured with `sys.getsizeof` over their parts."""


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

    @property
    def size(self) -> int:
        """Bytes it takes, with what keeps it."""
        return len(self.body) + _OVERHEAD_BYTES


class TileCache:
    """Least recently used tiles, bounded in bytes, found by key and dropped by area.

    A change looks at the tiles of its own place only: tiles are filed by layer, zoom, column and row.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        """Start empty; `max_bytes` 0 keeps nothing."""
        self._tiles: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._places: dict[str, dict[int, dict[tuple[int, int], set[Hashable]]]] = {}
        self.max_bytes = max_bytes
        self.bytes = 0
        self.hits = self.misses = self.dropped = self.evicted = 0

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
        return found.made

    def held(self, key: Hashable, etag: str) -> CachedTile | None:
        """The tile, if the one that is kept has this tag; then that is a hit."""
        found = self._tiles.get(key)
        if found is None or found.made.etag != etag:
            return None
        self.hits += 1
        self._tiles.move_to_end(key)
        return found.made

    def store(self, key: Hashable, made: CachedTile, layer: str, tile: Tile, applied: Iterable[Entry]) -> bool:
        """Keep what was made unless a change already applied crosses it unseen; whether it is still true."""
        box = tile.drawn
        if any(not made.snapshot.sees(entry.xid) and entry_crosses(entry, layer, box) for entry in applied):
            return False
        self._remove(key)
        self._tiles[key] = _Kept(made, layer, tile)
        self._places.setdefault(layer, {}).setdefault(tile.z, {}).setdefault((tile.x, tile.y), set()).add(key)
        self.bytes += made.size
        while self.bytes > self.max_bytes and self._tiles:
            self._remove(next(iter(self._tiles)))
            self.evicted += 1
        return True

    def forget(self, entries: Sequence[Entry], _position: str) -> None:
        """Drop every tile a change crosses; `@access` and topics of providers drop nothing here."""
        for entry in entries:
            for key in list(self._near(entry)):
                if entry_crosses(entry, entry.layer, self._tiles[key].tile.drawn):
                    self._remove(key)
                    self.dropped += 1

    def _near(self, entry: Entry) -> Iterator[Hashable]:
        for z, places in self._places.get(entry.layer, {}).items():
            reach = Reach.of(entry.box, z) if entry.box else None
            if reach is None or reach.count > len(places):
                yield from (key for keys in places.values() for key in keys)
            else:
                yield from (key for place in reach.places() for key in places.get(place, ()))

    def clear(self) -> None:
        """Drop everything."""
        self._tiles.clear()
        self._places.clear()
        self.bytes = 0

    def _remove(self, key: Hashable) -> None:
        found = self._tiles.pop(key, None)
        if found is None:
            return
        self.bytes -= found.made.size
        places = self._places[found.layer][found.tile.z]
        keys = places[found.tile.x, found.tile.y]
        keys.discard(key)
        if not keys:
            del places[found.tile.x, found.tile.y]


@dataclass(frozen=True, slots=True)
class _Kept:
    made: CachedTile
    layer: str
    tile: Tile


def entry_crosses(entry: Entry, layer: str, box: Bbox) -> bool:
    """Whether a change touches this ground of this layer; one without a box touches all of it."""
    return entry.layer == layer and (entry.box is None or entry.box.crosses(box))
