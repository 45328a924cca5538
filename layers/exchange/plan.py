"""Which column of the file fills which field, and what attributes a new dataset gets."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from layers.core import Attribute, Column, Layer, Option, Problem, Text
from layers.core.attribute import AttributeType
from layers.exchange.errors import Unreadable
from layers.exchange.parse.words import folded
from layers.exchange.value import NoValueError, convert
from layers.exchange.words import say

MAX_ATTRIBUTES = 60
MAX_NAME = 40
FORMS: dict[str, AttributeType] = {"comma": "number", "local_date": "date"}
"""Forms of a file's column that are not named like their type."""
_TAKEN = frozenset({
    "geom", "geometry", "and", "or", "not", "in", "is", "like", "between", "null", "true", "false", "date", "timestamp",
    "interval", "casei", "accenti", "div",
})  # fmt: skip
"""Words a filter already understands: no attribute is called so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A column of the file as the parser saw it."""

    heading: str
    form: str
    filled: int
    options: tuple[str, ...]
    key_rank: int | None

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "Found":
        """From the parser's summary."""
        return cls(**{**body, "options": tuple(body["options"])})

    @property
    def type(self) -> AttributeType:
        """The type its values have."""
        return FORMS.get(self.form, self.form)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How the rows of a file become rows of a layer.

    Attributes:
        columns: the field each heading fills.
        forms: form of each heading's values.
        schema: attributes to bring to the dataset; None for a layer that is no dataset.
        key: name of the identifying attribute of a new dataset; None: its content.
    """

    columns: Mapping[str, Column]
    forms: Mapping[str, str]
    schema: tuple[Attribute, ...] | None
    key: str | None
    problems: tuple[Problem, ...]


def given(layer: Layer | None, texts: Mapping[str, str]) -> dict[str, Any]:
    """Values that stand for every row, by field.

    Raises:
        Unreadable: the layer has no such field, or the text is no value of it.
    """
    columns = layer.importer.columns if layer is not None and layer.importer is not None else ()
    known = {column.name: column for column in columns}
    made: dict[str, Any] = {}
    for name, text in texts.items():
        if name not in known:
            raise Unreadable("given_target", name=name[:80], names=", ".join(known)[:500], field=name[:80])
        column = known[name]
        try:
            made[name] = column.lookup(text) if column.lookup is not None else convert(text, column.type, column.type)
        except NoValueError:
            made[name] = None
        if made[name] is None:
            raise Unreadable("given_wrong", name=name, value=text[:80], field=name)
    return made


def for_layer(
    layer: Layer,
    found: Sequence[Found],
    mapping: Mapping[str, str],
    *,
    ids: bool,
    given: Mapping[str, Any] | None = None,
) -> Plan:
    """Into a layer with its own columns: those it knows by name, title or alias; the others are left out.

    Columns of fields that are `given` for every row are not looked for.

    Raises:
        Unreadable: a required column is missing, or the mapping names what is not there.
    """
    assert layer.importer is not None
    known = tuple(column for column in layer.importer.columns if column.name not in (given or {}))
    columns = _matched(known, found, mapping)
    _require(known, columns)
    left = [one.heading for one in found if one.heading not in columns and not (ids and one.heading == "id")]
    problems = tuple(
        Problem(row=None, message=say("column_left_out", heading=name), field=name, warning=True)
        for name in left
        if not name.startswith("_")
    )
    return Plan(columns=columns, forms=_forms(found), schema=None, key=None, problems=problems)


def for_dataset(
    layer: Layer | None, found: Sequence[Found], mapping: Mapping[str, str], *, ids: bool, key: str | None
) -> Plan:
    """Into a dataset, new (`layer` None) or known: every column has a place.

    Raises:
        Unreadable: the mapping or the key names what is not there, or the known key is missing.
    """
    known = layer.importer.columns if layer is not None and layer.importer is not None else ()
    _check_mapping_source(found, mapping)
    wanted = {_heading(found, heading): slugged(name) for heading, name in mapping.items()}
    columns = dict(_matched(known, found, {h: n for h, n in wanted.items() if n in {c.name for c in known}}))
    mine = [one for one in found if not one.heading.startswith("_")]
    if layer is not None and ids:
        mine = [one for one in mine if one.heading != "id" or "id" in columns]
    kept, problems = _bounded(mine, len(known), columns)
    names = {column.name for column in known}
    for one in kept:
        if one.heading not in columns:
            name = _free(wanted.get(one.heading) or slugged(one.heading), names)
            names.add(name)
            columns[one.heading] = Column(name, Text.same(one.heading), type=one.type)
        elif columns[one.heading].type == "integer" and one.type == "number":
            columns[one.heading] = replace(columns[one.heading], type="number")
    _require(known, columns)
    chosen = columns[heading].name if layer is None and (heading := _key(kept, key)) else None
    schema = tuple(_attribute(columns[one.heading], one, chosen) for one in kept)
    return Plan(columns=columns, forms=_forms(found), schema=schema, key=chosen, problems=problems)


def slugged(heading: str) -> str:
    """A heading as an attribute's name: `Số giường` is `so_giuong`."""
    name = "_".join(re.findall(r"[a-z0-9]+", folded(heading)))[:MAX_NAME].strip("_")
    if not name or not name[0].isalpha():
        name = f"c_{name}".strip("_")
    return f"{name}_value" if name in _TAKEN else name


