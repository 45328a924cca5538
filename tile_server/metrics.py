"""What the operator reads of the tile server at `/metrics`: answers by what they took, the cache, builds in hand.

A kept tile is answered in microseconds, so nothing is counted here while answering: plain numbers are read off now and
then.
"""

import asyncio

from prometheus_client import Counter, Gauge

from tile_server.service import TileService

EVERY_S = 5.0

ANSWERS = Counter("geo_ioc_tiles", "Tiles asked for, by what that took: kept, built, refused.", ["took"])
FORGOTTEN = Counter("geo_ioc_tiles_forgotten", "Kept tiles let go: crossed by a change, or for want of room.", ["why"])
KEPT_BYTES = Gauge("geo_ioc_tile_cache_bytes", "Bytes of kept tiles, all workers.", multiprocess_mode="livesum")
KEPT_TILES = Gauge("geo_ioc_tile_cache_tiles", "Kept tiles, all workers.", multiprocess_mode="livesum")
BUILDING = Gauge("geo_ioc_tile_builds", "Builds running or waiting, all workers.", multiprocess_mode="livesum")


class Meter:
    """Reads off one worker's tile service."""

    def __init__(self, service: TileService) -> None:
        """Start from nothing counted."""
        self.service = service
        self._read: dict[tuple[Counter, str], int] = {}

    async def run(self) -> None:
        """Read off for ever."""
        while True:
            self.read()
            await asyncio.sleep(EVERY_S)

    def read(self) -> None:
        """Add what happened since the last time."""
        cache, lanes = self.service.cache, self.service.lanes
        for counter, label, now in (
            (ANSWERS, "kept", cache.hits),
            (ANSWERS, "built", self.service.built),
            (ANSWERS, "refused", lanes.refused),
            (FORGOTTEN, "changed", cache.dropped),
            (FORGOTTEN, "no_room", cache.evicted),
        ):
            counter.labels(label).inc(now - self._read.get((counter, label), 0))
            self._read[counter, label] = now
        KEPT_BYTES.set(cache.bytes)
        KEPT_TILES.set(len(cache))
        BUILDING.set(lanes.building)
