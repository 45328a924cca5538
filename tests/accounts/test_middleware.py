"""What the middleware does with a request before any view."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from geo_ioc.accounts import middleware
from geo_ioc.accounts.models import AccessToken, SessionUse, User
from tests.accounts.conftest import PASSWORD, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.pages")]
Make = Callable[..., User]
Issue = Callable[..., str]


def test_a_token_works_and_once_revoked_answers_401_in_both_languages(
    client: Client, make_user: Make, issue: Issue
) -> None:
    header = {"Authorization": f"Bearer {issue(make_user('minh', roles=('steward',)))}"}

    before = client.get("/api/who", headers=header)
    AccessToken.objects.update(revoked_at=timezone.now())
    after = client.get("/api/who", headers=header)

    assert before.json()["user"] == "minh"
    assert after.status_code == 401
    assert after.json()["error"] == "unauthorized"
    assert after.json()["message"].keys() == {"vi", "en"}
    assert after.json()["field"] == "Authorization"
    assert after["WWW-Authenticate"].startswith("Bearer")
    assert after["Cache-Control"] == "no-store"


def test_a_token_may_change_things_without_a_csrf_token(make_user: Make, issue: Issue) -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/api/guarded", headers={"Authorization": f"Bearer {issue(make_user())}"})

    assert answer.status_code == 200


def test_a_token_silences_the_session_beside_it(client: Client, make_user: Make, issue: Issue) -> None:
    client.force_login(make_user("lan", roles=("admin",)))

    answer = client.get("/api/who", headers={"Authorization": f"Bearer {issue(make_user('minh'))}"}).json()

    assert answer["user"] == "minh"
    assert answer["roles"] == []
    assert answer["django"] is False


def test_a_session_changes_nothing_without_its_csrf_token_even_where_a_view_is_exempt(make_user: Make) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    client.get("/accounts/tokens/")
    csrf = client.cookies["csrftoken"].value

    without = client.post("/api/who")
    with_it = client.post("/api/who", headers={"X-CSRFToken": csrf})

    assert without.status_code == 403
    assert without.json()["error"] == "csrf"
    assert with_it.status_code == 200


def test_the_public_may_post_to_an_exempt_view(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/api/ingest/reports").status_code == 200


def test_a_wall_reads_and_changes_nothing(client: Client, make_user: Make, issue: Issue) -> None:
    header = {"Authorization": f"Bearer {issue(make_user('chi', roles=('admin',)), kind='wall', lasts=None)}"}

    read = client.get("/api/who", headers=header)
    write = client.post("/api/who", headers=header)

    assert read.json()["roles"] == ["wall"]
    assert read.json()["user"] is None
    assert write.status_code == 403
    assert write.json()["error"] == "forbidden"


def test_a_wall_token_opens_no_account_page(client: Client, make_user: Make, issue: Issue) -> None:
    header = {"Authorization": f"Bearer {issue(make_user('chi', roles=('admin',)), kind='wall', lasts=None)}"}

    for address in ("/accounts/tokens/", "/accounts/", "/admin/"):
        assert client.get(address, headers=header).status_code == 302


@pytest.mark.parametrize(
    ("layer", "address", "status"),
    [
        ("stations", "/api/ingest/stations", 200),
        ("stations", "/api/ingest/cameras", 403),
        ("stations", "/api/ingest/stations2", 403),
        ("stations", "/api/who", 403),
        ("", "/api/ingest/cameras", 200),
        ("", "/api/who", 403),
    ],
)
def test_a_device_reports_to_its_own_layer_only(
    client: Client, issue_device: Issue, layer: str, address: str, status: int
) -> None:
    key = issue_device(layer=layer)

    assert client.post(address, headers={"Authorization": f"Device {key}"}).status_code == status


def test_an_idle_session_is_public_and_signed_out_with_a_word_about_it(client: Client, make_user: Make) -> None:
    client.force_login(make_user(roles=("operator",)))
    key = client.session.session_key
    SessionUse.objects.update_or_create(session_id=key, defaults={"seen_at": timezone.now() - timedelta(minutes=31)})

    page = client.get("/accounts/tokens/")
    login = client.get(page["Location"])

    assert page.status_code == 302
    assert "30 phút" in login.content.decode()
    assert client.get("/api/who").json()["user"] is None


def test_metrics_reads_its_own_authorization(client: Client) -> None:
    assert client.get("/metrics", headers={"Authorization": "Bearer of-metrics"}).status_code == 200


def test_a_database_that_is_away_is_503_for_programs_and_public_for_pages(
    client: Client, make_user: Make, monkeypatch: Any
) -> None:
    client.force_login(make_user())

    def away(_request: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(middleware, "_caller", away)

    program, page = client.get("/api/who"), client.get("/page")

    assert program.status_code == 503
    assert program.json()["error"] == "database_unavailable"
    assert page.json()["user"] is None


@pytest.mark.parametrize(
    ("query", "cookie", "accepted", "spoken"),
    [
        ("", None, None, "vi"),
        ("", None, "en-GB,en;q=0.9", "en"),
        ("", None, "fr,de;q=0.9", "vi"),
        ("", None, "fr;q=1,en;q=0.5,vi;q=0.8", "vi"),
        ("", "en", "vi", "en"),
        ("?lang=vi", "en", "en", "vi"),
        ("?lang=xx", "en", "vi", "en"),
        ("", "xx", ";;;q=nonsense", "vi"),
    ],
)
def test_language_is_the_query_then_the_cookie_then_the_header_then_vietnamese(
    client: Client, query: str, cookie: str | None, accepted: str | None, spoken: str
) -> None:
    if cookie:
        client.cookies["lang"] = cookie

    answer = client.get(f"/api/who{query}", headers={"Accept-Language": accepted} if accepted else {})

    assert answer.json()["language"] == spoken
    assert answer["Content-Language"] == spoken
    assert "Accept-Language" in answer["Vary"]


def test_an_answer_of_the_api_never_sets_the_language_cookie(client: Client) -> None:
    assert "lang" not in client.get("/api/who?lang=en").cookies


def test_signing_out_makes_the_next_request_public(client: Client, make_user: Make) -> None:
    make_user("lan")
    sign_in(client, "lan", PASSWORD)
    assert client.get("/api/who").json()["user"] == "lan"

    client.post("/accounts/logout/")

    assert client.get("/api/who").json()["user"] is None
