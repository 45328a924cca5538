"""More requests at once than the server may have in hand: what it then holds, whom it turns away, who gets through.

The same requests again and again on a server that keeps no tiles. The first floods warm it; what further ones leave
behind above that is what a long flood would go on adding. Meanwhile somebody looks at another layer, a tile at a time.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice, product
from time import sleep

from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.scope import is_public
from layers.core.viewer import ANYONE
from tests.benchmarks import cpu, load
from tests.benchmarks.load import Ask, Load
from tests.benchmarks.low_zoom import late, path
from tests.benchmarks.server import Server
from tile_server.grid import Tile

REQUESTS = 3_000
"""Of one flood."""
WARMING, FURTHER = 4, 2
"""Floods before memory is read for the first time, and from then to the second: allocators fill up during the first."""
CONNECTIONS = 500
"""More than both workers have room for: 2 x 180 of one layer."""
PAUSE_S = 0.2
"""Between two looks at the other layer."""
SETTLE_S = 2.0
MARGIN_MB = 32.0
"""What further floods may leave behind, all processes together: 5 kB a request. Allocators alone take up to 23."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """What was seen of all floods.

    Attributes:
        refused: answers of 503 with Retry-After; `failed` are those of any other status than those and success.
        looks: requests for the other layer during a flood; `unanswered` of them were no success.
        warm_mb: what the server held (pss) once it was warm; `after_mb` after further floods.
    """

    layer: str
    requests: int
    refused: int
    failed: int
    looks: int
    unanswered: int
    looks_p95_ms: float
    warm_mb: float
    after_mb: float

    @property
    def grown_mb(self) -> float:
        """What further floods left behind."""
        return self.after_mb - self.warm_mb


def measure(server: Server, tiles: Sequence[Tile], layer: Layer) -> Flood:
    """Flood the server with what lies below `tiles` of the layer: who asks for the same tile shares a build."""
    below = [tile for z in range(tiles[0].z, layer.zoom.last + 1) for tile in _below(tiles, z)]
    asks = [Ask(path(layer.id, tile)) for tile in islice(cycle(below), REQUESTS)]
    other = another(layer.id, tiles[0].z)
    looks = [Ask(path(other.id, tile)) for tile in tiles[:1]]
    floods, seen, held = list[Load](), list[load.Answer](), list[float]()
    with ThreadPoolExecutor(1) as beside:
        for _ in range(WARMING + FURTHER):
            flood = beside.submit(load.run, server.port, asks, CONNECTIONS)
            seen += _looks(server, looks, flood)
            floods.append(flood.result())
            sleep(SETTLE_S)
            held.append(cpu.memory(server.pid).pss_mb)
    return Flood(
        layer=layer.id,
        requests=sum(one.answers for one in floods),
        refused=sum(one.refused for one in floods),
        failed=sum(one.failed - one.refused for one in floods),
        looks=len(seen),
        unanswered=sum(one.status not in (200, 204) for one in seen),
        looks_p95_ms=late([one.took_ms for one in seen]),
        warm_mb=held[WARMING - 1],
        after_mb=held[-1],
    )


def _below(tiles: Sequence[Tile], z: int) -> Iterator[Tile]:
    """The tiles of zoom `z` that these hold."""
    for tile in tiles:
        deeper = z - tile.z
        for right, down in product(range(1 << deeper), repeat=2):
            yield Tile(z, (tile.x << deeper) + right, (tile.y << deeper) + down)


def another(layer: str, z: int) -> Layer:
    """A public layer over rows that has tiles of the zoom and is not this one."""
    return next(
        one
        for one in registry.all()
        if isinstance(one, Layer) and one.id != layer and z in one.zoom and is_public(one, ANYONE)
    )


def _looks(server: Server, asks: Sequence[Ask], flood: "Future[Load]") -> list[load.Answer]:
    seen = list[load.Answer]()
    while not flood.done():
        seen += load.fetch(server.port, asks)
        sleep(PAUSE_S)
    return seen
