"""The token in a wall's cookie: it reads, writes nothing, steps back for whoever signs in, and ends when revoked."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from geo_ioc.accounts.door import WALL_COOKIE, resolve
from geo_ioc.accounts.models import AccessToken, SessionUse, User
from tests.accounts.conftest import sign_in

Make = Callable[..., User]
Issue = Callable[..., str]
TOKEN = "/api/wall/token"


@pytest.fixture
def key(make_user: Make, issue: Issue) -> str:
    """A wall's token, issued by an administrator."""
    return issue(make_user("chi", roles=("admin",)), kind="wall", lasts=None)


@pytest.fixture
def wall(client: Client, key: str) -> Client:
    """A browser that is a wall."""
    client.cookies[WALL_COOKIE] = key
    return client


def who(client: Client, **headers: str) -> Any:
    return client.get("/api/me", headers=headers).json()


def test_a_browser_takes_a_token_once_and_keeps_it_out_of_reach(client: Client, key: str) -> None:
    answer = client.post(TOKEN, {"token": f" {key}\n"}, content_type="application/json")

    cookie = answer.cookies[WALL_COOKIE]
    assert answer.json() == {"name": "thử"}
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert cookie["max-age"] > 300 * 86_400
    assert who(client)["roles"] == ["wall"]
    assert who(client)["user"] is None


@pytest.mark.parametrize("body", [b"{}", b"[]", b"no json", b'{"token": null}', b'{"token": "gioc_wrong"}'])
def test_what_is_no_token_is_refused(client: Client, db: None, body: bytes) -> None:
    answer = client.post(TOKEN, body, content_type="application/json")

    assert (answer.status_code, answer.json()["field"]) == (401, "token")
    assert WALL_COOKIE not in answer.cookies


def test_a_persons_token_makes_no_wall(client: Client, make_user: Make, issue: Issue) -> None:
    personal = issue(make_user("minh", roles=("admin",)))

    refused = client.post(TOKEN, {"token": personal}, content_type="application/json")
    client.cookies[WALL_COOKIE] = personal

    assert refused.status_code == 401
    assert who(client)["roles"] == []


def test_no_other_site_makes_a_browser_a_wall(key: str) -> None:
    strict = Client(enforce_csrf_checks=True)

    for method in (strict.post, strict.delete):
        answer = method(TOKEN, {"token": key}, content_type="application/json")
        assert answer.status_code == 403
        assert WALL_COOKIE not in answer.cookies


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_changes_something_is_asked_by_nobody(wall: Client, method: str) -> None:
    answer = wall.generic(method, "/api/layers/schools/features", "{}", content_type="application/json")
    seen = answer.wsgi_request

    assert seen.viewer.is_public
    assert seen.caller.means.value == "nothing"
    assert answer.status_code >= 400


def test_the_cookie_forgives_no_csrf(key: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies[WALL_COOKIE] = key

    assert sign_in(strict, "chi").status_code == 403


def test_a_person_signs_in_on_a_wall_and_is_then_themselves(wall: Client, make_user: Make) -> None:
    make_user("lan", roles=("operator",))
    assert wall.get("/accounts/login/").status_code == 200

    sign_in(wall, "lan")

    assert who(wall)["user"] == "lan"
    assert who(wall)["roles"] == ["operator"]
    assert wall.get("/accounts/tokens/").status_code == 200


def test_becoming_a_wall_ends_the_session(client: Client, make_user: Make, key: str) -> None:
    client.force_login(make_user("lan", roles=("steward",)))

    client.post(TOKEN, {"token": key}, content_type="application/json")

    assert who(client)["roles"] == ["wall"]
    del client.cookies[WALL_COOKIE]
    assert who(client)["user"] is None


def test_when_a_session_ends_the_wall_goes_on(wall: Client, make_user: Make) -> None:
    wall.force_login(make_user("lan", roles=("operator",)))
    _make_idle(wall)

    assert who(wall)["roles"] == ["wall"]
    assert who(wall)["user"] is None


def test_a_wall_opens_no_account_page(wall: Client) -> None:
    for address in ("/accounts/tokens/", "/accounts/", "/admin/"):
        assert wall.get(address).status_code == 302


def test_an_authorization_header_silences_the_cookie(wall: Client, make_user: Make, issue: Issue) -> None:
    assert who(wall, Authorization=f"Bearer {issue(make_user('minh'))}")["user"] == "minh"
    assert wall.get("/api/me", headers={"Authorization": "Bearer gioc_wrong"}).status_code == 401


def test_revoked_it_is_nobody_at_once_and_is_told_so(wall: Client) -> None:
    assert wall.get("/api/wall/scenes").json()["viewer"] == {"means": "wall", "name": "thử"}

    AccessToken.objects.update(revoked_at=timezone.now())
    answer = wall.get("/api/wall/scenes")

    assert answer.json()["viewer"] == {"means": "refused", "name": None}
    assert WALL_COOKIE not in answer.cookies
    assert who(wall)["roles"] == []


def test_a_browser_ceases_to_be_a_wall(wall: Client) -> None:
    wall.delete(TOKEN)

    assert wall.get("/api/wall/scenes").json()["viewer"] == {"means": "nothing", "name": None}


@pytest.mark.django_db(transaction=True)
def test_tiles_and_the_live_channel_know_the_wall_too(key: str, make_user: Make) -> None:
    cookie = [(b"cookie", f"a=b; {WALL_COOKIE}={key}".encode())]
    assert asyncio.run(resolve(cookie)).roles == {"wall"}

    AccessToken.objects.update(revoked_at=timezone.now())

    assert asyncio.run(resolve(cookie)).is_public


def test_a_page_with_nobody_before_it_keeps_no_session_alive(client: Client, make_user: Make) -> None:
    client.force_login(make_user("lan"))
    _make_idle(client, minutes=20)

    before = SessionUse.objects.get().seen_at
    assert who(client, **{"X-Unattended": "1"})["user"] == "lan"
    assert SessionUse.objects.get().seen_at == before

    who(client)
    assert SessionUse.objects.get().seen_at > before


def _make_idle(client: Client, minutes: int = 31) -> None:
    seen_at = timezone.now() - timedelta(minutes=minutes)
    SessionUse.objects.update_or_create(session_id=client.session.session_key, defaults={"seen_at": seen_at})
