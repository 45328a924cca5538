"""Domains in a temporary folder, and the project started with them in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from django.db import connection

from geo_ioc.env import ROOT

START = """
import sys
import layers
layers.__path__.append(sys.argv[1])
import django
django.setup()
"""
"""The temporary folder joins the path of the package `layers`: nothing else says that it is there."""


def write_domain(folder: Path, name: str, **rooms: str) -> Path:
    """A domain's folder: `apps.py` and the given rooms; returns the folder to start with."""
    domain = folder / name
    domain.mkdir(parents=True)
    apps = f'''
        from django.apps import AppConfig

        class Config(AppConfig):
            name = "layers.{name}"
            label = "{name}"
            default_auto_field = "django.db.models.BigAutoField"
    '''
    for room, text in {"__init__": "", "apps": apps, **rooms}.items():
        (domain / f"{room}.py").write_text(dedent(text), encoding="utf-8")
    return folder


def run_with(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Start the project with the folder's domains on the test database, and run some code."""
    settings = connection.settings_dict
    database = f"postgres://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"{database}/{settings['NAME']}",
        "DJANGO_SETTINGS_MODULE": "geo_ioc.settings",
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-W", "ignore", "-c", START + dedent(code), str(folder)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
