"""GeoJSON read as a stream: memory holds one feature, and a fault names the feature it is in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from layers.exchange.parse.chunk import ROWS, Chunk, Note
from layers.exchange.parse.fault import Fault

READ = 1 << 20
MAX_ELEMENT = 64 << 20
"""Characters of one feature, or of one member beside the features."""
GEOMETRIES = {
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection",
}  # fmt: skip
_DECODER = json.JSONDecoder()
_BLANKS = " \t\r\n"
_TAIL = 32
"""A fault this near to what was read so far may only mean that more must be read."""


class Stream:
    """The characters of a file, a window at a time."""

    def __init__(self, path: Path, encoding: str) -> None:
        """Open; the first character that is no blank is looked at by `peek`."""
        self._file = path.open(encoding=encoding, errors="strict", newline="")
        self._text = ""
        self._at = 0
        self._ended = False
        self.row: int | None = None

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def peek(self) -> str:
        """The next character that is no blank; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _BLANKS:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def expect(self, character: str) -> None:
        """Step over one character.

        Raises:
            Fault: another stands there.
        """
        if (met := self.peek()) != character:
            raise self._fault(f"“{character}” expected, met “{met or 'end of file'}”", ended=not met)
        self._at += 1

    def take(self, character: str) -> bool:
        """Step over a character if it is the next."""
        if self.peek() != character:
            return False
        self._at += 1
        return True

    def value(self) -> Any:
        """The next JSON value.

        Raises:
            Fault: malformed, cut off, nested too deep, or larger than allowed.
        """
        self.peek()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError as fault:
                unfinished = fault.pos >= len(self._text) - _TAIL or fault.msg.startswith("Unterminated")
                if not unfinished or not self._more():
                    raise self._fault(fault.msg, ended=unfinished) from fault
            except RecursionError as fault:
                raise Fault("json_deep", row=self.row) from fault
            except ValueError as fault:  # an integer of thousands of digits
                raise self._fault(str(fault), ended=False) from fault
            else:
                if end < len(self._text) or not self._more():
                    self._at = end
                    return found

    def _more(self) -> bool:
        if self._ended:
            return False
        if len(self._text) - self._at > MAX_ELEMENT:
            raise Fault("json_element", row=self.row, mb=MAX_ELEMENT >> 20)
        try:
            read = self._file.read(max(READ, len(self._text) - self._at))
        except UnicodeDecodeError as fault:
            raise Fault("encoding_wrong", row=self.row, encoding=fault.encoding) from fault
        self._text, self._at = self._text[self._at :] + read, 0
        self._ended = not read
        return bool(read)

    def _fault(self, reason: str, *, ended: bool) -> Fault:
        return Fault("json_cut" if ended else "json_broken", row=self.row, reason=reason[:200])


class GeoJson:
    """A FeatureCollection, a Feature or a bare geometry.

    Attributes:
        crs: name of the CRS member of old files, where there is one.
        has_ids: whether ids beside the properties were given as the column `id`.
    """

    says_degrees = True

    def __init__(self, path: Path, encoding: str) -> None:
        """Nothing is read before `chunks`."""
        self._path = path
        self._encoding = encoding
        self.crs: str | None = None
        self.has_ids = False

    def chunks(self) -> Iterator[Chunk]:
        """The features, some thousand at a time; their shapes in the file's CRS.

        Raises:
            Fault: no JSON, no GeoJSON, or a feature that breaks the file.
        """
        chunk = Chunk()
        for number, feature in enumerate(self._features(), 1):
            self._add(chunk, number, feature)
            if len(chunk) == ROWS:
                yield _shaped(chunk)
                chunk = Chunk()
        yield _shaped(chunk)

    def _features(self) -> Iterator[Any]:
        stream = Stream(self._path, self._encoding)
        try:
            yield from self._members(stream)
        finally:
            stream.close()

    def _members(self, stream: Stream) -> Iterator[Any]:
        if not stream.take("{"):
            raise Fault("not_geojson", reason="{ expected")
        others: dict[str, Any] = {}
        met = False
        while not stream.take("}"):
            name = stream.value()
            stream.expect(":")
            if name == "features" and stream.peek() == "[":
                met = True
                yield from self._elements(stream)
            else:
                others[str(name)] = stream.value()
                self._read_crs(name, others[str(name)])
            if not stream.take(",") and stream.peek() != "}":
                stream.expect("}")
        if not met:
            yield from _single(others)

    def _elements(self, stream: Stream) -> Iterator[Any]:
        stream.expect("[")
        stream.row = 1
        while not stream.take("]"):
            yield stream.value()
            stream.row += 1
            if not stream.take(",") and stream.peek() != "]":
                stream.expect("]")
        stream.row = None

    def _read_crs(self, name: Any, value: Any) -> None:
        if name == "crs" and isinstance(value, dict):
            given = (value.get("properties") or {}).get("name")
            self.crs = str(given)[:200] if given else None

    def _add(self, chunk: Chunk, number: int, feature: Any) -> None:
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            chunk.add(number, {}, None, Note("feature_wrong"))
            return
        given = feature.get("properties")
        values = dict(given) if isinstance(given, dict) else {}
        if feature.get("id") is not None and "id" not in values:
            values = {"id": feature["id"], **values}
            self.has_ids = True
        geometry = feature.get("geometry")
        note = None
        if geometry is not None and (not isinstance(geometry, dict) or geometry.get("type") not in GEOMETRIES):
            geometry, note = None, Note("geometry_unreadable")
        chunk.add(number, values, geometry, note)


def _single(others: dict[str, Any]) -> Iterator[Any]:
    if others.get("type") == "Feature":
        yield others
    elif others.get("type") in GEOMETRIES:
        yield {"type": "Feature", "geometry": others, "properties": {}}
    else:
        raise Fault("not_geojson", reason=f"type {str(others.get('type'))[:40]!r}")


def _shaped(chunk: Chunk) -> Chunk:
    """The geometries, until now JSON, as shapes."""
    texts = np.array([None if one is None else json.dumps(one) for one in chunk.shapes], dtype=object)
    for index, text in enumerate(texts):
        if text is not None and ("NaN" in text or "Infinity" in text):
            chunk.note(index, "geometry_not_finite")
            texts[index] = None
    shapes = shapely.from_geojson(texts, on_invalid="ignore")
    for index, text in enumerate(texts):
        if text is not None and shapes[index] is None:
            chunk.note(index, "geometry_unreadable")
    chunk.shapes = list(shapes)
    return chunk
