"""Keeps the rungs: which layers have one, counting those anew that are declared otherwise, folding what was added."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Model

from layers.core.access import Either
from layers.core.layer import Layer
from layers.core.rung import CELL_DEPTH, CELLS, PACKED, counting_sql
from layers.core.time import Valid
from layers.core.watch import literal

_LOCK = "select pg_advisory_xact_lock(hashtext('map_cell'))"

_NUMBERS = ("count", "east_cm", "north_cm", "sum1", "sum2")
_PLACE = 'layer, z, tile_x, tile_y, scope, "by"'
"""What one pack holds the cells of."""
_SAME = " and ".join(f"{{0}}.{name} = {{1}}.{name}" for name in _PLACE.split(", "))
_SUMS = ", ".join(f"sum({name})::bigint as {name}" for name in _NUMBERS)
_PACK = f"string_agg({PACKED} order by cy, cx)"

FOLD = f"""
with gone as (delete from map_cell_delta returning *),
  placed as (
    select g.*, z, g.x >> (r.last - z) as cell_x, g.y >> (r.last - z) as cell_y
    from gone g join map_rung r on r.layer = g.layer cross join generate_series(r.first, r.last) z),
  added as (
    select layer, z, cell_x >> {CELL_DEPTH} as tile_x, cell_y >> {CELL_DEPTH} as tile_y, scope, "by",
      (cell_x & {CELLS - 1})::int2 as cx, (cell_y & {CELLS - 1})::int2 as cy, {_SUMS}
    from placed group by 1, 2, 3, 4, 5, 6, 7, 8),
  folded as (
    insert into map_cell ({_PLACE}, cx, cy, {", ".join(_NUMBERS)})
    select {_PLACE}, cx, cy, {", ".join(_NUMBERS)} from added order by 1, 2, 3, 4, 5, 6, 7, 8
    on conflict ({_PLACE}, cx, cy) do update set
      {", ".join(f"{name} = map_cell.{name} + excluded.{name}" for name in _NUMBERS)}
    returning 1),
  touched as (select distinct {_PLACE} from added),
  merged as (
    select {_PLACE}, cx, cy, {_SUMS} from (
      select t.*, c.* from touched t cross join lateral (
        -- offset 0 keeps the planner from reading the whole table for a few places
        select cx, cy, {", ".join(_NUMBERS)} from map_cell c where {_SAME.format("c", "t")} offset 0) c
      union all select {_PLACE}, cx, cy, {", ".join(_NUMBERS)} from added) both_of
    group by {_PLACE}, cx, cy having sum(count) <> 0),
  packed as (
    insert into map_cell_pack ({_PLACE}, data) select {_PLACE}, {_PACK} from merged group by {_PLACE}
    on conflict ({_PLACE}) do update set data = excluded.data
    returning {_PLACE}),
  emptied as (
    delete from map_cell_pack p using (select * from touched except select * from packed) e
    where {_SAME.format("p", "e")}
    returning 1)
select (select count(*) from gone), (select count(*) from folded)
"""
_PACKED_OTHERWISE = f"""
select count(*) from
  (select {_PLACE}, {_PACK} as data from map_cell where layer = %s and count <> 0 group by {_PLACE}) c
  full join (select {_PLACE}, data from map_cell_pack where layer = %s) p using ({_PLACE})
