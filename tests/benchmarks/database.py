"""The database alone: the plain tile query of a layer, run by pgbench with nothing before or behind it.

In: a layer over rows. While a benchmark runs, `bench.<layer>` is a view of its rows with the attributes its tiles
carry; the peers serve that view, so that all read the same rows and send the same attributes.
"""

import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import F

from layers.core.geo import Raw
from layers.core.layer import Layer
from layers.core.query import alias_of
from layers.core.viewer import ANYONE
from tests.benchmarks import cpu
from tests.benchmarks.load import CONNECTIONS
from tile_server.grid import BUFFER, EXTENT, Tile
from tile_server.statement import _plain

SCHEMA = "bench"
_INDEX = "bench_geometry"
_GATE = 734_016
"""Key of the advisory lock that holds every client of pgbench until all are connected and warm."""
_WARM = 8
"""Runs of each client before the gate: past the five after which PostgreSQL settles on a generic plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The layer as a plain table: columns `_id`, `_geom` and the attributes under their names.

    Attributes:
        view: its name, as SQL writes it.
        srid: of `_geom`: 3857 where the layer keeps such a column, else 4326.
        attributes: every attribute its tiles carry, with the first zoom that carries it.
    """

    layer: str
    view: str
    srid: int
    attributes: dict[str, int]

    @property
    def mercator(self) -> str:
        """`_geom` in EPSG:3857."""
        return "_geom" if self.srid == 3857 else "st_transform(_geom, 3857)"

    def carried(self, z: int) -> list[str]:
        """Attributes in a tile of zoom `z`."""
        return [name for name, first in self.attributes.items() if first <= z]

    def tile_sql(self, z: int) -> str:
        """The plain tile query of pgbench's variables z, x and y; nothing is ordered, left out or tested twice."""
        columns = "".join(f', "{name}"' for name in self.carried(z))
        box = "st_tileenvelope(:z, :x, :y)"
        drawn = f"st_tileenvelope(:z, :x, :y, margin => {BUFFER / EXTENT})"
        if self.srid != 3857:
            drawn = f"st_transform({drawn}, {self.srid})"
        return (
            f"select octet_length(st_asmvt(t, '{self.layer}', {EXTENT}, '_mvt', '_id')) from ("
            f"select _id, st_asmvtgeom({self.mercator}, {box}, {EXTENT}, {BUFFER}, true) as _mvt{columns} "
            f"from {self.view} where _geom && {drawn}) t"
        )


@contextmanager
def source(layer: Layer) -> Iterator[Source]:
    """The layer's public rows as a view that is there as long as the block.

    A stored EPSG:3857 column is indexed as long: the plain query and the peers look for rows by what they draw.
    """
    attributes = {attribute.name: attribute.from_zoom or 0 for attribute in layer.tile_attributes}
    fields = {field.name: field.column for field in layer.model._meta.concrete_fields}
    stored = f"{layer.geometry}_3857"
    srid, geometry = (3857, stored) if stored in fields else (4326, layer.geometry)
    select, parameters = _select(layer, geometry, attributes)
    view, table = f'{SCHEMA}."{layer.id}"', layer.model._meta.db_table
    with connection.cursor() as cursor:
        _clear(cursor)
        cursor.execute(f"create schema {SCHEMA}")
        cursor.execute(f"create view {view} as {select}", parameters)
        if not _is_indexed(cursor, table, fields[geometry]):
            cursor.execute(f'create index {_INDEX} on "{table}" using gist ("{fields[geometry]}")')
    try:
        yield Source(layer=layer.id, view=view, srid=srid, attributes=attributes)
    finally:
        with connection.cursor() as cursor:
            _clear(cursor)


def _clear(cursor: CursorWrapper) -> None:
    """Away with what this run, or one that was broken off, has made."""
    cursor.execute(f"drop schema if exists {SCHEMA} cascade")
    cursor.execute(f"drop index if exists {_INDEX}")


def _is_indexed(cursor: CursorWrapper, table: str, column: str) -> bool:
    found = connection.introspection.get_constraints(cursor, table).values()
    return any(one["index"] and one["columns"] == [column] and one["type"] == "gist" for one in found)


def _select(layer: Layer, geometry: str, names: Iterable[str]) -> tuple[str, tuple[object, ...]]:
    """The rows anyone may see, their attributes as tiles carry them, their geometry as it is stored."""
    features = layer.query(ANYONE)
    named = {alias_of(name): _plain(features.readable[name], features.expression(name)) for name in names}
    rows = features.queryset().annotate(_id=F(layer.key_field.attname), _geom=Raw(geometry), **named)
    sql, parameters = rows.values("_id", "_geom", *named).order_by().query.sql_with_params()
    columns = "".join(f', "{alias_of(name)}" as "{name}"' for name in names)
    return f"select _id, _geom{columns} from ({sql}) features", parameters


def postmaster() -> int:
    """Process id of the cluster's first process, from which all backends descend.

    Raises:
        RuntimeError: the database does not run on this machine, so that its processor time cannot be read.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (backend,) = cursor.fetchone()
    try:
        found = cpu.parent(backend)
        if cpu.name(found).startswith("postgres"):
            return found
    except (ProcessLookupError, OSError):
        pass
    raise RuntimeError("the database's processes are not seen from here; use a database on this machine")


def address() -> str:
    """The database as libpq wants it."""
    parameters = connection.get_connection_params()
    named = ("host", "port", "user", "password", "dbname")
    return psycopg.conninfo.make_conninfo(**{name: parameters[name] for name in named if parameters.get(name)})


def last_tile_statement() -> datetime:
    """When a connection of our tile server last began a statement; long ago where none has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(max(query_start), 'epoch') from pg_stat_activity where application_name = 'geo_ioc tiles'"
        )
        (found,) = cursor.fetchone()
    return found


