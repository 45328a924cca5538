"""The process that takes readings from the MQTT broker, for ever; one at a time."""

import time

import psycopg
import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection

from layers.process.alone import Alone
from layers.sensors.ingest.mqtt import Address, Receiver

log = structlog.get_logger(__name__)
RETRY_S = 2.0


class Command(BaseCommand):
    help = "Receive readings of stations over MQTT, until stopped."
    requires_system_checks = ()

    def handle(self, **_options: object) -> None:
        if not settings.GEO_IOC_MQTT_URL:
            raise CommandError("No broker is known. Set GEO_IOC_MQTT_URL, or run: manage.py prepare")
        receiver = Receiver(Address.of_settings())
        while True:
            try:
                with Alone("receive_mqtt") as alone:
                    receiver.run(alone.still)
            except (OperationalError, InterfaceError, psycopg.OperationalError) as fault:
                log.warning("mqtt_waits_for_the_database", error=str(fault).strip())
                connection.close()
                time.sleep(RETRY_S)
