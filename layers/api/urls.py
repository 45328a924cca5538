"""Addresses under /api/; included by the composition root."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.utils.cache import patch_vary_headers

from layers.api.answers import answer
from layers.api.errors import body
from layers.api.root import make_api
from layers.core.text import Text

View = Callable[..., HttpResponseBase]

NOT_ALLOWED = Text(vi="Địa chỉ này không nhận phương thức {method}.", en="This address does not take {method}.")

api = make_api()


def _spoken(view: View) -> View:
    """The view, refusing methods in JSON too, and its answers kept by nobody but the caller."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
        response = view(request, *args, **values)
        if isinstance(response, HttpResponseNotAllowed):
            response = _not_allowed(request, response)
        patch_vary_headers(response, ("Cookie", "Authorization"))
        response.headers.setdefault("Cache-Control", "private, no-cache" if request.method == "GET" else "no-store")
        return response

    return told


def _not_allowed(request: HttpRequest, response: HttpResponseNotAllowed) -> HttpResponse:
    words = NOT_ALLOWED.format(method=request.method)
    return answer(body("method_not_allowed", words), status=405, headers={"Allow": response.headers["Allow"]})


def _told(pattern: URLPattern | URLResolver) -> URLPattern:
    assert isinstance(pattern, URLPattern)  # django-ninja lists plain addresses
    pattern.callback = _spoken(pattern.callback)
    return pattern


_patterns, _app, _namespace = api.urls
urlpatterns = [path("", ([_told(pattern) for pattern in _patterns], _app, _namespace))]
