"""A broker, a receiver and a device for tests, with a gate before the database."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connection

from geo_ioc import broker
from geo_ioc.accounts.keys import DEVICE_PREFIX, new_key
from geo_ioc.accounts.models import DeviceKey, Role
from geo_ioc.accounts.roles import install_roles
from geo_ioc.env import ROOT
from layers.sensors.models import Reading
from tests.layers.sensors.gate import Gate
from tests.platform.broker import Device, RunningBroker, wait_for

STATIONS = 100
QUANTITIES = ("pm25", "pm10", "no2", "so2", "o3")
HOUR = 12
"""Messages a station sends in an hour, one every five minutes."""
START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=2)
"""Not older than a device may send, whenever the tests run."""


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
        self.secret = secret = new_key(DEVICE_PREFIX)
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
