"""A feature as it leaves a layer, and a reference to one that crosses domains."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import shapely


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureRef:
    """A feature of some layer, named without knowing the layer: two columns in a table, resolved by the server."""

    layer: str
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One row as a viewer may see it.

    Attributes:
        id: the layer's key.
        wkb: geometry, EPSG:4326 lon/lat.
        attributes: every attribute the viewer may read, None where the row lies outside a grant's area.
        version: counts the row's changes; 0 where the row does not carry one.
    """

    id: int
    wkb: bytes
    attributes: Mapping[str, Any]
    version: int = 0

    @property
    def shape(self) -> shapely.Geometry:
        """The geometry as shapely, EPSG:4326."""
        return shapely.from_wkb(self.wkb)

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        west, south, east, north = self.shape.bounds
        return (west, south, east, north)

    @property
    def lonlat(self) -> tuple[float, float]:
        """A point on the feature."""
        point = shapely.point_on_surface(self.shape)
        return (round(point.x, 6), round(point.y, 6))
