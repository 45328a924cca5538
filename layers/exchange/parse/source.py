"""Which reader a file needs: by its first bytes, then by its name."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from layers.exchange.parse import archive
from layers.exchange.parse.chunk import Chunk
from layers.exchange.parse.encoding import detect
from layers.exchange.parse.fault import Fault
from layers.exchange.parse.geojson import GeoJson
from layers.exchange.parse.overpass import Overpass
from layers.exchange.parse.table import Csv

JSON = (".geojson", ".json")
TABLES = (".csv", ".tsv", ".txt")
SHAPEFILE, GEOPACKAGE, ZIP = ".shp", ".gpkg", ".zip"
DRAWINGS = {".dxf": "DXF", ".dgn": "DGN"}
MARKUP = {".gml": "GML", ".kml": "KML"}
READABLE = (*JSON, *TABLES, SHAPEFILE, GEOPACKAGE, *DRAWINGS, *MARKUP, ZIP)
MAX_FILES = 5_000
_HEAD = 64 << 10


class Reader(Protocol):
    """What reads one file."""

    crs: str | None
    has_ids: bool

    def chunks(self) -> Iterator[Chunk]:
        """Rows, some thousand at a time."""
        ...


def files(path: Path, work: Path, limit_bytes: int) -> list[Path]:
    """The files to read: the file itself, what is in a zip, or the readable ones of a folder (not of folders in it).

    Raises:
        Fault: nothing readable, too large, or a zip that is not to be trusted.
    """
    if path.is_dir():
        found = sorted(one for one in path.iterdir() if one.is_file() and one.suffix.lower() in READABLE)
        if not found:
            raise Fault("folder_empty", formats=", ".join(READABLE))
        if len(found) > MAX_FILES:
            raise Fault("folder_many", files=len(found), limit=MAX_FILES)
        return [one for file in found for one in files(file, work, limit_bytes)]
    size = path.stat().st_size
    if size == 0:
        raise Fault("file_empty")
    if size > limit_bytes:
        raise Fault("too_large", mb=size >> 20, limit_mb=limit_bytes >> 20)
    if path.suffix.lower() != ZIP:
        return [path]
    folder = work / f"zip{len(list(work.iterdir()))}"
    folder.mkdir()
    archive.unpack(path, folder, limit_bytes)
    inside = sorted(one for one in folder.iterdir() if one.suffix.lower() in READABLE)
    if not inside:
        raise Fault("zip_empty", formats=", ".join(READABLE))
    return inside


def reader(path: Path, encoding: str | None, table: str | None) -> tuple[Reader, dict[str, Any]]:
    """The reader of a file, and what was found out on the way: `kind`, `encoding`, `guessed`.

    Raises:
        Fault: a format that is not read.
    """
    suffix = path.suffix.lower()
    if suffix in DRAWINGS:
        # heavy, as below
        from layers.exchange.parse.drawing import Drawing

        return Drawing(path, encoding, table), {"kind": DRAWINGS[suffix]}
    if suffix in (SHAPEFILE, GEOPACKAGE, *MARKUP):
        return _vector(path, suffix, encoding, table)
    if suffix not in (*JSON, *TABLES):
        raise Fault("format_unknown", name=path.name[:80], formats=", ".join(READABLE))
    found, guessed = (encoding, False) if encoding else detect(path)
    facts = {"encoding": found, "guessed": guessed}
    if suffix in TABLES:
        return Csv(path, found), {"kind": "CSV", **facts}
    if _is_overpass(path, found):
        return Overpass(path, found), {"kind": "Overpass", **facts}
    return GeoJson(path, found), {"kind": "GeoJSON", **facts}


def _vector(path: Path, suffix: str, encoding: str | None, table: str | None) -> tuple[Reader, dict[str, Any]]:
    # heavy: pyogrio brings pandas and geopandas, which no other format needs
    from layers.exchange.parse.vector import Vector, is_geopackage, missing_parts

    if suffix == SHAPEFILE:
        if missing := missing_parts(path):
            raise Fault("shapefile_parts", missing=", ".join(missing))
        return Vector(path, encoding, None), {"kind": "Shapefile"}
    if suffix in MARKUP:
        return Vector(_beside_nothing(path), encoding, table), {"kind": MARKUP[suffix]}
    if not is_geopackage(path):
        raise Fault("not_geopackage")
    return Vector(path, encoding, table), {"kind": "GeoPackage"}


def _beside_nothing(path: Path) -> Path:
    """The file by a name in the work folder: GDAL writes what it found out (.gfs) beside it."""
    made = Path(tempfile.mkdtemp()) / path.name
    made.symlink_to(path)
    return made


def _is_overpass(path: Path, encoding: str) -> bool:
    """Whether the first members are those of an Overpass answer."""
    with path.open(encoding=encoding, errors="replace") as file:
        head = file.read(_HEAD)
    members = re.findall(r'"(features|type|elements|osm3s|generator)"\s*:', head)
    return bool(members) and members[0] in {"elements", "osm3s", "generator"}
