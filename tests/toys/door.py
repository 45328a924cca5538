"""Lets a test say who is asking: `client.get(url, **given(viewer))`."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from layers.core.viewer import ANYONE, Viewer

_KEY = "tests.viewer"  # no header can carry it: headers reach META as HTTP_*


def given(viewer: Viewer) -> dict[str, Any]:
    """Extra WSGI environment by which the test client is this viewer."""
    return {_KEY: viewer}


class GivenViewer:
    """Middleware: the viewer the test gave, else whom the accounts found."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        viewer = request.META.get(_KEY) or getattr(request, "viewer", ANYONE)
        request.viewer = viewer
        return self._get_response(request)
