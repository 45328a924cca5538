"""What the account pages say in two languages, `{% say "Đăng nhập" "Sign in" %}`, and links to change the language."""

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from django import template
from django.conf import settings
from django.template.context import RequestContext
from django.utils.translation import get_language

from geo_ioc.accounts import words
from geo_ioc.accounts.pages import pages_of

register = template.Library()


@register.simple_tag(name="say")
def say(vi: str, en: str) -> str:
    """The words in the language of the page."""
    return str(words.say(vi, en))


@register.simple_tag(takes_context=True)
def languages(context: RequestContext) -> list[dict[str, Any]]:
    """Links to this page in each language; the other parameters of its address stay."""
    asked = context["request"].GET.copy()
    links = []
    for code, name in settings.LANGUAGES:
        asked["lang"] = code
        links.append({"code": code, "name": name, "href": f"?{asked.urlencode()}", "current": code == get_language()})
    return links


@register.simple_tag(takes_context=True)
def own_pages(context: RequestContext) -> list[tuple[str, str]]:
    """Address and title of the pages this person works with."""
    return pages_of(context["request"].viewer)


@register.simple_tag(takes_context=True)
def sign_on_providers(context: RequestContext) -> list[dict[str, str]]:
    """Single sign-on providers an administrator configured: name and address."""
    request = context["request"]
    providers = get_adapter(request).list_providers(request)
    return [{"name": one.name, "href": one.get_login_url(request)} for one in providers]
