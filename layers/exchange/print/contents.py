"""What a sheet shows of each layer, read through the layer's own query: nothing else reaches the paper."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from django.db import OperationalError
from pyproj import Transformer

from layers.core import ComputedLayer, Feature, Layer, RasterLayer, Text, Viewer, registry
from layers.core.declaration import Declaration
from layers.core.errors import BadRequest
from layers.core.filter import Condition
from layers.core.limit import at_most
from layers.core.scale import By
from layers.core.stream import StreamLayer
from layers.core.style import Circle, Fill, Line, Style
from layers.exchange.print import words
from layers.exchange.print.order import LayerOrder, Order
from layers.exchange.print.plane import Plane
from layers.exchange.squares import squares_of

MAX_FEATURES = 6_000
"""Drawn of one layer; the legend says where there were more."""
MAX_VERTICES = 140_000
"""Of the whole sheet: what is printed in some seconds."""
LAYER_S = 5.0
"""Longest the database works for one layer."""
FINE_MM = (0.04, 0.1, 0.2, 0.4, 0.8)
"""How far a line may be moved, the first that keeps the sheet within its vertices."""
OVERLAP_MM = 3.0
SQUARE_DEPTH = 5
"""Squares of a tile's side where features are gathered: about 4 mm on paper."""
_TO_DEGREES = Transformer.from_crs(3857, 4326, always_xy=True)


@dataclass(kw_only=True)
class Content:
    """A layer on the sheet.

    Attributes:
        features: what is drawn, and `shapes` where, in millimetres; in the same order.
        gathered: whether a feature stands for all that lie in a square (`count` of them).
        notes: what a reader must know: not all, too detailed, too slow.
        count: features in the box, where it is known.
        is_of_today: whether a past was asked for that this layer does not know.
    """

    layer: Declaration
    style: Style
    opacity: float = 1.0
    filter: Condition | None = None
    features: Sequence[Feature] = ()
    shapes: Sequence[shapely.Geometry] = ()
    gathered: bool = False
    notes: list[Text] = field(default_factory=list)
    count: int | None = None
    updated_at: datetime | None = None
    is_of_today: bool = False


def layers_of(order: Order, viewer: Viewer) -> list[tuple[Declaration, LayerOrder]]:
    """The layers to draw, lowest first: the base map by its own order, the others between as they were asked for.

    Raises:
        UnknownLayer: one is not there for this viewer.
        BadRequest: it has no such style.
    """
    asked = [(registry.visible(one.id, viewer), one) for one in order.layers]
    wanted = {layer.id for layer, _ in asked}
    if len(wanted) < len(asked):
        raise BadRequest(Text(vi="Một lớp được ghi hai lần.", en="A layer is named twice."), field="layers")
    base = [
        (layer, LayerOrder(id=layer.id))
        for layer in registry.visible_to(viewer)
        if layer.base and layer.visible and layer.id not in order.hide | wanted
    ]
    from_below = list(reversed(asked))
    places = sorted([*base, *asked], key=lambda pair: pair[0].order)
    return [pair if pair in base else from_below.pop(0) for pair in places]


def read_contents(order: Order, viewer: Viewer, plane: Plane) -> list[Content]:
    """Every layer of the order as it stands on the sheet, lowest first."""
    found = [_read(layer, asked, order, viewer, plane) for layer, asked in layers_of(order, viewer)]
    for tolerance in FINE_MM:
        made = [shapely.simplify(np.array(one.shapes, dtype=object), tolerance) for one in found]
        if sum(int(shapely.get_num_coordinates(shapes).sum()) for shapes in made) <= MAX_VERTICES:
            break
    for one, shapes in zip(found, made, strict=True):
        one.shapes = list(shapes)
        if tolerance > FINE_MM[1] and not one.layer.base and len(shapes):
            one.notes.append(words.CUT)
    return found


def style_of(layer: Declaration, name: str | None) -> Style:
    """The style of a name, the first where none is named.

    Raises:
        BadRequest: the layer has no such style.
    """
    found = next((style for style in layer.styles if name in (None, style.name)), None)
    if found is None:
        vi, en = f"Lớp “{layer.id}” không có kiểu “{name}”.", f"The layer “{layer.id}” has no style “{name}”."
        raise BadRequest(Text(vi=vi, en=en), field="layers")
    return found


