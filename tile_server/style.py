"""The MapLibre style of every layer a viewer may see, made from the layers' own declarations.

Base layers first, then data, then labels, then what must never be covered. One source a layer. Font names and `maki:`,
`temaki:`, `shape:` and `pattern:<colour>:<path>` images are supplied by the viewer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from layers.basemap.theme import THEMES, Theme
from layers.core.declaration import Declaration
from layers.core.home import home
from layers.core.layer import Layer
from layers.core.raster import RasterLayer
from layers.core.scale import NO_DATA_COLOR, By, Categories, Steps, ink_over
from layers.core.stream import StreamLayer
from layers.core.style import Circle, Color, Fill, Heat, Line, Part, Style, Symbol
from layers.core.viewer import Viewer
from tile_server.coarse import cell_values
from tile_server.condition import expression_of
from tile_server.tilejson import tile_address

Json = Any
REGULAR, MEDIUM = ["Be Vietnam Pro Regular"], ["Be Vietnam Pro Medium"]
SINGLE: Json = ["!", ["has", "_cell"]]
CELL: Json = ["has", "_cell"]
PATTERN_OPACITY = 0.4
"""Of the lines over an area: told at a glance, and the colour still is what one sees first."""
POINTS: Json = ["in", ["geometry-type"], ["literal", ["Point", "MultiPoint"]]]


def style_document(layers: Sequence[Declaration], viewer: Viewer, root: str, theme: str = "light") -> dict[str, Json]:
    """The whole style; layers in drawing order, those not shown at first hidden.

    Args:
        layers: what the viewer may see, in drawing order.
        viewer: for language and scope keys.
        root: the server's own address, without a slash at the end.
        theme: `light`, `dark` or `print`.
    """
    palette, box = THEMES[theme], home()
    drawn = [layer for layer in layers if not isinstance(layer, StreamLayer)]
    return {
        "version": 8,
        "name": "geo_ioc",
        "metadata": {"theme": theme, **({"bounds": list(box)} if box else {})},
        "sources": {layer.id: _source(layer, viewer, root) for layer in drawn},
        "layers": [
            {"id": "background", "type": "background", "paint": {"background-color": palette.water}},
            *(one for layer in drawn for one in _layers(layer, palette)),
        ],
    }


def _source(layer: Declaration, viewer: Viewer, root: str) -> dict[str, Json]:
    raster = isinstance(layer, RasterLayer)
    credit = layer.attribution or layer.source
    return {
        "type": "raster" if raster else "vector",
        "tiles": [tile_address(layer, viewer, root)],
        "minzoom": layer.zoom.first,
        "maxzoom": layer.zoom.last,
        **({"tileSize": 256} if raster else {}),
        **({"attribution": credit.to(viewer.language)} if credit else {}),
    }


def _layers(layer: Declaration, palette: Theme) -> Iterator[dict[str, Json]]:
    for number, style in enumerate(layer.styles):
        shown = layer.visible and number == 0
        for index, part in enumerate(style.parts):
            for one in _part(_Place(layer, style, index, palette), part):
                if not shown:
                    one.setdefault("layout", {})["visibility"] = "none"
                yield one
        if isinstance(layer, Layer) and layer.zoom.coarse is not None:
            for one in _cells(layer, style, palette):
                if not shown:
                    one.setdefault("layout", {})["visibility"] = "none"
                yield one


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a style layer stands: its layer, its style, its number in it."""

    layer: Declaration
    style: Style
    index: int
    palette: Theme

    def made(self, role: str, kind: str, part: Part | None, **rest: Json) -> dict[str, Json]:
        """A style layer with what all have in common."""
        conditions = [text for text in (self.style.when, part.when if part else None) if text]
        cells = getattr(self.layer.zoom, "coarse", None) is not None and isinstance(self.layer, Layer)
        filters: list[Json] = [expression_of(text) for text in conditions]
        if role == "circle" and isinstance(part, Circle) and getattr(self.layer, "geometry_kind", "") == "mixed":
            filters.append(POINTS)  # a circle layer draws every corner of a line or an area
        if cells:
            filters.append(CELL if role == "cell" else SINGLE)
        suffix = f"{self.index}-{kind}" if role != "cell" else f"cell-{kind}"
        made: dict[str, Json] = {
            "id": f"{self.layer.id}/{self.style.name}/{suffix}",
            "type": kind,
            "source": self.layer.id,
            "metadata": {"layer": self.layer.id, "style": self.style.name, "role": role, **_above(self.layer)},
            **rest,
        }
        if not isinstance(self.layer, RasterLayer):
            made["source-layer"] = self.layer.id
        if filters:
            made["filter"] = filters[0] if len(filters) == 1 else ["all", *filters]
        if part is not None and part.from_zoom is not None:
            made["minzoom"] = part.from_zoom
        return made

    def color(self, color: Color) -> Json:
        """A colour as an expression."""
        if isinstance(color, str):
            return self.palette.of(color)
        value = self.value(color.attribute)
        return _scaled(color, value)

    def value(self, name: str) -> Json:
        """An attribute's value: the pushed state first where it is live, then the tile's."""
        if self.layer.attribute(name).live:
            return ["coalesce", ["feature-state", name], ["get", name]]
        return ["get", name]


