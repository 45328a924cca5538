"""What the benchmark reckons: processor time, lists of tiles, limits; and a small run of it over toy plots."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from layers.core.registry import registry
from tests.benchmarks import cpu, database, load
from tests.benchmarks.bench import fill
from tests.benchmarks.load import Ask
from tests.benchmarks.low_zoom import path
from tests.benchmarks.race import Run, alone, served
from tests.benchmarks.report import ALONE, HIT, NGINX, TIPG, UNCACHED, UNCHANGED, Bar, bars
from tests.benchmarks.server import ours
from tests.benchmarks.tiles import COUNTS, Mix, draw, mixes
from tests.toys import factories
from tile_server.grid import Tile

BUSY_S = 0.3
TICK_S = 2 / os.sysconf("SC_CLK_TCK")
"""What rounding down user and system time may lose."""
BURN = f"import time\nwhile time.process_time() < {BUSY_S}: pass\n"


@contextmanager
def child(code: str) -> Iterator["subprocess.Popen[str]"]:
    """A Python process that says a line when it is done and lives until the block ends."""
    code += "print('done', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        yield process
        process.communicate("\n")


def test_processor_time_of_a_busy_process_is_counted() -> None:
    with child(BURN) as busy:
        spent_s = cpu.seconds(busy.pid)

    assert BUSY_S - TICK_S <= spent_s < 3 * BUSY_S


def test_processor_time_of_a_child_that_has_ended_is_counted() -> None:
    with child(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}])\n") as parent:
        spent_s = cpu.seconds(parent.pid)

    assert spent_s >= BUSY_S - TICK_S


def test_memory_of_a_process_is_what_its_status_says() -> None:
    with child("") as one:
        held = cpu.memory(one.pid)
        status = Path(f"/proc/{one.pid}/status").read_text()

    resident_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    assert held.rss_mb == pytest.approx(resident_kb / 1024, rel=0.2)
    assert 0 < held.pss_mb <= held.rss_mb


def test_this_process_is_in_the_tree_of_its_parent() -> None:
    assert os.getpid() in cpu.tree(os.getppid())


def run(cpu_ms: float, *, database_ms: float = 0.0) -> Run:
    return Run(answers=10, failed=0, took_s=1.0, server_ms=cpu_ms - database_ms, database_ms=database_ms)


def test_ratio_is_of_medians_over_the_rounds() -> None:
    races = {"mix": {ALONE: [run(10), run(11), run(99)], UNCACHED: [run(1), run(9.9), run(50)]}}

    first, last, *_ = bars(races, {})

    assert first.value == last.value == pytest.approx(0.9)
    assert (first.holds, last.holds) == (True, False)


def test_bar_of_an_absent_peer_is_not_measured_and_says_why() -> None:
    races = {"z16": {ALONE: [run(1)], UNCACHED: [run(1)]}}

    bar = next(bar for bar in bars(races, {TIPG: "not installed"}) if "tipg" in bar.name)

    assert (bar.holds, bar.note) == (None, "not installed")


def test_hit_is_held_against_nginx_by_processor_alone() -> None:
    races = {"hits": {HIT: [run(0.03)], UNCHANGED: [run(0.03)], NGINX: [run(0.01)]}}

    to_nginx = next(bar for bar in bars(races, {}) if "nginx" in bar.name)

    assert to_nginx.value == pytest.approx(1 / 3)
    assert to_nginx.holds is False


def test_limit_is_broken_only_beyond_it() -> None:
    most = [Bar(name="", value=value, limit=1.0).holds for value in (1.0, 1.1)]
    least = [Bar(name="", value=value, limit=1.0, at_least=True).holds for value in (1.0, 0.9)]

    assert most == least == [True, False]


@pytest.fixture
def plots(transactional_db: None) -> Iterator[database.Source]:
    """Forty toy plots, committed, as the benchmark reads them."""
    for number in range(40):
        factories.make_plot(lonlat=(106.0 + number * 0.004, 11.0), size=0.003)
    layer = registry.get("toy_plots")
    with database.source(layer) as found:
        yield found


def test_same_tiles_are_drawn_every_time_and_hold_features(plots: database.Source) -> None:
    once, again = draw(plots, COUNTS), draw(plots, COUNTS)

    assert once == again
    assert all(len(set(drawn)) == len(drawn) <= COUNTS[z] for z, drawn in once.items())
    # Tile of lon 106.0 to 106.16, lat 11.0 at zoom 10: x = (106 + 180) / 360 * 1024 = 813.5 up to 813.96.
    assert once[10] == (Tile(10, 813, 480),)


def test_list_is_begun_again_at_its_end() -> None:
    mix = Mix(name="", tiles=(Tile(1, 0, 0), Tile(1, 1, 0)), answers=5)

    assert [tile.x for tile in mix.asked()] == [0, 1, 0, 1, 0]


def test_database_alone_draws_every_tile(plots: database.Source, tmp_path: Path) -> None:
    mix = mixes(registry.get("toy_plots"), plots)[0]
    mix = Mix(name=mix.name, tiles=mix.tiles, answers=2 * load.CONNECTIONS)

    measured = alone(plots, database.postmaster(), tmp_path)(mix)

    assert (measured.answers, measured.failed) == (mix.answers, 0)
    assert measured.database_ms >= -TICK_S * 1000


@pytest.mark.slow
@pytest.mark.parametrize(("cache_mb", "asks_the_database"), [(0, True), (8, False)])
def test_our_server_without_a_cache_asks_the_database_each_time(
    plots: database.Source, tmp_path: Path, cache_mb: int, asks_the_database: bool
) -> None:
    mix = Mix(name="", tiles=draw(plots, {14: 4})[14], answers=40)
    database_url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)
    environment = {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database_url}

    with ours(tmp_path, cache_mb, environment) as server:
        ours_run = served(server, database.postmaster(), lambda tile: Ask(path(plots.layer, tile)))
        if cache_mb:
            fill(server, [Ask(path(plots.layer, tile)) for tile in mix.tiles] * 10)
        before = database.last_tile_statement()
        measured = ours_run(mix)
        asked = database.last_tile_statement() > before

    assert (measured.answers, measured.failed) == (40, 0)
    assert measured.size_kb > 0
    assert asked is asks_the_database


def test_every_answer_of_a_load_is_counted(live_server: object) -> None:
    port = int(live_server.url.rpartition(":")[2])

    seen = load.run(port, [Ask("/healthz")] * 9 + [Ask("/no-such-page")], connections=2)

    assert (seen.answers, seen.failed, len(seen.milliseconds)) == (10, 1, 10)
