"""nginx in front, as `docker/nginx.conf` sets it up: public tiles kept and asked for again, nothing else kept."""

import gzip
import http.client
import json
import os
import re
import shutil
import sys
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
from django.conf import settings
from django.db import connection

from tests.benchmarks.server import free_port, started
from tests.tile_server.harness import Answer
from tests.toys import factories
from tile_server.grid import tile_at

NGINX = shutil.which("nginx", path=f"{os.defpath}:/usr/sbin:/usr/local/sbin")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed: `scripts/packages.sh bench` installs it"),
]
HERE = tile_at(106.1, 11.3, 12)
PUBLIC, PRIVATE = f"/tiles/toy_plots/{HERE}.mvt?lang=vi", f"/tiles/toy_visits/{HERE}.mvt?lang=vi"

MAIN = """\
{user}daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.err;
events {{ worker_connections 128; }}
http {{
  client_body_temp_path {folder}/temp; proxy_temp_path {folder}/temp; fastcgi_temp_path {folder}/temp;
  uwsgi_temp_path {folder}/temp; scgi_temp_path {folder}/temp;
  access_log off;
  {ours}
}}
"""


@dataclass(frozen=True)
class Proxy:
    """nginx before one worker; `kept` is the folder of its cache."""

    port: int
    kept: Path

    def get(self, path: str, encoding: str = "gzip", **headers: str) -> Answer:
        """One GET on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request("GET", path, headers={"Accept-Encoding": encoding, **named})
            answer = connection.getresponse()
            lowered = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, lowered, answer.read())
        finally:
            connection.close()


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    """A worker on the test database, and nginx by the file we ship, with other places to listen and keep."""
    worker, front = free_port(), free_port()
    database = {key: urllib.parse.quote(str(value), safe="") for key, value in settings.DATABASES["default"].items()}
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database),
        "GEO_IOC_VAR": str(tmp_path),
        "GEO_IOC_SECRET_KEY": "of-this-run-alone-" + "x" * 40,
    }
    command = [sys.executable, "-m", "uvicorn", "tests.tile_server.worker:application", "--port", str(worker)]
    command += ["--loop", "uvloop", "--http", "httptools", "--timeout-graceful-shutdown", "2"]
    config = _config(tmp_path, worker, front)
    assert NGINX
    nginx = [NGINX, "-c", str(config), "-e", str(tmp_path / "nginx.err")]
    with started("worker", command, worker, tmp_path, environment), started("nginx", nginx, front, tmp_path):
        yield Proxy(front, tmp_path / "kept")


def _config(folder: Path, worker: int, front: int) -> Path:
    ours = (settings.BASE_DIR / "docker" / "nginx.conf").read_text(encoding="utf-8")
    for found, wanted in {
        "127.0.0.1:8000": f"127.0.0.1:{worker}",
        "/var/cache/nginx/geo_ioc": f"{folder}/kept",
        "/run/geo_ioc_tiles.sock": f"{folder}/tiles.sock",
        "listen 80": f"listen 127.0.0.1:{front}",
    }.items():
        assert found in ours
        ours = ours.replace(found, wanted)
    (folder / "temp").mkdir()
    # As root its workers would become nobody, who may not enter the folder.
    user = "user root; " if os.geteuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(MAIN.format(user=user, folder=folder, ours=ours), encoding="utf-8")
    return config


def _names(answer: Answer, layer: str) -> list[str]:
    return [feature["properties"]["name"] for feature in answer.features(layer)]


def test_a_public_tile_is_kept_and_asked_for_again_at_every_use(proxy: Proxy) -> None:
    factories.make_plot("Thửa Ao")

    first, second = proxy.get(PUBLIC), proxy.get(PUBLIC)
    known = proxy.get(PUBLIC, if_none_match=first.headers["etag"])

    assert [one.headers["x-cache"] for one in (first, second, known)] == ["MISS", "REVALIDATED", "REVALIDATED"]
    assert (second.status, second.body, second.headers["etag"]) == (200, first.body, first.headers["etag"])
    assert _names(second, "toy_plots") == ["Thửa Ao"]
    assert (known.status, known.body, known.headers["etag"]) == (304, b"", first.headers["etag"])
    assert "x-accel-expires" not in first.headers


def test_encodings_are_kept_apart(proxy: Proxy) -> None:
    factories.make_plot("Thửa Ao")

    for _ in range(2):
        packed, plain = proxy.get(PUBLIC, "gzip"), proxy.get(PUBLIC, "identity")

    assert [one.headers["x-cache"] for one in (packed, plain)] == ["REVALIDATED"] * 2
    assert (packed.headers["content-encoding"], "content-encoding" in plain.headers) == ("gzip", False)
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["etag"] != plain.headers["etag"]
    assert mapbox_vector_tile.decode(plain.body)["toy_plots"]["features"]


def test_a_private_tile_is_never_kept(proxy: Proxy, unit: Any, other_unit: Any) -> None:
    factories.make_visit(commune=unit, name="Thăm riêng")
    asked_by = {"x_viewer": json.dumps({"user": "w", "roles": ["toy_watcher"], "units": [unit.pk]})}
    other = {"x_viewer": json.dumps({"user": "o", "roles": ["toy_watcher"], "units": [other_unit.pk]})}

    answers = [proxy.get(PRIVATE, **asked_by), proxy.get(PRIVATE, **asked_by)]
    nobody, elsewhere = proxy.get(PRIVATE), proxy.get(PRIVATE, **other)

    assert [_names(one, "toy_visits") for one in answers] == [["Thăm riêng"]] * 2
    assert [one.headers["x-cache"] for one in answers] == ["MISS"] * 2
    assert (nobody.status, elsewhere.status) == (404, 204)
    assert [path for path in proxy.kept.rglob("*") if path.is_file()] == []


def test_who_shows_who_they_are_goes_past_the_cache_with_their_own_tag(proxy: Proxy) -> None:
    factories.make_plot()
    tag = proxy.get(PUBLIC).headers["etag"]

    known = proxy.get(PUBLIC, cookie="sessionid=of-nobody", if_none_match=tag)

    assert (known.status, known.headers.get("x-cache")) == (304, None)


def test_a_changed_row_is_told_and_seen_through_the_proxy_at_once(proxy: Proxy) -> None:
    plot = factories.make_plot("cũ")
    assert _names(proxy.get(PUBLIC), "toy_plots") == ["cũ"]
    stream = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=10)
    stream.request("GET", "/api/live?layers=toy_plots")
    events = stream.getresponse()
    assert events.readline() == b"retry: 2000\n"  # what stands in a buffer would not come

    with connection.cursor() as cursor:
        cursor.execute("update toys_toyplot set name = 'mới' where id = %s", [plot.pk])
    position = _changed(events)
    fresh = proxy.get(PUBLIC, x_after=position)
    stream.close()

    assert _names(fresh, "toy_plots") == ["mới"]
    assert fresh.headers["x-cache"] == "EXPIRED"


def _changed(events: http.client.HTTPResponse) -> str:
    """The position of the next change told."""
    position = ""
    while line := events.readline().decode():
        if found := re.match(r"id: (.+)", line):
            position = found.group(1)
        elif line.startswith("event: changed"):
            return position
    raise AssertionError("the stream ended")
