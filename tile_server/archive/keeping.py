"""Archives that are kept fresh: which there are, and the round that makes anew what changed.

One small JSON file an archive under `var/archives/`: its plan, its file and the journal position it was last compared
at. It is written after the archive, so that a process that dies between the two compares once more, never once less.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import uuid4

import structlog
from django.conf import settings

from layers.core.errors import LayerError
from tile_server.archive.container import Archive
from tile_server.archive.making import Before, Workshop, asked
from tile_server.archive.plan import Plan, contents
from tile_server.archive.position import Changed, Position

log = structlog.get_logger(__name__)

ADVANCE_AFTER_S = 3600
"""An archive that did not change takes a new position this often: the journal forgets what is older than a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An archive that is kept fresh.

    Attributes:
        path: absolute.
        fingerprint: of the contents it was made of (`Contents.fingerprint`).
    """

    path: Path
    plan: Plan
    position: Position
    fingerprint: str

    @property
    def record(self) -> Path:
        """Where it is written down."""
        name = hashlib.blake2b(str(self.path).encode(), digest_size=12).hexdigest()
        return folder() / f"{name}.json"


def folder() -> Path:
    """Where the records lie."""
    return Path(settings.GEO_IOC_VAR) / "archives"


def keep(kept: Kept) -> None:
    """Write the record, whole or not at all."""
    body = {
        "path": str(kept.path),
        "plan": kept.plan.json(),
        "position": asdict(kept.position),
        "fingerprint": kept.fingerprint,
    }
    folder().mkdir(parents=True, exist_ok=True)
    written = kept.record.with_suffix(f".{uuid4().hex[:8]}")
    written.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")
    written.replace(kept.record)


def known() -> Iterator[Kept]:
    """Every archive that is kept fresh, the one compared longest ago first; a record that cannot be read is logged."""
    for record in sorted(folder().glob("*.json"), key=lambda one: one.stat().st_mtime):
        try:
            body = json.loads(record.read_text(encoding="utf-8"))
            yield Kept(
                path=Path(body["path"]),
                plan=Plan.read(body["plan"]),
                position=Position(**body["position"]),
                fingerprint=body["fingerprint"],
            )
        except (ValueError, KeyError, TypeError):
            log.warning("archive_record_unreadable", record=record.name)


def forget(kept: Kept) -> None:
    """Keep it fresh no longer; the file stays."""
    kept.record.unlink(missing_ok=True)


async def refresh_all(shop: Workshop, budget_s: float) -> dict[str, int]:
    """Compare every kept archive with the journal and make anew what changed, for so long; how many fared how.

    What there is no time for comes first next time. An archive that fails is logged and tried again next time.
    """
    fared: dict[str, int] = {}
    until = time.monotonic() + budget_s
    for kept in list(known()):
        if time.monotonic() > until:
            fared["postponed"] = fared.get("postponed", 0) + 1
            continue
        try:
            how = await refresh(shop, kept)
        except Exception:
            log.exception("archive_not_refreshed", path=str(kept.path), layer=kept.plan.layer)
            how = "failed"
        fared[how] = fared.get(how, 0) + 1
    return fared


async def refresh(shop: Workshop, kept: Kept) -> str:
    """Bring one archive up to now.

    Returns:
        `unchanged`; `refreshed`, where some tiles were made anew; `made`, where all were; `forgotten`, where the
        archive or its layer is no more.
    """
    if not kept.path.exists():
        log.info("archive_gone", path=str(kept.path))
        forget(kept)
        return "forgotten"
    try:
        wanted = await asyncio.to_thread(asked, lambda: contents(kept.plan))
    except LayerError as fault:
        log.warning("archive_withdrawn", path=str(kept.path), layer=kept.plan.layer, reason=str(fault))
        forget(kept)
        return "forgotten"
    now = await shop.now()
    same = kept.fingerprint == wanted.fingerprint
    changed = await shop.changed(wanted, kept.position, now) if same else None
    if changed is not None and not changed:
        if time.time() - kept.record.stat().st_mtime > ADVANCE_AFTER_S:
            keep(replace(kept, position=now))
        return "unchanged"
    before = _before(kept, changed)
    position, progress = await shop.make(wanted, kept.path, before=before)
    keep(replace(kept, position=position, fingerprint=wanted.fingerprint))
    how = "refreshed" if before else "made"
    seconds = round(progress.seconds, 1)
    log.info(f"archive_{how}", path=str(kept.path), tiles=progress.tiles, built=progress.built, seconds=seconds)
    return how


def _before(kept: Kept, changed: Changed | None) -> Before | None:
    """The archive to take over from; None where all of it must be made, or it cannot be read."""
    if changed is None or changed.everywhere:
        return None
    try:
        archive = Archive(kept.path)
        return Before(archive=archive, changed=changed) if archive.metadata else None
    except Exception:
        log.warning("archive_unreadable", path=str(kept.path))
        return None
