"""No cached tile is ever old: random edits by several writers, two worker processes, killed workers, cut connections.

In rounds: writers and readers run at once, writers pause, every worker reads the journal to its end, and every tile it
then serves is compared with one built afresh. Two naive protocols go through the same in the same processes and must
be found stale: else the test could not see anything.

`FRESHNESS_SECONDS` (60) says how long this goes on, `FRESHNESS_SEED` repeats a run's choices.
"""

import asyncio
import http.client
import json
import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.db import connections

from geo_ioc.asgi import _refuse
from layers.changes.follower import Snapshot
from layers.core import Attribute, Public, Text, registry
from layers.datasets import partition
from layers.datasets.models import Dataset
from layers.datasets.provider import DatasetProvider
from tests.tile_server.harness import Answer, ask, server
from tests.tile_server.worker import resolve
from tests.tile_server.writers import SIDE, SOUTH, WEST, Ground, Writer
from tests.toys import factories
from tile_server.cache import CachedTile
from tile_server.grid import Tile, tile_at
from tile_server.http import TileApp
from tile_server.pool import dsn
from tile_server.request import TileRequest
from tile_server.service import TileService

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
SECONDS = float(os.environ.get("FRESHNESS_SECONDS", "60"))
SEED = int(os.environ.get("FRESHNESS_SEED", "0")) or secrets.randbelow(10**6) + 1
WRITERS, READERS, WORKERS, ROUND_S = 5, 4, 2, 6.0
PROTOCOLS = ("snapshot", "notification", "sequence")
MOST_ROUNDS = 40
"""A slow machine goes on until the naive protocols are found stale, but not for ever."""
PATIENCE_S = 60.0
"""For a start or a catch-up that takes a fraction of it even on a slow machine."""


@dataclass(frozen=True)
class Ask:
    """One tile as one viewer asks for it."""

    path: str
    viewer: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"x-viewer": self.viewer} if self.viewer else {}


class Uncached(TileService):
    """Builds every tile afresh: what is true now."""

    async def tile(self, request: TileRequest, gone: Any = None) -> CachedTile:
        return await self._build(request)


# ------------------------------------------------------------------- workers