def _read(layer: Declaration, asked: LayerOrder, order: Order, viewer: Viewer, plane: Plane) -> Content:
    found = Content(layer=layer, style=style_of(layer, asked.style), opacity=asked.opacity, filter=asked.filter)
    found.is_of_today = bool(order.at or order.known_at) and not layer.time and not layer.base
    zoom = math.floor(plane.zoom + 0.25)
    if isinstance(layer, RasterLayer | StreamLayer) or not isinstance(layer, Layer | ComputedLayer):
        found.notes.append(words.NO_SHAPES)
        return found
    times = {"at": order.at, "known_at": order.known_at} if layer.time else {}
    named: dict[str, Any] = {"filters": asked.filter, "bbox": plane.bbox, **times}
    if isinstance(layer, ComputedLayer):
        features = layer.query(viewer, **named, zoom=zoom)  # a wrong filter is refused at every scale
        if zoom >= layer.zoom.first:
            _take(found, list(features.all(MAX_FEATURES)), plane)
            found.count = features.count()
    else:
        rows = layer.query(viewer, **named)
        try:
            with at_most(LAYER_S):
                _take_rows(found, layer, rows, zoom, plane)
        except OperationalError:
            found.features, found.shapes = (), ()
            found.notes.append(words.SLOW)
    if zoom < layer.zoom.first and not layer.base:
        found.notes.append(words.TOO_DETAILED)
    elif not found.features and not found.notes:
        found.notes.append(words.NOTHING_HERE)
    if found.is_of_today:
        found.notes.append(words.NO_PAST)
    return found


def _take_rows(found: Content, layer: Layer, rows: Any, zoom: int, plane: Plane) -> None:
    if zoom < layer.zoom.first:
        return
    if layer.zoom.is_coarse(zoom):
        _gather(found, layer, rows, zoom, plane)
        return
    features = rows.drawn_at(zoom, MAX_FEATURES + 1)
    if not layer.base:
        summary = rows.summary()
        found.count, found.updated_at = summary.count, summary.updated_at
    if len(features) > MAX_FEATURES:
        features = features[:MAX_FEATURES]
        count = found.count or rows.count()
        found.notes.append(_counted(words.SOME, shown=MAX_FEATURES, count=count))
    _take(found, features, plane)


def _take(found: Content, features: Iterable[Feature], plane: Plane) -> None:
    """Keep what lies in the map's frame, cut a little outside it, in millimetres; larger areas lower."""
    features = list(features)
    shapes = _clipped(plane.placed(list(shapely.from_wkb([one.wkb for one in features]))), plane)
    kept = [pair for pair in zip(features, shapes, strict=True) if not shapely.is_empty(pair[1])]
    kept.sort(key=lambda pair: (-shapely.area(pair[1]), pair[0].id))
    found.features, found.shapes = [one for one, _ in kept], [shape for _, shape in kept]


def _clipped(shapes: list[shapely.Geometry], plane: Plane) -> list[shapely.Geometry]:
    box = (-OVERLAP_MM, -OVERLAP_MM, plane.width + OVERLAP_MM, plane.height + OVERLAP_MM)
    made = []
    for shape in shapes:
        try:
            made.append(shapely.clip_by_rect(shape, *box))
        except shapely.errors.GEOSException:
            made.append(shapely.clip_by_rect(shapely.make_valid(shape), *box))
    return made


def _gather(found: Content, layer: Layer, rows: Any, zoom: int, plane: Plane) -> None:
    """A feature for each square: the main value, and how many."""
    main = next((part for part in found.style.parts if isinstance(part, Fill | Circle | Line)), None)
    by = main.color.attribute if main and isinstance(main.color, By) else None
    squares = squares_of(rows, zoom + SQUARE_DEPTH, by)
    shapes = shapely.transform([one.mercator for one in squares], _degrees) if squares else []
    _take(
        found,
        [
            Feature(
                id=number,
                wkb=shapely.to_wkb(shape),
                attributes={by: one.value, "_count": one.count} if by else {"_count": one.count},
            )
            for number, (one, shape) in enumerate(zip(squares, shapes, strict=True))
        ],
        plane,
    )
    found.gathered, found.count = True, sum(one.count for one in squares)
    if squares:
        found.notes.append(_counted(words.GATHERED, count=found.count))


def _degrees(metres: Any) -> Any:
    return np.column_stack(_TO_DEGREES.transform(metres[:, 0], metres[:, 1]))


def _counted(text: Text, **numbers: int) -> Text:
    """A text with numbers, as each language writes them."""
    written = {
        code: text.to(code).format(**{name: words.number(one, code) for name, one in numbers.items()})
        for code in ("vi", "en")
    }
    return Text(vi=written["vi"], en=written["en"])