def _above(layer: Declaration) -> dict[str, Json]:
    """What must never be covered says so, whatever base map a viewer lays under it."""
    parts = [part for style in layer.styles for part in style.parts]
    return {"always": True} if any(isinstance(part, Symbol) and part.always for part in parts) else {}


def _scaled(color: By, value: Json) -> Json:
    if isinstance(color.scale, Categories):
        pairs = [one for option in color.scale.options for one in (option.value, option.color)]
        return ["match", value, *pairs, NO_DATA_COLOR]
    assert isinstance(color.scale, Steps)
    steps = [one for band in color.scale.bands for one in (band.start, band.color)]
    return ["case", ["==", ["typeof", value], "number"], ["step", value, NO_DATA_COLOR, *steps], NO_DATA_COLOR]


def _part(place: _Place, part: Part) -> Iterator[dict[str, Json]]:
    makers = {Circle: _circle, Line: _line, Fill: _fill, Symbol: _symbol, Heat: _heat}
    if isinstance(place.layer, RasterLayer):
        yield place.made("raster", "raster", None, paint={"raster-fade-duration": 0})
        return
    yield from makers[type(part)](place, part)  # type: ignore[operator]


def _circle(place: _Place, part: Circle) -> Iterator[dict[str, Json]]:
    color, edge = place.color(part.color), place.palette.halo
    radius = [
        "interpolate",
        ["linear"],
        ["zoom"],
        7,
        part.radius_px * 0.55,
        12,
        part.radius_px,
        16,
        part.radius_px * 1.5,
    ]
    if part.shape == "circle":
        paint = {
            "circle-color": color,
            "circle-radius": radius,
            "circle-stroke-color": edge,
            "circle-stroke-width": 1.5,
        }
        yield place.made("circle", "circle", part, paint=paint)
    else:
        size = part.radius_px / 11
        scale = ["interpolate", ["linear"], ["zoom"], 7, size * 0.55, 12, size, 16, size * 1.5]
        layout = {"icon-image": f"shape:{part.shape}", "icon-size": scale, "icon-allow-overlap": True}
        if part.rotate:
            layout |= {"icon-rotate": ["coalesce", place.value(part.rotate), 0], "icon-rotation-alignment": "map"}
        paint = {"icon-color": color}
        if part.shape != "hatch":  # a pale edge around each stroke would leave nothing of the badge below
            paint |= {"icon-halo-color": edge, "icon-halo-width": 1.5}
        yield place.made("circle", "symbol", part, layout=layout, paint=paint)
    icons = _icons(part)
    if icons:
        small = part.radius_px / 14
        layout = {
            "icon-image": icons,
            "icon-size": ["interpolate", ["linear"], ["zoom"], 12, small, 16, small * 1.5],
            "icon-allow-overlap": True,
        }
        glyph = place.made("circle", "symbol", part, layout=layout)
        yield {**glyph, "id": glyph["id"] + "-glyph", "minzoom": max(12, glyph.get("minzoom", 0))}
    if part.label:
        text = _text(place, part.label, 12, place.palette.label, offset=[0, 1.1], anchor="top")
        labelled = place.made("label", "symbol", part, **text)
        yield {**labelled, "id": labelled["id"] + "-label", "minzoom": part.label_from_zoom}


