"""Many features as one layer of a Mapbox Vector Tile (2.1), made by whole arrays instead of feature by feature.

What comes in are the rows of a tile as PostgreSQL packs them: one byte string of all WKB, one array a column.
What goes out are the layer's bytes.
"""

from tile_server.encode.column import Column
from tile_server.encode.geometry import largest_first
from tile_server.encode.layer import Encoded, encode_layer
from tile_server.encode.shape import Paths, Rows, Window

__all__ = ["Column", "Encoded", "Paths", "Rows", "Window", "encode_layer", "largest_first"]