@dataclass(frozen=True, slots=True)
class Alone:
    """A run of pgbench: transactions done and failed, and its wall time."""

    answers: int
    failed: int
    took_s: float


def run(source: Source, tiles: Sequence[Tile], folder: Path, begin: Callable[[], None]) -> Alone:
    """Draw every tile once over `CONNECTIONS` prepared connections.

    Args:
        source: the table.
        tiles: one a transaction; a whole number of them a connection.
        folder: where the script is written.
        begin: called when all connections are open and warm, before the first counted transaction.

    Raises:
        RuntimeError: pgbench failed.
    """
    share, rest = divmod(len(tiles), CONNECTIONS)
    if rest:
        raise ValueError(f"{len(tiles)} tiles are no multiple of {CONNECTIONS} connections")
    script = folder / "pgbench.sql"
    script.write_text(_script(source, tiles, share), encoding="utf-8")
    parameters = connection.get_connection_params()
    environment = {
        "PGHOST": parameters.get("host", ""),
        "PGPORT": str(parameters.get("port", "")),
        "PGUSER": parameters.get("user", ""),
        "PGPASSWORD": parameters.get("password", ""),
        "PGOPTIONS": "-c max_parallel_workers_per_gather=0 -c jit=off",
        "PATH": "/usr/bin:/bin",
        "LC_ALL": "C.UTF-8",
    }
    command = ["pgbench", "-n", "-M", "prepared", "-D", "n=0", "-f", str(script)]
    command += ["-c", str(CONNECTIONS), "-j", "1", "-t", str(_WARM + share), parameters["dbname"]]
    with psycopg.connect(address(), autocommit=True) as gate:
        gate.execute("select pg_advisory_lock(%s)", [_GATE])
        bench = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        _await_clients(gate, bench)
        begin()
        started = monotonic()
        gate.execute("select pg_advisory_unlock(%s)", [_GATE])
        output, complaint = bench.communicate()
        took_s = monotonic() - started
        _await_end(gate)
    if bench.returncode:
        raise RuntimeError(f"pgbench failed: {complaint.strip()[-500:]}")
    done = f"number of transactions actually processed: {CONNECTIONS * (_WARM + share)}/"
    return Alone(len(tiles), 0 if done in output else len(tiles), took_s)


def _script(source: Source, tiles: Sequence[Tile], share: int) -> str:
    """Each client draws its share of the list; `n` counts its transactions and outlives each of them."""
    lines = [
        r"\set n :n + 1",
        rf"\if :n = {_WARM + 1}",
        f"select pg_advisory_lock_shared({_GATE});",
        r"\endif",
        rf"\set i :client_id * {share} + mod(:n - {_WARM + 1} + {_WARM * share}, {share})",
        _lookup("z", [tile.z for tile in tiles]),
        _lookup("x", [tile.x for tile in tiles]),
        _lookup("y", [tile.y for tile in tiles]),
    ]
    for word, z, condition in _variants(source, tiles):
        lines += [rf"\{word} {condition}".rstrip(), source.tile_sql(z) + ";"]
    return "\n".join([*lines, r"\endif", ""])


def _variants(source: Source, tiles: Sequence[Tile]) -> list[tuple[str, int, str]]:
    """One statement for each set of attributes: from the deepest zoom's down, as `if … elif … else`."""
    zooms = {tile.z for tile in tiles}
    first = {min(zooms), *(z for z in source.attributes.values() if min(zooms) < z <= max(zooms))}
    descending = sorted(first, reverse=True)
    return [("elif" if number else "if", z, f":z >= {z}") for number, z in enumerate(descending)]


def _lookup(name: str, values: Sequence[int]) -> str:
    r"""`\set name` to the value at `:i`: pgbench has no arrays, but reckons a tree of comparisons by itself."""
    return rf"\set {name} {_branch(values, 0, len(values))}"


def _branch(values: Sequence[int], start: int, end: int) -> str:
    if len(set(values[start:end])) == 1:
        return str(values[start])
    middle = (start + end) // 2
    low, high = _branch(values, start, middle), _branch(values, middle, end)
    return f"case when :i < {middle} then {low} else {high} end"


def _await_clients(gate: psycopg.Connection, bench: "subprocess.Popen[str]") -> None:
    """Until every client waits at the gate."""
    deadline = monotonic() + 120
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and objid = %s and not granted"
    while gate.execute(waiting, [_GATE]).fetchone() != (CONNECTIONS,):
        if bench.poll() is not None:
            raise RuntimeError(f"pgbench failed: {bench.communicate()[1].strip()[-500:]}")
        if monotonic() > deadline:
            bench.terminate()
            raise RuntimeError("pgbench's clients did not connect within 120 s")
        sleep(0.05)


def _await_end(gate: psycopg.Connection) -> None:
    """Until the backends of pgbench's clients have ended and what they spent is found in their parent."""
    while gate.execute("select 1 from pg_stat_activity where application_name = 'pgbench'").fetchone():
        sleep(0.02)
    sleep(0.3)
