"""The panel that opens when a feature is clicked: made by its layer, filled in for the viewer, written as JSON."""

import inspect
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel

from layers.api.answers import REFUSED, RefusalOut, answer
from layers.api.parameters import AtParameters, feature_id, features_of, viewer_of
from layers.api.resolve import Opened, resolved
from layers.api.words import title_of
from layers.core.declaration import Declaration
from layers.core.feature import Feature
from layers.core.layer import Layer
from layers.core.panel import Actions, AttributesOf, Panel, panel_schema, to_json
from layers.core.viewer import Viewer

router = Router()

MADE_UP = frozenset({"demo", "illustrative"})
"""Values by which an attribute `source` says that a feature was generated."""

_HEADING: dict[str, Any] = {
    "layer": {"type": "string"},
    "id": {"type": "integer"},
    "kind": {
        "type": "object",
        "properties": {"vi": {"type": "string"}, "en": {"type": "string"}},
        "required": ["vi", "en"],
    },
    "lonlat": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
    "bbox": {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
    "demo": {"type": "boolean"},
    "editable": {"type": "boolean"},
    "became": {"type": "array", "items": {"type": "integer"}},
}
"""What the server says about the feature beside what its layer's panel says."""


class PanelOut(BaseModel):
    """A monitoring panel; its blocks are those of the panel schema."""


@router.get("/layers/{layer}/features/{id}/panel", response={200: PanelOut, REFUSED: RefusalOut}, operation_id="panel")
def panel(request: HttpRequest, layer: str, id: str, asked: Query[AtParameters]) -> HttpResponse:
    """What is known about a feature, as blocks, in one language."""
    viewer = viewer_of(request, asked)
    return answer(panel_json(layer, feature_id(layer, id), viewer, asked))


def panel_json(
    layer_id: str, key: int, viewer: Viewer, asked: AtParameters, own: Panel | None = None
) -> dict[str, Any]:
    """The panel as JSON values: the layer's, or the one an action gave.

    Raises:
        UnknownLayer, UnknownFeature: not there, or not for this viewer.
    """
    features = features_of(layer_id, viewer, asked)
    layer, feature, row = features.layer, features.get(key), features.row(key)
    opened = Opened(layer=layer, feature=feature, viewer=viewer, at=getattr(features, "at", None))
    made = own or (_made(layer.panel, row, opened) if layer.panel else _plain(row, opened))
    body: dict[str, Any] = to_json(resolved(made, opened), viewer.language)
    said = heading(layer, feature, demo=_is_demo(layer, feature), editable=_is_editable(opened, row))
    return {**said, **body}


def _is_editable(opened: Opened, row: Any) -> bool:
    """Whether this viewer may correct this very feature; never what it was."""
    edit = opened.layer.edit
    return edit is not None and opened.at is None and edit.open_to(opened.viewer, row)


def _is_demo(layer: Declaration, feature: Feature) -> bool:
    """Whether what is shown was made up: in demo mode all but what people brought, as far as the feature says so."""
    brought = isinstance(layer, Layer) and layer.from_rows
    source = feature.attributes.get("source")
    return bool(settings.GEO_IOC_DEMO) and not brought and (source is None or source in MADE_UP)


def heading(
    layer: Declaration, feature: Feature, *, demo: bool, editable: bool, became: Sequence[int] = ()
) -> dict[str, Any]:
    """What the server says about a feature, whatever its panel says; `became`: what an action left in its place."""
    return {
        "layer": layer.id,
        "id": feature.id,
        "kind": layer.title.json(),
        "lonlat": list(feature.lonlat),
        "bbox": list(feature.bbox),
        "demo": demo,
        "editable": editable,
        "became": list(became),
    }


def _made(function: Callable[..., Panel], row: Any, opened: Opened) -> Panel:
    if _takes_time(function):
        return function(row, opened.viewer, at=opened.at)
    return function(row, opened.viewer)


@lru_cache(maxsize=1_000)
def _takes_time(function: Callable[..., Panel]) -> bool:
    return "at" in inspect.signature(function).parameters


def _plain(row: Any, opened: Opened) -> Panel:
    """Where a layer declares no panel: its attributes, and what may be done."""
    title = title_of(opened.layer, opened.feature, opened.viewer.language)
    updated_at: datetime | None = None if isinstance(row, Feature) else getattr(row, "updated_at", None)
    return Panel(title=title, updated_at=updated_at, blocks=[AttributesOf(row=row), Actions()])


def answer_schema() -> dict[str, Any]:
    """The JSON Schema of a panel as this API answers it."""
    schema = json.loads(json.dumps(panel_schema()))
    schema["title"] = "Panel"
    schema["properties"] = {**_HEADING, **schema["properties"]}
    schema["required"] = [*_HEADING, *schema["required"]]
    found: dict[str, Any] = schema
    return found