where c.data is distinct from p.data
"""
_TABLES = ("map_cell", "map_cell_delta", "map_cell_pack")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A layer's rung as its table's trigger keeps it.

    Attributes:
        table: the table; partitions of it are counted likewise.
        layer: the layer's id.
        condition: SQL over `{row}`: which rows are the layer's and current.
        columns: columns whose change alters what is counted, the geometry among them.
        first, last: zooms of the tiles that carry the cells.
        more: the further arguments of `counting_sql`, over the row `r`.
    """

    table: str
    layer: str
    condition: str
    columns: tuple[str, ...]
    first: int
    last: int
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def base(self) -> int:
        """Zoom of the smallest cells: those that deltas are kept in."""
        return self.last + CELL_DEPTH

    @property
    def signature(self) -> str:
        """Changes when what is counted, or how, does: a rung of another signature is counted anew."""
        return hashlib.sha256(f"{self.first} {self.insert_sql()}".encode()).hexdigest()

    def trigger_sql(self, operation: str) -> str:
        """The statements of the table's trigger, each ended by a semicolon.

        After TRUNCATE of the table nothing is left to count; after that of a partition the rung is counted anew.
        """
        if operation == "TRUNCATE":
            layer = literal(self.layer)
            empty = "".join(f" delete from {table} where layer = {layer};" for table in _TABLES)
            return (
                f"if tg_table_name = {literal(self.table)} then perform {_LOCK.removeprefix('select ')};{empty}"
                f" else delete from map_rung where layer = {layer}; end if;"
            )
        sides = {
            "INSERT": [(1, "new_rows")],
            "DELETE": [(-1, "old_rows")],
            "UPDATE": [(1, self._differing("new_rows", "old_rows")), (-1, self._differing("old_rows", "new_rows"))],
        }
        return self._insert(sides[operation]) + ";"

    def insert_sql(self) -> str:
        """The statement that counts the whole table."""
        return self._insert([(1, f'"{self.table}"')])

    def _differing(self, rows: str, others: str) -> str:
        columns = ", ".join(f'"{name}"' for name in self.columns)
        return f"(select {columns} from {rows} except all select {columns} from {others})"

    def _insert(self, sides: Sequence[tuple[int, str]]) -> str:
        def side(sign: int, rows: str) -> str:
            source = f"(select * from {rows} d where {self.condition.format(row='d')}) r"
            counted = ", ".join(f"{sign} * {name} as {name}" for name in _NUMBERS)
            return (
                f'select scope, x, y, "by", {counted} from'
                f" ({counting_sql(source, base=self.base, **self.more)}) counted_{abs(sign - 1)}"
            )

        union = " union all ".join(side(sign, rows) for sign, rows in sides)
        totals = ", ".join(f"sum({name})::bigint" for name in _NUMBERS)
        changed = " or ".join(f"sum({name}) <> 0" for name in _NUMBERS)
        return (
            f'insert into map_cell_delta (layer, scope, x, y, "by", {", ".join(_NUMBERS)})'
            f' select {literal(self.layer)}, scope, x, y, "by", {totals} from ({union}) u'
            f' group by scope, x, y, "by" having {changed}'
        )


def counted_of(layer: Layer) -> Counted:
    """What the trigger of a layer's table must count; the layer has a rung."""
    rung = layer.rung
    assert rung is not None
    assert layer.zoom.coarse is not None
    model, rule = layer.model, layer.access.rows
    stored = f"{layer.geometry}_3857"
    fields = {field.name for field in model._meta.concrete_fields}
    geometry = f'r."{stored}"' if stored in fields else f'st_transform(r."{_column(model, layer.geometry)}", 3857)'
    conditions = [f'{{row}}."{_column(model, name)}" = {literal(value)}' for name, value in layer.discriminator.items()]
    chosen = [*layer.discriminator, *rule.columns]
    if isinstance(layer.time, Valid):
        conditions.append(f'{{row}}."{_column(model, layer.time.current)}"')
        chosen.append(layer.time.current)
    by = [_column(model, layer.attribute(name).paths[0]) for name in rung.by]
    sums = [_column(model, layer.attribute(name).paths[0]) for name in rung.sums]
    shown = [stored if stored in fields else layer.geometry, *chosen]
    return Counted(
        table=model._meta.db_table,
        layer=layer.id,
        condition=" and ".join(conditions) or "true",
        columns=tuple(dict.fromkeys([*(_column(model, name) for name in shown), *by, *sums])),
        first=layer.zoom.first,
        last=layer.zoom.coarse - 1,
        more={
            "kind": layer.geometry_kind,
            "geometry": geometry,
            "scopes": rule.scopes_sql("r", model),
            "by": [f'r."{name}"::text' for name in by],
            "sums": [f'r."{name}"' for name in sums],
        },
    )


