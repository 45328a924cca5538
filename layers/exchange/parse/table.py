"""CSV and TSV: delimiter found, place in lon/lat columns or in one geometry column, numbers as Vietnam writes them."""

import csv
import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import shapely

from layers.exchange.parse.chunk import ROWS, Chunk, Note
from layers.exchange.parse.fault import Fault
from layers.exchange.parse.number import decimal
from layers.exchange.parse.words import cleaned, folded, heading, unique
from layers.spreadsheet.line import as_written

LON = ("lon", "lng", "long", "longitude", "kinh do", "easting", "lon wgs84", "toa do x", "x")
LAT = ("lat", "latitude", "vi do", "northing", "lat wgs84", "toa do y", "y")
SHAPE = ("wkt", "geometry", "geom", "the geom", "wkt geom", "shape", "hinh", "hinh hoc")
"""Headings of the place, folded, the surest first."""
ENDS = {"lon": "lat", "lng": "lat", "long": "lat", "longitude": "latitude", "x": "y"}
PLANE = frozenset({"x", "x m", "toa do x", "toa do x m", "easting", "easting m"})
"""Headings that may hold metres as well as degrees."""
OWN_ENDS = ("id", "geom")
"""First and last heading of the server's own CSV, where `id` numbers features and identifies nothing elsewhere."""
DELIMITERS = ",;\t|"
MAX_CELL = 4 << 20
"""Characters of one cell: a large polygon as WKT."""
NORTHING_FROM_M = 800_000
"""In Vietnam a northing is above this and an easting below (VN-2000, UTM 48N and 49N)."""


class Csv:
    """A table with headings in its first line.

    Attributes:
        has_ids: whether `id` is the server's number of a feature.
        doubled: headings met twice.
        has_place: whether columns of a place were found.
        says_degrees: whether the headings mean longitude and latitude.
        swapped: whether X was found to be the northing, as Vietnamese land documents write it.
    """

    crs: str | None = None

    def __init__(self, path: Path, encoding: str) -> None:
        """Nothing is read before `chunks`."""
        self._path = path
        self._encoding = encoding
        self.has_ids = False
        self.doubled: list[str] = []
        self.has_place = False
        self.swapped = False
        self.says_degrees = False

    def chunks(self) -> Iterator[Chunk]:
        """The rows, some thousand at a time.

        Raises:
            Fault: wrong encoding, no headings, or a table that cannot be cut into cells.
        """
        csv.field_size_limit(MAX_CELL)
        row = 0
        try:
            with self._path.open(encoding=self._encoding, errors="strict", newline="") as file:
                for chunk in self._read(file):
                    row = chunk.numbers[-1] if chunk.numbers else row
                    yield chunk
        except UnicodeError as fault:
            raise Fault("encoding_wrong", row=row + 1, encoding=self._encoding) from fault
        except csv.Error as fault:
            raise Fault("csv_broken", row=row + 1, reason=str(fault)) from fault

    def _read(self, file: TextIO) -> Iterator[Chunk]:
        delimiter, lines = _opened(file)
        rows = csv.reader(lines, delimiter=delimiter, strict=False)
        headings, self.doubled = unique([heading(cell) for cell in next(rows, [])])
        if not any(headings):
            raise Fault("csv_empty")
        self.has_ids = (headings[0], headings[-1]) == OWN_ENDS
        place = _Place(headings)
        self.has_place = place.found
        self.says_degrees = place.shape is not None or folded(str(place.lon)) not in PLANE
        numbered = enumerate((cells for cells in rows if any(cell.strip() for cell in cells)), 1)
        while batch := list(islice(numbered, ROWS)):
            chunk = Chunk()
            for number, cells in batch:
                note = None
                if len(cells) > len(headings):
                    note = Note("row_length", {"cells": len(cells), "headings": len(headings)})
                values = {
                    name: cell.strip() if name == place.shape else _text(cell)
                    for name, cell in zip(headings, cells, strict=False)
                }
                chunk.add(number, values, None, note)
            place.locate(chunk)
            self.swapped |= place.swapped
            yield chunk


def _opened(file: TextIO) -> tuple[str, Iterator[str]]:
    """The delimiter and the lines, without the line `sep=;` that Excel writes."""
    first = file.readline(MAX_CELL)
    while first and not first.strip():
        first = file.readline(MAX_CELL)
    if not first:
        raise Fault("csv_empty")
    if told := re.fullmatch(r"\ufeff?sep=(.)\s*", first):
        return told[1], iter(file)
    bare = re.sub(r'"[^"]*"', "", first.lstrip("\ufeff"))
    delimiter = max(DELIMITERS, key=bare.count)
    return delimiter, chain([first.lstrip("\ufeff")], file)


