"""Liveness and readiness, against the real database."""

from contextlib import ExitStack
from time import perf_counter

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from layers.process.alone import Alone

ALONE = tuple(name for config in apps.get_app_configs() for name in getattr(config, "alone", ()))
"""Processes of domains that hold their name."""


def heartbeat(age: str) -> None:
    """Makes the table hold one worker, heard of this long ago."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval)", [age])


def missing(client: Client) -> tuple[int, list[str]]:
    response = client.get("/readyz")
    return response.status_code, [entry["check"] for entry in response.json()["missing"]]


def test_liveness_needs_no_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db(transaction=True)
def test_server_with_a_living_worker_is_ready(client: Client) -> None:
    heartbeat("1 second")

    with ExitStack() as running:
        for name in ALONE:
            running.enter_context(Alone(name))
        assert missing(client) == (200, [])


@pytest.mark.django_db(transaction=True)
def test_a_process_of_a_domain_that_ended_is_named(client: Client) -> None:
    heartbeat("1 second")

    with Alone("evaluate_rules"):
        pass

    assert missing(client) == (503, list(ALONE))


@pytest.mark.django_db(transaction=True)
def test_worker_without_heartbeat_is_named(client: Client) -> None:
    heartbeat("10 minutes")

    assert missing(client) == (503, ["jobs", *ALONE])


@pytest.mark.django_db(transaction=True)
def test_missing_migration_is_named(client: Client) -> None:
    heartbeat("1 second")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")

    try:
        assert missing(client) == (503, ["migrations"])
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('sessions', '0001_initial', now())"
            )


@pytest.mark.django_db
def test_database_that_is_down_is_named_at_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    started = perf_counter()

    assert missing(client) == (503, ["database"])
    assert perf_counter() - started < 5
