"""One attribute of many features: each feature's place in the tile's table of values, and that table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from tile_server.encode.native import native
from tile_server.encode.output import put, put_varint, roomy, varint_bytes
from tile_server.encode.records import Field, Ints, read_whole

_BOOL, _INT8, _INT2, _INT4, _FLOAT4, _FLOAT8, _TEXT = 16, 20, 21, 23, 700, 701, 25
"""Numbers of PostgreSQL's types (pg_type.dat); what is none of them goes as text."""

_VALUE, _STRING, _FLOAT, _DOUBLE, _UINT, _SINT, _TRUTH = 0x22, 0x0A, 0x15, 0x19, 0x28, 0x30, 0x38
"""Tags of the protobuf fields: `Layer.values` and the kinds of `Value` (vector_tile.proto 2.1)."""

NULL = -1
"""Instead of a place in the table: the feature has no such value."""


@dataclass(frozen=True, slots=True)
class Column:
    """An attribute of every row.

    Attributes:
        name: the key in the tile.
        field: its values; text, whole numbers, floats and booleans keep their types.
    """

    name: str
    field: Field

    @classmethod
    def of_numbers(cls, name: str, values: npt.NDArray[Any], present: npt.NDArray[np.bool_] | None = None) -> Self:
        """Of an array of int64 or float64; nothing where not `present`."""
        kind, sent = (_FLOAT8, ">f8") if values.dtype.kind == "f" else (_INT8, ">i8")
        sizes = np.full(len(values), 8) if present is None else np.where(present, 8, NULL)
        data = np.frombuffer(values.astype(sent).tobytes(), np.uint8)
        return cls(name, Field(kind, data, np.arange(len(values)) * 8, sizes))

    @classmethod
    def of_texts(cls, name: str, values: Sequence[str | None]) -> Self:
        """Of texts; nothing where None."""
        encoded = [b"" if value is None else value.encode() for value in values]
        lengths = np.array([len(one) for one in encoded], dtype=np.int64)
        absent = np.array([value is None for value in values], dtype=bool)
        data = np.frombuffer(b"".join(encoded), np.uint8)
        return cls(name, Field(_TEXT, data, np.cumsum(lengths) - lengths, np.where(absent, NULL, lengths)))

    def coded(self, rows: Ints) -> tuple[Ints, int, bytes]:
        """The place of each of some rows' values in the table or `NULL`, how many there are, and their messages.

        Values stand in the order in which these rows first have them, so that equal content gives equal bytes.
        """
        field = self.field
        codes, firsts = _distinct(field.data, field.starts, field.sizes, rows)
        table = _messages(field.kind, field.data, field.starts[firsts], field.sizes[firsts])
        return codes, len(firsts), table.tobytes()


@native
def _distinct(data: Any, starts: Any, sizes: Any, rows: Any) -> Any:
    """Each row's place among the distinct values, and the row that first has each."""
    room = 16
    while room < 2 * len(rows):
        room *= 2
    places = np.full(room, NULL, np.int64)
    codes = np.full(len(rows), NULL, np.int64)
    firsts = np.empty(len(rows), np.int64)
    found = 0
    for number in range(len(rows)):
        start, size = starts[rows[number]], sizes[rows[number]]
        if size < 0:
            continue
        place = _hash(data, start, size) & (room - 1)
        while places[place] != NULL:
            known = firsts[places[place]]
            if sizes[known] == size and _equal(data, starts[known], start, size):
                break
            place = (place + 1) & (room - 1)
        if places[place] == NULL:
            places[place] = found
            firsts[found] = rows[number]
            found += 1
        codes[number] = places[place]
    return codes, firsts[:found].copy()


@native
def _hash(data: Any, start: int, size: int) -> int:
    """FNV-1a of 32 bits (Fowler, Noll, Vo), its upper half mixed into the lower."""
    value = np.int64(2_166_136_261)
    for place in range(start, start + size):
        value = ((value ^ np.int64(data[place])) * np.int64(16_777_619)) & np.int64(0xFFFFFFFF)
    return int(value ^ value >> 15)


@native
def _equal(data: Any, one: int, other: int, size: int) -> bool:
    for place in range(size):
        if data[one + place] != data[other + place]:
            return False
    return True


@native
def _messages(kind: int, data: Any, starts: Any, sizes: Any) -> Any:
    """Values as `Layer.values`: whole numbers as uint, or sint below zero, as ST_AsMVT does."""
    out, used = np.empty(64, np.uint8), 0
    for number in range(len(starts)):
        start, size = starts[number], sizes[number]
        out = roomy(out, used, size + 32)
        out[used] = _VALUE
        used += 1
        if kind == _BOOL:
            used = put_varint(out, used, 2)
            out[used], out[used + 1] = _TRUTH, data[start]
            used += 2
        elif kind == _INT2 or kind == _INT4 or kind == _INT8:
            whole = read_whole(data, start, size)
            tag, value = (_SINT, ~(np.uint64(whole) << np.uint64(1))) if whole < 0 else (_UINT, np.uint64(whole))
            used = put_varint(out, used, 1 + varint_bytes(value))
            out[used] = tag
            used = put_varint(out, used + 1, value)
        elif kind == _FLOAT4 or kind == _FLOAT8:
            used = put_varint(out, used, 1 + size)
            out[used] = _FLOAT if kind == _FLOAT4 else _DOUBLE
            for place in range(size):  # a tile is little-endian, PostgreSQL sends the highest byte first
                out[used + 1 + place] = data[start + size - 1 - place]
            used += 1 + size
        else:
            used = put_varint(out, used, 1 + varint_bytes(size) + size)
            out[used] = _STRING
            used = put_varint(out, used + 1, size)
            used = put(out, used, data, start, size)
    return out[:used].copy()
