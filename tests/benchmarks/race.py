"""Contestants side by side: each round asks all of them the same list, one after the other; medians are kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import sleep

from tests.benchmarks import cpu, database, load
from tests.benchmarks.database import Source
from tests.benchmarks.load import Ask
from tests.benchmarks.server import Server
from tests.benchmarks.tiles import Mix
from tile_server.grid import Tile


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One contestant's run of one list. Processor times are milliseconds of all cores for one answer."""

    answers: int
    failed: int
    complaint: str = ""
    took_s: float
    server_ms: float
    database_ms: float
    size_kb: float = 0.0
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    p99_ms: float = 0.0

    @property
    def cpu_ms(self) -> float:
        """Server and database together."""
        return self.server_ms + self.database_ms


Contestant = Callable[[Mix], Run]


def alone(source: Source, postmaster: int, folder: Path) -> Contestant:
    """The database without any server."""

    def run(mix: Mix) -> Run:
        before = list[float]()
        done = database.run(source, mix.asked(), folder, begin=lambda: before.append(cpu.seconds(postmaster)))
        spent_s = cpu.seconds(postmaster) - before[0]
        return Run(
            answers=done.answers,
            failed=done.failed,
            took_s=done.took_s,
            server_ms=0.0,
            database_ms=spent_s * 1000 / done.answers,
        )

    return run


def served(server: Server, postmaster: int, ask: Callable[[Tile], Ask]) -> Contestant:
    """A server asked over HTTP; its first run of a list is not counted, so that what it prepares is prepared."""
    warm = set[str]()

    def run(mix: Mix) -> Run:
        if mix.name not in warm:
            warm.add(mix.name)
            load.run(server.port, [ask(tile) for tile in mix.tiles])
        return _loaded(server, postmaster, [ask(tile) for tile in mix.asked()])

    return run


def _loaded(server: Server, postmaster: int, asks: Sequence[Ask]) -> Run:
    sleep(0.2)  # what the last run left is put away
    server_s, database_s = cpu.seconds(server.pid), cpu.seconds(postmaster)
    seen = load.run(server.port, asks)
    server_s, database_s = cpu.seconds(server.pid) - server_s, cpu.seconds(postmaster) - database_s
    return Run(
        answers=seen.answers,
        failed=seen.failed,
        complaint=seen.complaint,
        took_s=seen.took_s,
        server_ms=server_s * 1000 / seen.answers,
        database_ms=database_s * 1000 / seen.answers,
        size_kb=seen.bytes / seen.answers / 1000,
        p50_ms=seen.late_ms(50),
        p95_ms=seen.late_ms(95),
        p99_ms=seen.late_ms(99),
    )


def race(contestants: dict[str, Contestant], mix: Mix, rounds: int, say: Callable[[str], None]) -> dict[str, list[Run]]:
    """Every contestant's runs, a round of all of them at a time.

    Raises:
        RuntimeError: an answer failed, so that the numbers compare nothing.
    """
    found: dict[str, list[Run]] = {name: [] for name in contestants}
    for number in range(1, rounds + 1):
        for name, contestant in contestants.items():
            say(f"{mix.name}, round {number} of {rounds}: {name}")
            run = contestant(mix)
            if run.failed:
                raise RuntimeError(
                    f"{name}: {run.failed} of {run.answers} answers failed on {mix.name}: {run.complaint}"
                )
            found[name].append(run)
    return found


def middle(runs: Sequence[Run], field: str) -> float:
    """The median of one number over the rounds."""
    return median(getattr(run, field) for run in runs)
