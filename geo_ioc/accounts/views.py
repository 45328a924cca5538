"""The account pages: signing in, the account itself, access tokens, and the refusals a person may meet."""

from datetime import timedelta
from typing import Any

from allauth.account.views import LoginView
from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from geo_ioc.accounts import demo
from geo_ioc.accounts.forms import MOST_TOKENS, SignInForm, TokenForm
from geo_ioc.accounts.keys import TOKEN_PREFIX, new_key
from geo_ioc.accounts.me import describe
from geo_ioc.accounts.models import AccessToken, User
from geo_ioc.accounts.roles import ADMIN
from geo_ioc.accounts.words import say
from layers.core.text import LANGUAGES
from layers.notices import push
from layers.notices.models import Browser


class SignIn(LoginView):  # type: ignore[misc]  # allauth has no types
    """The page where people sign in. Fields: `login`, `password`."""

    def get_initial(self) -> dict[str, Any]:
        """`?login=` fills in a name: how the demo page offers its accounts."""
        return {"login": self.request.GET.get("login", "")[:60]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """In demo mode, which accounts there are."""
        return {**super().get_context_data(**kwargs), **sign_in_context()}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A language asked for here is kept for the pages that follow."""
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        asked = request.GET.get("lang")
        if not asked and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and isinstance(request.user, User):
            asked = request.user.language
        keep_language(response, asked)
        return response


def sign_in_context() -> dict[str, Any]:
    """What the page of signing in shows beside its form."""
    mail: dict[str, Any] = {"resets_by_mail": bool(settings.EMAIL_HOST)}
    if not settings.GEO_IOC_DEMO:
        return mail
    known = settings.GEO_IOC_DEMO_PASSWORD == demo.KNOWN_PASSWORD
    return {**mail, "demo_accounts": demo.ACCOUNTS, "demo_password": demo.KNOWN_PASSWORD if known else ""}


def keep_language(response: HttpResponse, language: str | None) -> None:
    """Set the language cookie, for a year."""
    if language in LANGUAGES:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=timedelta(days=365),
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )


def locked_out(
    request: HttpRequest, _response: HttpResponse | None = None, credentials: dict[str, str] | None = None
) -> HttpResponse:
    """The page of signing in, closed for a while: when it opens again. Status 429."""
    username = str((credentials or {}).get("username", ""))
    opens_at = _opens_at(username, request.axes_ip_address)  # type: ignore[attr-defined]
    context = {"form": SignInForm(request=request, initial={"login": username}), "opens_at": opens_at}
    response = render(request, "account/login.html", context, status=429)
    response["Retry-After"] = str(max(1, round((opens_at - timezone.now()).total_seconds())))
    return response


def _opens_at(username: str, ip_address: str) -> Any:
    attempts = AccessAttempt.objects.filter(username=username, ip_address=ip_address)
    last = attempts.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    return (last or timezone.now()) + (get_cool_off() or timedelta(0))


@require_GET
@login_required
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Who I am here: name, roles, area; the browsers in which I take notices."""
    user = request.user
    assert isinstance(user, User)
    shown = {
        "me": describe(request.viewer),  # type: ignore[attr-defined]
        "account": user,
        "browsers": Browser.objects.filter(user=user),
        "push_key": push.public_key(),
    }
    return render(request, "accounts/account.html", shown)


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def tokens(request: HttpRequest) -> HttpResponse:
    """My access tokens; a new one is shown once, in the answer to the form, and never again."""
    user = request.user
    assert isinstance(user, User)
    form = TokenForm(request.POST or None, walls=ADMIN in user.role_slugs)
    issued = None
    if request.method == "POST" and form.is_valid():
        if _usable(user).count() >= MOST_TOKENS:
            form.add_error(None, str(_too_many()))
        else:
            issued = new_key(TOKEN_PREFIX)
            AccessToken.issue(
                user, name=form.cleaned_data["name"], key=issued, kind=form.kind_chosen, lasts=form.duration
            )
            form = TokenForm(walls=ADMIN in user.role_slugs)
    status = 400 if form.errors else 200
    context = {"form": form, "tokens": _usable(user), "issued": issued, "host": request.build_absolute_uri("/")}
    return render(request, "accounts/tokens.html", context, status=status)


@require_POST
@login_required
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of my tokens at once."""
    token = get_object_or_404(AccessToken, pk=pk, user=request.user, revoked_at=None)
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    return redirect("accounts_tokens")


def _usable(user: User) -> Any:
    """Tokens of a user that are neither revoked nor expired."""
    tokens = AccessToken.objects.filter(user=user, revoked_at=None)
    return tokens.exclude(expires_at__lte=timezone.now())


def _too_many() -> Any:
    return say(
        f"Mỗi tài khoản có nhiều nhất {MOST_TOKENS} mã. Thu hồi mã không dùng nữa.",
        f"An account has at most {MOST_TOKENS} tokens. Revoke those no longer used.",
    )
