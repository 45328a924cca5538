"""Parcels on the plane of their VN-2000 zone: united, cut by a line, parted into given shapes, carried back.

Surveyed vertices are the truth where a parcel has them. A vertex that was there before keeps its degrees, one put on
an edge lies on that edge in degrees too: so neighbours that are not touched go on sharing their borders exactly.
Everything is metres of the zone (easting, northing) unless a name says degrees.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from django.contrib.gis.geos import GEOSGeometry
from shapely import LineString, MultiPoint, Polygon
from shapely.ops import polygonize

from land_records.models import MapSheet, Parcel, Survey
from land_records.transactions.filing import refusal
from layers.vn2000.plane import to_degrees, to_plane

REACH_M = 0.05
"""How far a result may leave what it was made from (land.md §7); points nearer than this to a vertex mean it."""
WELD_M = 0.01
"""Vertices of neighbours nearer than this are one."""
LEAST_AREA_M2, LEAST_SHARE = 0.1, 1e-4
"""Areas agree within the larger of the two (land.md §7)."""
ON_EDGE_M = 1e-4
MOST_VERTICES = 20_000

Point = tuple[float, float]
Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ground:
    """Parcels of one zone.

    Attributes:
        zone: EPSG code.
        shapes: polygon of each parcel, by its number through all versions.
        degrees: lon, lat of each vertex known.
    """

    zone: int
    shapes: Mapping[int, Polygon]
    degrees: dict[Point, Point]

    @property
    def whole(self) -> shapely.Geometry:
        """All parcels as one, without the slits that rounding leaves between them."""
        return united(list(self.shapes.values()))

    def carried(self, shapes: Sequence[Polygon]) -> list[Polygon]:
        """Shapes in degrees (EPSG:4326)."""
        wanted = {(x, y) for shape in shapes for x, y in shapely.get_coordinates(shape).tolist()}
        new = sorted(wanted - self.degrees.keys())
        on_edges = self._on_edges(new)
        self.degrees.update(on_edges)
        free = [point for point in new if point not in on_edges]
        for point, there in zip(free, to_degrees([shapely.Point(one) for one in free], self.zone), strict=True):
            self.degrees[point] = (there.x, there.y)
        made = [
            shapely.transform(shape, lambda points: np.array([self.degrees[x, y] for x, y in points.tolist()]))
            for shape in shapes
        ]
        if not all(shape.is_valid for shape in made):
            raise refusal("shapes", "Ranh giới quá sát nhau để ghi được.", "Borders lie too close to be recorded.")
        return made

    def _on_edges(self, points: Sequence[Point]) -> dict[Point, Point]:
        """Of points on an edge of the parcels their degrees, at the same share of its length."""
        edges = [
            (start, end)
            for shape in self.shapes.values()
            for ring in (shape.exterior, *shape.interiors)
            for start, end in zip(ring.coords[:-1], ring.coords[1:], strict=True)
            if start in self.degrees and end in self.degrees
        ]
        if not edges or not points:
            return {}
        starts, ends = np.array([edge[0] for edge in edges]), np.array([edge[1] for edge in edges])
        along = ends - starts
        lengths = np.maximum((along**2).sum(axis=1), 1e-12)
        found = {}
        for point in points:
            share = np.clip(((np.array(point) - starts) * along).sum(axis=1) / lengths, 0, 1)
            off = np.hypot(*(starts + share[:, None] * along - point).T)
            nearest = int(off.argmin())
            if off[nearest] < ON_EDGE_M:
                one, other = (np.array(self.degrees[end]) for end in edges[nearest])
                lon, lat = one + share[nearest] * (other - one)
                found[point] = (float(lon), float(lat))
        return found


def ground_of(parcels: Sequence[Parcel]) -> Ground:
    """The parcels on their common plane, with the vertices that neighbours have on their borders.

    Raises:
        Invalid: no zone is known, or they were surveyed in several.
    """
    surveys = {survey.parcel_id: survey for survey in Survey.objects.filter(parcel__in=parcels)}
    zones = {_zone(parcel, surveys.get(parcel.pk)) for parcel in parcels}
    if len(zones) != 1:
        raise refusal(
            "parcels", "Các thửa đo ở nhiều múi chiếu khác nhau.", "The parcels were surveyed in different zones."
        )
    (zone,) = zones
    degrees: dict[Point, Point] = {}
    drawn = _drawn(parcels, surveys, zone, degrees)
    around = _neighbours(parcels)
    beside = _drawn(around, {one.parcel_id: one for one in Survey.objects.filter(parcel__in=around)}, zone, degrees)
    points = np.unique(
        np.vstack([shapely.get_coordinates(shape) for shape in (*drawn.values(), *beside.values())]), axis=0
    )
    return Ground(zone, {su_id: with_points(shape, points) for su_id, shape in drawn.items()}, degrees)


def _zone(parcel: Parcel, survey: Survey | None) -> int:
    if survey is not None:
        return int(survey.srid)
    sheet = MapSheet.objects.filter(commune_id=parcel.commune_id, number=parcel.sheet).first()
    if sheet is None:
        raise refusal(
            "parcels",
            f"Thửa {parcel.parcel_number}, tờ {parcel.sheet}: không biết múi chiếu VN-2000 của tờ bản đồ.",
            f"Parcel {parcel.parcel_number}, sheet {parcel.sheet}: the VN-2000 zone of its sheet is not known.",
        )
    return int(sheet.srid)


def _drawn(
    parcels: Sequence[Parcel], surveys: Mapping[int, Survey], zone: int, degrees: dict[Point, Point]
) -> dict[int, Polygon]:
    """Each parcel's polygon, by survey or by its degrees; the degrees of its vertices are noted."""
    known = [shapely.from_wkb(bytes(parcel.geom.wkb)) for parcel in parcels]
    shapes = {}
    for parcel, there, carried in zip(parcels, known, to_plane(known, zone), strict=True):
        survey = surveys.get(parcel.pk)
        shape = shapely.from_wkb(bytes(survey.vertices.wkb)) if survey and survey.srid == zone else carried
        here = shapely.get_coordinates(shape).tolist()
        if len(here) == shapely.count_coordinates(there):
            for (x, y), (lon, lat) in zip(here, shapely.get_coordinates(there).tolist(), strict=True):
                degrees.setdefault((x, y), (lon, lat))
        shapes[parcel.su_id] = shape
    return shapes


