"""Errors raised by any view of ours, answered by the API's one table."""

import json
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from layers.api.errors import AWAY, refuse
from layers.core.errors import LayerError


class LayerErrors:
    """Django middleware: a `LayerError`, or a database that is away, becomes its JSON answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        """The answer to what a view raised; None leaves an unforeseen fault to Django's own handling."""
        if not isinstance(fault, (LayerError, *AWAY)):
            return None
        status, body, headers = refuse(fault)
        text = json.dumps(body, ensure_ascii=False)
        return HttpResponse(text, status=status, content_type="application/json", headers=headers)
