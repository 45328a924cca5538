"""A situation map as one HTML file: it opens without any network, states its time and shows what its maker may see.

In: a viewer, layer ids and a box. Out: HTML made by folium, with Leaflet inside it.
"""

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from types import MappingProxyType
from typing import Any

import folium
import shapely
from branca.element import Element, Figure
from django.utils import timezone

from layers.core import Feature, Layer, Text, Viewer, registry
from layers.core.errors import BadRequest, Busy
from layers.core.filter import Condition
from layers.core.geo import Bbox
from layers.core.scale import NO_DATA_COLOR, By, Categories
from layers.core.style import Color

MAX_LAYERS = 12
MAX_FEATURES = 3_000
"""Features of one layer; the file says where there were more."""
MAX_VERTICES = 400_000
"""Vertices of the whole file: about 10 MB."""
SHOWN = 8
"""Attributes shown under the pointer."""
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
"""The file itself forbids what would need a network."""

_STYLE = """
body { font: 14px/1.4 system-ui, sans-serif; background: #F7F6F3; color: #17212B }
.leaflet-container { background: #F7F6F3 }
#situation { position: fixed; left: 12px; bottom: 12px; z-index: 1000; max-width: 340px; max-height: 70vh;
  overflow: auto;
  background: #fff; border: 1px solid #D5DCE3; border-radius: 6px; padding: 10px 14px }
#situation h1 { font-size: 17px; margin: 0 } #situation h2 { font-size: 14px; margin: 10px 0 2px }
#situation p { margin: 2px 0; color: #51606F } #situation i { display: inline-block; width: 12px; height: 12px;
  margin-right: 6px; border-radius: 2px; vertical-align: -1px }
@media print { .leaflet-control-container { display: none } }
"""

MORE = Text(vi="Chỉ {shown} trong {number} đối tượng.", en="Only {shown} of {number} features.")
AT = Text(vi="Tình hình lúc {at} (giờ Việt Nam).", en="Situation at {at} (Vietnam time).")
YES, NO = Text(vi="Có", en="Yes"), Text(vi="Không", en="No")
TITLE = Text(vi="Bản đồ tình hình", en="Situation map")


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """A layer as the map shows it: `features` of the `number` there are in the box."""

    layer: Layer
    features: Sequence[Feature]
    number: int


def situation_map(
    viewer: Viewer,
    layer_ids: Sequence[str],
    bbox: Bbox,
    *,
    at: datetime | None = None,
    filters: Mapping[str, Condition] = MappingProxyType({}),
) -> str:
    """The HTML of the layers' features in a box under their filters, lowest first, in the viewer's language.

    Raises:
        UnknownLayer: a layer that is not there for this viewer.
        BadRequest: no layer, too many, or one without features.
        Busy: more vertices than a file may hold.
    """
    now = at or timezone.now()
    drawn = sorted(
        (_read(viewer, one, bbox, at, filters.get(one)) for one in _distinct(layer_ids)),
        key=lambda one: one.layer.order,
    )
    vertices = sum(int(shapely.get_num_coordinates(f.shape)) for one in drawn for f in one.features)
    if vertices > MAX_VERTICES:
        raise Busy(
            Text(
                vi=f"Vùng này có {vertices} đỉnh, tối đa {MAX_VERTICES}. Thu hẹp vùng hoặc bớt lớp.",
                en=f"The box holds {vertices} vertices, at most {MAX_VERTICES}. Narrow it or leave layers out.",
            )
        )
    page = folium.Map(tiles=None, prefer_canvas=True, attributionControl=False)
    page.default_js, page.default_css = [], []
    for one in drawn:
        _draw(page, one, viewer.language)
    folium.LayerControl(collapsed=False).add_to(page)
    page.fit_bounds([[bbox.south, bbox.west], [bbox.north, bbox.east]])
    _dress(_root(page), drawn, viewer.language, now)
    return str(_root(page).render())


def _root(page: folium.Map) -> Figure:
    root = page.get_root()
    assert isinstance(root, Figure)
    return root


def _distinct(layer_ids: Sequence[str]) -> list[str]:
    wanted = list(dict.fromkeys(layer_ids))
    if not 1 <= len(wanted) <= MAX_LAYERS:
        raise BadRequest(
            Text(vi=f"Cần 1 đến {MAX_LAYERS} lớp.", en=f"1 to {MAX_LAYERS} layers are needed."), field="layers"
        )
    return wanted


def _read(viewer: Viewer, layer_id: str, bbox: Bbox, at: datetime | None, filters: Condition | None) -> Drawn:
    layer = registry.visible(layer_id, viewer)
    if not isinstance(layer, Layer):
        raise BadRequest(
            Text(vi=f"Lớp “{layer_id}” không vẽ được ở đây.", en=f"The layer “{layer_id}” cannot be drawn here."),
            field="layers",
        )
    features = layer.query(viewer, filters=filters, bbox=bbox, at=at if layer.time else None)
    return Drawn(layer=layer, features=list(features.all(MAX_FEATURES)), number=features.count())


