"""`POST /api/situation`: the situation map as one HTML file that opens without a network."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from layers.core import Text, Viewer
from layers.core.errors import BadRequest
from layers.core.geo import parse_bbox
from layers.core.limit import at_most
from layers.core.text import LANGUAGES
from layers.exchange.body import read_body
from layers.exchange.print.fields import time_of
from layers.exchange.print.order import read_drawings, read_layers
from layers.exchange.situation import situation_map

FIELDS = frozenset({"layers", "bbox", "at", "language", "drawings"})
READ_S = 10.0


@csrf_exempt  # sessions are held to their CSRF token by the accounts' middleware
@never_cache
@require_POST
def situation(request: HttpRequest) -> HttpResponse:
    """The map of `layers` in `bbox` ([west, south, east, north]), now or `at` a time, with `drawings` over them.

    Layers come top first, at most 12: `{"id", "style", "opacity", "filter"}`; drawings are a FeatureCollection.

    Raises:
        BadRequest: a field is missing, unknown or not understood.
        UnknownLayer: a layer that is not there for this viewer.
        Busy: more than a file may hold.
    """
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    raw = read_body(request)
    if not isinstance(raw, dict) or set(raw) - FIELDS:
        raise _wrong("body")
    if raw.get("language") in LANGUAGES:
        viewer = replace(viewer, language=raw["language"])
    layers, drawings, at = read_layers(raw.get("layers")), read_drawings(raw.get("drawings")), time_of(raw, "at")
    with at_most(READ_S):
        page = situation_map(
            viewer,
            layers,
            parse_bbox(",".join(str(one) for one in _box(raw.get("bbox")))),
            at=at,
            drawings=drawings,
        )
    answer = HttpResponse(page, content_type="text/html; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="situation-{timezone.localtime():%Y%m%d-%H%M}.html"'
    return answer


def _box(raw: Any) -> list[float]:
    if not isinstance(raw, list) or not all(isinstance(one, int | float) for one in raw):
        raise _wrong("bbox")
    return raw


def _wrong(field: str) -> BadRequest:
    return BadRequest(Text(vi=f"“{field}” không hợp lệ.", en=f"“{field}” is not valid."), field=field)
