"""The machine and the versions a measurement belongs to."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tests.benchmarks import peers


def machine() -> dict[str, Any]:
    """Processor, memory, versions, commit. Nothing that names the machine or who uses it."""
    memory_kb = next(
        line for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines() if "MemTotal" in line
    )
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version'), postgis_full_version()")
        postgresql, postgis = cursor.fetchone()
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_GB": round(int(memory_kb.split()[1]) / 1e6, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "postgresql": postgresql,
        "postgis": postgis,
        "uvicorn": version("uvicorn"),
        "psycopg": version("psycopg"),
        "commit": _output("git", "rev-parse", "--short", "HEAD"),
        "nginx": _output("/usr/sbin/nginx", "-v"),
        "peers": {name: number for name, number in peers.versions().items() if name in _SHOWN},
    }


def load_average() -> list[float]:
    """Of the last 1, 5 and 15 minutes: whether the machine was quiet."""
    return [round(number, 2) for number in os.getloadavg()]


_SHOWN = {"tipg", "django-vectortiles", "Django", "uvicorn", "gunicorn", "asyncpg", "psycopg"}


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _output(*command: str) -> str:
    try:
        done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return (done.stdout + done.stderr).strip()
