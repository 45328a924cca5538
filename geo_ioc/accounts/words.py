"""Words of the account pages, written where they are used and spoken in the language of the request."""

from django.utils.functional import lazy
from django.utils.translation import get_language

from layers.core.text import LANGUAGES, Text


def _say(vi: str, en: str) -> str:
    return Text(vi=vi, en=en).to((get_language() or LANGUAGES[0])[:2])


say = lazy(_say, str)
"""`say("Đăng nhập", "Sign in")`: the words in the language active when they are read."""
