"""The SQL of the journal's triggers, generated from what is watched: static statements, no dynamic EXECUTE."""

from collections.abc import Iterator, Sequence

from layers.core.counting import Counted
from layers.core.watch import Link, Topic, Watch, Watched, literal

MAX_BOXES = 64
"""Rows of one statement that get a box each; more are gathered by cell."""
CELL_DEG = 0.022
"""Size of such a cell: a tile of zoom 14."""
MAX_IDS = 64
"""Most ids of one journal row; beyond it the row names none."""


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


def _linked(link: Link, operation: str) -> str:
    """The rows of another table that a statement changed, as `d`."""
    source = {"INSERT": "new_rows", "DELETE": "old_rows"}.get(operation, "new_rows")
    if operation != "UPDATE":
        return f"(select * from {source}) d"
    differing = f" where {_row(link.columns, 'o')} is distinct from {_row(link.columns, 'n')}" if link.columns else ""
    return (
        f'(select n.* from new_rows n join old_rows o on o."{link.key}" = n."{link.key}"{differing}'
        + ("" if link.columns else " union all select o.* from old_rows o")
        + ") d"
    )


def _link_sql(link: Link, operation: str) -> str:
    """SELECT of a layer's rows touched by a change of another table."""
    watch, changed = link.watch, _linked(link, operation)
    layer = watch.layer.format(row="r")
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


def function_sql(name: str, parts: Sequence[Watched | Counted]) -> str:
    """CREATE the one trigger function of a table, for everything that watches it."""
    body = []
    for operation in ("INSERT", "UPDATE", "DELETE"):
        statements = "".join(_statement(part, operation) for part in parts)
        body.append(f"if tg_op = '{operation}' then {statements} end if;")
    truncated = "".join(_truncated(part) for part in parts)
    body.append(f"if tg_op = 'TRUNCATE' then {truncated} end if;")
    # search_path is pinned: a COPY by another role must not resolve these names elsewhere
    return (
        f"create or replace function {name}() returns trigger language plpgsql security definer"
        f" set search_path = public, pg_temp as $journal$ begin {' '.join(body)} return null; end $journal$;"
    )


def _statement(part: Watched | Counted, operation: str) -> str:
    if isinstance(part, Counted):
        return part.trigger_sql(operation)
    if isinstance(part, Topic):
        return _topic_sql(part, operation)
    if isinstance(part, Link):
        return _unseen_sql(part, operation) + _insert_sql(_link_sql(part, operation))
    return _insert_sql(_changes_sql(part, operation))


def _unseen_sql(link: Link, operation: str) -> str:
    """INSERT of what the next statement can see: rows of the layer that others write meanwhile it does not touch.

    They show the old value once they are committed, and must be touched again when this change is.
    """
    if link.join is None:
        return ""
    return (
        f"insert into map_link (layer) select {link.watch.layer} from {_linked(link, operation)} having count(*) > 0;"
    )


def _topic_sql(topic: Topic, operation: str) -> str:
    if operation not in topic.operations:
        return ""
    changed = "old_rows" if operation == "DELETE" else "new_rows"
    if operation == "UPDATE" and topic.ignoring:
        names = "{" + ",".join(topic.ignoring) + "}"
        old, new = (f"select to_jsonb(r) - '{names}'::text[] from {table} r" for table in ("old_rows", "new_rows"))
        changed = f"({new} except all {old}) changed"
    return f"insert into map_change (layer, rows) select '{topic.topic}', count(*) from {changed} having count(*) > 0;"


def _truncated(part: Watched | Counted) -> str:
    """What a TRUNCATE says of each layer whose rows are all gone: it does not tell which rows those were."""
    if isinstance(part, Counted):
        return part.trigger_sql("TRUNCATE")
    gone = "insert into map_change (layer, rows)"
    if isinstance(part, Topic):
        return f"{gone} values ({literal(part.topic)}, 0);"
    watch = part.watch if isinstance(part, Link) else part
    return f"{gone} select layer, 0 from ({watch.layers or f'select {watch.layer}'}) all_of_table(layer);"


def trigger_sql(table: str, function: str) -> Iterator[str]:
    """Statements that put the four triggers on a table or a partition."""
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
