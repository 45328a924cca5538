"""What devices, systems and citizens send to a layer: checked item by item by the layer's own schema."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import structlog
from django.db import DataError, IntegrityError
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ValidationError

from layers.api.answers import REFUSED, RefusalOut, TextOut, answer
from layers.api.body import read_form, read_json
from layers.api.errors import body
from layers.api.faults import fault_field, fault_text
from layers.api.idempotency import idempotent
from layers.api.parameters import Parameters, viewer_of
from layers.core.declaration import Declaration
from layers.core.errors import Busy, Forbidden, Invalid, LayerError, UnknownLayer
from layers.core.ingest import Ingest, Store, StoreTogether
from layers.core.registry import registry
from layers.core.text import Text
from layers.core.viewer import Viewer

log = structlog.get_logger(__name__)
router = Router()

REFUSED_BY_DATABASE = Text(vi="Dữ liệu vi phạm ràng buộc của lớp.", en="The data breaks a constraint of the layer.")
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"oneOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]}
            },
            "multipart/form-data": {},
        },
    }
}


class RejectedOut(BaseModel):
    """Why an item was not accepted; `index` is its place in what was sent, from 0."""

    index: int
    error: str
    message: TextOut
    field: str | None


class IngestedOut(BaseModel):
    """How many items were accepted, and which were not."""

    accepted: int
    rejected: list[RejectedOut]


@router.post(
    "/ingest/{layer}",
    response={200: IngestedOut, REFUSED: RefusalOut},
    operation_id="ingest",
    openapi_extra=_BODY,
)
@idempotent
def ingest(request: HttpRequest, layer: str, asked: Query[Parameters]) -> HttpResponse:
    """Post one item or a list to a layer. One item that is not accepted is 422; of a list, each says so for itself."""
    viewer = viewer_of(request, asked)
    door = _door(layer, viewer)
    sent = read_form(request) if request.content_type == "multipart/form-data" else read_json(request.body)
    items = sent if isinstance(sent, list) else [sent]
    if len(items) > door.batch:
        raise Invalid(
            Text(vi=f"Tối đa {door.batch} mục mỗi lần gửi.", en=f"At most {door.batch} items a request."), field="body"
        )
    outcomes = _store_together(door, items, viewer) if door.together else [_store(door, item, viewer) for item in items]
    rejected = [{"index": index, **fault} for index, fault in enumerate(outcomes) if fault is not None]
    report = {"accepted": len(items) - len(rejected), "rejected": rejected}
    if rejected and not isinstance(sent, list):
        return answer({**{k: v for k, v in rejected[0].items() if k != "index"}, **report}, status=422)
    return answer(report)


def _door(layer_id: str, viewer: Viewer) -> Ingest:
    """The layer's door, for who may post there, whether or not the layer shows itself.

    Raises:
        UnknownLayer: not there, or neither visible nor open to this caller.
        Forbidden: visible, but not to be posted to.
    """
    layer: Declaration = registry.get(layer_id)
    if layer.ingest is not None and layer.ingest.allowed(viewer):
        return layer.ingest
    if not layer.visible_to(viewer):
        raise UnknownLayer(layer_id)
    if layer.ingest is None:
        raise Forbidden(Text(vi="Lớp này không nhận số liệu.", en="This layer takes no data."))
    raise Forbidden


Refusal = Mapping[str, Any] | None
"""Why an item was not accepted; None: it was."""


def _store(door: Ingest, item: Any, viewer: Viewer) -> Refusal:
    """Keep one item."""
    try:
        cast(Store, door.handler)(door.schema.model_validate(item), viewer)
    except ValidationError as fault:
        return _malformed(fault)
    except Busy:
        raise
    except LayerError as fault:
        return _refused(fault)
    except (IntegrityError, DataError):
        log.warning("ingest_refused_by_database", exc_info=True)
        return body("invalid", REFUSED_BY_DATABASE)
    return None


def _store_together(door: Ingest, items: Sequence[Any], viewer: Viewer) -> list[Refusal]:
    """Keep every item that has the form, in one call."""
    outcomes: list[Refusal] = [None] * len(items)
    formed: dict[int, BaseModel] = {}
    for index, item in enumerate(items):
        try:
            formed[index] = door.schema.model_validate(item)
        except ValidationError as fault:
            outcomes[index] = _malformed(fault)
    faults = cast(StoreTogether, door.handler)(list(formed.values()), viewer) if formed else ()
    for index, refusal in zip(formed, faults, strict=True):
        outcomes[index] = _refused(refusal) if refusal else None
    return outcomes


def _malformed(fault: ValidationError) -> Refusal:
    first = fault.errors(include_url=False, include_input=False)[0]
    return body("invalid", fault_text(first), fault_field(first))


def _refused(fault: LayerError) -> Refusal:
    field = fault.field or next(iter(fault.fields), None) if isinstance(fault, Invalid) else fault.field
    return body(fault.slug, fault.message, field)
