"""The search box: every visible layer's features in one ranked list; of coordinates, the places and what holds them."""

import math
import time
from collections.abc import Iterator
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from layers.api.answers import REFUSED, RefusalOut, answer
from layers.api.limits import (
    DEFAULT_HITS,
    MAX_HITS,
    MAX_QUERY_CHARACTERS,
    MAX_SEARCHED_LAYERS,
    SEARCH_LAYER_S,
    SEARCH_S,
    SEARCHED_TOGETHER,
)
from layers.api.parameters import Parameters, viewer_of
from layers.api.words import subtitle_of, title_of
from layers.core.computed import ComputedLayer
from layers.core.errors import BadRequest
from layers.core.feature import Feature
from layers.core.geo import Bbox
from layers.core.home import home, home_zones
from layers.core.layer import Layer
from layers.core.limit import at_most
from layers.core.registry import registry
from layers.core.search import Hit, bare_key, find, search_key
from layers.core.text import Text
from layers.core.viewer import Viewer
from layers.vn2000.coordinates import places

router = Router()

NAMED_SCORE = 0.94
"""Least score of a hit whose name, without the word for its kind, is what was asked: "tan chau" is Xã Tân Châu."""


class SearchParameters(Parameters):
    """What to look for."""

    q: str = Field(max_length=MAX_QUERY_CHARACTERS, description="Words, with or without accents.")
    limit: int = Field(DEFAULT_HITS, ge=1, le=MAX_HITS)
    near: str | None = Field(
        None, description="lon,lat: of equal hits the nearest come first; else the province's centre."
    )


class HitOut(BaseModel):
    """A feature found."""

    layer: str
    id: int
    title: str
    subtitle: str
    lonlat: list[float]
    bbox: list[float]
    score: float


class PlaceOut(BaseModel):
    """What coordinates may mean."""

    title: str
    subtitle: str
    lonlat: list[float]


class HitsOut(BaseModel):
    """What coordinates may mean, then features, the best first; `partial`: time was up before every layer was asked."""

    places: list[PlaceOut]
    hits: list[HitOut]
    partial: bool


Found = tuple[Layer | ComputedLayer, Hit]
Near = tuple[float, float] | None


@router.get("/search", response={200: HitsOut, REFUSED: RefusalOut}, operation_id="search")
def search(request: HttpRequest, asked: Query[SearchParameters]) -> HttpResponse:
    """Features of every visible layer that match the words.

    Of coordinates the places they may mean, and the features of layers that read them, as the parcel that holds one.
    """
    viewer = viewer_of(request, asked)
    box = home()
    meant = [
        {"title": one.title.to(viewer.language), "subtitle": one.system.to(viewer.language), "lonlat": list(one.lonlat)}
        for one in places(asked.q, home_zones(), box)
    ]
    searched = _searched(viewer) if search_key(asked.q) else []
    if meant:
        searched = [layer for layer in searched if _reads(layer, asked.q)]
    near = _near(asked.near, box)
    found, partial = _found(searched, asked.q, asked.limit, viewer, near)
    language = viewer.language
    why = _told(found, asked.q)
    hits: list[dict[str, Any]] = [
        {
            "layer": layer.id,
            "id": hit.feature.id,
            "title": (title := title_of(layer, hit.feature, language)),
            "subtitle": _subtitle(layer, hit, language, why.get((layer.id, hit.feature.id))),
            "lonlat": list(hit.feature.lonlat),
            "bbox": list(hit.feature.bbox),
            "score": round(named_score(title, asked.q, hit.score), 3),
            "_order": (layer.order, _distance(hit, near)),
        }
        for layer, hit in found
    ]
    hits.sort(key=lambda hit: (-hit["score"], hit["_order"], len(hit["title"]), hit["title"], hit["id"]))
    best = [{name: value for name, value in hit.items() if name != "_order"} for hit in hits[: asked.limit]]
    return answer({"places": meant, "hits": best, "partial": partial})


