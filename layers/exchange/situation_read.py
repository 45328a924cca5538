"""What a situation map shows of a layer: its features in the chosen style, or squares where they are too many."""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import shapely
from pyproj import Transformer

from layers.core import Feature, Layer, Text, Viewer, registry
from layers.core.errors import BadRequest
from layers.core.geo import Bbox
from layers.core.query import Features
from layers.core.scale import By, Steps
from layers.core.style import Circle, Fill, Line, Style
from layers.exchange.print import ink
from layers.exchange.print.condition import meets
from layers.exchange.print.contents import style_of
from layers.exchange.print.order import LayerOrder
from layers.exchange.squares import squares_of, value_counts

MAX_FEATURES = 3_000
"""Features of one layer; more are gathered into squares."""
ACROSS = 48
"""Squares across the box, about."""
Mark = Fill | Line | Circle
_TO_DEGREES = Transformer.from_crs(3857, 4326, always_xy=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """A feature or a square of them (`count`), and the part of the style it is drawn by."""

    feature: Feature
    part: Mark | None
    color: str
    count: int = 1


@dataclass(kw_only=True, slots=True)
class Content:
    """A layer on the map.

    Attributes:
        seen: how many features each entry of the legend stands for, by the style's part and the value.
        gathered: whether squares are drawn, of `number` features.
        is_of_today: whether a past was asked for that this layer does not know.
    """

    layer: Layer
    style: Style
    asked: LayerOrder
    is_of_today: bool
    drawn: Sequence[Drawn] = ()
    seen: Counter[tuple[int, Hashable]] = field(default_factory=Counter)
    gathered: bool = False
    number: int = 0


def read_content(viewer: Viewer, asked: LayerOrder, bbox: Bbox, at: datetime | None) -> Content:
    """A layer in a box as this viewer may see it.

    Raises:
        UnknownLayer: it is not there for this viewer.
        BadRequest: it has no features, or no such style.
    """
    layer = registry.visible(asked.id, viewer)
    if not isinstance(layer, Layer):
        raise BadRequest(
            Text(vi=f"Lớp “{asked.id}” không vẽ được ở đây.", en=f"The layer “{asked.id}” cannot be drawn here."),
            field="layers",
        )
    content = Content(
        layer=layer, style=style_of(layer, asked.style), asked=asked, is_of_today=at is not None and not layer.time
    )
    rows = layer.query(viewer, filters=asked.filter, bbox=bbox, at=at if layer.time else None)
    features = list(rows.all(MAX_FEATURES + 1))
    if len(features) > MAX_FEATURES:
        _gather(content, rows, bbox)
    else:
        _take(content, features)
    return content


def _marks(style: Style) -> list[tuple[int, Mark]]:
    return [(number, part) for number, part in enumerate(style.parts) if isinstance(part, Fill | Line | Circle)]


def _take(content: Content, features: Sequence[Feature]) -> None:
    """Each feature by the first part of the style that draws it; a style of words or heat alone draws plain marks."""
    marks, drawn = _marks(content.style), []
    for one in features:
        if not meets(one.attributes, content.style.when):
            continue
        met = next(((n, part) for n, part in marks if meets(one.attributes, part.when)), None)
        if met is not None:
            color, key = _colored(met[1], one)
            content.seen[met[0], key] += 1
            drawn.append(Drawn(feature=one, part=met[1], color=color))
        elif not marks:
            drawn.append(Drawn(feature=one, part=None, color=ink.ACCENT))
    content.drawn, content.number = drawn, len(drawn)


def _colored(part: Mark, feature: Feature) -> tuple[str, Hashable]:
    return (part.color, "") if isinstance(part.color, str) else ink.colored(part.color, feature.attributes)


def _gather(content: Content, rows: Features, bbox: Bbox) -> None:
    """A square for what lies in it, coloured by the main value; the legend counts every feature."""
    number, part = next(iter(_marks(content.style)), (0, None))
    scale = part.color if part and isinstance(part.color, By) else None
    by = scale.attribute if scale else None
    zoom = math.ceil(math.log2(ACROSS * 360 / max(bbox.east - bbox.west, 1e-6)))
    squares = squares_of(rows, min(zoom, 22), by)
    shapes = shapely.transform([one.mercator for one in squares], _degrees) if squares else []
    drawn = []
    for place, (one, shape) in enumerate(zip(squares, shapes, strict=True)):
        mark = shape if content.layer.geometry_kind == "polygon" else shape.centroid
        feature = Feature(id=place, wkb=shapely.to_wkb(mark), attributes={by: one.value} if by else {})
        color = _colored(part, feature)[0] if part else ink.ACCENT
        drawn.append(Drawn(feature=feature, part=part, color=color, count=one.count))
    content.drawn, content.gathered = drawn, True
    content.number = sum(one.count for one in squares)
    if scale is None:
        content.seen[number, ""] = content.number
        return
    for value, count in value_counts(
        rows, zoom, scale.attribute, scale.scale if isinstance(scale.scale, Steps) else None
    ):
        key = value if isinstance(scale.scale, Steps) else ink.colored(scale, {scale.attribute: value})[1]
        content.seen[number, key] += count


def _degrees(metres: np.ndarray) -> np.ndarray:
    return np.column_stack(_TO_DEGREES.transform(metres[:, 0], metres[:, 1]))
