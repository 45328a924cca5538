"""What Prometheus reads at `/metrics`, for this machine or with a token, and how requests are counted."""

import hmac
from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from geo_ioc.refusals import NOT_FOUND, refusal

LOOPBACK = frozenset({"127.0.0.1", "::1"})
SECONDS = Histogram(
    "geo_ioc_request_seconds",
    "Seconds a request took, by its route, never by its address.",
    ["route", "method", "status"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


class RequestSeconds:
    """Middleware that measures every request of the Django side."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Measures from here to the answer's first byte."""
        started = perf_counter()
        response = self.get_response(request)
        route = request.resolver_match.route if request.resolver_match else "-"
        SECONDS.labels(route, request.method or "-", response.status_code).observe(perf_counter() - started)
        return response


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers of all workers in Prometheus' text form; 404 for whom they are not meant."""
    if not _may_read(request):
        return refusal(request, NOT_FOUND)
    registry = REGISTRY
    if settings.GEO_IOC_METRICS_FOLDER is not None:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(settings.GEO_IOC_METRICS_FOLDER))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    """This machine itself (not someone behind its proxy), or the bearer of the token."""
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded"))
    if request.META["REMOTE_ADDR"] in LOOPBACK and not forwarded:
        return True
    expected, given = settings.GEO_IOC_METRICS_TOKEN, request.headers.get("Authorization", "")
    return bool(expected) and hmac.compare_digest(given.encode(), f"Bearer {expected}".encode())