def _icons(part: Circle) -> Json:
    scale = part.color.scale if isinstance(part.color, By) else None
    if isinstance(part.color, By) and isinstance(scale, Categories) and any(option.icon for option in scale.options):
        pairs = [one for option in scale.options if option.icon for one in (option.value, option.icon)]
        return ["match", ["get", part.color.attribute], *pairs, part.icon or ""]
    return part.icon


def _line(place: _Place, part: Line) -> Iterator[dict[str, Json]]:
    def width(extra: float) -> Json:
        narrow, wide = part.width_px, part.width_px * 3.5
        return [
            "interpolate",
            ["exponential", 1.6],
            ["zoom"],
            6,
            narrow * 0.35 + extra,
            12,
            narrow + extra,
            17,
            wide + extra,
        ]

    layout = {"line-cap": "butt" if part.dash else "round", "line-join": "round"}
    if part.casing:
        paint = {"line-color": place.palette.of(part.casing), "line-width": width(1.5)}
        casing = place.made("line", "line", part, layout=dict(layout), paint=paint)
        yield {**casing, "id": casing["id"] + "-casing"}
    paint = {"line-color": place.color(part.color), "line-width": width(0)}
    if part.dash:
        paint["line-dasharray"] = list(part.dash)
    yield place.made("line", "line", part, layout=layout, paint=paint)
    if part.label:
        text = _text(place, part.label, 11, place.palette.label, along=True)
        labelled = place.made("label", "symbol", part, **text)
        yield {**labelled, "id": labelled["id"] + "-label", "minzoom": part.label_from_zoom}


def _fill(place: _Place, part: Fill) -> Iterator[dict[str, Json]]:
    paint = {
        "fill-color": place.color(part.color),
        "fill-opacity": part.opacity,
        "fill-antialias": part.outline is None,
    }
    yield (filled := place.made("fill", "fill", part, paint=paint))
    yield from _hatched(place, filled, part.color, part.opacity)
    if part.outline:
        edge: dict[str, Json] = {
            "line-color": place.color(part.outline),
            "line-width": _outline_width(place.layer, part.outline_width_px),
        }
        if part.outline_dash:
            edge["line-dasharray"] = list(part.outline_dash)
        outline = place.made("line", "line", part, layout={"line-join": "round"}, paint=edge)
        yield {**outline, "id": outline["id"] + "-outline"}


def _hatched(place: _Place, filled: Json, color: Color, opacity: float) -> Iterator[dict[str, Json]]:
    """Over areas coloured by category their patterns, hidden until a viewer wants them.

    A pattern cannot follow a pushed value, so areas coloured by one have none.
    """
    scale = color.scale if isinstance(color, By) else None
    if not isinstance(color, By) or not isinstance(scale, Categories) or not opacity:
        return
    if place.layer.attribute(color.attribute).live:
        return
    value = ["get", color.attribute]
    images = {
        option.value: f"pattern:{ink_over(option.color or NO_DATA_COLOR, opacity, place.palette.land)}:{pattern}"
        for option in scale.options
        if (pattern := scale.pattern(option))
    }
    if not images:
        return
    known = ["in", value, ["literal", list(images)]]
    yield {
        **filled,
        "id": f"{filled['id']}-pattern",
        "metadata": {**filled["metadata"], "pattern": True},
        "filter": ["all", filled["filter"], known] if "filter" in filled else known,
        "layout": {"visibility": "none"},
        "paint": {
            "fill-pattern": ["match", value, *(one for pair in images.items() for one in pair), ""],
            "fill-opacity": PATTERN_OPACITY,
        },
    }


