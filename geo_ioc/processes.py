"""The processes of a running geo_ioc, and the supervisor configuration that keeps them alive.

A domain adds one by `processes = ("watch_cameras",)` in its AppConfig: names of commands of its own that run for ever.
"""

import shlex
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.apps import apps
from django.conf import settings

WEB_WORKERS = 2
WEB_STATEMENT_TIMEOUT_MS = 15_000
"""Below the time the change journal's ring keeps entries, so that no tile is built from an older snapshot."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Process:
    """One long-running process: its name, its command line, and what it needs in its environment."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


def processes(host: str = "127.0.0.1") -> tuple[Process, ...]:
    """Web server, queue worker, the private broker where there is one, and what the installed domains declare."""
    declared = [name for config in apps.get_app_configs() for name in getattr(config, "processes", ())]
    broker = [_manage("run_broker")] if settings.GEO_IOC_MQTT_PRIVATE and settings.GEO_IOC_MQTT_URL else []
    return (_web(host), _jobs(), *broker, *(_manage(name) for name in declared))


def _web(host: str) -> Process:
    options = ["--host", host, "--port", str(settings.GEO_IOC_PORT), "--workers", str(WEB_WORKERS)]
    options += ["--loop", "uvloop", "--http", "tile_server.protocol:TileProtocol"]
    options += ["--no-access-log", "--no-proxy-headers"]
    # Without it one open event stream holds the stop for minutes.
    options += ["--timeout-graceful-shutdown", "2"]
    environment = {
        "GEO_IOC_STATEMENT_TIMEOUT_MS": str(WEB_STATEMENT_TIMEOUT_MS),
        "PROMETHEUS_MULTIPROC_DIR": str(settings.GEO_IOC_VAR / "run" / "metrics"),
        "GEO_IOC_RATE_FILE": str(settings.GEO_IOC_VAR / "run" / "rate"),
    }
    command = (sys.executable, "-m", "uvicorn", "geo_ioc.asgi:application", *options)
    return Process(name="web", command=command, environment=environment)


def _jobs() -> Process:
    worker = _manage("procrastinate", "worker", "--name", "jobs", "--concurrency", "2")
    command = (*worker.command, "--shutdown-graceful-timeout", "5", "--delete-jobs", "successful")
    return Process(name="jobs", command=command)


def _manage(name: str, *arguments: str) -> Process:
    return Process(name=name, command=(sys.executable, str(settings.BASE_DIR / "manage.py"), name, *arguments))


def supervisor_config(wanted: Iterable[Process], logs: Path, as_root: bool) -> str:
    """The text of a supervisord.conf; every process is restarted when it ends, with its log under `logs`."""
    head = [
        "[supervisord]",
        "nodaemon = true",
        f"logfile = {logs / 'supervisord.log'}",
        f"pidfile = {logs.parent / 'run' / 'supervisord.pid'}",
        f"childlogdir = {logs}",
        "silent = true",
        # Said aloud, or supervisor warns on every start.
        *(["user = root"] if as_root else []),
    ]
    return "\n".join([*head, *(_section(process, logs) for process in wanted), ""])


def _section(process: Process, logs: Path) -> str:
    environment = ",".join(f'{name}="{value}"' for name, value in process.environment.items())
    lines = [
        f"\n[program:{process.name}]",
        f"command = {shlex.join(process.command)}",
        f"directory = {settings.BASE_DIR}",
        f"environment = {environment}" if environment else "",
        f"stdout_logfile = {logs / f'{process.name}.log'}",
        "redirect_stderr = true",
        "stdout_logfile_maxbytes = 10MB",
        "stdout_logfile_backups = 3",
        "autorestart = true",
        "startsecs = 2",
        "startretries = 1000",
        "stopwaitsecs = 10",
        "stopasgroup = true",
        "killasgroup = true",
    ]
    return "\n".join(line for line in lines if line)
