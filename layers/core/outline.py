"""Shapes that a person sends for a row: of the right kind, sound, and near the province, else said in words."""

import json
from typing import Any

import shapely
from shapely.validation import explain_validity

from layers.core.home import home
from layers.core.text import Text

FAR_DEG = 0.5
"""Farther than this outside the province's box (some 55 km) nothing of it lies: the place is a slip."""

_UNREADABLE = Text(vi="Hình GeoJSON rỗng hoặc không hợp lệ.", en="The GeoJSON is empty or not valid.")
_OTHER = {
    "point": Text(vi="Lớp này chỉ chứa điểm.", en="This layer holds points only."),
    "line": Text(vi="Lớp này chỉ chứa đường.", en="This layer holds lines only."),
    "polygon": Text(vi="Lớp này chỉ chứa vùng.", en="This layer holds areas only."),
}
_UNSOUND = {
    "Self-intersection": Text(vi="Đường viền tự cắt tại {at}.", en="The outline crosses itself at {at}."),
    "Hole lies outside shell": Text(vi="Lỗ nằm ngoài vùng tại {at}.", en="A hole lies outside the area at {at}."),
    "Too few points": Text(vi="Quá ít góc khác nhau tại {at}.", en="Too few different corners at {at}."),
    "": Text(vi="Hình không hợp lệ tại {at}.", en="The shape is not valid at {at}."),
}  # by what GEOS says: `Self-intersection[106.1 11.3]`
_FAR = Text(vi="Điểm {at} nằm xa ngoài địa bàn tỉnh.", en="The point {at} lies far outside the province.")


def read_outline(value: Any, *, kind: str, column: str) -> shapely.Geometry | Text:
    """A GeoJSON geometry (EPSG:4326) as a column of this type keeps it, or why it may not stand there."""
    try:
        shape = shapely.from_geojson(json.dumps(value))
    except (shapely.errors.GEOSException, TypeError, ValueError):
        return _UNREADABLE
    if shape is None or shape.is_empty:
        return _UNREADABLE
    if kind in _OTHER and kind not in shape.geom_type.lower():
        return _OTHER[kind]
    if not shape.is_valid:
        what, _, place = explain_validity(shape).rstrip("]").partition("[")
        lon, lat = map(float, place.split()[:2])
        return next(text for said, text in _UNSOUND.items() if said in what).format(at=f"{lat:.5f}, {lon:.5f}")
    box, places = home(), shapely.get_coordinates(shape)
    if box is not None:
        for lon, lat in places[~shapely.box(*box).buffer(FAR_DEG).covers(shapely.points(places))]:
            return _FAR.format(at=f"{lat:.5f}, {lon:.5f}")
    gathered = f"Multi{shape.geom_type}"
    shape = getattr(shapely, gathered)([shape]) if column == gathered.upper() else shape
    return shape if column in {"GEOMETRY", shape.geom_type.upper()} else _OTHER.get(kind, _UNREADABLE)
