"""The demo's devices: what they measure arrives, faults and all, by the real broker and by HTTP."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from fixtures.stations import SIGNALS, Sent, troubles
from fixtures.stations import StationKind as DeviceKind
from geo_ioc.accounts import demo
from geo_ioc.accounts.models import DeviceKey, Role
from geo_ioc.accounts.roles import install_roles
from layers.sensors.ingest.mqtt import Address
from layers.sensors.models import Reading, Source, Station, StationKind
from layers.sensors.simulator import NotSentError, OverHttp, OverMqtt, Simulator, arriving, devices
from tests.layers.sensors.center import Center
from tests.platform.broker import running_broker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def demo_stations(make_station: Callable[..., Station]) -> Iterator[None]:
    for number in range(5):
        quantities = tuple(SIGNALS[DeviceKind.AIR])
        make_station(f"DEMO{number}", StationKind.AIR, quantities, source=Source.DEMO.value)
    yield
    with connection.cursor() as cursor:  # the table is not managed: nothing else empties it
        cursor.execute("truncate sensors_reading")


def stored() -> dict[tuple[str, str, Any], float]:
    rows = Reading.objects.values_list("datastream__station__code", "datastream__quantity", "at", "value")
    return {(code, name, at): value for code, name, at, value in rows}


def expected(sent: list[Sent], now: Any) -> dict[tuple[str, str, Any], float]:
    return {(one.station, one.quantity, one.at): one.value for one in sent if one.at <= now}


def test_three_days_of_faults_arrive_over_the_real_broker(tmp_path: Path, settings: Any) -> None:
    with running_broker(tmp_path, settings) as running:
        center = Center(running, tmp_path)
        settings.GEO_IOC_MQTT_URL = running.url
        way = OverMqtt(address=Address.of_settings(), user=center.key.broker_name, key=center.secret)
        now = timezone.now()
        memory = tmp_path / "until"
        memory.write_text((now - timedelta(hours=80)).isoformat())
        met = {one.fault for device in devices() for one in troubles(device, now - timedelta(hours=72), now)}
        wanted = expected(arriving(devices(), now - timedelta(hours=72), now), now)
        try:
            center.receive()
            wait_for(lambda: "mqtt_connected" in center.log(), 30)

            count = Simulator(devices(), way, memory).turn(now)

            wait_for(lambda: Reading.objects.count() >= len(wanted), 60)
        finally:
            center.close()
    assert count >= len(wanted) > 30_000
    assert len(met) > 3
    got = stored()
    assert {key: got[key] for key in wanted} == wanted
    assert Simulator(devices(), way, memory).turn(now) == 0


def test_without_a_broker_they_report_by_http(tmp_path: Path, settings: Any, live_server: Any) -> None:
    install_roles(Role)
    settings.GEO_IOC_DEMO = True
    demo.issue_device(tmp_path)
    key = (tmp_path / "demo_device").read_text().split()[1]
    now = timezone.now()

    count = Simulator(devices(), OverHttp(url=live_server.url, key=key), tmp_path / "until").turn(now)

    assert count > 0
    assert stored() == expected(arriving(devices(), now - timedelta(hours=1), now), now)


def test_what_was_not_taken_is_sent_again(tmp_path: Path) -> None:
    class Away:
        def send(self, readings: Any) -> None:
            raise NotSentError("away")

    class Taken:
        def send(self, readings: list[Sent]) -> None:
            self.sent = readings

    now, later, taken = timezone.now(), timezone.now() + timedelta(minutes=10), Taken()
    with pytest.raises(NotSentError):
        Simulator(devices(), Away(), tmp_path / "until").turn(now)

    Simulator(devices(), taken, tmp_path / "until").turn(later)

    assert taken.sent == arriving(devices(), later - timedelta(hours=1), later)


def test_what_no_reader_would_get_is_not_taken_for_sent(tmp_path: Path, settings: Any) -> None:
    with running_broker(tmp_path, settings) as running:
        center = Center(running, tmp_path)
        settings.GEO_IOC_MQTT_URL = running.url
        way = OverMqtt(address=Address.of_settings(), user=center.key.broker_name, key=center.secret)
        try:
            with pytest.raises(NotSentError, match="No matching subscribers"):
                Simulator(devices(), way, tmp_path / "until").turn(timezone.now())
        finally:
            center.close()
    assert not (tmp_path / "until").exists()


def test_demo_device_keeps_its_key_while_it_holds(tmp_path: Path, settings: Any) -> None:
    install_roles(Role)
    settings.GEO_IOC_DEMO = True

    assert demo.issue_device(tmp_path)
    assert not demo.issue_device(tmp_path)
    DeviceKey.objects.all().delete()
    assert demo.issue_device(tmp_path)
