"""Many rows at once: new ones by COPY, as one statement for the triggers; known ones in binary form."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import psycopg
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection
from django.db.models import Model, QuerySet
from psycopg.types.json import Jsonb


def copy_rows(model: type[Model], rows: Iterable[Model]) -> int:
    """Insert rows; returns how many. Rows without a key get one from the database, which they are not told.

    Either all rows carry a key (`reserve_keys`) or none does.
    """
    listed = list(rows)
    if not listed:
        return 0
    keyed = listed[0].pk is not None
    fields = [f for f in model._meta.concrete_fields if not f.generated and (keyed or not f.primary_key)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f'copy "{model._meta.db_table}" ({columns}) from stdin') as copy,
    ):
        for row in listed:
            copy.write_row([_plain(getattr(row, field.attname)) for field in fields])
    return len(listed)


def copy_columns(model: type[Model], columns: Mapping[str, Iterable[Any]]) -> int:
    """Insert rows given as columns of equal length, by field name; returns how many.

    For a great many rows: no model instance is made. Values are as PostgreSQL reads them, geometry as hex EWKB.
    """
    names = ", ".join(f'"{model._meta.get_field(name).column}"' for name in columns)  # type: ignore[union-attr]
    count = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(f'copy "{model._meta.db_table}" ({names}) from stdin') as copy,
    ):
        for count, row in enumerate(zip(*columns.values(), strict=True), start=1):  # noqa: B007
            copy.write_row(row)
    return count


def read_rows(rows: QuerySet[Any, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows of a `values_list` of plain columns, as the driver reads them: times in UTC, no converters of fields.

    Django reads every time in Python; of ten thousand rows that is most of the work.
    """
    text, values = rows.query.sql_with_params()
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(text, values, binary=True).fetchall()


def reserve_keys(model: type[Model], count: int) -> Sequence[int]:
    """So many keys of the model's own sequence, for rows that others will name before they are stored."""
    assert model._meta.pk is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, %s)) from generate_series(1, %s)",
            [f'"{model._meta.db_table}"', model._meta.pk.column, count],
        )
        return [key for (key,) in cursor.fetchall()]


def _plain(value: Any) -> Any:
    if isinstance(value, GEOSGeometry):
        return value.hexewkb.decode()
    return Jsonb(value) if isinstance(value, dict | list) else value
