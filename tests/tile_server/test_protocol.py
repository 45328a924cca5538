"""Ready answers on the wire: the same as made ones, in turn, for plain questions alone, gone with what made them."""

import asyncio
import http.client
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
import uvloop

from geo_ioc.processes import processes
from layers.core.access import Access, Public, Roles
from layers.core.registry import registry
from layers.core.viewer import role
from tests.benchmarks.server import ours
from tests.tile_server.harness import Answer, Server, run
from tests.tile_server.wire import SLOW, Line, Wire, listening, question
from tests.toys import factories
from tests.toys.models import ToyPlot
from tile_server.grid import tile_at
from tile_server.pool import dsn

pytestmark = pytest.mark.django_db(transaction=True)
PATH = f"/tiles/toy_plots/{tile_at(106.1, 11.3, 12)}.mvt?lang=vi"
OTHER = f"/tiles/toy_plots/{tile_at(106.1, 11.3, 13)}.mvt?lang=vi"
NOWHERE = "/tiles/toy_plots/12/1/1.mvt?lang=vi"
COOKIE = "Cookie: seen=1"
"""Takes the long way, to an answer that is everyone's."""
HIGH_WATER = 64 * 1024
"""Bytes above which a transport asks for a pause, asyncio's own default."""


def on_the_wire(work: Callable[[Server, Wire, Line], Awaitable[Any]], **options: Any) -> Any:
    """Run `work` with the worker, its socket and one connection, after every tile of this file was asked once."""

    async def within(s: Server) -> Any:
        async with listening(s, **options) as wire, wire.line() as line:
            for path in (PATH, OTHER, NOWHERE):
                await line.ask(path)
            wire.asked.clear()
            return await work(s, wire, line)

    return run(within, on=uvloop.run)


def plots(number: int = 1) -> None:
    """So many plots, beside one another."""
    for column in range(number):
        factories.make_plot(f"Thửa {column * 7919}", (106.1 + column / 10_000, 11.3), size=0.0001)


@pytest.mark.parametrize("path", [PATH, NOWHERE], ids=["a tile", "nothing there"])
@pytest.mark.parametrize("again", [False, True], ids=["whole", "known"])
def test_a_ready_answer_is_the_made_one_to_the_letter(path: str, again: bool) -> None:
    plots()

    async def work(_: Server, wire: Wire, line: Line) -> Any:
        known = [f"If-None-Match: {(await line.ask(path)).headers['etag']}"] if again else []
        ready = await line.ask(path, *known)
        before = len(wire.asked)
        return ready, await line.ask(path, *known, COOKIE), before, len(wire.asked)

    ready, made, before, after = on_the_wire(work)

    assert ready == made
    assert list(ready.headers) == list(made.headers)
    assert ready.status == (304 if again else 204 if path == NOWHERE else 200)
    assert (before, after) == (0, 1)


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("Cookie: sessionid=1", "1.1"),
        ("Authorization: Bearer x", "1.1"),
        ("Accept-Encoding: identity", "1.1"),
        ("X-After: 1:1:", "1.1"),
        ("Connection: close", "1.1"),
        ("Connection: keep-alive", "1.0"),
        ("Content-Length: 0", "1.1"),
        ("Connection: Upgrade\r\nUpgrade: h2c", "1.1"),
    ],
)
def test_who_asks_more_than_the_plain_question_reaches_the_application(line: str, version: str) -> None:
    plots()

    async def work(_: Server, wire: Wire, connection: Line) -> Any:
        answer = await connection.ask(PATH, line, version=version)
        return answer.status, wire.asked

    assert on_the_wire(work) == (200, [("GET", PATH.partition("?")[0])])


def test_a_head_has_no_body_and_leaves_the_connection_in_step() -> None:
    plots()

    async def work(_: Server, wire: Wire, line: Line) -> Any:
        whole = await line.ask(PATH)
        head = await line.ask(PATH, method="HEAD")
        return whole, head, await line.ask(PATH), wire.asked

    whole, head, again, asked = on_the_wire(work)

    assert head.headers == whole.headers == again.headers
    assert again.body == whole.body
    assert asked == [("HEAD", PATH.partition("?")[0])]


def test_a_body_nobody_asked_for_is_no_next_request() -> None:
    plots()

    async def work(_: Server, wire: Wire, line: Line) -> Any:
        hidden = question(SLOW)
        line.writer.write(question(PATH, f"Content-Length: {len(hidden)}") + hidden + question(OTHER))
        return [(await line.answer()).status, (await line.answer()).headers["etag"]], wire.asked

    async def tag(_: Server, __: Wire, line: Line) -> str:
        return (await line.ask(OTHER)).headers["etag"]

    answers, asked = on_the_wire(work)

    assert answers == [200, on_the_wire(tag)]
    assert (("GET", SLOW)) not in asked


def test_questions_in_one_packet_are_answered_in_their_order_however_each_is_answered() -> None:
    plots()

    async def work(_: Server, wire: Wire, line: Line) -> Any:
        one, other = await line.ask(PATH), await line.ask(OTHER)
        known = f"If-None-Match: {one.headers['etag']}"
        packet = [question(PATH), question(SLOW), question(OTHER), question(PATH, known), question(PATH, COOKIE)]
        line.writer.write(b"".join(packet) + question(OTHER)[:20])
        answers = [await line.answer() for _ in packet]
        line.writer.write(question(OTHER)[20:])
        return one, other, [*answers, await line.answer()], await line.ended()

    # the slow one takes longer than an idle connection is kept
    one, other, answers, ended = on_the_wire(work, keep_alive_s=1)

    assert [answer.status for answer in answers] == [200, 200, 200, 304, 200, 200]
    bodies = [answer.body for answer in answers]
    assert bodies == [one.body, b"slow", other.body, b"", one.body, other.body]
    assert ended  # idle


