"""OpenStreetMap as Overpass answers it: nodes are points, ways lines or areas; every tag is a column."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import shapely
from shapely.ops import linemerge, polygonize, unary_union

from layers.exchange.parse.chunk import ROWS, Chunk, Note
from layers.exchange.parse.fault import Fault

LINEAR = frozenset({"highway", "railway", "waterway", "barrier", "power", "aerialway", "route", "natural=coastline"})
"""Keys whose closed ways stay lines unless they say area=yes."""
AREAS = frozenset({"multipolygon", "boundary"})
MAX_BYTES = 256 << 20
"""Ways point to nodes anywhere in the file, so it is read whole."""
ID = "osm_id"
Element = dict[str, Any]


class Overpass:
    """A raw answer of Overpass API in JSON.

    Attributes:
        centred: features without a geometry of their own, placed at the centre the answer gives.
        source: copyright line of the answer.
    """

    crs: str | None = None
    says_degrees = True
    has_ids: bool = False

    def __init__(self, path: Path, encoding: str) -> None:
        """Read and index the elements.

        Raises:
            Fault: too large to be read whole, or no such answer.
        """
        if path.stat().st_size > MAX_BYTES:
            raise Fault("too_large", mb=path.stat().st_size >> 20, limit_mb=MAX_BYTES >> 20)
        body = _read(path, encoding)
        self.elements: list[Element] = [one for one in body["elements"] if isinstance(one, dict)]
        self.source = str((body.get("osm3s") or {}).get("copyright") or "")[:300]
        self.centred = 0
        self._nodes = {one["id"]: one for one in self.elements if one.get("type") == "node" and "id" in one}
        self._ways = {one["id"]: one for one in self.elements if one.get("type") == "way" and "id" in one}

    def chunks(self) -> Iterator[Chunk]:
        """The tagged elements, some thousand at a time."""
        chunk = Chunk()
        for number, element in enumerate(self._tagged(), 1):
            tags = element["tags"]
            shown = {str(k): str(v) for k, v in tags.items() if not (k == "type" and v in AREAS)}
            values = {ID: f"{element.get('type')}/{element.get('id')}", **shown}
            shape, reason = self._shape(element, tags)
            note = Note("osm_no_place", {"reason": reason}) if shape is None else None
            chunk.add(number, values, shape, note)
            if len(chunk) == ROWS:
                yield chunk
                chunk = Chunk()
        yield chunk

    def _tagged(self) -> Iterator[Element]:
        """Untagged elements only carry others; a way that is part of a tagged relation still counts if it has tags."""
        return (one for one in self.elements if isinstance(one.get("tags"), dict) and one["tags"])

    def _shape(self, element: Element, tags: dict[str, Any]) -> tuple[Any, str]:
        kind = element.get("type")
        try:
            shape = self._own(element, kind, tags)
        except (KeyError, TypeError, ValueError, shapely.errors.GEOSException):
            shape = None
        if shape is not None and not shape.is_empty:
            return shape, ""
        centre = element.get("center")
        if isinstance(centre, dict) and {"lat", "lon"} <= set(centre):
            self.centred += 1
            return shapely.Point(float(centre["lon"]), float(centre["lat"])), ""
        return None, str(kind)

    def _own(self, element: Element, kind: Any, tags: dict[str, Any]) -> Any:
        if kind == "node":
            return shapely.Point(float(element["lon"]), float(element["lat"]))
        if kind == "way":
            return _way_shape(self._line(element), tags)
        if kind == "relation" and tags.get("type") in AREAS:
            return self._area(element)
        return None

    def _line(self, way: Element) -> list[tuple[float, float]]:
        """Vertices of a way: its own, or those of its nodes where all are there."""
        if isinstance(way.get("geometry"), list):
            return [(float(p["lon"]), float(p["lat"])) for p in way["geometry"]]
        nodes = [self._nodes[ref] for ref in way.get("nodes", ())]
        return [(float(node["lon"]), float(node["lat"])) for node in nodes]

    def _area(self, relation: Element) -> Any:
        outer, inner = (self._rings(relation, role) for role in (("outer", ""), ("inner",)))
        if not outer:
            return None
        area = unary_union(outer)
        return area.difference(unary_union(inner)) if inner else area

    def _rings(self, relation: Element, roles: Sequence[str]) -> list[Any]:
        """Areas closed by the members of these roles, whose ways may be pieces of one ring."""
        lines = []
        for member in relation.get("members", ()):
            if member.get("type") == "way" and member.get("role", "") in roles:
                way = member if "geometry" in member else self._ways[member["ref"]]
                lines.append(shapely.LineString(self._line(way)))
        if not lines:
            return []
        merged = linemerge(lines) if len(lines) > 1 else lines[0]
        rings = list(polygonize(shapely.get_parts(merged)))
        if not rings:
            raise ValueError("the ways close no ring")
        return rings


def _way_shape(vertices: list[tuple[float, float]], tags: dict[str, Any]) -> Any:
    closed = len(vertices) >= 4 and vertices[0] == vertices[-1]
    linear = any(key in LINEAR or f"{key}={value}" in LINEAR for key, value in tags.items())
    if closed and (tags.get("area") == "yes" or not linear) and tags.get("area") != "no":
        return shapely.Polygon(vertices)
    return shapely.LineString(vertices) if len(vertices) >= 2 else None


def _read(path: Path, encoding: str) -> Any:
    try:
        body = json.loads(path.read_text(encoding=encoding))
    except json.JSONDecodeError as fault:
        cut = fault.pos >= path.stat().st_size - 32 or fault.msg.startswith("Unterminated")
        raise Fault("json_cut" if cut else "json_broken", reason=fault.msg) from fault
    except UnicodeDecodeError as fault:
        raise Fault("encoding_wrong", encoding=encoding) from fault
    except RecursionError as fault:
        raise Fault("json_deep") from fault
    if not isinstance(body, dict) or not isinstance(body.get("elements"), list):
        raise Fault("not_geojson", reason="no list of elements")
    return body