def _neighbours(parcels: Sequence[Parcel]) -> list[Parcel]:
    """Parcels whose boxes meet these."""
    boxes = shapely.total_bounds([shapely.from_wkb(bytes(parcel.geom.wkb)) for parcel in parcels])
    area = GEOSGeometry(shapely.to_wkb(shapely.box(*boxes).buffer(1e-6), hex=True), srid=4326)
    own = [parcel.pk for parcel in parcels]
    return list(Parcel.objects.current().filter(geom__intersects=area).exclude(pk__in=own).order_by("pk")[:500])


def with_points(shape: shapely.Geometry, points: Points, reach: float = WELD_M / 10) -> shapely.Geometry:
    """A polygon with those of these points in its border that lie next to it, away from its own vertices."""
    if isinstance(shape, shapely.MultiPolygon):
        return shapely.MultiPolygon([with_points(part, points, reach) for part in shape.geoms])
    rings = [_ring_with(np.asarray(ring.coords), points, reach) for ring in (shape.exterior, *shape.interiors)]
    made = Polygon(rings[0], rings[1:])
    return made if made.is_valid else shape


def _ring_with(ring: Points, points: Points, reach: float) -> Points:
    low, high = ring.min(axis=0) - reach, ring.max(axis=0) + reach
    points = points[((points >= low) & (points <= high)).all(axis=1)]
    if not len(points):
        return ring
    starts, along = ring[:-1], np.diff(ring, axis=0)
    lengths = np.maximum(np.hypot(*along.T), 1e-9)
    off = points[:, None, :] - starts
    share = np.clip((off * along).sum(axis=2) / lengths**2, 0, 1)
    away = np.hypot(*np.moveaxis(off - share[:, :, None] * along, 2, 0))
    from_vertices = np.hypot(*np.moveaxis(points[:, None, :] - ring, 2, 0)).min(axis=1)
    edges = away.argmin(axis=1)
    chosen = np.flatnonzero((away.min(axis=1) <= reach) & (from_vertices > reach))
    order = sorted({(int(edges[i]), float(share[i, edges[i]]), *points[i].tolist()) for i in chosen})
    places = [edge + 1 for edge, *_ in order]
    return np.insert(ring, places, [point for _, _, *point in order], axis=0) if order else ring


