"""The change journal, written by the database itself.

Statement triggers on every table behind a layer write which rows changed, where, and who may have seen them before and
after. Whatever wrote the rows (ORM, COPY, psql) is seen alike. The protocol is docs/adr/0003; the reader is `follower`.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Model
from django.db.models.expressions import BaseExpression

from layers.core.attribute import Attribute
from layers.core.computed import ComputedLayer
from layers.core.declaration import Declaration
from layers.core.layer import Layer

MAX_BOXES = 64
"""Rows of one statement that get a box each; more are gathered by cell."""
CELL_DEG = 0.022
"""Size of such a cell: a tile of zoom 14."""
MAX_IDS = 64
KEEP = timedelta(hours=24)
"""How long the journal can tell a returning browser what it missed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What of a table's rows a layer shows.

    Attributes:
        table: the table; partitions of it are watched likewise.
        layer: SQL for the layer id, over the row `{row}`; a quoted literal for most.
        key, geometry: columns.
        condition: SQL over `{row}`: which rows are the layer's.
        scopes: SQL text[] over `{row}`.
        columns: columns whose change alters the layer; `live` those whose change is pushed as state only.
    """

    table: str
    layer: str
    key: str
    geometry: str
    condition: str = "true"
    scopes: str = "array['public']"
    columns: tuple[str, ...] = ()
    live: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A table whose change touches a layer's rows: those joined by `join` (over `r` and `d`), or the whole layer.

    Attributes:
        key: primary key column of the table.
        columns: columns of the table whose update matters; empty: any.
    """

    table: str
    watch: Watch
    join: str | None
    key: str = "id"
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A table whose change is announced under a topic (`@access`, `@datasets`), without place.

    Attributes:
        operations: the statements announced.
        ignoring: columns whose update alone says nothing.
    """

    table: str
    topic: str
    operations: tuple[str, ...] = ("INSERT", "UPDATE", "DELETE")
    ignoring: tuple[str, ...] = ()


def watches_of(layer: Declaration) -> Iterator["Watch | Link | Topic"]:
    """What must be watched for a layer: its own table and those it depends on."""
    if isinstance(layer, ComputedLayer):
        for dependency in layer.depends_on:
            yield Topic(table=dependency.model._meta.db_table, topic=layer.id)
    if not isinstance(layer, Layer) or layer.from_rows:
        return
    watch = _watch(layer)
    yield watch
    for dependency in layer.depends_on:
        table, key = dependency.model._meta.db_table, _column(dependency.model, "pk")
        pk = _column(layer.model, "pk")
        if dependency.path:
            foreign = _column(dependency.model, dependency.path)
            yield Link(table=table, watch=watch, join=f'r."{pk}" = d."{foreign}"', key=key)
        elif dependency.via:
            own = _column(layer.model, dependency.via)
            yield Link(table=table, watch=watch, join=f'r."{own}" = d."{key}"', key=key)
        else:
            yield Link(table=table, watch=watch, join=None, key=key)
    yield from _joined(layer, watch)


def _watch(layer: Layer) -> Watch:
    model = layer.model
    rule = layer.access.rows
    shown = {f for a in layer.tile_attributes if not a.live for f in _own_fields(layer, a)}
    fields = [*layer.discriminator, *rule.columns, *(layer.time.columns if layer.time else ()), *sorted(shown)]
    live = [a.paths[0] for a in layer.tile_attributes if a.live]
    known = {f.name for f in model._meta.concrete_fields} | {f.attname for f in model._meta.concrete_fields}
    conditions = [
        f'{{row}}."{_column(model, name)}" = {_literal(value)}' for name, value in layer.discriminator.items()
    ]
    return Watch(
        table=model._meta.db_table,
        layer=_literal(layer.id),
        key=_column(model, layer.key),
        geometry=_column(model, layer.geometry),
        condition=" and ".join(conditions) or "true",
        scopes=rule.scopes_sql("{row}", model),
        columns=tuple(dict.fromkeys(_column(model, name) for name in fields if name in known or name == "pk")),
        live=tuple(_column(model, name) for name in live),
    )


def _own_fields(layer: Layer, attribute: Attribute) -> Iterator[str]:
    """Fields of the layer's own table that an attribute reads."""
    paths: Iterable[str] = attribute.paths
    if not attribute.paths and isinstance(attribute.source, BaseExpression):
        parts: Iterable[Any] = attribute.source.flatten()
        paths = [str(vars(part)["name"]) for part in parts if isinstance(part, F)]
    for path in paths:
        yield path.split("__", maxsplit=1)[0]


