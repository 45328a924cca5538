"""A whole geo_ioc for the browser: its own database with the demo province, its own server, Chromium."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pypdfium2
import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, expect

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "var" / "screenshots"
PASSWORD = "demo-geo-ioc"
START_S = 90


@dataclass
class Centre:
    """A running operations center.

    Attributes:
        url: its address, without a slash at the end.
        environment: of its processes; `manage` runs in it.
    """

    url: str
    environment: dict[str, str]
    _server: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Serve, and wait until it answers."""
        port, var = int(self.environment["GEO_IOC_PORT"]), Path(self.environment["GEO_IOC_VAR"])
        self._server = _serve(self.environment, port, var)
        _await(self, self._server, var)

    def stop(self) -> None:
        """End the server, as a new version or a power cut does."""
        if self._server:
            self._server.terminate()
            self._server.wait(20)
            self._server = None

    def manage(self, *arguments: str) -> str:
        """`manage.py …`, as an administrator types it; its output."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def _url(name: str) -> str:
    database = settings.DATABASES["default"]
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/".format(**database) + name


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="session")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """Migrated, seeded and served, as `make run` does it; gone when the session ends."""
    with running(tmp_path_factory.mktemp("var"), "prepare", GEO_IOC_DEMO="1") as one:
        yield one


@contextmanager
def running(var: Path, *prepare: str, **more: str) -> Iterator[Centre]:
    """A center with a database of its own, made by a command of `manage.py`, with more variables of its environment."""
    if not (ROOT / "frontend" / "dist" / "index.html").is_file():
        pytest.fail("the viewer is not built: run `make setup` or `scripts/frontend.sh`")
    port = _free_port()
    name = f"e2e_{os.getpid()}_{port}"
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "GEO_IOC_", "PYTEST_"))},
        "DATABASE_URL": _url(name),
        "GEO_IOC_PORT": str(port),
        "GEO_IOC_VAR": str(var),
        "GEO_IOC_SECRET_KEY": "of-this-run-alone-" + "x" * 40,
        **more,
    }
    with psycopg.connect(_url("postgres"), autocommit=True) as database:
        database.execute(f'create database "{name}"')
    centre = Centre(f"http://127.0.0.1:{port}", environment)
    try:
        centre.manage(*prepare)
        centre.start()
        yield centre
    finally:
        centre.stop()
        with psycopg.connect(_url("postgres"), autocommit=True) as database:
            database.execute(f'drop database if exists "{name}" with (force)')


def _serve(environment: dict[str, str], port: int, var: Path) -> "subprocess.Popen[bytes]":
    command = [
        *(sys.executable, "-m", "uvicorn", "geo_ioc.asgi:application", "--port", str(port)),
        *("--loop", "uvloop", "--http", "tile_server.protocol:TileProtocol", "--no-access-log"),
        *("--timeout-graceful-shutdown", "2"),
    ]
    with (var / "web.log").open("wb") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)


def _await(centre: Centre, server: "subprocess.Popen[bytes]", var: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"{centre.url}/healthz", timeout=2).read()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("the server did not start:\n" + (var / "web.log").read_text()[-4000:])


def pdf_text(path: Path) -> str:
    """The words of a PDF."""
    document = pypdfium2.PdfDocument(path)
    return " ".join(document[number].get_textpage().get_text_range() for number in range(len(document)))


# ------------------------------------------------------------------- browser


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, drawing WebGL2 without a graphics card."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        pytest.fail("no Chromium: run `scripts/packages.sh test`")
    flags = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-dev-shm-usage"]
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": chromium, "args": [*flags, *quiet, *root]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A desk's screen, small enough to draw without a graphics card; Vietnamese."""
    return {
        **browser_context_args,
        "viewport": {"width": 1024, "height": 640},
        "locale": "vi-VN",
        "timezone_id": "Asia/Ho_Chi_Minh",
    }


