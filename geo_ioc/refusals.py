"""How Django's own refusals look: JSON for programs and for every data address, a page in two languages for people."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from layers.core.text import Text

DATA_ADDRESSES = ("/api/", "/tiles/", "/style.json", "/open311/", "/sensorthings/", "/stac/", "/metrics")


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """One kind of refusal: its HTTP status, its slug and its words."""

    status: int
    slug: str
    message: Text


BAD_REQUEST = Refusal(
    status=400,
    slug="bad_request",
    message=Text(vi="Không hiểu được yêu cầu này.", en="This request cannot be understood."),
)
FORBIDDEN = Refusal(
    status=403,
    slug="forbidden",
    message=Text(vi="Tài khoản này không có quyền thực hiện.", en="This account does not have the right to do this."),
)
CSRF = Refusal(
    status=403,
    slug="csrf",
    message=Text(
        vi="Trang đã mở quá lâu hoặc cookie bị chặn. Tải lại trang rồi gửi lại.",
        en="The page was open too long, or cookies are blocked. Reload the page and send it again.",
    ),
)
NOT_FOUND = Refusal(
    status=404, slug="not_found", message=Text(vi="Không có địa chỉ này.", en="There is nothing at this address.")
)
BROKEN = Refusal(
    status=500,
    slug="server_error",
    message=Text(
        vi="Máy chủ gặp lỗi. Lỗi đã được ghi lại; hãy thử lại sau ít phút.",
        en="The server met an error. It has been recorded; please try again in a few minutes.",
    ),
)


def refusal(request: HttpRequest, kind: Refusal) -> HttpResponse:
    """The refusal in the form its reader understands."""
    wants_page = "text/html" in request.headers.get("Accept", "") and not request.path.startswith(DATA_ADDRESSES)
    if wants_page:
        return render(request, "geo_ioc/refusal.html", {"refusal": kind}, status=kind.status)
    body = {"error": kind.slug, "message": kind.message.json(), "field": None}
    return JsonResponse(body, status=kind.status, json_dumps_params={"ensure_ascii": False})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's `handler400`."""
    return refusal(request, BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's `handler403`."""
    return refusal(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's `handler404`."""
    return refusal(request, NOT_FOUND)


def broken(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`; Django itself logs the exception."""
    return refusal(request, BROKEN)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's `CSRF_FAILURE_VIEW`; the reason would only help an attacker."""
    return refusal(request, CSRF)