def united(shapes: Sequence[shapely.Geometry]) -> shapely.Geometry:
    """Shapes as one; slits that rounding leaves between them are closed."""
    whole = shapely.union_all(list(shapes))
    if not isinstance(whole, Polygon):
        welded = shapes[0]
        for shape in shapes[1:]:
            welded = welded.union(shapely.snap(shape, welded, WELD_M).buffer(0))
        whole = welded if isinstance(welded, Polygon) else whole
    if isinstance(whole, Polygon) and whole.interiors:
        return Polygon(whole.exterior, [ring for ring in whole.interiors if not is_sliver(Polygon(ring))])
    return whole


def is_sliver(shape: shapely.Geometry) -> bool:
    """Whether a shape is nowhere wider than `REACH_M`."""
    return bool(shape.is_empty or shape.buffer(-REACH_M / 2).is_empty)


def on_plane(shape: shapely.Geometry, zone: int) -> shapely.Geometry:
    """A shape as given, degrees (EPSG:4326) or metres of the zone already: the two never overlap in size."""
    west, south, east, north = shape.bounds
    if shapely.count_coordinates(shape) > MOST_VERTICES:
        raise refusal("shape", f"Quá {MOST_VERTICES} đỉnh.", f"More than {MOST_VERTICES} vertices.")
    if west >= -180 and east <= 180 and south >= -90 and north <= 90:
        (shape,) = to_plane([shape], zone)
    return shapely.force_2d(shape)


def cut(whole: Polygon, line: shapely.Geometry) -> list[Polygon]:
    """The pieces of a parcel along a line, from west to east; a line that ends just short of a border reaches it.

    Raises:
        Invalid: the line does not divide the parcel.
    """
    lines = [_reaching(one, whole) for one in shapely.get_parts(line) if isinstance(one, LineString)]
    pieces = _faces(whole, lines)
    sound = [piece for piece in pieces if not is_sliver(piece)]
    if len(sound) < 2:
        raise refusal("line", "Đường tách không chia thửa đất làm nhiều phần.", "The line does not divide the parcel.")
    owners = {number: [piece] for number, piece in enumerate(sound)}
    for sliver in (piece for piece in pieces if is_sliver(piece)):
        owners[_beside(sliver, sound)].append(sliver)
    made = [shapely.union_all(parts) for parts in owners.values()]
    return sorted(made, key=lambda piece: (piece.centroid.x, piece.centroid.y))


def _reaching(line: LineString, whole: Polygon) -> LineString:
    """The line with its points on vertices they are meant for, and its ends drawn out a little where a border is."""
    vertices = MultiPoint(shapely.get_coordinates(whole.boundary))
    points = []
    for x, y in line.coords:
        there = shapely.ops.nearest_points(shapely.Point(x, y), vertices)[1]
        points.append((there.x, there.y) if there.distance(shapely.Point(x, y)) <= REACH_M else (x, y))
    known = {(x, y) for x, y in shapely.get_coordinates(vertices).tolist()}
    for end, before in ((0, 1), (-1, -2)):
        (x, y), (from_x, from_y) = points[end], points[before]
        length = float(np.hypot(x - from_x, y - from_y))
        if length and (x, y) not in known and whole.boundary.distance(shapely.Point(x, y)) <= REACH_M:
            more = 2 * REACH_M / length
            points[end] = (x + (x - from_x) * more, y + (y - from_y) * more)
    return LineString(points)


def _faces(whole: shapely.Geometry, lines: Sequence[shapely.Geometry]) -> list[Polygon]:
    """What lines part a shape into."""
    noded = shapely.union_all([whole.boundary, *lines])
    return [face for face in polygonize(noded) if whole.contains(face.representative_point())]


def _beside(sliver: Polygon, pieces: Sequence[Polygon]) -> int:
    """The piece that shares most of its border with a sliver."""
    return max(range(len(pieces)), key=lambda one: sliver.boundary.intersection(pieces[one].boundary).length)


