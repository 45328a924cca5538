"""Field packs: a public layer's tiles of one commune, in `var/packs/<layer>/<code>.pmtiles`, kept fresh once made."""

import asyncio
import time
from pathlib import Path

import structlog
from django.conf import settings

from tile_server.archive.keeping import Kept, forget, keep, known
from tile_server.archive.making import workshop
from tile_server.archive.plan import Plan, contents

log = structlog.get_logger(__name__)

UNASKED_DAYS = 30
"""A pack nobody asked for this long is removed; it is made again when somebody does."""
_ASKED_EVERY_S = 24 * 3600


def folder() -> Path:
    """Where the packs lie."""
    return Path(settings.GEO_IOC_VAR) / "packs"


def path_of(layer: str, commune: str) -> Path:
    """The file of one pack."""
    return folder() / layer / f"{commune}.pmtiles"


def make(layer: str, commune: str) -> None:
    """Make a pack that is not there, and keep it fresh from now on.

    Raises:
        LayerError: the layer is not everyone's, or there is no such commune.
    """
    path = path_of(layer, commune)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    asked_for(path)
    wanted = contents(Plan(layer=layer, commune=commune))

    async def made() -> None:
        async with workshop() as shop:
            position, progress = await shop.make(wanted, path)
        keep(Kept(path=path, plan=wanted.plan, position=position, fingerprint=wanted.fingerprint))
        log.info("pack_made", layer=layer, commune=commune, tiles=progress.tiles, seconds=round(progress.seconds, 1))

    asyncio.run(made())


def asked_for(path: Path) -> None:
    """Note that somebody wants the pack."""
    mark = _mark(path)
    if not mark.exists() or mark.stat().st_mtime < time.time() - _ASKED_EVERY_S:
        mark.touch()


def tidy() -> int:
    """Remove packs that nobody asked for lately, and those no longer kept fresh; how many."""
    kept = {one.path: one for one in known()}
    gone = 0
    for path in folder().glob("*/*.pmtiles"):
        mark = _mark(path)
        if path in kept and mark.exists() and mark.stat().st_mtime > time.time() - UNASKED_DAYS * 24 * 3600:
            continue
        if path in kept:
            forget(kept[path])
        path.unlink(missing_ok=True)
        mark.unlink(missing_ok=True)
        log.info("pack_removed", path=str(path))
        gone += 1
    return gone


def _mark(path: Path) -> Path:
    return path.with_suffix(".asked")
