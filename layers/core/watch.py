"""What the database must watch for a layer: its own table, those it depends on, and topics without a place."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Model
from django.db.models.expressions import BaseExpression, Col

from layers.core.attribute import Attribute
from layers.core.computed import ComputedLayer
from layers.core.declaration import Declaration
from layers.core.layer import Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What of a table's rows a layer shows.

    Attributes:
        table: the table; partitions of it are watched likewise.
        layer: SQL for the layer id, over the row `{row}`; a quoted literal for most.
        layers: SELECT of every layer id there is, where `layer` depends on the row: a TRUNCATE touches them all.
        key, geometry: columns.
        condition: SQL over `{row}`: which rows are the layer's.
        scopes: SQL text[] over `{row}`.
        columns: columns whose change alters the layer; `live` those whose change is pushed as state only.
    """

    table: str
    layer: str
    key: str
    geometry: str
    layers: str = ""
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


Watched = Watch | Link | Topic


def watches_of(layer: Declaration) -> Iterator[Watched]:
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
    chosen = sorted(set(_chosen_by(layer)))
    fields = [*layer.discriminator, *chosen, *rule.columns, *(layer.time.columns if layer.time else ()), *sorted(shown)]
    live = [a.paths[0] for a in layer.tile_attributes if a.live]
    known = {f.name for f in model._meta.concrete_fields} | {f.attname for f in model._meta.concrete_fields}
    conditions = [f'{{row}}."{_column(model, name)}" = {literal(value)}' for name, value in layer.discriminator.items()]
    return Watch(
        table=model._meta.db_table,
        layer=literal(layer.id),
        key=_column(model, layer.key),
        geometry=_column(model, layer.geometry),
        condition=" and ".join(conditions) or "true",
        scopes=rule.scopes_sql("{row}", model),
        columns=tuple(dict.fromkeys(_column(model, name) for name in fields if name in known or name == "pk")),
        live=tuple(_column(model, name) for name in live),
    )


def _chosen_by(layer: Layer) -> Iterator[str]:
    """Fields of the layer's own table by which its `rows` are chosen: a change of them adds or takes a row."""
    nodes: list[Any] = [layer.rows().query.where]
    while nodes:
        node = nodes.pop()
        if isinstance(node, Col) and node.alias == layer.model._meta.db_table:
            yield node.target.name
        nodes += [one for one in node.get_source_expressions() if hasattr(one, "get_source_expressions")]


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


def literal(value: Any) -> str:
    """A value as an SQL literal; only for declarations, never for what a viewer sent."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"