@dataclass
class Running:
    """A worker process and where it listens."""

    port: int
    environment: dict[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        command = [
            *(sys.executable, "-m", "uvicorn", "tests.tile_server.worker:application", "--port", str(self.port)),
            *("--loop", "uvloop", "--http", "tile_server.protocol:TileProtocol", "--no-access-log"),
            *("--timeout-graceful-shutdown", "2"),
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)

    def ready(self) -> None:
        def answers() -> bool:
            assert self.process
            assert self.process.poll() is None, f"the worker ended:\n{self.log.read_text()[-4000:]}"
            with suppress(OSError, http.client.HTTPException):
                return all(told["position"] for told in self.check().values())
            return False

        until(answers, "the worker answers and has a position")

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(20)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        """One GET on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        try:
            return fetch(connection, path, headers or {})
        finally:
            connection.close()

    def check(self) -> dict[str, dict[str, Any]]:
        try:
            told: dict[str, dict[str, Any]] = json.loads(self.get("/check").body)
        except TimeoutError:
            assert self.process
            self.process.send_signal(signal.SIGUSR1)  # it writes where it hangs
            time.sleep(1.0)
            raise AssertionError(f"worker {self.port} hangs:\n{self.log.read_text()[-8000:]}") from None
        return told


def fetch(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> Answer:
    connection.request("GET", path, headers={"accept-encoding": "gzip", **headers})
    answer = connection.getresponse()
    return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())


def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, f"not within {PATIENCE_S:.0f} s: {what}"
        time.sleep(0.05)


@contextmanager
def workers(folder: Path) -> Iterator[list[Running]]:
    """Worker processes on the test database."""
    found = []
    for number in range(WORKERS):
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
        parameters = psycopg.conninfo.conninfo_to_dict(dsn())
        url = "postgres://{user}:{password}@{host}:{port}/{dbname}".format(
            **{k: quote(str(v), safe="") for k, v in parameters.items()}
        )
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("DJANGO_", "GEO_IOC_", "PYTEST_"))},
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": url,
            "GEO_IOC_VAR": str(folder),
            "GEO_IOC_SECRET_KEY": "of-this-run-alone-" + "x" * 40,
        }
        found.append(Running(port, environment, folder / f"worker{number}.log"))
    try:
        for one in found:
            one.start()
        for one in found:
            one.ready()
        yield found
    finally:
        for one in found:
            one.stop()


# -------------------------------------------------------------------- readers


class Reader(threading.Thread):
    """Asks random tiles of random workers and protocols, half of the time with the tag it got before."""

    def __init__(self, running: list[Running], asks: list[Ask], seed: int) -> None:
        super().__init__(name=f"reader {seed}", daemon=True)
        self.running, self.asks, self.dice = running, asks, random.Random(seed)
        self.free, self.over = threading.Event(), threading.Event()
        self.after = ""
        self.statuses: Counter[int] = Counter()
        self._connections: dict[int, http.client.HTTPConnection] = {}
        self._tags: dict[tuple[str, Ask], str] = {}

    def run(self) -> None:
        while not self.over.is_set():
            if not self.free.wait(0.05):
                continue
            one = self.dice.choice(self.running)
            connection = self._connections.setdefault(
                one.port, http.client.HTTPConnection("127.0.0.1", one.port, timeout=40)
            )
            try:
                self._ask(connection)
            except (OSError, http.client.HTTPException):  # the worker was killed
                connection.close()
                time.sleep(0.05)
        for connection in self._connections.values():
            connection.close()

    def _ask(self, connection: http.client.HTTPConnection) -> None:
        # a few are asked most: where builds and changes meet
        few = self.asks[:12] if self.dice.random() < 0.5 else self.asks
        what, protocol = self.dice.choice(few), self.dice.choice(PROTOCOLS)
        headers = what.headers
        if self.dice.random() < 0.5 and (protocol, what) in self._tags:
            headers["if-none-match"] = self._tags[protocol, what]
        if self.dice.random() < 0.3 and self.after:
            headers["x-after"] = self.after
        answer = fetch(connection, f"/{protocol}{what.path}", headers)
        self.statuses[answer.status] += 1
        if "etag" in answer.headers:
            self._tags[protocol, what] = answer.headers["etag"]


# ----------------------------------------------------------------------- data


@pytest.fixture
def ground() -> Iterator[Ground]:
    """Four units, two toy datasets, two datasets with a partition each, and rows to begin with."""
    units = [factories.make_unit(f"Xã {number}").pk for number in range(4)]
    toy_sets = [factories.make_dataset(f"toy{number}", rows=0).pk for number in range(2)]
    schema = [
        Attribute("code", Text(vi="Mã", en="Code"), type="text"),
        Attribute("name", Text(vi="Tên", en="Name"), type="text"),
        Attribute("beds", Text(vi="Số giường", en="Beds"), type="integer"),
    ]
    for name in ("fresh_one", "fresh_two"):
        title = Text(vi="Bộ dữ liệu", en="Dataset")
        DatasetProvider().create(name, title, schema, Public(), key="code", geometry="point")
    datasets = list(Dataset.objects.filter(name__startswith="fresh_"))
    for provider in registry.providers:
        registry.changed(provider.topic)
    registry.all()
    yield Ground(dsn=dsn(), units=units, toy_sets=toy_sets, datasets=[one.pk for one in datasets])
    for one in datasets:
        partition.drop(one)


def sown(ground: Ground, seed: int) -> None:
    """Enough rows that every edit finds some."""
    writer = Writer(ground, seed)
    with psycopg.connect(ground.dsn, autocommit=True) as database, database.transaction():
        for _ in range(300):
            writer.insert_plot(database)
            writer.insert_visit(database)
            writer.insert_pot(database)
            writer.insert_feature(database)


def asks_of(ground: Ground, dice: random.Random) -> list[Ask]:
    """Tiles of every layer: features and cells, each viewer, filters, times, several layers at once."""
    viewers = [
        json.dumps({"user": f"v{number}", "roles": [role], "units": units})
        for number, (role, units) in enumerate(
            [
                ("toy_watcher", ground.units[:1]),
                ("toy_keeper", ground.units[1:3]),
                ("toy_watcher", [*ground.units, 0]),
            ]
        )
    ]
    sets = [f"toy_set_{number}" for number in ground.toy_sets] + [f"d-{number}" for number in ground.datasets]
    found: list[Ask] = []
    for z in (4, 8, 10, 11, 12, 13, 14):
        for tile in _tiles(z, dice):
            found += [Ask(f"/tiles/toy_plots/{tile}.mvt{query}") for query in PLOT_QUERIES]
            found += [Ask(f"/tiles/toy_plots,{sets[0]}/{tile}.mvt")]
    for z in (0, 3, 6, 7, 8, 10, 12, 14):
        for tile in _tiles(z, dice):
            found += [Ask(f"/tiles/toy_visits/{tile}.mvt{query}", v) for v in viewers for query in VISIT_QUERIES]
    for z in (0, 6, 10, 12, 13):
        for tile in _tiles(z, dice):
            found += [Ask(f"/tiles/{one}/{tile}.mvt") for one in sets]
            found += [Ask(f"/tiles/{sets[-1]}/{tile}.mvt?filter=beds%20%3E%204")]
    dice.shuffle(found)
    return found


PLOT_QUERIES = ("", "?filter=use='rice'", "?at=2025-06-01")
VISIT_QUERIES = ("", "?filter=kind='check'")


def _tiles(z: int, dice: random.Random) -> list[Tile]:
    """The tile over the busy corner, and up to two more."""
    places = [(WEST + SIDE / 8, SOUTH + SIDE / 8)]
    places += [(WEST + dice.random() * SIDE, SOUTH + dice.random() * SIDE) for _ in range(2)]
    return list(dict.fromkeys(tile_at(*place, z) for place in places))


# ----------------------------------------------------------------------- test


@dataclass
class Verdict:
    """What was compared, and what was old."""

    compared: Counter[str] = field(default_factory=Counter)
    stale: Counter[str] = field(default_factory=Counter)
    unlike: list[str] = field(default_factory=list)
    revalidated: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def powerful(self) -> bool:
        """Whether each naive protocol was found out."""
        return all(self.stale[protocol] > 0 for protocol in PROTOCOLS[1:])


def test_no_cached_tile_is_ever_stale_and_weaker_protocols_are_found_out(
    ground: Ground, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dice = random.Random(SEED)
    sown(ground, SEED)
    asks = asks_of(ground, dice)
    verdict = Verdict()
    writers = [Writer(ground, SEED + number) for number in range(WRITERS)]
    with workers(tmp_path) as running, psycopg.connect(ground.dsn, autocommit=True) as database:
        readers = [Reader(running, asks, SEED + number) for number in range(READERS)]
        for thread in (*writers, *readers):
            thread.start()
        try:
            ends, number = time.monotonic() + SECONDS, 0
            while number < 3 or time.monotonic() < ends or (not verdict.powerful and number < MOST_ROUNDS):
                _disturbed(writers, readers, running, database, number, dice)
                _compared(running, asks, database, dice, verdict)
                number += 1
        finally:
            for one in (*writers, *readers):
                one.over.set()
            for one in (*writers, *readers):
                one.join(30)
    with capsys.disabled():
        sys.stdout.write(
            f"\nFRESHNESS_SEED={SEED}: {len(asks)} addresses asked\n{_figures(writers, readers, verdict)}\n"
        )
    assert [writer.fault for writer in writers if writer.fault] == []
    assert verdict.stale["snapshot"] == 0, f"FRESHNESS_SEED={SEED}\n" + "\n".join(verdict.told[:20])
    assert verdict.unlike == []
    assert verdict.revalidated > 0
    assert verdict.stale["notification"] > 0, "the test has no power over a cache that trusts notifications"
    assert verdict.stale["sequence"] > 0, "the test has no power over a cache that follows a sequence"


def _disturbed(
    writers: list[Writer],
    readers: list[Reader],
    running: list[Running],
    database: psycopg.Connection[Any],
    number: int,
    dice: random.Random,
) -> None:
    """A round of writing and reading, with connections cut in it and, every third time, a worker killed."""
    for one in (*writers, *readers):
        one.free.set()
    ends = time.monotonic() + ROUND_S
    while time.monotonic() < ends:
        time.sleep(dice.random() * ROUND_S / 3)
        (position,) = database.execute("select pg_current_snapshot()::text").fetchone() or ("",)
        for reader in readers:
            reader.after = position
        _cut(database, dice)
    if number % 3 == 1:
        victim = dice.choice(running)
        victim.kill()
        victim.start()
        victim.ready()
        time.sleep(1.0)
    for one in (*writers, *readers):
        one.free.clear()
    for writer in writers:
        until(writer.held.is_set, f"{writer.name} has ended its transaction")


def _cut(database: psycopg.Connection[Any], dice: random.Random) -> None:
    """Cut the journal's readers; now and then the tiles' connections and Django's own as well."""
    names = ["geo_ioc tiles", "geo_ioc"] if dice.random() < 0.3 else []
    database.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
        " and pid <> pg_backend_pid() and (query like '%%from s left join%%' or application_name = any(%s))"
        " and usename = current_user and backend_type = 'client backend' and application_name not like 'pytest%%'",
        [names],
    )


