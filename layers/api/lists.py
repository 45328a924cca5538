"""A list of names, pasted as text, becomes features: each line is searched for in one layer, as the search box does."""

import re
import time
from typing import Any, Literal

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from layers.api.answers import REFUSED, RefusalOut, answer
from layers.api.limits import LIST_S, MAX_LINES, MAX_QUERY_CHARACTERS, SEARCH_LAYER_S
from layers.api.parameters import Parameters, viewer_of, with_features
from layers.api.search import named_score
from layers.api.words import subtitle_of, title_of
from layers.core.computed import ComputedFeatures
from layers.core.errors import BadRequest
from layers.core.feature import Feature
from layers.core.limit import at_most
from layers.core.query import Features
from layers.core.registry import registry
from layers.core.search import search_key
from layers.core.text import Text

router = Router()

SHOWN = 6
"""Features offered for a line that may mean several."""
NAMED = 0.8
"""Least score at which a line is taken to name a feature; below it likenesses are only offered."""
EQUAL = 0.005
"""Scores nearer than this are equal."""
_ID = re.compile(r"\d{1,18}")

State = Literal["found", "several", "none", "unread"]
REASONS = {
    "several": Text(vi="Nhiều đối tượng khớp; chọn một.", en="Several features match; choose one."),
    "alike": Text(vi="Không khớp hẳn; có thể là một trong số này.", en="No exact match; it may be one of these."),
    "none": Text(vi="Không tìm thấy trong lớp này.", en="Not found in this layer."),
    "long": Text(vi="Dòng quá dài.", en="The line is too long."),
    "unread": Text(vi="Hết thời gian; gửi lại các dòng này.", en="Time was up; send these lines again."),
}


class Lines(BaseModel):
    """Where to look and what for, one name a line."""

    model_config = ConfigDict(extra="forbid")

    layer: str = Field(min_length=1, max_length=64)
    lines: list[str] = Field(min_length=1, max_length=MAX_LINES)


class ListedOut(BaseModel):
    """A feature a line means, or may mean."""

    id: int
    title: str
    subtitle: str
    lonlat: list[float]
    bbox: list[float]


class LineOut(BaseModel):
    """What became of a line."""

    line: str
    state: State
    reason: dict[str, str] | None
    features: list[ListedOut]


class ResolvedOut(BaseModel):
    """Every line in its order."""

    layer: str
    lines: list[LineOut]


@router.post("/lists/resolve", response={200: ResolvedOut, REFUSED: RefusalOut}, operation_id="resolve_list")
def resolve_list(request: HttpRequest, asked: Query[Parameters], sent: Lines) -> HttpResponse:
    """The feature each line names in a layer the caller sees, or those it may mean, or why none was found."""
    viewer = viewer_of(request, asked)
    layer = with_features(registry.visible(sent.layer, viewer))
    if layer.search is None:
        raise BadRequest(
            Text(vi="Lớp này không tìm theo tên được.", en="This layer cannot be searched."), field="layer"
        )
    features, ends = layer.query(viewer), time.monotonic() + LIST_S
    lines = [_line(features, " ".join(line.split()), ends) for line in sent.lines]
    return answer({"layer": layer.id, "lines": [_json(features, *one) for one in lines]})


Line = tuple[str, State, str | None, list[Feature]]


def _line(features: Features | ComputedFeatures, text: str, ends: float) -> Line:
    if len(text) > MAX_QUERY_CHARACTERS:
        return text[:MAX_QUERY_CHARACTERS], "none", "long", []
    left = ends - time.monotonic()
    if left <= 0:
        return text, "unread", "unread", []
    try:
        with at_most(min(left, SEARCH_LAYER_S)):
            return text, *_found(features, text)
    except OperationalError:
        return text, "unread", "unread", []


def _found(features: Features | ComputedFeatures, text: str) -> tuple[State, str | None, list[Feature]]:
    if not search_key(text):
        return "none", "none", []
    language = features.viewer.language if features.viewer else "vi"
    hits = features.search(text, SHOWN)
    scored = [(named_score(title_of(features.layer, h.feature, language), text, h.score), h.feature) for h in hits]
    if not scored:
        known = features.some([int(text)]) if _ID.fullmatch(text) else []
        return ("found", None, known) if known else ("none", "none", [])
    best = max(score for score, _ in scored)
    first = [feature for score, feature in scored if best - score < EQUAL]
    if best < NAMED:
        return "several", "alike", [feature for _, feature in scored]
    return ("found", None, first) if len(first) == 1 else ("several", "several", first)


def _json(
    features: Features | ComputedFeatures, text: str, state: State, reason: str | None, found: list[Feature]
) -> dict[str, Any]:
    language = features.viewer.language if features.viewer else "vi"
    listed = [
        {
            "id": one.id,
            "title": title_of(features.layer, one, language),
            "subtitle": subtitle_of(features.layer, one, language),
            "lonlat": list(one.lonlat),
            "bbox": list(one.bbox),
        }
        for one in found
    ]
    return {"line": text, "state": state, "reason": REASONS[reason].json() if reason else None, "features": listed}
