"""`make layer`: a new domain is one folder, and it is sound as it is made."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from geo_ioc.env import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A second checkout: its own `geo_ioc` and `layers`, everything else shared with this one."""
    for entry in ROOT.iterdir():
        if entry.name not in {"geo_ioc", "layers", "manage.py", ".git"}:
            (tmp_path / entry.name).symlink_to(entry)
    (tmp_path / "layers").mkdir()
    for room in (ROOT / "layers").iterdir():
        (tmp_path / "layers" / room.name).symlink_to(room)
    shutil.copytree(ROOT / "geo_ioc", tmp_path / "geo_ioc")
    shutil.copy(ROOT / "manage.py", tmp_path)
    return tmp_path


def manage(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.slow
def test_new_domain_is_installed_checked_and_migrated_without_a_line_elsewhere(checkout: Path) -> None:
    before = {file for file in checkout.rglob("*.py") if not file.is_relative_to(checkout / "layers" / "wild_forests")}

    made = manage(checkout, "new_layer", "wild_forests", "--title", "Rừng|Forests")

    assert made.returncode == 0, made.stderr
    rooms = {file.name for file in (checkout / "layers" / "wild_forests").iterdir()}
    assert rooms >= {"__init__.py", "apps.py", "models.py", "layer.py", "seed.py", "migrations"}
    assert (checkout / "layers" / "wild_forests" / "migrations" / "0001_create_wild_forests.py").is_file()
    assert {file for file in checkout.rglob("*.py") if "wild_forests" not in file.parts} == before
    checked = manage(checkout, "check")
    assert checked.returncode == 0, checked.stderr
    listing = manage(
        checkout, "shell", "-v0", "-c", "from layers.core import registry; print(registry.get('wild_forests').title.vi)"
    )
    assert listing.stdout.strip() == "Rừng", listing.stderr
    ruff = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--config", str(ROOT / "pyproject.toml"), "layers/wild_forests"],
        cwd=checkout, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ruff.returncode == 0, ruff.stdout


@pytest.mark.parametrize("name", ["Forests", "wild-forests", "../forests", "2forests"])
def test_name_that_is_no_folder_is_refused(name: str) -> None:
    with pytest.raises(CommandError, match="is no name of a folder"):
        call_command("new_layer", name)


@pytest.mark.parametrize("name", ["core", "accounts"])
def test_name_that_is_taken_is_refused(name: str) -> None:
    with pytest.raises(CommandError, match="already an application"):
        call_command("new_layer", name)