def rung_faults(layer: Layer) -> Iterator[tuple[str, str]]:
    """What keeps a declared rung from being counted by the database, and what to write instead."""
    if layer.rung is None:
        if layer.zoom.coarse is not None and layer.access.small_counts:
            yield "suppresses small counts, but its cells are not counted apart", "rung = Rung(by=(…)), or no coarse="
        return
    fields = {field.name for field in layer.model._meta.concrete_fields}
    if layer.zoom.coarse is None or layer.zoom.coarse == layer.zoom.first:
        yield "has a rung but no zooms of cells", "Zoom(first, last, coarse=…) with coarse above first"
    for name in (*layer.rung.by, *layer.rung.sums):
        attribute = layer.attribute(name)
        if len(attribute.paths) != 1 or attribute.paths[0] not in fields:
            yield f"the rung counts {name!r}, which is no stored column", "an attribute of the layer's own table"
        elif name in layer.rung.by and attribute.type != "text":
            yield f"the rung counts by {name!r}, which is no text", "a choice or a text"
    if isinstance(layer.access.rows, Either):
        yield "has a rung, but a row may carry several scopes", "one rule as Access(rows=…), or no rung"
    if type(layer).rows is not Layer.rows:
        yield "has a rung, but chooses its rows by code", "discriminator = {…} instead of rows(), or no rung"
    if layer.time is not None and not isinstance(layer.time, Valid):
        yield "has a rung, but its rows are of an instant", "no rung: cells of events are counted when asked"


def sync(rungs: Iterable[Counted], *, anew: bool = False) -> list[str]:
    """Count every rung whose declaration changed (or all, `anew`), drop those no layer has; returns what was counted.

    Triggers must be in place: rows written meanwhile wait for the lock and are counted by them.
    """
    wanted = {one.layer: one for one in rungs}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute("select layer, signature from map_rung")
        known: dict[str, str] = dict(cursor.fetchall())
        gone = [layer for layer in known if layer not in wanted]
        stale = [layer for layer, one in wanted.items() if anew or known.get(layer) != one.signature]
        for table in ("map_rung", *_TABLES):
            cursor.execute(f"delete from {table} where layer = any(%s)", [[*gone, *stale]])
        for layer in stale:
            _count(cursor, layer, wanted[layer])
    return stale


def _count(cursor: Any, layer: str, counted: Counted) -> None:
    cursor.execute(f'lock table "{counted.table}" in share row exclusive mode')
    # what was counted while this waited for the lock is counted again below
    cursor.execute("delete from map_cell_delta where layer = %s", [layer])
    cursor.execute(
        "insert into map_rung (layer, signature, first, last) values (%s, %s, %s, %s)",
        [layer, counted.signature, counted.first, counted.last],
    )
    cursor.execute(counted.insert_sql())
    cursor.execute(FOLD)


def fold() -> int:
    """Add up what was added and taken away since the last time; returns how many deltas. Changes nothing to be seen.

    Deltas of a layer whose rung is not counted are dropped: it will be counted whole.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute(FOLD)
        (deltas, changed) = cursor.fetchone() or (0, 0)
        if changed:
            cursor.execute("delete from map_cell where count = 0")
        return int(deltas)


def faults(rungs: Iterable[Counted]) -> Iterator[str]:
    """Rungs that are not counted as declared, or whose total is not the number of rows."""
    with connection.cursor() as cursor:
        for one in rungs:
            cursor.execute("select signature from map_rung where layer = %s", [one.layer])
            if cursor.fetchone() != (one.signature,):
                yield f"the cells of layer {one.layer} are not counted as declared: run manage.py sync_journal"
                continue
            cursor.execute(
                "select coalesce((select sum(count) from map_cell where layer = %s and z = %s), 0)"
                " + coalesce((select sum(count) from map_cell_delta where layer = %s), 0),"
                f' (select count(*) from "{one.table}" r cross join lateral unnest({one.more["scopes"]})'
                f" where {one.condition.format(row='r')})",
                [one.layer, one.first, one.layer],
            )
            counted, rows = cursor.fetchone() or (0, 0)
            mend = "run manage.py sync_journal --recount"
            if counted != rows:
                yield f"the cells of layer {one.layer} count {counted} of {rows} rows: {mend}"
            cursor.execute(_PACKED_OTHERWISE, [one.layer, one.layer])
            if (otherwise := (cursor.fetchone() or (0,))[0]) > 0:
                yield f"the cells of layer {one.layer} are packed otherwise than counted in {otherwise} places: {mend}"


def _column(model: type[Model], name: str) -> str:
    field: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
    return str(field.column)
