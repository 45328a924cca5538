"""Compiles the encoder ahead: half a minute once a version and machine, then it is found beside the sources."""

import struct

import numpy as np
import shapely

from tile_server.encode.column import Column
from tile_server.encode.layer import encode_layer
from tile_server.encode.records import Records
from tile_server.encode.shape import Paths, Window

_BIGINT, _GEOMETRY, _TEXT = 20, 0, 25
_EXTENT = 4096


def compile_encoder() -> None:
    """Encode a tile that needs every compiled function.

    It holds a shape of each kind, within the tile and across its edge, one with a hole, one that is not valid.
    """
    shapes = [
        shapely.Point(1, -1),
        shapely.LineString([(-900, -5), (900, -5)]),
        shapely.box(-900, -900, 900, -100).difference(shapely.box(50, -500, 500, -300)),
        shapely.Polygon([(0, 0), (50, -50), (50, 0), (0, -50)]),
        shapely.LinearRing([(0, -9), (9, -9), (9, 0)]).buffer(400, 32),
    ]
    sent = b"".join(
        struct.pack(">i", 3)
        + struct.pack(">iiq", _BIGINT, 8, number)
        + struct.pack(">ii", _GEOMETRY, len(shape))
        + shape
        + struct.pack(">ii1s", _TEXT, 1, b"a")
        for number, shape in enumerate(shapely.to_wkb(shapes, byte_order=1))
    )
    ids, geometry, text = Records.read(sent, len(shapes)).fields
    paths = Paths.read(geometry, Window(west=0, north=0, unit_m=1, low=-64, high=_EXTENT + 64))
    numbers = ids.whole_numbers()
    columns = [Column("text", text), Column.of_numbers("number", np.arange(len(shapes)))]
    kept = paths.largest(numbers, len(shapes))
    encode_layer("compiled", _EXTENT, numbers, kept, columns)
