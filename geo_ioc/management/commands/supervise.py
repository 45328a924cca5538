"""Starts every process of geo_ioc and keeps it alive, or becomes one of them (what a container does)."""

import os
import shutil
import sys
from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from geo_ioc.env import handed_on
from geo_ioc.processes import Process, processes, supervisor_config


class Command(BaseCommand):
    help = "Start every process under a supervisor, or only one: `supervise web`."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="become this one process instead")
        parser.add_argument("--without", nargs="+", default=[], metavar="NAME", help="leave these out")
        parser.add_argument("--host", default="127.0.0.1", help="address the web server listens on")

    def handle(self, *, name: str | None, without: list[str], host: str, **_options: object) -> None:
        wanted = {process.name: process for process in processes(host)}
        for said in (*without, *([name] if name else [])):
            if said not in wanted:
                raise CommandError(f"There is no process {said!r}. Processes: {', '.join(wanted)}.")
        if name == "web" or (name is None and "web" not in without):
            self._forget_old_numbers()
        if name is None:
            self._supervise(tuple(process for process in wanted.values() if process.name not in without))
            return
        process = wanted[name]
        os.execve(process.command[0], process.command, handed_on(process.environment))  # noqa: S606

    def _forget_old_numbers(self) -> None:
        """The web workers' files for /metrics and their count of requests begin anew with them."""
        (settings.GEO_IOC_VAR / "run" / "rate").unlink(missing_ok=True)
        metrics = settings.GEO_IOC_VAR / "run" / "metrics"
        shutil.rmtree(metrics, ignore_errors=True)
        metrics.mkdir(parents=True)

    def _supervise(self, wanted: tuple[Process, ...]) -> None:
        logs = settings.GEO_IOC_VAR / "log"
        logs.mkdir(parents=True, exist_ok=True)
        config = settings.GEO_IOC_VAR / "run" / "supervisord.conf"
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text(supervisor_config(wanted, logs, as_root=os.geteuid() == 0), encoding="utf-8")
        command = (sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(config))
        os.execv(command[0], command)  # noqa: S606
