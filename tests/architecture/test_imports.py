"""What the import graph does not see: late imports, signals, models asked for by name."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = ("geo_ioc", "layers", "tile_server", "land_records", "fixtures")


def _files() -> Iterator[Path]:
    for room in OURS:
        yield from (path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)


def test_imports_point_down() -> None:
    """The contracts of pyproject.toml, by import-linter."""
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, done.stdout[-3000:]


def test_there_are_no_django_signals() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in _files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("django.db.models.signals", "django.dispatch"))
    ]

    assert found == []


def test_an_import_inside_a_function_says_why() -> None:
    silent = []
    for path in _files():
        lines = path.read_text(encoding="utf-8").splitlines()
        for function in ast.walk(ast.parse("\n".join(lines))):
            if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    said = "#" in "".join(lines[node.lineno - 2 : node.end_lineno])
                    if not said:
                        silent.append(f"{path.relative_to(ROOT)}:{node.lineno}")

    assert silent == []


@pytest.mark.parametrize("name", ["get_model"])
def test_models_are_not_asked_for_by_name(name: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == name
    ]

    assert found == []
