"""The process `evaluate_rules` itself: killed, cut off from its database, started twice."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from geo_ioc.env import ROOT
from layers.alerts.models import Alert, Heard, Watch
from layers.core.process import held
from tests.layers.alerts.conftest import make_rule, measure
from tests.platform.broker import wait_for
from tests.toys import factories
from tests.toys.models import ToyVisit

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


class Process:
    """The process, with the tests' settings and database."""

    def __init__(self, folder: Path) -> None:
        given = connection.settings_dict
        url = f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"
        self.environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
        self.log = folder / "rules.log"
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, beside whatever runs."""
        with self.log.open("ab") as log:
            command = [sys.executable, "manage.py", "evaluate_rules"]
            self.running = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def kill(self) -> None:
        """Without a warning."""
        if self.running is not None:
            self.running.kill()
            self.running.wait()
            self.running = None


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path)
    yield process
    process.kill()


def is_held() -> bool:
    """Whether somebody evaluates."""
    given = connection.settings_dict
    with psycopg.connect(
        dbname=given["NAME"], user=given["USER"], password=given["PASSWORD"], host=given["HOST"], port=given["PORT"]
    ) as session:
        return held(session, ["evaluate_rules"]) == {"evaluate_rules"}


def test_killed_and_cut_off_it_loses_nothing_and_raises_nothing_twice(process: Process, unit: Any) -> None:
    visits: list[ToyVisit] = [factories.make_visit(f"Trạm {number}", commune=unit) for number in range(3)]
    make_rule()
    process.start()
    wait_for(lambda: Watch.objects.count() == 3, 60)
    assert is_held()

    measure(visits[0], timezone.now(), 7)
    wait_for(lambda: Alert.objects.count() == 1, 30)

    process.kill()
    assert not is_held()
    measure(visits[1], timezone.now(), 7)
    process.start()
    wait_for(lambda: Alert.objects.count() == 2, 60)

    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    measure(visits[2], timezone.now(), 7)
    measure(visits[0], timezone.now() - timedelta(milliseconds=1), 1)
    wait_for(lambda: Alert.objects.filter(is_current=True).count() == 2 and not Heard.objects.exists(), 60)

    told = sorted(Alert.objects.values_list("about", "state"))
    assert told == [("Trạm 0", "cleared"), ("Trạm 1", "open"), ("Trạm 2", "open")]
    assert is_held()


def test_a_second_process_waits_for_the_first(process: Process, unit: Any) -> None:
    factories.make_visit("Trạm", commune=unit)
    make_rule()
    process.start()
    wait_for(is_held, 60)
    first = process.running
    process.start()
    wait_for(lambda: Watch.objects.exists(), 60)

    assert first is not None
    first.kill()
    first.wait()

    wait_for(is_held, 30)
    assert process.running is not None
    assert process.running.poll() is None
