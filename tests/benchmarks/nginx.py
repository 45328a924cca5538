"""nginx over the same gzipped tiles as files: what a cache hit could cost at the least."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from geo_ioc.processes import WEB_WORKERS
from tests.benchmarks.server import Server, free_port, started
from tile_server.grid import Tile

_CONFIG = """\
{user}worker_processes {workers};
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.err;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/temp; proxy_temp_path {folder}/temp; fastcgi_temp_path {folder}/temp;
  uwsgi_temp_path {folder}/temp; scgi_temp_path {folder}/temp;
  types {{ application/vnd.mapbox-vector-tile mvt; }}
  sendfile on;
  keepalive_requests 1000000;
  open_file_cache max=10000;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/tiles;
    gzip_static always;
  }}
}}
"""


@contextmanager
def nginx(tiles: Mapping[Tile, bytes], folder: Path) -> Iterator[Server]:
    """nginx with `tiles` (gzipped) as files under `folder`.

    Raises:
        RuntimeError: nginx is not installed or did not start.
    """
    program = shutil.which("nginx", path=f"{os.defpath}:/usr/sbin:/usr/local/sbin")
    if not program:
        raise RuntimeError("nginx is not installed: `scripts/packages.sh bench` installs it")
    home = folder / "nginx"
    shutil.rmtree(home, ignore_errors=True)
    (home / "temp").mkdir(parents=True)
    for tile, body in tiles.items():
        file = home / "tiles" / f"{tile}.mvt.gz"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    port = free_port()
    # As root its workers would become nobody, who may not enter the folder.
    user = "user root;\n" if os.geteuid() == 0 else ""
    config = home / "nginx.conf"
    config.write_text(_CONFIG.format(user=user, workers=WEB_WORKERS, folder=home, port=port), encoding="utf-8")
    with started("nginx", [program, "-c", str(config), "-e", str(home / "nginx.err")], port, folder) as server:
        yield server


def nginx_path(tile: Tile) -> str:
    """Where nginx has a tile."""
    return f"/{tile}.mvt"
