"""How long the database may work for one question, and which questions are counted."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, transaction

View = TypeVar("View", bound=Callable[..., object])


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


def rate_limited(view: View) -> View:
    """Mark a view of the public API: its requests are counted by caller, and refused beyond the installation's rate."""
    view.rate_limited = True  # type: ignore[attr-defined]
    return view
