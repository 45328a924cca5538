"""What the queue does about archives: make a field pack somebody asked for, and keep all of them fresh."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.db import connection
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
    with _connection_given_back():
        _ask_providers_anew()
        pack.make(layer, commune)


@app.periodic(cron="*/5 * * * *", periodic_id="tile_server")
@app.task(name="tile_server.refresh_archives", lock=ONE_AT_A_TIME, queueing_lock="tile_server.refresh_archives")
def refresh_archives(timestamp: int) -> None:
    """Every five minutes: make anew the tiles that changed, remove the packs nobody wants."""

    async def refreshed() -> dict[str, int]:
        async with workshop() as shop:
            return await refresh_all(shop, BUDGET_S)

    with _connection_given_back():
        _ask_providers_anew()
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


@contextmanager
def _connection_given_back() -> Iterator[None]:
    """The queue runs a task in a thread that may end with it: its database connection must not stay behind."""
    try:
        yield
    finally:
        connection.close()


def _ask_providers_anew() -> None:
    """The queue's process is told of no new dataset: nothing in it follows the journal."""
    for provider in registry.providers:
        registry.changed(provider.topic)