def _free(wanted: str, taken: Iterable[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted[: MAX_NAME - 4].strip('_')}_{number}"
    return name


def _attribute(column: Column, one: Found, key: str | None) -> Attribute:
    few = one.options if column.name != key and column.type == "text" else ()
    choices = [Option(value, Text.same(value)) for value in few] or None
    return Attribute(column.name, column.title, choices=choices, type=column.type)


def _key(found: Sequence[Found], wanted: str | None) -> str | None:
    """Heading of the identity: the asked one, else the best identifier or name; None where no column serves."""
    if wanted is not None:
        match = next((one for one in found if folded(wanted) in {folded(one.heading)}), None)
        if match is None or match.key_rank is None:
            raise Unreadable("key_unknown", heading=wanted[:80])
        return match.heading
    ranked = [(one.key_rank, place, one.heading) for place, one in enumerate(found) if one.key_rank is not None]
    return min(ranked)[2] if ranked else None


def _bounded(
    found: Sequence[Found], known: int, columns: Mapping[str, Column]
) -> tuple[list[Found], tuple[Problem, ...]]:
    """At most `MAX_ATTRIBUTES` attributes in all: known ones first, then those with most values."""
    new = [one for one in found if one.heading not in columns]
    room = MAX_ATTRIBUTES - known
    if len(new) <= room:
        return list(found), ()
    best = {one.heading for one in sorted(new, key=lambda one: (one.key_rank is None, -one.filled))[:room]}
    kept = [one for one in found if one.heading in columns or one.heading in best]
    left = [one.heading for one in new if one.heading not in best]
    message = say("columns_many", number=len(found), limit=MAX_ATTRIBUTES, names=", ".join(left)[:500])
    return kept, (Problem(row=None, message=message, warning=True),)


def _matched(known: Sequence[Column], found: Sequence[Found], mapping: Mapping[str, str]) -> dict[str, Column]:
    _check_mapping_source(found, mapping)
    by_name = {column.name: column for column in known}
    matched: dict[str, Column] = {}
    for heading, name in mapping.items():
        if name not in by_name:
            raise Unreadable("map_target", name=name[:80], names=", ".join(by_name)[:500])
        matched[_heading(found, heading)] = by_name[name]
    used = {column.name for column in matched.values()}
    for words in (_first_names, _other_names):
        for column in known:
            free = {folded(one.heading): one.heading for one in reversed(found) if one.heading not in matched}
            known_as = next((free[word] for word in words(column) if word in free), None)
            if column.name not in used and known_as is not None:
                matched[known_as] = column
                used.add(column.name)
    return matched


def _first_names(column: Column) -> list[str]:
    return [folded(column.name)]


def _other_names(column: Column) -> list[str]:
    """Names a column goes by, the surest first."""
    return [folded(word) for word in (column.name, column.title.vi, column.title.en, *column.aliases)]


def _heading(found: Sequence[Found], wanted: str) -> str:
    exact = next((one.heading for one in found if one.heading == wanted), None)
    return exact or next(one.heading for one in found if folded(one.heading) == folded(wanted))


def _check_mapping_source(found: Sequence[Found], mapping: Mapping[str, str]) -> None:
    headings = {folded(one.heading) for one in found}
    for heading in mapping:
        if folded(heading) not in headings:
            raise Unreadable("map_unknown", heading=heading[:80], field=heading[:80])


def _require(known: Sequence[Column], columns: Mapping[str, Column]) -> None:
    filled = {column.name for column in columns.values()}
    for column in known:
        if column.required and column.name not in filled:
            raise Unreadable("column_missing", heading=column.title.vi, name=column.name, field=column.name)


def _forms(found: Sequence[Found]) -> dict[str, str]:
    return {one.heading: one.form for one in found}
