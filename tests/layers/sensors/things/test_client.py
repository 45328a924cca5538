"""The real client of the FROST project reads the service as it reads any other.

It brings fifteen packages that nothing else needs: they are installed once into a folder of pytest's cache, beside
the environment and not in it. Where they cannot be fetched the test is skipped.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from layers.sensors.models import Station

CLIENT = "frost-sta-client==1.1.53"
ROOT = Path(__file__).parents[4]
PIP = ("-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--timeout=15", "--retries=1")


@pytest.fixture(scope="session")
def packages(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the client and what it needs."""
    assert pytestconfig.cache is not None
    kept = pytestconfig.cache.mkdir("frost") / CLIENT
    if not kept.is_dir():
        new = kept.with_name(tmp_path_factory.mktemp("frost").name)
        command = [sys.executable, *PIP, "--target", str(new), "-c", str(ROOT / "constraints.txt"), CLIENT]
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=180)
        except subprocess.TimeoutExpired:
            pytest.skip(f"{CLIENT} could not be fetched within 180 s")
        except subprocess.CalledProcessError as fault:
            pytest.skip(f"{CLIENT} could not be fetched: {fault.stderr.strip().splitlines()[-1:]}")
        new.rename(kept)
    return kept


def test_it_walks_lists_filters_expands_and_pages(
    transactional_db: None, packages: Path, network: dict[str, Station], live_server: LiveServer
) -> None:
    command = [sys.executable, "-S", str(Path(__file__).with_name("frost_walk.py"))]
    done = subprocess.run(
        [*command, f"{live_server.url}/sensorthings/v1.1", str(network["air"].pk)],
        env={"PYTHONPATH": str(packages)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "air": ["Trạm KK01", "Trạm KK02"],
        "code": "KK01",
        "measured": ["CO", "PM2.5"],
        "units": ["µg/m³"],
        "count": 12,
        "paged": 12,
        "latest": [30, 600, 10, 1.5],
        "place": "Point",
        "feature": "Trạm KK01",
        "since": True,
        "sensor": "text/html",
        "property": "PM2.5",
        "again": True,
    }