def _compared(
    running: list[Running],
    asks: list[Ask],
    database: psycopg.Connection[Any],
    dice: random.Random,
    verdict: Verdict,
) -> None:
    """Writers are at rest: what every worker serves is what is true."""
    (now,) = database.execute("select pg_current_snapshot()::text").fetchone() or ("",)

    def reached() -> bool:
        positions = [told["position"] for one in running for told in one.check().values()]
        return all(text and Snapshot.parse(text).xmin >= Snapshot.parse(now).xmin for text in positions)

    until(reached, "every worker has read the journal to its end")
    truth = _truth(asks)
    for one in running:
        with closing(http.client.HTTPConnection("127.0.0.1", one.port, timeout=40)) as connection:
            _compare(one, connection, truth, database, dice, verdict)


def _compare(
    one: Running,
    connection: http.client.HTTPConnection,
    truth: dict[Ask, Answer],
    database: psycopg.Connection[Any],
    dice: random.Random,
    verdict: Verdict,
) -> None:
    asks = list(truth)
    for protocol in PROTOCOLS:
        before = one.check()[protocol]
        # the naive ones are asked for a part: to be found stale at all is enough
        chosen = asks if protocol == "snapshot" else asks[:50]
        for what in chosen:
            served = _served(connection, f"/{protocol}{what.path}", what.headers)
            if served.headers["etag"] == truth[what].headers["etag"]:
                continue
            verdict.stale[protocol] += 1
            if protocol == "snapshot":
                verdict.told.append(_report(database, what, served, truth[what], one.port))
        verdict.compared[protocol] += one.check()[protocol]["hits"] - before["hits"]
    built = one.check()["snapshot"]["built"]
    for what in dice.sample(asks, 40):
        tag = {"if-none-match": truth[what].headers["etag"]}
        again = _served(connection, f"/snapshot{what.path}", {**what.headers, **tag})
        if again.status != 304:
            verdict.unlike.append(f"{what}: {again.status} instead of 304 at worker {one.port}")
    if one.check()["snapshot"]["built"] != built:
        verdict.unlike.append(f"revalidating unchanged tiles ran their statements at worker {one.port}")
    verdict.revalidated += 40


