"""Which language to speak: `?lang=`, then the cookie, then Accept-Language, then Vietnamese."""

from django.utils.translation.trans_real import parse_accept_lang_header

from layers.core.text import LANGUAGES


def negotiate(*, asked: str | None, cookie: str | None, accepted: str | None) -> str:
    """The first language we speak among what was asked for.

    Args:
        asked: value of `?lang=`.
        cookie: value of the language cookie.
        accepted: the Accept-Language header.
    """
    for wish in (asked, cookie):
        if wish in LANGUAGES:
            return wish
    ranked = parse_accept_lang_header(accepted.lower()) if accepted else ()
    wanted = (code.partition("-")[0] for code, _quality in ranked)
    return next((code for code in wanted if code in LANGUAGES), LANGUAGES[0])
