"""Features as GeoJSON text (RFC 7946), written without building the tree."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely

from layers.api.answers import dumps
from layers.core.feature import Feature

TYPE = "application/geo+json"


def feature_text(feature: Feature, geometry: shapely.Geometry | None = None) -> str:
    """One feature: integer id, bbox, geometry, the readable attributes and `_version`."""
    shape = geometry if geometry is not None else feature.shape
    properties = dumps({**feature.attributes, "_version": feature.version})
    return (
        f'{{"type":"Feature","id":{feature.id},"bbox":{dumps(list(shape.bounds))},'
        f'"geometry":{shapely.to_geojson(shape)},"properties":{properties}}}'
    )


def collection_text(features: Sequence[Feature], following: str | None, matched: int) -> Iterable[str]:
    """A page: its box (left out where it is empty), the cursor of the next, and how many match in all."""
    shapes: Any = shapely.from_wkb(np.array([feature.wkb for feature in features], dtype=object))
    box = f'"bbox":{dumps(list(shapely.total_bounds(shapes).tolist()))},' if len(features) else ""
    yield f'{{"type":"FeatureCollection",{box}"next":{dumps(following)},"matched":{matched},"features":['
    for number, (feature, shape) in enumerate(zip(features, shapes, strict=True)):
        yield ("," if number else "") + feature_text(feature, shape)
    yield "]}"
