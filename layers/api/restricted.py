"""Search by person: only for who is granted it, with a purpose, and never without a trace.

It changes nothing, so an Idempotency-Key needs no reply kept: sent again it searches again, and is noted again.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from layers.api.answers import REFUSED, RefusalOut, answer
from layers.api.limits import MAX_RESTRICTED_HITS
from layers.api.parameters import Parameters, viewer_of
from layers.api.words import subtitle_of, title_of
from layers.audit import record
from layers.core.declaration import Declaration
from layers.core.errors import Forbidden, UnknownAttribute
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.viewer import Viewer

router = Router()


class Wanted(BaseModel):
    """Whom to look for, by which attribute, and for what purpose."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    field: str = Field(min_length=1, max_length=64)
    value: str = Field(min_length=2, max_length=200)
    purpose: str = Field(min_length=5, max_length=1_000)


class FoundOut(BaseModel):
    """A feature found; what was searched by is not repeated."""

    layer: str
    id: int
    title: str
    subtitle: str
    lonlat: list[float]


class AllFoundOut(BaseModel):
    """At most fifty; `more` says that there are further ones."""

    hits: list[FoundOut]
    more: bool


@router.post(
    "/layers/{layer}/restricted-search",
    response={200: AllFoundOut, REFUSED: RefusalOut},
    operation_id="restricted_search",
)
def restricted_search(request: HttpRequest, layer: str, asked: Query[Parameters], sent: Wanted) -> HttpResponse:
    """Search by an attribute that is searched only with a purpose; the audit entry is written before the search."""
    viewer = viewer_of(request, asked)
    found = registry.visible(layer, viewer)
    granted = _granted(found, viewer)
    if not granted or not isinstance(found, Layer):
        _note(viewer, "restricted_search_refused", found, sent)
        raise Forbidden
    if sent.field not in granted:
        raise UnknownAttribute(sent.field, "field")
    _note(viewer, "restricted_search", found, sent)
    hits = found.query(viewer).search_restricted(sent.field, sent.value, MAX_RESTRICTED_HITS + 1)
    listed = [
        {
            "layer": found.id,
            "id": hit.feature.id,
            "title": title_of(found, hit.feature, viewer.language),
            "subtitle": subtitle_of(found, hit.feature, viewer.language),
            "lonlat": list(hit.feature.lonlat),
        }
        for hit in hits[:MAX_RESTRICTED_HITS]
    ]
    return answer({"hits": listed, "more": len(hits) > MAX_RESTRICTED_HITS})


def _granted(layer: Declaration, viewer: Viewer) -> set[str]:
    declared: dict[str, Any] = dict(layer.search.restricted) if layer.search else {}
    return {name for name, grant in declared.items() if grant.held_by(viewer)}


def _note(viewer: Viewer, action: str, layer: Declaration, sent: Wanted) -> None:
    """The log holds the attribute and how much was typed, never the personal value itself."""
    detail: dict[str, str | int] = {"field": sent.field, "characters": len(sent.value)}
    record(viewer, action, layer=layer.id, purpose=sent.purpose, detail=detail)
