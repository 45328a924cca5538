"""Readings over HTTP: a request is one call; every reading is answered for itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from layers.core.viewer import ANYONE, Viewer
from layers.sensors.models import Reading, RejectedReading, Station

DEVICE = Viewer(device="logger-1", roles=frozenset({"device"}))
URL = "/api/ingest/stations"


@pytest.fixture
def station(make_station: Callable[..., Station]) -> Station:
    return make_station(quantities=("pm25", "co"))


def reading(**more: Any) -> dict[str, Any]:
    now = timezone.now().replace(microsecond=0)
    return {"station": "TN_KK01", "quantity": "pm25", "at": now.isoformat(), "value": 31.4, **more}


def test_a_batch_is_stored_and_each_refusal_names_its_place_and_field(station: Station, ask: Any) -> None:
    future = (timezone.now() + timedelta(hours=1)).isoformat()
    batch = [
        reading(),
        reading(quantity="co", value=0.61, unit="mg/m³"),
        reading(at=future),
        reading(value="much"),
        reading(station="TN_KK99"),
        reading(at="2026-11-03T12:00:00"),
    ]

    answer = ask(DEVICE).post(URL, batch)

    body = answer.json()
    assert (answer.status_code, body["accepted"]) == (200, 2)
    assert [(one["index"], one["error"], one["field"]) for one in body["rejected"]] == [
        (2, "future", "at"),
        (3, "invalid", "value"),
        (4, "unknown_station", "station"),
        (5, "invalid", "at"),
    ]
    assert sorted(Reading.objects.values_list("value", flat=True)) == [31.4, 610.0]
    assert set(RejectedReading.objects.values_list("reason", flat=True)) == {"future", "unknown_station"}


def test_the_same_batch_again_is_accepted_and_stored_once(station: Station, ask: Any) -> None:
    batch = [reading()]

    answers = [ask(DEVICE).post(URL, batch).json() for _ in range(2)]

    assert [one["accepted"] for one in answers] == [1, 1]
    assert Reading.objects.count() == 1


def test_one_reading_that_is_refused_is_422_in_the_caller_s_language(station: Station, ask: Any) -> None:
    answer = ask(DEVICE).post(URL, reading(value=-5))

    assert answer.status_code == 422
    assert answer.json()["error"] == "impossible"
    assert set(answer.json()["message"]) == {"vi", "en"}


def test_only_devices_may_post(station: Station, ask: Any) -> None:
    assert ask(ANYONE).post(URL, [reading()]).status_code in (401, 403)


def test_a_station_s_own_device_alone_sends_for_it(make_station: Callable[..., Station], ask: Any) -> None:
    make_station(device="logger-2")

    assert ask(DEVICE).post(URL, [reading()]).json()["rejected"][0]["error"] == "not_its_device"
