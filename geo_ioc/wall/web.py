"""`/api/wall/scenes`: the scenes as the caller may see them. `/api/wall/token`: a browser becomes a wall, or ceases.

The token travels once, in a POST, and then stands in a cookie that no script reads. It counts for reading alone, and
only where nobody is signed in.
"""

import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_safe

from geo_ioc.accounts.caller import WRONG_SECRET, Means, Unauthorized
from geo_ioc.accounts.door import LONGEST, WALL_COOKIE, credentials
from geo_ioc.viewer import version
from geo_ioc.wall.models import WallScene, WallTile
from geo_ioc.wall.rights import may_see
from layers.core.viewer import Viewer

FOREVER = timedelta(days=400)
"""The longest life browsers allow a cookie; each reading of the scenes begins it anew."""


@never_cache
@require_safe
def scenes(request: HttpRequest) -> JsonResponse:
    """The scenes in their order, for whom they are, and the version of the viewer."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    caller = request.caller  # type: ignore[attr-defined]
    shown = WallScene.objects.filter(is_shown=True).prefetch_related("tiles")
    key = request.COOKIES.get(WALL_COOKIE)
    answer = JsonResponse(
        {
            "scenes": [told for scene in shown if (told := _scene(scene, viewer)) is not None],
            "viewer": {
                "means": "refused" if key and caller.means is Means.NOTHING else caller.means.value,
                "name": viewer.device or viewer.user,
            },
            "now": timezone.now().isoformat(),
            "version": version(),
        },
        json_dumps_params={"ensure_ascii": False},
    )
    if caller.means is Means.WALL and key:
        _keep(answer, key)
    return answer


def _scene(scene: WallScene, viewer: Viewer) -> dict[str, Any] | None:
    """A scene without what the viewer may not see; None where nothing is left."""
    tiles = [_tile(tile) for tile in scene.tiles.all() if may_see(tile.kind, tile.view, tile.by, viewer)]
    if not tiles:
        return None
    return {
        "slug": scene.slug,
        "title": {"vi": scene.title_vi, "en": scene.title_en},
        "seconds": scene.seconds,
        "columns": scene.columns,
        "rows": scene.rows,
        "tiles": tiles,
    }


def _tile(tile: WallTile) -> dict[str, Any]:
    return {
        "id": tile.pk,
        "kind": tile.kind,
        "title": {"vi": tile.title_vi, "en": tile.title_en},
        "link": tile.view.text,
        "by": tile.by or None,
        "wide": tile.wide,
        "high": tile.high,
    }


@csrf_protect
@never_cache
@require_http_methods(["POST", "DELETE"])
def token(request: HttpRequest) -> JsonResponse:
    """Take a wall's token, and end the session: a wall is nobody's account. DELETE: the browser is no wall any more."""
    if request.method == "DELETE":
        answer = JsonResponse({"name": None})
        answer.delete_cookie(WALL_COOKIE, samesite="Strict")
        return answer
    try:
        key = str(json.loads(request.body)["token"]).strip()
        caller = credentials(authorization=f"Bearer {key}"[:LONGEST]).caller()
        if caller.means is not Means.WALL:
            raise Unauthorized
    except (ValueError, KeyError, TypeError, Unauthorized):
        return JsonResponse({"error": "unauthorized", "message": WRONG_SECRET.json(), "field": "token"}, status=401)
    logout(request)
    answer = JsonResponse({"name": caller.viewer.device})
    _keep(answer, key)
    return answer


def _keep(answer: JsonResponse, key: str) -> None:
    answer.set_cookie(
        WALL_COOKIE, key, max_age=FOREVER, httponly=True, samesite="Strict", secure=settings.SESSION_COOKIE_SECURE
    )


urlpatterns = [path("api/wall/scenes", scenes), path("api/wall/token", token)]
