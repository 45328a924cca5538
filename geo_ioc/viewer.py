"""The page of the map viewer: the built `index.html`, told which mode it runs in.

One page serves every profile; which one it is, it reads from its address: `/`, `/embed`, `/kiosk` and `/wall`.
"""

from hashlib import sha256

from csp.decorators import csp_replace
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from layers.basemap.plugged.fragment import hosts
from layers.basemap.plugged.model import offered

_MODE = '<meta name="geoioc-mode" content="{}"'


@require_safe
@never_cache
@ensure_csrf_cookie
def viewer(request: HttpRequest) -> HttpResponse:
    """The viewer, or 503 with what to do where it has not been built."""
    return _page(request)


@require_safe
@never_cache
@xframe_options_exempt
@csp_replace({"frame-ancestors": list(settings.GEO_IOC_EMBED_SITES) or ["'none'"]})
def embed(request: HttpRequest) -> HttpResponse:
    """The viewer for other sites' frames. It sets no cookie, and its requests carry none: it reads as the public."""
    return _page(request)


def version() -> str:
    """Changes with every build of the viewer: its page names every file by the hash of its content."""
    try:
        return sha256((settings.VIEWER_DIST / "index.html").read_bytes()).hexdigest()[:16]
    except FileNotFoundError:
        return ""


def _page(request: HttpRequest) -> HttpResponse:
    try:
        page = (settings.VIEWER_DIST / "index.html").read_text(encoding="utf-8")
    except FileNotFoundError:
        return render(request, "geo_ioc/not_built.html", status=503)
    mode = "demo" if settings.GEO_IOC_DEMO else "production"
    answer = HttpResponse(page.replace(_MODE.format("production"), _MODE.format(mode), 1))
    if others := _base_map_hosts(request):
        answer._csp_update = {"connect-src": others, "img-src": others}  # type: ignore[attr-defined]
    return answer


def _base_map_hosts(request: HttpRequest) -> list[str]:
    """What the page may ask besides this server: the hosts of the base maps this caller is offered, no others."""
    try:
        rows = list(offered(request.viewer))  # type: ignore[attr-defined]
    except DatabaseError:
        return []  # the page itself says that the server is not well
    return sorted({host for row in rows for host in hosts(row)})
