"""Geometry made fit for the map: two dimensions, lon/lat, finite, not empty, valid; or the reason it is not."""

from typing import Any

import numpy as np
import shapely

from layers.exchange.parse.chunk import Chunk
from layers.exchange.parse.crs import Way

MAX_VERTICES = 2_000_000
KINDS = {0: "point", 4: "point", 1: "line", 2: "line", 5: "line", 3: "polygon", 6: "polygon"}
"""shapely type id -> kind."""
_COLLECTION = 7


def fit(chunk: Chunk, way: Way) -> Any:
    """(n,) shapes in EPSG:4326, None where a row has none or it cannot be used; why is noted in the chunk."""
    given = chunk.array()
    shapes = shapely.force_2d(given)
    shapes = _kept(chunk, shapes, shapely.is_empty(shapes), "geometry_empty")
    shapes = _kept(chunk, shapes, shapely.get_num_coordinates(shapes) > MAX_VERTICES, "geometry_too_large")
    shapes = _kept(chunk, shapes, ~_finite(shapes), "geometry_not_finite")
    shapes = way.apply(shapes)
    shapes = _in_range(chunk, shapes)
    for index in np.flatnonzero(shapely.get_type_id(shapes) >= _COLLECTION):
        shapes[index] = _one_kind(chunk, int(index), shapes[index])
    for index in np.flatnonzero(~(shapely.is_valid(shapes) | shapely.is_missing(shapes))):
        shapes[index] = _repaired(chunk, int(index), shapes[index])
    return shapes


def kinds(shapes: Any) -> set[str]:
    """The kinds of all shapes there are."""
    found = np.unique(shapely.get_type_id(shapes))
    return {KINDS[number] for number in found.tolist() if number in KINDS}


def _finite(shapes: Any) -> Any:
    coordinates, owners = shapely.get_coordinates(shapes, return_index=True)
    broken = owners[~np.isfinite(coordinates).all(axis=1)]
    finite = np.ones(len(shapes), dtype=bool)
    finite[broken] = False
    return finite


def _kept(chunk: Chunk, shapes: Any, refused: Any, code: str) -> Any:
    for index in np.flatnonzero(refused & ~shapely.is_missing(shapes)):
        chunk.note(int(index), code)
        shapes[index] = None
    return shapes


def _in_range(chunk: Chunk, shapes: Any) -> Any:
    bounds = shapely.bounds(shapes)
    with np.errstate(invalid="ignore"):
        inside = (np.abs(bounds[:, [0, 2]]) <= 180).all(axis=1) & (np.abs(bounds[:, [1, 3]]) <= 90).all(axis=1)
    for index in np.flatnonzero(~inside & ~shapely.is_missing(shapes)):
        west, south = bounds[index][:2].tolist()
        chunk.note(int(index), "geometry_out_of_range", x=_short(west), y=_short(south))
        shapes[index] = None
    return shapes


def _short(value: float) -> str:
    return f"{value:.6g}"


def _one_kind(chunk: Chunk, index: int, shape: Any) -> Any:
    """A collection of one kind as its multi-geometry; others are refused."""
    parts = [part for part in shapely.get_parts(shape) if not part.is_empty]
    found = {KINDS.get(int(shapely.get_type_id(part))) for part in parts}
    if len(found) != 1 or None in found:
        chunk.note(index, "geometry_mixed")
        return None
    flat = [single for part in parts for single in shapely.get_parts(part)]
    build = {"point": shapely.multipoints, "line": shapely.multilinestrings, "polygon": shapely.multipolygons}
    return build[str(found.pop())](flat)


def _repaired(chunk: Chunk, index: int, shape: Any) -> Any:
    """The shape made valid, where what comes out is of the same kind; else none."""
    reason = shapely.is_valid_reason(shape)[:120]
    kind = KINDS.get(int(shapely.get_type_id(shape)))
    made = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    parts = [p for p in shapely.get_parts(made).tolist() if not p.is_empty]
    same = [one for one in parts if KINDS.get(int(shapely.get_type_id(one))) == kind]
    if not same or len(same) != len(parts) or not shapely.is_valid(made):
        chunk.note(index, "geometry_invalid", reason=reason)
        return None
    chunk.note(index, "geometry_repaired", warning=True, reason=reason)
    return made
