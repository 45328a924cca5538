"""What an entity of SensorThings is: its properties, its key and where it leads, over rows of one table.

Every expression is made for a prefix: the path from the rows that are asked to the row that stands for the entity,
`""` for the row itself, `"station__"` for its station.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Make = Callable[[str], Any]
"""A prefix -> Django expression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A value that can be read, filtered and sorted by.

    Attributes:
        kind: `text number boolean time interval geometry link`; a link is a path of this server.
        of: the value; of an interval its start.
        ends: the end of an interval.
        column: what is read instead of `of`: the code of a title, the GeoJSON of a geometry.
        titles: what a code that was read stands for.
        constant: the same text in every row, which is not read.
        required: a plain column that is never null, so that its index serves an order.
    """

    kind: str
    of: Make
    ends: Make | None = None
    column: Make | None = None
    titles: Mapping[Any, str | None] | None = None
    constant: str | None = None
    required: bool = False

    def columns(self, prefix: str) -> list[Any]:
        """The expressions to read."""
        if self.constant is not None:
            return []
        first = (self.column or self.of)(prefix)
        return [first] if self.ends is None else [first, self.ends(prefix)]


@dataclass(frozen=True, slots=True)
class Property:
    """A property of an entity: one leaf, or an object of named leaves."""

    name: str
    value: Leaf | Mapping[str, Leaf]

    @property
    def leaves(self) -> Sequence[Leaf]:
        """Its leaves, in order."""
        return (self.value,) if isinstance(self.value, Leaf) else tuple(self.value.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Navigation:
    """A way to other entities: those whose field `there` equals this row's `here`.

    Attributes:
        target: name of the entity set it leads into.
        many: whether it leads to a list, as the standard has it.
        ahead: prefix of the one row it leads to; None where rows fan out.
        back: of a way that fans out, the prefix from a row there to the row here.
    """

    name: str
    target: str
    many: bool
    here: str
    there: str
    ahead: str | None = None
    back: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What makes an entity known: fields of its row, and how `@iot.id` is written.

    Attributes:
        read: the text in an address, without quotes -> values of `fields`; None where it can be no key.
        write: values of `fields` -> the id in JSON, a number or text.
    """

    fields: tuple[str, ...]
    read: Callable[[str], tuple[Any, ...] | None]
    write: Callable[[Sequence[Any]], int | str]

    def condition(self, values: Sequence[Any]) -> dict[str, Any]:
        """The row with this key."""
        return dict(zip(self.fields, values, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One of the eight kinds of entity.

    Attributes:
        name: of its set, as in addresses: `Things`.
        rows: which rows stand for it (`reach`): `station`, `measuring station` `datastream` `quantity` `reading`.
    """

    name: str
    rows: str
    key: Key
    properties: tuple[Property, ...]
    navigations: tuple[Navigation, ...]

    def property(self, name: str) -> Property | None:
        """The property of this name."""
        return next((one for one in self.properties if one.name == name), None)

    def navigation(self, name: str) -> Navigation | None:
        """The navigation of this name."""
        return next((one for one in self.navigations if one.name == name), None)
