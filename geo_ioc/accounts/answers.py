"""Refusals as JSON, for programs: the form every API answer of the project has."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from geo_ioc.accounts.caller import Unauthorized
from geo_ioc.refusals import DATA_ADDRESSES
from layers.core.errors import LayerError


def is_for_programs(request: HttpRequest) -> bool:
    """Whether the answer must be JSON, whatever happens."""
    return request.path.startswith(DATA_ADDRESSES)


def refusal(error: LayerError | Unauthorized, *, status: int) -> HttpResponse:
    """The error in both languages, not to be kept by caches."""
    body = {"error": error.slug, "message": error.message.json(), "field": error.field}
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-store"
    if isinstance(error, Unauthorized):
        response["WWW-Authenticate"] = 'Bearer realm="geo_ioc"'
    return response
