"""The catalog: every layer the caller may know of, described from its declaration."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict

from layers.api.answers import REFUSED, RefusalOut, TextOut, answer
from layers.api.parameters import Parameters, viewer_of
from layers.api.summary import summaries
from layers.core.attribute import Attribute
from layers.core.computed import ComputedLayer
from layers.core.declaration import Declaration
from layers.core.edit import GEOMETRY
from layers.core.layer import Layer
from layers.core.query import Summary
from layers.core.raster import RasterLayer
from layers.core.registry import registry
from layers.core.scope import scope_key
from layers.core.stream import StreamLayer
from layers.core.text import Text
from layers.core.viewer import Viewer

router = Router()


class OptionOut(BaseModel):
    """A value an attribute may take."""

    value: str | int | bool
    title: TextOut
    color: str | None
    icon: str | None


class AttributeOut(BaseModel):
    """One thing known about each feature; `editable`: the caller may correct it."""

    name: str
    title: TextOut
    type: str
    unit: str | None
    precision: int | None
    choices: list[OptionOut] | None
    live: bool
    editable: bool
    from_zoom: int | None


class StyleOut(BaseModel):
    """One way the layer is drawn."""

    name: str
    title: TextOut


class LegendEntryOut(BaseModel):
    """One line of a legend: a category (`value`) or a half-open range of numbers (`from`, `to`)."""

    model_config = ConfigDict(extra="allow")

    title: TextOut
    color: str
    shape: str


class FilterOut(BaseModel):
    """A filter the layer offers."""

    kind: str
    attribute: str


class AlarmsOut(BaseModel):
    """Features that a control room is to hear of: those that meet `when`, each since its attribute `since`."""

    since: str
    when: str


class TimeOut(BaseModel):
    """How the layer lives in time; times are floored to `step_s`."""

    kind: str
    step_s: float
    keep_s: float | None


class LayerOut(BaseModel):
    """A layer. `count` null: not known or not told, never zero.

    `editable`: the caller may correct features of it, a panel tells which; `movable`: their places and shapes too.
    """

    id: str
    kind: str
    title: TextOut
    about: TextOut | None
    group: str
    group_title: TextOut
    geometry: str | None
    tiles: str | None
    bounds: list[float] | None
    minzoom: int
    maxzoom: int
    attributes: list[AttributeOut]
    styles: list[StyleOut]
    legend: dict[str, list[LegendEntryOut]]
    filters: list[FilterOut]
    time: TimeOut | None
    search: bool
    restricted_search: list[str]
    live: bool
    alarms: AlarmsOut | None = None
    editable: bool
    movable: bool
    importable: bool
    base: bool
    visible: bool
    order: int
    title_attribute: str | None
    source: TextOut | None
    attribution: TextOut | None
    licence: str | None
    promised_s: float | None
    updated_at: str | None
    count: int | None


class MenuGroupOut(BaseModel):
    """A heading of the layer menu."""

    id: str
    title: TextOut


class CatalogOut(BaseModel):
    """The layers in drawing order, and the headings they stand under."""

    layers: list[LayerOut]
    groups: list[MenuGroupOut]


@router.get("/layers", response={200: CatalogOut, REFUSED: RefusalOut}, operation_id="catalog")
def catalog(request: HttpRequest, asked: Query[Parameters]) -> HttpResponse:
    """Every layer the caller may know of."""
    viewer = viewer_of(request, asked)
    layers = registry.visible_to(viewer)
    known = summaries.of([layer for layer in layers if isinstance(layer, Layer | ComputedLayer)], viewer)
    groups = {layer.group.id: layer.group.title for layer in layers}
    return answer(
        {
            "layers": [_described(layer, viewer, known.get(layer.id)) for layer in layers],
            "groups": [{"id": group, "title": title.json()} for group, title in groups.items()],
        }
    )


@router.get("/layers/{layer}", response={200: LayerOut, REFUSED: RefusalOut}, operation_id="layer")
def layer(request: HttpRequest, layer: str, asked: Query[Parameters]) -> HttpResponse:
    """One layer, as in the catalog."""
    viewer = viewer_of(request, asked)
    found = registry.visible(layer, viewer)
    known = summaries.of([found], viewer)[found.id] if isinstance(found, Layer | ComputedLayer) else None
    return answer(_described(found, viewer, known))


def _described(layer: Declaration, viewer: Viewer, summary: Summary | None) -> dict[str, Any]:
    readable = layer.readable(viewer)
    editable = layer.edit.fields if layer.edit is not None and viewer.has(layer.edit.by) else ()
    bounds = summary.extent if summary else layer.bounds(viewer) if isinstance(layer, RasterLayer) else None
    return {
        "id": layer.id,
        "kind": layer.kind,
        "title": layer.title.json(),
        "about": _text(layer.about),
        "group": layer.group.id,
        "group_title": layer.group.title.json(),
        "geometry": getattr(layer, "geometry_kind", None),
        "tiles": tiles_address(layer, viewer),
        "bounds": list(bounds) if bounds else None,
        "minzoom": layer.zoom.first,
        "maxzoom": layer.zoom.last,
        "attributes": [_attribute(a, a.name in editable) for a in readable.values()],
        "styles": [{"name": style.name, "title": style.title.json()} for style in layer.styles],
        "legend": {style.name: [entry.json() for entry in layer.legend(style)] for style in layer.styles},
        "filters": [{"kind": f.kind, "attribute": f.attribute} for f in layer.filters if f.attribute in readable],
        "time": _time(layer),
        "search": layer.search is not None,
        "restricted_search": _restricted(layer, viewer),
        "live": layer.live,
        "alarms": asdict(layer.alarms) if layer.alarms else None,
        "editable": bool(editable),
        "movable": GEOMETRY in editable,
        "importable": layer.importer is not None,
        "base": layer.base,
        "visible": layer.visible,
        "order": layer.order,
        "title_attribute": layer.title_attribute,
        "source": _text(layer.source),
        "attribution": _text(layer.attribution),
        "licence": layer.licence,
        "promised_s": layer.promised.total_seconds() if layer.promised else None,
        "updated_at": summary.updated_at if summary else None,
        "count": _count(layer, summary),
    }


def tiles_address(layer: Declaration, viewer: Viewer) -> str | None:
    """Template of the layer's tiles for this viewer; None where it has none."""
    if isinstance(layer, StreamLayer):
        return None
    kind = "webp" if isinstance(layer, RasterLayer) else "mvt"
    scope = scope_key(layer, viewer)
    return f"/tiles/{layer.id}/{{z}}/{{x}}/{{y}}.{kind}" + (f"?s={scope}" if scope else "")


