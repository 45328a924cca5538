"""One attribute of many features: as PostgreSQL sends an array, and as a tile's table of values."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tile_server.encode.varint import Ints, lengths, pack, varint, varints, zigzag

_NUMBERS = {16: "?", 20: ">i8", 21: ">i2", 23: ">i4", 700: ">f4", 701: ">f8"}
"""The binary form of PostgreSQL's bool, int8, int2, int4, float4 and float8, by type number (pg_type.dat)."""
_HEADER_BYTES = 20
"""Of a one-dimensional array (array_send): dimensions, whether it holds nulls, element type, length, lower bound."""

_VALUE, _STRING, _FLOAT, _DOUBLE, _UINT, _SINT, _BOOL = 0x22, 0x0A, 0x15, 0x19, 0x28, 0x30, 0x38
"""Tags of the protobuf fields: `Layer.values` and the kinds of `Value` (vector_tile.proto 2.1)."""


@dataclass(frozen=True, slots=True)
class Column:
    """An attribute's values, one a feature.

    Attributes:
        name: the key in the tile.
        values: a numpy array of bool, int or float; or anything else as a list, whose items become text.
        present: False where the value is null; None where none is. Lists hold None instead.
    """

    name: str
    values: npt.NDArray[Any] | Sequence[Any]
    present: npt.NDArray[np.bool_] | None = None

    @classmethod
    def from_array(cls, name: str, data: bytes, load: Callable[[bytes], list[Any]]) -> "Column":
        """Read a one-dimensional array in PostgreSQL's binary form.

        Args:
            name: the key in the tile.
            data: the array; not empty.
            load: reads what is not plain numbers.
        """
        _, nulls, kind = np.frombuffer(data, ">i4", 3).tolist()
        dtype = _NUMBERS.get(kind)
        if dtype is None:
            return cls(name, load(data))
        if not nulls:
            item = np.dtype([("length", ">i4"), ("value", dtype)])
            values = np.frombuffer(data, item, offset=_HEADER_BYTES)["value"]
            return cls(name, values.astype(values.dtype.newbyteorder("=")))
        found = load(data)
        present = np.array([value is not None for value in found])
        return cls(name, np.array([value or 0 for value in found], dtype=np.dtype(dtype).newbyteorder("=")), present)

    def take(self, index: Ints) -> "Column":
        """The values of some features, in this order."""
        if len(index) == len(self.values) and (index == np.arange(len(index))).all():
            return self
        if isinstance(self.values, np.ndarray):
            return Column(self.name, self.values[index], None if self.present is None else self.present[index])
        return Column(self.name, [self.values[i] for i in index.tolist()])

    def coded(self) -> tuple[Ints, npt.NDArray[np.bool_] | None, int, bytes]:
        """Each feature's place among the distinct values, which features have one, how many there are, their messages.

        The order of the values depends on nothing but the values, so that equal content gives equal bytes.
        """
        if not isinstance(self.values, np.ndarray):
            return _texts(self.values)
        distinct, codes = _distinct(self.values if self.present is None else self.values[self.present])
        if self.present is not None:
            every = np.zeros(len(self.values), dtype=np.int64)
            every[self.present] = codes
            codes = every
        return codes, self.present, len(distinct), _messages(distinct)


def _distinct(values: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Ints]:
    if values.dtype.kind != "f":
        return np.unique(values, return_inverse=True)
    # by their bits: -0.0 is not 0.0, and NaN equals itself
    bits, codes = np.unique(values.view(f"i{values.itemsize}"), return_inverse=True)
    return bits.view(values.dtype), codes


def _messages(values: npt.NDArray[Any]) -> bytes:
    """Numbers as `Layer.values`: whole ones as uint, or sint below zero; as ST_AsMVT does."""
    if values.dtype.kind == "f":
        tag = _DOUBLE if values.itemsize == 8 else _FLOAT
        item = np.dtype([("head", "u1", 3), ("value", values.dtype.newbyteorder("<"))])
        made = np.empty(len(values), dtype=item)
        made["head"] = (_VALUE, 1 + values.itemsize, tag)
        made["value"] = values
        return made.tobytes()
    if values.dtype.kind == "b":
        return b"".join(bytes((_VALUE, 2, _BOOL, value)) for value in values.tolist())
    whole = values.astype(np.int64)
    negative = whole < 0
    slots, written = varints(
        np.where(negative, zigzag(whole), whole).view(np.uint64)
    )  # the furthest below zero need 64 bits
    value = np.full(len(whole), _VALUE, dtype=np.uint16)
    size = (lengths(np.stack(written)) + 1).astype(np.uint16)
    kind = np.where(negative, np.uint16(_SINT), np.uint16(_UINT))
    one = np.ones_like(value)
    return pack(
        np.stack([value, size, kind, *slots], axis=1).ravel(), np.stack([one, one, one, *written], axis=1).ravel()
    )


def _texts(values: Sequence[Any]) -> tuple[Ints, npt.NDArray[np.bool_] | None, int, bytes]:
    place = {value: number for number, value in enumerate(dict.fromkeys(values))}
    codes = np.fromiter(map(place.__getitem__, values), dtype=np.int64, count=len(values))
    present = None
    if None in place:
        absent = place.pop(None)
        present = codes != absent
        codes[codes > absent] -= 1
    return codes, present, len(place), b"".join(_messages_of_texts([str(value).encode() for value in place]))


_SHORT = 126
"""Bytes from which a text's message has longer lengths before it."""
_HEADS = [bytes((_VALUE, length + 2, _STRING, length)) for length in range(_SHORT)]


def _messages_of_texts(texts: list[bytes]) -> Iterator[bytes]:
    for text in texts:
        length = len(text)
        if length < _SHORT:
            yield _HEADS[length]
        else:
            size = varint(length)
            yield bytes((_VALUE,)) + varint(1 + len(size) + length) + bytes((_STRING,)) + size
        yield text
