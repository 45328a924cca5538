"""DXF and DGN V7: lines closed to faces, each with the texts that stand inside it.

A drawing has no rows: borders are lines that meet within a centimetre at best, numbers are texts beside nothing. Faces
come out with `labels`, a list of texts; what they mean is for the layer that takes them. Attributes of the drawing
itself (colour, level) are not kept.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from layers.exchange.parse.chunk import ROWS, Chunk
from layers.exchange.parse.fault import Fault
from layers.exchange.parse.vietnamese import OURS, likeness, reread

SNAP_M = 0.01
"""Ends this near meet: land.md §12."""
LEVELS = ("Layer", "Level")
"""Field with a line's layer, in DXF and in DGN."""
WESTERN = "ISO-8859-1"
"""How a DGN's texts are read: it does not name their encoding, so GDAL gives the bytes."""
_UNITS = (1.0, 0.01, 0.001, 0.0001)
_NORTH_M = (800_000.0, 2_700_000.0)
_LINES = {1, 2, 5}
_AREAS = {3, 6}


class Drawing:
    """The faces of a drawing.

    Attributes:
        crs: none; a drawing does not know where it is.
        outside: texts that lie in no face.
    """

    crs: str | None = None
    has_ids: bool = False

    def __init__(self, path: Path, encoding: str | None, levels: str | None) -> None:
        """Borders are taken from the named levels (parted by commas), or from all."""
        self._path = path
        self._encoding = encoding
        self._is_bytes = path.suffix.lower() == ".dgn"
        self._levels = {one.strip().casefold() for one in levels.split(",")} if levels else None
        self.outside: list[str] = []

    def chunks(self) -> Iterator[Chunk]:
        """The faces, some thousand at a time.

        Raises:
            Fault: not readable, or nothing closes.
        """
        shapes, texts, levels = self._read()
        kinds = shapely.get_type_id(shapes)
        border = np.isin(kinds, [*_LINES, *_AREAS])
        if self._levels is not None:
            border &= np.array([one.casefold() in self._levels for one in levels], dtype=bool)
        lines = shapely.get_parts(shapes[border])
        areas = shapely.get_type_id(lines) == 3
        lines[areas] = shapely.boundary(lines[areas])
        lines = shapely.get_parts(lines)
        faces = closed(lines, SNAP_M / _metres(lines)) if len(lines) else np.array([])
        if not len(faces):
            raise Fault("drawing_no_faces", tables=", ".join(sorted(set(levels)))[:300])
        written = np.array([bool(text) for text in texts], dtype=bool) & (kinds == 0)
        inside = self._inside(faces, shapes[written], [text for text, own in zip(texts, written, strict=True) if own])
        for start in range(0, len(faces), ROWS):
            chunk = Chunk()
            for index in range(start, min(start + ROWS, len(faces))):
                chunk.add(index + 1, {"labels": inside.get(index, [])}, faces[index])
            yield chunk

    def _read(self) -> tuple[Any, list[str], list[str]]:
        """Shapes, texts and levels of all elements; text in the file's encoding made Unicode."""
        try:
            meta, _, wkb, fields = pyogrio.raw.read(
                self._path, force_2d=True, encoding=WESTERN if self._is_bytes else None
            )
        except (DataSourceError, DataLayerError, ValueError, RuntimeError) as fault:
            raise Fault("vector_unreadable", reason=" ".join(str(fault).split())[:200]) from fault
        columns = dict(zip((str(name) for name in meta["fields"]), fields, strict=True))
        count = len(wkb)
        texts = ["" if one is None else str(one) for one in columns.get("Text", [None] * count)]
        level = next((columns[name] for name in LEVELS if name in columns), [""] * count)
        levels = ["" if one is None else str(one) for one in level]
        shapes = shapely.from_wkb(wkb, on_invalid="ignore")
        there = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
        return (
            shapes[there],
            self._unicode([text for text, own in zip(texts, there, strict=True) if own]),
            [one for one, own in zip(levels, there, strict=True) if own],
        )

    def _unicode(self, texts: list[str]) -> list[str]:
        if self._encoding is not None:
            own = self._is_bytes or self._encoding in OURS
            return [reread(one, self._encoding) for one in texts] if own else texts
        whole = "\n".join(one for one in texts if not one.isascii())
        if self._is_bytes and reread(whole, "utf-8") != whole:
            return [reread(one, "utf-8") for one in texts]
        best = max(OURS, key=lambda name: likeness(reread(whole, name)))
        better = likeness(reread(whole, best)) > likeness(whole)
        return [reread(one, best) for one in texts] if better else texts

    def _inside(self, faces: Any, points: Any, texts: list[str]) -> dict[int, list[str]]:
        """Texts of each face, from top to bottom as people read them."""
        found: dict[int, list[tuple[float, str]]] = {}
        place, face = shapely.STRtree(faces).query(points, predicate="within")
        for text, own in zip(place.tolist(), face.tolist(), strict=True):
            found.setdefault(own, []).append((-shapely.get_y(points[text]), texts[text]))
        met = set(place.tolist())
        self.outside = [text for index, text in enumerate(texts) if index not in met]
        return {own: [text for _, text in sorted(rows)] for own, rows in found.items()}


def closed(lines: Any, snap: float) -> Any:
    """(n,) polygons that lines enclose: ends within `snap` meet, crossings count as corners."""
    lines = _ends_joined(lines, snap)
    lines = _ends_on_lines(lines, snap)
    noded = shapely.get_parts(shapely.union_all(lines))
    faces = shapely.get_parts(shapely.polygonize(noded))
    return faces[shapely.area(faces) > snap * snap]


def _ends_joined(lines: Any, snap: float) -> Any:
    """Vertices within `snap` of an earlier one become that one."""
    points, owners = shapely.get_coordinates(lines, return_index=True)
    tree = shapely.STRtree(shapely.points(points))
    one, other = tree.query(shapely.points(points), predicate="dwithin", distance=snap)
    first = np.arange(len(points))
    np.minimum.at(first, one, other)
    # twice, so that a chain of three near vertices ends at one
    points = points[first[first]]
    moved = shapely.linestrings(points, indices=owners)
    return moved[shapely.length(moved) > 0]


def _ends_on_lines(lines: Any, snap: float) -> Any:
    """Where an open end lies within `snap` of another line, that line gets a vertex there."""
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    at = shapely.get_coordinates(ends)
    _, place, times = np.unique(at, axis=0, return_index=True, return_counts=True)
    loose = ends[place[times == 1]]
    point, line = shapely.STRtree(lines).query(loose, predicate="dwithin", distance=snap)
    along = shapely.line_locate_point(lines[line], loose[point])
    inner = (along > 0) & (along < shapely.length(lines[line]))
    made = lines.copy()
    for target in np.unique(line[inner]):
        mine = inner & (line == target)
        made[target] = _with_vertices(lines[target], along[mine], shapely.get_coordinates(loose[point[mine]]))
    return made


def _with_vertices(line: Any, along: Any, points: Any) -> Any:
    corners = shapely.get_coordinates(line)
    steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
    order = np.argsort(along, kind="stable")
    places = np.searchsorted(steps, along[order])
    return shapely.linestrings(np.insert(corners, places, points[order], axis=0))


def _metres(lines: Any) -> float:
    """Metres of the drawing's unit, by the size of its northings; 1 where it has none of Vietnam."""
    points = shapely.get_coordinates(lines)
    largest = float(np.median(np.abs(points).max(axis=1)))
    return next((unit for unit in _UNITS if _NORTH_M[0] <= largest * unit <= _NORTH_M[1]), 1.0)
