"""More than the machine can build: refused with a time to come back, cut, cancelled; nobody else waits for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool
from structlog.testing import capture_logs

from layers.core.viewer import Viewer
from tests.tile_server.harness import Server, ask, run
from tests.toys import factories
from tile_server.grid import tile_at
from tile_server.pool import dsn

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = "select count(*) from pg_locks where relation = 'toys_toyplot'::regclass and not granted"


def plot(z: int, shift: int = 0) -> str:
    here = tile_at(106.1, 11.3, z)
    return f"/tiles/toy_plots/{z}/{here.x + shift}/{here.y}.mvt"


@asynccontextmanager
async def locked(table: str) -> AsyncIterator[psycopg.AsyncConnection[Any]]:
    """Nobody can read the table: every statement over it hangs."""
    async with await psycopg.AsyncConnection.connect(dsn()) as connection:
        await connection.execute(f"lock table {table} in access exclusive mode")
        yield connection
        await connection.rollback()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await holds():
            await asyncio.sleep(0.02)


async def waiting() -> int:
    async with await psycopg.AsyncConnection.connect(dsn(), autocommit=True) as connection:
        row = await (await connection.execute(WAITING)).fetchone()
        assert row
        return int(row[0])


def test_what_exceeds_the_queue_is_refused_with_a_time_to_come_back_and_the_rest_is_served() -> None:
    factories.make_plot()

    async def flood(s: Server) -> Any:
        await ask(s.tiles, plot(12))
        s.service.lanes.max_waiting = 20
        s.service.cache.clear()
        async with locked("toys_toyplot"):
            asked = [asyncio.create_task(ask(s.tiles, plot(16, number))) for number in range(60)]
            await until(lambda: _is(lambda: _number(sum(one.done() for one in asked)), 42))
            refused = [one.result() for one in asked if one.done()]
        return refused, await asyncio.gather(*asked), s.service.lanes

    refused, answers, lanes = run(flood)

    assert {one.status for one in refused} == {503}
    assert all(int(one.headers["retry-after"]) > 0 and b'"error": "busy"' in one.body for one in refused)
    assert sorted({one.status for one in answers}) in ([200, 204, 503], [204, 503])
    assert (lanes.building, lanes.refused) == (0, 42)  # of 60, but for nine tenths of 20


async def _number(value: int) -> int:
    return value


def test_a_hundred_who_ask_for_one_tile_cause_one_build() -> None:
    factories.make_plot()

    async def rush(s: Server) -> Any:
        answers = await asyncio.gather(*(ask(s.tiles, plot(12)) for _ in range(100)))
        return {one.status for one in answers}, s.service.built

    assert run(rush) == ({200}, 1)


def test_a_client_that_leaves_cancels_its_statement() -> None:
    factories.make_plot()

    async def leave(s: Server) -> tuple[int, int]:
        gone = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(_: Any) -> None:
            return None

        path = plot(12)
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
        async with locked("toys_toyplot"):
            asked = asyncio.create_task(s.tiles(scope, receive, send))  # type: ignore[arg-type]
            await until(lambda: _is(waiting, 1))
            before = await waiting()
            gone.set()
            await until(lambda: _is(waiting, 0))
            after = await waiting()
            await asyncio.gather(asked, return_exceptions=True)
        return before, after

    assert run(leave) == (1, 0)


async def _is(count: Callable[[], Awaitable[int]], number: int) -> bool:
    return await count() == number


def test_a_statement_over_its_time_is_cut_and_logged_with_layer_and_tile() -> None:
    factories.make_plot()

    async def slow(s: Server) -> Any:
        options = {"autocommit": True, "options": "-c statement_timeout=300"}
        async with AsyncConnectionPool(dsn(), min_size=1, max_size=2, open=False, kwargs=options) as short:
            s.service.pool = short
            async with locked("toys_toyplot"):
                with capture_logs() as logs:
                    return await ask(s.tiles, plot(12)), logs

    answer, logs = run(slow)

    assert answer.status == 503
    (entry,) = [log for log in logs if log["event"] == "tile_too_slow"]
    assert (entry["layer"], entry["tile"]) == ("toy_plots", str(tile_at(106.1, 11.3, 12)))


def test_a_layer_whose_statements_hang_holds_up_no_other(unit: Any, watcher: Viewer) -> None:
    factories.make_visit(commune=unit)

    async def beside(s: Server) -> int:
        s.viewer = watcher
        async with locked("toys_toyplot"):
            hanging = [asyncio.create_task(ask(s.tiles, plot(14, number))) for number in range(20)]
            await until(lambda: _is(waiting, s.service.pool.max_size - 1))
            async with asyncio.timeout(5):
                status = (await ask(s.tiles, f"/tiles/toy_visits/{tile_at(106.1, 11.3, 12)}.mvt")).status
            assert not any(one.done() for one in hanging)
        await asyncio.gather(*hanging)
        return status

    assert run(beside) == 200


def test_a_flood_on_one_layer_leaves_room_in_the_queue_for_another(unit: Any, watcher: Viewer) -> None:
    factories.make_visit(commune=unit)

    async def beside(s: Server) -> tuple[int, int]:
        s.viewer = watcher
        s.service.lanes.max_waiting = 20
        async with locked("toys_toyplot"):
            flood = [asyncio.create_task(ask(s.tiles, plot(16, number))) for number in range(60)]
            await until(lambda: _is(lambda: _number(sum(one.done() for one in flood)), 42))
            async with asyncio.timeout(5):
                lone = await ask(s.tiles, f"/tiles/toy_visits/{tile_at(106.1, 11.3, 12)}.mvt")
        return lone.status, len(await asyncio.gather(*flood))

    assert run(beside) == (200, 60)


def test_cells_that_must_be_counted_take_one_connection_at_a_time() -> None:
    factories.make_plot()
    slow = f"/tiles/toy_plots/{tile_at(106.1, 11.3, 5)}.mvt?filter=name%20%3C%3E%20"

    async def count(s: Server) -> tuple[int, set[int]]:
        async with locked("toys_toyplot"):
            asked = [asyncio.create_task(ask(s.tiles, f"{slow}'{number}'")) for number in range(10)]
            await until(lambda: _is(waiting, 1))
            await asyncio.sleep(0.5)
            at_once = await waiting()
        return at_once, {answer.status for answer in await asyncio.gather(*asked)}

    assert run(count) == (1, {200})
