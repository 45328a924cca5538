"""GeoPackage, Shapefile, GML and KML through GDAL, kept to these drivers by the environment of this process."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FieldError

from layers.exchange.parse.chunk import Chunk
from layers.exchange.parse.encoding import of_bytes
from layers.exchange.parse.fault import Fault
from layers.exchange.parse.vietnamese import OURS, reread

ROWS = 20_000
SIDECARS = (".shp", ".shx", ".dbf")
_INTEGERS = {"OFTInteger", "OFTInteger64"}


class Vector:
    """One table of a file GDAL reads.

    Attributes:
        crs: definition the file declares (code or WKT).
    """

    has_ids: bool = False

    def __init__(self, path: Path, encoding: str | None, table: str | None) -> None:
        """Choose the table.

        Raises:
            Fault: not readable, several tables, or none of the asked name.
        """
        self._path = path
        self._is_shapefile = path.suffix.lower() == ".shp"
        self._encoding = encoding or (_dbf_encoding(path) if self._is_shapefile else None)
        self._table = _table(path, table)
        self.crs: str | None = None

    def chunks(self) -> Iterator[Chunk]:
        """The features, some thousand at a time.

        Raises:
            Fault: GDAL cannot read on.
        """
        start = 0
        while True:
            meta, _, shapes, fields = self._read(start)
            if self._encoding in OURS:
                meta["fields"] = [reread(str(name), self._encoding) for name in meta["fields"]]
                fields = [_reread(column, self._encoding) for column in fields]
            self.crs = meta.get("crs")
            chunk = _chunk(start, meta, shapes, fields)
            if not len(chunk):
                return
            yield chunk
            start += len(chunk)
            if len(chunk) < ROWS:
                return

    def _read(self, start: int) -> Any:
        try:
            return pyogrio.raw.read(
                self._path,
                layer=self._table,
                encoding="ISO-8859-1" if self._encoding in OURS and self._is_shapefile else self._encoding,
                skip_features=start,
                max_features=ROWS,
                datetime_as_string=True,
                force_2d=True,
                **({"DOWNLOAD_SCHEMA": "NO"} if self._path.suffix.lower() == ".gml" else {}),
            )
        except (DataSourceError, DataLayerError, FieldError, ValueError, RuntimeError, UnicodeDecodeError) as fault:
            raise Fault("vector_unreadable", row=start + 1, reason=_brief(fault)) from fault


def _table(path: Path, wanted: str | None) -> str | None:
    try:
        tables = [str(name) for name, kind in pyogrio.list_layers(path).tolist() if kind is not None]
    except (DataSourceError, DataLayerError, ValueError, RuntimeError) as fault:
        raise Fault("vector_unreadable", reason=_brief(fault)) from fault
    if wanted is not None:
        if wanted not in tables:
            raise Fault("table_unknown", table=wanted[:80], tables=", ".join(tables)[:300])
        return wanted
    if not tables:
        raise Fault("table_none")
    if len(tables) > 1:
        raise Fault("table_several", tables=", ".join(tables)[:300])
    return tables[0]


def _chunk(start: int, meta: dict[str, Any], shapes: Any, fields: list[Any]) -> Chunk:
    chunk = Chunk()
    number = len(shapes) if shapes is not None else len(fields[0]) if fields else 0
    kinds = meta.get("ogr_types") or [""] * len(fields)
    subtypes = meta.get("ogr_subtypes") or [""] * len(fields)
    columns = [_column(*one) for one in zip(fields, kinds, subtypes, strict=True)]
    names = [str(name) for name in meta["fields"]]
    read = shapely.from_wkb(shapes, on_invalid="ignore") if shapes is not None else np.full(number, None, dtype=object)
    for index in range(number):
        chunk.add(
            start + index + 1, {name: column[index] for name, column in zip(names, columns, strict=True)}, read[index]
        )
        if shapes is not None and shapes[index] is not None and read[index] is None:
            chunk.note(index, "geometry_unreadable")
    return chunk


def _column(values: Any, kind: str, subtype: str) -> list[Any]:
    """A column as plain Python values: pandas' way of a missing integer is a float's NaN."""
    if values.dtype.kind == "M":
        return [None if np.isnat(one) else str(one) for one in values]
    if subtype == "OFSTBoolean":
        return [None if one is None or one != one else bool(one) for one in values.tolist()]
    if values.dtype.kind == "f":
        whole = kind in _INTEGERS
        return [None if one != one else int(one) if whole else one for one in values.tolist()]
    made = values.tolist()
    return [None if isinstance(one, bytes) else one for one in made]


def _reread(values: Any, encoding: str) -> Any:
    """A column whose texts GDAL read byte by byte."""
    if values.dtype.kind != "O":
        return values
    made = np.empty(len(values), dtype=object)
    made[:] = [reread(one, encoding) if isinstance(one, str) else one for one in values]
    return made


def _dbf_encoding(path: Path) -> str | None:
    """The encoding of a Shapefile that does not name it: its bytes say."""
    if any(path.with_suffix(suffix).exists() for suffix in (".cpg", ".CPG", ".cst")):
        return None
    table = next((path.with_suffix(suffix) for suffix in (".dbf", ".DBF") if path.with_suffix(suffix).exists()), None)
    if table is None:
        return None
    with table.open("rb") as file:
        head = file.read(32)
        if len(head) < 32:
            return None
        file.seek(int.from_bytes(head[8:10], "little"))
        return of_bytes(file.read(1 << 20))


def missing_parts(path: Path) -> list[str]:
    """Files a Shapefile needs and does not have beside it."""
    there = {one.suffix.lower() for one in path.parent.glob(f"{path.stem}.*")}
    return [suffix for suffix in SIDECARS if suffix not in there]


def is_geopackage(path: Path) -> bool:
    """Whether it is an SQLite database that says it is a GeoPackage."""
    try:
        base = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, timeout=5)
        try:
            return bool(base.execute("select 1 from sqlite_master where name = 'gpkg_contents'").fetchall())
        finally:
            base.close()
    except sqlite3.Error:
        return False


def _brief(fault: Exception) -> str:
    return " ".join(str(fault).split())[:200]
