"""Addresses for the tests of the middleware: views that say whom they were given."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from geo_ioc.accounts.me import describe
from layers.core.limit import rate_limited


@csrf_exempt
def who(request: HttpRequest, layer: str = "") -> HttpResponse:
    """What `/api/me` says."""
    return JsonResponse({**describe(request.viewer), "django": request.user.is_authenticated})  # type: ignore[attr-defined]


def guarded(request: HttpRequest) -> HttpResponse:
    """A view with Django's own CSRF check."""
    return JsonResponse({"done": True})


@rate_limited
def counted(request: HttpRequest) -> HttpResponse:
    """A view whose callers are counted."""
    return JsonResponse({"done": True})


urlpatterns = [
    path("api/who", who),
    path("api/counted", counted),
    path("api/guarded", guarded),
    path("api/ingest/<str:layer>", who),
    path("page", who),
    path("metrics", who),
    path("", include("geo_ioc.urls")),
]
