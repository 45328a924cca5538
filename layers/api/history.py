"""What a feature was: its corrections, its versions in time; and the corrections that wait for approval."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel

from layers.api.answers import REFUSED, RefusalOut, answer, plain
from layers.api.limits import MAX_HISTORY, MAX_PROPOSALS
from layers.api.parameters import AtParameters, Parameters, feature_id, features_of, viewer_of, with_features
from layers.core.computed import ComputedFeatures
from layers.core.declaration import Declaration
from layers.core.edit import GEOMETRY
from layers.core.errors import Forbidden
from layers.core.models import Revision, RevisionState
from layers.core.query import Features, Version
from layers.core.registry import registry
from layers.core.viewer import Viewer, role

OVERSEERS = (role("auditor"), role("admin"), role("leader"))
"""Who may know who corrected a feature and why, beside those who correct it themselves."""

router = Router()


class VersionOut(BaseModel):
    """One change: attribute to [old, new]; of rows that live in time also the period each version holds for.

    `by` and `reason` are told to those who correct the layer or oversee the work; to others both are null.
    """

    version: int
    at: str | None
    by: str | None
    reason: str | None
    state: str
    revision: int | None
    valid_from: str | None
    valid_to: str | None
    changes: dict[str, list[Any]]


class HistoryOut(BaseModel):
    """The changes, newest first."""

    versions: list[VersionOut]


class ProposalOut(VersionOut):
    """A correction that waits."""

    id: int


class ProposalsOut(BaseModel):
    """What waits for approval, oldest first."""

    revisions: list[ProposalOut]


@router.get(
    "/layers/{layer}/features/{id}/history", response={200: HistoryOut, REFUSED: RefusalOut}, operation_id="history"
)
def history(request: HttpRequest, layer: str, id: str, asked: Query[AtParameters]) -> HttpResponse:
    """Every change of a feature, of the attributes the caller may read on it."""
    viewer, key = viewer_of(request, asked), feature_id(layer, id)
    features = features_of(layer, viewer, asked)
    shown = {*features.readable_on(key), GEOMETRY}
    told = _is_told(features.layer, viewer)
    changes = [_revision(record, shown, told=told) for record in _revisions(features, key, viewer)]
    changes += _versions(features.versions(key), shown)
    changes.sort(key=lambda change: str(change["at"]), reverse=True)
    return answer({"versions": changes[:MAX_HISTORY]})


@router.get("/layers/{layer}/revisions", response={200: ProposalsOut, REFUSED: RefusalOut}, operation_id="revisions")
def revisions(request: HttpRequest, layer: str, asked: Query[Parameters]) -> HttpResponse:
    """The corrections that wait for the caller's approval."""
    viewer = viewer_of(request, asked)
    found = with_features(registry.visible(layer, viewer))
    if found.edit is None or found.edit.approve_by is None or not viewer.has(found.edit.approve_by):
        raise Forbidden
    waiting = Revision.objects.filter(layer=found.id, state=RevisionState.PROPOSED).select_related("by")
    listed = list(waiting.order_by("at", "pk")[:MAX_PROPOSALS])
    visible = {feature.id for feature in found.query(viewer).some(sorted({one.feature_id for one in listed}))}
    shown = {*found.readable(viewer), GEOMETRY}
    return answer(
        {
            "revisions": [
                {"id": r.feature_id, **_revision(r, shown, told=True)} for r in listed if r.feature_id in visible
            ]
        }
    )


def _revisions(features: Features | ComputedFeatures, key: int, viewer: Viewer) -> Iterable[Revision]:
    """Applied corrections; a proposal only to whoever made it or may decide it."""
    edit = features.layer.edit
    shown = Q(state=RevisionState.APPLIED)
    if edit is not None and edit.approve_by is not None and viewer.has(edit.approve_by):
        shown |= Q(state=RevisionState.PROPOSED)
    if viewer.user_id is not None:
        shown |= Q(by_id=viewer.user_id)
    found = Revision.objects.filter(shown, layer=features.layer.id, feature_id=key)
    return found.select_related("by").order_by("-at", "-pk")[:MAX_HISTORY]


def _is_told(layer: Declaration, viewer: Viewer) -> bool:
    """Whether the viewer may know people and their reasons; what changed, and when, everybody may who sees the row."""
    edit = layer.edit
    doors = (OVERSEERS, edit.by, edit.approve_by or ()) if edit else (OVERSEERS,)
    return any(viewer.has(door) for door in doors)


def _revision(record: Revision, shown: set[str], *, told: bool) -> dict[str, Any]:
    return {
        "version": record.version,
        "at": plain(record.at),
        "by": record.by.get_username() if told and record.by else None,
        "reason": record.reason if told else None,
        "state": record.state,
        "revision": record.pk,
        "valid_from": None,
        "valid_to": None,
        "changes": changes_between(record.before or {}, record.after or {}, shown),
    }


def _versions(versions: list[Version], shown: set[str]) -> list[dict[str, Any]]:
    """Rows of one key, each against the one before it."""
    if not versions:
        return []
    before: list[Mapping[str, Any]] = [{}, *(version.feature.attributes for version in versions)]
    return [
        {
            "version": version.feature.version,
            "at": plain(version.known_starts or version.starts),
            "by": None,
            "reason": None,
            "state": RevisionState.APPLIED.value,
            "revision": None,
            "valid_from": plain(version.starts),
            "valid_to": plain(version.ends),
            "changes": changes_between(plain(old), plain(new), shown),
        }
        for version, (old, new) in zip(versions, pairwise(before), strict=True)
    ]


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any], shown: set[str]) -> dict[str, list[Any]]:
    """Name to [old, new] of the shown attributes that differ."""
    names = [name for name in {**before, **after} if name in shown]
    return {name: [before.get(name), after.get(name)] for name in names if before.get(name) != after.get(name)}