def _attribute(attribute: Attribute, editable: bool) -> dict[str, Any]:
    options = [
        {"value": option.value, "title": option.title.json(), "color": option.color, "icon": option.icon}
        for option in attribute.options
    ]
    return {
        "name": attribute.name,
        "title": attribute.title.json(),
        "type": attribute.type or "text",
        "unit": attribute.unit,
        "precision": attribute.precision,
        "choices": options or None,
        "live": attribute.live,
        "editable": editable,
        "from_zoom": attribute.from_zoom,
    }


def _time(layer: Declaration) -> dict[str, Any] | None:
    if layer.time is None:
        return None
    keep = layer.time.keep
    step_s = layer.time.step.total_seconds()
    return {"kind": layer.time.kind, "step_s": step_s, "keep_s": keep.total_seconds() if keep else None}


def _restricted(layer: Declaration, viewer: Viewer) -> list[str]:
    """Names the viewer may search by, stating a purpose."""
    declared = layer.search.restricted if layer.search else {}
    return [name for name, grant in declared.items() if grant.held_by(viewer)]


def _count(layer: Declaration, summary: Summary | None) -> int | None:
    if summary is None:
        return None
    least = layer.access.small_counts
    return None if least is not None and 0 < summary.count < least else summary.count


def _text(text: Text | None) -> dict[str, str] | None:
    return text.json() if text else None
