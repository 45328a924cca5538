"""The same question asked from the bare ASGI front and from Django: who is behind these headers?"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

from django.apps import apps
from django.conf import settings
from django.db import connections

from geo_ioc.accounts.apps import AccountsConfig
from geo_ioc.accounts.cache import ViewerCache
from geo_ioc.accounts.caller import Caller, Means
from geo_ioc.accounts.language import negotiate
from geo_ioc.accounts.resolver import caller_of, wall_of
from layers.core.viewer import Viewer

LONGEST = 400
"""Characters of a session key or an Authorization header worth looking at."""
WALL_COOKIE = "wall"
"""Holds the token of a browser that is a control-room wall."""
UNATTENDED = "X-Unattended"
"""Header of a page that asks by itself, with nobody before it: it keeps no session alive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a request shows. Hashable: the key of the cache."""

    session_key: str | None = None
    authorization: str | None = None
    wall_key: str | None = None

    def look_up(self, *, active: bool = True) -> Caller:
        """The caller, from the database.

        Raises:
            Unauthorized: the header's token or key is wrong, expired or revoked.
        """
        caller = caller_of(session_key=self.session_key, authorization=self.authorization, active=active)
        if self.wall_key is None or caller.means is not Means.NOTHING:
            return caller
        return replace(wall_of(self.wall_key), expired=caller.expired)

    def caller(self, *, active: bool = True) -> Caller:
        """The caller, remembered or from the database.

        Raises:
            Unauthorized: as `look_up`.
        """
        if self == NONE:
            return PUBLIC
        return viewers().ask(self, lambda: self.look_up(active=active), active=active)


NONE = Credentials()
PUBLIC = Caller()


def viewers() -> ViewerCache:
    """The cache of this process. Whoever follows the journal calls `turn_on()`, then `clear()` at each `@access`."""
    config = apps.get_app_config("accounts")
    assert isinstance(config, AccountsConfig)
    return config.viewers


def credentials(
    *, session_key: str | None = None, authorization: str | None = None, wall_key: str | None = None
) -> Credentials:
    """What counts of what a request shows: a header silences the cookies, and a session counts before a wall's token.

    Args:
        session_key: value of the session cookie.
        authorization: the Authorization header.
        wall_key: value of the wall's cookie. To be given for requests that change nothing, and for no others: the
            cookie comes by itself, so it must never let anybody write.
    """
    if authorization:
        return Credentials(authorization=authorization[: LONGEST + 1])
    return Credentials(session_key=_fit(session_key), wall_key=_fit(wall_key))


def _fit(key: str | None) -> str | None:
    return key if key and len(key) <= LONGEST else None


async def resolve(headers: Iterable[tuple[bytes, bytes]], query_string: bytes = b"", *, active: bool = True) -> Viewer:
    """Who is asking, for an ASGI application: the dict on a hit, a thread with the database on a miss.

    Args:
        headers: `scope["headers"]`, names in lower case.
        query_string: `scope["query_string"]`, for `?lang=`.
        active: False where the person did nothing: a live connection that checks again after a revocation.

    Raises:
        Unauthorized: an Authorization header that lets nobody in; answer 401 with its `json`.
        django.db.Error: the database is away.
    """
    found = {name: value.decode("latin-1") for name, value in headers if name in _WANTED}
    cookies = found.get(b"cookie", "")
    language = negotiate(
        asked=_asked(query_string),
        cookie=_cookie(cookies, settings.LANGUAGE_COOKIE_NAME),
        accepted=found.get(b"accept-language"),
    )
    shown = credentials(
        session_key=_cookie(cookies, settings.SESSION_COOKIE_NAME),
        authorization=found.get(b"authorization"),
        wall_key=_cookie(cookies, WALL_COOKIE),  # tiles and the live channel are read
    )
    active = active and _UNATTENDED not in found
    if shown == NONE:
        return PUBLIC.speaking(language)
    caller = viewers().get(shown, active=active)
    if caller is None:
        caller = await asyncio.to_thread(_in_thread, shown, active=active)
    return caller.speaking(language)


_UNATTENDED = UNATTENDED.lower().encode()
_WANTED = frozenset({b"cookie", b"authorization", b"accept-language", _UNATTENDED})


def _in_thread(shown: Credentials, *, active: bool) -> Caller:
    """Look up in a worker thread, and give its connection back to the pool."""
    try:
        return shown.caller(active=active)
    finally:
        connections.close_all()


def _asked(query_string: bytes) -> str | None:
    if b"lang=" not in query_string:
        return None
    return parse_qs(query_string.decode("latin-1")).get("lang", [None])[0]


def _cookie(header: str, name: str) -> str | None:
    """One cookie of a Cookie header, split by hand: twenty times faster than `SimpleCookie`."""
    for pair in header.split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            return value.strip('"') or None
    return None
