"""Bytes of Protocol Buffers, written one after another into an array that grows."""

from typing import Any

import numpy as np

from tile_server.encode.native import native


@native
def roomy(out: Any, used: int, more: int) -> Any:
    """The array itself where so many more bytes fit behind those used, else a longer one with them."""
    if used + more <= len(out):
        return out
    longer = np.empty(2 * (used + more), np.uint8)
    longer[:used] = out[:used]
    return longer


@native
def put_varint(out: Any, at: int, number: int) -> int:
    """Write a number from zero up, seven bits a byte, lowest first; where the next byte goes."""
    value = np.uint64(number)
    while value > np.uint64(0x7F):
        out[at] = np.uint8(value & np.uint64(0x7F) | np.uint64(0x80))
        value >>= np.uint64(7)
        at += 1
    out[at] = np.uint8(value)
    return at + 1


@native
def varint_bytes(number: int) -> int:
    """How many bytes a number takes."""
    value = np.uint64(number)
    count = 1
    while value > np.uint64(0x7F):
        value >>= np.uint64(7)
        count += 1
    return count


@native
def zigzag(number: int) -> int:
    """A signed number as an unsigned one: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return number << 1 ^ number >> 63


@native
def put(out: Any, at: int, data: Any, start: int, size: int) -> int:
    """Copy bytes; where the next byte goes."""
    for place in range(size):
        out[at + place] = data[start + place]
    return at + size


def varint(value: int) -> bytes:
    """One number as bytes."""
    out = np.empty(10, np.uint8)
    return out[: put_varint(out, 0, value)].tobytes()
