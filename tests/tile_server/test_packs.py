"""Field packs over HTTP: made when asked for, whole or by range, there for public layers alone."""

import asyncio
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from pmtiles.reader import MemorySource, Reader
from procrastinate.contrib.django.models import ProcrastinateJob

from geo_ioc.asgi import _refuse
from layers.core.registry import registry
from tests.tile_server.harness import Answer, Server, run
from tests.tile_server.harness import ask as ask_app
from tests.toys import factories
from tile_server.archive import pack
from tile_server.archive.keeping import known
from tile_server.grid import tile_at
from tile_server.jobs import make_pack, refresh_archives
from tile_server.packs import PackApp, byte_range

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/tiles/packs/toy_plots/Ao.pmtiles"
_TILE = tile_at(106.105, 11.305, 14)
WHERE = (_TILE.z, _TILE.x, _TILE.y)


@pytest.fixture(autouse=True)
def _own_packs(settings: Any, tmp_path: Path) -> None:
    settings.GEO_IOC_VAR = tmp_path
    settings.PACK_AREAS = ("toy_plots", "name")


@pytest.fixture
def plot(db: None) -> Any:
    """A plot that stands for the commune whose pack is asked for."""
    return factories.make_plot("Ao")


@pytest.fixture
def made(plot: Any) -> Path:
    """Its pack."""
    pack.make("toy_plots", "Ao")
    return pack.path_of("toy_plots", "Ao")


def ask(path: str = PATH, wait_s: float = 0.0, method: str = "GET", **headers: str) -> Answer:
    """One request."""
    return asyncio.run(ask_app(PackApp(_refuse, wait_s), path, headers, method=method))


def served() -> bytes:
    """The tile at WHERE as the server gives it."""

    async def tile(s: Server) -> bytes:
        return (await s.get(f"/tiles/toy_plots/{'/'.join(map(str, WHERE))}.mvt")).body

    answer: bytes = run(tile)
    return answer


def queued() -> int:
    """Packs that wait to be made."""
    return ProcrastinateJob.objects.filter(task_name="tile_server.make_pack", status="todo").count()


def work() -> None:
    """The queue's worker, until nothing is queued."""
    call_command("procrastinate", "worker", "--one-shot", "--concurrency", "1")


def test_a_pack_is_made_when_it_is_first_asked_for(plot: Any) -> None:
    first, second = ask(), ask()
    waiting = queued()
    work()
    then = ask()

    assert (first.status, first.headers["retry-after"], waiting) == (503, "10", 1)
    assert second.status == 503
    assert b'"not_yet"' in first.body
    assert first.headers["content-type"] == "application/json"
    assert then.status == 200
    assert Reader(MemorySource(then.body)).metadata()["plan"]["commune"] == "Ao"
    assert then.headers["content-type"] == "application/vnd.pmtiles"
    assert then.headers["cache-control"] == "public, no-cache"
    assert then.headers["accept-ranges"] == "bytes"


def test_a_request_waits_for_a_pack_that_is_soon_there(plot: Any) -> None:
    async def both() -> Answer:
        asked = asyncio.create_task(ask_app(PackApp(_refuse, 20.0), PATH))
        await asyncio.sleep(0.5)
        await asyncio.to_thread(make_pack, "toy_plots", "Ao")
        return await asked

    assert asyncio.run(both()).status == 200


def test_a_pack_holds_what_the_server_gives(made: Path) -> None:
    reader = Reader(MemorySource(made.read_bytes()))

    assert reader.get(*WHERE) == served()


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/packs/nowhere/Ao.pmtiles",
        "/tiles/packs/toy_visits/Ao.pmtiles",
        "/tiles/packs/toy_moving/Ao.pmtiles",
        "/tiles/packs/toy_plots/Khac.pmtiles",
        "/tiles/packs/toy_plots/a%20b.pmtiles",
        "/tiles/packs/toy_plots/../secret_key.pmtiles",
        "/tiles/packs/toy_plots.pmtiles",
        "/tiles/packs/.pmtiles",
    ],
)
def test_unknown_hidden_and_impossible_look_alike(plot: Any, path: str) -> None:
    before = queued()

    found = ask(path)

    assert found.status == 404
    assert b'"unknown_layer"' in found.body
    assert queued() == before


