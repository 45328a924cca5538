"""`POST /api/print`: a map sheet at true scale."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from layers.core import Viewer
from layers.exchange.body import read_body
from layers.exchange.print.lane import press, turn
from layers.exchange.print.order import read_order
from layers.exchange.print.sheet import sheet

TYPES = {"pdf": "application/pdf", "png": "image/png"}


@csrf_exempt  # sessions are held to their CSRF token by the accounts' middleware
@never_cache
@require_POST
def print_sheet(request: HttpRequest) -> HttpResponse:
    """The sheet the JSON body asks for, as a file.

    Raises:
        BadRequest: a field is not understood; the error names it.
        UnknownLayer: a layer that is not there for this viewer.
        Busy: others print, or the sheet is too heavy.
    """
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    order = read_order(read_body(request))
    with turn(viewer.user or viewer.device or str(request.META.get("REMOTE_ADDR"))):
        made = sheet(order, viewer, request.build_absolute_uri("/").rstrip("/"))
        content = press(made.html, order.format, order.paper)
    answer = HttpResponse(content, content_type=TYPES[order.format])
    answer["Content-Disposition"] = f'attachment; filename="{made.name}.{order.format}"'
    return answer