@dataclass
class Viewer:
    """The map viewer in a browser."""

    page: Page
    centre: Centre

    def open(self, view: str = "/") -> "Viewer":
        """Open a view and wait until it is drawn."""
        self.page.goto(self.centre.url + view)
        return self.drawn()

    def drawn(self) -> "Viewer":
        """Wait until all that was asked is drawn."""
        self.until("!!window.__geoioc?.map?.isStyleLoaded()", 30)
        self.page.evaluate("Promise.race([window.__geoioc.idle(), new Promise(done => setTimeout(done, 15000))])")
        return self

    def until(self, expression: str, seconds: float) -> "Viewer":
        """Wait until a JavaScript expression holds; polled from here, because the page's CSP forbids eval."""
        deadline = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < deadline, f"{expression} did not hold within {seconds} s; errors: {self.errors}"
            self.page.wait_for_timeout(100)
        return self

    def sign_in(self, account: str) -> "Viewer":
        """Sign in by the form, as a person does."""
        self.page.goto(f"{self.centre.url}/accounts/login/?next=/")
        self.page.fill("[name=login]", account)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(re.compile(r"/(\?|#|$)"))
        return self.drawn()

    def jump(self, lon: float, lat: float, zoom: float) -> "Viewer":
        """Move the map without a flight."""
        self.page.evaluate(
            "([lon, lat, zoom]) => { window.__geoioc.map.jumpTo({center: [lon, lat], zoom}); }",  # nothing comes back
            [lon, lat, zoom],
        )
        return self.drawn()

    def features(self, layer: str) -> list[dict[str, Any]]:
        """What of a layer is drawn now: id, properties and, of points, `lonlat`."""
        script = """layer => {
            const map = window.__geoioc.map;
            const shown = one => one.source === layer && one.layout?.visibility !== "none";
            const ids = map.getStyle().layers.filter(shown).map(one => one.id);
            const found = ids.length ? map.queryRenderedFeatures({layers: ids}) : [];
            const place = f => f.geometry.type === "Point" ? f.geometry.coordinates : null;
            return found.map(f => ({...f.properties, id: f.id, lonlat: place(f)}));
        }"""
        found: list[dict[str, Any]] = self.page.evaluate(script, layer)
        return found

    def await_features(self, layer: str, holds: Any, seconds: float = 15) -> list[dict[str, Any]]:
        """Wait until what is drawn of a layer meets `holds`."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.features(layer)
            if holds(found) or time.monotonic() > deadline:
                assert holds(found), f"{layer}: {len(found)} features drawn, e.g. {found[:2]}"
                return found
            self.page.wait_for_timeout(200)

    def click_at(self, lon: float, lat: float) -> "Viewer":
        """Click the map at a place."""
        x, y = self.page.evaluate(
            """([lon, lat]) => {
                const map = window.__geoioc.map;
                const at = map.project([lon, lat]);
                const box = map.getCanvas().getBoundingClientRect();
                return [box.x + at.x, box.y + at.y];
            }""",
            [lon, lat],
        )
        self.page.mouse.click(x, y)
        return self

    def shot(self, name: str) -> Path:
        """A screenshot under var/screenshots."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}.png"
        self.page.screenshot(path=path)
        return path

    @property
    def errors(self) -> list[str]:
        """What went wrong in the page."""
        found: list[str] = self.page.evaluate("window.__geoioc?.errors ?? []")
        return found


@pytest.fixture
def viewer(page: Page, centre: Centre) -> Iterator[Viewer]:
    """The viewer of a browser of its own; the page must have met no error at the end."""
    page.set_default_timeout(15_000)
    expect.set_options(timeout=15_000)
    one = Viewer(page, centre)
    yield one
    assert one.errors == []


@pytest.fixture
def offline(context: BrowserContext, centre: Centre) -> list[str]:
    """Only the centre itself can be reached; addresses asked elsewhere are kept here."""
    elsewhere: list[str] = []

    def guard(route: Any) -> None:
        if route.request.url.startswith((centre.url, "data:", "blob:")):
            route.continue_()
        else:
            elsewhere.append(route.request.url)
            route.abort()

    context.route("**/*", guard)
    return elsewhere
