"""A tile's layer from its parts: the name, the features with their tags and commands, the keys and values."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tile_server.encode.column import Column
from tile_server.encode.geometry import Commands, commands
from tile_server.encode.shape import Flags, Paths
from tile_server.encode.varint import Ints, Slots, lengths, pack, varint, varints

_LAYER, _NAME, _FEATURE, _KEY, _EXTENT, _VERSION = 0x1A, 0x0A, 0x12, 0x1A, 0x28, 0x78
"""Tags of the protobuf fields of `Tile` and `Layer` (vector_tile.proto 2.1)."""
_ID, _TAGS, _TYPE, _GEOMETRY = 0x08, 0x12, 0x18, 0x22
"""Of `Feature`."""


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
        ids: (n,) of the rows; a negative one is not written.
        paths: the rows' shapes; a row of which nothing is left has no feature.
        columns: attributes, each with n values; a null is left out of the feature.
    """
    rank = np.empty(len(ids), dtype=np.int64)
    rank[np.argsort(ids, kind="stable")] = np.arange(len(ids))
    drawn = commands(paths, rank)
    if not len(drawn.rows):
        return Encoded(b"", drawn.rows)
    tags, table = _tags([column.take(drawn.rows) for column in columns])
    parts = [
        _field(_NAME, name.encode()),
        _features(ids[drawn.rows], tags, drawn),
        *(_field(_KEY, column.name.encode()) for column in columns),
        table,
        bytes((_EXTENT,)) + varint(extent),
        bytes((_VERSION, 2)),
    ]
    body = b"".join(parts)
    return Encoded(bytes((_LAYER,)) + varint(len(body)) + body, drawn.rows)


class _Head:
    """What stands before each feature's commands: columns of slots, as many for every feature."""

    def __init__(self) -> None:
        self.slots: list[Slots | int] = []
        self.written: list[Slots | np.uint16] = []

    def add(self, tag: int, values: Ints | None = None, shown: Flags | None = None) -> None:
        """A number below 128 for all, then one for each; nothing where not `shown`."""
        mask = np.uint16(1) if shown is None else shown.astype(np.uint16)
        slots, written = varints(values) if values is not None else ([], [])
        self.slots += [tag, *slots]
        self.written += [mask, *(one * mask for one in written)]

    def matrix(self, count: int) -> Slots:
        """(2, k, count): the slots and their widths."""
        made = np.empty((2, len(self.slots), count), dtype=np.uint16)
        for place, (one, width) in enumerate(zip(self.slots, self.written, strict=True)):
            made[0, place], made[1, place] = one, width
        return made


def _tags(columns: Sequence[Column]) -> tuple[_Head, bytes]:
    """Every feature's tags, and the messages of all values."""
    tags = _Head()
    tables: list[bytes] = []
    total = 0
    for key, column in enumerate(columns):
        codes, present, distinct, table = column.coded()
        tags.add(key, codes + total, present)
        tables.append(table)
        total += distinct
    return tags, b"".join(tables)


def _features(ids: Ints, tags: _Head, drawn: Commands) -> bytes:
    """Every feature: its head in as many slots as any has, then its commands."""
    count = len(ids)
    known = ids >= 0
    before, after = _Head(), _Head()
    before.add(_ID, np.maximum(ids, 0), None if known.all() else known)
    inside = tags.matrix(count)
    tagged = lengths(inside[1])
    if tags.slots:
        before.add(_TAGS, tagged, None if tagged.all() else tagged > 0)
    after.add(_TYPE, drawn.types)
    after.add(_GEOMETRY, drawn.sizes)
    parts = [before.matrix(count), inside, after.matrix(count)]
    size = drawn.sizes + tagged + lengths(parts[0][1]) + lengths(parts[2][1])
    first = _Head()
    first.add(_FEATURE, size)
    slots, written = np.concatenate([first.matrix(count), *parts], axis=1)

    width = len(slots)
    starts = np.cumsum(drawn.counts) - drawn.counts + np.arange(count) * width
    heads = starts + np.arange(width)[:, None]
    every = np.empty(slots.size + len(drawn.slots), dtype=np.uint16)
    every_written = np.empty_like(every)
    inner = np.ones(len(every), dtype=bool)
    every[heads], every_written[heads], inner[heads] = slots, written, False
    at = np.flatnonzero(inner)
    every[at], every_written[at] = drawn.slots, drawn.written
    return pack(every, every_written)


def _field(tag: int, value: bytes) -> bytes:
    return bytes((tag,)) + varint(len(value)) + value
