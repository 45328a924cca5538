"""The private MQTT broker (mosquitto): its configuration, certificates, and who may publish where.

In: device keys, and the topics the domains declare. Out: a folder of files that mosquitto reads.

A domain declares in its AppConfig `broker = "layers.x.ingest.topics"`, the dotted name of a module that is a `Room`.
"""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from django.apps import apps
from django.conf import settings

from geo_ioc.accounts.keys import broker_hash
from geo_ioc.accounts.models import DeviceKey
from geo_ioc.accounts.scope import communes_of
from geo_ioc.atomic import write
from geo_ioc.certificates import first_name, renew

RECEIVER = "receiver"
"""Account of our own receivers: reads what the domains listen to, publishes nothing."""
OWNER = "mosquitto"
"""System account that mosquitto falls back to when it is started as root."""
LARGEST_MESSAGE = 1 << 20
"""Bytes of one message; a thousand readings are about 100 kB."""
SAVE_EVERY_S = 15
"""A broker that is killed (not stopped) forgets at most what came in this time and was not yet taken."""


class Room(Protocol):
    """What a domain says about its topics."""

    LAYER: str
    LISTENS: str
    """Topic filter its receiver reads."""

    def topics_of(self, device: str, units: frozenset[int]) -> Iterator[str]:
        """Topic filters a device may publish to; `units`: the communes it reports for, empty for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Where a broker's files lie and where it listens."""

    folder: Path
    host: str
    port: int

    @property
    def configuration(self) -> Path:
        """What mosquitto is started with."""
        return self.folder / "mosquitto.conf"


def program() -> str | None:
    """The broker's program, where it is installed."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def prepare() -> Broker:
    """Everything but what the database knows; records the address where the settings find it."""
    made = Broker(folder=_folder(), host=settings.GEO_IOC_MQTT_HOST, port=settings.GEO_IOC_MQTT_PORT)
    password = made.folder / "receiver_password"
    if not password.exists():
        write(password, secrets.token_urlsafe(32))
    for name in ("passwords", "acl"):
        if not (made.folder / name).exists():
            write(made.folder / name, "")
    certify(made)
    write(made.configuration, _configuration(made))
    name = "localhost" if settings.GEO_IOC_MQTT_CERTIFICATE is None else first_name(made.folder / "server.pem")
    address = f"mqtts://{RECEIVER}:{password.read_text(encoding='utf-8')}@{name}:{made.port}\n"
    write(settings.GEO_IOC_VAR / "mqtt_url", address)
    return made


def certify(made: Broker) -> bool:
    """Put the certificates in place; whether they changed."""
    return renew(made.folder, given=settings.GEO_IOC_MQTT_CERTIFICATE, key=settings.GEO_IOC_MQTT_KEY)


def admit(made: Broker) -> bool:
    """Write who may enter and where they may publish, from the database; whether that changed."""
    rooms = list(_rooms())
    enter = [f"{RECEIVER}:{_receiver_hash(made)}"]
    rules = [f"user {RECEIVER}", *(f"topic read {room.LISTENS}" for room in rooms)]
    keys = DeviceKey.objects.filter(revoked_at=None, role__for_people=False).exclude(broker_hash="")
    for key in keys.select_related("unit").order_by("pk"):
        enter.append(f"{key.broker_name}:{key.broker_hash}")
        rules += [f"user {key.broker_name}", *(f"topic write {topic}" for topic in _topics(key, rooms))]
    changed = write(made.folder / "passwords", "\n".join([*enter, ""]))
    return write(made.folder / "acl", "\n".join([*rules, ""])) or changed


def _topics(key: DeviceKey, rooms: list[Room]) -> Iterator[str]:
    units = communes_of({key.unit.pk: key.unit.level}) if key.unit else frozenset()
    for room in rooms:
        if key.layer in {"", room.LAYER}:
            yield from room.topics_of(key.name, units)


def _rooms() -> Iterator[Room]:
    for config in apps.get_app_configs():
        if name := getattr(config, "broker", None):
            yield cast(Room, import_module(name))


def _receiver_hash(made: Broker) -> str:
    """The receiver's line as it stands: a new salt at every look would be a change."""
    kept = made.folder / "receiver_hash"
    if not kept.exists():
        write(kept, broker_hash((made.folder / "receiver_password").read_text(encoding="utf-8")))
    return kept.read_text(encoding="utf-8")


def _folder() -> Path:
    """`var/broker`, made. As root it is a link: mosquitto gives up its rights and cannot enter root's home."""
    link = settings.GEO_IOC_VAR / "broker"
    link.parent.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        link.mkdir(mode=0o700, exist_ok=True)
        return link
    name = hashlib.sha256(str(settings.GEO_IOC_VAR.resolve()).encode()).hexdigest()[:12]
    folder = Path("/var/lib/geo_ioc") / f"{name}-broker"
    folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    shutil.chown(folder, OWNER, OWNER)
    if not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(folder)
    return folder


def _configuration(made: Broker) -> str:
    folder = made.folder
    return f"""# Written by geo_ioc at every start; change the settings GEO_IOC_MQTT_* instead.
listener {made.port} {made.host}
certfile {folder}/server.pem
keyfile {folder}/server.key
tls_version tlsv1.2
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/acl

# Nothing is dropped while a reader is away: no limit but the disk and the memory.
persistence true
persistence_location {folder}/
autosave_interval {SAVE_EVERY_S}
max_queued_messages 0
max_queued_bytes 0
# What a device sent without asking for an answer is kept for an absent reader all the same.
upgrade_outgoing_qos true
# A reader's own limit (receive maximum) holds, not this one.
max_inflight_messages 0
max_packet_size {LARGEST_MESSAGE}
set_tcp_nodelay true

log_dest stderr
log_type error
log_type warning
log_type notice
connection_messages false
"""
