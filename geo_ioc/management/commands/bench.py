"""Benchmarks: a server of its own over the loaded data, a table of ratios, and `var/bench/<time>.json`."""

import json
import socket
import subprocess
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from geo_ioc.bench import Client, measures, table
from geo_ioc.env import handed_on
from geo_ioc.processes import processes

START_S = 60


class Command(BaseCommand):
    help = "Measure the server over the loaded data; fails where a limit is broken."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", help="measure this freshly started server instead of one of its own")

    def handle(self, *, url: str | None, **_options: object) -> None:
        with _server(url) as address:
            try:
                rows = table(measures(Client(address)))
            except RuntimeError as error:
                raise CommandError(str(error)) from error
        self._show(rows)
        folder = settings.GEO_IOC_VAR / "bench"
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"{timezone.now():%Y%m%dT%H%M%SZ}.json"
        file.write_text(json.dumps(rows, indent=1), encoding="utf-8")
        self.stdout.write(f"written: {file}")
        if broken := [row["name"] for row in rows if not row["holds"]]:
            raise CommandError(f"over its limit: {', '.join(broken)}")

    def _show(self, rows: list[dict[str, Any]]) -> None:
        heads = ("requests", "p50_ms", "p95_ms", "kB", "ratio", "limit")
        self.stdout.write(f"{'request':32}" + "".join(f"{head:>10}" for head in heads))
        for row in rows:
            cells = "".join(f"{'' if row[head] is None else row[head]:>10}" for head in heads)
            self.stdout.write(f"{row['name']:32}{cells}{'' if row['holds'] else '  over the limit'}")


@contextmanager
def _server(url: str | None) -> Iterator[str]:
    """The address of a server with empty caches and one worker; ended afterwards if it was started here."""
    if url:
        yield url
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings.GEO_IOC_PORT = port
    web = next(process for process in processes() if process.name == "web")
    words = list(web.command)
    words[words.index("--workers") + 1] = "1"
    environment = handed_on({**web.environment, "PROMETHEUS_MULTIPROC_DIR": ""})
    server = subprocess.Popen(words, cwd=settings.BASE_DIR, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        _await(server, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _await(server: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = monotonic() + START_S
    while monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            sleep(0.2)
    raise CommandError(f"the server did not start within {START_S} s; try `make run` and read var/log/web.log")
