"""The change journal, written by the database itself.

Statement triggers on every table behind a layer write which rows changed, where, and who may have seen them before and
after. Whatever wrote the rows (ORM, COPY, psql) is seen alike. What is watched is in `watch`, the triggers' SQL in
`triggers`; the protocol is docs/adr/0003; the reader is `follower`.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from layers.core.counting import Counted
from layers.core.triggers import function_sql, trigger_sql
from layers.core.watch import Watched

KEEP = timedelta(hours=24)
"""How long the journal can tell a returning browser what it missed."""


def _function_name(table: str) -> str:
    return f"map_journal_{hashlib.sha1(table.encode(), usedforsecurity=False).hexdigest()[:16]}"


def sync(parts: Iterable[Watched | Counted]) -> list[str]:
    """Install the triggers of every watched table and its partitions; returns the tables."""
    tables: dict[str, list[Watched | Counted]] = defaultdict(list)
    for part in parts:
        if part not in tables[part.table]:
            tables[part.table].append(part)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('map_journal'))")
        for table, watched in tables.items():
            function = _function_name(table)
            cursor.execute(function_sql(function, watched))
            for one in (table, *partitions(cursor, table)):
                for statement in trigger_sql(one, function):
                    cursor.execute(statement)
    return sorted(tables)


def extend(table: str, partition: str) -> None:
    """Give a new partition the triggers of its table; harmless to repeat. Does nothing before the first `sync`."""
    function = _function_name(table)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select to_regproc(%s) is not null", [function])
        if cursor.fetchone() == (True,):
            for statement in trigger_sql(partition, function):
                cursor.execute(statement)


def partitions(cursor: Any, table: str) -> list[str]:
    """The partitions of a table, at every depth."""
    cursor.execute(
        "select c.relname from pg_partition_tree(%s::regclass) t join pg_class c on c.oid = t.relid where t.level > 0",
        [f'"{table}"'],
    )
    return [name for (name,) in cursor.fetchall()]


def installed() -> set[str]:
    """Tables that carry all four triggers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
            " where t.tgname like 'map_journal_%' and t.tgenabled <> 'D' group by 1 having count(*) = 4"
        )
        return {name for (name,) in cursor.fetchall()}


def prune(keep: timedelta = KEEP) -> int:
    """Delete entries older than `keep` and remember how far back the journal reaches; returns how many went.

    A browser that returns with an older position is told to start afresh.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "with gone as (delete from map_change where at < clock_timestamp() - %s::interval"
            "   returning xid::text::bigint as xid),"
            " last as (select max(xid) + 1 as xid, count(*) as number from gone),"
            " told as (update map_journal set horizon = greatest(horizon::text::bigint, last.xid)::text::xid8"
            "   from last where last.xid is not null returning 1)"
            " select number from last",
            [f"{keep.total_seconds()} seconds"],
        )
        (number,) = cursor.fetchone() or (0,)
        cursor.execute(
            "delete from map_link where at < clock_timestamp() - %s::interval", [f"{keep.total_seconds()} seconds"]
        )
        return int(number)


def touch(layer_id: str) -> None:
    """Say that a whole layer, or a topic, changed in a way no trigger sees."""
    with connection.cursor() as cursor:
        cursor.execute("insert into map_change (layer, rows) values (%s, 0)", [layer_id])
