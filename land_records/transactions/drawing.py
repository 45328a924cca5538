"""What an officer draws or measures of a parcel, made exact before it is registered."""

from collections.abc import Mapping

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from shapely import LineString, Polygon

from land_records.models import Parcel, Survey
from land_records.transactions.filing import refusal
from land_records.transactions.ground import WELD_M, Points, ground_of, on_plane
from land_records.transactions.held import hold
from land_records.zone import zone_of
from layers.vn2000.plane import to_degrees, to_plane

BEYOND_DEG = 1e-6
"""How far past the border a line is drawn out: about a decimetre, more than a cut needs."""
MOST_BESIDE = 40


def drawn_out(line: LineString, parcel: Parcel) -> LineString:
    """A line (EPSG:4326) whose ends inside the parcel go on straight until they leave it.

    Raises:
        Invalid: it has no length.
    """
    if line.length == 0:
        raise refusal("line", "Cần ít nhất hai điểm khác nhau.", "Two different points at least are needed.")
    shape = shapely.from_wkb(bytes(parcel.geom.wkb))
    points = [point for point, after in zip(line.coords, [*line.coords[1:], None], strict=True) if point != after]
    first = _end(points[1], points[0], shape)
    last = _end(points[-2], points[-1], shape)
    return LineString([*first, *points, *last])


def _end(before: tuple[float, ...], end: tuple[float, ...], shape: Polygon) -> list[tuple[float, float]]:
    """One more point past the border, straight on from an end inside the shape; none where it is outside."""
    if not shape.contains(shapely.Point(end)):
        return []
    (from_x, from_y), (x, y) = before[:2], end[:2]
    length = float(np.hypot(x - from_x, y - from_y))
    dx, dy = (x - from_x) / length, (y - from_y) / length
    west, south, east, north = shape.bounds
    reach = east - west + north - south
    met = shape.boundary.intersection(LineString([(x, y), (x + dx * reach, y + dy * reach)]))
    away = met.distance(shapely.Point(end)) + BEYOND_DEG
    return [(x + dx * away, y + dy * away)]


def on_known_corners(shapes: Mapping[int, shapely.Geometry]) -> dict[int, shapely.Geometry]:
    """Shapes drawn on the map (EPSG:4326) in metres of the sheet's zone; corners left alone stay exactly as surveyed.

    Args:
        shapes: parcel → its new shape.

    Raises:
        Invalid: a parcel is not known, or they were surveyed in several zones.
        Conflict: another transaction was first.
    """
    ground = ground_of(hold(list(shapes)))
    known = np.unique(np.vstack([shapely.get_coordinates(shape) for shape in ground.shapes.values()]), axis=0)
    return {su_id: _moved(on_plane(shape, ground.zone), known, known) for su_id, shape in shapes.items()}


def surveyed_again(parcel: Parcel, corners: Mapping[int, tuple[float, float]]) -> dict[int, shapely.Geometry]:
    """A parcel and its neighbours with corners where they were surveyed again, in metres of the sheet's zone.

    Args:
        parcel: the one whose corners are numbered, as its panel lists them.
        corners: number → easting and northing.

    Raises:
        Invalid: it has no corner of that number.
    """
    survey = Survey.objects.filter(parcel=parcel).first()
    zone = survey.srid if survey else zone_of(parcel)
    (carried,) = to_plane([shapely.from_wkb(bytes(parcel.geom.wkb))], zone)
    shape = shapely.from_wkb(bytes(survey.vertices.wkb)) if survey else carried
    listed = [point for ring in (shape.exterior, *shape.interiors) for point in ring.coords[:-1]]
    if wrong := [number for number in corners if not 1 <= number <= len(listed)]:
        raise refusal(
            "corners",
            f"Thửa có {len(listed)} đỉnh, không có đỉnh {wrong[0]}.",
            f"The parcel has {len(listed)} corners, there is no corner {wrong[0]}.",
        )
    before = np.array([listed[number - 1] for number in corners])
    after = np.array(list(corners.values()))
    ground = ground_of(hold([parcel.su_id, *_beside(parcel, before, zone)]))
    return {su_id: _moved(one, before, after) for su_id, one in ground.shapes.items()}


def _beside(parcel: Parcel, points: Points, zone: int) -> list[int]:
    """The other parcels that touch one of these points (metres of a zone)."""
    places = to_degrees([shapely.Point(point) for point in points], zone)
    near = shapely.union_all([shapely.Point(place.x, place.y).buffer(2e-7) for place in places])
    area = GEOSGeometry(shapely.to_wkb(near, hex=True), srid=4326)
    rows = Parcel.objects.current().filter(geom__intersects=area).exclude(su_id=parcel.su_id).order_by("su_id")
    return list(rows.values_list("su_id", flat=True)[:MOST_BESIDE])


def _moved(shape: shapely.Geometry, before: Points, after: Points) -> shapely.Geometry:
    """A shape with those of its vertices that lie within `WELD_M` of a point moved to where that point is now."""

    def placed(points: Points) -> Points:
        away = np.hypot(*(points[:, None, :] - before).T).T
        nearest = away.argmin(axis=1)
        moved: Points = np.where(away.min(axis=1)[:, None] <= WELD_M, after[nearest], points)
        return moved

    return shapely.transform(shape, placed)
