"""PMTiles files: one being written, unseen until it is whole, and one that exists."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any
from uuid import uuid4

from isal import igzip
from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import Compression, TileType
from pmtiles.writer import Writer

from layers.core.geo import Bbox
from tile_server.archive.pyramid import tile_id
from tile_server.grid import Tile

UNFINISHED = ".writing-"
NOTHING = igzip.compress(b"", 1, mtime=0)
"""A tile without layers: what an archive of no tiles holds, since its format knows no empty directory."""


class ArchiveWriter:
    """Takes tiles in ascending order into an unnamed file beside the target; `finish` makes the archive appear.

    Equal tiles are stored once. Memory holds the directory: about 0.3 kB a tile.
    """

    def __init__(self, path: Path) -> None:
        """Open; raises OSError where nothing can be written."""
        if path.is_dir():
            raise IsADirectoryError(21, "a folder", str(path))
        self.path = path
        self.tiles = 0
        self._writer = Writer(None)
        self._writer.tile_f.close()
        self._writer.tile_f = TemporaryFile(dir=path.parent)  # noqa: SIM115  closed in __exit__

    def __enter__(self) -> "ArchiveWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._writer.tile_f.close()

    def add(self, number: int, body: bytes) -> None:
        """A tile by its PMTiles number."""
        self._writer.write_tile(number, body)
        self.tiles += 1

    def finish(self, metadata: Mapping[str, Any], box: Bbox, first: Tile) -> None:
        """Write the archive and put it in place of what was there; `first` stands for it where no tile was added."""
        if not self.tiles:
            self._writer.write_tile(tile_id(first), NOTHING)
        unfinished = self.path.with_name(f"{UNFINISHED}{self.path.name}-{uuid4().hex[:8]}")
        try:
            with unfinished.open("xb") as file:
                self._writer.f = file
                self._writer.finalize(_header(box), dict(metadata))
            unfinished.replace(self.path)
        finally:
            unfinished.unlink(missing_ok=True)


class Archive:
    """An archive that exists, read as it was when it was opened; use as a context."""

    def __init__(self, path: Path) -> None:
        """Map the file; raises OSError or ValueError where it is none."""
        with path.open("rb") as file:
            self._source = MmapSource(file)

    @property
    def metadata(self) -> dict[str, Any]:
        """What it says of itself."""
        said: dict[str, Any] = Reader(self._source).metadata()
        return said

    def tiles(self) -> Iterator[tuple[Tile, bytes]]:
        """Every tile, in ascending order of its number."""
        for address, body in all_tiles(self._source):
            yield Tile(*address), body


def _header(box: Bbox) -> dict[str, Any]:
    west, south, east, north = (round(side * 1e7) for side in box)
    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": west,
        "min_lat_e7": south,
        "max_lon_e7": east,
        "max_lat_e7": north,
    }
