"""Starts the parsing process and gives what it read: the only door for foreign bytes.

In: a path and how to read it. Out: `Parsed`, rows on disk. The process has its own memory, time and file limits, and
GDAL in it opens nothing but the allowed drivers: a VRT or a database connection renamed to .gpkg is refused.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from layers.exchange.errors import Unreadable

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = frozenset({"ESRI Shapefile", "GPKG", "DXF", "DGN", "GML", "KML"})
"""What GDAL may open; GeoJSON, CSV and Overpass are read without it."""
MEMORY_BYTES = 4 << 30
SPOOL_FACTOR = 12
"""Rows on disk for each byte of the file, at most: coordinates as hexadecimal text with headings repeated."""
SPOOL_BYTES = 64 << 20
STATUS_FAULT = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """What a file holds.

    Attributes:
        rows: JSON lines `[file, row, wkb in hexadecimal or null, values by heading, notes]`.
        summary: files, columns, kinds, notes, faults, source; see `parse.__main__`.
    """

    rows: Path
    summary: dict[str, Any]

    def records(self) -> Iterator[list[Any]]:
        """The rows, one after another."""
        with self.rows.open(encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)


@contextmanager
def parsed(
    path: Path,
    *,
    crs: str | Mapping[str, str] | None,
    encoding: str | None,
    table: str | None,
    probe: bool = False,
) -> Iterator[Parsed]:
    """Read a file or folder in a process of its own; what it wrote is gone afterwards.

    Args:
        path: file or folder.
        crs: how coordinates are to be read, for all files or by a file's name.
        encoding: of texts.
        table: of a file with several.
        probe: only look how coordinates are written: no rows, each file of the summary has `written`.

    Raises:
        Unreadable: the file cannot be used at all; the message says why and where.
    """
    if not path.exists():
        raise Unreadable("file_missing", name=path.name)
    with tempfile.TemporaryDirectory(prefix="geo_ioc_import_") as made:
        folder = Path(made)
        job = _job(path, folder, crs=crs, encoding=encoding, table=table, probe=probe)
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        status, words = _run(folder)
        summary = Path(job["summary"])
        found = json.loads(summary.read_text(encoding="utf-8")) if summary.is_file() else {}
        if fault := found.get("fault"):
            raise Unreadable(fault["code"], row=fault["row"], field=fault["field"], **fault["facts"])
        if status != 0:
            raise Unreadable("parser_died", status=status, reason=words[-300:])
        yield Parsed(rows=Path(job["rows"]), summary=found)


def _job(path: Path, folder: Path, **asked: Any) -> dict[str, Any]:
    (folder / "work").mkdir()
    size = sum(one.stat().st_size for one in path.iterdir()) if path.is_dir() else path.stat().st_size
    spool = max(SPOOL_BYTES, min(size, limit_bytes()) * SPOOL_FACTOR)
    return {
        "path": str(path.resolve()),
        "work": str(folder / "work"),
        "rows": str(folder / "rows.jsonl"),
        "summary": str(folder / "summary.json"),
        "limit_bytes": limit_bytes(),
        "memory_bytes": MEMORY_BYTES,
        "spool_bytes": min(spool, shutil.disk_usage(folder).free // 2),
        **asked,
    }


def _run(folder: Path) -> tuple[int, str]:
    """Exit status of the process and the end of what it said."""
    command = [sys.executable, "-s", "-m", "layers.exchange.parse", str(folder / "job.json")]
    try:
        done = subprocess.run(  # noqa: S603  our own module, arguments are a path of ours
            command,
            cwd=ROOT,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s(),
            check=False,
        )
    except subprocess.TimeoutExpired as fault:
        raise Unreadable("too_slow", seconds=timeout_s()) from fault
    return done.returncode, done.stderr.decode("utf-8", "replace")


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours (no database address, no secrets), and GDAL without network and without foreign drivers."""
    skipped = ",".join(sorted(set(_drivers()) - ALLOWED))
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "TMPDIR": str(folder / "work"),
        "OGR_SKIP": skipped,
        "GDAL_SKIP": "VRT",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "OGR_SQLITE_LOAD_EXTENSIONS": "",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@cache
def _drivers() -> tuple[str, ...]:
    import pyogrio  # heavy: with pandas and geopandas, for the first import of a process only

    return tuple(pyogrio.list_drivers())


def limit_bytes() -> int:
    """Largest file that is read, in bytes (setting GEO_IOC_IMPORT_MAX_MB)."""
    return int(settings.GEO_IOC_IMPORT_MAX_MB) << 20


def timeout_s() -> float:
    """Longest time a file may take to be read, in seconds (setting GEO_IOC_IMPORT_TIMEOUT_S)."""
    return float(settings.GEO_IOC_IMPORT_TIMEOUT_S)
