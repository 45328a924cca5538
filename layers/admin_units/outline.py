"""What a boundary's polygon gives: its parts in one shape, its area, the point its name is written at.

All geometry is EPSG:4326, lon/lat.
"""

from collections.abc import Iterable

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.geos import MultiPolygon as GeosMultiPolygon
from django.contrib.gis.geos import Point as GeosPoint
from pyproj import Geod
from shapely import MultiPolygon, Point, Polygon

_ELLIPSOID = Geod(ellps="WGS84")

SLIVER_KM2 = 1.0
"""Holes of a joined outline below this are gaps between its parts, not enclaves."""


def polygons_of(shape: shapely.Geometry) -> list[Polygon]:
    """The polygons in a shape of any kind, empty ones left out."""
    return [part for part in shapely.get_parts(_parts(shape)) if isinstance(part, Polygon) and not part.is_empty]


def as_multi(shape: shapely.Geometry) -> MultiPolygon | None:
    """The shape's polygons as one valid multipolygon in two dimensions, or None where it has none."""
    flat = shapely.force_2d(shape)
    if not flat.is_valid:
        flat = shapely.make_valid(flat)
    parts = polygons_of(flat)
    return shapely.normalize(MultiPolygon(parts)) if parts else None


def area_km2(shape: shapely.Geometry) -> float:
    """Area on the WGS 84 ellipsoid, rounded to 1 m²."""
    return round(abs(_ELLIPSOID.geometry_area_perimeter(shapely.orient_polygons(shape))[0]) / 1e6, 6)


def label_point(shape: MultiPolygon, wished: Point | None = None) -> Point:
    """`wished` where it lies inside, else the middle of the widest place of the largest part."""
    if wished is not None and shapely.contains(shape, wished):
        return wished
    largest = max(shape.geoms, key=lambda part: part.area)
    west, south, east, north = largest.bounds
    widest = shapely.maximum_inscribed_circle(largest, tolerance=max(east - west, north - south) / 100)
    return Point(shapely.get_coordinates(widest)[0])


def joined(shapes: Iterable[shapely.Geometry]) -> MultiPolygon | None:
    """The outline around several shapes, small gaps between them closed."""
    whole = shapely.union_all(np.array(list(shapes)))
    return as_multi(MultiPolygon([_without_slivers(part) for part in polygons_of(whole)]))


def stored_point(point: Point) -> GeosPoint:
    """The point as Django stores it."""
    return GeosPoint(point.x, point.y, srid=4326)


def stored(shape: MultiPolygon) -> GeosMultiPolygon:
    """The shape as Django stores it."""
    geometry = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)
    assert isinstance(geometry, GeosMultiPolygon)
    return geometry


def read(geometry: GEOSGeometry) -> shapely.Geometry:
    """A stored shape as shapely."""
    return shapely.from_wkb(bytes(geometry.wkb))


def _parts(shape: shapely.Geometry) -> list[shapely.Geometry]:
    found: list[shapely.Geometry] = []
    for part in shapely.get_parts(shape):
        found += shapely.get_parts(part).tolist() if hasattr(part, "geoms") else [part]
    return found


def _without_slivers(part: Polygon) -> Polygon:
    holes = [ring for ring in part.interiors if area_km2(Polygon(ring)) >= SLIVER_KM2]
    return Polygon(part.exterior, holes)
