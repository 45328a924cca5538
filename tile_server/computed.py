"""A computed layer's tile: shapes clipped by shapely, encoded by mapbox-vector-tile, which does not clip."""

from collections.abc import Iterator
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely
from django.db import connection, transaction

from layers.core.computed import ComputedLayer, Shape
from layers.core.geo import HALF_WORLD_M
from tile_server.grid import BUFFER, EXTENT, MAX_LAT
from tile_server.request import TileRequest
from tile_server.vector import Built

_RADIUS_M = HALF_WORLD_M / np.pi


def build_computed(request: TileRequest) -> Built:
    """The tile, and the snapshot taken before anything was read; blocking, for a thread."""
    assert isinstance(request.layer, ComputedLayer)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read")
            cursor.execute("select pg_current_snapshot()::text")
            (snapshot,) = cursor.fetchone() or ("",)
        found = request.layer.query(
            request.viewer,
            filters=request.filters,
            at=request.at,
            known_at=request.known_at,
            bbox=request.tile.drawn,
            zoom=request.tile.z,
        )
        features = list(_clipped(found.shapes, request))
    if not features:
        return Built(b"", snapshot)
    body = mapbox_vector_tile.encode(
        [{"name": request.layer.id, "features": features}],
        default_options={"extents": EXTENT, "y_coord_down": True, "check_winding_order": True},
    )
    return Built(bytes(body), snapshot)


def _clipped(shapes: list[Shape], request: TileRequest) -> Iterator[dict[str, Any]]:
    window = shapely.box(-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
    names = [a.name for a in request.layer.tile_attributes if (a.from_zoom or 0) <= request.tile.z]
    west, _, _, north = request.tile.mercator
    scale = EXTENT / request.tile.size_m
    for shape in shapes:
        drawn = shapely.transform(shape.geometry, lambda lonlat: _units(lonlat, west, north, scale))
        # whole units as the encoder writes them: what rounds to nothing is left out, not sent as an empty feature
        cut = shapely.set_precision(shapely.intersection(drawn, window), 1.0)
        if not cut.is_empty:
            values = {name: _plain(shape.attributes.get(name)) for name in names}
            yield {
                "id": shape.id,
                "geometry": cut,
                "properties": {name: value for name, value in values.items() if value is not None},
            }


def _units(lonlat: Any, west: float, north: float, scale: float) -> Any:
    """Degrees to tile units, y downwards."""
    x = np.radians(lonlat[:, 0]) * _RADIUS_M
    y = np.log(np.tan(np.pi / 4 + np.radians(np.clip(lonlat[:, 1], -MAX_LAT, MAX_LAT)) / 2)) * _RADIUS_M
    return np.column_stack([(x - west) * scale, (north - y) * scale])


def _plain(value: Any) -> str | int | float | bool | None:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
