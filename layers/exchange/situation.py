"""A situation map as one HTML file: it opens without any network, states its time and shows what its maker may see.

In: a viewer, layers as they are shown and a box. Out: HTML made by folium, with Leaflet inside it.
"""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import folium
import shapely
from branca.element import Element, Figure
from django.utils import timezone

from layers.core import Feature, Layer, Text, Viewer
from layers.core.errors import BadRequest, Busy
from layers.core.geo import Bbox
from layers.core.style import Fill, Line
from layers.exchange.print import words
from layers.exchange.print.order import Drawing, LayerOrder
from layers.exchange.situation_box import NUMBER, TITLE, box, text
from layers.exchange.situation_read import Content, Drawn, read_content

MAX_LAYERS = 12
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

YES, NO = Text(vi="Có", en="Yes"), Text(vi="Không", en="No")


def situation_map(
    viewer: Viewer,
    layers: Sequence[LayerOrder],
    bbox: Bbox,
    *,
    at: datetime | None = None,
    drawings: Sequence[Drawing] = (),
) -> str:
    """The HTML of the layers in a box, top first, each in its style, filter and opacity, in the viewer's language.

    Raises:
        UnknownLayer: a layer that is not there for this viewer.
        BadRequest: no layer, too many, or one without features.
        Busy: more vertices than a file may hold.
    """
    contents = [read_content(viewer, one, bbox, at) for one in reversed(_distinct(layers))]
    vertices = sum(int(shapely.get_num_coordinates(d.feature.shape)) for one in contents for d in one.drawn)
    if vertices > MAX_VERTICES:
        raise Busy(
            Text(
                vi=f"Vùng này có {vertices} đỉnh, tối đa {MAX_VERTICES}. Thu hẹp vùng hoặc bớt lớp.",
                en=f"The box holds {vertices} vertices, at most {MAX_VERTICES}. Narrow it or leave layers out.",
            )
        )
    page = folium.Map(tiles=None, prefer_canvas=True, attributionControl=False)
    page.default_js, page.default_css = [], []
    for one in contents:
        _draw(page, one, viewer.language)
    _draw_drawings(page, drawings, viewer.language)
    folium.LayerControl(collapsed=False).add_to(page)
    page.fit_bounds([[bbox.south, bbox.west], [bbox.north, bbox.east]])
    _dress(_root(page), box(contents, viewer.language, at, timezone.now(), len(drawings)), viewer.language)
    return str(_root(page).render())


def _root(page: folium.Map) -> Figure:
    root = page.get_root()
    assert isinstance(root, Figure)
    return root


def _distinct(layers: Sequence[LayerOrder]) -> list[LayerOrder]:
    wanted = list({one.id: one for one in layers}.values())
    if not 1 <= len(wanted) <= MAX_LAYERS:
        raise BadRequest(
            Text(vi=f"Cần 1 đến {MAX_LAYERS} lớp.", en=f"1 to {MAX_LAYERS} layers are needed."), field="layers"
        )
    return wanted


def _draw(page: folium.Map, content: Content, language: str) -> None:
    if content.drawn:
        made = [
            _geojson(one.feature.shape, _style(one, content), _tip_of(one, content, language)) for one in content.drawn
        ]
        _layer(made).add_to(_group(page, content.layer.title.to(language)))


def _draw_drawings(page: folium.Map, drawings: Sequence[Drawing], language: str) -> None:
    """What somebody drew, over all layers, its words always shown."""
    if not drawings:
        return
    group = _group(page, words.DRAWINGS.to(language))
    for labelled in (False, True):
        made = [
            _geojson(
                one.shape,
                {"color": one.color, "fillColor": one.color, "fillOpacity": 0.12, "weight": 2.5, "radius": 6},
                text(one.label),
            )
            for one in drawings
            if bool(one.label) == labelled
        ]
        if made:
            _layer(made, told=labelled, permanent=labelled).add_to(group)


def _group(page: folium.Map, title: str) -> folium.FeatureGroup:
    group = folium.FeatureGroup(name=text(title))
    group.add_to(page)
    return group


def _layer(features: Sequence[Mapping[str, Any]], *, told: bool = True, permanent: bool = False) -> folium.GeoJson:
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        marker=folium.CircleMarker(radius=5, fill=True),
        style_function=lambda feature: feature["properties"]["style"],
        tooltip=folium.GeoJsonTooltip(["tip"], labels=False, permanent=permanent) if told else None,
    )


def _geojson(shape: shapely.Geometry, style: Mapping[str, Any], tip: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-6, mode="pointwise"))),
        "properties": {"style": style, "tip": tip},
    }


def _style(one: Drawn, content: Content) -> dict[str, Any]:
    """The part of the layer's style as Leaflet draws it; points have a white edge."""
    part, opacity, color = one.part, content.asked.opacity, one.color
    if one.feature.shape.geom_type.endswith("Point"):
        radius = 4 + 1.6 * math.log(one.count) if content.gathered else 5
        return {
            "color": "#FFFFFF",
            "fillColor": color,
            "opacity": opacity,
            "fillOpacity": opacity,
            "weight": 1.5,
            "radius": round(radius, 1),
        }
    fill = part.opacity if isinstance(part, Fill) else 0.0 if isinstance(part, Line) else 0.15
    if content.gathered:
        return {"stroke": False, "fillColor": color, "fillOpacity": round((fill or 0.5) * opacity, 2)}
    edge = part.outline if isinstance(part, Fill) and isinstance(part.outline, str) else color
    width = part.width_px if isinstance(part, Line) else 1
    return {
        "color": edge,
        "fillColor": color,
        "opacity": opacity,
        "fillOpacity": round(fill * opacity, 2),
        "weight": width,
    }


def _tip_of(one: Drawn, content: Content, language: str) -> str:
    lines = _tip(content.layer, one.feature, language)
    count = NUMBER.to(language).format(count=words.number(one.count, language)).rstrip(".")
    return f"<b>{count}</b><br>{lines}" if content.gathered else lines


def _tip(layer: Layer, feature: Feature, language: str) -> str:
    """Names and values as HTML."""
    lines: list[str] = []
    for attribute in layer.attributes:
        value = feature.attributes.get(attribute.name)
        if value is None or len(lines) >= SHOWN:
            continue
        option = attribute.option(value)
        said = option.title.to(language) if option else _plain(value, language)
        unit = f" {attribute.unit}" if attribute.unit else ""
        lines.append(f"{text(attribute.title.to(language))}: <b>{text(said[:200] + unit)}</b>")
    return "<br>".join(lines)


def _plain(value: Any, language: str) -> str:
    if isinstance(value, bool):
        return (YES if value else NO).to(language)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M}"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def _dress(root: Figure, said: str, language: str) -> None:
    """Policy, Leaflet and the box that says what is seen."""
    head = (
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{TITLE.to(language)}</title><style>{_leaflet('css')}{_STYLE}</style><script>{_leaflet('js')}</script>"
    )
    root.header.add_child(Element(_literal(head)), name="first", index=0)
    root.html.add_child(Element(_literal(said)))


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
