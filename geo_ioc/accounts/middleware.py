"""Sets `request.viewer`, `request.caller` and the language of every request to Django.

Stands after the session, authentication and message middleware. A request that shows an Authorization header is judged
by it alone: its session counts for nothing, so it needs no CSRF token. A request known by its session always needs one
to change something, in views marked `csrf_exempt` too. The token in a wall's cookie counts for reading only: a request
that changes something is judged as if the cookie were not there, and so is signing in.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from geo_ioc.accounts.answers import is_for_programs, refusal
from geo_ioc.accounts.caller import Caller, Means, Unauthorized
from geo_ioc.accounts.door import PUBLIC, UNATTENDED, WALL_COOKIE, credentials
from geo_ioc.accounts.language import negotiate
from geo_ioc.accounts.words import say
from layers.core.errors import Busy, Forbidden
from layers.core.text import Text

OPEN_PATHS = ("/healthz", "/readyz", "/metrics")
"""Answer without the database, or read Authorization themselves."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
INGEST = "/api/ingest/"

READ_ONLY = Text(vi="Mã của màn hình chỉ để xem.", en="A wall's token is for reading only.")
NOT_ITS_LAYER = Text(vi="Khoá thiết bị này không được gửi vào đây.", en="This device key may not report here.")
DATABASE_AWAY = Text(
    vi="Cơ sở dữ liệu tạm thời không trả lời. Thử lại sau ít phút.",
    en="The database does not answer for the moment. Try again in a few minutes.",
)


class ViewerMiddleware:
    """Who is asking and in which language, before any view runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Keep the way on."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the viewer, or refuse a token, a key or what its owner may not do by it."""
        language = _speak(request)
        try:
            caller = _caller(request)
        except Unauthorized as error:
            return refusal(error, status=error.status)
        except DatabaseError:
            if is_for_programs(request):
                return refusal(Busy(DATABASE_AWAY, slug="database_unavailable"), status=503)
            caller = PUBLIC
        if (limit := _limit(caller, request)) is not None:
            return refusal(Forbidden(limit), status=403)
        request.caller, request.viewer = caller, caller.speaking(language)  # type: ignore[attr-defined]
        _settle_user(request, caller)
        response = self._get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or language)
        patch_vary_headers(response, ("Accept-Language",))
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """A session changes nothing without its CSRF token, whatever the view says of itself."""
        exempt = getattr(view, "csrf_exempt", False)
        if not exempt or request.method in SAFE_METHODS or request.caller.means is not Means.SESSION:  # type: ignore[attr-defined]
            return None
        return CsrfViewMiddleware(self._get_response).process_view(request, _guarded, args, kwargs)


def _speak(request: HttpRequest) -> str:
    language = negotiate(
        asked=request.GET.get("lang"),
        cookie=request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME),
        accepted=request.headers.get("Accept-Language"),
    )
    translation.activate(language)
    request.LANGUAGE_CODE = language
    return language


def _caller(request: HttpRequest) -> Caller:
    if request.path in OPEN_PATHS:
        return PUBLIC
    shown = credentials(
        session_key=request.COOKIES.get(settings.SESSION_COOKIE_NAME),
        authorization=request.headers.get("Authorization"),
        wall_key=request.COOKIES.get(WALL_COOKIE) if request.method in SAFE_METHODS else None,
    )
    return shown.caller(active=UNATTENDED not in request.headers)


def _limit(caller: Caller, request: HttpRequest) -> Text | None:
    """Why these credentials do not reach so far, whatever the viewer's roles."""
    if request.method in SAFE_METHODS:
        return None
    if caller.means is Means.WALL:
        return READ_ONLY
    if caller.means is Means.DEVICE:
        own = f"{INGEST}{caller.layer}" if caller.layer else INGEST
        reached = request.path.rstrip("/") == own if caller.layer else request.path.startswith(own)
        return None if reached else NOT_ITS_LAYER
    return None


def _settle_user(request: HttpRequest, caller: Caller) -> None:
    """Make Django's own `request.user` agree with the caller."""
    if caller.means is Means.SESSION:
        return
    if caller.means is not Means.NOTHING:
        request.user = AnonymousUser()
        # What a browser sends by itself proves nothing.
        request._dont_enforce_csrf_checks = "Authorization" in request.headers  # type: ignore[attr-defined]
    if caller.expired:
        request.session.flush()
        request.user = AnonymousUser()
        if not is_for_programs(request):
            messages.info(
                request,
                str(
                    say(
                        "Phiên làm việc đã kết thúc sau 30 phút không thao tác. Mời đăng nhập lại.",
                        "The session ended after 30 minutes without activity. Please sign in again.",
                    )
                ),
            )


def _guarded(request: HttpRequest) -> HttpResponse:
    """Stands for a view that is not exempt; never called."""
    return HttpResponse()