def test_a_parameter_nobody_offers_and_another_method_are_refused(made: Path) -> None:
    assert ask(PATH + "?at=2025-01-01").status == 400
    assert (ask(method="POST").status, ask(method="POST").headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("asked", "part"),
    [("bytes=0-126", slice(0, 127)), ("bytes=127-", slice(127, None)), ("bytes=-20", slice(-20, None))],
)
def test_a_range_gives_that_part(made: Path, asked: str, part: slice) -> None:
    whole = made.read_bytes()

    found = ask(range=asked)

    start, stop, _ = part.indices(len(whole))
    assert found.status == 206
    assert found.body == whole[part]
    assert found.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(whole)}"
    assert found.headers["content-length"] == str(stop - start)


def test_a_range_past_the_end_is_cut_and_one_beyond_it_refused(made: Path) -> None:
    size = made.stat().st_size

    cut, beyond, none = ask(range=f"bytes={size - 5}-{size + 99}"), ask(range=f"bytes={size}-"), ask(range="bytes=-0")

    assert (cut.status, len(cut.body)) == (206, 5)
    assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    assert none.status == 416
    assert b'"no_such_range"' in beyond.body


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=a-b", "items=0-5", "bytes=0-1,4-5", "bytes=-"])
def test_a_range_that_is_none_is_ignored(made: Path, asked: str) -> None:
    assert ask(range=asked).status == 200


def test_if_range_gives_the_whole_of_a_pack_that_changed(made: Path) -> None:
    etag = ask().headers["etag"]

    same = ask(range="bytes=0-9", if_range=etag)
    weak = ask(range="bytes=0-9", if_range=f"W/{etag}")
    dated = ask(range="bytes=0-9", if_range="Wed, 21 Oct 2026 07:28:00 GMT")

    assert [one.status for one in (same, weak, dated)] == [206, 200, 200]
    assert ask(if_none_match=etag).status == 304
    assert ask(if_none_match=f'"other", W/{etag}', range="bytes=0-9").status == 304


def test_head_says_what_get_would_send_without_sending_it(made: Path) -> None:
    found = ask(method="HEAD", range="bytes=0-9")

    assert (found.status, found.body) == (200, b"")
    assert found.headers["content-length"] == str(made.stat().st_size)
    assert (ask("/tiles/packs/nowhere/Ao.pmtiles", method="HEAD").body) == b""


def test_a_large_pack_comes_in_pieces(made: Path) -> None:
    made.write_bytes(os.urandom(900_001))

    assert ask().body == made.read_bytes()
    assert ask(range="bytes=100000-700000").body == made.read_bytes()[100_000:700_001]


def test_ranges_are_never_wrong() -> None:
    for size in range(5):
        for first in range(6):
            for last in range(6):
                found = byte_range(f"bytes={first}-{last}", size)
                expected = [b for b in range(size) if first <= b <= last]
                assert found is None if last < first else list(found or ()) == expected


def test_the_round_brings_a_change_by_plain_sql_into_the_pack(made: Path, plot: Any) -> None:
    before = ask().headers["etag"]
    refresh_archives(0)
    unchanged = ask().headers["etag"]
    with connection.cursor() as cursor:
        cursor.execute("update toys_toyplot set use = 'house' where id = %s", [plot.pk])

    refresh_archives(0)

    assert before == unchanged != ask().headers["etag"]
    assert Reader(MemorySource(ask().body)).get(*WHERE) == served()


def test_a_pack_of_a_layer_that_is_public_no_longer_is_not_given_and_goes(plot: Any) -> None:
    dataset = factories.make_dataset()
    registry.changed("@toys")
    layer = f"toy_set_{dataset.pk}"
    pack.make(layer, "Ao")
    path = f"/tiles/packs/{layer}/Ao.pmtiles"
    given = ask(path).status
    dataset.roles = ["toy_keeper"]
    dataset.save()
    registry.changed("@toys")

    assert (given, ask(path).status) == (200, 404)
    refresh_archives(0)
    assert list(pack.folder().glob("*/*")) == []


def test_a_pack_nobody_asked_for_lately_goes(made: Path) -> None:
    long_ago = time.time() - (pack.UNASKED_DAYS + 1) * 24 * 3600
    kept = pack.tidy()
    os.utime(made.with_suffix(".asked"), (long_ago, long_ago))

    assert (kept, pack.tidy()) == (0, 1)
    assert not made.exists()
    assert list(known()) == []
