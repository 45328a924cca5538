"""Readings over MQTT with a real broker and a real database, each of which goes away."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from layers.sensors.ingest.mqtt import RECEIVE_MAXIMUM, Address
from layers.sensors.models import FormerReading, Reading, RejectedReading, Station
from tests.layers.sensors.center import QUANTITIES, START, STATIONS, Center
from tests.platform.broker import running_broker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def center(tmp_path: Path, settings: Any, make_station: Callable[..., Station]) -> Iterator[Center]:
    for number in range(STATIONS):
        make_station(f"S{number:03}", quantities=QUANTITIES)
    with running_broker(tmp_path, settings) as running:
        center = Center(running, tmp_path)
        try:
            assert not center.device.connect().is_failure
            center.receive()
            wait_for(lambda: "mqtt_connected" in center.log(), 30)
            yield center
        finally:
            center.close()
            with connection.cursor() as cursor:  # the table is not managed: nothing else empties it
                cursor.execute("truncate sensors_reading")


def stored() -> dict[tuple[str, str, datetime], float]:
    rows = Reading.objects.values_list("datastream__station__code", "datastream__quantity", "at", "value")
    return {(code, name, at): value for code, name, at, value in rows}


def nothing_lost_nothing_doubled(center: Center) -> None:
    assert stored() == center.sent
    assert Reading.objects.count() == len(center.sent)
    assert not FormerReading.objects.exists()
    assert not RejectedReading.objects.exists()


@pytest.mark.slow
def test_an_hour_without_database_loses_and_doubles_nothing(center: Center) -> None:
    center.report(slots=2)
    center.gate.close()
    center.report()
    center.await_sent()
    wait_for(lambda: "mqtt_waits_for_the_database" in center.log())
    center.gate.open()
    center.report(slots=2)

    center.await_stored()

    nothing_lost_nothing_doubled(center)


@pytest.mark.slow
def test_an_hour_without_receiver_loses_and_doubles_nothing(center: Center) -> None:
    center.report(slots=2)
    center.kill_receiver()
    center.report()
    center.await_sent()
    center.receive()
    center.report(slots=2)

    center.await_stored()

    nothing_lost_nothing_doubled(center)


@pytest.mark.slow
def test_an_hour_without_broker_loses_and_doubles_nothing(center: Center) -> None:
    center.report(slots=2)
    center.broker.stop()
    center.report()
    center.broker.start()
    center.await_sent()

    center.await_stored()

    nothing_lost_nothing_doubled(center)


@pytest.mark.slow
def test_broker_restarted_while_the_database_is_away_keeps_all(center: Center) -> None:
    center.gate.close()
    center.report()
    center.await_sent()
    center.broker.stop()
    center.broker.start()
    center.gate.open()

    center.await_stored()

    nothing_lost_nothing_doubled(center)


def test_unreadable_message_is_kept_with_its_reason_and_holds_up_nothing(center: Center) -> None:
    center.device.publish("stations/S001/readings", b"\xff\x00 no json")
    center.device.publish("stations/S001/readings", '{"at": "yesterday", "quantity": "pm25", "value": 1}')
    for quantity in ("p\x00", "pm25"):
        sent = {"at": START.isoformat(), "quantity": quantity, "value": 12.5}
        center.device.publish("stations/S001/readings", json.dumps(sent))

    wait_for(lambda: Reading.objects.exists())

    refused = RejectedReading.objects.order_by("pk")
    assert [row.reason for row in refused] == ["unreadable"] * 3
    assert [row.station for row in refused] == ["S001"] * 3
    assert "at is no time in ISO 8601" in refused[1].text


def test_second_receiver_waits_for_the_first(center: Center) -> None:
    first = center.receiver
    center.receive()
    second, center.receiver = center.receiver, first
    assert second is not None

    try:
        center.report(slots=1)
        center.await_stored()
        assert center.log().count("mqtt_connected") == 1
        center.kill_receiver()
        wait_for(lambda: center.log().count("mqtt_connected") == 2, 30)
    finally:
        second.kill()
        second.wait()


def test_broker_sends_no_further_ahead_than_the_receiver_takes(center: Center) -> None:
    center.kill_receiver()
    center.report(slots=RECEIVE_MAXIMUM // STATIONS + 10)
    center.await_sent()
    address = Address(url=center.broker.url, authority=center.broker.ca)
    client = address.client()
    taken: list[object] = []
    client.on_message = lambda _client, _user, message: taken.append(message)
    address.connect(client)

    until = time.monotonic() + 5
    while time.monotonic() < until:
        client.loop(0.1)

    client.disconnect()
    assert len(taken) == RECEIVE_MAXIMUM
    center.receive()
    center.await_stored()
    nothing_lost_nothing_doubled(center)
