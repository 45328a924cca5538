"""The demo's devices: they measure as `fixtures.stations` says, faults and all, and report as real ones do.

Over MQTT to the private broker, over HTTP where there is none. What was not acknowledged is sent again; after a pause
the devices send what they measured meanwhile, as loggers do.
"""

import json
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import paho.mqtt.client as mqtt
import shapely
from django.conf import settings
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from fixtures.stations import FAULT_HOURS, Sent, sent
from fixtures.stations import Station as Device
from fixtures.stations import StationKind as DeviceKind
from layers.sensors.ingest.mqtt import Address
from layers.sensors.models import Source, Station

LONGEST_PAUSE = timedelta(hours=72)
"""What a logger remembers; and what the seed stored."""
LOOK_BACK = timedelta(hours=max(FAULT_HOURS.values()))
"""How long before it arrives a reading may have been measured."""
ANSWER_S = 30
BATCH = 500
NO_READER = 0x10
"""A broker's answer while nobody has ever read: it then keeps nothing (MQTT 5, 3.4.2.1)."""


class NotSentError(Exception):
    """The centre did not take what was sent; it is sent again."""


class Way(Protocol):
    """How messages get to the centre."""

    def send(self, readings: Sequence[Sent]) -> None:
        """Send, and wait until all is acknowledged.

        Raises:
            OSError, NotSentError: it was not.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class OverMqtt:
    """By the broker, as `user` with its key."""

    address: Address
    user: str
    key: str

    def send(self, readings: Sequence[Sent]) -> None:
        """As `Way`."""
        parts = urlsplit(self.address.url)
        client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5, reconnect_on_failure=False)
        client.username_pw_set(self.user, self.key)
        client.tls_set_context(self.address.trust())
        refused: list[str] = []

        def note(code: ReasonCode) -> None:
            if code.is_failure or code.value == NO_READER:
                refused.append(str(code))

        client.on_connect = lambda _client, _user, _flags, code, _more: note(code)
        client.on_publish = lambda _client, _user, _mid, code, _more: note(code)
        client.connect(parts.hostname or "", parts.port or 8883)
        client.loop_start()
        try:
            told = [client.publish(topic, body, qos=1) for topic, body in messages(readings)]
            for one in told:
                one.wait_for_publish(timeout=ANSWER_S)
            if refused or not all(one.is_published() for one in told):
                raise NotSentError(refused[0] if refused else "no answer")
        except (RuntimeError, ValueError) as fault:
            raise NotSentError(str(fault)) from fault
        finally:
            client.disconnect()
            client.loop_stop()


@dataclass(frozen=True, slots=True, kw_only=True)
class OverHttp:
    """By the API, with the device's key."""

    url: str
    key: str

    def send(self, readings: Sequence[Sent]) -> None:
        """As `Way`."""
        for first in range(0, len(readings), BATCH):
            items = [
                {
                    "station": one.station,
                    "quantity": one.quantity,
                    "at": one.at.isoformat(),
                    "value": one.value,
                    "status": one.status,
                }
                for one in readings[first : first + BATCH]
            ]
            request = urllib.request.Request(  # noqa: S310  our own server
                f"{self.url}/api/ingest/stations",
                data=json.dumps(items).encode(),
                headers={"Content-Type": "application/json", "Authorization": f"Device {self.key}"},
            )
            with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:  # noqa: S310
                answer.read()


def messages(readings: Sequence[Sent]) -> Iterator[tuple[str, str]]:
    """Topics and payloads: a message for every moment of a station, in the order of arrival."""
    for (station, at), some in groupby(readings, key=lambda one: (one.station, one.at)):
        values: dict[str, Any] = {
            one.quantity: one.value if one.status == "00" else {"value": one.value, "status": one.status}
            for one in some
        }
        yield f"stations/{station}/readings", json.dumps({"at": at.isoformat(), "values": values})


def arriving(devices: Sequence[Device], after: datetime, until: datetime) -> list[Sent]:
    """What reaches the centre in (after, until], ordered by station and time."""
    found = [
        reading
        for device in devices
        for reading in sent(device, after - LOOK_BACK, until + timedelta(seconds=1))
        if after < reading.arrives_at <= until
    ]
    return sorted(found, key=lambda one: (one.arrives_at, one.station, one.at, one.quantity))


def devices() -> list[Device]:
    """A device for every demo station."""
    return [
        Device(
            number=number,
            code=station.code,
            name=station.name,
            name_en=station.name,
            kind=DeviceKind(station.kind),
            commune_code="",
            geom=shapely.Point(station.geom.x, station.geom.y),
            phone="",
            alerts_m=None,
        )
        for number, station in enumerate(Station.objects.filter(source=Source.DEMO.value).order_by("code"), start=1)
    ]


def way() -> Way | None:
    """How the demo's device reports here; None while it has no key yet."""
    file = settings.GEO_IOC_VAR / "demo_device"
    if not file.is_file():
        return None
    user, key = file.read_text(encoding="utf-8").split()
    if settings.GEO_IOC_MQTT_URL and settings.GEO_IOC_MQTT_PRIVATE:
        return OverMqtt(address=Address.of_settings(), user=user, key=key)
    return OverHttp(url=f"http://127.0.0.1:{settings.GEO_IOC_PORT}", key=key)


class Simulator:
    """Sends what is due, and remembers until when it was sent."""

    def __init__(self, devices: Sequence[Device], way: Way, memory: Path) -> None:
        """`memory`: a file that holds the time until which everything was acknowledged."""
        self.devices = devices
        self.way = way
        self.memory = memory

    def turn(self, now: datetime) -> int:
        """Send what arrives by now; how many readings.

        Raises:
            OSError, NotSentError: not everything was acknowledged; the next turn sends it again.
        """
        due = arriving(self.devices, self._since(now), now)
        if due:
            self.way.send(due)
            self.memory.write_text(now.isoformat(), encoding="utf-8")
        return len(due)

    def _since(self, now: datetime) -> datetime:
        try:
            kept = datetime.fromisoformat(self.memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            kept = now - timedelta(hours=1)
        return max(kept, now - LONGEST_PAUSE)