def _draw(page: folium.Map, one: Drawn, language: str) -> None:
    collection = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": json.loads(shapely.to_geojson(shapely.set_precision(f.shape, 1e-6, mode="pointwise"))),
                "properties": {"color": _color(one.layer, f), "tip": _tip(one.layer, f, language)},
            }
            for f in one.features
        ],
    }
    if not one.features:
        return
    folium.GeoJson(
        collection,
        name=_text(one.layer.title.to(language)),
        marker=folium.CircleMarker(radius=5, fill=True),
        style_function=_drawn_style,
        tooltip=folium.GeoJsonTooltip(["tip"], labels=False),
    ).add_to(page)


def _drawn_style(feature: dict[str, Any]) -> dict[str, Any]:
    """Areas transparent, so that what lies under them is seen; points filled, with a white edge."""
    color = feature["properties"]["color"]
    if feature["geometry"]["type"].endswith("Point"):
        return {"color": "#FFFFFF", "fillColor": color, "fillOpacity": 1, "weight": 1.5}
    return {"color": color, "fillColor": color, "fillOpacity": 0.15, "weight": 1.5}


def _color(layer: Layer, feature: Feature) -> str:
    """The colour of the layer's first style for this feature."""
    parts: Iterable[Any] = layer.styles[0].parts
    given: Color = next((part.color for part in parts if hasattr(part, "color")), NO_DATA_COLOR)
    if not isinstance(given, By):
        return given
    value = feature.attributes.get(given.attribute)
    if isinstance(given.scale, Categories):
        option = given.scale.option(value)
        return (option.color if option else None) or NO_DATA_COLOR
    band = given.scale.band(value)
    return band.color if band else NO_DATA_COLOR


def _tip(layer: Layer, feature: Feature, language: str) -> str:
    """Names and values as HTML."""
    lines: list[str] = []
    for attribute in layer.attributes:
        value = feature.attributes.get(attribute.name)
        if value is None or len(lines) >= SHOWN:
            continue
        option = attribute.option(value)
        words = option.title.to(language) if option else _plain(value, language)
        unit = f" {attribute.unit}" if attribute.unit else ""
        lines.append(f"{_text(attribute.title.to(language))}: <b>{_text(words[:200] + unit)}</b>")
    return "<br>".join(lines)


def _plain(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return (YES if value else NO).to(language)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def _dress(root: Figure, drawn: Sequence[Drawn], language: str, now: datetime) -> None:
    """Policy, Leaflet and the box that says what is seen."""
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{TITLE.to(language)}</title><style>{_leaflet('css')}{_STYLE}</style><script>{_leaflet('js')}</script>"
    )
    root.header.add_child(Element(_literal(head)), name="first", index=0)
    root.html.add_child(Element(_literal(_box(drawn, language, now))))


def _box(drawn: Sequence[Drawn], language: str, now: datetime) -> str:
    at = AT.to(language).format(at=f"{timezone.localtime(now):%H:%M %d/%m/%Y}")
    parts = [f"<h1>{TITLE.to(language)}</h1><p>{at}</p>"]
    for one in reversed(drawn):
        entries = one.layer.legend(one.layer.styles[0])
        parts.append(f"<h2>{_text(one.layer.title.to(language))}</h2>")
        parts += [f'<div><i style="background:{e.color}"></i>{_text(e.title.to(language))}</div>' for e in entries]
        if one.number > len(one.features):
            more = MORE.to(language).format(shown=len(one.features), number=one.number)
            parts.append(f"<p>{more}</p>")
        source = one.layer.source.to(language) if one.layer.source else one.layer.attribution
        parts.append(f"<p>{_text(source)}</p>" if source else "")
    return f'<div id="situation">{"".join(parts)}</div>'


def _text(words: str) -> str:
    """Words as HTML that is only read: no tag, and nothing folium's templates (rendered twice) would run."""
    return html.escape(words).replace("{", "&#123;").replace("}", "&#125;")


def _literal(ours: str) -> str:
    """Markup of ours that folium's templates leave as it is."""
    return "{% raw %}" + ours + "{% endraw %}"


@cache
def _leaflet(kind: str) -> str:
    # django-leaflet is installed for the files it carries; its code is never imported
    package = distribution("django-leaflet").locate_file("leaflet")
    text = (Path(str(package)) / f"static/leaflet/leaflet.{kind}").read_text(encoding="utf-8")
    return text if kind == "js" else _without_images(text)


def _without_images(css: str) -> str:
    """Its pictures are of controls this map does not have."""
    return "\n".join(line for line in css.splitlines() if "url(" not in line)
