"""Protocol Buffers' varints, whole arrays at a time.

A *slot* is a uint16 that holds one or two bytes of output, low byte first: 14 bits of a value with their continuation
bits. Nearly every number of a tile fits one slot. A slot's *width* is 0x101 where both bytes are written, 1 where only
the low one is, 0 where none is; seen as booleans, widths say which bytes of the slots belong to the output.
"""

import numpy as np
import numpy.typing as npt

Slots = npt.NDArray[np.uint16]
Ints = npt.NDArray[np.int64]

SLOT_BITS = 14
SLOT_LIMIT = 1 << SLOT_BITS
"""The first value that needs a second slot."""

_VALUES = np.arange(SLOT_LIMIT)
_SLOTS: Slots = (_VALUES & 0x7F | _VALUES >> 7 << 8 | (_VALUES > 0x7F) << 7).astype(np.uint16)
_WIDTHS: Slots = ((_VALUES > 0x7F) << 8 | 1).astype(np.uint16)
"""Every value of one slot, and its width."""


def single(values: npt.NDArray[np.integer]) -> Slots:
    """Values below `SLOT_LIMIT`, one slot each."""
    return _SLOTS.take(values)


def widths(slots: Slots) -> Slots:
    """The widths of slots that are all written: the high byte where it holds anything."""
    return (slots > 0xFF).astype(np.uint16) * np.uint16(0x100) + np.uint16(1)


def varints(values: npt.NDArray[np.integer]) -> tuple[list[Slots], list[Slots]]:
    """Any unsigned values: k times n slots and their widths, with k as many as the largest value needs."""
    if not len(values) or values.max() < SLOT_LIMIT:
        small = values.astype(np.int64, copy=False)
        return [_SLOTS.take(small)], [_WIDTHS.take(small)]
    rest = values.astype(np.uint64)
    columns: list[Slots] = []
    written: list[Slots] = []
    present = np.ones(len(rest), dtype=bool)
    while present.any():
        part = (rest & np.uint64(SLOT_LIMIT - 1)).astype(np.uint16)
        rest = rest >> np.uint64(SLOT_BITS)
        more = rest > 0
        columns.append(np.where(more, full(part), single(part)))
        written.append(np.where(more, np.uint16(0x101), _WIDTHS.take(part)) * present)
        present = more
    return columns, written


def full(values: npt.NDArray[np.integer]) -> Slots:
    """The lowest bits of values that go on in another slot."""
    part = values & (SLOT_LIMIT - 1)
    return (part & 0x7F | part >> 7 << 8 | 0x8080).astype(np.uint16)


def lengths(written: Slots) -> Ints:
    """How many bytes each of n rows writes, from (k, n) widths; k is below 256."""
    total = np.add.reduce(written, axis=0, dtype=np.uint16)  # low bytes are counted in the low byte, high in the high
    return (total & 0xFF).astype(np.int64) + (total >> 8)


def pack(slots: Slots, written: Slots) -> bytes:
    """The bytes that are written."""
    where = np.flatnonzero(written.astype("<u2", copy=False).view(bool))  # three times as fast as by the mask itself
    return slots.astype("<u2", copy=False).view(np.uint8).take(where).tobytes()


def zigzag(values: npt.NDArray[np.signedinteger]) -> npt.NDArray[np.signedinteger]:
    """Signed values as unsigned ones: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return (values << 1) ^ (values >> (8 * values.itemsize - 1))


def varint(value: int) -> bytes:
    """One number."""
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)
