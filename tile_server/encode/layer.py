"""A tile's layer from its parts: the name, the features with their tags and commands, the keys and values."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tile_server.encode.column import Column, varint
from tile_server.encode.geometry import Commands, commands
from tile_server.encode.shape import Paths
from tile_server.encode.varint import Ints, Slots, lengths, pack, varints

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


def _tags(columns: Sequence[Column]) -> tuple[list[Slots], list[Slots], bytes]:
    """Slots of every feature's tags, k times m; their widths; and the messages of all values."""
    slots: list[Slots] = []
    written: list[Slots] = []
    tables: list[bytes] = []
    total = 0
    for key, column in enumerate(columns):
        codes, present, distinct, table = column.coded()
        head, head_written = varints(np.array([key]))
        value, value_written = varints(codes + total)
        shown = np.uint16(1) if present is None else present.astype(np.uint16)
        slots += [np.broadcast_to(one, len(codes)) for one in head] + value
        written += [np.broadcast_to(one * shown, len(codes)) for one in [*head_written, *value_written]]
        tables.append(table)
        total += distinct
    return slots, written, b"".join(tables)


def _features(ids: Ints, tags: list[Slots], tags_written: list[Slots], drawn: Commands) -> bytes:
    """Every feature: its head in as many slots as any has, then its commands."""
    count = len(ids)
    slots: list[Slots] = []
    written: list[Slots] = []

    def add(values: Ints | int, shown: npt.NDArray[np.bool_] | None = None) -> None:
        for one, width in zip(*varints(np.atleast_1d(values)), strict=True):
            slots.append(np.broadcast_to(one, count))
            written.append(np.broadcast_to(width if shown is None else width * shown, count))

    known = ids >= 0
    add(_ID, known)
    add(np.maximum(ids, 0), known)
    if tags:
        size = lengths(tags_written)
        add(_TAGS, size > 0)
        add(size, size > 0)
        slots += tags
        written += tags_written
    add(_TYPE)
    add(drawn.types)
    add(_GEOMETRY)
    add(drawn.sizes)
    rest, rest_written = slots, written
    slots, written = [], []
    add(_FEATURE)
    add(drawn.sizes + lengths(rest_written))
    slots += rest
    written += rest_written

    before = np.cumsum(drawn.counts) - drawn.counts + np.arange(count) * len(slots)
    every = np.empty(len(slots) * count + len(drawn.slots), dtype=np.uint16)
    every_written = np.empty_like(every)
    inner = np.ones(len(every), dtype=bool)
    for place, (one, width) in enumerate(zip(slots, written, strict=True)):
        at = before + place
        every[at], every_written[at], inner[at] = one, width, False
    at = np.flatnonzero(inner)
    every[at], every_written[at] = drawn.slots, drawn.written
    return pack(every, every_written)


def _field(tag: int, value: bytes) -> bytes:
    return bytes((tag,)) + varint(len(value)) + value
