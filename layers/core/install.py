"""The database's own part of every layer: journal triggers, counted cells, version counters, search indexes."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection

from layers.core import counting, journal
from layers.core.checks import rungs, watched
from layers.core.layer import Layer
from layers.core.registry import registry
from layers.core.watch import Topic


def topics() -> tuple[Topic, ...]:
    """Tables announced under a topic, as the composition root names them (`JOURNAL_TOPICS`).

    The setting maps a topic to its tables, and each table to what narrows it (the further fields of `Topic`).
    """
    declared: dict[str, dict[str, Any]] = getattr(settings, "JOURNAL_TOPICS", {})
    return tuple(
        Topic(table=table, topic=topic, **narrowed)
        for topic, tables in declared.items()
        for table, narrowed in tables.items()
    )


def sync_database() -> list[str]:
    """Install what is missing, for every layer there is; returns the watched tables. Harmless to repeat."""
    with connection.cursor() as cursor:
        for statement in (*_versions(), *_search_indexes()):
            cursor.execute(statement)
    tables = journal.sync(watched(topics()))
    keep_cells()
    return tables


def keep_cells(*, anew: bool = False) -> None:
    """Count the rungs that need it (all, `anew`) and fold what was added to the others; harmless to repeat."""
    counting.sync(rungs(), anew=anew)
    counting.fold()


def _layers() -> list[Layer]:
    return [layer for layer in registry.all() if isinstance(layer, Layer)]


def _versions() -> Iterator[str]:
    models = {layer.model._meta.db_table: layer.model for layer in _layers() if layer.has_version}
    for table, model in sorted(models.items()):
        # A BEFORE trigger may not look at generated columns; what they are made from is compared.
        columns = [field.column for field in model._meta.concrete_fields if not field.generated]
        old, new = (", ".join(f'{row}."{column}"' for column in columns) for row in ("old", "new"))
        yield (
            f'create or replace trigger map_version before update on "{table}" for each row'
            f" when (row({old}) is distinct from row({new})) execute function map_version()"
        )


def _search_indexes() -> Iterator[str]:
    """The key of every searched column, of the layer's own table or of one it refers to: by trigrams, and in order.

    Trigrams tell where a word begins; where a text begins only the order does.
    """
    for layer in _layers():
        for name in layer.search.attributes if layer.search else ():
            field = layer.field_of(layer.attribute(name))
            if field is not None:
                table, column = field.model._meta.db_table, field.column
                for kept, kind, operators in (
                    ("search", "gin", "gin_trgm_ops"),
                    ("begins", "btree", "text_pattern_ops"),
                ):
                    key = f'search_key("{column}"::text) {operators}'
                    yield f'create index if not exists "{kept}_{table}_{column}" on "{table}" using {kind} ({key})'
