"""The whole run over one layer: who races whom on what, and what is held against it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import sleep
from typing import Any

from layers.core.layer import Layer
from tests.benchmarks import cpu, database, flood, load, low_zoom, peers, report
from tests.benchmarks.database import Source
from tests.benchmarks.load import Ask
from tests.benchmarks.nginx import nginx, nginx_path
from tests.benchmarks.pages import pages
from tests.benchmarks.province import build
from tests.benchmarks.race import Contestant, alone, middle, race, served
from tests.benchmarks.report import ALONE, HIT, NGINX, TIPG, UNCACHED, UNCHANGED, VECTORTILES, Bar, Races
from tests.benchmarks.server import Server, ours
from tests.benchmarks.tiles import COUNTS, LOW, LOW_COUNT, Mix, draw, mixes
from tile_server.grid import Tile

HITS = 96_000
"""Answers of one run from a cache: seconds of them, to tell 0.001 ms by the kernel's ticks."""
IDLE_S = 5
REST_MS = 0.002
"""What the kernel's ticks leave open; the smallest statement costs 0.05 ms."""
FAR_MS, FAR_KB, ANY_KB = 50.0, 300.0, 500.0
SIZED = ("land_search", "land_import")
"""Those of the topics that take a number of `parcels`, too."""
TOPICS = ("freshness", "pixel", "search", "rules", "ingest", "latest", "overlay", *SIZED)
"""Modules beside this one that measure what a person waits for by `measure(url, dsn)`: `p95_ms`, `bar_ms`."""