def _outline_width(layer: Declaration, width_px: float) -> Json:
    """Thin where areas are small on screen: those that cells have just stood for would be all outline."""
    coarse = layer.zoom.coarse
    steps = (6, 0.6, 14, 1.4) if coarse is None else (coarse, 0.1, coarse + 2, 0.6, coarse + 4, 1.4)
    stops = [step if number % 2 == 0 else width_px * step for number, step in enumerate(steps)]
    return ["interpolate", ["linear"], ["zoom"], *stops]


def _symbol(place: _Place, part: Symbol) -> Iterator[dict[str, Json]]:
    text = _text(
        place,
        part.text,
        part.size_px,
        place.palette.of(part.color),
        along=part.along_line,
        medium=part.medium,
        always=part.always,
    )
    if part.rank:
        text["layout"]["symbol-sort-key"] = ["coalesce", ["get", part.rank], 1_000_000]
    yield place.made("label", "symbol", part, **text)


def _heat(place: _Place, part: Heat) -> Iterator[dict[str, Json]]:
    paint: dict[str, Json] = {"heatmap-radius": part.radius_px, "heatmap-opacity": 0.7}
    if part.weight:
        paint["heatmap-weight"] = ["coalesce", ["to-number", ["get", part.weight]], 0]
    yield place.made("heat", "heatmap", part, paint=paint)


def _text(
    place: _Place,
    name: str,
    size: float,
    color: str,
    *,
    along: bool = False,
    medium: bool = False,
    always: bool = False,
    offset: Sequence[float] = (0, 0),
    anchor: str = "center",
) -> dict[str, Json]:
    layout: dict[str, Json] = {
        "text-field": ["coalesce", ["to-string", ["get", name]], ""],
        "text-font": MEDIUM if medium else REGULAR,
        "text-size": ["interpolate", ["linear"], ["zoom"], 5, size * 0.85, 12, size, 16, size * 1.15],
        "text-line-height": 1.4,
        "text-max-width": 9,
    }
    if along:
        layout |= {"symbol-placement": "line", "text-max-angle": 35, "text-padding": 8}
    else:
        layout |= {"text-offset": list(offset), "text-anchor": anchor}
    if always:
        layout |= {"text-allow-overlap": True, "text-ignore-placement": True}
    return {
        "layout": layout,
        "paint": {"text-color": color, "text-halo-color": place.palette.halo, "text-halo-width": 1.2},
    }


def _cells(layer: Layer, style: Style, palette: Theme) -> Iterator[dict[str, Json]]:
    """Cells at low zooms: squares shaded by use for areas, discs with a count for points and lines."""
    place = _Place(layer, style, 0, palette)
    main = next((part for part in style.parts if isinstance(part, Fill | Circle | Line)), None)
    told = main is not None and (isinstance(main.color, str) or main.color.attribute in cell_values(layer))
    color = place.color(main.color) if main and told else palette.accent
    if layer.geometry_kind == "polygon":
        # weighed by area, a colour says what is there; by number, its strength says how many
        weight = ["interpolate", ["linear"], ["ln", ["get", "_count"]], 0, 0.25, 8, 0.75]
        opacity = 0.7 if layer.rung and layer.rung.sums else weight
        paint = {"fill-color": color, "fill-opacity": opacity, "fill-antialias": False}
        yield (filled := place.made("cell", "fill", None, paint=paint))
        if isinstance(main, Fill) and told:
            yield from _hatched(place, filled, main.color, 0.7)
        return
    radius = ["interpolate", ["linear"], ["ln", ["get", "_count"]], 0, 5, 3, 11, 7, 20]
    paint = {
        "circle-color": color,
        "circle-radius": radius,
        "circle-opacity": 0.85,
        "circle-stroke-color": palette.halo,
        "circle-stroke-width": 1,
    }
    yield place.made("cell", "circle", None, paint=paint)
    text = _text(place, "_count", 11, "#FFFFFF", medium=True)
    text["paint"] = {"text-color": "#FFFFFF", "text-halo-color": "#17212B", "text-halo-width": 0.6}
    counted = place.made("cell", "symbol", None, **text)
    counted["filter"] = ["all", counted["filter"], [">", ["get", "_count"], 1]]
    yield counted
