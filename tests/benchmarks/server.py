"""A server under measurement: started on a free port, asked until it answers, ended with all it started."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from django.conf import settings

from geo_ioc.env import handed_on
from geo_ioc.processes import processes
from tests.benchmarks import cpu

START_S = 90


@dataclass(frozen=True, slots=True)
class Server:
    """A running server on 127.0.0.1; `pid` is the process all its others descend from."""

    pid: int
    port: int


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(
    name: str, command: Sequence[str], port: int, folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A server that answers, and ends with the block. What it says goes to `<folder>/<name>.log`.

    Raises:
        RuntimeError: it did not answer within 90 s.
    """
    log = folder / f"{name}.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            list(command), cwd=settings.BASE_DIR, env=handed_on(environment or {}), stdout=output, stderr=output
        )
    try:
        _await(process, port, name, log)
        yield Server(process.pid, port)
    finally:
        family = cpu.tree(process.pid)
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        for pid in family:  # workers that have outlived the first process, or never heard of its end
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


@contextmanager
def ours(folder: Path, cache_mb: int | None = None, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """The web server as `make run` starts it; `cache_mb` bounds each worker's tiles in memory.

    Raises:
        RuntimeError: it did not answer, or cannot serve from this database.
    """
    web = next(process for process in processes() if process.name == "web")
    port = free_port()
    command = list(web.command)
    command[command.index("--port") + 1] = str(port)
    metrics = folder / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir()
    given = {**web.environment, "PROMETHEUS_MULTIPROC_DIR": str(metrics), **(environment or {})}
    if cache_mb is not None:
        given["GEO_IOC_TILE_CACHE_MB"] = str(cache_mb)
    with started("geo_ioc", command, port, folder, given) as server:
        _require_ready(port)
        yield server


def _await(process: "subprocess.Popen[bytes]", port: int, name: str, log: Path) -> None:
    """Until it answers, be it that there is no such page: some listen long before they can."""
    deadline = monotonic() + START_S
    while monotonic() < deadline and process.poll() is None:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            client.request("GET", "/healthz")
            if client.getresponse().status < 500:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            client.close()
        sleep(0.2)
    raise RuntimeError(f"{name} did not start; its last words: {log.read_text(encoding='utf-8')[-400:].strip()}")


def _require_ready(port: int) -> None:
    """The database and its tables are there; processes beside the web server do not run here."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        client.request("GET", "/readyz")
        missing = json.load(client.getresponse())["missing"]
    finally:
        client.close()
    lacks = [one["message"]["en"] for one in missing if one["check"] in {"database", "migrations"}]
    if lacks:
        raise RuntimeError(f"our server is not ready: {' '.join(lacks)}")
