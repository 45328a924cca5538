"""Where the bytes of scans lie: `<GEO_IOC_VAR>/scans/<first two letters>/<name>`, for this server's user only."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from land_records.models import Scan

PART_BYTES = 1 << 20
UNFINISHED = ".writing-"
UNNAMED_KEPT_S = 24 * 3600
"""How long a file without a row stays: what a transaction that failed left behind."""


class Damaged(Exception):
    """A scan's bytes are gone, or are not those that were attached."""


def path_of(name: UUID) -> Path:
    """The file of a scan."""
    return Path(settings.GEO_IOC_VAR) / "scans" / name.hex[:2] / name.hex


@contextmanager
def written(name: UUID, content: BinaryIO) -> Iterator[str]:
    """Put the bytes there part by part, whole or not at all; gives their SHA-256, and takes them back on a fault."""
    path, total = path_of(name), sha256()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=UNFINISHED, delete=False) as file:
        try:
            content.seek(0)
            while part := content.read(PART_BYTES):
                total.update(part)
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    try:
        yield total.hexdigest()
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def opened(scan: Scan) -> BinaryIO:
    """The bytes of a scan, at their beginning; the caller closes them.

    Raises:
        Damaged: they are gone, or their SHA-256 is not the scan's.
    """
    try:
        file = path_of(scan.file).open("rb")
    except FileNotFoundError as fault:
        raise Damaged from fault
    total = sha256()
    while part := file.read(PART_BYTES):
        total.update(part)
    if total.hexdigest() != scan.sha256:
        file.close()
        raise Damaged
    file.seek(0)
    return file


def sweep() -> int:
    """Remove files that no row names and that are older than a day; how many."""
    oldest, removed = time.time() - UNNAMED_KEPT_S, 0
    for path in (Path(settings.GEO_IOC_VAR) / "scans").glob("??/*"):
        if path.stat().st_mtime > oldest or (not path.name.startswith(UNFINISHED) and _is_named(path.name)):
            continue
        path.unlink(missing_ok=True)
        removed += 1
    return removed


def _is_named(name: str) -> bool:
    return Scan.objects.filter(file=UUID(hex=name)).exists()
