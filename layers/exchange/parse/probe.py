"""How a file's coordinates stand in it: vertices spread over all of it, before anything is done to them."""

from typing import Any

import numpy as np
import shapely

from layers.exchange.parse import crs as systems
from layers.exchange.parse import source

VERTICES = 6_000
"""Kept of a file, each vertex with the same chance."""


def written(reader: source.Reader, kind: str) -> dict[str, Any]:
    """`points`, (n, 2) numbers as the file has them, and `crs`, `EPSG:n` where the file declares one.

    The choice is by a fixed seed: the same file gives the same vertices.
    """
    random = np.random.default_rng(2000)
    kept, ranks = np.empty((0, 2)), np.empty(0)
    for chunk in reader.chunks():
        points = shapely.get_coordinates(chunk.array())
        points = points[np.isfinite(points).all(axis=1)]
        kept, ranks = np.concatenate([kept, points]), np.concatenate([ranks, random.random(len(points))])
        if len(ranks) > VERTICES:
            best = np.argpartition(ranks, VERTICES)[:VERTICES]
            kept, ranks = kept[best], ranks[best]
    declared = systems.declared(reader.crs)
    code = declared.to_epsg() if declared is not None else None
    if code is None and kind == "GeoJSON" and len(kept) and systems.looks_like_degrees(shapely.points(kept)):
        code = 4326  # RFC 7946
    return {"points": kept.tolist(), "crs": f"EPSG:{code}" if code else None}
