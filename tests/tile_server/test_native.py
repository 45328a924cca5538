"""Machine code that is kept: found again, and never older than any of its sources."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tile_server.encode import native

OUTER = """
from loops.inner import inner
from loops.native import native

@native
def outer():
    return inner() + 1
"""
INNER = """
from loops.native import native

@native
def inner():
    return {value}
"""
ASK = """
from loops.outer import outer
print(outer(), sum(outer.stats.cache_hits.values()))
"""


@pytest.fixture
def loops(tmp_path: Path) -> Path:
    """A package whose one compiled function calls another's."""
    package = tmp_path / "loops"
    package.mkdir()
    (package / "__init__.py").touch()
    shutil.copy(native.__file__, package / "native.py")
    (package / "outer.py").write_text(OUTER, encoding="utf-8")
    (package / "inner.py").write_text(INNER.format(value=40), encoding="utf-8")
    return package


def asked(package: Path, **environment: str) -> tuple[int, int]:
    """What the outer function gives in a process of its own, and how often its code was found."""
    found = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=package.parent,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    answer, hits = found.stdout.split()
    return int(answer), int(hits)


def test_code_is_kept_until_a_source_that_it_calls_changes(loops: Path) -> None:
    assert asked(loops) == (41, 0)
    assert asked(loops) == (41, 1)

    (loops / "inner.py").write_text(INNER.format(value=50), encoding="utf-8")

    assert asked(loops) == (51, 0)


def test_code_is_kept_where_the_environment_says(loops: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"

    assert asked(loops, NUMBA_CACHE_DIR=str(kept)) == (41, 0)
    assert asked(loops, NUMBA_CACHE_DIR=str(kept)) == (41, 1)
    assert list(kept.rglob("*.nbi"))


def test_code_is_made_anew_where_nothing_can_be_kept(loops: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert asked(loops, NUMBA_CACHE_DIR=str(tmp_path / "file")) == (41, 0)
    assert asked(loops, NUMBA_CACHE_DIR=str(tmp_path / "file")) == (41, 0)
