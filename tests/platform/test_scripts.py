"""The scripts behind `make`: what they say and do where it can be tried without installing anything."""

import os
import re
import subprocess
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from geo_ioc.env import ROOT

SCRIPTS = sorted([*(ROOT / "scripts").glob("*.sh"), ROOT / ".ci" / "run", ROOT / "docker" / "db.sh"])


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "GEO_IOC_VAR"}}
    return subprocess.run(
        command, cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_script_is_sound_for_bash(script: Path) -> None:
    assert run("bash", "-n", str(script)).stderr == ""


@pytest.mark.parametrize("target", re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
def test_make_target_names_a_script_that_can_be_run(target: str) -> None:
    recipe = run("make", "--dry-run", target).stdout

    named = re.findall(r"scripts/[a-z]+\.sh", recipe)

    assert named
    assert all(os.access(ROOT / name, os.X_OK) for name in named)


def test_private_database_lives_and_goes_without_trace(tmp_path: Path) -> None:
    def database(command: str) -> subprocess.CompletedProcess[str]:
        return run("scripts/database.sh", command, GEO_IOC_VAR=str(tmp_path))

    assert database("is-running").returncode != 0
    started = database("start")
    assert started.returncode == 0, started.stderr
    try:
        url = database("url").stdout.strip()
        with psycopg.connect(url) as connection:
            sorted_names = connection.execute(
                "SELECT string_agg(name, ' ' ORDER BY name) FROM unnest('{Đ,D,E,Ăn,An}'::text[]) AS name"
            ).fetchone()
        assert sorted_names == ("An Ăn D Đ E",)
        assert (tmp_path / "database_url").stat().st_mode & 0o777 == 0o600
        assert database("start").returncode == 0
        assert database("url").stdout.strip() == url
    finally:
        assert database("reset").returncode == 0
    assert not (tmp_path / "db").is_symlink()
    assert not (tmp_path / "db").exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=2)


def test_outside_server_that_does_not_answer_is_explained() -> None:
    result = run("scripts/database.sh", "start", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")

    assert result.returncode == 1
    assert "the server named by DATABASE_URL does not answer" in result.stderr
    assert "to mend it" in result.stderr


@pytest.mark.django_db(transaction=True)
def test_outside_server_whose_user_may_not_make_extensions_is_explained() -> None:
    server = connection.settings_dict
    name = f"bare_{os.getpid()}"
    address = f"{server['HOST']}:{server['PORT']}/{name}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'guest'")
        cursor.execute(f"CREATE DATABASE {name} OWNER {name} TEMPLATE template0")
    try:
        result = run("scripts/database.sh", "start", DATABASE_URL=f"postgres://{name}:guest@{address}")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")
            cursor.execute(f"DROP ROLE {name}")

    assert result.returncode == 1
    # unaccent, pg_trgm and btree_gist are trusted: an owner may make them; postgis is not.
    assert "let a superuser run in this database: CREATE EXTENSION postgis" in result.stderr


def test_outside_server_is_never_dropped() -> None:
    result = run("scripts/reset.sh", DATABASE_URL="postgres://nobody@127.0.0.1:1/none", FORCE="1")

    assert result.returncode == 1
    assert "not ours to drop" in result.stderr


def test_reset_without_a_yes_drops_nothing(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()

    result = run("scripts/reset.sh", GEO_IOC_VAR=str(tmp_path))

    assert result.returncode == 1
    assert (tmp_path / "media").is_dir()


def test_stop_where_nothing_runs_says_so_and_is_no_failure(tmp_path: Path) -> None:
    result = run("scripts/stop.sh", GEO_IOC_VAR=str(tmp_path))

    assert result.returncode == 0
    assert "does not run from this folder" in result.stderr


def test_failing_step_shows_its_output_and_how_to_mend_it(tmp_path: Path) -> None:
    step = 'source scripts/steps.sh; step "Trying" "plug it in" sh -c "echo no current; exit 3"'

    result = run("bash", "-c", f"set -euo pipefail; BASH_SOURCE0=scripts; {step}", GEO_IOC_VAR=str(tmp_path))

    assert result.returncode == 1
    assert "no current" in result.stderr
    assert "to mend it: plug it in" in result.stderr