@dataclass(slots=True)
class Bench:
    """A run and what it found.

    Attributes:
        parcels: size of the topics that have one; None is each one's own.
    """

    layer: Layer
    folder: Path
    rounds: int
    say: Callable[[str], None]
    parcels: int | None = None
    races: Races = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    bars: list[Bar] = field(default_factory=list)
    mixes: list[Mix] = field(default_factory=list)
    drawn: dict[int, tuple[Tile, ...]] = field(default_factory=dict)
    tables_of: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def run(self, *, province: bool = False, minutes: float = 0) -> None:
        """Measure everything; a browser's memory over so many minutes.

        Raises:
            RuntimeError: our own server or the database cannot be measured, or an answer failed.
        """
        postmaster = database.postmaster()
        with database.source(self.layer) as source:
            self.say(f"drawing the tiles of {self.layer.id}")
            self.mixes = mixes(self.layer, source)
            zooms = dict.fromkeys(LOW, LOW_COUNT) | {z: COUNTS[z] for z in COUNTS if z not in LOW}
            self.drawn = draw(source, {z: count for z, count in zooms.items() if z in self.layer.zoom})
            with ours(self.folder, cache_mb=0) as server:
                self._race_uncached(source, server, postmaster)
                self._look_from_afar(server)
                self._flood(server)
                if province:
                    self._build_province(source, server)
        # in demo mode the page shows its map to `pixel`
        with ours(self.folder, environment={"GEO_IOC_DEMO": "1"}) as server:
            self._race_hits(server, postmaster)
            self.tables_of["pages"] = [asdict(page) for page in pages(server, self.layer.id)]
            self._measure_topics(server, TOPICS)
            if minutes:
                self._measure_browser(server, minutes)
        self.bars = report.bars(self.races, self.absent) + self._far_bars() + self.bars

    def run_topics(self, names: Sequence[str]) -> None:
        """Measure these topics alone."""
        with ours(self.folder, environment={"GEO_IOC_DEMO": "1"}) as server:
            self._measure_topics(server, names)

    def _race_uncached(self, source: Source, server: Server, postmaster: int) -> None:
        layer = self.layer.id
        with ExitStack() as stack:
            contestants: dict[str, Contestant] = {
                ALONE: alone(source, postmaster, self.folder),
                UNCACHED: served(server, postmaster, lambda tile: Ask(low_zoom.path(layer, tile))),
            }
            servers = {UNCACHED: server}
            for name, start, where in (
                (TIPG, peers.tipg, peers.tipg_path),
                (VECTORTILES, peers.vectortiles, peers.vectortiles_path),
            ):
                with self._may_be_absent(name, start(source, self.folder), stack) as peer:
                    if peer:
                        servers[name] = peer
                        contestants[name] = served(
                            peer, postmaster, lambda tile, where=where: Ask(where(source, tile), ())
                        )
            at_rest = {name: cpu.memory(one.pid) for name, one in servers.items()}
            for mix in self.mixes:
                self.races[mix.name] = race(contestants, mix, self.rounds, self.say)
                self.say(report.race_table({mix.name: self.races[mix.name]}))
            self._note_memory(at_rest, servers)

    def _race_hits(self, server: Server, postmaster: int) -> None:
        layer = self.layer.id
        tiles = next((mix.tiles for mix in self.mixes if mix.name == "z16"), self.mixes[0].tiles)
        self.say("filling the caches")
        at_rest = {HIT: cpu.memory(server.pid)}
        asks = {tile: Ask(low_zoom.path(layer, tile)) for tile in tiles}
        fill(server, list(asks.values()))
        answers = dict(zip(tiles, load.fetch(server.port, list(asks.values())), strict=True))
        bodies = {tile: answer.body for tile, answer in answers.items() if answer.body}
        mix = Mix(name="hits", tiles=tuple(bodies), answers=HITS)

        def unchanged(tile: Tile) -> Ask:
            return Ask(asks[tile].path, (*asks[tile].headers, ("If-None-Match", answers[tile].headers["etag"])))

        with ExitStack() as stack:
            contestants: dict[str, Contestant] = {
                HIT: served(server, postmaster, asks.__getitem__),
                UNCHANGED: served(server, postmaster, unchanged),
            }
            with self._may_be_absent(NGINX, nginx(bodies, self.folder), stack) as files:
                if files:
                    contestants[NGINX] = served(files, postmaster, lambda tile: Ask(nginx_path(tile)))
            idle_share = _idle_share(postmaster)
            before = database.last_tile_statement()
            self.races[mix.name] = race(contestants, mix, self.rounds, self.say)
            asked = float(database.last_tile_statement() > before)
        self.bars.append(Bar(name="hit, a statement was run (1) or none (0)", value=asked, limit=0))
        hits = self.races[mix.name][HIT]
        idle_ms = idle_share * 1000 * middle(hits, "took_s") / mix.answers
        above_ms = max(0.0, middle(hits, "database_ms") - idle_ms)
        self.bars.append(Bar(name="hit, database above its rest, ms", value=above_ms, limit=REST_MS))
        self._note_memory(at_rest, {HIT: server})

    @contextmanager
    def _may_be_absent(
        self, name: str, start: AbstractContextManager[Server], stack: ExitStack
    ) -> Iterator[Server | None]:
        """A server that lives as long as `stack`; None, with the reason noted, where it does not start."""
        self.say(f"starting {name}")
        try:
            server = stack.enter_context(start)
        except RuntimeError as fault:
            self.absent[name] = str(fault)
            self.say(f"{name} is left out: {fault}")
            server = None
        yield server

    def _look_from_afar(self, server: Server) -> None:
        self.say("one tile after the other, every zoom")
        self.tables_of["zooms"] = [asdict(zoom) for zoom in low_zoom.zooms(server, self.drawn, self.layer.id)]

    def _flood(self, server: Server) -> None:
        self.say("more at once than the server may have in hand")
        tiles = next((mix.tiles for mix in self.mixes if mix.name == "z16"), self.mixes[0].tiles)
        found = flood.measure(server, tiles, self.layer)
        self.tables_of["flood"] = [asdict(found)]
        self.bars += [
            Bar(name="flood, memory left behind, MB", value=found.grown_mb, limit=flood.MARGIN_MB),
            Bar(name="flood, neither answered nor refused with Retry-After", value=found.failed, limit=0),
            Bar(name="flood, another layer's tiles not answered", value=found.unanswered, limit=0),
        ]

    def _far_bars(self) -> list[Bar]:
        zooms = self.tables_of["zooms"]
        far = [zoom for zoom in zooms if zoom["z"] in LOW]
        refused = sum(zoom["refused"] for zoom in zooms)
        largest = max(zoom["max_kb"] for zoom in zooms)
        found = [
            Bar(name="every zoom, tiles refused", value=refused, limit=0),
            Bar(name="every zoom, largest tile, kB", value=largest, limit=ANY_KB),
        ]
        if far:
            late = max(zoom["p95_ms"] for zoom in far)
            found.append(Bar(name="z5-z12, p95 of the slowest zoom, ms", value=late, limit=FAR_MS))
            found.append(Bar(name="z5-z12, largest tile, kB", value=max(zoom["max_kb"] for zoom in far), limit=FAR_KB))
        return found

    def _build_province(self, source: Source, server: Server) -> None:
        self.say("every tile of the province, z5 to z15")
        built = build(server, source, self.layer.zoom.first, self.layer.zoom.last)
        if built.failed:
            raise RuntimeError(f"{built.failed} of {built.tiles} tiles of the province failed")
        self.tables_of["province"] = [{**asdict(built), "tiles_a_second": built.tiles / built.took_s}]

    def _measure_topics(self, server: Server, names: Sequence[str]) -> None:
        for topic in names:
            module = f"{__package__}.{topic}"
            if not find_spec(module):
                continue
            self.say(topic)
            size = {"parcels": self.parcels} if self.parcels and topic in SIZED else {}
            try:
                found = import_module(module).measure(f"http://127.0.0.1:{server.port}", database.address(), **size)
            except Exception as fault:  # a browser, a built viewer, the demo: whatever it needs may be missing
                note = f"{type(fault).__name__}: {fault}".partition("\n")[0]
                self.bars.append(Bar(name=f"{topic}, p95, ms", value=None, limit=0, note=note))
            else:
                self.tables_of[topic] = [{"topic": topic, **found}]
                self.bars.append(Bar(name=f"{topic}, p95, ms", value=found["p95_ms"], limit=found["bar_ms"]))

    def _measure_browser(self, server: Server, minutes: float) -> None:
        name = "browser_memory"
        self.say(f"{name}, {minutes:g} min")
        bar = "browser, heap, nodes or listeners, last quarter to first"
        try:
            topic = import_module(f"{__package__}.{name}")
            found = topic.measure(f"http://127.0.0.1:{server.port}", database.address(), minutes)
        except Exception as fault:  # as for the other topics
            note = f"{type(fault).__name__}: {fault}".partition("\n")[0]
            self.bars.append(Bar(name=bar, value=None, limit=0, note=note))
        else:
            self.tables_of[name] = [{"topic": name, **found}]
            self.bars.append(Bar(name=bar, value=found["worst_ratio"], limit=found["bar_ratio"]))

    def _note_memory(self, at_rest: dict[str, cpu.Memory], servers: dict[str, Server]) -> None:
        for name, server in servers.items():
            after = cpu.memory(server.pid)
            self.tables_of.setdefault("memory", []).append(
                {
                    "server": name,
                    "rest_pss_mb": at_rest[name].pss_mb,
                    "rest_rss_mb": at_rest[name].rss_mb,
                    "after_pss_mb": after.pss_mb,
                    "after_rss_mb": after.rss_mb,
                }
            )

    def tables(self) -> str:
        """Everything for the eye."""
        others = [report.table(rows) for rows in self.tables_of.values()]
        absent = "".join(f"\n{name}: {why}" for name, why in self.absent.items())
        return "\n".join([report.race_table(self.races), *others, absent, report.bar_table(self.bars)])

    def document(self) -> dict[str, Any]:
        """Everything for the file."""
        return {
            "layer": self.layer.id,
            "bars": [bar.row() for bar in self.bars],
            "absent": self.absent,
            "races": {
                mix: {name: [asdict(run) for run in runs] for name, runs in found.items()}
                for mix, found in self.races.items()
            },
            **self.tables_of,
            "tiles": {mix.name: [str(tile) for tile in mix.tiles] for mix in self.mixes},
        }


def _idle_share(root: int) -> float:
    """Processor seconds a second that a tree of processes spends when nobody asks: the journal is read all the time."""
    before = cpu.seconds(root)
    sleep(IDLE_S)
    return (cpu.seconds(root) - before) / IDLE_S


def fill(server: Server, asks: list[Ask]) -> None:
    """Ask until no worker has to make a tile any more, three times on end: which of them answers is chance."""
    quiet = 0
    for _ in range(50):
        before = database.last_tile_statement()
        load.run(server.port, asks * 4)
        quiet = 0 if database.last_tile_statement() > before else quiet + 1
        if quiet == 3:
            return
    raise RuntimeError("the server makes the same tiles again and again: nothing is kept")
