"""Features as GeoJSON text (RFC 7946), written without building the tree."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import shapely

from layers.api.answers import dumps
from layers.core.feature import Feature

TYPE = "application/geo+json"


def feature_text(feature: Feature) -> str:
    """One feature: integer id, bbox, geometry, the readable attributes and `_version`."""
    shape = feature.shape
    return _text(feature, shape.bounds, shapely.to_geojson(shape))


def _text(feature: Feature, bounds: Sequence[float], geometry: str) -> str:
    properties = dumps({**feature.attributes, "_version": feature.version})
    return (
        f'{{"type":"Feature","id":{feature.id},"bbox":{dumps(bounds)},"geometry":{geometry},"properties":{properties}}}'
    )


def collection_text(features: Sequence[Feature], following: str | None, matched: int) -> Iterable[str]:
    """A page: its box (left out where it is empty), the cursor of the next, and how many match in all."""
    shapes = _shapes(features)
    box = f'"bbox":{dumps(shapely.total_bounds(shapes).tolist())},' if len(features) else ""
    yield f'{{"type":"FeatureCollection",{box}"next":{dumps(following)},"matched":{matched},"features":['
    yield from _listed(features, shapes)
    yield "]}"


def whole_text(slices: Iterable[Sequence[Feature]], matched: int) -> Iterator[str]:
    """A collection of all features, slice by slice: one page, with none after it."""
    yield f'{{"type":"FeatureCollection","next":null,"matched":{matched},"features":['
    for number, features in enumerate(slices):
        if number and features:
            yield ","
        yield "".join(_listed(features, _shapes(features)))
    yield "]}"


def _shapes(features: Sequence[Feature]) -> Any:
    return shapely.from_wkb(np.array([feature.wkb for feature in features], dtype=object))


def _listed(features: Sequence[Feature], shapes: Any) -> Iterator[str]:
    written = zip(features, shapely.bounds(shapes).tolist(), shapely.to_geojson(shapes), strict=True)
    for number, (feature, bounds, geometry) in enumerate(written):
        yield ("," if number else "") + _text(feature, bounds, geometry)
