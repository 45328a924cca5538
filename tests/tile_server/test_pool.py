"""Connections cut while they lie idle: nobody is answered by one, and a database that is away is said to be."""

import asyncio
from typing import Any
from unittest.mock import patch

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from tests.tile_server.harness import Server, ask, run
from tests.toys import factories
from tile_server import pool as tile_pool
from tile_server.grid import tile_at
from tile_server.pool import dsn, living

pytestmark = pytest.mark.django_db(transaction=True)


async def filled(pool: "AsyncConnectionPool[Any]") -> list[int]:
    """Every connection the pool may have is open and idle; their processes."""

    async def one(barrier: asyncio.Barrier) -> int:
        async with pool.connection() as connection:
            await barrier.wait()
            return int(connection.info.backend_pid)

    barrier = asyncio.Barrier(pool.max_size)
    return await asyncio.gather(*(one(barrier) for _ in range(pool.max_size)))


async def cut(pids: list[int]) -> None:
    """End these processes of the database, and wait until they have gone."""
    async with await psycopg.AsyncConnection.connect(dsn(), autocommit=True) as other:
        await other.execute("select pg_terminate_backend(pid) from unnest(%s::int[]) pid", [pids])
        async with asyncio.timeout(10):
            while True:
                left = await other.execute("select count(*) from pg_stat_activity where pid = any(%s)", [pids])
                if await left.fetchone() == (0,):
                    return
                await asyncio.sleep(0.02)


def test_after_every_connection_was_cut_the_very_next_tiles_are_answered() -> None:
    factories.make_plot()
    here = tile_at(106.1, 11.3, 12)

    async def work(s: Server) -> Any:
        await cut(await filled(s.service.pool))
        return [await ask(s.tiles, f"/tiles/toy_plots/12/{here.x + shift}/{here.y}.mvt") for shift in range(4)]

    assert [answer.status for answer in run(work)] == [200, 204, 204, 204]


def test_a_sound_connection_is_lent_again_without_asking_the_database() -> None:
    async def work(s: Server) -> Any:
        async with living(s.service.pool) as one:
            await one.execute("select 'the last that was asked'")
            pid = one.info.backend_pid
        async with living(s.service.pool) as one, s.service.pool.connection() as other:
            last = await other.execute("select query from pg_stat_activity where pid = %s", [pid])
            return one.info.backend_pid == pid, await last.fetchone()

    assert run(work) == (True, ("select 'the last that was asked'",))


def test_a_database_that_gives_no_new_connection_is_away_not_busy() -> None:
    factories.make_plot()

    async def work(s: Server) -> Any:
        pids = await filled(s.service.pool)
        s.service.pool.conninfo = "host=127.0.0.1 port=1 connect_timeout=1"
        await cut(pids)
        with patch.object(tile_pool, "RECONNECT_S", 0.2):
            return await ask(s.tiles, f"/tiles/toy_plots/{tile_at(106.1, 11.3, 12)}.mvt")

    answer = run(work)

    assert answer.status == 503
    assert b'"database_unavailable"' in answer.body
