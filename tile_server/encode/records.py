"""Rows as PostgreSQL sends a record (record_send): a number of fields, then type, length and bytes of each."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from tile_server.encode.native import native

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Field:
    """One value of every row, in the binary form PostgreSQL sends.

    Attributes:
        kind: number of its type (pg_type.dat).
        data: what holds the values.
        starts: (n,) where each begins.
        sizes: (n,) bytes of each; negative for null.
    """

    kind: int
    data: Bytes
    starts: Ints
    sizes: Ints

    def whole_numbers(self) -> Ints:
        """Every value of a field of int2, int4 or int8 without nulls."""
        numbers: Ints = _whole_numbers(self.data, self.starts, self.sizes)
        return numbers


@dataclass(frozen=True, slots=True)
class Records:
    """Rows of equally many fields, one after another."""

    fields: tuple[Field, ...]

    @classmethod
    def read(cls, sent: bytes, rows: int) -> Self:
        """Find every field of `rows` rows, at least one."""
        data = np.frombuffer(sent, np.uint8)
        width = read_whole(data, 0, 4)
        starts, sizes = _fields(data, rows, width)
        kinds = [read_whole(data, int(start) - 8, 4) for start in starts[:, 0]]
        return cls(tuple(Field(*one) for one in zip(kinds, [data] * width, starts, sizes, strict=True)))


@native
def read_whole(data: Any, at: int, size: int) -> int:
    """The big-endian signed number of so many bytes."""
    number = np.int64(np.int8(data[at]))
    for place in range(at + 1, at + size):
        number = number << 8 | np.int64(data[place])
    return int(number)


@native
def _fields(data: Any, rows: int, width: int) -> Any:
    starts = np.empty((width, rows), np.int64)
    sizes = np.empty((width, rows), np.int64)
    at = 0
    for row in range(rows):
        at += 4
        for field in range(width):
            size = read_whole(data, at + 4, 4)
            at += 8
            starts[field, row] = at
            sizes[field, row] = size
            at += max(size, 0)
    return starts, sizes


@native
def _whole_numbers(data: Any, starts: Any, sizes: Any) -> Any:
    numbers = np.empty(len(starts), np.int64)
    for row in range(len(starts)):
        numbers[row] = read_whole(data, starts[row], sizes[row])
    return numbers
