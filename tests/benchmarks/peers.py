"""The peers: tipg and django-vectortiles, each on the server its documentation names, over the same view as ours.

Both draw our buffer instead of their own 256 units, which costs a fifth more, and no limit of features cuts a tile.
Both are asked for plain bytes: tipg could compress, at a cost of its own.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from geo_ioc.processes import WEB_WORKERS
from layers.core.zoom import MAX_ZOOM
from tests.benchmarks.database import SCHEMA, Source
from tests.benchmarks.server import Server, free_port, started
from tile_server.grid import BUFFER, Tile

THREADS = 4
"""Of one gunicorn worker, so that two of them answer eight connections."""
FEATURES = 1_000_000
"""A limit no tile reaches."""


def environment_folder() -> Path:
    """The peers' Python environment; `scripts/bench.sh` makes it from `peers-requirements.txt`."""
    return settings.GEO_IOC_VAR / "bench" / "peers"


def versions() -> dict[str, str]:
    """What is installed there, by name; nothing where it is not."""
    python = environment_folder() / "bin" / "python"
    if not python.exists():
        return {}
    listed = subprocess.run([python, "-m", "pip", "list", "--format=json"], capture_output=True, text=True, check=False)
    return {one["name"]: one["version"] for one in json.loads(listed.stdout or "[]")}


@contextmanager
def tipg(source: Source, folder: Path) -> Iterator[Server]:
    """tipg under uvicorn."""
    parameters = _parameters()
    port = free_port()
    environment = {
        "DATABASE_URL": "postgresql://{user}:{password}@{host}:{port}/{dbname}".format(**parameters)
        + f"?options={quote(_OPTIONS)}",
        "TIPG_DB_SCHEMAS": json.dumps([SCHEMA]),
        "TIPG_FALLBACK_KEY_NAMES": json.dumps(["_id"]),
        "TIPG_DB_SPATIAL_EXTENT": "false",
        "TIPG_DB_DATETIME_EXTENT": "false",
        "TILE_BUFFER": str(BUFFER),
        "MAX_FEATURES_PER_TILE": str(FEATURES),
    }
    command = [_program("uvicorn"), "tipg.main:app", "--port", str(port), "--workers", str(WEB_WORKERS)]
    with started("tipg", [*command, "--no-access-log"], port, folder, environment) as server:
        yield server


def tipg_path(source: Source, tile: Tile) -> str:
    """Where tipg has a tile, with what ours carries at its zoom."""
    carried = source.carried(tile.z)
    chosen = "" if len(carried) == len(source.attributes) else f"?properties={','.join(carried)}"
    return f"/collections/{SCHEMA}.{source.layer}/tiles/WebMercatorQuad/{tile}{chosen}"


@contextmanager
def vectortiles(source: Source, folder: Path) -> Iterator[Server]:
    """django-vectortiles with its PostGIS backend under gunicorn."""
    parameters = _parameters()
    names = {"name": "dbname", "user": "user", "password": "password", "host": "host", "port": "port"}
    given = {
        "database": {
            **{key.upper(): parameters[name] for key, name in names.items()},
            "OPTIONS": {"options": _OPTIONS},
        },
        "table": f'{SCHEMA}"."{source.layer}',  # Django puts the outer quotes
        "layer": source.layer,
        "srid": source.srid,
        "attributes": list(source.attributes),
        "parts": _parts(source),
        "buffer": BUFFER,
    }
    port = free_port()
    command = [_program("gunicorn"), "tests.benchmarks.vectortiles_site:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", str(WEB_WORKERS), "--worker-class", "gthread", "--threads", str(THREADS)]
    environment = {"BENCH_VECTORTILES": json.dumps(given)}
    with started("django-vectortiles", command, port, folder, environment) as server:
        yield server


def vectortiles_path(_source: Source, tile: Tile) -> str:
    """Where django-vectortiles has a tile."""
    return f"/tiles/{tile}"


def _parts(source: Source) -> list[dict[str, object]]:
    """Ranges of zooms between which other attributes come in."""
    starts = sorted({0, *source.attributes.values()})
    ends = [*(start - 1 for start in starts[1:]), MAX_ZOOM]
    return [{"first": z, "last": end, "fields": source.carried(z)} for z, end in zip(starts, ends, strict=True)]


_OPTIONS = "-c max_parallel_workers_per_gather=0 -c jit=off"


def _program(name: str) -> str:
    program = environment_folder() / "bin" / name
    if not program.exists():
        raise RuntimeError("not installed: `scripts/bench.sh` installs it where a package index is reached")
    return str(program)


def _parameters() -> Mapping[str, object]:
    return {"host": "127.0.0.1", "port": 5432, "user": "", "password": "", **connection.get_connection_params()}
