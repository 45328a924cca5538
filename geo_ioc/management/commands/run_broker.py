"""Runs the private MQTT broker: mosquitto as a child, told of every change of keys, stations and certificates."""

import signal
import subprocess
import time
from types import FrameType

import structlog
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection

from geo_ioc.broker import Broker, admit, certify, prepare, program

log = structlog.get_logger(__name__)
LOOKED_AT_EVERY_S = 3
CERTIFICATES_EVERY_S = 3600


class Command(BaseCommand):
    help = "Run the private MQTT broker and keep its accounts and rights as the database says."
    requires_system_checks = ()

    def handle(self, **_options: object) -> None:
        mosquitto = program()
        if mosquitto is None:
            raise CommandError("mosquitto is not installed. As root: apt-get install mosquitto")
        made = prepare()
        self._admit(made)
        child = subprocess.Popen([mosquitto, "-c", str(made.configuration)])  # noqa: S603
        signal.signal(signal.SIGTERM, lambda _number, _frame: self._stop(child, _frame))
        try:
            self._watch(made, child)
        finally:
            self._stop(child)

    def _watch(self, made: Broker, child: subprocess.Popen[bytes]) -> None:
        certified = time.monotonic()
        while (status := child.poll()) is None:
            time.sleep(LOOKED_AT_EVERY_S)
            changed = self._admit(made)
            if time.monotonic() - certified > CERTIFICATES_EVERY_S:
                certified = time.monotonic()
                changed = certify(made) or changed
            if changed:
                child.send_signal(signal.SIGHUP)
        if status > 0:
            raise CommandError(
                f"mosquitto ended with status {status}: port {made.port} may be taken; see the lines above"
            )

    def _admit(self, made: Broker) -> bool:
        """While the database is away those who could enter still can."""
        try:
            return admit(made)
        except Error as fault:
            log.warning("broker_accounts_not_read", error=str(fault).strip())
            return False
        finally:
            connection.close()

    def _stop(self, child: subprocess.Popen[bytes], _frame: FrameType | None = None) -> None:
        """A broker that is stopped writes down what it holds."""
        if child.poll() is None:
            child.terminate()
            child.wait(timeout=8)
