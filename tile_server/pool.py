"""The database as tiles are built from it: outside Django, by a small pool of connections that stay prepared."""

import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
from django.db import connection
from psycopg_pool import AsyncConnectionPool, PoolTimeout

WAIT_S = 10
"""Longest wait for a connection while others use them all."""
RECONNECT_S = 2
"""Longest wait for a new connection in place of one that was cut; then the database is away."""


def dsn() -> str:
    """The database as libpq wants it, from Django's own settings."""
    parameters = connection.get_connection_params()
    named = {"host", "port", "user", "password", "dbname"}
    return psycopg.conninfo.make_conninfo(**{k: v for k, v in parameters.items() if k in named})


def tile_pool(size: int, statement_timeout_ms: int) -> "AsyncConnectionPool[psycopg.AsyncConnection[Any]]":
    """A pool, not yet open; each statement keeps to one core and is cut when it takes too long."""
    options = f"-c statement_timeout={statement_timeout_ms} -c max_parallel_workers_per_gather=0 -c jit=off"
    return AsyncConnectionPool(
        dsn(),
        min_size=1,
        max_size=size,
        open=False,
        timeout=WAIT_S,
        kwargs={"autocommit": True, "options": options, "connect_timeout": 3, "application_name": "geo_ioc tiles"},
    )


@asynccontextmanager
async def living(
    pool: "AsyncConnectionPool[psycopg.AsyncConnection[Any]]",
) -> AsyncIterator["psycopg.AsyncConnection[Any]"]:
    """A connection of the pool that was not cut while it lay idle, found out without asking the database.

    Raises:
        PoolTimeout: all are in use.
        psycopg.OperationalError: one was cut, and no new one could be made.
    """
    cut = 0
    while True:
        try:
            async with pool.connection(timeout=RECONNECT_S if cut else WAIT_S) as lent:
                if cut > pool.max_size or not _is_cut(lent):
                    yield lent
                    return
                cut += 1
                await lent.close()  # given back closed, it is replaced
        except PoolTimeout as fault:
            if not cut:
                raise
            raise psycopg.OperationalError("the database has cut the connection and gives no new one") from fault


def _is_cut(idle: "psycopg.AsyncConnection[Any]") -> bool:
    """Whether an idle connection has something to read: the server's last words, or its end of the line closed."""
    poll = select.poll()
    poll.register(idle.fileno(), select.POLLIN)
    return bool(poll.poll(0))
