"""Features as files: CSV for spreadsheets, GeoPackage for GIS programs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyogrio.raw
import shapely

from layers.api.answers import plain
from layers.api.limits import MAX_EXPORT
from layers.core.attribute import Attribute
from layers.core.computed import ComputedFeatures
from layers.core.errors import BadRequest
from layers.core.feature import Feature
from layers.core.query import Features
from layers.core.text import Text
from layers.spreadsheet.line import BOM, line

CSV = "text/csv; charset=utf-8"
GPKG = "application/geopackage+sqlite3"
GEOMETRY = "geom"
SLICE = 2_000
_DTYPES = {"integer": "int64", "number": "float64", "boolean": "bool"}


def rows_of(features: Features | ComputedFeatures, limit: int | None, sort: str | None) -> Iterator[list[Feature]]:
    """Every feature, in slices; the first is read before this returns, so that a fault is answered as one.

    Raises:
        BadRequest: more than an export holds.
    """
    if limit is None and (number := features.count()) > MAX_EXPORT:
        raise BadRequest(
            Text(
                vi=f"{number} đối tượng, mỗi tệp tối đa {MAX_EXPORT}: dùng filter, bbox hoặc export_layer.",
                en=f"{number} features, at most {MAX_EXPORT} a file: narrow by filter or bbox, or use export_layer.",
            ),
            field="format",
            slug="too_many",
        )
    wanted = limit or MAX_EXPORT
    first, cursor = features.page(min(SLICE, wanted), None, sort)
    return _slices(features, first, cursor, wanted - len(first), sort)


def _slices(
    features: Features | ComputedFeatures, first: list[Feature], cursor: str | None, wanted: int, sort: str | None
) -> Iterator[list[Feature]]:
    yield first
    while cursor and wanted > 0:
        found, cursor = features.page(min(SLICE, wanted), cursor, sort)
        wanted -= len(found)
        yield found


def csv_text(readable: Sequence[str], slices: Iterator[list[Feature]]) -> Iterator[bytes]:
    """UTF-8 with BOM: id, the attributes under their names, geometry last as WKT (EPSG:4326)."""
    own_id = () if "id" in readable else ("id",)
    yield BOM + line([*own_id, *readable, GEOMETRY])
    for features in slices:
        shapes = shapely.from_wkb(np.array([feature.wkb for feature in features], dtype=object))
        words = shapely.to_wkt(shapes, rounding_precision=-1, trim=True)
        for feature, wkt in zip(features, words, strict=True):
            keys = [feature.id] if own_id else []
            yield line([*keys, *(_cell(feature.attributes[name]) for name in readable), wkt])


def _cell(value: Any) -> Any:
    value = plain(value)
    return str(value).lower() if isinstance(value, bool) else value


def gpkg_bytes(layer_id: str, readable: Sequence[Attribute], slices: Iterator[list[Feature]]) -> bytes:
    """A GeoPackage with one table named like the layer, EPSG:4326."""
    features = [feature for one in slices for feature in one]
    columns, masks = [], []
    for attribute in readable:
        values = [plain(feature.attributes[attribute.name]) for feature in features]
        missing = np.array([value is None for value in values], dtype=bool)
        dtype = _DTYPES.get(attribute.type or "text", "object")
        filled = [_filler(dtype) if value is None else value for value in values]
        columns.append(np.array(filled, dtype=dtype))
        masks.append(missing)
    shapes = shapely.from_wkb(np.array([feature.wkb for feature in features], dtype=object))
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{layer_id}.gpkg"
        pyogrio.raw.write(
            file,
            np.array([feature.wkb for feature in features], dtype=object),
            columns,
            [attribute.name for attribute in readable],
            field_mask=masks,
            layer=layer_id,
            driver="GPKG",
            geometry_type=_kind(shapes),
            crs="EPSG:4326",
        )
        return file.read_bytes()


def _filler(dtype: str) -> Any:
    return {"int64": 0, "float64": 0.0, "bool": False}.get(dtype)


def _kind(shapes: Any) -> str:
    kinds = {shape.geom_type for shape in shapes}
    return kinds.pop() if len(kinds) == 1 else "Unknown"
