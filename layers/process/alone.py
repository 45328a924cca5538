"""A long-running process, known by its name: one runs, another waits, and `/readyz` sees which are missing.

The name is an advisory lock of a session of its own: it goes when the process does, however it ends.
"""

from collections.abc import Iterable
from types import TracebackType

import psycopg
from django.db import connection

CLASS = "geo_ioc process"
HELD = (
    "select name from unnest(%s::text[]) name where exists (select from pg_locks where locktype = 'advisory'"
    " and granted and objsubid = 2 and database = (select oid from pg_database where datname = current_database())"
    " and classid::bigint = hashtext(%s)::bigint & 4294967295 and objid::bigint = hashtext(name)::bigint & 4294967295)"
)
"""Which of these names are held, in (names, `CLASS`)."""


class Alone:
    """Holds a process's name while the block runs; waits where another process holds it."""

    def __init__(self, name: str) -> None:
        """Name the process."""
        self.name = name

    def __enter__(self) -> "Alone":
        """Wait until nobody else holds the name."""
        given = connection.settings_dict
        self._session = psycopg.connect(
            dbname=given["NAME"],
            user=given["USER"],
            password=given["PASSWORD"],
            host=given["HOST"],
            port=given["PORT"] or None,
            connect_timeout=5,
            autocommit=True,
            application_name=f"geo_ioc {self.name}",
        )
        self._session.execute("select pg_advisory_lock(hashtext(%s), hashtext(%s))", [CLASS, self.name])
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        """Let the name go."""
        self._session.close()

    def still(self) -> None:
        """See that the session, and with it the name, is there.

        Raises:
            psycopg.OperationalError: it is not; whoever holds the name now works, this process must not.
        """
        self._session.execute("select 1")


def held(session: psycopg.Connection[tuple[object, ...]], names: Iterable[str]) -> set[str]:
    """Which of these processes run, by a session's own look."""
    return {str(name) for (name,) in session.execute(HELD, [list(names), CLASS]).fetchall()}
