"""How long the database may work for one question."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Statements inside are cancelled by the database when they take longer; the setting ends with the block.

    Raises:
        OperationalError: a statement took longer.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select current_setting('statement_timeout')")
        (before,) = cursor.fetchone()
        _set(cursor, f"{max(1, int(seconds * 1_000))}ms")
        yield
        _set(cursor, before)


def _set(cursor: object, value: str) -> None:
    cursor.execute("select set_config('statement_timeout', %s, true)", [value])  # type: ignore[attr-defined]
