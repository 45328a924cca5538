"""The process that takes stations' text files from a folder, for ever; one at a time."""

import time

import psycopg
import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from layers.process.alone import Alone
from layers.sensors.ingest.folder import take

log = structlog.get_logger(__name__)
EVERY_S = 5.0
RETRY_S = 10.0


class Command(BaseCommand):
    help = "Take the text files of stations from GEO_IOC_STATION_FOLDER, until stopped."
    requires_system_checks = ()

    def handle(self, **_options: object) -> None:
        folder = settings.STATION_FOLDER
        if folder is None:
            raise CommandError("No folder is known. Set GEO_IOC_STATION_FOLDER.")
        while True:
            try:
                with Alone("watch_station_files") as alone:
                    while True:
                        alone.still()
                        turn = take(folder, timezone.now())
                        if not turn.taken + turn.refused:
                            time.sleep(EVERY_S)
            except (OperationalError, InterfaceError, psycopg.OperationalError) as fault:
                log.warning("station_files_wait_for_the_database", error=str(fault).strip())
            except OSError as fault:
                log.warning("station_files_wait_for_the_folder", folder=str(folder), error=str(fault))
            connection.close()
            time.sleep(RETRY_S)
