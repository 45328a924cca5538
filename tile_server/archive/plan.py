"""What an archive is to hold, and what that comes to: layer, area, zooms, and the words of its metadata."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import shapely
from django.conf import settings

from layers.core.computed import ComputedLayer
from layers.core.errors import BadRequest, LayerError
from layers.core.filter import escape_literal, parse_filter
from layers.core.geo import Bbox
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.scope import is_public
from layers.core.stream import StreamLayer
from layers.core.text import LANGUAGES, Text
from layers.core.viewer import PUBLIC, Viewer
from tile_server.grid import Tile, tile_at
from tile_server.tilejson import described

DEMO = Text(vi="Dữ liệu minh hoạ", en="Demo data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is asked for, in plain values, so that it can be written down.

    Attributes:
        min_zoom, max_zoom: None for the layer's own.
        bbox: west, south, east, north in degrees; tiles that cross it.
        commune: code of a current commune instead; tiles that cross its boundary.
        language: of translated attributes and of the metadata.
    """

    layer: str
    min_zoom: int | None = None
    max_zoom: int | None = None
    bbox: tuple[float, float, float, float] | None = None
    commune: str | None = None
    language: str = LANGUAGES[0]

    def json(self) -> dict[str, Any]:
        """The plan as JSON; `read` takes it back."""
        return asdict(self)

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "Plan":
        """A plan as `json` wrote it."""
        return cls(**{**body, "bbox": tuple(body["bbox"]) if body["bbox"] else None})


@dataclass(frozen=True, kw_only=True)
class Contents:
    """A plan read against the layers and communes there are now.

    Attributes:
        area: EPSG:4326; None for wherever the layer has something.
    """

    plan: Plan
    layer: Layer | ComputedLayer
    first: int
    last: int
    area: shapely.Geometry | None
    viewer: Viewer

    def may_hold(self, tile: Tile) -> bool:
        """Whether the tile lies in the area, or where the layer has something."""
        if self.area is not None:
            return bool(self.area.intersects(shapely.box(*tile.bbox())))
        return self.box is not None and tile.drawn.crosses(self.box)

    def touched_by(self, box: Bbox | None) -> bool:
        """Whether a change in this box may show in a tile; None is everywhere."""
        return box is None or self.area is None or bool(box.crosses(self._reach))

    @cached_property
    def box(self) -> Bbox | None:
        """The area's box, else one around what everyone sees of the layer, None where that is nothing; asks then."""
        return Bbox(*self.area.bounds) if self.area is not None else _extent(self.layer, self.viewer)

    @cached_property
    def _reach(self) -> Bbox:
        """The area with the whole of its largest tiles."""
        assert self.area is not None
        west, south, east, north = self.area.bounds
        one, other = tile_at(west, north, self.first).drawn, tile_at(east, south, self.first).drawn
        return Bbox(one.west, other.south, other.east, one.north)

    @cached_property
    def metadata(self) -> dict[str, Any]:
        """What the archive says of itself, but for bounds and age: TileJSON's words, the plan, the demo mark."""
        said = described(self.layer, self.viewer)
        if settings.GEO_IOC_DEMO:
            mark = DEMO.to(self.plan.language)
            said["attribution"] = f"{said['attribution']} · {mark}" if said["attribution"] else mark
        zooms = {"minzoom": self.first, "maxzoom": self.last}
        return {
            **said,
            **zooms,
            "type": "overlay",
            "format": "pbf",
            "vector_layers": [{**one, **zooms} for one in said["vector_layers"]],
            "demo": bool(settings.GEO_IOC_DEMO),
            "plan": self.plan.json(),
        }

    @cached_property
    def fingerprint(self) -> str:
        """Changes with whatever alters tiles without a row changing: the layer's declaration, the area's boundary."""
        told = json.dumps([self.metadata, str(self.layer.zoom), self.area and self.area.wkb_hex], sort_keys=True)
        return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()


def contents(plan: Plan) -> Contents:
    """Read the plan; asks the database.

    Raises:
        UnknownLayer: there is no such layer.
        BadRequest: a layer that is not everyone's or has no vector tiles, a zoom it lacks, no such commune.
    """
    layer = public_layer(plan.layer)
    first = layer.zoom.first if plan.min_zoom is None else plan.min_zoom
    last = layer.zoom.last if plan.max_zoom is None else plan.max_zoom
    if not layer.zoom.first <= first <= last <= layer.zoom.last:
        raise BadRequest(
            Text(
                vi=f"Mức phóng {first}-{last}: lớp “{layer.id}” có ô từ {layer.zoom.first} đến {layer.zoom.last}.",
                en=f"Zoom {first}-{last}: layer “{layer.id}” has tiles from {layer.zoom.first} to {layer.zoom.last}.",
            ),
            field="zoom",
            slug="bad_zoom",
        )
    return Contents(
        plan=plan,
        layer=layer,
        first=first,
        last=last,
        area=_area(plan),
        viewer=Viewer(language=plan.language),
    )


def public_layer(layer_id: str) -> Layer | ComputedLayer:
    """A layer whose tiles everyone may have.

    Raises:
        UnknownLayer: there is no such layer.
        BadRequest: it is not everyone's, or has no vector tiles.
    """
    layer = registry.get(layer_id)
    if not is_public(layer, Viewer()) or not layer.access.rows.emits(PUBLIC):
        raise BadRequest(
            Text(
                vi=f"Lớp “{layer_id}” không công khai: chỉ lớp ai cũng xem được mới xuất ra tệp ô bản đồ.",
                en=f"Layer “{layer_id}” is not public: only a layer that everyone sees is written as tiles.",
            ),
            field="layer",
            slug="not_public",
        )
    if isinstance(layer, StreamLayer) or not isinstance(layer, Layer | ComputedLayer):
        raise BadRequest(
            Text(vi=f"Lớp “{layer_id}” không có ô véc-tơ.", en=f"Layer “{layer_id}” has no vector tiles."),
            field="layer",
            slug="no_tiles",
        )
    return layer


def _area(plan: Plan) -> shapely.Geometry | None:
    if plan.bbox and plan.commune:
        raise BadRequest(
            Text(vi="Chọn một: bbox hoặc mã xã.", en="Choose one: bbox or a commune."), field="bbox", slug="two_areas"
        )
    if plan.bbox:
        area = shapely.box(*plan.bbox)
    elif plan.commune:
        area = _commune(plan.commune)
    else:
        return None
    shapely.prepare(area)
    return area


def _commune(code: str) -> shapely.Geometry:
    """The boundary of the unit the setting's layer knows by this code today."""
    layer_id, attribute = settings.PACK_AREAS
    try:
        units = registry.get(layer_id)
        assert isinstance(units, Layer)
        here = parse_filter(f"{attribute} = {escape_literal(code)}")
        found, _ = units.query(Viewer(), filters=here).page(1)
    except LayerError:
        found = []
    if not found:
        raise BadRequest(
            Text(vi=f"Hiện không có xã mã “{code}”.", en=f"There is no commune “{code}” today."),
            field="commune",
            slug="unknown_commune",
        )
    return found[0].shape


def _extent(layer: Layer | ComputedLayer, viewer: Viewer) -> Bbox | None:
    if isinstance(layer, Layer):
        return layer.query(viewer).extent()
    # a computed shape may be drawn larger from afar
    boxes = [layer.query(viewer, zoom=zoom).extent() for zoom in (None, layer.zoom.first)]
    known = [box for box in boxes if box]
    return Bbox(*shapely.total_bounds([shapely.box(*box) for box in known])) if known else None
