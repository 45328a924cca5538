"""Where the bytes lie: `<MEDIA_ROOT>/<variant>/<first two letters>/<hash><suffix>`, for this server's user only."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings

from layers.media.models import PictureType, Variant

SUFFIXES = {
    PictureType.JPEG: ".jpg",
    PictureType.PNG: ".png",
    PictureType.WEBP: ".webp",
    PictureType.HEIC: ".heic",
}
UNFINISHED = ".writing-"
UNFINISHED_KEPT_S = 24 * 3600


def path_of(sha256: str, type_: PictureType, variant: Variant) -> Path:
    """The file of one variant; copies and thumbnails are JPEG."""
    suffix = SUFFIXES[type_] if variant is Variant.ORIGINAL else ".jpg"
    return Path(settings.MEDIA_ROOT) / variant.value / sha256[:2] / f"{sha256}{suffix}"


def write(path: Path, content: bytes) -> None:
    """Put the bytes there, whole or not at all; the same hash twice is the same file."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=UNFINISHED, delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def hashes() -> Iterator[str]:
    """The hash of every stored file; each once a variant."""
    for path in _files():
        if not path.name.startswith(UNFINISHED):
            yield path.stem


def remove(sha256: str) -> int:
    """Delete every variant of a hash; how many files there were."""
    removed = 0
    for variant in Variant:
        for path in (Path(settings.MEDIA_ROOT) / variant.value / sha256[:2]).glob(f"{sha256}.*"):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def remove_unfinished() -> None:
    """Delete what a killed process was writing a day ago or longer."""
    oldest = time.time() - UNFINISHED_KEPT_S
    for path in _files():
        if path.name.startswith(UNFINISHED) and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _files() -> Iterator[Path]:
    for variant in Variant:
        yield from (Path(settings.MEDIA_ROOT) / variant.value).glob("??/*")
