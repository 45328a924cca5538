"""What a viewer does from a panel."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from layers.api.answers import REFUSED, RefusalOut, answer
from layers.api.body import read_form
from layers.api.errors import UnknownAction
from layers.api.idempotency import idempotent_by
from layers.api.panel import PanelOut, panel_json
from layers.api.parameters import AtParameters, Parameters, feature_id, features_of, viewer_of
from layers.core.action import Action, checked
from layers.core.computed import ComputedFeatures
from layers.core.declaration import Declaration
from layers.core.errors import Forbidden, UnknownFeature
from layers.core.panel import Note, Panel, to_json
from layers.core.text import Text
from layers.core.viewer import Viewer

router = Router()

GONE = Text(vi="Đối tượng không còn trong lớp này.", en="The feature is no longer in this layer.")
_NOW = AtParameters.model_construct(lang=None, at=None, known_at=None)
_BODY = {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}, "multipart/form-data": {}}}}


def _again(request: HttpRequest, layer: str, id: str, action: str, asked: Parameters) -> HttpResponse:
    """The answer to an action that was taken already: the panel as it is now."""
    viewer = viewer_of(request, asked)
    found = features_of(layer, viewer, _NOW).layer
    return answer(_panel_after(found, feature_id(layer, id), viewer))


@router.post(
    "/layers/{layer}/features/{id}/actions/{action}",
    response={200: PanelOut, REFUSED: RefusalOut},
    operation_id="act",
    openapi_extra=_BODY,
)
@idempotent_by(_again)
def act(request: HttpRequest, layer: str, id: str, action: str, asked: Query[Parameters]) -> HttpResponse:
    """Take an action; its form's values are the body. Answers the panel as it is then."""
    viewer, key = viewer_of(request, asked), feature_id(layer, id)
    features = features_of(layer, viewer, _NOW)
    with transaction.atomic():
        row = features.row(key) if isinstance(features, ComputedFeatures) else features.locked_row(key)
        chosen = _chosen(features.layer, action, viewer)
        own = chosen.handler(row, viewer, checked(chosen.form or (), read_form(request)))
    return answer(panel_json(layer, key, viewer, _NOW, own) if own else _panel_after(features.layer, key, viewer))


def _chosen(layer: Declaration, name: str, viewer: Viewer) -> Action:
    found = next((action for action in layer.actions if action.name == name), None)
    if found is None:
        raise UnknownAction(layer.id, name)
    if not found.allowed(viewer):
        raise Forbidden
    return found


def _panel_after(layer: Declaration, key: int, viewer: Viewer) -> dict[str, Any]:
    """The new panel, or a note where the action took the feature out of the viewer's sight."""
    try:
        return panel_json(layer.id, key, viewer, _NOW)
    except UnknownFeature:
        gone: dict[str, Any] = to_json(
            Panel(title=layer.title, blocks=[Note(text=GONE, level="good")]), viewer.language
        )
        return {"layer": layer.id, "id": key, "kind": layer.title.json(), "gone": True, **gone}