def _joined(layer: Layer, watch: Watch) -> Iterator[Link]:
    """Foreign rows whose values the layer's attributes show: `commune__name` depends on the commune's name."""
    shown: dict[str, set[str]] = defaultdict(set)
    for attribute in layer.tile_attributes:
        for path in attribute.paths:
            first, _, rest = path.partition("__")
            if rest and "__" not in rest:
                shown[first].add(rest)
    for first, names in shown.items():
        field: Any = layer.model._meta.get_field(first)
        if not field.is_relation:
            continue
        other = field.related_model
        columns = tuple(sorted(_column(other, name) for name in names))
        key = _column(other, "pk")
        join = f'r."{field.column}" = d."{key}"'
        yield Link(table=other._meta.db_table, watch=watch, join=join, key=key, columns=columns)


def _column(model: type[Model], name: str) -> str:
    field: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return str(field.column)


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"


# ------------------------------------------------------------------ generating


def _row(names: Sequence[str], row: str) -> str:
    return "row(" + ", ".join(f'{row}."{name}"' for name in names) + ")"


def _changes_sql(watch: Watch, operation: str) -> str:
    """SELECT layer, key, old and new geometry and scopes, live_only of the rows a statement changed."""

    def side(table: str, row: str) -> str:
        return f"(select * from {table} {row} where {watch.condition.format(row=row)})"

    def scopes(row: str) -> str:
        return watch.scopes.format(row=row)

    layer, geometry, key = watch.layer, watch.geometry, watch.key
    if operation != "UPDATE":
        row, table = ("n", "new_rows") if operation == "INSERT" else ("o", "old_rows")
        old, new = ("null::text[]", scopes(row)) if operation == "INSERT" else (scopes(row), "null::text[]")
        return (
            f'select {layer.format(row=row)} as layer, {row}."{key}"::bigint as key,'
            f' {row}."{geometry}"::box2d::geometry as box,'
            f" {old} as old_scopes, {new} as new_scopes, false as live_only from {side(table, row)} {row}"
        )
    shown = (geometry, *watch.columns)
    moved = f"({_row(shown, 'o')} is distinct from {_row(shown, 'n')})"
    lived = f"({_row(watch.live, 'o')} is distinct from {_row(watch.live, 'n')})" if watch.live else "false"
    pairs = (
        f'select o."{geometry}" as old_geom, n."{geometry}" as new_geom, coalesce(n."{key}", o."{key}")::bigint as key,'
        f" coalesce({layer.format(row='n')}, {layer.format(row='o')}) as layer,"
        f' case when o."{key}" is not null then {scopes("o")} end as old_scopes,'
        f' case when n."{key}" is not null then {scopes("n")} end as new_scopes,'
        f' (o."{key}" is not null and n."{key}" is not null and not {moved}) as live_only'
        f' from {side("old_rows", "o")} o full join {side("new_rows", "n")} n on o."{key}" = n."{key}"'
        f" and {layer.format(row='o')} = {layer.format(row='n')} where {moved} or {lived}"
    )
    return (
        "select layer, key, b.box, old_scopes, new_scopes, live_only from ("
        + pairs
        + ") p cross join lateral (select old_geom::box2d::geometry as box where old_geom is not null"
        " union select new_geom::box2d::geometry where new_geom is not null) b"
    )


def _link_sql(link: Link, operation: str) -> str:
    """SELECT of a layer's rows touched by a change of another table."""
    watch = link.watch
    layer = watch.layer.format(row="r")
    source = {"INSERT": "new_rows", "DELETE": "old_rows"}.get(operation, "new_rows")
    changed = f"(select * from {source}) d"
    if operation == "UPDATE":
        key = f'"{link.key}"'
        differing = (
            f" where {_row(link.columns, 'o')} is distinct from {_row(link.columns, 'n')}" if link.columns else ""
        )
        changed = (
            f"(select n.* from new_rows n join old_rows o on o.{key} = n.{key}{differing}"
            + ("" if link.columns else " union all select o.* from old_rows o")
            + ") d"
        )
    if link.join is None:
        return (
            f"select {layer} as layer, null::bigint as key, null::geometry as box, null::text[] as old_scopes,"
            f" null::text[] as new_scopes, false as live_only from {changed} having count(*) > 0"
        )
    scopes = watch.scopes.format(row="r")
    return (
        f'select distinct on (r."{watch.key}") {layer} as layer, r."{watch.key}"::bigint as key,'
        f' r."{watch.geometry}"::box2d::geometry as box, {scopes} as old_scopes, {scopes} as new_scopes,'
        " false as live_only"
        f' from "{watch.table}" r join {changed} on {link.join} where {watch.condition.format(row="r")}'
    )


