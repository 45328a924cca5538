"""Who may build now: no layer takes all connections, and cells counted when asked take one alone.

A build waits in the lane of its layer before it asks for a connection. A layer whose statements hang, or are slow, then
holds up its own tiles and nobody else's.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from layers.core.errors import Busy
from layers.core.layer import Layer
from layers.core.text import Text
from tile_server import rung
from tile_server.request import TileRequest

MAX_WAITING = 200
"""Most builds a worker has in hand, running or waiting; one more is refused."""
LAYER_SHARE = 0.9
"""Part of them that one layer may have: a flood on it leaves room for the others."""
WAIT_S = 10
"""Longest wait for a turn, seconds."""


class Lanes:
    """Admission of builds.

    Attributes:
        building: how many builds are in hand.
        refused: how many were turned away.
    """

    def __init__(self, connections: int, max_waiting: int = MAX_WAITING) -> None:
        """Lanes over so many connections: each layer may use all but one."""
        self.max_waiting = max_waiting
        self.building = self.refused = 0
        self._of_layer: Counter[str] = Counter()
        self._layers: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(max(1, connections - 1)))
        self._counting = asyncio.Semaphore(1)

    @asynccontextmanager
    async def enter(self, request: TileRequest) -> AsyncIterator[None]:
        """Wait for one's turn.

        Raises:
            Busy: too many are in hand already, or no turn came in time.
        """
        layer = request.layer.id
        if self.building >= self.max_waiting or self._of_layer[layer] >= self.max_waiting * LAYER_SHARE:
            self.refused += 1
            raise busy()
        self.building += 1
        self._of_layer[layer] += 1
        try:
            async with AsyncExitStack() as turn:
                await self._await_turn(request, turn)
                yield
        finally:
            self.building -= 1
            self._of_layer[layer] -= 1

    async def _await_turn(self, request: TileRequest, turn: AsyncExitStack) -> None:
        try:
            async with asyncio.timeout(WAIT_S):
                if _counts_rows(request):
                    await turn.enter_async_context(self._counting)
                await turn.enter_async_context(self._layers[request.layer.id])
        except TimeoutError as fault:
            self.refused += 1
            raise busy() from fault


def _counts_rows(request: TileRequest) -> bool:
    """Whether all rows under a low zoom are counted for this one tile."""
    layer = request.layer
    return isinstance(layer, Layer) and layer.zoom.is_coarse(request.tile.z) and not rung.is_counted(request)


def busy() -> Busy:
    """The refusal, with words; its answer says when to try again."""
    return Busy(
        Text(
            vi="Máy chủ ô bản đồ đang bận, thử lại sau vài giây.",
            en="The tile server is busy; try again in a few seconds.",
        )
    )
