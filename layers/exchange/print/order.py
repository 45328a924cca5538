"""What was asked for: the JSON of `POST /api/print`, read field by field so that each fault names its own."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import shapely
from shapely.geometry import shape as read_shape

from layers.core import Text
from layers.core.errors import BadRequest
from layers.core.filter import Condition, parse_filter
from layers.core.time import parse_time
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
    | {"known_at", "language", "drawings", "link", "features"}
)
_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerOrder:
    """A layer as it is to be drawn."""

    id: str
    style: str | None = None
    opacity: float = 1.0
    filter: Condition | None = None
    filter_text: str | None = None


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
        raise _wrong("body", "cần một đối tượng JSON", "a JSON object is needed")
    if unknown := sorted(set(raw) - FIELDS):
        raise _wrong(unknown[0][:40], "không có trường này", "there is no such field")
    chosen = _chosen(raw.get("features"))
    return Order(
        center=_center(raw.get("center"), needed=chosen is None),
        scale=_scale(raw.get("scale"), needed=chosen is None),
        paper=_one_of(raw, "paper", tuple(PAPERS)),
        orientation=_one_of(raw, "orientation", ("portrait", "landscape")),
        format=_one_of(raw, "format", ("pdf", "png")),
        title=_text(raw, "title", MAX_TITLE),
        note=_text(raw, "note", MAX_NOTE),
        legend=_flag(raw.get("legend", True)),
        layers=_layers(raw.get("layers", [])),
        hide=frozenset(_strings(raw.get("hide", []), "hide")),
        at=_time(raw, "at"),
        known_at=_time(raw, "known_at"),
        language=_one_of(raw, "language", ("vi", "en")) if raw.get("language") else None,
        drawings=_drawings(raw.get("drawings")),
        link=read_link(raw.get("link")),
        chosen=chosen,
    )


def _center(raw: Any, *, needed: bool) -> tuple[float, float] | None:
    if raw is None and not needed:
        return None
    if not (isinstance(raw, list) and len(raw) == 2 and all(_is_number(one) for one in raw)):
        raise _wrong("center", "cần [kinh độ, vĩ độ]", "[longitude, latitude] is needed")
    lon, lat = float(raw[0]), float(raw[1])
    if not (100 <= lon <= 120 and 4 <= lat <= 25):
        raise _wrong(
            "center",
            "tâm nằm ngoài vùng in được (Việt Nam và Biển Đông)",
            "the centre is outside what is printed (Việt Nam and the East Sea)",
        )
    return (lon, lat)


def _scale(raw: Any, *, needed: bool) -> int | None:
    if raw is None and not needed:
        return None
    if not (isinstance(raw, int) and not isinstance(raw, bool) and SCALES[0] <= raw <= SCALES[1]):
        raise _wrong("scale", "cần mẫu số từ 500 đến 1.000.000", "a denominator from 500 to 1,000,000 is needed")
    return raw


def _layers(raw: Any) -> tuple[LayerOrder, ...]:
    if not isinstance(raw, list) or len(raw) > MAX_LAYERS:
        raise _wrong(
            "layers", f"cần một danh sách, tối đa {MAX_LAYERS} lớp", f"a list is needed, at most {MAX_LAYERS} layers"
        )
    return tuple(_layer(one) for one in raw)


def _layer(raw: Any) -> LayerOrder:
    if (
        not isinstance(raw, dict)
        or not isinstance(raw.get("id"), str)
        or set(raw) - {"id", "style", "opacity", "filter"}
    ):
        raise _wrong("layers", "mỗi lớp có id, style, opacity, filter", "each layer has id, style, opacity, filter")
    style, opacity, text = raw.get("style"), raw.get("opacity", 1), raw.get("filter")
    if not (_is_number(opacity) and 0 <= opacity <= 1):
        raise _wrong("layers", "opacity từ 0 đến 1", "opacity is from 0 to 1")
    if not all(one is None or isinstance(one, str) for one in (style, text)):
        raise _wrong("layers", "style và filter là chữ", "style and filter are text")
    condition = parse_filter(text) if text else None
    return LayerOrder(id=raw["id"], style=style, opacity=float(opacity), filter=condition, filter_text=text or None)


def _chosen(raw: Any) -> tuple[str, tuple[int, ...]] | None:
    if raw is None:
        return None
    ids = raw[1] if isinstance(raw, list) and len(raw) == 2 and isinstance(raw[0], str) else None
    if not isinstance(ids, list) or not 1 <= len(ids) <= MAX_CHOSEN or not all(type(one) is int for one in ids):
        raise _wrong("features", f"cần [lớp, [1 đến {MAX_CHOSEN} mã]]", f"[layer, [1 to {MAX_CHOSEN} ids]] is needed")
    return raw[0], tuple(dict.fromkeys(ids))


def _drawings(raw: Any) -> tuple[Drawing, ...]:
    if raw is None:
        return ()
    features = raw.get("features") if isinstance(raw, dict) else None
    if not isinstance(features, list) or len(features) > MAX_DRAWINGS:
        raise _wrong(
            "drawings",
            f"cần FeatureCollection, tối đa {MAX_DRAWINGS} hình",
            f"a FeatureCollection is needed, at most {MAX_DRAWINGS} shapes",
        )
    found = tuple(_drawing(one) for one in features)
    if sum(int(shapely.get_num_coordinates(one.shape)) for one in found) > MAX_DRAWN_VERTICES:
        raise _wrong("drawings", f"quá {MAX_DRAWN_VERTICES} đỉnh", f"more than {MAX_DRAWN_VERTICES} vertices")
    return found


def _drawing(raw: Any) -> Drawing:
    try:
        found = shapely.force_2d(read_shape(raw["geometry"]))
        west, south, east, north = found.bounds
        inside = west >= -180 and east <= 180 and south >= -90 and north <= 90
    except (ValueError, TypeError, KeyError, AttributeError, shapely.errors.ShapelyError) as fault:
        raise _wrong("drawings", "có hình không đọc được", "a shape cannot be read") from fault
    if not inside:
        raise _wrong("drawings", "toạ độ nằm ngoài Trái Đất", "coordinates are not on the Earth")
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
        raise _wrong(
            "link", f"cần địa chỉ, tối đa {MAX_LINK} ký tự", f"an address is needed, at most {MAX_LINK} characters"
        )
    try:
        parts = urlsplit(raw)
    except ValueError as fault:
        raise _wrong("link", "địa chỉ không đọc được", "the address cannot be read") from fault
    path = "/" + parts.path.lstrip("/\\")
    return path + (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")


def _text(raw: Mapping[str, Any], field: str, most: int) -> str:
    value = raw.get(field) or ""
    if not isinstance(value, str) or len(value) > most:
        raise _wrong(field, f"cần chữ, tối đa {most} ký tự", f"text is needed, at most {most} characters")
    return "".join(c for c in value if c == "\n" or c.isprintable()).strip()


def _one_of(raw: Mapping[str, Any], field: str, known: Sequence[str]) -> str:
    value = raw.get(field, known[0])
    if value not in known:
        listed = ", ".join(known)
        raise _wrong(field, f"chọn một trong: {listed}", f"choose one of: {listed}")
    return str(value)


def _flag(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise _wrong("legend", "cần true hoặc false", "true or false is needed")
    return raw


def _strings(raw: Any, field: str) -> list[str]:
    if not isinstance(raw, list) or len(raw) > 100 or not all(isinstance(one, str) for one in raw):
        raise _wrong(field, "cần danh sách mã lớp", "a list of layer ids is needed")
    return raw


def _time(raw: Mapping[str, Any], field: str) -> datetime | None:
    value = raw.get(field)
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        raise _wrong(field, "cần thời điểm", "a time is needed")
    return parse_time(value, field)


def _is_number(raw: Any) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def _wrong(field: str, vi: str, en: str) -> BadRequest:
    return BadRequest(Text(vi=f"{vi[0].upper()}{vi[1:]}.", en=f"{en[0].upper()}{en[1:]}."), field=field)