def _served(connection: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> Answer:
    """What a worker answers once it has found out which of its connections were cut."""
    deadline = time.monotonic() + PATIENCE_S
    while (answer := fetch(connection, path, headers)).status == 503:
        assert time.monotonic() < deadline, f"{path} is never answered: {answer.body!r}"
    assert answer.status in (200, 204, 304), (path, answer.status, answer.body)
    return answer


def _truth(asks: list[Ask]) -> dict[Ask, Answer]:
    """Every tile built afresh, in this process, from no cache."""

    async def built() -> dict[Ask, Answer]:
        async with server() as one:
            fresh = TileApp(Uncached(one.service.pool, one.follower), one.follower, resolve, _refuse)
            return {what: await ask(fresh, what.path, what.headers) for what in asks}

    try:
        return asyncio.run(built())
    finally:
        connections.close_all()


def _report(database: psycopg.Connection[Any], what: Ask, served: Answer, truth: Answer, port: int) -> str:
    """What is old in a tile, and the journal's last entries for its layer."""
    layers, z, x, y = what.path.split("?")[0].removesuffix(".mvt").split("/")[2:]
    box = Tile(int(z), int(x), int(y)).drawn
    lines = [f"worker {port}: stale {what.path} for {what.viewer or 'the public'}"]
    for layer in layers.split(","):
        old, new = ({str(one) for one in answer.features(layer)} for answer in (served, truth))
        lines += [f"  served only: {one[:300]}" for one in sorted(old - new)[:3]]
        lines += [f"  true only:   {one[:300]}" for one in sorted(new - old)[:3]]
        rows = database.execute(
            "select xid::text, ids, west, south, east, north, at from map_change where layer = %s and"
            " (west is null or (west <= %s and east >= %s and south <= %s and north >= %s)) order by at desc limit 8",
            [layer, box.east, box.west, box.north, box.south],
        )
        lines += [f"  journal: {row}" for row in rows]
    return "\n".join(lines)


def _figures(writers: list[Writer], readers: list[Reader], verdict: Verdict) -> str:
    """What was done and found, to be read and quoted."""
    edits, ends, statuses = Counter[str](), Counter[str](), Counter[int]()
    for writer in writers:
        edits += writer.tally.edits
        ends += writer.tally.ends
    for reader in readers:
        statuses += reader.statuses
    lines = [
        f"{name}: {sum(counted.values())} ({', '.join(f'{key} {number}' for key, number in counted.most_common())})"
        for name, counted in (("edits", edits), ("transactions", ends), ("requests", statuses))
    ]
    lines += [
        f"{protocol}: {verdict.compared[protocol]} cached tiles compared, {verdict.stale[protocol]} stale"
        for protocol in PROTOCOLS
    ]
    return "\n".join([*lines, f"revalidations answered 304: {verdict.revalidated}"])
