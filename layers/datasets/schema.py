"""A dataset's attributes: between the kernel's `Attribute` and the JSON a `Dataset` keeps."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    DateTimeField,
    F,
    Field,
    FloatField,
    Func,
    TextField,
)
from django.db.models.functions import Cast
from django.utils.dateparse import parse_date, parse_datetime

from layers.core import Attribute, Option, Text
from layers.core.attribute import AttributeType

MAX_ATTRIBUTES = 60
MAX_TEXT = 10_000
"""Longest text of one value, in characters."""
MAX_EXACT = 2**53
MAX_FILTERS = 8
MAX_SEARCHED = 4
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
NAMES_FIRST = ("name", "ten", "title", "tieu_de")
"""Attributes that name a feature come first in the search."""

_FIELDS: dict[str, Field[Any, Any]] = {
    "integer": BigIntegerField(),
    "number": FloatField(),
    "boolean": BooleanField(),
    "date": DateField(),
    "datetime": DateTimeField(),
}


class Value(Func):
    """A property as text. Its name stands in the SQL itself, so that expression indexes are found."""

    template = "(%(expressions)s ->> '%(property)s')"

    def __init__(self, name: str) -> None:
        """Refuse a name that could be more than a name."""
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no attribute name")
        super().__init__(F("props"), output_field=TextField(), property=name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Property:
    """One attribute of a dataset as the database keeps it.

    Attributes:
        options: the values of an attribute with few of them.
    """

    name: str
    vi: str
    en: str
    type: AttributeType = "text"
    unit: str | None = None
    precision: int | None = None
    options: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """As `Dataset.schema` keeps it."""
        given = {"unit": self.unit, "precision": self.precision, "options": list(self.options)}
        body = {"name": self.name, "vi": self.vi, "en": self.en, "type": self.type}
        return {**body, **{k: v for k, v in given.items() if v not in (None, [])}}

    @classmethod
    def read(cls, body: dict[str, Any]) -> "Property":
        """From what `json` wrote."""
        return cls(**{**body, "options": tuple(body.get("options", ()))})

    @classmethod
    def of(cls, attribute: Attribute) -> "Property":
        """From a declared attribute."""
        options = tuple(str(option.value) for option in attribute.options)
        title = attribute.title
        return cls(
            name=attribute.name,
            vi=title.vi,
            en=title.en,
            type=attribute.type or "text",
            unit=attribute.unit,
            precision=attribute.precision,
            options=options,
        )

    def attribute(self) -> Attribute:
        """As the layer declares it."""
        return Attribute(
            self.name,
            Text(vi=self.vi, en=self.en),
            unit=self.unit,
            choices=[Option(value, Text.same(value)) for value in self.options] or None,
            precision=self.precision,
            source=_source(self.name, self.type),
            type=self.type,
        )


@lru_cache(maxsize=10_000)
def _source(name: str, kind: AttributeType) -> Any:
    """The expression of an attribute; kept, since a thousand datasets share most of their names."""
    return Cast(Value(name), _FIELDS[kind]) if kind in _FIELDS else Value(name)


def merged(known: Sequence[Property], brought: Iterable[Property]) -> tuple[Property, ...]:
    """The known attributes, with more options and wider numbers where the new ones need them, then the new ones."""
    result = {one.name: one for one in known}
    for one in brought:
        old = result.get(one.name)
        if old is None:
            result[one.name] = one
        elif old.type == "integer" and one.type == "number":
            result[one.name] = replace(old, type="number")
        elif old.options and one.options:
            result[one.name] = replace(old, options=tuple(dict.fromkeys((*old.options, *one.options))))
    return tuple(result.values())[:MAX_ATTRIBUTES]


def filtered(properties: Sequence[Property], key: str) -> list[Property]:
    """Those offered as filters: few-valued text, and numbers that are no key."""
    offered = [p for p in properties if p.options or (p.type in {"integer", "number"} and p.name != key)]
    return sorted(offered, key=lambda p: not p.options)[:MAX_FILTERS]


def searched(properties: Sequence[Property]) -> list[Property]:
    """Those the search box reads: text that is not one of a few values, names first."""
    words = [p for p in properties if p.type == "text" and not p.options]
    return sorted(words, key=lambda p: not p.name.startswith(NAMES_FIRST))[:MAX_SEARCHED]


def cleaned(attribute: Attribute, value: Any) -> Any:
    """A value as the jsonb keeps it; None for nothing.

    Raises:
        ValidationError: it is not of the attribute's type.
    """
    if value is None or value == "":
        return None
    field = _FIELDS.get(attribute.type or "text")
    if field is None:
        text = str(value)
        if len(text) > MAX_TEXT:
            raise ValidationError(f"> {MAX_TEXT}")
        return text
    python = field.to_python(value)
    if isinstance(field, DateTimeField) and isinstance(value, str):
        python = parse_datetime(value) or python
    elif isinstance(field, DateField) and isinstance(value, str):
        python = parse_date(value) or python
    return plain(python)


def plain(value: Any) -> Any:
    """A value as JSON holds it, one way only: content is compared as text, so 12.0 is 12 and times are in UTC."""
    if isinstance(value, float) and value.is_integer() and abs(value) < MAX_EXACT:
        return int(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
