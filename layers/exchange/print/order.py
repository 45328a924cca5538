"""What was asked for: the JSON of `POST /api/print`, read field by field so that each fault names its own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import shapely
from shapely.geometry import shape as read_shape

from layers.core.filter import Condition, parse_filter
from layers.exchange.print.fields import flag_of, is_number, one_of, strings_of, text_of, time_of, wrong
from layers.exchange.print.paper import PAPERS, SCALES

MAX_LAYERS = 30
MAX_TITLE = 120
MAX_NOTE = 600
MAX_DRAWINGS = 300
MAX_DRAWN_VERTICES = 20_000
MAX_CHOSEN = 200
MAX_LINK = 6_000

FIELDS = frozenset(
    {"center", "scale", "paper", "orientation", "format", "title", "note", "legend", "layers", "hide", "at"}
    | {"known_at", "language", "drawings", "link", "features", "patterns"}
)
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerOrder:
    """A layer as it is to be drawn."""

    id: str
    style: str | None = None
    opacity: float = 1.0
    filter: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A shape somebody drew, EPSG:4326."""

    shape: shapely.Geometry
    label: str = ""
    color: str = "#B3261E"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A sheet that was asked for.

    Attributes:
        center: lon, lat; None where the sheet is to fit the chosen features.
        patterns: areas coloured by category are hatched as well, for a black-and-white printer or eye.
        layers: top first.
        hide: layers of the base map that are not drawn.
        link: path, query and fragment of the view, without any server's name.
        chosen: a layer and ids of features: highlighted, numbered and listed.
    """

    center: tuple[float, float] | None
    scale: int | None
    paper: str = "a4"
    orientation: str = "portrait"
    format: str = "pdf"
    title: str = ""
    note: str = ""
    legend: bool = True
    patterns: bool = False
    layers: tuple[LayerOrder, ...] = ()
    hide: frozenset[str] = frozenset()
    at: datetime | None = None
    known_at: datetime | None = None
    language: str | None = None
    drawings: tuple[Drawing, ...] = ()
    link: str | None = None
    chosen: tuple[str, tuple[int, ...]] | None = None


def read_order(raw: Any) -> Order:
    """The order in a JSON object.

    Raises:
        BadRequest: a field is missing, unknown, or not understood; the error names it.
    """
    if not isinstance(raw, dict):
        raise wrong("body", "cần một đối tượng JSON", "a JSON object is needed")
    if unknown := sorted(set(raw) - FIELDS):
        raise wrong(unknown[0][:40], "không có trường này", "there is no such field")
    chosen = _chosen(raw.get("features"))
    return Order(
        center=_center(raw.get("center"), needed=chosen is None),
        scale=_scale(raw.get("scale"), needed=chosen is None),
        paper=one_of(raw, "paper", tuple(PAPERS)),
        orientation=one_of(raw, "orientation", ("portrait", "landscape")),
        format=one_of(raw, "format", ("pdf", "png")),
        title=text_of(raw, "title", MAX_TITLE),
        note=text_of(raw, "note", MAX_NOTE),
        legend=flag_of(raw, "legend", default=True),
        patterns=flag_of(raw, "patterns", default=False),
        layers=read_layers(raw.get("layers", [])),
        hide=frozenset(strings_of(raw.get("hide", []), "hide")),
        at=time_of(raw, "at"),
        known_at=time_of(raw, "known_at"),
        language=one_of(raw, "language", ("vi", "en")) if raw.get("language") else None,
        drawings=read_drawings(raw.get("drawings")),
        link=read_link(raw.get("link")),
        chosen=chosen,
    )


def _center(raw: Any, *, needed: bool) -> tuple[float, float] | None:
    if raw is None and not needed:
        return None
    if not (isinstance(raw, list) and len(raw) == 2 and all(is_number(one) for one in raw)):
        raise wrong("center", "cần [kinh độ, vĩ độ]", "[longitude, latitude] is needed")
    lon, lat = float(raw[0]), float(raw[1])
    if not (100 <= lon <= 120 and 4 <= lat <= 25):
        raise wrong(
            "center",
            "tâm nằm ngoài vùng in được (Việt Nam và Biển Đông)",
            "the centre is outside what is printed (Việt Nam and the East Sea)",
        )
    return (lon, lat)


def _scale(raw: Any, *, needed: bool) -> int | None:
    if raw is None and not needed:
        return None
    if not (isinstance(raw, int) and not isinstance(raw, bool) and SCALES[0] <= raw <= SCALES[1]):
        raise wrong("scale", "cần mẫu số từ 500 đến 1.000.000", "a denominator from 500 to 1,000,000 is needed")
    return raw


def read_layers(raw: Any) -> tuple[LayerOrder, ...]:
    """The layers of an order, each with style, opacity and filter.

    Raises:
        BadRequest: no list of layers, or a field that is not understood.
    """
    if not isinstance(raw, list) or len(raw) > MAX_LAYERS:
        raise wrong(
            "layers", f"cần một danh sách, tối đa {MAX_LAYERS} lớp", f"a list is needed, at most {MAX_LAYERS} layers"
        )
    return tuple(_layer(one) for one in raw)


def _layer(raw: Any) -> LayerOrder:
    if (
        not isinstance(raw, dict)
        or not isinstance(raw.get("id"), str)
        or set(raw) - {"id", "style", "opacity", "filter"}
    ):
        raise wrong("layers", "mỗi lớp có id, style, opacity, filter", "each layer has id, style, opacity, filter")
    style, opacity, text = raw.get("style"), raw.get("opacity", 1), raw.get("filter")
    if not (is_number(opacity) and 0 <= opacity <= 1):
        raise wrong("layers", "opacity từ 0 đến 1", "opacity is from 0 to 1")
    if not all(one is None or isinstance(one, str) for one in (style, text)):
        raise wrong("layers", "style và filter là chữ", "style and filter are text")
    condition = parse_filter(text) if text else None
    return LayerOrder(id=raw["id"], style=style, opacity=float(opacity), filter=condition)


def _chosen(raw: Any) -> tuple[str, tuple[int, ...]] | None:
    if raw is None:
        return None
    ids = raw[1] if isinstance(raw, list) and len(raw) == 2 and isinstance(raw[0], str) else None
    if not isinstance(ids, list) or not 1 <= len(ids) <= MAX_CHOSEN or not all(type(one) is int for one in ids):
        raise wrong("features", f"cần [lớp, [1 đến {MAX_CHOSEN} mã]]", f"[layer, [1 to {MAX_CHOSEN} ids]] is needed")
    return raw[0], tuple(dict.fromkeys(ids))


def read_drawings(raw: Any) -> tuple[Drawing, ...]:
    """The shapes of a FeatureCollection that somebody drew.

    Raises:
        BadRequest: it cannot be read, or holds too much.
    """
    if raw is None:
        return ()
    features = raw.get("features") if isinstance(raw, dict) else None
    if not isinstance(features, list) or len(features) > MAX_DRAWINGS:
        raise wrong(
            "drawings",
            f"cần FeatureCollection, tối đa {MAX_DRAWINGS} hình",
            f"a FeatureCollection is needed, at most {MAX_DRAWINGS} shapes",
        )
    found = tuple(_drawing(one) for one in features)
    if sum(int(shapely.get_num_coordinates(one.shape)) for one in found) > MAX_DRAWN_VERTICES:
        raise wrong("drawings", f"quá {MAX_DRAWN_VERTICES} đỉnh", f"more than {MAX_DRAWN_VERTICES} vertices")
    return found


def _drawing(raw: Any) -> Drawing:
    try:
        found = shapely.force_2d(read_shape(raw["geometry"]))
        west, south, east, north = found.bounds
        inside = west >= -180 and east <= 180 and south >= -90 and north <= 90
    except (ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError) as fault:
        raise wrong("drawings", "có hình không đọc được", "a shape cannot be read") from fault
    if not inside:
        raise wrong("drawings", "toạ độ nằm ngoài Trái Đất", "coordinates are not on the Earth")
    said: Mapping[str, Any] = raw.get("properties") or {}
    label = next((said[name] for name in ("label", "text", "name", "title") if isinstance(said.get(name), str)), "")
    color = said.get("color")
    return Drawing(
        shape=found, label=label[:80], color=color if isinstance(color, str) and _COLOR.fullmatch(color) else "#B3261E"
    )


def read_link(raw: Any) -> str | None:
    """Path, query and fragment: whose server it is, the server itself says."""
    if raw is None:
        return None
    if not isinstance(raw, str) or len(raw) > MAX_LINK:
        raise wrong(
            "link", f"cần địa chỉ, tối đa {MAX_LINK} ký tự", f"an address is needed, at most {MAX_LINK} characters"
        )
    try:
        parts = urlsplit(raw)
    except ValueError as fault:
        raise wrong("link", "địa chỉ không đọc được", "the address cannot be read") from fault
    path = "/" + parts.path.lstrip("/\\")
    return path + (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
