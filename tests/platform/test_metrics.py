"""Who may read the numbers."""

import pytest
from django.test import Client
from pytest_django import Settings


def test_this_machine_reads_the_numbers(client: Client) -> None:
    client.get("/healthz")

    response = client.get("/metrics")

    assert response.status_code == 200
    assert 'geo_ioc_request_seconds_count{method="GET",route="healthz",status="200"}' in response.content.decode()


@pytest.mark.parametrize("caller", [{"REMOTE_ADDR": "203.0.113.7"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.7"}])
def test_others_are_answered_as_if_nothing_were_there(client: Client, caller: dict[str, str]) -> None:
    response = client.get("/metrics", **caller)

    assert response.status_code == 404
    assert response.json()["error"] == "not_found"


@pytest.mark.parametrize(("given", "status"), [("Bearer right", 200), ("Bearer wrong", 404), ("right", 404)])
def test_token_opens_them_from_elsewhere(client: Client, settings: Settings, given: str, status: int) -> None:
    settings.GEO_IOC_METRICS_TOKEN = "right"

    response = client.get("/metrics", REMOTE_ADDR="203.0.113.7", HTTP_AUTHORIZATION=given)

    assert response.status_code == status


def test_no_token_set_means_no_token_opens(client: Client, settings: Settings) -> None:
    settings.GEO_IOC_METRICS_TOKEN = ""

    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7", HTTP_AUTHORIZATION="Bearer ").status_code == 404
