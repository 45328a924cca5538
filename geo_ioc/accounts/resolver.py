"""From the credentials of a request to a `Viewer`: synchronous, on the database, remembering nothing."""

from datetime import datetime, timedelta

from django.utils import timezone

from geo_ioc.accounts.caller import Caller, Means, Unauthorized
from geo_ioc.accounts.keys import digest
from geo_ioc.accounts.models import AccessToken, DeviceKey
from geo_ioc.accounts.roles import WALL
from geo_ioc.accounts.scope import communes_of, viewer_of_user
from geo_ioc.accounts.session import SessionExpiredError, user_of_session
from layers.core.text import LANGUAGES, Text
from layers.core.viewer import Viewer

NOTED_EVERY = timedelta(hours=1)
"""The last use of a token or key is written at most this often: each write makes every worker ask anew."""

UNKNOWN_SCHEME = Text(
    vi="Không hiểu tiêu đề Authorization. Viết “Bearer <mã truy cập>” hoặc “Device <khoá thiết bị>”.",
    en="The Authorization header is not understood. Write “Bearer <token>” or “Device <key>”.",
)


def viewer_of(*, session_key: str | None, authorization: str | None, language: str = LANGUAGES[0]) -> Viewer:
    """Who is asking.

    Args:
        session_key: value of the session cookie, if one was sent.
        authorization: the Authorization header, if one was sent; it then counts alone.
        language: code of the language to speak.

    Raises:
        Unauthorized: the header's token or key is wrong, expired or revoked.
    """
    return caller_of(session_key=session_key, authorization=authorization).speaking(language)


def caller_of(*, session_key: str | None, authorization: str | None, active: bool = True) -> Caller:
    """Who is asking, and by what means.

    Args:
        session_key: value of the session cookie, if one was sent.
        authorization: the Authorization header, if one was sent; it then counts alone.
        active: whether the request is an act of the person (a live connection that checks again is not).

    Raises:
        Unauthorized: the header's token or key is wrong, expired or revoked.
    """
    if authorization:
        return _by_header(authorization)
    if not session_key:
        return Caller()
    try:
        user = user_of_session(session_key, active=active)
    except SessionExpiredError:
        return Caller(expired=True)
    return Caller(viewer=viewer_of_user(user), means=Means.SESSION) if user else Caller()


def _by_header(authorization: str) -> Caller:
    scheme, _, secret = authorization.strip().partition(" ")
    match scheme.lower():
        case "bearer":
            return _by_token(secret.strip())
        case "device":
            return _by_device_key(secret.strip())
    raise Unauthorized(UNKNOWN_SCHEME)


def _by_token(secret: str) -> Caller:
    now = timezone.now()
    token = AccessToken.objects.filter(key_hash=digest(secret)).select_related("user").first()
    if token is None or not token.is_valid(now):
        raise Unauthorized
    _note_use(token, now)
    viewer = viewer_of_user(token.user)
    if token.kind == AccessToken.Kind.PERSONAL:
        return Caller(viewer=viewer, means=Means.TOKEN)
    wall = Viewer(device=token.name, roles=frozenset({WALL}), units=viewer.units, departments=viewer.departments)
    return Caller(viewer=wall, means=Means.WALL)


def wall_of(key: str) -> Caller:
    """The wall whose browser keeps this token; the public where the token no longer holds, or is a person's."""
    try:
        caller = _by_token(key)
    except Unauthorized:
        return Caller()
    return caller if caller.means is Means.WALL else Caller()


def _by_device_key(secret: str) -> Caller:
    key = DeviceKey.objects.filter(key_hash=digest(secret), revoked_at=None).select_related("role", "unit").first()
    if key is None or key.role.for_people:
        raise Unauthorized
    _note_use(key, timezone.now())
    units = communes_of({key.unit.pk: key.unit.level}) if key.unit else frozenset()
    viewer = Viewer(device=key.name, roles=frozenset({key.role.slug}), units=units)
    return Caller(viewer=viewer, means=Means.DEVICE, layer=key.layer or None)


def _note_use(credential: AccessToken | DeviceKey, now: datetime) -> None:
    if credential.last_used_at is None or now - credential.last_used_at >= NOTED_EVERY:
        credential.last_used_at = now
        credential.save(update_fields=["last_used_at"])
