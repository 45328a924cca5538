"""Whatever is wrong, the answer is JSON in both languages, with the right status and nothing of the inside."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from layers.api.urls import api
from layers.core import Viewer
from layers.core.limit import at_most
from layers.core.query import Features
from tests.toys import factories


def is_refusal(answer: Any, status: int, slug: str) -> None:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/json")
    fault = answer.json()
    assert fault["error"] == slug
    assert all(fault["message"][language].strip() for language in ("vi", "en"))
    assert "Traceback" not in answer.content.decode()


@pytest.mark.django_db
def test_an_address_that_is_none_is_not_found(anyone: Any) -> None:
    is_refusal(anyone.get("/api/nothing"), 404, "not_found")
    is_refusal(anyone.get("/api/layers/toy_plots/nothing"), 404, "not_found")


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path"), [("POST", "/api/layers"), ("DELETE", "/api/search"), ("PUT", "/api/me")])
def test_a_method_that_is_none_says_which_are(anyone: Any, method: str, path: str) -> None:
    answer = anyone.send(method, path, {})

    is_refusal(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET"


@pytest.mark.django_db
def test_too_large_a_body_is_refused(keeper: Viewer, unit: Any, ask: Callable[..., Any], settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    visit = factories.make_visit(commune=unit)
    address = f"/api/layers/toy_visits/features/{visit.pk}"

    is_refusal(ask(keeper).post(f"{address}/actions/finish", {"score": "1" * 2_000}), 413, "too_large")
    is_refusal(ask(keeper).send("PATCH", address, {"reason": "x" * 2_000}, if_match='"1"'), 413, "too_large")


@pytest.mark.django_db
def test_a_form_that_is_none_is_refused(keeper: Viewer, unit: Any, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit(commune=unit)
    address = f"/api/layers/toy_visits/features/{visit.pk}/actions/finish"

    answer = ask(keeper).send("POST", address, b"{}", content_type="multipart/form-data")

    is_refusal(answer, 400, "bad_request")


@pytest.mark.django_db
def test_a_body_with_an_unknown_field_names_it(keeper: Viewer, unit: Any, ask: Callable[..., Any]) -> None:
    visit = factories.make_visit(commune=unit)

    answer = ask(keeper).send(
        "PATCH", f"/api/layers/toy_visits/features/{visit.pk}", {"reason": "x", "naem": 1}, if_match='"1"'
    )

    is_refusal(answer, 422, "invalid")
    assert answer.json()["fields"] == {"naem": {"vi": "Không có trường này.", "en": "There is no such field."}}


@pytest.mark.django_db
def test_every_endpoint_refuses_a_parameter_it_does_not_offer(anyone: Any) -> None:
    paths = api.get_openapi_schema(path_prefix="/api/")["paths"]
    gets = [path for path, methods in paths.items() if "get" in methods]

    assert len(gets) >= 9
    for path in gets:
        address = path.replace("{layer}", "toy_plots").replace("{id}", "1")
        is_refusal(anyone.get(address, {"no_such": "1"}), 400, "unknown_parameter")


@pytest.mark.django_db
def test_a_database_that_is_away_is_said_so(anyone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise OperationalError("connection refused at 10.0.0.1")

    monkeypatch.setattr(Features, "page", away)

    answer = anyone.get("/api/layers/toy_plots/features")

    is_refusal(answer, 503, "database_unavailable")
    assert "10.0.0.1" not in answer.content.decode()
    assert "Retry-After" in answer


@pytest.mark.django_db
def test_a_query_that_takes_too_long_is_cancelled_and_said_so(anyone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: Any) -> Any:
        with at_most(0.02), connection.cursor() as cursor:
            cursor.execute("select pg_sleep(2)")

    monkeypatch.setattr(Features, "page", slow)

    is_refusal(anyone.get("/api/layers/toy_plots/features"), 503, "timeout")


@pytest.mark.django_db
def test_a_fault_nobody_foresaw_says_nothing_of_itself(anyone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Features, "page", broken)

    answer = anyone.get("/api/layers/toy_plots/features")

    is_refusal(answer, 500, "server_error")
    assert "secret detail" not in answer.content.decode()


@pytest.mark.django_db
def test_the_time_limit_ends_with_its_block() -> None:
    with at_most(5), connection.cursor() as cursor:
        cursor.execute("show statement_timeout")
        assert cursor.fetchone() == ("5s",)
    with connection.cursor() as cursor:
        cursor.execute("show statement_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.django_db
def test_the_caller_is_described(anyone: Any, keeper: Viewer, ask: Callable[..., Any]) -> None:
    public = anyone.get("/api/me").json()
    known = ask(keeper).get("/api/me", {"lang": "en"}).json()

    assert (public["user"], public["roles"], public["areas"], public["language"]) == (None, [], [], "vi")
    assert (known["user"], known["roles"], known["language"]) == (keeper.user, ["toy_keeper"], "en")


@pytest.mark.django_db
def test_a_session_needs_its_csrf_token(django_user_model: Any) -> None:
    user = django_user_model.objects.create(username="someone")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)

    answer = client.post("/api/ingest/toy_visits", b"{}", content_type="application/json")

    is_refusal(answer, 403, "csrf")


@pytest.mark.django_db
def test_the_documentation_needs_no_other_host(anyone: Any) -> None:
    page = anyone.get("/api/docs").content.decode()

    assert "/static/ninja/swagger-ui-bundle.js" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert anyone.get("/api/openapi.json").json()["info"]["title"] == "geo_ioc"
