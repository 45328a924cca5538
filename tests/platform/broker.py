"""A real mosquitto for tests, with TLS, accounts and rights as the project writes them."""

import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from geo_ioc import broker

DEADLINE_S = 15


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RunningBroker:
    """mosquitto as `run_broker` starts it: to be stopped, killed and started again."""

    def __init__(self, made: broker.Broker, url: str) -> None:
        self.made = made
        self.url = url
        self.ca = made.folder / "ca.pem"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = broker.program()
        assert program is not None
        self.process = subprocess.Popen([program, "-c", str(self.made.configuration)], stderr=subprocess.DEVNULL)
        wait_for(self.answers)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=10)
            self.process = None

    def answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.made.port)) == 0

    def client(self, username: str, password: str, *, name: str = "", lasting: bool = False) -> "Device":
        return Device(self, username, password, name=name, lasting=lasting)

    def receiver(self) -> "Device":
        parts = urlsplit(self.url)
        return self.client(str(parts.username), str(parts.password))


class Device:
    """A client of MQTT 5 that waits for each answer."""

    def __init__(self, broker: RunningBroker, username: str, password: str, *, name: str, lasting: bool) -> None:
        self.broker = broker
        self.answer: ReasonCode | None = None
        self.granted: list[ReasonCode] = []
        self.published: dict[int, ReasonCode] = {}
        self.received: list[mqtt.MQTTMessage] = []
        self.client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
        self.client.username_pw_set(username, password)
        self.client.tls_set_context(ssl.create_default_context(cafile=str(broker.ca)))
        self.client.max_inflight_messages_set(500)
        self.client.on_connect = lambda _c, _u, _f, code, _p: setattr(self, "answer", code)
        self.client.on_subscribe = lambda _c, _u, _m, codes, _p: self.granted.extend(codes)
        self.client.on_publish = lambda _c, _u, mid, code, _p: self.published.__setitem__(mid, code)
        self.client.on_message = lambda _c, _u, message: self.received.append(message)
        self.lasting = lasting

    def connect(self) -> ReasonCode:
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = 3600 if self.lasting else 0
        self.client.connect("localhost", self.broker.made.port, clean_start=not self.lasting, properties=properties)
        self.client.loop_start()
        wait_for(lambda: self.answer is not None)
        assert self.answer is not None
        return self.answer

    def publish(self, topic: str, payload: bytes | str, qos: int = 1) -> ReasonCode | None:
        info = self.client.publish(topic, payload, qos=qos)
        info.wait_for_publish(timeout=DEADLINE_S)
        return self.published.get(info.mid)

    def subscribe(self, topic: str) -> ReasonCode:
        self.client.subscribe(topic, qos=1)
        wait_for(lambda: bool(self.granted))
        return self.granted.pop()

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()
        # paho closes its sockets when it is freed, which the cycle through us would leave to chance
        self.client.on_connect = self.client.on_subscribe = self.client.on_publish = self.client.on_message = None


def wait_for(true: object, seconds: float = DEADLINE_S) -> None:
    """Wait until `true()` is."""
    deadline = time.monotonic() + seconds
    while not true():  # type: ignore[operator]
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)


@contextmanager
def running_broker(var: Path, settings: object) -> Iterator[RunningBroker]:
    """A broker whose files lie under `var`; the test is skipped where there is none."""
    if broker.program() is None:
        pytest.skip("mosquitto is not installed")
    for name, value in {"VAR": var, "MQTT_PORT": free_port(), "MQTT_HOST": "127.0.0.1"}.items():
        setattr(settings, f"GEO_IOC_{name}", value)
    made = broker.prepare()
    broker.admit(made)
    running = RunningBroker(made, (var / "mqtt_url").read_text().strip())
    try:
        running.start()
        yield running
    finally:
        running.stop()
        shutil.rmtree(made.folder if os.geteuid() == 0 else var / "broker", ignore_errors=True)
