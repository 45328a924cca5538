"""Readings over MQTT with a real broker and a real database, each of which goes away."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from geo_ioc import broker
from geo_ioc.accounts.keys import DEVICE_PREFIX, new_key
from geo_ioc.accounts.models import DeviceKey, Role
from geo_ioc.accounts.roles import install_roles
from geo_ioc.env import ROOT
from layers.sensors.models import FormerReading, Reading, RejectedReading, Station
from tests.layers.sensors.gate import Gate
from tests.platform.broker import Device, RunningBroker, running_broker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True)]

STATIONS = 100
QUANTITIES = ("pm25", "pm10", "no2", "so2", "o3")
HOUR = 12
"""Messages a station sends in an hour, one every five minutes."""
START = datetime(2026, 11, 3, 5, 0, tzinfo=UTC)


class Center:
    """A broker, a gate before the database, a receiver between them, and a device that reports for every station."""

    def __init__(self, running: RunningBroker, var: Path) -> None:
        self.broker = running
        self.var = var
        given = connection.settings_dict
        self.gate = Gate(given["HOST"], int(given["PORT"]))
        self.url = f"postgres://{given['USER']}:{given['PASSWORD']}@127.0.0.1:{self.gate.port}/{given['NAME']}"
        self.receiver: subprocess.Popen[bytes] | None = None
        install_roles(Role)  # the tests before emptied every table
        secret = new_key(DEVICE_PREFIX)
        self.key = DeviceKey(name="gateway", layer="stations")
        self.key.keep(secret)
        self.key.save()
        broker.admit(running.made)
        running.stop()
        running.start()
        self.device: Device = running.client(self.key.broker_name, secret, name="gateway", lasting=True)
        self.sent: dict[tuple[str, str, datetime], float] = {}
        self.slot = 0

    def receive(self) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "GEO_IOC_"))},
            "DATABASE_URL": self.url,
            "GEO_IOC_VAR": str(self.var),
        }
        with (self.var / "receiver.log").open("ab") as log:
            command = [sys.executable, "manage.py", "receive_mqtt"]
            self.receiver = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)

    def log(self) -> str:
        return (self.var / "receiver.log").read_text()

    def kill_receiver(self) -> None:
        if self.receiver is not None:
            self.receiver.send_signal(signal.SIGKILL)
            self.receiver.wait()
            self.receiver = None

    def report(self, slots: int = HOUR) -> None:
        """What every station sends in an hour, or another number of five minutes; not waited for."""
        for _ in range(slots):
            at = START + timedelta(minutes=5) * self.slot
            self.slot += 1
            for number in range(STATIONS):
                code = f"S{number:03}"
                values = {name: float(self.slot + number + place) for place, name in enumerate(QUANTITIES)}
                self.sent.update({(code, name, at): value for name, value in values.items()})
                body = json.dumps({"at": at.isoformat(), "values": values})
                self.device.client.publish(f"stations/{code}/readings", body, qos=1)

    def await_sent(self) -> None:
        """The broker has acknowledged everything."""
        wait_for(lambda: len(self.device.published) == self.slot * STATIONS, 60)

    def await_stored(self, seconds: float = 60) -> None:
        wait_for(lambda: Reading.objects.count() >= len(self.sent), seconds)

    def close(self) -> None:
        self.kill_receiver()
        self.device.close()
        self.gate.close()


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
    center.device.publish(
        "stations/S001/readings", '{"at": "2026-11-03T05:00:00Z", "quantity": "p\\u0000", "value": 1}'
    )
    center.device.publish("stations/S001/readings", '{"at": "2026-11-03T05:00:00Z", "quantity": "pm25", "value": 12.5}')

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
