"""Rows as JSON text: what each column is written as is settled once, so that a row costs little more than its text."""

import json.encoder
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from django.db.models import F, QuerySet

from layers.sensors.things.entity import Entity, Leaf, Property
from layers.sensors.things.page import Sorted

Row = tuple[Any, ...]
Make = Callable[[Row], str | None]
"""A row -> JSON; None where there is nothing."""
IDS: Final = frozenset({"id", "@iot.id"})
LINKS: Final = frozenset({"selfLink", "@iot.selfLink"})

text_json: Callable[[str], str] = json.encoder.encode_basestring
"""Text in quotes, other letters than ASCII as they are."""


@lru_cache(maxsize=4_096)  # stations measure at the same times
def iso(at: datetime) -> str:
    """ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat()[:-6] + "Z"


@dataclass(slots=True)
class Plan:
    """The columns that are read of an entity, each once.

    Attributes:
        here: fields that navigations start from.
        key_at, order_at, here_at: where they stand in a row.
    """

    entity: Entity
    properties: Sequence[Property]
    order: Sequence[Sorted]
    here: Sequence[str]
    key_at: tuple[int, ...] = ()
    order_at: tuple[int, ...] = ()
    here_at: Mapping[str, int] = field(default_factory=dict)
    _at: dict[Any, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key_at = tuple(self.place(F(name)) for name in self.entity.key.fields)
        self.here_at = {name: self.place(F(name)) for name in self.here}
        self.order_at = tuple(self.place(one.expression) for one in self.order)
        for one in self.properties:
            for leaf in one.leaves:
                for column in leaf.columns(""):
                    self.place(column)

    def place(self, column: Any) -> int:
        """Where a column stands in a row; it is read from now on."""
        return self._at.setdefault(column, len(self._at))

    def select(self, found: "QuerySet[Any]", *more: Any) -> "QuerySet[Any]":
        """The rows as tuples of the columns, and of more at the end."""
        named = {f"c{at}": column for at, column in enumerate([*self._at, *more])}
        return found.annotate(**named).values_list(*named)

    def key(self, row: Row) -> int | str:
        """The id of the entity."""
        return self.entity.key.write([row[at] for at in self.key_at])

    def last(self, row: Row) -> list[Any]:
        """What a page that ends with this row goes on from: values of the order, then of the key."""
        return [row[at] for at in (*self.order_at, *self.key_at)]


class Writer:
    """Writes the entities of one plan.

    Args:
        root: scheme and host, for links.
        service: address of the service.
        select: names as asked for; None for all.
        expanded: navigations that stand in the entity itself.
    """

    def __init__(
        self, plan: Plan, root: str, service: str, select: Sequence[str] | None, expanded: Sequence[str] = ()
    ) -> None:
        """Settle what is written."""
        entity = plan.entity
        self._plan = plan
        self._set = f"{service}/{entity.name}"
        self._has_id = select is None or bool(IDS & set(select))
        self._has_link = select is None or bool(LINKS & set(select))
        self.properties = [(f'"{one.name}":', _property(plan, one, root)) for one in plan.properties]
        shown = [way.name for way in entity.navigations if select is None or way.name in select]
        self._ways = [(f'"{name}@iot.navigationLink":', name) for name in shown if name not in expanded]

    def link(self, row: Row) -> str:
        """Address of the entity."""
        return self._link(self._plan.key(row))

    def _link(self, key: int | str) -> str:
        """A key needs no quoting."""
        return f"{self._set}('{key}')" if isinstance(key, str) else f"{self._set}({key})"

    def id(self, row: Row) -> str:
        """JSON of its id."""
        key = self._plan.key(row)
        return text_json(key) if isinstance(key, str) else str(key)

    def entity(self, row: Row, more: Sequence[str] = ()) -> str:
        """JSON of the entity, with more members at its end."""
        members, key = [], self._plan.key(row)
        link = self._link(key)
        if self._has_id:
            members.append(f'"@iot.id":"{key}"' if isinstance(key, str) else f'"@iot.id":{key}')
        if self._has_link:
            members.append(f'"@iot.selfLink":{text_json(link)}')
        for name, make in self.properties:
            if (value := make(row)) is not None:
                members.append(name + value)
        for name, way in self._ways:
            members.append(f"{name}{text_json(f'{link}/{way}')}")
        members += more
        return "{" + ",".join(members) + "}"


def _property(plan: Plan, one: Property, root: str) -> Make:
    if isinstance(one.value, Leaf):
        return _leaf(plan, one.value, root)
    parts = [(f'"{name}":', _leaf(plan, leaf, root)) for name, leaf in one.value.items()]
    return lambda row: "{" + ",".join([name + (make(row) or "null") for name, make in parts]) + "}"


def _leaf(plan: Plan, leaf: Leaf, root: str) -> Make:
    if leaf.constant is not None:
        same = text_json(leaf.constant)
        return lambda _row: same
    at, *end = (plan.place(column) for column in leaf.columns(""))
    if end:
        [to] = end
        return lambda row: None if row[at] is None else f'"{iso(row[at])}/{iso(row[to])}"'
    if leaf.titles is not None:
        titles = {code: None if title is None else text_json(title) for code, title in leaf.titles.items()}
        return lambda row: titles.get(row[at])
    if leaf.kind == "link":
        return lambda row: None if row[at] is None else text_json(root + row[at])
    write = _WRITE[leaf.kind]
    return lambda row: None if (value := row[at]) is None else write(value)


_WRITE: Final[Mapping[str, Callable[[Any], str]]] = {
    "text": text_json,
    "number": repr,
    "boolean": lambda value: "true" if value else "false",
    "time": lambda value: f'"{iso(value)}"',
    "geometry": str,
}
