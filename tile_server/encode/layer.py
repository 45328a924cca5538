"""A tile's layer from its parts: the name, the features with their tags and commands, the keys and values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tile_server.encode.column import NULL, Column
from tile_server.encode.ewkb import HOLE, LINE, POINTS, SHELL
from tile_server.encode.native import native
from tile_server.encode.output import put, put_varint, roomy, varint, varint_bytes, zigzag
from tile_server.encode.records import Ints
from tile_server.encode.ring import doubled_area
from tile_server.encode.shape import Paths

_LAYER, _NAME, _FEATURE, _KEY, _EXTENT, _VERSION = 0x1A, 0x0A, 0x12, 0x1A, 0x28, 0x78
"""Tags of the protobuf fields of `Tile` and `Layer` (vector_tile.proto 2.1)."""
_ID, _TAGS, _TYPE, _GEOMETRY = 0x08, 0x12, 0x18, 0x22
"""Of `Feature`."""
_MOVE_TO, _LINE_TO, _CLOSE = 1, 2, 7
"""Commands of a geometry (specification 2.1, section 4.3.1)."""
_REPEATS = 3
"""Bits a command's repetition is shifted by."""
_VARINT = 10
"""Most bytes of a number."""
NO_ID = -1
"""Of what is drawn without being a feature, such as a cell."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A layer's bytes as a field of a tile, empty where nothing is drawn; and the rows it draws."""

    body: bytes
    rows: Ints


def encode_layer(name: str, extent: int, ids: Ints, paths: Paths, columns: Sequence[Column]) -> Encoded:
    """Features as a layer of a tile, in the order of their ids.

    Equal rows give equal bytes, in whatever order they come.

    Args:
        name: of the layer.
        extent: tile units across.
        ids: (n,) of the rows; `NO_ID` is not written.
        paths: the rows' shapes; a row without any has no feature.
        columns: attributes, each of n values; a null is left out of the feature.
    """
    drawn, order, first = _ordered(ids, paths.rows)
    if not len(drawn):
        return Encoded(b"", drawn)
    codes = np.empty((len(columns), len(drawn)), np.int64)
    tables = []
    total = 0
    for number, column in enumerate(columns):
        places, count, table = column.coded(drawn)
        codes[number] = np.where(places == NULL, NULL, places + total)
        tables.append(table)
        total += count
    starts = np.cumsum(paths.counts) - paths.counts
    features = _features(
        ids[drawn], codes, first, starts[order], paths.counts[order], paths.kinds[order], paths.x, paths.y
    )
    parts = [
        _field(_NAME, name.encode()),
        features.tobytes(),
        *(_field(_KEY, column.name.encode()) for column in columns),
        *tables,
        bytes((_EXTENT,)) + varint(extent),
        bytes((_VERSION, 2)),
    ]
    body = b"".join(parts)
    return Encoded(bytes((_LAYER,)) + varint(len(body)) + body, drawn)


def _field(tag: int, value: bytes) -> bytes:
    return bytes((tag,)) + varint(len(value)) + value


def _ordered(ids: Ints, rows: Ints) -> tuple[Ints, Ints, Ints]:
    """The rows that have paths, by id; the paths in that order; where each row's paths begin in it, and the end."""
    by_id = np.argsort(ids, kind="stable")
    counts = np.bincount(rows, minlength=len(ids))[by_id]
    drawn = by_id[counts > 0]
    first = np.zeros(len(drawn) + 1, np.int64)
    np.cumsum(counts[counts > 0], out=first[1:])
    return drawn, _gathered(rows, drawn, first, len(ids)), first


@native
def _gathered(rows: Any, drawn: Any, first: Any, count: int) -> Any:
    """Paths by their row, in their own order within a row."""
    following = np.zeros(count, np.int64)
    for feature in range(len(drawn)):
        following[drawn[feature]] = first[feature]
    order = np.empty(len(rows), np.int64)
    for path in range(len(rows)):
        order[following[rows[path]]] = path
        following[rows[path]] += 1
    return order


@native
def _features(ids: Any, codes: Any, first: Any, starts: Any, counts: Any, kinds: Any, x: Any, y: Any) -> Any:
    """Every feature's message."""
    out, used = np.empty(64 * len(ids) + 64, np.uint8), 0
    tags = np.empty(2 * _VARINT * len(codes) + _VARINT, np.uint8)
    commands = np.empty(1024, np.uint8)
    for feature in range(len(ids)):
        tagged = 0
        for key in range(len(codes)):
            if codes[key, feature] != NULL:
                tagged = put_varint(tags, tagged, key)
                tagged = put_varint(tags, tagged, codes[key, feature])
        size = 0
        at_x, at_y = np.int64(0), np.int64(0)
        for path in range(first[feature], first[feature + 1]):
            begin, end = starts[path], starts[path] + counts[path]
            commands = roomy(commands, size, (end - begin) * 2 * _VARINT + 3 * _VARINT)
            size = _put_path(commands, size, kinds[path], begin, end, x, y, at_x, at_y)
            last = begin if kinds[path] >= SHELL and _turned(kinds[path], x, y, begin, end) else end - 1
            at_x, at_y = np.int64(x[last]), np.int64(y[last])
        kind = kinds[first[feature]]
        length = 2 + 1 + varint_bytes(size) + size
        if ids[feature] >= 0:
            length += 1 + varint_bytes(ids[feature])
        if tagged:
            length += 1 + varint_bytes(tagged) + tagged
        out = roomy(out, used, length + 2 * _VARINT)
        out[used] = _FEATURE
        used = put_varint(out, used + 1, length)
        if ids[feature] >= 0:
            out[used] = _ID
            used = put_varint(out, used + 1, ids[feature])
        if tagged:
            out[used] = _TAGS
            used = put_varint(out, used + 1, tagged)
            used = put(out, used, tags, 0, tagged)
        out[used], out[used + 1] = _TYPE, min(kind, SHELL) + 1
        out[used + 2] = _GEOMETRY
        used = put_varint(out, used + 3, size)
        used = put(out, used, commands, 0, size)
    return out[:used].copy()


@native
def _turned(kind: int, x: Any, y: Any, begin: int, end: int) -> bool:
    """Whether a ring must be drawn backwards: shells turn clockwise as drawn, holes against it."""
    return (doubled_area(x, y, begin, end) > 0) == (kind == HOLE)


@native
def _put_path(out: Any, at: int, kind: int, begin: int, end: int, x: Any, y: Any, at_x: Any, at_y: Any) -> int:
    """The commands of one path, from where the pen is."""
    count = end - begin
    step, point = 1, begin
    if kind >= SHELL and _turned(kind, x, y, begin, end):
        step, point = -1, end - 1
    at = put_varint(out, at, (count if kind == POINTS else 1) << _REPEATS | _MOVE_TO)
    for number in range(count):
        if number == 1 and kind != POINTS:
            at = put_varint(out, at, (count - 1) << _REPEATS | _LINE_TO)
        at = put_varint(out, at, zigzag(np.int64(x[point]) - at_x))
        at = put_varint(out, at, zigzag(np.int64(y[point]) - at_y))
        at_x, at_y = np.int64(x[point]), np.int64(y[point])
        point += step
    if kind > LINE:
        at = put_varint(out, at, 1 << _REPEATS | _CLOSE)
    return at