def test_an_idle_connection_is_closed_in_its_time_after_a_ready_answer() -> None:
    plots()

    async def work(_: Server, __: Wire, line: Line) -> Any:
        await line.ask(PATH)
        began = time.monotonic()
        return await line.ended(), time.monotonic() - began

    ended, idle_s = on_the_wire(work, keep_alive_s=1)

    assert ended
    assert 0.5 < idle_s < 5


def test_who_asks_and_does_not_read_fills_no_memory_and_misses_nothing() -> None:
    plots(300)
    count = 4_000

    async def work(_: Server, wire: Wire, line: Line) -> Any:
        one, other = await line.ask(PATH), await line.ask(OTHER)
        async with wire.line(limit=16 * 1024) as slow:
            slow.writer.write(b"".join(question((PATH, OTHER)[number % 2]) for number in range(count)))
            await asyncio.sleep(0.5)
            held = max(c.transport.get_write_buffer_size() for c in wire.state.connections)
            asked = len(wire.asked)
            answers = [await slow.answer() for _ in range(count)]
        return (one, other), held, asked, answers

    (one, other), held, asked, answers = on_the_wire(work)
    size = max(len(one.body), len(other.body))

    assert size * count > 16 * 1024 * 1024  # more than the kernel holds for both ends
    assert HIGH_WATER < held < HIGH_WATER + 2 * (size + 1_000)
    assert asked == 1  # the one that waits until it may write
    assert [answer.body for answer in answers] == [one.body, other.body] * (count // 2)


def test_a_worker_that_ends_gives_a_ready_answer_whole_and_hangs_up() -> None:
    plots(300)

    async def work(_: Server, wire: Wire, line: Line) -> Any:
        whole = await line.ask(PATH)
        line.writer.write(question(PATH))
        async with asyncio.timeout(10):
            while wire.state.total_requests < 5:  # three before this test's own, and these two
                await asyncio.sleep(0)
        for connection in list(wire.state.connections):
            connection.shutdown()
        return whole, await line.answer(), await line.ended()

    whole, last, ended = on_the_wire(work)

    assert last == whole
    assert ended


def test_what_changed_is_asked_of_the_application_and_then_ready_again() -> None:
    plots()

    async def work(s: Server, wire: Wire, line: Line) -> Any:
        before = await line.ask(PATH)
        ToyPlot.objects.update(name="khác")
        await s.follower.catch_up()
        after = [await line.ask(PATH, f"If-None-Match: {before.headers['etag']}") for _ in range(2)]
        return before, after, len(wire.asked)

    before, after, asked = on_the_wire(work)

    assert [answer.status for answer in after] == [200, 200]
    assert after[0] == after[1] != before
    assert asked == 1


def test_the_short_way_ends_with_the_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    plots()

    async def work(_: Server, __: Wire, line: Line) -> Any:
        shown = await line.ask(PATH)
        layer = type(registry.get("toy_plots"))
        monkeypatch.setattr(layer, "access", Access(view=Roles(role("toy_keeper")), rows=Public()))
        registry.changed("@toys")
        return shown.status, (await line.ask(PATH)).status

    assert on_the_wire(work) == (200, 404)


def test_an_access_log_misses_no_request() -> None:
    plots()
    written = logging.StreamHandler()
    log = logging.getLogger("uvicorn.access")
    log.addHandler(written)

    async def work(_: Server, wire: Wire, line: Line) -> Any:
        return (await line.ask(PATH)).status, len(wire.asked)

    try:
        assert on_the_wire(work, access_log=True) == (200, 1)
    finally:
        log.removeHandler(written)


# --------------------------------------------------------- the server as it runs


@pytest.fixture
def served(tmp_path: Path, settings: Any) -> Iterator[http.client.HTTPConnection]:
    """One connection to the web process as `make run` starts it, over the test database."""
    settings.GEO_IOC_VAR = tmp_path
    parts = psycopg.conninfo.conninfo_to_dict(dsn())
    address = {name: quote(str(value), safe="") for name, value in parts.items()}
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": "postgres://{user}:{password}@{host}:{port}/{dbname}".format(**address),
        "GEO_IOC_VAR": str(tmp_path),
        "GEO_IOC_SECRET_KEY": "of-this-run-alone-" + "x" * 40,
    }
    with ours(tmp_path, environment=environment) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        yield connection
        connection.close()


def fetched(connection: http.client.HTTPConnection, method: str = "GET", **headers: str) -> Answer:
    """One answer over a kept connection."""
    connection.request(method, PATH, headers={"accept-encoding": "gzip", **headers})
    answer = connection.getresponse()
    return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())


@pytest.mark.slow
def test_the_web_process_answers_alike_by_both_ways_until_an_edit_shows(
    served: http.client.HTTPConnection, transactional_db: None
) -> None:
    plots()
    web = next(process for process in processes() if process.name == "web")
    assert "tile_server.protocol:TileProtocol" in web.command

    first, again = fetched(served), fetched(served)
    long = fetched(served, cookie="seen=1")
    known = fetched(served, **{"if-none-match": first.headers["etag"]})
    head = fetched(served, method="HEAD")
    ToyPlot.objects.update(name="khác")
    deadline = time.monotonic() + 10
    while (edited := fetched(served)).headers["etag"] == first.headers["etag"] and time.monotonic() < deadline:
        time.sleep(0.02)

    for one in (first, again, long, known, head, edited):
        assert one.headers.pop("date")
    assert first == again == long
    assert (known.status, known.body, head.body) == (304, b"", b"")
    assert head.headers == first.headers
    assert edited.tile["toy_plots"]["features"][0]["properties"]["name"] == "khác"
