"""The process that is the demo's devices, for ever (demo mode only)."""

import time

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection
from django.utils import timezone

from layers.sensors.simulator import NotSentError, Simulator, devices, way

log = structlog.get_logger(__name__)
PAUSE_S = 5
RETRY_S = 10


class Command(BaseCommand):
    help = "Report for the demo stations as their devices would, until stopped (demo mode only)."
    requires_system_checks = ()

    def handle(self, **_options: object) -> None:
        if not settings.GEO_IOC_DEMO:
            raise CommandError("Demo mode is off (GEO_IOC_DEMO=0): nothing is simulated.")
        memory = settings.GEO_IOC_VAR / "run" / "simulated_until"
        memory.parent.mkdir(parents=True, exist_ok=True)
        while True:
            pause = PAUSE_S
            try:
                road = way()
                if road is not None and (count := Simulator(devices(), road, memory).turn(timezone.now())):
                    log.info("demo_readings_sent", count=count, by=type(road).__name__)
            except (OSError, NotSentError, Error) as fault:
                log.warning("demo_readings_wait", reason=str(fault).strip())
                pause = RETRY_S
            finally:
                connection.close()
            time.sleep(pause)
