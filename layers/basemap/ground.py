"""The land around the country: where no province lies, the map is not sea."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import shapely

from layers.core import Shape
from layers.core.geo import Bbox

SURROUNDINGS = Path(__file__).parents[2] / "fixtures" / "data" / "surroundings.geojson"
"""Made by `fixtures.outline`; read as a file, for importing the generator loads scipy into every web process."""


@lru_cache(maxsize=1)
def _land() -> tuple[shapely.Geometry, ...]:
    shape = shapely.from_geojson(SURROUNDINGS.read_text(encoding="utf-8"))
    land = tuple(shapely.get_parts(shapely.get_parts(shape)))
    for polygon in land:
        shapely.prepare(polygon)
    return land


def ground(bbox: Bbox | None) -> Iterator[Shape]:
    """Pieces of land that touch the box, without borders and without names."""
    box = shapely.box(*bbox) if bbox else None
    for number, polygon in enumerate(_land(), start=1):
        if box is None or polygon.intersects(box):
            yield Shape(id=number, geometry=polygon, attributes={})
