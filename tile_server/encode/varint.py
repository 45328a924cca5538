"""Protocol Buffers' varints, whole arrays at a time.

A *slot* is a uint16 that holds one or two bytes of output, low byte first: 14 bits of a value with their continuation
bits. Nearly every number of a tile fits one slot. A slot's *width* is 0x101 where both bytes are written, 1 where only
the low one is, 0 where none is; seen as booleans, widths say which bytes of the slots belong to the output.
"""

import numpy as np
import numpy.typing as npt

Slots = npt.NDArray[np.uint16]
Ints = npt.NDArray[np.int64]

_BITS = 14
_MASK = (1 << _BITS) - 1


def widths(slots: Slots) -> Slots:
    """The widths of slots that are all written: the high byte where it holds anything."""
    return (slots > 0xFF).astype(np.uint16) * np.uint16(0x100) + np.uint16(1)


def varints(values: npt.NDArray[np.integer]) -> tuple[Slots, Slots]:
    """Any unsigned values: (n, k) slots and their widths, with k as many as the largest needs."""
    rest = values.astype(np.uint64)
    columns: list[Slots] = []
    written: list[Slots] = []
    present = np.ones(len(rest), dtype=bool)
    while not columns or present.any():
        part = (rest & _MASK).astype(np.uint16)
        rest = rest >> np.uint64(_BITS)
        slots = single(part)
        more = rest > 0
        slots[more] |= 0x8080
        columns.append(slots)
        written.append(widths(slots) * present)
        present = more
    return np.stack(columns, axis=1), np.stack(written, axis=1)


def single(values: npt.NDArray[np.integer]) -> Slots:
    """Values below 2**14, one slot each."""
    part = values.astype(np.uint16, copy=False)
    high = part & np.uint16(0xFF80)
    return part + high + (high > 0).astype(np.uint16) * np.uint16(0x80)


def lengths(written: Slots) -> Ints:
    """How many bytes each row of (n, k) widths writes."""
    return (written & 1).sum(axis=1, dtype=np.int64) + (written >> 8).sum(axis=1, dtype=np.int64)


def pack(slots: Slots, written: Slots) -> bytes:
    """The bytes that are written."""
    return slots.astype("<u2", copy=False).view(np.uint8)[written.astype("<u2", copy=False).view(bool)].tobytes()


def zigzag(values: npt.NDArray[np.signedinteger]) -> npt.NDArray[np.signedinteger]:
    """Signed values as unsigned ones: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return (values << 1) ^ (values >> (8 * values.itemsize - 1))