def parted(
    whole: shapely.Geometry,
    shapes: Sequence[shapely.Geometry],
    field: str = "shapes",
    names: Sequence[tuple[str, str]] = (),
) -> list[Polygon]:
    """Given shapes made to fit a whole exactly: borders up to `REACH_M` off are moved, and nothing else.

    Args:
        whole: what they are parts of, metres of the zone.
        shapes: in any order.
        field: where faults are told.
        names: what each is called in a fault, Vietnamese and English; parts by number where none are given.

    Raises:
        Invalid: a shape leaves the whole, two overlap, a part is left over, or a shape is not one polygon.
    """
    called = names or [(f"Phần {number}", f"Part {number}") for number in range(1, len(shapes) + 1)]
    for (vi, en), shape in zip(called, shapes, strict=True):
        if not isinstance(shape, Polygon) or not shape.is_valid or shape.is_empty:
            raise refusal(field, f"{vi} không phải một vùng hợp lệ.", f"{en} is not one valid polygon.")
        if not whole.buffer(REACH_M).contains(shape):
            out = shape.difference(whole.buffer(REACH_M)).area
            raise refusal(
                field,
                f"{vi} vượt ra ngoài ranh thửa gốc {out:.2f} m².",
                f"{en} leaves the border of what it is made from by {out:.2f} m².",
            )
    whole, fitted = _fitted(whole, shapes)
    pieces: list[list[Polygon]] = [[] for _ in fitted]
    loose = []
    for face in _faces(whole, [one.boundary for one in fitted]):
        shares = [one.intersection(face).area / face.area for one in fitted]
        covering = [number for number, share in enumerate(shares) if share > 0.5]
        if len(covering) > 1 and not is_sliver(face):
            (vi, en), (other_vi, other_en) = called[covering[0]], called[covering[1]]
            raise refusal(
                field,
                f"{vi} và {other_vi.lower()} chồng nhau {face.area:.2f} m².",
                f"{en} and {other_en.lower()} overlap by {face.area:.2f} m².",
            )
        if not covering and not is_sliver(face):
            raise refusal(
                field,
                f"Còn {face.area:.2f} m² không thuộc phần nào.",
                f"{face.area:.2f} m² belong to no part.",
            )
        if len(covering) == 1:
            pieces[covering[0]].append(face)
        else:
            loose.append(face)
    solid = [shapely.union_all(parts) for parts in pieces]
    for face in loose:
        pieces[_beside(face, solid)].append(face)
    made = [shapely.union_all(parts) for parts in pieces]
    for (vi, en), shape in zip(called, made, strict=True):
        if not isinstance(shape, Polygon):
            raise refusal(field, f"{vi} rời thành nhiều mảnh.", f"{en} falls into several pieces.")
    return made


def _fitted(whole: shapely.Geometry, shapes: Sequence[Polygon]) -> tuple[shapely.Geometry, list[shapely.Geometry]]:
    """Shapes with their vertices on those of the whole or of the shapes before, else on its border, where one is near.

    The whole comes back with the vertices that came to lie on its border.
    """
    known = shapely.get_coordinates(whole.boundary)
    fitted = []
    for shape in shapes:
        moved = [_moved(point, known, whole.boundary) for point in shapely.get_coordinates(shape)]
        targets = iter(moved)
        made = shapely.transform(shape, lambda points, targets=targets: np.array([next(targets) for _ in points]))
        fitted.append(made if made.is_valid else shape)
        known = np.vstack([known, np.array(moved)])
    return with_points(whole, known, ON_EDGE_M), fitted


def _moved(point: Points, known: Points, border: shapely.Geometry) -> Points:
    away = np.hypot(*(known - point).T)
    if away.min() <= REACH_M:
        nearest: Points = known[away.argmin()]
        return nearest
    here = shapely.Point(point)
    if border.distance(here) <= REACH_M:
        on_border = border.interpolate(border.project(here))
        return np.array([on_border.x, on_border.y])
    return point


def must_conserve(before: Sequence[Polygon], after: Sequence[Polygon], field: str) -> None:
    """Refuse results whose area is not that of what they were made from, or that overlap or leave it.

    Raises:
        Invalid: with the difference.
    """
    was, made = sum(shape.area for shape in before), sum(shape.area for shape in after)
    allowed = max(LEAST_AREA_M2, LEAST_SHARE * was)
    joined = shapely.union_all(after)
    if abs(made - was) > allowed or made - joined.area > allowed:
        raise refusal(
            field,
            f"Tổng diện tích lệch {made - was:+.2f} m², quá mức cho phép {allowed:.2f} m².",
            f"The areas differ by {made - was:+.2f} m², more than the {allowed:.2f} m² allowed.",
        )
    source = united(before)
    if not source.buffer(REACH_M).contains(joined) or not joined.buffer(REACH_M).contains(source):
        raise refusal(
            field,
            f"Ranh giới lệch quá {REACH_M} m so với thửa gốc.",
            f"The border is more than {REACH_M} m off what it was.",
        )
