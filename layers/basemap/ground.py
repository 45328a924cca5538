"""The land around the country: where no province lies, the map is not sea."""

from collections.abc import Iterator
from functools import lru_cache

import shapely

from fixtures.outline import surroundings
from layers.core import Shape
from layers.core.geo import Bbox


@lru_cache(maxsize=1)
def _land() -> tuple[shapely.Geometry, ...]:
    land = surroundings()
    for polygon in land:
        shapely.prepare(polygon)
    return land


def ground(bbox: Bbox | None) -> Iterator[Shape]:
    """Pieces of land that touch the box, without borders and without names."""
    box = shapely.box(*bbox) if bbox else None
    for number, polygon in enumerate(_land(), start=1):
        if box is None or polygon.intersects(box):
            yield Shape(id=number, geometry=polygon, attributes={})
