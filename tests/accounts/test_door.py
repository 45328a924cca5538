"""The question of who asks, as the bare ASGI front puts it, and how a revocation reaches it."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from geo_ioc.accounts.caller import Unauthorized
from geo_ioc.accounts.door import NONE, credentials, resolve, viewers
from geo_ioc.accounts.models import AccessToken, Role, User
from geo_ioc.accounts.roles import install_roles
from layers.admin_units.models import AdminUnit
from layers.core.install import sync_database
from layers.core.viewer import ANYONE, Viewer

Make = Callable[..., User]
Issue = Callable[..., str]
Headers = list[tuple[bytes, bytes]]


@pytest.fixture
def following() -> Iterator[None]:
    """The cache as it is while the journal is followed."""
    viewers().turn_on()
    yield
    viewers().turn_off()


def ask(headers: Headers, query: bytes = b"") -> Viewer:
    """Resolve in an event loop of its own."""
    return asyncio.run(resolve(headers, query))


def bearer(key: str) -> Headers:
    """The headers of a script."""
    return [(b"authorization", f"Bearer {key}".encode())]


def test_without_credentials_nobody_asks_the_database() -> None:
    assert ask([(b"cookie", b"lang=en; other=1"), (b"host", b"x")]) == ANYONE
    assert ask([(b"cookie", b"lang=en")]).language == "en"
    assert ask([(b"cookie", b"lang=en")], b"s=1&lang=vi").language == "vi"
    assert ask([(b"accept-language", b"en")]).language == "en"


@pytest.mark.django_db(transaction=True)
def test_a_session_cookie_among_others_is_found(make_user: Make, following: None) -> None:
    client = Client()
    client.force_login(make_user("lan"))
    cookie = f"csrftoken=x; sessionid={client.session.session_key}; lang=en"

    viewer = ask([(b"cookie", cookie.encode())])

    assert viewer.user == "lan"
    assert viewer.language == "en"


@pytest.mark.django_db(transaction=True)
def test_a_wrong_token_is_refused_each_time(following: None) -> None:
    for _ in range(2):
        with pytest.raises(Unauthorized):
            ask(bearer("gioc_wrong"))


@pytest.mark.django_db(transaction=True)
def test_a_remembered_token_ends_when_the_cache_is_cleared(make_user: Make, issue: Issue, following: None) -> None:
    key = issue(make_user("minh"))
    assert ask(bearer(key)).user == "minh"
    AccessToken.objects.update(revoked_at=timezone.now())
    assert ask(bearer(key)).user == "minh"

    viewers().clear()

    with pytest.raises(Unauthorized):
        ask(bearer(key))


def test_a_header_beyond_reason_is_no_key_of_the_cache() -> None:
    assert credentials(session_key="x" * 10_000, authorization=None) == NONE
    shown = credentials(session_key=None, authorization="Bearer " + "x" * 100_000)

    assert shown.authorization is not None
    assert len(shown.authorization) < 1000


def announced() -> set[str]:
    """Topics in the journal since it was emptied."""
    with connection.cursor() as cursor:
        cursor.execute("select distinct layer from map_change")
        return {layer for (layer,) in cursor.fetchall()}


def emptied() -> None:
    """Begin with an empty journal."""
    with connection.cursor() as cursor:
        cursor.execute("delete from map_change")


@pytest.mark.django_db
def test_every_change_of_access_is_announced(
    make_user: Make, issue: Issue, issue_device: Issue, province: AdminUnit
) -> None:
    install_roles(Role)
    user = make_user("lan", roles=("operator",))
    key = issue(user)
    issue_device()
    client = Client()
    client.force_login(user)
    changes: list[Callable[[], object]] = [
        lambda: user.roles.clear(),
        lambda: User.objects.update(is_active=False),
        lambda: AccessToken.objects.update(revoked_at=timezone.now()),
        lambda: client.session.flush(),
        lambda: AdminUnit.objects.update(is_current=False),
    ]

    for change in changes:
        emptied()
        change()
        assert "@access" in announced()
    assert key


@pytest.mark.django_db
def test_using_a_session_is_no_change_of_access(make_user: Make) -> None:
    sync_database()
    client = Client()
    client.force_login(make_user("lan"))
    emptied()

    client.get("/accounts/tokens/")

    assert announced() == set()
