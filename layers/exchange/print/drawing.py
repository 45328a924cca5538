"""The map itself as SVG in millimetres, and what of each layer's legend appears on it."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log

import numpy as np
import shapely

from layers.core import Feature
from layers.core.style import Circle, Fill, Heat, Line, Part, Symbol
from layers.exchange.print import ink
from layers.exchange.print.condition import meets
from layers.exchange.print.contents import Content
from layers.exchange.print.labels import Label
from layers.exchange.print.pattern import hatched
from layers.exchange.print.shapes import badge, letter, path

HEAT = "#C4580B"


@dataclass
class Drawn:
    """A layer in SVG.

    Attributes:
        svg: its shapes; `labels` are placed later, over all layers.
        patterns: areas coloured by category are hatched as well.
        seen: for each part of the style that drew anything, the values it drew.
    """

    content: Content
    patterns: bool = False
    svg: str = ""
    labels: list[Label] = field(default_factory=list)
    seen: dict[int, set[Hashable]] = field(default_factory=dict)


def draw(content: Content, zoom: float, height: int, *, patterns: bool = False) -> Drawn:
    """A layer's shapes; `height` is its place in the order, of which higher ones' names win."""
    drawn = Drawn(content, patterns)
    if content.gathered:
        pieces = list(_squares(drawn))
    else:
        pieces = [
            piece
            for number, part in enumerate(content.style.parts)
            for piece in _part(drawn, number, part, zoom, height)
        ]
    body = "".join(pieces)
    opacity = f' opacity="{content.opacity:.2f}"' if content.opacity < 1 else ""
    drawn.svg = f"<g{opacity}>{body}</g>" if body else ""
    return drawn


def _part(drawn: Drawn, number: int, part: Part, zoom: float, height: int) -> Iterator[str]:
    content = drawn.content
    if part.from_zoom is not None and zoom < part.from_zoom - 0.25:
        return
    pairs = [
        (feature, shape)
        for feature, shape in zip(content.features, content.shapes, strict=True)
        if meets(feature.attributes, content.style.when, part.when)
    ]
    if not pairs:
        return
    if isinstance(part, Fill):
        yield from _fill(drawn, number, part, pairs, zoom)
    elif isinstance(part, Line):
        yield from _line(drawn, number, part, pairs, zoom)
    elif isinstance(part, Circle):
        yield from _circles(drawn, number, part, pairs, zoom)
    elif isinstance(part, Heat):
        yield from _heat(drawn, number, pairs)
    drawn.labels += _labels(part, pairs, zoom, height, content.layer.base)


Pairs = Sequence[tuple[Feature, shapely.Geometry]]


def _fill(drawn: Drawn, number: int, part: Fill, pairs: Pairs, zoom: float) -> Iterator[str]:
    edge = f' stroke-width="{ink.outline_mm(part.outline_width_px, zoom, drawn.content.layer.zoom.coarse):.3f}"'
    if part.outline_dash:
        edge += f' stroke-dasharray="{_dash(part.outline_dash, part.outline_width_px * ink.MM_A_PIXEL)}"'
    together: dict[Hashable, list[str]] = {}
    for feature, shape in pairs:
        color, key = ink.colored(part.color, feature.attributes)
        drawn.seen.setdefault(number, set()).add(key)
        outline = path(shape)
        together.setdefault(key, []).append(outline)
        fill = f'fill="{color}" fill-opacity="{part.opacity}"' if part.opacity else 'fill="none"'
        stroke = ""
        if part.outline is not None:
            stroke = f' stroke="{ink.colored(part.outline, feature.attributes)[0]}"{edge} stroke-linejoin="round"'
        if part.opacity or stroke:
            yield f'<path {fill} fill-rule="evenodd"{stroke} d="{outline}"/>'
    yield from _hatched(drawn, number, part, together)


def _hatched(drawn: Drawn, number: int, part: Part, together: Mapping[Hashable, Sequence[str]]) -> Iterator[str]:
    """Each category's areas under one pattern: a press is slow with many."""
    if drawn.patterns:
        for place, (key, outlines) in enumerate(together.items()):
            yield hatched(f"{drawn.content.layer.id}-{number}-{place}", part, key, "".join(outlines))


def _line(drawn: Drawn, number: int, part: Line, pairs: Pairs, zoom: float) -> Iterator[str]:
    cap = "butt" if part.dash else "round"
    width = ink.line_mm(part, zoom)
    dash = f' stroke-dasharray="{_dash(part.dash, width)}"' if part.dash else ""
    lines = [(feature, _outline(shape)) for feature, shape in pairs]
    if part.casing:
        rim = ink.line_mm(part, zoom, 1.8)
        style = f'fill="none" stroke="{ink.on_paper(part.casing)}" stroke-width="{rim:.3f}" stroke-linecap="{cap}" stroke-linejoin="round"'
        yield from (f'<path {style} d="{path(shape)}"/>' for _, shape in lines)
    for feature, shape in lines:
        color, key = ink.colored(part.color, feature.attributes)
        drawn.seen.setdefault(number, set()).add(key)
        yield (
            f'<path fill="none" stroke="{color}" stroke-width="{width:.3f}" stroke-linecap="{cap}"'
            f' stroke-linejoin="round"{dash} d="{path(shape)}"/>'
        )


