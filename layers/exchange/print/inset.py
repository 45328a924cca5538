"""Where the sheet lies in Việt Nam: a small map with Hoàng Sa and Trường Sa, on sheets of a wide country."""

from collections.abc import Iterator

import numpy as np
import shapely

from layers.core import ComputedLayer, Feature, Layer, Viewer, registry
from layers.core.geo import Bbox
from layers.core.style import Fill, Symbol
from layers.exchange.print import ink
from layers.exchange.print.labels import Label, label_svg
from layers.exchange.print.plane import Plane
from layers.exchange.print.shapes import path

COUNTRY = Bbox(102.0, 6.5, 117.6, 23.6)
FROM_SCALE = 250_000
"""Sheets of this scale and smaller show a part of the country's outline, so they show all of it."""
ZOOM = 4
FINE_DEGREES = 0.03


def inset(viewer: Viewer, plane: Plane, width: float) -> tuple[str, float] | None:
    """The small map, so many millimetres wide, and its height; None on sheets of a small area."""
    if plane.scale < FROM_SCALE:
        return None
    per_degree = width / (COUNTRY.east - COUNTRY.west)
    height = (COUNTRY.north - COUNTRY.south) * per_degree
    made = [f'<rect width="{width}" height="{height:.2f}" fill="{ink.WATER}"/>']
    names: list[str] = []
    for layer in registry.visible_to(viewer):
        if layer.base and isinstance(layer, Layer | ComputedLayer) and layer.zoom.first == 0:
            for feature in _features(layer, viewer):
                shape = shapely.transform(
                    shapely.simplify(feature.shape, FINE_DEGREES), lambda at: _placed(at, per_degree)
                )
                shape = shapely.clip_by_rect(shape, 0, 0, width, height)
                for part in layer.styles[0].parts:
                    if isinstance(part, Fill) and "Polygon" in shape.geom_type:
                        edge = ink.on_paper(part.outline) if isinstance(part.outline, str) else "none"
                        made.append(f'<path fill="#FFFFFF" stroke="{edge}" stroke-width="0.12" d="{path(shape)}"/>')
                    elif isinstance(part, Symbol) and part.always and shape.geom_type == "Point":
                        names.append(_name(str(feature.attributes.get(part.text) or ""), shape, width))
    west, south, east, north = plane.bbox
    corner, end = _placed(np.array([[west, north], [east, south]]), per_degree)
    here = f'<path d="M{corner[0]:.2f} {corner[1]:.2f}H{end[0]:.2f}V{end[1]:.2f}H{corner[0]:.2f}Z" fill="none" stroke="#B3261E" stroke-width="0.4"/>'
    frame = f'<rect width="{width}" height="{height:.2f}" fill="none" stroke="{ink.FRAME}" stroke-width="0.3"/>'
    return "".join([*made, here, *names, frame]), height


def _features(layer: Layer | ComputedLayer, viewer: Viewer) -> Iterator[Feature]:
    if isinstance(layer, ComputedLayer):
        return layer.query(viewer, bbox=COUNTRY, zoom=ZOOM).all(500)
    return layer.query(viewer, bbox=COUNTRY).all(500)


def _placed(lonlat: np.ndarray, per_degree: float) -> np.ndarray:
    return np.column_stack([(lonlat[:, 0] - COUNTRY.west) * per_degree, (COUNTRY.north - lonlat[:, 1]) * per_degree])


def _name(text: str, at: shapely.Point, width: float) -> str:
    label = Label(text=text, x=at.x, y=at.y, size=1.9, color=ink.LABEL, rank=(0.0,), bold=True)
    overhang = max(0.0, at.x + label.width / 2 - width + 0.5)
    return label_svg(Label(text=text, x=at.x - overhang, y=at.y, size=1.9, color=ink.LABEL, rank=(0.0,), bold=True))
