"""Pages made from the code are current, pages about the code point at what exists."""

import re
from pathlib import Path

import pytest

from geo_ioc.env import ROOT, VARIABLES
from geo_ioc.generated import pages

DECISIONS = sorted(file for file in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
SECTIONS = ["## Context", "## Decision", "## Consequences", "## What would make us change it"]
PYTHON = [
    file
    for room in ("geo_ioc", "layers", "land_records", "tile_server", "fixtures")
    for file in sorted((ROOT / room).rglob("*.py"))
]
PLATFORM_OWN = {"geo_ioc/env.py", "geo_ioc/settings.py"}
"""The reader itself, and the removal of foreign PROJ data."""


@pytest.mark.parametrize(("name", "text"), pages("docs").items())
def test_generated_page_is_current(name: str, text: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == text, "write it again with: make docs"


def test_every_variable_is_described_once() -> None:
    names = [variable.name for variable in VARIABLES]

    assert len(names) == len(set(names))
    assert all(variable.about.endswith(".") for variable in VARIABLES)


def test_environment_is_read_in_one_place() -> None:
    readers = [str(file.relative_to(ROOT)) for file in PYTHON if _reads_environment(file.read_text(encoding="utf-8"))]

    assert sorted(set(readers) - PLATFORM_OWN) == []


def _reads_environment(text: str) -> bool:
    readings = re.findall(r"os\.environ|os\.getenv|from os import (?:environ|getenv)", text)
    return len(readings) > text.count('os.environ.setdefault("DJANGO_SETTINGS_MODULE"')


@pytest.mark.parametrize("file", DECISIONS, ids=lambda file: file.stem)
def test_decision_is_one_page_with_its_four_sections(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert re.findall(r"^## .*$", text, re.MULTILINE) == SECTIONS
    assert len(text.splitlines()) <= 60
    assert text.startswith(f"# {file.name[:4]} ")


def test_every_decision_is_listed() -> None:
    listed = re.findall(r"\]\(([0-9]{4}-[a-z0-9-]+\.md)\)", (ROOT / "docs" / "adr" / "README.md").read_text("utf-8"))

    assert listed == [file.name for file in DECISIONS]


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/adr/README.md"])
def test_links_between_pages_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]

    missing = [target for target in targets if not ((ROOT / page).parent / target).exists()]

    assert targets
    assert missing == []
