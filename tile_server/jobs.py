"""What the queue does about archives: make a field pack somebody asked for, and keep all of them fresh."""

import asyncio

import structlog
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from layers.core.registry import registry
from tile_server.archive import pack
from tile_server.archive.keeping import refresh_all
from tile_server.archive.making import workshop

log = structlog.get_logger(__name__)

ONE_AT_A_TIME = "tile_server.archives"
"""Archives are made one after the other, so that the queue always has a worker left for what people wait for."""
BUDGET_S = 240.0
"""Longest round of refreshing; what is left over comes first in the next."""


@app.task(name="tile_server.make_pack", lock=ONE_AT_A_TIME)
def make_pack(layer: str, commune: str) -> None:
    """Make a pack that was asked for."""
    _ask_providers_anew()
    pack.make(layer, commune)


@app.periodic(cron="*/5 * * * *", periodic_id="tile_server")
@app.task(name="tile_server.refresh_archives", lock=ONE_AT_A_TIME, queueing_lock="tile_server.refresh_archives")
def refresh_archives(timestamp: int) -> None:
    """Every five minutes: make anew the tiles that changed, remove the packs nobody wants."""
    _ask_providers_anew()

    async def refreshed() -> dict[str, int]:
        async with workshop() as shop:
            return await refresh_all(shop, BUDGET_S)

    fared = asyncio.run(refreshed())
    removed = pack.tidy()
    if removed or set(fared) - {"unchanged"}:
        log.info("archives_refreshed", **fared, removed=removed)


def ask_for_pack(layer: str, commune: str) -> None:
    """Have a pack made, unless that is queued already."""
    queueing_lock = f"tile_server.make_pack {layer} {commune}"
    try:
        make_pack.configure(queueing_lock=queueing_lock).defer(layer=layer, commune=commune)
    except AlreadyEnqueued:
        return


def _ask_providers_anew() -> None:
    """The queue's process is told of no new dataset: nothing in it follows the journal."""
    for provider in registry.providers:
        registry.changed(provider.topic)
