"""Readings over MQTT: taken from the broker in batches, stored, and only then acknowledged.

The broker keeps what was not acknowledged and sends it again, after a restart of either side too; storing twice changes
nothing. It sends no more than `RECEIVE_MAXIMUM` ahead: behind a slow database the queue grows, and loses nothing.

Built on paho-mqtt: aiomqtt, which wraps it, acknowledges a message before it is handled (its issue 345).
"""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import paho.mqtt.client as mqtt
import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from layers.sensors.ingest.message import read
from layers.sensors.ingest.topics import LISTENS, station_of
from layers.sensors.storage import Arrival, Reason, refuse, store

log = structlog.get_logger(__name__)
BATCH = 1_000
"""Messages stored at once."""
BATCH_READINGS = 10_000
WAIT_S = 0.5
"""Longest time a message waits for others."""
RECEIVE_MAXIMUM = 2 * BATCH
SESSION_LASTS_S = 7 * 24 * 3600
"""How long the broker keeps what comes in while nobody receives."""
KEEPALIVE_S = 30
CONNECT_TIMEOUT_S = 10
RETRY_S = (0.5, 1.0, 2.0, 5.0)
TOLD_EVERY_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A broker: `mqtts://user:password@host:port`.

    Attributes:
        authority: the certificate its own must come from; None: the system's.
    """

    url: str = field(repr=False)
    authority: Path | None = None

    @classmethod
    def of_settings(cls) -> "Address":
        """The broker of this installation; of the private one, the authority it made itself."""
        authority = settings.GEO_IOC_MQTT_CA
        if authority is None and settings.GEO_IOC_MQTT_PRIVATE and settings.GEO_IOC_MQTT_CERTIFICATE is None:
            authority = settings.GEO_IOC_VAR / "broker" / "ca.pem"
        return cls(url=settings.GEO_IOC_MQTT_URL, authority=authority)

    def client(self) -> mqtt.Client:
        """A client of this broker, not yet connected, that acknowledges by hand."""
        parts = urlsplit(self.url)
        user = unquote(parts.username or "")
        client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"geo_ioc {user}",
            protocol=mqtt.MQTTv5,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        client.connect_timeout = CONNECT_TIMEOUT_S
        if user:
            client.username_pw_set(user, unquote(parts.password or ""))
        if parts.scheme == "mqtts":
            client.tls_set_context(self.trust())
        return client

    def trust(self) -> ssl.SSLContext:
        """What the broker's certificate is checked by."""
        return ssl.create_default_context(cafile=self.authority and str(self.authority))

    def connect(self, client: mqtt.Client) -> None:
        """Open the connection and its lasting session.

        Raises:
            OSError: the broker is not there, or its certificate is not to be trusted.
        """
        parts = urlsplit(self.url)
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = SESSION_LASTS_S
        properties.ReceiveMaximum = RECEIVE_MAXIMUM
        port = parts.port or (8883 if parts.scheme == "mqtts" else 1883)
        client.connect(parts.hostname or "", port, KEEPALIVE_S, clean_start=False, properties=properties)


class Receiver:
    """One connection after the other, until stopped; all in one thread."""

    def __init__(self, address: Address) -> None:
        """Nothing is opened yet."""
        self.address = address
        self.pending: list[mqtt.MQTTMessage] = []
        self.since = 0.0
        self.lost = ""
        self.counts = {"messages": 0, "new": 0, "corrected": 0, "same": 0, "rejected": 0}
        self.told = time.monotonic()

    def run(self, still: Callable[[], None]) -> None:
        """Receive until an exception ends it; `still` is called about once a second and may raise one.

        Raises:
            OperationalError, InterfaceError: the database is away. Nothing of the last batch was acknowledged.
        """
        tries = 0
        while True:
            client = self.address.client()
            client.on_connect = self._connected
            client.on_message = self._arrived
            self.pending, self.lost = [], ""
            try:
                self.address.connect(client)
                tries = 0 if self._receive(client, still) else tries
            except OSError as fault:
                self.lost = str(fault)
            finally:
                client.disconnect()
            log.warning("mqtt_broker_lost", reason=self.lost, hint="is the broker running, and its address right?")
            still()
            time.sleep(RETRY_S[min(tries, len(RETRY_S) - 1)])
            tries += 1

    def _receive(self, client: mqtt.Client, still: Callable[[], None]) -> bool:
        """Until the connection is lost; whether there ever was one."""
        looked = time.monotonic()
        while not self.lost:
            code = client.loop(timeout=WAIT_S / 2)
            now = time.monotonic()
            if self.pending and (len(self.pending) >= BATCH or now - self.since >= WAIT_S):
                self._store(client)
            if code != MQTTErrorCode.MQTT_ERR_SUCCESS:
                self.lost = self.lost or mqtt.error_string(code)
            if now - looked >= 1:
                looked = now
                still()
                self._tell(now)
        return client.is_connected()

    def _connected(self, client: mqtt.Client, _user: Any, flags: Any, code: Any, _properties: Any) -> None:
        if code.is_failure:
            self.lost = f"refused: {code}"
            return
        log.info("mqtt_connected", kept_session=flags.session_present)
        options = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
        client.subscribe(LISTENS, options=options)

    def _arrived(self, _client: mqtt.Client, _user: Any, message: mqtt.MQTTMessage) -> None:
        if not self.pending:
            self.since = time.monotonic()
        self.pending.append(message)

    def _store(self, client: mqtt.Client) -> None:
        """Store what is pending, then acknowledge it."""
        messages, self.pending = self.pending, []
        try:
            self._keep(messages)
        except (OperationalError, InterfaceError):
            raise
        except (DatabaseError, ValueError):
            log.warning("mqtt_batch_taken_apart", messages=len(messages), exc_info=True)
            for message in messages:
                self._keep_alone(message)
        for message in messages:
            client.ack(message.mid, message.qos)
        self.counts["messages"] += len(messages)

    def _keep(self, messages: list[mqtt.MQTTMessage]) -> None:
        arrivals: list[Arrival] = []
        for message in messages:
            station = station_of(message.topic)
            readings, faults = read(station, bytes(message.payload))
            for fault in faults:
                refuse(station, Reason.UNREADABLE, text=plain(fault.text))
                self.counts["rejected"] += 1
            arrivals += readings
            if len(arrivals) >= BATCH_READINGS:
                self._put(arrivals)
                arrivals = []
        if arrivals:
            self._put(arrivals)

    def _keep_alone(self, message: mqtt.MQTTMessage) -> None:
        """A message that cannot be stored must not hold up those behind it."""
        try:
            self._keep([message])
        except (OperationalError, InterfaceError):
            raise
        except (DatabaseError, ValueError):
            log.exception("mqtt_message_not_storable", topic=message.topic)
            text = message.payload[:200].decode("utf-8", "replace")
            refuse(plain(station_of(message.topic)), Reason.UNREADABLE, text=plain(text))
            self.counts["rejected"] += 1

    def _put(self, arrivals: list[Arrival]) -> None:
        stored = store(arrivals)
        self.counts["new"] += stored.new
        self.counts["corrected"] += stored.corrected
        self.counts["same"] += stored.same
        self.counts["rejected"] += len(stored.rejected)

    def _tell(self, now: float) -> None:
        if now - self.told >= TOLD_EVERY_S and self.counts["messages"]:
            log.info("mqtt_received", **self.counts)
            self.counts = dict.fromkeys(self.counts, 0)
            self.told = now


def plain(text: str) -> str:
    """Text that the database can hold."""
    return text.replace("\x00", "�")
