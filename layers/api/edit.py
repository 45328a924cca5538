"""Generic correction of features: against a version, with a reason; proposals and their decision.

Shares the router of `features`: django-ninja keeps the methods of one address together only there.
"""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query
from pydantic import BaseModel, ConfigDict, Field

from layers.api.answers import REFUSED, RefusalOut, answer
from layers.api.errors import VersionNeeded
from layers.api.features import FeatureOut, router
from layers.api.geojson import TYPE, feature_text
from layers.api.idempotency import idempotent
from layers.api.limits import MAX_REASON_CHARACTERS
from layers.api.parameters import Parameters, feature_id, viewer_of, with_features
from layers.core import edit
from layers.core.errors import BadRequest, Forbidden
from layers.core.layer import Layer
from layers.core.models import Revision, RevisionState
from layers.core.registry import registry
from layers.core.text import Text
from layers.core.viewer import Viewer

TAGS = ["correction"]
_ETAG = re.compile(r'(?:W/)?"?(\d{1,18})"?')


class _Reasoned(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field("", max_length=MAX_REASON_CHARACTERS)


class Correction(_Reasoned):
    """What to change, and why; `geometry` is GeoJSON in EPSG:4326."""

    attributes: dict[str, Any] = {}
    geometry: dict[str, Any] | None = None

    @property
    def changes(self) -> dict[str, Any]:
        """As the kernel takes them."""
        return self.attributes if self.geometry is None else {**self.attributes, edit.GEOMETRY: self.geometry}


class Removal(_Reasoned):
    """Why a feature is deleted."""


class Decision(BaseModel):
    """Whether a proposed correction shall hold."""

    model_config = ConfigDict(extra="forbid")

    approve: bool


class RevisionOut(BaseModel):
    """The record of a correction; `state` is applied, proposed or rejected."""

    revision: int
    state: str
    layer: str
    id: int
    version: int


@router.post(
    "/layers/{layer}/features",
    response={201: FeatureOut, REFUSED: RefusalOut},
    operation_id="create_feature",
    tags=TAGS,
)
@idempotent
def create(request: HttpRequest, layer: str, asked: Query[Parameters], sent: Correction) -> HttpResponse:
    """Add a feature, where the layer allows it."""
    viewer = viewer_of(request, asked)
    found = _editable(layer, viewer)
    record = edit.create(found, viewer, sent.changes, reason=sent.reason)
    return _feature(found, viewer, record.feature_id, status=201)


@router.patch(
    "/layers/{layer}/features/{id}",
    response={200: FeatureOut, 202: RevisionOut, REFUSED: RefusalOut},
    operation_id="correct_feature",
    tags=TAGS,
)
def correct(request: HttpRequest, layer: str, id: str, asked: Query[Parameters], sent: Correction) -> HttpResponse:
    """Correct a feature against the version named by `If-Match`; 202 where the correction waits for approval."""
    viewer = viewer_of(request, asked)
    found, key = _editable(layer, viewer), feature_id(layer, id)
    version = _version(request)
    record = edit.correct(found, viewer, key, sent.changes, version=version, reason=sent.reason)
    if record.state == RevisionState.PROPOSED.value:
        return answer(_recorded(record), status=202)
    return _feature(found, viewer, key)


@router.delete(
    "/layers/{layer}/features/{id}",
    response={200: RevisionOut, REFUSED: RefusalOut},
    operation_id="delete_feature",
    tags=TAGS,
)
def remove(request: HttpRequest, layer: str, id: str, asked: Query[Parameters], sent: Removal) -> HttpResponse:
    """Delete a feature, where the layer allows it; what it was stays in the record."""
    viewer = viewer_of(request, asked)
    found, key = _editable(layer, viewer), feature_id(layer, id)
    record = edit.remove(found, viewer, key, version=_version(request), reason=sent.reason)
    return answer(_recorded(record))


@router.post(
    "/layers/{layer}/revisions/{revision}/decide",
    response={200: RevisionOut, REFUSED: RefusalOut},
    operation_id="decide_revision",
    tags=TAGS,
)
@idempotent
def decide(request: HttpRequest, layer: str, revision: int, asked: Query[Parameters], sent: Decision) -> HttpResponse:
    """Approve or reject a proposed correction of somebody else."""
    viewer = viewer_of(request, asked)
    record = edit.decide(_editable(layer, viewer), viewer, revision, approve=sent.approve)
    return answer(_recorded(record))


def _editable(layer_id: str, viewer: Viewer) -> Layer:
    layer = with_features(registry.visible(layer_id, viewer))
    if isinstance(layer, Layer):
        return layer
    raise Forbidden(
        Text(vi="Lớp này được tính ra, không sửa được.", en="This layer is computed and cannot be corrected.")
    )


def _version(request: HttpRequest) -> int:
    """The version the caller saw.

    Raises:
        VersionNeeded: no `If-Match`.
        BadRequest: no version in it.
    """
    given = request.headers.get("If-Match")
    if given is None:
        raise VersionNeeded
    found = _ETAG.fullmatch(given.strip())
    if found is None:
        raise BadRequest(
            Text(
                vi=f'If-Match={given[:40]!r} không phải phiên bản, ví dụ "3".',
                en=f'If-Match={given[:40]!r} is no version, e.g. "3".',
            ),
            field="If-Match",
        )
    return int(found.group(1))


def _feature(layer: Layer, viewer: Viewer, key: int, status: int = 200) -> HttpResponse:
    found = layer.query(viewer).get(key)
    headers = {"ETag": f'"{found.version}"'}
    if status == 201:
        headers["Location"] = f"/api/layers/{layer.id}/features/{key}"
    return HttpResponse(feature_text(found), status=status, content_type=TYPE, headers=headers)


def _recorded(record: Revision) -> dict[str, Any]:
    return {
        "revision": record.pk,
        "state": record.state,
        "layer": record.layer,
        "id": record.feature_id,
        "version": record.version,
    }
