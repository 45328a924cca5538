"""The browsers in which a person takes notices: asked for and given up on the account page."""

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from geo_ioc.accounts.models import User
from layers.core.errors import Invalid
from layers.core.text import Text
from layers.notices import push
from layers.notices.models import Browser

MOST_BROWSERS = 10
"""Of one person; the oldest gives way."""
BODY_MOST = 4_000
KNOWN = {"Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"}
SYSTEMS = {"Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "Mac OS": "macOS"}


@login_required
@require_POST
def add_browser(request: HttpRequest) -> JsonResponse:
    """Send notices to the browser that asks: its subscription as JSON (`PushSubscription.toJSON()`)."""
    assert isinstance(request.user, User)
    keep(request.user, request.body, request.headers.get("User-Agent", ""))
    return JsonResponse({"taken": True}, status=201)


@login_required
@require_POST
def remove_browser(request: HttpRequest, pk: int) -> HttpResponse:
    """Send nothing to one of the own browsers any more."""
    get_object_or_404(Browser, pk=pk, user=request.user).delete()
    return redirect("accounts_account")


def keep(user: User, body: bytes, agent: str) -> Browser:
    """Keep a subscription; the same browser asked for by another person is that person's from now on.

    Raises:
        Invalid: it is no subscription.
    """
    endpoint, p256dh, auth = _read(body)
    push.require(endpoint, p256dh, auth)
    values = {"user": user, "p256dh": p256dh, "auth": auth, "name": name_of(agent)}
    with transaction.atomic():
        browser, _ = Browser.objects.update_or_create(endpoint=endpoint, defaults=values)
        kept = Browser.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True)[:MOST_BROWSERS]
        Browser.objects.filter(user=user).exclude(pk__in=list(kept)).exclude(pk=browser.pk).delete()
    return browser


def name_of(agent: str) -> str:
    """A browser in a few words, by what it says it is: `Chrome, Android`."""
    browser = next((name for mark, name in KNOWN.items() if mark in agent), "")
    system = next((name for mark, name in SYSTEMS.items() if mark in agent), "Linux" if "Linux" in agent else "")
    return ", ".join(part for part in (browser, system) if part) or "?"


def _read(body: bytes) -> tuple[str, str, str]:
    fault = Invalid(Text(vi="Đăng ký không phải JSON của trình duyệt.", en="This is no browser's subscription."))
    if len(body) > BODY_MOST:
        raise fault
    try:
        said: Any = json.loads(body)
        found = said["endpoint"], said["keys"]["p256dh"], said["keys"]["auth"]
    except (ValueError, TypeError, KeyError):
        raise fault from None
    if not all(isinstance(one, str) for one in found):
        raise fault
    return found