def _circles(drawn: Drawn, number: int, part: Circle, pairs: Pairs, zoom: float) -> Iterator[str]:
    radius = ink.radius_mm(part, zoom)
    for feature, shape in pairs:
        color, key = ink.colored(part.color, feature.attributes)
        drawn.seen.setdefault(number, set()).add(key)
        turned_deg = float(feature.attributes.get(part.rotate) or 0) if part.rotate else 0
        for x, y in _points(shape):
            yield badge(part.shape, x, y, radius, color, ink.letter_of(part.color, key), turned_deg=turned_deg)


def _heat(drawn: Drawn, number: int, pairs: Pairs) -> Iterator[str]:
    """Density as overlapping transparent discs: a printer knows no blur."""
    drawn.seen[number] = {""}
    for _, shape in pairs:
        for x, y in _points(shape):
            yield f'<circle cx="{x:.2f}" cy="{y:.2f}" r="2.2" fill="{HEAT}" fill-opacity="0.22"/>'


def _squares(drawn: Drawn) -> Iterator[str]:
    """Squares shaded by their main value; discs with a number where the features are no areas."""
    content = drawn.content
    number = next((n for n, part in enumerate(content.style.parts) if isinstance(part, Fill | Circle | Line)), None)
    part = content.style.parts[number] if number is not None else None
    color = part.color if isinstance(part, Fill | Circle | Line) else ink.ACCENT
    areas = getattr(content.layer, "geometry_kind", "") == "polygon"
    together: dict[Hashable, list[str]] = {}
    for feature, shape in zip(content.features, content.shapes, strict=True):
        ground, key = ink.colored(color, feature.attributes)
        drawn.seen.setdefault(number or 0, set()).add(key)
        if areas:
            outline = path(shape)
            together.setdefault(key, []).append(outline)
            yield f'<path fill="{ground}" fill-opacity="0.7" d="{outline}"/>'
            continue
        x, y = shape.centroid.x, shape.centroid.y
        count = feature.attributes["_count"]
        radius = 0.9 + 0.45 * log(count)
        yield f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}" fill="{ground}" stroke="#fff" stroke-width="0.2"/>'
        if count > 1:
            yield letter(x, y, min(radius, 2.0), str(count))
    if part is not None:
        yield from _hatched(drawn, number or 0, part, together)


def _labels(part: Part, pairs: Pairs, zoom: float, height: int, base: bool) -> Iterator[Label]:
    name = part.text if isinstance(part, Symbol) else getattr(part, "label", None)
    if name is None or (not isinstance(part, Symbol) and zoom < getattr(part, "label_from_zoom", 0) - 0.25):
        return
    sized = {Symbol: getattr(part, "size_px", 12), Line: 11}.get(type(part), 12)
    size = ink.letters_mm(sized, zoom)
    color = ink.on_paper(part.color) if isinstance(part, Symbol) else ink.LABEL
    along = isinstance(part, Line) or getattr(part, "along_line", False)
    for number, (feature, shape) in enumerate(pairs):
        value = feature.attributes.get(name)
        if value in (None, ""):
            continue
        rank = feature.attributes.get(part.rank) if isinstance(part, Symbol) and part.rank else None
        order = (float(base), -height, float(rank) if isinstance(rank, int | float) else 1e6, float(number))
        spots = _along(shape, str(value), size) if along else _upon(part, shape, str(value), size, zoom)
        for x, y, angle in spots:
            yield Label(
                text=str(value),
                x=x,
                y=y,
                size=size,
                color=color,
                rank=order,
                angle=angle,
                bold=getattr(part, "medium", False),
                below=isinstance(part, Circle),
                always=getattr(part, "always", False),
                once=along,
            )


def _upon(
    part: Part, shape: shapely.Geometry, text: str, size: float, zoom: float
) -> Iterator[tuple[float, float, float]]:
    """Under a badge; in the middle of an area that has room for its name."""
    point = shape if shape.geom_type == "Point" else shapely.point_on_surface(shape)
    if isinstance(part, Circle):
        yield point.x, point.y + ink.radius_mm(part, zoom) + 0.2, 0.0
        return
    if shape.geom_type != "Point":
        west, top, east, bottom = shape.bounds
        if east - west < len(text) * size * 0.5 or bottom - top < size * 1.2:
            return
    yield point.x, point.y, 0.0


def _along(shape: shapely.Geometry, text: str, size: float) -> Iterator[tuple[float, float, float]]:
    """The middle of the longest piece of a line that is long and straight enough for the name."""
    pieces = shapely.get_parts(_outline(shape))
    piece = max(pieces, key=shapely.length, default=None)
    width = len(text) * size * 0.58
    if piece is None or piece.length < width * 1.15:
        return
    middle = piece.length / 2
    start, at, end = (piece.interpolate(middle + step) for step in (-width / 2, 0, width / 2))
    if start.distance(end) < width * 0.94:
        return
    angle = float(np.degrees(np.arctan2(end.y - start.y, end.x - start.x)))
    yield at.x, at.y, angle - 180 if angle > 90 else angle + 180 if angle < -90 else angle


def _outline(shape: shapely.Geometry) -> shapely.Geometry:
    return shape.boundary if "Polygon" in shape.geom_type else shape


def _points(shape: shapely.Geometry) -> list[tuple[float, float]]:
    if "Point" in shape.geom_type:
        return [(one.x, one.y) for one in shapely.get_parts(shape)]
    inside = shapely.point_on_surface(shape)
    return [(inside.x, inside.y)]


def _dash(dash: tuple[float, ...], width: float) -> str:
    return " ".join(f"{one * max(width, 0.15):.2f}" for one in dash)
