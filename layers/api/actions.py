"""What a viewer does from a panel."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from layers.api.answers import REFUSED, RefusalOut, answer
from layers.api.body import read_form
from layers.api.errors import UnknownAction
from layers.api.idempotency import idempotent_by, impersonal
from layers.api.panel import PanelOut, heading, panel_json
from layers.api.parameters import AtParameters, Parameters, feature_id, features_of, viewer_of
from layers.audit import telling_refusals_noted
from layers.core.action import Action, checked
from layers.core.computed import ComputedFeatures
from layers.core.declaration import Declaration
from layers.core.errors import Forbidden, UnknownFeature
from layers.core.feature import Feature
from layers.core.panel import Note, Panel, to_json
from layers.core.text import Text
from layers.core.viewer import Viewer

router = Router()

GONE = Text(vi="Đối tượng không còn trong lớp này.", en="The feature is no longer in this layer.")
_NOW = AtParameters.model_construct(lang=None, at=None, known_at=None)
_BODY = {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}, "multipart/form-data": {}}}}


def _again(request: HttpRequest, layer: str, id: str, action: str, asked: Parameters) -> HttpResponse:
    """The answer to an action that was taken already: the panel as it is now."""
    return answer(panel_json(layer, feature_id(layer, id), viewer_of(request, asked), _NOW))


@router.post(
    "/layers/{layer}/features/{id}/actions/{action}",
    response={200: PanelOut, REFUSED: RefusalOut},
    operation_id="act",
    openapi_extra=_BODY,
)
@idempotent_by(_again)
def act(request: HttpRequest, layer: str, id: str, action: str, asked: Query[Parameters]) -> HttpResponse:
    """Take an action; its form's values are the body. Answers the panel as it is then.

    Where the feature is no more, `became` names those that came of it.
    """
    viewer, key = viewer_of(request, asked), feature_id(layer, id)
    features = features_of(layer, viewer, _NOW)
    before = features.get(key)
    with telling_refusals_noted(viewer, action, layer=layer, feature_id=key), transaction.atomic():
        own = _taken(request, features, key, _chosen(features.layer, action, viewer))
    panel = own if isinstance(own, Panel) else None
    try:
        return answer(panel_json(layer, key, viewer, _NOW, panel))
    except UnknownFeature:
        left = [] if own is None or isinstance(own, Panel) else features_of(layer, viewer, _NOW).some(own)
        return impersonal(answer(_gone(features.layer, before, viewer, left)))


@router.post(
    "/layers/{layer}/features/{id}/actions/{action}/preview",
    response={200: PanelOut, REFUSED: RefusalOut},
    operation_id="preview",
    openapi_extra=_BODY,
)
def preview(request: HttpRequest, layer: str, id: str, action: str, asked: Query[Parameters]) -> HttpResponse:
    """What an action would bring, as a panel, or why it would be refused; nothing is changed."""
    viewer, key = viewer_of(request, asked), feature_id(layer, id)
    features = features_of(layer, viewer, _NOW)
    before = features.get(key)
    chosen = _chosen(features.layer, action, viewer)
    if chosen.preview is None:
        raise UnknownAction(layer, f"{action}/preview")
    row = features.row(key)
    with telling_refusals_noted(viewer, action, layer=layer, feature_id=key), transaction.atomic():
        left = _taken(request, features, key, chosen)
        assert not isinstance(left, Panel)
        made = chosen.preview(row, viewer, left or ())
        body = {**heading(features.layer, before, demo=False, editable=False), **to_json(made, viewer.language)}
        transaction.set_rollback(True)
    return answer(body)


def _taken(request: HttpRequest, features: Any, key: int, chosen: Action) -> Panel | Sequence[int] | None:
    """The handler's answer, its row locked and its form checked."""
    row = features.row(key) if isinstance(features, ComputedFeatures) else features.locked_row(key)
    return chosen.handler(row, features.viewer, checked(chosen.form or (), read_form(request)))


def _chosen(layer: Declaration, name: str, viewer: Viewer) -> Action:
    found = next((action for action in layer.actions if action.name == name), None)
    if found is None:
        raise UnknownAction(layer.id, name)
    if not found.allowed(viewer):
        raise Forbidden
    return found


def _gone(layer: Declaration, before: Feature, viewer: Viewer, left: Sequence[Feature]) -> dict[str, Any]:
    """A panel that says where the feature was, once an action took it out of the viewer's sight, and what it became."""
    said = Panel(title=layer.title, blocks=[Note(text=GONE, level="good")])
    became = [feature.id for feature in left]
    return {
        **heading(layer, before, demo=False, editable=False, became=became),
        **to_json(said, viewer.language),
    }
