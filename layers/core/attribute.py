"""What is known about a feature: name, title, unit, choices, who may read it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from django.db.models import Expression, F

from layers.core.access import Grant
from layers.core.text import Text

AttributeType = Literal["text", "integer", "number", "boolean", "date", "datetime"]


class Options(str, Enum):
    """An enumeration whose members carry their title, colour and icon.

    `AIR = "air", "Không khí", "Air", "#0B5FA5", "maki:windmill"`; colour and icon may be left out.
    """

    title: Text  # type: ignore[assignment]  # hides str.title, which no option needs
    color: str | None
    icon: str | None

    def __new__(cls, value: str, vi: str, en: str, color: str | None = None, icon: str | None = None) -> "Options":
        """Make the member a plain string that knows its words."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.title = Text(vi=vi, en=en)
        member.color = color
        member.icon = icon
        return member

    def __str__(self) -> str:
        """The stored value."""
        return str(self.value)

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """For a Django field's `choices`: value and Vietnamese title."""
        return [(member.value, member.title.vi) for member in cls]


@dataclass(frozen=True, slots=True)
class Option:
    """One value an attribute may take."""

    value: str | int | bool
    title: Text
    color: str | None = None
    icon: str | None = None

    @classmethod
    def all_of(cls, options: "type[Options] | Sequence[Option]") -> "Iterable[Option]":
        """The options of an enumeration, or the given ones."""
        if isinstance(options, type):
            return [cls(member.value, member.title, member.color, member.icon) for member in options]
        return options


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing a layer knows about each feature.

    Attributes:
        name: identifier in tiles, filters and exports.
        title: what a person reads.
        unit: unit of the number, e.g. `m²`.
        choices: the values it may take.
        precision: decimals shown.
        from_zoom: first zoom whose tiles carry it.
        live: changes are pushed as feature state, without a new tile; a stored column.
        access: who may read it, where narrower than the layer; such an attribute never enters a tile.
        source: field path (`commune__name`), Django expression, or a path a language
            (`{"vi": "name", "en": "name_en"}`); the name itself by default.
        type: given only where it cannot be read from the model (jsonb, expressions).
    """

    name: str
    title: Text
    unit: str | None = None
    choices: type[Options] | Sequence[Option] | None = None
    precision: int | None = None
    from_zoom: int | None = None
    live: bool = False
    access: Grant | None = None
    source: str | Expression | Mapping[str, str] | None = None
    type: AttributeType | None = None

    @property
    def translated(self) -> bool:
        """Whether the value itself is words in the viewer's language."""
        return isinstance(self.source, Mapping)

    @property
    def paths(self) -> tuple[str, ...]:
        """The field paths read; none where an expression computes the value."""
        if isinstance(self.source, Mapping):
            return tuple(self.source.values())
        if self.source is None:
            return (self.name,)
        return (self.source,) if isinstance(self.source, str) else ()

    def expression(self, language: str) -> Any:
        """The Django expression that yields the value, in a language where it is translated."""
        if isinstance(self.source, Mapping):
            return F(self.source.get(language) or next(iter(self.source.values())))
        return F(self.paths[0]) if self.paths else self.source

    @property
    def options(self) -> tuple[Option, ...]:
        """The values it may take; empty where any value may stand."""
        return tuple(Option.all_of(self.choices)) if self.choices is not None else ()

    def option(self, value: Any) -> Option | None:
        """The option of this value, if it is listed."""
        return next((option for option in self.options if option.value == value), None)
