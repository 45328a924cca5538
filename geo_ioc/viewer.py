"""The page of the map viewer: the built `index.html`, told which mode it runs in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

_MODE = '<meta name="geoioc-mode" content="{}"'


@require_safe
@never_cache
@ensure_csrf_cookie
def viewer(request: HttpRequest) -> HttpResponse:
    """The viewer, or 503 with what to do where it has not been built."""
    try:
        page = (settings.VIEWER_DIST / "index.html").read_text(encoding="utf-8")
    except FileNotFoundError:
        return render(request, "geo_ioc/not_built.html", status=503)
    mode = "demo" if settings.GEO_IOC_DEMO else "production"
    return HttpResponse(page.replace(_MODE.format("production"), _MODE.format(mode), 1))
