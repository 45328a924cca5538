"""Protocol Buffers' varints, whole arrays at a time.

A *slot* is a uint16 that holds one or two bytes of output, low byte first: 14 bits of a value with their continuation
bits. Nearly every number of a tile fits one slot. A slot's *width* is 0x101 where both bytes are written, 1 where only
the low one is, 0 where none is; seen as booleans, widths say which bytes of the slots belong to the output.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Slots = npt.NDArray[np.uint16]
Ints = npt.NDArray[np.int64]

SLOT_BITS = 14
SLOT_LIMIT = 1 << SLOT_BITS
"""The first value that needs a second slot."""


def widths(slots: Slots) -> Slots:
    """The widths of slots that are all written: the high byte where it holds anything."""
    return (slots > 0xFF).astype(np.uint16) * np.uint16(0x100) + np.uint16(1)


def single(values: npt.NDArray[np.integer]) -> Slots:
    """Values below `SLOT_LIMIT`, one slot each."""
    part = values.astype(np.uint16, copy=False)
    high = part & np.uint16(0xFF80)
    return part + high + (high > 0).astype(np.uint16) * np.uint16(0x80)


def varints(values: npt.NDArray[np.integer]) -> tuple[list[Slots], list[Slots]]:
    """Any unsigned values: k times n slots and their widths, with k as many as the largest value needs."""
    if not len(values) or values.max() < SLOT_LIMIT:
        slots = single(values)
        return [slots], [widths(slots)]
    rest = values.astype(np.uint64)
    columns: list[Slots] = []
    written: list[Slots] = []
    present = np.ones(len(rest), dtype=bool)
    while present.any():
        slots = single(rest & np.uint64(SLOT_LIMIT - 1))
        rest = rest >> np.uint64(SLOT_BITS)
        more = rest > 0
        slots[more] = slots[more] & 0x7F | (slots[more] & 0x7F00) | 0x8080
        columns.append(slots)
        written.append(widths(slots) * present)
        present = more
    return columns, written


def lengths(written: Sequence[Slots]) -> Ints:
    """How many bytes each of n rows writes, from k times n widths."""
    total = np.zeros(len(written[0]), dtype=np.int64)
    for one in written:
        total += one & np.uint16(0xFF)
        total += one >> np.uint16(8)
    return total


def pack(slots: Slots, written: Slots) -> bytes:
    """The bytes that are written."""
    where = np.flatnonzero(written.astype("<u2", copy=False).view(bool))  # three times as fast as by the mask itself
    return slots.astype("<u2", copy=False).view(np.uint8).take(where).tobytes()


def zigzag(values: npt.NDArray[np.signedinteger]) -> npt.NDArray[np.signedinteger]:
    """Signed values as unsigned ones: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return (values << 1) ^ (values >> (8 * values.itemsize - 1))
