"""Columns of numbers between numpy and the database, whole: no row of them is made in Python.

In PostgreSQL's binary formats (its manual: COPY, "Binary Format"; `array_send`). Times are int64, microseconds since
1970, everywhere in Python; text is of one length in all rows. Statements go past Django's cursor, which knows no
binary results; errors are Django's all the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray

Kind = Literal["int8", "int2", "float8", "bool", "timestamptz", "text"]
Column = NDArray[Any]

_WIRE: Final[Mapping[str, str]] = {"int8": ">i8", "int2": ">i2", "float8": ">f8", "bool": "?", "timestamptz": ">i8"}
_HERE: Final[Mapping[str, str]] = {"int8": "i8", "int2": "i2", "float8": "f8", "bool": "?", "timestamptz": "i8"}
_DATABASE_EPOCH_US: Final = 946_684_800_000_000
"""2000-01-01 UTC, from which PostgreSQL counts."""
_ARRAY_HEAD: Final = 20
"""Bytes before the elements of an array of one dimension: dimensions, nulls, type, length, first index; 4 each."""
_COPY_HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_TAIL: Final = b"\xff\xff"


def moment(us: str) -> str:
    """SQL: the time of an expression in microseconds since 1970, exactly."""
    return f"(timestamptz 'epoch' + {us} * interval '1 microsecond')"


def literal(values: Column) -> str:
    """An array of numbers as PostgreSQL reads it; the statement casts it."""
    return "{" + ",".join(map(str, values.tolist())) + "}"


def fetch(statement: str, values: Mapping[str, Any] | Sequence[Any], kinds: Sequence[Kind]) -> list[Column]:
    """The columns of a statement whose one row is of arrays (`array_agg`) without nulls; those of no row are empty."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, values, binary=True)
        result = cursor.pgresult
        assert result is not None
        return [_array(result.get_value(0, place), kind) for place, kind in enumerate(kinds)]


def copy(table: str, columns: Mapping[str, tuple[Kind, Any]], count: int) -> None:
    """Insert so many rows; a column is an array of them, or one value for all.

    Raises:
        ValueError: texts of one column differ in length.
    """
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    filled: dict[str, Any] = {"fields": len(columns)}
    for name, (kind, given) in columns.items():
        values = np.asarray(given)
        if kind == "text":
            wire = values.dtype.str
            if (np.char.str_len(values) != values.dtype.itemsize).any():
                raise ValueError(f"{table}.{name}: texts of {values.dtype.itemsize} bytes are needed")
        else:
            wire = _WIRE[kind]
        fields += [(f"size of {name}", ">i4"), (name, wire)]
        filled[f"size of {name}"] = np.dtype(wire).itemsize
        filled[name] = values - _DATABASE_EPOCH_US if kind == "timestamptz" else values
    rows = np.empty(count, fields)
    for name, values in filled.items():
        rows[name] = values
    names = ", ".join(f'"{name}"' for name in columns)
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f'copy "{table}" ({names}) from stdin (format binary)') as copying,
    ):
        copying.write(_COPY_HEAD + rows.tobytes() + _COPY_TAIL)


def _array(sent: bytes | None, kind: Kind) -> Column:
    if not sent:
        return np.empty(0, _HERE[kind])
    values = np.frombuffer(sent, [("size", ">i4"), ("value", _WIRE[kind])], offset=_ARRAY_HEAD)["value"]
    here = values.astype(_HERE[kind])
    return here + _DATABASE_EPOCH_US if kind == "timestamptz" else here
