"""How much one request may ask for, send, or cost."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

MAX_FEATURES = 10_000
"""Features of one page."""
DEFAULT_FEATURES = 100
MAX_EXPORT = 100_000
"""Rows of one CSV or GeoPackage; whole large layers are exported by `manage.py export_layer`."""
MAX_HITS = 50
DEFAULT_HITS = 10
MAX_QUERY_CHARACTERS = 200
SEARCH_S = 2.5
"""Longest a search may take over all layers; what is found by then is answered."""
SEARCH_LAYER_S = 1.0
MAX_SEARCHED_LAYERS = 300
MAX_HISTORY = 200
MAX_PROPOSALS = 200
MAX_RESTRICTED_HITS = 50
MAX_REASON_CHARACTERS = 1_000
MAX_RELATED = 50


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
