"""The private MQTT broker: who enters, who may publish where, what it keeps."""

import signal
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from geo_ioc import broker
from geo_ioc.accounts.keys import DEVICE_PREFIX, new_key
from geo_ioc.accounts.models import DeviceKey
from tests.platform.broker import RunningBroker, running_broker, wait_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(tmp_path: Path, settings: Any) -> Iterator[RunningBroker]:
    with running_broker(tmp_path, settings) as made:
        yield made


def issue(name: str, **fields: Any) -> tuple[DeviceKey, str]:
    secret = new_key(DEVICE_PREFIX)
    key = DeviceKey(name=name, **fields)
    key.keep(secret)
    key.save()
    return key, secret


def tell(running: RunningBroker) -> None:
    assert broker.admit(running.made)
    assert running.process is not None
    running.process.send_signal(signal.SIGHUP)
    time.sleep(0.3)


def test_device_enters_with_its_key_and_publishes_under_its_own_topics_only(running: RunningBroker) -> None:
    key, secret = issue("one")
    tell(running)
    device = running.client(key.broker_name, secret)

    assert not device.connect().is_failure
    assert not device.publish("toys/one/readings", "1").is_failure  # type: ignore[union-attr]
    assert device.publish("toys/other/readings", "1").getName() == "Not authorized"  # type: ignore[union-attr]
    device.close()


def test_wrong_key_and_nobody_are_refused(running: RunningBroker) -> None:
    key, _ = issue("one")
    tell(running)

    for name, secret in ((key.broker_name, "giod_wrong"), ("", "")):
        device = running.client(name, secret)
        assert device.connect().getName() == "Not authorized"
        device.close()


def test_revoked_key_loses_its_open_connection(running: RunningBroker) -> None:
    key, secret = issue("one")
    tell(running)
    device = running.client(key.broker_name, secret)
    device.connect()
    lost: list[object] = []
    device.client.on_disconnect = lambda *_: lost.append(1)

    DeviceKey.objects.filter(pk=key.pk).update(revoked_at="2026-01-01T00:00Z")
    tell(running)

    wait_for(lambda: lost)
    device.client.on_disconnect = None
    device.close()


def test_device_of_another_layer_may_publish_nothing(running: RunningBroker) -> None:
    key, secret = issue("one", layer="cameras")
    tell(running)
    device = running.client(key.broker_name, secret)
    device.connect()

    assert device.publish("toys/one/readings", "1").getName() == "Not authorized"  # type: ignore[union-attr]
    device.close()


def test_device_reads_nothing(running: RunningBroker) -> None:
    key, secret = issue("one")
    tell(running)
    device, receiver = running.client(key.broker_name, secret), running.receiver()
    device.connect()
    receiver.connect()
    device.subscribe("toys/#")
    receiver.subscribe("toys/+/#")

    device.publish("toys/one/readings", "1")

    wait_for(lambda: receiver.received)
    assert device.received == []
    device.close()
    receiver.close()


def test_receiver_publishes_nothing(running: RunningBroker) -> None:
    receiver = running.receiver()
    receiver.connect()

    assert receiver.publish("toys/one/readings", "1").getName() == "Not authorized"  # type: ignore[union-attr]
    receiver.close()


def test_plain_text_is_not_spoken(running: RunningBroker) -> None:
    connect = bytes.fromhex("101000044d515454050200000000036f6e65")

    with socket.create_connection(("127.0.0.1", running.made.port), timeout=5) as plain:
        plain.sendall(connect)
        try:
            answer = plain.recv(100)
        except ConnectionResetError:
            answer = b""

    assert not answer.startswith(b"\x20")


def test_certificate_of_another_authority_is_not_believed(running: RunningBroker) -> None:
    strangers = ssl.create_default_context()

    with (
        socket.create_connection(("127.0.0.1", running.made.port), timeout=5) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        strangers.wrap_socket(plain, server_hostname="localhost")


def test_broker_that_is_stopped_keeps_what_an_absent_reader_has_not_had(running: RunningBroker) -> None:
    key, secret = issue("one")
    tell(running)
    name, password = running.url.split("//")[1].split("@")[0].split(":")
    reader = running.client(name, password, name="reader", lasting=True)
    reader.connect()
    reader.subscribe("toys/+/#")
    reader.close()
    device = running.client(key.broker_name, secret)
    device.connect()
    for number in range(3_000):
        device.client.publish("toys/one/readings", str(number), qos=number % 2)
    wait_for(lambda: len(device.published) == 3_000)
    device.close()

    running.stop()
    running.start()

    again = running.client(name, password, name="reader", lasting=True)
    again.connect()
    wait_for(lambda: len(again.received) >= 3_000)
    assert sorted(int(message.payload) for message in again.received) == list(range(3_000))
    again.close()


def test_own_certificate_is_kept_and_a_given_one_is_taken(tmp_path: Path, settings: Any) -> None:
    with running_broker(tmp_path / "a", settings) as other:
        given = other.made.folder / "server.pem"
        key = other.made.folder / "server.key"
        before = given.read_bytes()
        broker.prepare()
        assert given.read_bytes() == before
        certificate, secret = tmp_path / "given.pem", tmp_path / "given.key"
        certificate.write_bytes(given.read_bytes())
        secret.write_bytes(key.read_bytes())
    settings.GEO_IOC_MQTT_CERTIFICATE, settings.GEO_IOC_MQTT_KEY = certificate, secret

    with running_broker(tmp_path / "b", settings) as running:
        assert (running.made.folder / "server.pem").read_bytes() == certificate.read_bytes()
        assert running.url.endswith(f"@localhost:{running.made.port}")
