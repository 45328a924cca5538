"""What the tile server says in JSON: TileJSON, the style document, a cell's panel; and raster tiles."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_safe

from layers.basemap.theme import THEMES
from layers.core.errors import BadRequest, UnknownLayer
from layers.core.layer import Layer
from layers.core.raster import RasterLayer
from layers.core.registry import registry
from layers.core.text import LANGUAGES, Text
from layers.core.time import parse_time
from layers.core.viewer import Viewer
from tile_server.cell_panel import cell_panel
from tile_server.grid import Tile
from tile_server.raster import raster_tile
from tile_server.style import style_document
from tile_server.tilejson import tilejson


def _known(request: HttpRequest, *names: str) -> dict[str, str]:
    """The query, refusing parameters nobody offers.

    Raises:
        BadRequest: an unknown parameter.
    """
    for name in request.GET:
        if name not in names:
            raise BadRequest(
                Text(vi=f"Không có tham số “{name}”.", en=f"There is no parameter “{name}”."),
                field=name,
                slug="unknown_parameter",
            )
    if (language := request.GET.get("lang")) and language not in LANGUAGES:
        raise BadRequest(
            Text(vi=f"lang={language!r}: chỉ có vi và en.", en=f"lang={language!r}: only vi and en."), field="lang"
        )
    return {name: request.GET[name] for name in request.GET}


def _viewer(request: HttpRequest) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _json(request: HttpRequest, body: Any) -> JsonResponse:
    answer = JsonResponse(body, json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "private, no-cache"
    answer["Vary"] = "Accept-Language, Cookie, Authorization"
    return answer


@require_safe
def tilejson_view(request: HttpRequest, layer_id: str) -> HttpResponse:
    """`/tiles/{layer}.json`."""
    _known(request, "lang", "s")
    viewer = _viewer(request)
    layer = registry.visible(layer_id, viewer)
    if layer.kind == "stream":
        raise UnknownLayer(layer_id)
    return _json(request, tilejson(layer, viewer, _root(request)))


@require_safe
def style_view(request: HttpRequest) -> HttpResponse:
    """`/style.json`: every layer this viewer may see."""
    query = _known(request, "lang", "theme")
    theme = query.get("theme", "light")
    if theme not in THEMES:
        raise BadRequest(
            Text(
                vi=f"theme={theme!r}: chỉ có light, dark và print.", en=f"theme={theme!r}: only light, dark and print."
            ),
            field="theme",
        )
    viewer = _viewer(request)
    return _json(request, style_document(registry.visible_to(viewer), viewer, _root(request), theme))


@require_safe
def cell_view(request: HttpRequest, layer_id: str, z: int, x: int, y: int) -> HttpResponse:
    """`/api/layers/{layer}/cells/{z}/{x}/{y}/panel`: what a low-zoom cell stands for."""
    query = _known(request, "filter", "at", "known_at", "lang")
    viewer = _viewer(request)
    layer = registry.visible(layer_id, viewer)
    if not isinstance(layer, Layer) or layer.zoom.coarse is None:
        raise UnknownLayer(layer_id)
    panel = cell_panel(layer, viewer, Tile(z, x, y), query)
    return _json(request, panel)


@require_safe
def raster_view(request: HttpRequest, layer_id: str, z: int, x: int, y: int, ending: str) -> HttpResponse:
    """`/tiles/{raster}/{z}/{x}/{y}.{webp,png,jpg}`."""
    query = _known(request, "at", "lang", "s")
    viewer = _viewer(request)
    layer = registry.visible(layer_id, viewer)
    if not isinstance(layer, RasterLayer):
        raise UnknownLayer(layer_id)
    body = raster_tile(layer, viewer, Tile(z, x, y), ending, parse_time(query["at"]) if "at" in query else None)
    if body is None:
        return HttpResponse(status=204)
    answer = HttpResponse(body, content_type=f"image/{'jpeg' if ending == 'jpg' else ending}")
    answer["Cache-Control"] = "private, no-cache"
    return answer


urlpatterns = [
    path("style.json", style_view),
    path("tiles/<slug:layer_id>.json", tilejson_view),
    path("api/layers/<slug:layer_id>/cells/<int:z>/<int:x>/<int:y>/panel", cell_view),
    *(
        path(f"tiles/<slug:layer_id>/<int:z>/<int:x>/<int:y>.{ending}", raster_view, {"ending": ending})
        for ending in ("webp", "png", "jpg")
    ),
]
