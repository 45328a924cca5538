"""A layer whose shapes are computed, not stored: label points, an interpolated surface."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

import shapely
from pygeofilter.backends.native.evaluate import NativeEvaluator

from layers.core.attribute import Attribute
from layers.core.declaration import Declaration
from layers.core.errors import BadFilter, UnknownAttribute, UnknownFeature
from layers.core.feature import Feature
from layers.core.filter import Condition
from layers.core.geo import Bbox, distance_m
from layers.core.query import Summary, Version
from layers.core.scale import Steps
from layers.core.search import Hit, bare_key, search_key
from layers.core.text import Text
from layers.core.time import floor_time
from layers.core.viewer import Viewer

MAX_SHAPES = 20_000
"""Most shapes of one query: computed layers are for what people can read, not for mass data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One computed feature: geometry in EPSG:4326 lon/lat and the values of the layer's attributes."""

    id: int
    geometry: shapely.Geometry
    attributes: Mapping[str, Any]


class ComputedLayer(Declaration, abstract=True):
    """A layer that answers with shapes made for the asked box.

    A subclass gives `shapes`; it is asked with the viewer, so access to what it computes from stays its own `query`'s.
    """

    kind: ClassVar[str] = "computed"
    geometry_kind: ClassVar[str] = "point"

    def shapes(
        self, viewer: Viewer, at: datetime | None, bbox: Bbox | None, zoom: int | None = None
    ) -> Iterable[Shape]:
        """Shapes that cross the box (all where it is None), readable at `zoom`."""
        raise TypeError(f"{type(self).__name__} must give shapes(viewer, at, bbox, zoom)")

    def query(
        self,
        viewer: Viewer,
        *,
        filters: Condition | None = None,
        at: datetime | None = None,
        known_at: datetime | None = None,
        bbox: Bbox | None = None,
        zoom: int | None = None,
    ) -> "ComputedFeatures":
        """The shapes this viewer may see; same errors as `Layer.query`."""
        self.require(viewer)
        if filters:
            filters.check(self.readable(viewer))
        floored = floor_time(at, self.time.step) if at and self.time else None
        shapes = self.shapes(viewer, floored, bbox, zoom)
        return ComputedFeatures(self, viewer, list(_limited(shapes, filters, bbox)))


