"""The viewer's page, and how refusals look to people and to programs."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

PAGE = '<!doctype html><head><meta name="geoioc-mode" content="production" /></head>'


@pytest.fixture
def dist(tmp_path: Path, settings: Settings, db: None) -> Path:  # the page names the hosts of base maps
    settings.VIEWER_DIST = tmp_path
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("demo", "mode"), [(True, "demo"), (False, "production")])
def test_viewer_is_told_its_mode(client: Client, dist: Path, settings: Settings, demo: bool, mode: str) -> None:
    settings.GEO_IOC_DEMO = demo

    assert f'name="geoioc-mode" content="{mode}"' in client.get("/").content.decode()


def test_viewer_page_is_never_kept_and_brings_the_csrf_cookie(client: Client, dist: Path) -> None:
    response = client.get("/")

    assert "no-store" in response["Cache-Control"]
    assert "csrftoken" in response.cookies


def test_pages_load_from_this_server_only(client: Client, dist: Path) -> None:
    policy = dict(part.strip().split(" ", 1) for part in client.get("/")["Content-Security-Policy"].split(";"))

    assert policy["default-src"] == policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert "http" not in " ".join(policy.values())


def test_viewer_that_is_not_built_says_what_to_do(client: Client, dist: Path) -> None:
    (dist / "index.html").unlink()

    response = client.get("/")

    assert response.status_code == 503
    assert "make run" in response.content.decode()


def test_unknown_address_is_a_page_in_both_languages_for_people(client: Client) -> None:
    response = client.get("/no-such-page", HTTP_ACCEPT="text/html,*/*;q=0.8")

    assert response.status_code == 404
    assert "Không có địa chỉ này." in response.content.decode()
    assert "There is nothing at this address." in response.content.decode()


@pytest.mark.parametrize("path", ["/api/no-such", "/stac/no-such", "/no-such"])
@pytest.mark.parametrize("accept", ["application/json", "*/*"])
def test_unknown_address_is_json_for_programs(client: Client, path: str, accept: str) -> None:
    response = client.get(path, HTTP_ACCEPT=accept)

    assert response.status_code == 404
    assert set(response.json()) == {"error", "message", "field"}
    assert set(response.json()["message"]) == {"vi", "en"}


def test_data_address_answers_json_even_to_a_browser(client: Client) -> None:
    assert client.get("/api/no-such", HTTP_ACCEPT="text/html").headers["Content-Type"].startswith("application/json")


@pytest.mark.django_db
def test_missing_csrf_token_is_refused_in_both_languages() -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/logout/", HTTP_ACCEPT="application/json")

    assert response.status_code == 403
    assert response.json()["error"] == "csrf"
