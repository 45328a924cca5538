"""The process that evaluates the rules, for ever; one at a time."""

import time

import psycopg
import structlog
from django.core.management.base import BaseCommand
from django.db import Error, connection
from django.utils import timezone

from layers.alerts.evaluate.run import BATCH, Evaluator
from layers.process.alone import Alone

log = structlog.get_logger(__name__)

PAUSE_S = 0.5
RETRY_S = 2.0


class Command(BaseCommand):
    help = "Evaluate the alert rules on what is measured, until stopped."

    def handle(self, **_options: object) -> None:
        while True:
            try:
                with Alone("evaluate_rules") as alone:
                    self._run(alone)
            except (Error, psycopg.Error):
                log.warning("rules_wait_for_the_database", exc_info=True)
                connection.close()
                time.sleep(RETRY_S)

    def _run(self, alone: Alone) -> None:
        evaluator = Evaluator()
        while True:
            alone.still()
            if evaluator.turn(timezone.now()) < BATCH:
                time.sleep(PAUSE_S)
