"""A tile's layer from its parts: the name, the features with their tags and commands, the keys and values."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tile_server.encode.column import Column, varint
from tile_server.encode.geometry import Commands, commands
from tile_server.encode.shape import Paths, Rows, Window
from tile_server.encode.varint import Ints, Slots, lengths, pack, varints, widths

_LAYER, _NAME, _FEATURE, _KEY, _EXTENT, _VERSION = 0x1A, 0x0A, 0x12, 0x1A, 0x28, 0x78
"""Tags of the protobuf fields of `Tile` and `Layer` (vector_tile.proto 2.1)."""
_ID, _TAGS, _TYPE, _GEOMETRY = 0x08, 0x12, 0x18, 0x22
"""Of `Feature`."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A layer's bytes as a field of a tile, empty where nothing is drawn; and the rows it draws."""

    body: bytes
    rows: Ints


def encode_layer(name: str, extent: int, ids: Ints, rows: Rows, columns: Sequence[Column], window: Window) -> Encoded:
    """The rows as a layer of a tile, in the order of their ids.

    Equal rows give equal bytes, in whatever order they come.

    Args:
        name: of the layer.
        extent: tile units across.
        ids: (n,) of the features; a negative one is not written.
        rows: (n) shapes.
        columns: attributes, each with n values; a null is left out of the feature.
        window: the tile.
    """
    rank = np.empty(len(ids), dtype=np.int64)
    rank[np.argsort(ids, kind="stable")] = np.arange(len(ids))
    drawn = commands(Paths.read(rows, window), rank)
    if not len(drawn.rows):
        return Encoded(b"", drawn.rows)
    tags, tags_written, table = _tags([column.take(drawn.rows) for column in columns])
    parts = [
        _field(_NAME, name.encode()),
        _features(ids[drawn.rows], tags, tags_written, drawn),
        *(_field(_KEY, column.name.encode()) for column in columns),
        table,
        bytes((_EXTENT,)) + varint(extent),
        bytes((_VERSION, 2)),
    ]
    body = b"".join(parts)
    return Encoded(bytes((_LAYER,)) + varint(len(body)) + body, drawn.rows)


def _tags(columns: Sequence[Column]) -> tuple[Slots, Slots, bytes]:
    """Slots (m, k) of every feature's tags, their widths, and the messages of all values."""
    slots: list[Slots] = []
    written: list[Slots] = []
    tables: list[bytes] = []
    total = 0
    for key, column in enumerate(columns):
        codes, present, distinct, table = column.coded()
        head, head_written = varints(np.array([key]))
        value, value_written = varints(codes + total)
        head, head_written = (np.broadcast_to(one, (len(codes), one.shape[1])) for one in (head, head_written))
        slots += [head, value]
        mask = 1 if present is None else present[:, None].astype(np.uint16)
        written += [head_written * mask, value_written * mask]
        tables.append(table)
        total += distinct
    if not slots:
        return np.empty((0, 0), np.uint16), np.empty((0, 0), np.uint16), b""
    return np.hstack(slots), np.hstack(written), b"".join(tables)


def _features(ids: Ints, tags: Slots, tags_written: Slots, drawn: Commands) -> bytes:
    """Every feature: its head in slots of equal number, then its commands."""
    count = len(ids)
    columns: list[tuple[Slots, Slots]] = []

    def add(values: Ints | int, shown: Slots | int = 1) -> None:
        slots, written = varints(np.broadcast_to(np.asarray(values), count))
        columns.append((slots, written * np.uint16(1) * np.asarray(shown, dtype=np.uint16).reshape(-1, 1)))

    known = (ids >= 0).astype(np.uint16)
    add(_ID, known)
    add(np.maximum(ids, 0), known)
    if tags.size:
        size = lengths(tags_written)
        tagged = (size > 0).astype(np.uint16)
        add(_TAGS, tagged)
        add(size, tagged)
        columns.append((tags, tags_written))
    add(_TYPE)
    add(drawn.types)
    add(_GEOMETRY)
    add(drawn.sizes)
    size = drawn.sizes + lengths(np.hstack([written for _, written in columns]))
    head, head_written = varints(size)
    first = np.full((count, 1), _FEATURE, dtype=np.uint16)
    slots = np.hstack([first, head, *(one for one, _ in columns)])
    written = np.hstack([widths(first), head_written, *(one for _, one in columns)])

    width = slots.shape[1]
    before = np.cumsum(drawn.counts) - drawn.counts + np.arange(count) * width
    heads = (before[:, None] + np.arange(width)).ravel()
    every = np.empty(slots.size + len(drawn.slots), dtype=np.uint16)
    every_written = np.empty_like(every)
    inner = np.ones(len(every), dtype=bool)
    inner[heads] = False
    every[heads], every_written[heads] = slots.ravel(), written.ravel()
    every[inner], every_written[inner] = drawn.slots, drawn.written
    return pack(every, every_written)


def _field(tag: int, value: bytes) -> bytes:
    return bytes((tag,)) + varint(len(value)) + value
