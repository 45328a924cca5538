"""The database's own part of a dataset: its partition with indexes and triggers."""

from collections.abc import Iterator

from django.db import connection, transaction

from layers.core import journal
from layers.datasets.models import Dataset, DatasetFeature
from layers.datasets.schema import Property, filtered, searched

TABLE = DatasetFeature._meta.db_table
_CASTS = {"integer": "::bigint", "number": "::double precision"}


def name_of(dataset_id: int) -> str:
    """Name of a dataset's partition."""
    return f"{TABLE}_{int(dataset_id)}"


def key_sql(key: str, row: str) -> str:
    """SQL of what identifies a feature: an attribute's value, or its whole content."""
    if key:
        return f"({row}.props ->> '{key}')"
    return f"(md5(st_asbinary({row}.geom)) || md5({row}.props::text))"


def make(dataset: Dataset) -> None:
    """Make the partition of a new dataset; filled and queried tables beside it are not waited for.

    A table attached under a matching CHECK needs neither a scan nor a lock that keeps readers out, as
    `create table … partition of` would.
    """
    name, number = name_of(dataset.pk), int(dataset.pk)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'create table "{name}" (like "{TABLE}" including defaults including constraints,'
            f" constraint of_dataset check (dataset_id = {number}))"
        )
        cursor.execute(f'alter table "{TABLE}" attach partition "{name}" for values in ({number})')
        cursor.execute(f'alter table "{name}" drop constraint of_dataset')
        unique = key_sql(dataset.key, name)
        cursor.execute(f'create unique index "{name}_key" on "{name}" ({unique})')
        journal.extend(TABLE, name)
    index(dataset)


def index(dataset: Dataset) -> None:
    """Make the expression indexes that the declaration's filters and search need and that are missing."""
    properties = [Property.read(body) for body in dataset.schema]
    with connection.cursor() as cursor:
        for statement in _indexes(dataset, properties):
            cursor.execute(statement)


def _indexes(dataset: Dataset, properties: list[Property]) -> Iterator[str]:
    name = name_of(dataset.pk)
    for one in filtered(properties, dataset.key):
        cast = _CASTS.get(one.type, "")
        kind = one.type[0]
        yield (
            f'create index if not exists "{name}_{one.name[:30]}_{kind}" on "{name}"'
            f" (((props ->> '{one.name}'){cast}))"
        )
    for one in searched(properties):
        yield (
            f'create index if not exists "{name}_{one.name[:30]}_s" on "{name}"'
            f" using gin (search_key((props ->> '{one.name}')) gin_trgm_ops)"
        )
        yield (
            f'create index if not exists "{name}_{one.name[:30]}_b" on "{name}"'
            f" (search_key((props ->> '{one.name}')) text_pattern_ops)"
        )


def analyze(dataset: Dataset) -> None:
    """Give the planner statistics of the expressions."""
    with connection.cursor() as cursor:
        cursor.execute(f'analyze "{name_of(dataset.pk)}"')


def drop(dataset: Dataset) -> None:
    """Remove a dataset with everything in it."""
    with transaction.atomic(), connection.cursor() as cursor:
        journal.touch(dataset.layer_id)
        cursor.execute(f'alter table "{TABLE}" detach partition "{name_of(dataset.pk)}"')
        cursor.execute(f'drop table "{name_of(dataset.pk)}"')
        dataset.delete()
