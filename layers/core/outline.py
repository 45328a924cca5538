"""Shapes that a person sends for a row: of the right kind, sound, and near the province, else said in words."""

import json
import re
from typing import Any

import shapely
from shapely.validation import explain_validity

from layers.core.home import home
from layers.core.text import Text

FAR_DEG = 0.5
"""Farther than this outside the province's box (some 55 km) nothing of it lies: the place is a slip."""

_UNREADABLE = Text(vi="Hình GeoJSON rỗng hoặc không hợp lệ.", en="The GeoJSON is empty or not valid.")
_FAULTS = {
    "Self-intersection": Text(vi="Đường viền tự cắt tại {at}.", en="The outline crosses itself at {at}."),
    "Ring Self-intersection": Text(vi="Đường viền tự chạm tại {at}.", en="The outline touches itself at {at}."),
    "Hole lies outside shell": Text(vi="Lỗ nằm ngoài vùng tại {at}.", en="A hole lies outside the area at {at}."),
    "Holes are nested": Text(vi="Lỗ nằm trong lỗ khác tại {at}.", en="A hole lies inside another at {at}."),
    "Nested shells": Text(vi="Các phần chồng lên nhau tại {at}.", en="Parts lie over each other at {at}."),
    "Interior is disconnected": Text(vi="Vùng bị cắt rời tại {at}.", en="The area is cut apart at {at}."),
    "Too few points in geometry component": Text(
        vi="Còn quá ít điểm khác nhau tại {at}.", en="Too few different points are left at {at}."
    ),
}
"""What GEOS objects to, by its own words."""
_UNSOUND = Text(vi="Hình không hợp lệ tại {at}.", en="The shape is not valid at {at}.")
_REASON = re.compile(r"(?P<what>[^\[]+)\[(?P<lon>\S+) (?P<lat>[^\s\]]+)")

_FAR = Text(vi="Điểm {at} nằm xa ngoài địa bàn tỉnh.", en="The point {at} lies far outside the province.")
_OTHER = {
    "point": Text(vi="Lớp này chỉ chứa điểm.", en="This layer holds points only."),
    "line": Text(vi="Lớp này chỉ chứa đường.", en="This layer holds lines only."),
    "polygon": Text(vi="Lớp này chỉ chứa vùng.", en="This layer holds areas only."),
}
_PARTS = Text(vi="Lớp này không chứa hình nhiều phần.", en="This layer holds no shape of several parts.")
_GATHERED = {
    "MULTIPOINT": shapely.MultiPoint,
    "MULTILINESTRING": shapely.MultiLineString,
    "MULTIPOLYGON": shapely.MultiPolygon,
}


def read_outline(value: Any, *, kind: str, column: str) -> shapely.Geometry | Text:
    """A GeoJSON geometry (EPSG:4326) as a row keeps it, or why it may not stand there.

    Args:
        value: what was sent.
        kind: what the layer draws: `point`, `line`, `polygon` or `mixed`.
        column: the geometry type of its column, upper case; one part is put into a column of many, and taken out.
    """
    try:
        shape = shapely.from_geojson(json.dumps(value))
    except (shapely.errors.GEOSException, TypeError, ValueError):
        return _UNREADABLE
    if shape is None or shape.is_empty:
        return _UNREADABLE
    fault = _fault(shape, kind)
    return fault if fault is not None else _fitted(shape, column)


def _fault(shape: shapely.Geometry, kind: str) -> Text | None:
    if kind in _OTHER and kind not in shape.geom_type.lower():
        return _OTHER[kind]
    if not shape.is_valid:
        return _unsound(shape)
    return _far(shape)


def _unsound(shape: shapely.Geometry) -> Text:
    found = _REASON.match(explain_validity(shape))
    if found is None:
        return _UNREADABLE
    return _FAULTS.get(found["what"], _UNSOUND).format(at=_place(float(found["lon"]), float(found["lat"])))


def _far(shape: shapely.Geometry) -> Text | None:
    """The first point that lies far outside the province."""
    box = home()
    if box is None:
        return None
    near = shapely.box(*box).buffer(FAR_DEG)
    places = shapely.get_coordinates(shape)
    outside = places[~shapely.covers(near, shapely.points(places))]
    return _FAR.format(at=_place(*outside[0])) if len(outside) else None


def _place(lon: float, lat: float) -> str:
    """Latitude first, as the viewer's own fields write it, to about a metre."""
    return f"{lat:.5f}, {lon:.5f}"


def _fitted(shape: shapely.Geometry, column: str) -> shapely.Geometry | Text:
    if column in _GATHERED and column == f"MULTI{shape.geom_type.upper()}":
        return _GATHERED[column]([shape])
    if f"MULTI{column}" in _GATHERED and shape.geom_type.startswith("Multi"):
        return shape.geoms[0] if len(shape.geoms) == 1 else _PARTS
    return shape
