"""The database as tiles are built from it: outside Django, by a small pool of connections that stay prepared."""

from typing import Any

import psycopg
from django.db import connection
from psycopg_pool import AsyncConnectionPool


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
        timeout=10,
        kwargs={"autocommit": True, "options": options, "connect_timeout": 3, "application_name": "geo_ioc tiles"},
    )