class _Place:
    """Finds the columns that say where a row is, and takes them out of its values."""

    def __init__(self, headings: list[str]) -> None:
        words = {name: folded(name) for name in headings}
        self.lon, self.lat = _column(words, LON), _column(words, LAT)
        self.shape = _column(words, SHAPE)
        self.swapped = False
        if self.lon is None or self.lat is None:
            self.lon, self.lat = _pair(headings)
        self.found = self.shape is not None or self.lon is not None

    def locate(self, chunk: Chunk) -> None:
        """Give the chunk its shapes."""
        shapes: Any = np.full(len(chunk), None, dtype=object)
        if self.shape is not None:
            shapes = self._shapes(chunk, self.shape)
        if self.lon is not None and self.lat is not None:
            points = self._points(chunk, self.lon, self.lat)
            shapes = np.where(shapely.is_missing(shapes), points, shapes)
        chunk.shapes = list(shapes)

    def _shapes(self, chunk: Chunk, column: str) -> Any:
        texts = np.array([_shape_text(values.pop(column, "")) for values in chunk.values], dtype=object)
        shapes = np.full(len(texts), None, dtype=object)
        for read, start in ((shapely.from_geojson, "{"), (shapely.from_wkb, "0"), (shapely.from_wkt, "")):
            mine = np.array([t is not None and t.startswith(start) for t in texts]) & shapely.is_missing(shapes)
            if mine.any():
                shapes[mine] = read(texts[mine], on_invalid="ignore")
        for index, text in enumerate(texts):
            if text is not None and shapes[index] is None:
                chunk.note(index, "geometry_unreadable")
        return shapes

    def _points(self, chunk: Chunk, lon: str, lat: str) -> Any:
        pairs = np.full((len(chunk), 2), np.nan)
        for index, values in enumerate(chunk.values):
            texts = [values.pop(lon, ""), values.pop(lat, "")]
            if not any(texts):
                continue
            numbers = [decimal(text) for text in texts]
            if None in numbers:
                chunk.note(index, "coordinates_unreadable", x=texts[0][:40], y=texts[1][:40])
            else:
                pairs[index] = numbers
        known = np.isfinite(pairs).all(axis=1)
        if self._northing_first(pairs[known]):
            pairs, self.swapped = pairs[:, ::-1], True
        shapes = np.full(len(chunk), None, dtype=object)
        shapes[known] = shapely.points(pairs[known])
        infinite = ~known & ~np.isnan(pairs).any(axis=1)
        for place in np.flatnonzero(infinite):
            chunk.note(int(place), "geometry_not_finite")
        return shapes

    def _northing_first(self, pairs: Any) -> bool:
        """Whether the first column holds northings: only where it is named X, never where it is named easting."""
        named_x = folded(str(self.lon)) in PLANE - {"easting", "easting m"}
        return (
            named_x
            and len(pairs) > 0
            and bool((pairs[:, 0] > NORTHING_FROM_M).all() and (pairs[:, 1] < NORTHING_FROM_M).all())
        )


def _column(words: dict[str, str], wanted: tuple[str, ...]) -> str | None:
    return next((name for word in wanted for name, folded_name in words.items() if _is(folded_name, word)), None)


def _pair(headings: list[str]) -> tuple[str | None, str | None]:
    """Columns that end in lon and lat after the same word: `wardLon`, `ward_lat`."""
    words = {name: folded(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)).rpartition(" ") for name in headings}
    for lon, (before, _, last) in words.items():
        if before and last in ENDS:
            for lat, (same, _, other) in words.items():
                if same == before and other == ENDS[last]:
                    return lon, lat
    return None, None


def _is(name: str, word: str) -> bool:
    return name == word or name in {f"{word} m", f"{word} do", f"{word} wgs84", f"{word} wgs 84"}


def _text(cell: str) -> str:
    """A cell's text, without the apostrophe that keeps a spreadsheet from running it."""
    return cleaned(as_written(cell.strip()))


def _shape_text(text: str) -> str | None:
    return re.sub(r"^SRID=(4326|0);", "", text, flags=re.IGNORECASE) or None