def _insert_sql(changes: str) -> str:
    """INSERT into the journal of changed rows: a box each, or gathered by cell where there are many."""
    return f"""
    insert into map_change (layer, ids, old_scopes, new_scopes, west, south, east, north, live_only, rows)
    select layer, case when count(*) <= {MAX_IDS} and bool_and(key is not null) then array_agg(distinct key) end,
           old_scopes, new_scopes,
           min(st_xmin(box)), min(st_ymin(box)), max(st_xmax(box)), max(st_ymax(box)), live_only, count(*)
    from (
      select c.*, case when count(*) over () <= {MAX_BOXES} then row_number() over ()::text
             else floor(st_xmin(box) / {CELL_DEG}) || ':' || floor(st_ymin(box) / {CELL_DEG}) end as cell
      from ({changes}) c
    ) gathered group by layer, old_scopes, new_scopes, live_only, cell;"""


def _function(name: str, parts: Sequence[Watch | Link | Topic]) -> str:
    body = []
    for operation in ("INSERT", "UPDATE", "DELETE"):
        statements = "".join(_statement(part, operation) for part in parts)
        body.append(f"if tg_op = '{operation}' then {statements} end if;")
    truncated = "".join(
        f"insert into map_change (layer, rows) values ({_truncated(part)}, 0);" for part in parts if _truncated(part)
    )
    body.append(f"if tg_op = 'TRUNCATE' then {truncated or 'null;'} end if;")
    # search_path is pinned: a COPY by another role must not resolve these names elsewhere
    return (
        f"create or replace function {name}() returns trigger language plpgsql security definer"
        f" set search_path = public, pg_temp as $journal$ begin {' '.join(body)} return null; end $journal$;"
    )


def _statement(part: Watch | Link | Topic, operation: str) -> str:
    if isinstance(part, Topic):
        return _topic_sql(part, operation)
    if isinstance(part, Link):
        return _insert_sql(_link_sql(part, operation))
    return _insert_sql(_changes_sql(part, operation))


def _topic_sql(topic: Topic, operation: str) -> str:
    if operation not in topic.operations:
        return ""
    changed = "old_rows" if operation == "DELETE" else "new_rows"
    if operation == "UPDATE" and topic.ignoring:
        names = "{" + ",".join(topic.ignoring) + "}"
        old, new = (f"select to_jsonb(r) - '{names}'::text[] from {table} r" for table in ("old_rows", "new_rows"))
        changed = f"({new} except all {old}) changed"
    return f"insert into map_change (layer, rows) select '{topic.topic}', count(*) from {changed} having count(*) > 0;"


def _truncated(part: Watch | Link | Topic) -> str | None:
    if isinstance(part, Topic):
        return _literal(part.topic)
    layer = part.watch.layer if isinstance(part, Link) else part.layer
    return layer if "{row}" not in layer else None


def _trigger_sql(table: str, function: str) -> Iterator[str]:
    images = {
        "INSERT": "referencing new table as new_rows",
        "UPDATE": "referencing old table as old_rows new table as new_rows",
        "DELETE": "referencing old table as old_rows",
        "TRUNCATE": "",
    }
    for operation, referencing in images.items():
        name = f"map_journal_{operation.lower()}"
        yield f'drop trigger if exists {name} on "{table}";'
        yield (
            f'create trigger {name} after {operation} on "{table}" {referencing}'
            f" for each statement execute function {function}();"
        )


# ------------------------------------------------------------------ installing


def _function_name(table: str) -> str:
    return f"map_journal_{hashlib.sha1(table.encode(), usedforsecurity=False).hexdigest()[:16]}"


def sync(parts: Iterable[Watch | Link | Topic]) -> list[str]:
    """Install the triggers of every watched table and its partitions; returns the tables."""
    tables: dict[str, list[Watch | Link | Topic]] = defaultdict(list)
    for part in parts:
        if part not in tables[part.table]:
            tables[part.table].append(part)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('map_journal'))")
        for table, watched in tables.items():
            function = _function_name(table)
            cursor.execute(_function(function, watched))
            for one in (table, *partitions(cursor, table)):
                for statement in _trigger_sql(one, function):
                    cursor.execute(statement)
    return sorted(tables)


def extend(table: str, partition: str) -> None:
    """Give a new partition the triggers of its table; harmless to repeat. Does nothing before the first `sync`."""
    function = _function_name(table)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select to_regproc(%s) is not null", [function])
        if cursor.fetchone() == (True,):
            for statement in _trigger_sql(partition, function):
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
        return int(number)


def touch(layer_id: str) -> None:
    """Say that a whole layer, or a topic, changed in a way no trigger sees."""
    with connection.cursor() as cursor:
        cursor.execute("insert into map_change (layer, rows) values (%s, 0)", [layer_id])