class ComputedFeatures:
    """The features of a computed layer; the same doors as `Features`, answered in memory."""

    def __init__(self, layer: ComputedLayer, viewer: Viewer, shapes: list[Shape]) -> None:
        """Keep the shapes in the order of their ids."""
        self.layer = layer
        self.viewer = viewer
        self.readable: dict[str, Attribute] = layer.readable(viewer)
        self.shapes = sorted(shapes, key=lambda shape: shape.id)

    def _feature(self, shape: Shape) -> Feature:
        values = {name: shape.attributes.get(name) for name in self.readable}
        return Feature(id=shape.id, wkb=shapely.to_wkb(shape.geometry), attributes=values)

    def count(self) -> int:
        """How many there are."""
        return len(self.shapes)

    def extent(self) -> Bbox | None:
        """The box around them."""
        return Bbox(*shapely.total_bounds([shape.geometry for shape in self.shapes])) if self.shapes else None

    def summary(self) -> Summary:
        """Number and box."""
        return Summary(count=self.count(), extent=self.extent())

    def some(self, keys: Sequence[int]) -> list[Feature]:
        """Those of these features that there are, in the order asked."""
        found = {shape.id: shape for shape in self.shapes}
        return [self._feature(found[key]) for key in keys if key in found]

    def readable_on(self, key: int) -> frozenset[str]:
        """Names of the attributes; raises `UnknownFeature`."""
        self.get(key)
        return frozenset(self.readable)

    def nearest(self, shape: shapely.Geometry, within_m: float, limit: int) -> list[tuple[Feature, float]]:
        """Features within so many metres of a shape (EPSG:4326) and their distance in metres, nearest first."""
        apart = [(distance_m(shape, one.geometry), one) for one in self.shapes]
        near = sorted((pair for pair in apart if pair[0] <= within_m), key=lambda pair: pair[0])
        return [(self._feature(one), metres) for metres, one in near[:limit]]

    def versions(self, key: int) -> list[Version]:
        """None: a computed feature has no rows."""
        return []

    def get(self, key: int) -> Feature:
        """One feature, or `UnknownFeature`."""
        found = next((shape for shape in self.shapes if shape.id == key), None)
        if found is None:
            raise UnknownFeature(self.layer.id, key)
        return self._feature(found)

    def row(self, key: int) -> Feature:
        """A computed feature is its own row."""
        return self.get(key)

    def page(self, limit: int, cursor: str | None = None, sort: str | None = None) -> tuple[list[Feature], str | None]:
        """Up to `limit` features after the cursor (an offset), in the asked order."""
        ordered = [self._feature(shape) for shape in self.shapes]
        for name in reversed([part for part in (sort or "").split(",") if part]):
            bare = name.removeprefix("-")
            if bare not in self.readable:
                raise UnknownAttribute(bare, "sort")
            known = [f for f in ordered if f.attributes[bare] is not None]
            missing = [f for f in ordered if f.attributes[bare] is None]
            known.sort(key=partial(_value, bare), reverse=name.startswith("-"))
            ordered = known + missing
        start = int(cursor) if cursor and cursor.isdigit() else 0
        more = start + limit < len(ordered)
        return ordered[start : start + limit], str(start + limit) if more else None

    def all(self, limit: int) -> Iterator[Feature]:
        """Up to `limit` features."""
        yield from (self._feature(shape) for shape in self.shapes[:limit])

    def counts(self, name: str, steps: Steps | None = None) -> list[tuple[Any, int]]:
        """Value, or the start of its band where `steps` are given, and number of features, most first."""
        if name not in self.readable:
            raise UnknownAttribute(name, "by")
        values = (shape.attributes.get(name) for shape in self.shapes)
        if steps is None:
            return Counter(values).most_common()
        bands = (steps.band(value) for value in values)
        return Counter(band.start if band else None for band in bands).most_common()

    def search(self, text: str, limit: int, near: tuple[float, float] | None = None) -> list[Any]:
        """Features whose searched attributes hold the words."""
        key, hits = bare_key(text), []
        for shape in self.shapes if self.layer.search and key else ():
            keys = [search_key(str(shape.attributes.get(name) or "")) for name in self.layer.search.attributes]  # type: ignore[union-attr]
            if any(key in one for one in keys):
                hits.append(Hit(self._feature(shape), 0.9 if any(one.endswith(key) for one in keys) else 0.7))
        return sorted(hits, key=lambda hit: -hit.score)[:limit]


def _value(name: str, feature: Feature) -> Any:
    return feature.attributes[name]


def _limited(shapes: Iterable[Shape], filters: Condition | None, bbox: Bbox | None) -> Iterator[Shape]:
    box = shapely.box(*bbox) if bbox else None
    test = _test(filters) if filters else None
    for number, shape in enumerate(shapes):
        if number >= MAX_SHAPES:
            return
        if (box is None or shape.geometry.intersects(box)) and (test is None or test(shape)):
            yield shape


def _test(filters: Condition) -> Any:
    compiled = NativeEvaluator(use_getattr=False, function_map=_FUNCTIONS).evaluate(filters.parsed())

    def test(shape: Shape) -> bool:
        try:
            return bool(compiled({**shape.attributes, "geom": shape.geometry}))
        except (TypeError, ValueError, KeyError) as fault:
            raise BadFilter(
                Text(vi=f"Bộ lọc không so sánh được: {fault}", en=f"The filter cannot be compared: {fault}"),
                field="filter",
            ) from fault

    return test


_FUNCTIONS = {"casei": lambda text: str(text).lower(), "accenti": lambda text: search_key(str(text))}
