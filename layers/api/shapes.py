"""Shapes that a person drew: GeoJSON geometries, checked before anything is computed from them."""

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal

import shapely
from pydantic import BaseModel, ConfigDict, Field
from shapely.validation import explain_validity

from layers.api.limits import MAX_DRAWN_POINTS
from layers.core.errors import Invalid
from layers.core.text import Text

Degrees = Annotated[float, Field(allow_inf_nan=False)]
Position = Annotated[list[Degrees], Field(min_length=2, max_length=3)]


class PointIn(BaseModel):
    """A place."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["Point"]
    coordinates: Position


class LineIn(BaseModel):
    """A way: two places or more."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["LineString"]
    coordinates: Annotated[list[Position], Field(min_length=2, max_length=MAX_DRAWN_POINTS)]


class PolygonIn(BaseModel):
    """An area: closed rings, the first around it, the others around its holes."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["Polygon"]
    coordinates: Annotated[
        list[Annotated[list[Position], Field(min_length=4, max_length=MAX_DRAWN_POINTS)]],
        Field(min_length=1, max_length=1_000),
    ]


ShapeIn = Annotated[PointIn | LineIn | PolygonIn, Field(discriminator="type")]

OUTSIDE = Text(
    vi="Toạ độ ngoài trái đất: kinh độ từ -180 đến 180, vĩ độ từ -90 đến 90, kinh độ đứng trước.",
    en="Coordinates outside the earth: longitude from -180 to 180, latitude from -90 to 90, longitude first.",
)
ANTIMERIDIAN = Text(
    vi="Hình vẽ vượt kinh tuyến 180°. Chia hình thành hai phần ở hai bên.",
    en="The drawing crosses the 180° meridian. Split it into two parts, one on either side.",
)
TOO_MANY = Text(
    vi=f"Hình vẽ có quá nhiều điểm, tối đa {MAX_DRAWN_POINTS}. Bớt điểm rồi thử lại.",
    en=f"The drawing has too many points, at most {MAX_DRAWN_POINTS}. Draw it with fewer.",
)
NO_LENGTH = Text(
    vi="Các điểm trùng nhau: cần ít nhất hai điểm khác nhau.",
    en="All points are the same: two different points are needed.",
)
NOT_SIMPLE = Text(
    vi="Đường biên tự cắt hoặc các vòng chồng nhau ({reason}). Sửa các điểm rồi thử lại.",
    en="The outline crosses itself or rings overlap ({reason}). Move its points and try again.",
)


def shape_of(given: PointIn | LineIn | PolygonIn) -> shapely.Geometry:
    """The shape (EPSG:4326, two dimensions).

    Raises:
        Invalid: outside the earth, across the 180° meridian, too many points, or an outline that crosses itself.
    """
    lines: Any = given.coordinates
    rings: list[list[list[float]]] = {"Point": [[lines]], "LineString": [lines], "Polygon": lines}[given.type]
    if sum(map(len, rings)) > MAX_DRAWN_POINTS:
        raise _refused(TOO_MANY)
    flat = [[(lon, lat) for lon, lat, *_ in ring] for ring in rings]
    if any(abs(lon) > 180 or abs(lat) > 90 or not math.isfinite(lon + lat) for ring in flat for lon, lat in ring):
        raise _refused(OUTSIDE)
    if any(abs(after[0] - before[0]) > 180 for ring in flat for before, after in pairwise(ring)):
        raise _refused(ANTIMERIDIAN)
    if given.type == "Point":
        return shapely.Point(flat[0][0])
    if given.type == "LineString":
        line = shapely.LineString(flat[0])
        if not line.is_valid:
            raise _refused(NO_LENGTH)
        return line
    area = shapely.Polygon(flat[0], flat[1:])
    if not area.is_valid:
        raise _refused(NOT_SIMPLE.format(reason=explain_validity(area)))
    return area


def rings_of(shape: shapely.Geometry) -> Iterator[shapely.Geometry]:
    """The lines a shape is made of: itself, or an area's outline and then its holes; none of a point."""
    if isinstance(shape, shapely.Polygon):
        yield shape.exterior
        yield from shape.interiors
    elif isinstance(shape, shapely.LineString):
        yield shape


def _refused(reason: Text) -> Invalid:
    return Invalid(reason, field="geometry", fields={"geometry": reason})
