"""Many features as one layer of a Mapbox Vector Tile (2.1), made by compiled loops over what PostgreSQL sends.

What comes in are the rows of a tile as one byte string of records. What goes out are the layer's bytes.
"""

from tile_server.encode.column import Column
from tile_server.encode.compiled import compile_encoder
from tile_server.encode.layer import NO_ID, Encoded, encode_layer
from tile_server.encode.records import Field, Records
from tile_server.encode.shape import Paths, Window

__all__ = ["NO_ID", "Column", "Encoded", "Field", "Paths", "Records", "Window", "compile_encoder", "encode_layer"]
