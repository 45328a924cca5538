"""`POST /api/print`: a map sheet at true scale; `GET /api/qr.svg?link=`: a view's address as a QR code."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from layers.core import Text, Viewer
from layers.core.errors import BadRequest
from layers.exchange.body import read_body
from layers.exchange.print.order import read_link, read_order
from layers.exchange.print.paper import DPI
from layers.exchange.print.sheet import sheet
from layers.press.code import qr
from layers.press.lane import press, turn

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
        content = press(made.html, order.format, DPI[order.paper])
    answer = HttpResponse(content, content_type=TYPES[order.format])
    answer["Content-Disposition"] = f'attachment; filename="{made.name}.{order.format}"'
    return answer


@never_cache
@require_GET
def qr_code(request: HttpRequest) -> HttpResponse:
    """The code of a view on this very server, whatever server the link names.

    Raises:
        BadRequest: no link, or one too long for a code that a phone reads.
    """
    link = read_link(request.GET.get("link"))
    found = qr(request.build_absolute_uri("/").rstrip("/") + link) if link else None
    if found is None:
        raise BadRequest(
            Text(vi="Liên kết thiếu hoặc quá dài cho mã QR.", en="The link is missing or too long for a QR code."),
            field="link",
        )
    body, squares = found
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {squares} {squares}"><path fill="#fff" d="M0 0h{squares}v{squares}H0z"/>{body}</svg>'
    return HttpResponse(drawn, content_type="image/svg+xml")
