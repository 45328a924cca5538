"""Features of a layer as a file: GeoJSON, CSV, GeoPackage. Bringing such a file in again changes nothing."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from layers.core import Attribute, Feature
from layers.core.declaration import Declaration
from layers.spreadsheet.line import BOM, line

SLICE = 2_000
"""Features written together."""
GEOMETRY = "geometry"
"""Heading of the geometry column in CSV."""
_UTC = 100
"""GDAL's flag of a time in UTC."""
_DTYPES = {
    "integer": "int64",
    "number": "float64",
    "boolean": "bool",
    "date": "datetime64[D]",
    "datetime": "datetime64[ms]",
}


def geojson(layer: Declaration, features: Iterable[Feature]) -> Iterator[bytes]:
    """A FeatureCollection, EPSG:4326, in slices."""
    yield f'{{"type":"FeatureCollection","name":{json.dumps(layer.id)},"features":['.encode()
    for number, some in enumerate(_slices(features)):
        parts = zip(some, shapely.to_geojson(shapely.from_wkb([one.wkb for one in some])), strict=True)
        lines = ",\n".join(
            f'{{"type":"Feature","id":{one.id},"geometry":{shape},"properties":{_properties(one)}}}'
            for one, shape in parts
        )
        yield f"{',' if number else ''}\n{lines}".encode()
    yield b"\n]}\n"


def csv_lines(layer: Declaration, features: Iterable[Feature]) -> Iterator[bytes]:
    """CSV in UTF-8 with its mark, attribute names as headings, geometry last as WKT; in slices."""
    some = list(islice(features := iter(features), SLICE))
    names = list(some[0].attributes) if some else [a.name for a in layer.attributes if a.access is None]
    yield BOM + line([*names, GEOMETRY])
    while some:
        texts = shapely.to_wkt(shapely.from_wkb([one.wkb for one in some]), rounding_precision=-1)
        lines = (
            line([*(_cell(one.attributes[n]) for n in names), text]) for one, text in zip(some, texts, strict=True)
        )
        yield b"".join(lines)
        some = list(islice(features, SLICE))


def gpkg(layer: Declaration, features: Iterable[Feature], path: Path) -> Path:
    """A GeoPackage with one table called like the layer, EPSG:4326, written slice by slice to `path`."""
    path.unlink(missing_ok=True)
    known = {a.name: a for a in layer.attributes}
    written = False
    for some in _slices(features):
        attributes = [known[name] for name in some[0].attributes]
        _append(path, layer.id, attributes, some, append=written)
        written = True
    if not written:
        _append(path, layer.id, [a for a in layer.attributes if a.access is None], [], append=False)
    return path


def write(layer: Declaration, features: Iterable[Feature], path: Path) -> None:
    """A file in the format its name ends in.

    Raises:
        ValueError: a format that is not written.
    """
    writers: dict[str, Callable[[Declaration, Iterable[Feature]], Iterator[bytes]]] = {
        ".geojson": geojson,
        ".json": geojson,
        ".csv": csv_lines,
    }
    suffix = path.suffix.lower()
    if suffix == ".gpkg":
        gpkg(layer, features, path)
        return
    if suffix not in writers:
        raise ValueError(suffix)
    with path.open("wb") as file:
        for part in writers[suffix](layer, features):
            file.write(part)


def _slices(features: Iterable[Feature]) -> Iterator[list[Feature]]:
    rest = iter(features)
    while some := list(islice(rest, SLICE)):
        yield some


def _properties(feature: Feature) -> str:
    return json.dumps(dict(feature.attributes), ensure_ascii=False, default=_plain, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else str(value)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, datetime | date) else value


def _append(path: Path, table: str, attributes: Sequence[Attribute], some: Sequence[Feature], *, append: bool) -> None:
    columns = [_column(a, [one.attributes[a.name] for one in some]) for a in attributes]
    pyogrio.raw.write(
        str(path),
        np.array([one.wkb for one in some], dtype=object),
        [values for values, _ in columns],
        np.array([a.name for a in attributes], dtype=object),
        field_mask=[missing for _, missing in columns],
        layer=table,
        driver="GPKG",
        geometry_type="Unknown",
        crs="EPSG:4326",
        promote_to_multi=False,
        gdal_tz_offsets={a.name: np.full(len(some), _UTC) for a in attributes if a.type == "datetime"},
        append=append,
    )


def _column(attribute: Attribute, values: Sequence[Any]) -> tuple[Any, Any]:
    """A column with its type, and where it is empty."""
    missing = np.array([value is None for value in values], dtype=bool)
    dtype = _DTYPES.get(attribute.type or "text")
    if dtype is None:
        return np.array([None if v is None else str(v) for v in values], dtype=object), missing
    return np.array([_filler(dtype) if v is None else _typed(v) for v in values], dtype=dtype), missing


def _filler(dtype: str) -> Any:
    return np.datetime64("NaT") if dtype.startswith("datetime") else 0


def _typed(value: Any) -> Any:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