def _searched(viewer: Viewer) -> list[Layer | ComputedLayer]:
    """Visible layers that can be searched: declared ones first, those made from rows after them."""
    layers = [one for one in registry.visible_to(viewer) if isinstance(one, Layer | ComputedLayer) and one.search]
    return sorted(layers, key=lambda layer: getattr(layer, "from_rows", False))


def _reads(layer: Layer | ComputedLayer, text: str) -> bool:
    """Whether the layer knows what a text of a special form means."""
    return layer.search is not None and layer.search.parse is not None and layer.search.parse(text) is not None


def _near(text: str | None, box: Bbox | None) -> Near:
    """The place asked for, else the middle of the province's box.

    Raises:
        BadRequest: not lon,lat.
    """
    if text is not None:
        try:
            lon, lat = (float(part) for part in text.split(","))
            if not (-180 <= lon <= 180 and -90 <= lat <= 90):
                raise ValueError("outside the world")
        except ValueError as fault:
            raise BadRequest(
                Text(vi=f"near={text!r}: cần kinh độ,vĩ độ.", en=f"near={text!r}: lon,lat is needed."), field="near"
            ) from fault
        return (lon, lat)
    return ((box.west + box.east) / 2, (box.south + box.north) / 2) if box else None


def _distance(hit: Hit, near: Near) -> float:
    """Degrees, good enough to tell which of two is nearer."""
    return math.dist(hit.feature.lonlat, near) if near else 0.0


def _found(
    layers: list[Layer | ComputedLayer], text: str, limit: int, viewer: Viewer, near: Near
) -> tuple[list[Found], bool]:
    """Layers are asked together; where that takes too long each alone, so that a slow one is missed and no other."""
    found: list[Found] = []
    ends = time.monotonic() + SEARCH_S
    asked = layers[:MAX_SEARCHED_LAYERS]
    waiting = [asked[start : start + SEARCHED_TOGETHER] for start in range(0, len(asked), SEARCHED_TOGETHER)]
    partial = len(layers) > MAX_SEARCHED_LAYERS
    while waiting:
        group = waiting.pop(0)
        left = ends - time.monotonic()
        if left <= 0:
            return found, True
        try:
            with at_most(min(left, SEARCH_LAYER_S)):
                found += _hits(group, text, limit, viewer, near)
        except OperationalError:
            if len(group) == 1:
                partial = True
            else:
                waiting[:0] = [[layer] for layer in group]
    return found, partial


def _hits(layers: list[Layer | ComputedLayer], text: str, limit: int, viewer: Viewer, near: Near) -> Iterator[Found]:
    stored = [layer.query(viewer) for layer in layers if isinstance(layer, Layer)]
    for features, hit in find(stored, text, limit, near):
        yield features.layer, hit
    for layer in layers:
        if isinstance(layer, ComputedLayer):
            for hit in layer.query(viewer).search(text, limit, near):
                yield layer, hit


def _told(found: list[Found], text: str) -> dict[tuple[str, int], Text]:
    """Why features were found whose own words do not say it, by layer and id."""
    features: dict[Layer | ComputedLayer, list[Feature]] = {}
    for layer, hit in found:
        features.setdefault(layer, []).append(hit.feature)
    asked = [(layer, layer.search.told, of) for layer, of in features.items() if layer.search and layer.search.told]
    return {(layer.id, id): why for layer, told, of in asked for id, why in told(text, of).items()}


def _subtitle(layer: Layer | ComputedLayer, hit: Hit, language: str, why: Text | None) -> str:
    words = subtitle_of(layer, hit.feature, language)
    return f"{words} · {why.to(language)}" if why else words


def named_score(title: str, text: str, score: float) -> float:
    """The score, lifted where the whole name is what was asked for."""
    if bare_key(title) != bare_key(text):
        return score
    exact = text.strip().casefold() in title.casefold()
    return max(score, 1.0 if exact else NAMED_SCORE)
