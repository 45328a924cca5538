"""Layers of a vector tile from whole columns: simple geometry, one value of each attribute a feature (MVT 2.1)."""

import struct
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tile_server.grid import EXTENT

Integers = npt.NDArray[np.int64]
_POINT, _POLYGON = 1, 3
_MOVE_TO_ONE, _LINE_TO_THREE, _CLOSE = 9, 26, 15


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


_VARINTS = tuple(_varint(number) for number in range(1 << 14))
"""Encoded numbers of a tile: coordinates and positions in its tables are nearly all this small."""


def _encoded(number: int) -> bytes:
    return _VARINTS[number] if number < len(_VARINTS) else _varint(number)


def _sized(field: int, body: bytes) -> bytes:
    return _encoded(field << 3 | 2) + _encoded(len(body)) + body


def squares(west: Integers, north: Integers, side: int) -> list[bytes]:
    """Squares of `side` tile units, as the type and geometry of features; clockwise on screen."""
    across = b"".join(_encoded(_zigzag(step)) for step in (side, 0, 0, side, -side, 0))
    tail = _encoded(_LINE_TO_THREE) + across + _encoded(_CLOSE)
    start = _encoded(_MOVE_TO_ONE)
    return [
        _typed(_POLYGON, start + _encoded(_zigzag(x)) + _encoded(_zigzag(y)) + tail)
        for x, y in zip(west.tolist(), north.tolist(), strict=True)
    ]


def points(xs: Integers, ys: Integers) -> list[bytes]:
    """Single points in tile units, as the type and geometry of features."""
    start = _encoded(_MOVE_TO_ONE)
    return [
        _typed(_POINT, start + _encoded(_zigzag(x)) + _encoded(_zigzag(y)))
        for x, y in zip(xs.tolist(), ys.tolist(), strict=True)
    ]


def _typed(kind: int, geometry: bytes) -> bytes:
    return b"\x18" + _encoded(kind) + _sized(4, geometry)


def encode_layer(name: str, geometries: Sequence[bytes], columns: Mapping[str, Sequence[Any]]) -> bytes:
    """One layer of a tile.

    Args:
        name: of the layer.
        geometries: one a feature, by `squares` or `points`.
        columns: attributes; each holds one value a feature, None where the feature has none.
    """
    keys, values, tags = [], dict[tuple[type, Any], int](), [b""] * len(geometries)
    for number, (key, column) in enumerate(columns.items()):
        keys.append(_sized(3, key.encode()))
        head = _encoded(number)
        known: dict[Any, bytes] = {}
        for row, value in enumerate(column):
            if value is None:
                continue
            tag = known.get(value)
            if tag is None:
                position = values.setdefault((type(value), value), len(values))
                tag = known[value] = head + _encoded(position)
            tags[row] += tag
    features = [_sized(2, _sized(2, tag) + shape) for tag, shape in zip(tags, geometries, strict=True)]
    body = b"".join(
        [
            *(_sized(1, name.encode()), *features, *keys),
            *(_sized(4, _value(value)) for _, value in values),
            *(b"\x28" + _encoded(EXTENT), b"\x78\x02"),
        ]
    )
    return _sized(3, body)


def _value(value: Any) -> bytes:
    if isinstance(value, bool):
        return b"\x38\x01" if value else b"\x38\x00"
    if isinstance(value, int):
        return b"\x28" + _encoded(value) if value >= 0 else b"\x30" + _encoded(_zigzag(value))
    if isinstance(value, float):
        return b"\x19" + struct.pack("<d", value)
    return _sized(1, str(value).encode())
