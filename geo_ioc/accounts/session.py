"""Sessions of people: who is behind one, and when it has been idle for too long.

Source of the limit: security-and-privacy, application security rules (session idle 30 min).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from geo_ioc.accounts.models import SessionUse, User

IDLE = timedelta(minutes=30)
"""A session not used for this long is over."""
NOTED_EVERY = timedelta(minutes=1)
"""Use is written down at most this often."""


class SessionExpiredError(Exception):
    """The session belonged to somebody and has been idle for too long."""


def user_of_session(session_key: str, *, active: bool) -> User | None:
    """The account behind a session; None where nobody is signed in by it.

    Args:
        session_key: value of the session cookie.
        active: whether the request is an act of the person, which keeps the session alive.

    Raises:
        SessionExpiredError: the session has been idle for more than `IDLE`.
    """
    now = timezone.now()
    session = Session.objects.filter(pk=session_key, expire_date__gt=now).select_related("use").first()
    if session is None:
        return None
    user = _user_named_by(SessionStore(session_key).decode(session.session_data))
    if user is None:
        return None
    seen_at = _seen_at(session)
    if now - seen_at > IDLE:
        raise SessionExpiredError
    if active and now - seen_at >= NOTED_EVERY:
        note_use(session_key, at=now)
    return user


def note_use(session_key: str, *, at: datetime) -> None:
    """Write down that the session was used."""
    SessionUse.objects.bulk_create(
        [SessionUse(session_id=session_key, seen_at=at)],
        update_conflicts=True,
        unique_fields=["session"],
        update_fields=["seen_at"],
    )


def remove_ended() -> None:
    """Delete the sessions past their last day and those idle for too long."""
    now = timezone.now()
    Session.objects.filter(Q(expire_date__lt=now) | Q(use__seen_at__lt=now - IDLE)).delete()


def _seen_at(session: Session) -> datetime:
    """When the session was last used; before any note of it, when it was last saved, which is then noted."""
    try:
        return session.use.seen_at
    except SessionUse.DoesNotExist:
        saved_at = session.expire_date - timedelta(seconds=settings.SESSION_COOKIE_AGE)
        note_use(session.session_key, at=saved_at)
        return saved_at


def _user_named_by(data: Mapping[str, Any]) -> User | None:
    """The account a session's data names, with the checks of `django.contrib.auth.get_user`."""
    if data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = User.objects.filter(pk=data[SESSION_KEY]).first()
    if user is None or not user.may_enter:
        return None
    unchanged = constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    return user if unchanged else None
