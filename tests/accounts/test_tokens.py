"""The page of access tokens."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from geo_ioc.accounts.caller import Unauthorized
from geo_ioc.accounts.forms import MOST_TOKENS
from geo_ioc.accounts.models import AccessToken, User
from geo_ioc.accounts.resolver import viewer_of

pytestmark = pytest.mark.django_db
Make = Callable[..., User]
Issue = Callable[..., str]


def make_token(client: Client, **fields: Any) -> Any:
    """Post the form for a new token."""
    return client.post("/accounts/tokens/", {"name": "QGIS", "lasts": "30", **fields})


def secret_in(answer: Any) -> str:
    """The secret the page shows."""
    found = re.search(r"gioc_[\w-]{40,}", answer.content.decode())
    assert found
    return found[0]


def test_a_token_is_shown_once_and_works(client: Client, make_user: Make) -> None:
    client.force_login(make_user("lan", roles=("steward",)))

    answer = make_token(client)
    secret = secret_in(answer)

    assert "no-store" in answer["Cache-Control"]
    assert viewer_of(session_key=None, authorization=f"Bearer {secret}").user == "lan"
    assert secret not in client.get("/accounts/tokens/").content.decode()


def test_a_token_lasts_as_long_as_was_chosen(client: Client, make_user: Make) -> None:
    client.force_login(make_user())

    make_token(client, lasts="90")

    left = AccessToken.objects.get().expires_at - timezone.now()
    assert timedelta(days=89) < left <= timedelta(days=90)


@pytest.mark.parametrize("fields", [{"lasts": "9999"}, {"lasts": ""}, {"name": ""}, {"name": "x" * 81}])
def test_a_token_that_cannot_be_is_refused(client: Client, make_user: Make, fields: dict[str, str]) -> None:
    client.force_login(make_user())

    answer = make_token(client, **fields)

    assert answer.status_code == 400
    assert not AccessToken.objects.exists()


def test_a_revoked_token_ends_at_once(client: Client, make_user: Make) -> None:
    client.force_login(make_user())
    secret = secret_in(make_token(client))

    client.post(f"/accounts/tokens/{AccessToken.objects.get().pk}/revoke/")

    with pytest.raises(Unauthorized):
        viewer_of(session_key=None, authorization=f"Bearer {secret}")


def test_nobody_revokes_or_sees_the_token_of_another(client: Client, make_user: Make, issue: Issue) -> None:
    issue(make_user("minh"))
    client.force_login(make_user("lan", roles=("admin",)))

    answer = client.post(f"/accounts/tokens/{AccessToken.objects.get().pk}/revoke/")

    assert answer.status_code == 404
    assert AccessToken.objects.get().revoked_at is None
    assert "thử" not in client.get("/accounts/tokens/").content.decode()


def test_only_an_administrator_issues_wall_tokens(client: Client, make_user: Make) -> None:
    client.force_login(make_user("lan", roles=("leader",)))
    make_token(client, kind="wall")
    client.force_login(make_user("chi", roles=("admin",)))
    make_token(client, kind="wall")

    kinds = dict(AccessToken.objects.values_list("user__username", "kind"))

    assert kinds == {"lan": "personal", "chi": "wall"}
    assert AccessToken.objects.get(kind="wall").expires_at is None


def test_an_account_has_a_bounded_number_of_tokens(client: Client, make_user: Make, issue: Issue) -> None:
    user = make_user()
    for _ in range(MOST_TOKENS):
        issue(user)
    client.force_login(user)

    answer = make_token(client)

    assert answer.status_code == 400
    assert AccessToken.objects.count() == MOST_TOKENS


@pytest.mark.parametrize("address", ["/accounts/", "/accounts/tokens/", "/accounts/password/change/"])
def test_the_account_pages_ask_to_sign_in_first(client: Client, address: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={address}"
