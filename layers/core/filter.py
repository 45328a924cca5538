"""Filters: what a layer offers, and how a viewer's CQL2 text becomes a checked condition.

A filter's syntax tree is checked against the attributes this viewer may read *before* any library sees it:
field mappings of libraries are no allow-list (`x__y` walks foreign keys).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import cql2
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.lookups import Exact, IRegex, Regex
from pygeofilter import ast
from pygeofilter.backends.django.evaluate import DjangoFilterEvaluator
from pygeofilter.backends.evaluator import handle
from pygeofilter.parsers.cql2_json import parse as parse_json

from layers.core.attribute import Attribute
from layers.core.errors import BadFilter, UnknownAttribute
from layers.core.text import Text

MAX_CHARACTERS = 8_000
MAX_NODES = 500
MAX_DEPTH = 20
MAX_EXACT = 2**53
"""Whole numbers below it are exact as floats."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Filter by the values of an attribute."""

    attribute: str
    kind = "choice"


@dataclass(frozen=True, slots=True)
class Range:
    """Filter by a range of a number."""

    attribute: str
    kind = "range"


@dataclass(frozen=True, slots=True)
class During:
    """Filter by a range of time."""

    attribute: str
    kind = "during"


Filter = Choice | Range | During

GEOMETRY = "geom"
"""Name under which a filter speaks of a feature's geometry."""

COMPARISONS = {"=", "<>", "<", ">", "<=", ">="}
FUNCTIONS = {"casei", "accenti"}
SPATIAL = {
    f"s_{name}" for name in ("intersects", "within", "contains", "disjoint", "touches", "crosses", "overlaps", "equals")
}
TEMPORAL = {"t_after", "t_before", "t_during", "t_equals"}
OPERATORS = COMPARISONS | FUNCTIONS | SPATIAL | TEMPORAL | {"and", "or", "not", "like", "in", "between", "isNull"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed filter: its tree as CQL2 JSON and the properties it names, in order."""

    tree: Mapping[str, Any]
    properties: tuple[str, ...]

    def check(self, readable: Mapping[str, Attribute], where: str = "filter") -> None:
        """Refuse a property the viewer may not read, or a comparison that cannot hold.

        Raises:
            UnknownAttribute: a property that is not among `readable`.
            BadFilter: a number compared with words, or the like.
        """
        for name in self.properties:
            if name != GEOMETRY and name not in readable:
                raise UnknownAttribute(name, where)
        for node in _nodes(self.tree):
            _check_types(node, readable)

    def parsed(self) -> Any:
        """The tree as the filter library's own.

        Raises:
            BadFilter: the library does not know a form in it.
        """
        try:
            return parse_json(json.dumps(_library_form(self.tree)))
        except (ValueError, TypeError, KeyError, NotImplementedError) as fault:
            raise _refused(*UNUSABLE) from fault

    def q(self, aliases: Mapping[str, str]) -> Q:
        """The condition on a queryset that carries each attribute under the given alias.

        Raises:
            BadFilter: the library cannot express it.
        """
        try:
            found = _Conditions(dict(aliases), None).evaluate(self.parsed())
        except (ValueError, TypeError, KeyError, AssertionError, NotImplementedError, AttributeError) as fault:
            raise _refused(*UNUSABLE) from fault
        return found if isinstance(found, Q) else Q(found)


@lru_cache(maxsize=1000)
def parse_filter(text: str) -> Condition:
    """CQL2 text as a checked-for-size condition.

    Raises:
        BadFilter: not CQL2, an operator that is not offered, or larger than allowed.
    """
    if len(text) > MAX_CHARACTERS:
        raise _refused(f"dài hơn {MAX_CHARACTERS} ký tự", f"more than {MAX_CHARACTERS} characters")
    try:
        tree = _whole(cql2.parse_text(text).to_json())
    except (cql2.ParseError, cql2.ValidationError, ValueError) as fault:
        raise _refused(*_where(text, str(fault))) from fault
    if not isinstance(tree, dict) or "op" not in tree:
        raise _refused("cần một điều kiện, ví dụ kind = 'air'", "a condition is needed, e.g. kind = 'air'")
    names: list[str] = []
    for count, node in enumerate(_nodes(tree)):
        if count >= MAX_NODES:
            raise _refused(f"hơn {MAX_NODES} thành phần", f"more than {MAX_NODES} terms")
        if "op" in node and node["op"] not in OPERATORS:
            raise _refused(f"không có phép {node['op']}", f"the operator {node['op']} is not offered")
        if "property" in node:
            names.append(str(node["property"]))
    return Condition(tree, tuple(dict.fromkeys(names)))


def _whole(node: Any) -> Any:
    """The tree with 5.0 as 5: the parser makes every number a float, and an integer column's index knows no floats."""
    if isinstance(node, list):
        return [_whole(item) for item in node]
    if isinstance(node, dict):
        return {name: _whole(value) for name, value in node.items()}
    return int(node) if isinstance(node, float) and node.is_integer() and abs(node) < MAX_EXACT else node


def _nodes(node: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Every object of the tree that is an operator or a property, outermost first."""
    if depth > MAX_DEPTH:
        raise _refused(f"lồng sâu hơn {MAX_DEPTH} lớp", f"nested deeper than {MAX_DEPTH}")
    if isinstance(node, list):
        for item in node:
            yield from _nodes(item, depth + 1)
    elif isinstance(node, dict):
        if "op" in node or "property" in node:
            yield node
        yield from _nodes(node.get("args", []), depth + 1)


def _library_form(node: Any) -> Any:
    """The tree as pygeofilter 0.4 reads it: nested BETWEEN bounds, functions by name, boxes as polygons."""
    if isinstance(node, list):
        return [_library_form(one) for one in node]
    if isinstance(node, dict) and "bbox" in node:
        west, south, east, north = node["bbox"]
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        return {"type": "Polygon", "coordinates": [ring]}
    if not isinstance(node, dict) or "op" not in node:
        return node
    args = [_library_form(one) for one in node["args"]]
    if node["op"] == "like":
        args[1] = _pattern(node["args"][1])
    if node["op"] in FUNCTIONS:
        return {"function": {"name": node["op"], "arguments": args}}
    return {"op": node["op"], "args": [args[0], args[1:]] if node["op"] == "between" else args}


def _check_types(node: Mapping[str, Any], readable: Mapping[str, Attribute]) -> None:
    if node.get("op") not in COMPARISONS | {"in", "between"}:
        return
    args = node["args"]
    named = [arg["property"] for arg in args if isinstance(arg, dict) and "property" in arg]
    literals = [one for arg in args for one in (arg if isinstance(arg, list) else [arg]) if not isinstance(one, dict)]
    for name in named:
        kind = readable[name].type if name in readable else None
        for literal in literals:
            if kind and not _comparable(kind, literal):
                raise BadFilter(
                    Text(
                        vi=f"Không so sánh được “{name}” ({kind}) với {literal!r}.",
                        en=f"“{name}” ({kind}) cannot be compared with {literal!r}.",
                    ),
                    field="filter",
                )


def _comparable(kind: str, literal: Any) -> bool:
    if isinstance(literal, bool):
        return kind == "boolean"
    if isinstance(literal, int | float):
        return kind in {"number", "integer"}
    return kind in {"text", "date", "datetime"}


def _pattern(node: Any) -> str:
    """What LIKE compares with, folded as `CASEI` or `ACCENTI` around it say: it is known before any row is."""
    from layers.core.search import search_key  # search speaks of filters itself

    if isinstance(node, dict) and node.get("op") in FUNCTIONS:
        fold = search_key if node["op"] == "accenti" else str.lower
        return re.sub(r"[^%_\s]+", lambda word: fold(word[0]), _pattern(node["args"][0]))
    if not isinstance(node, str):
        raise _refused("sau LIKE cần một mẫu trong nháy đơn, ví dụ 'Tân%'", "LIKE needs a quoted pattern, e.g. 'Tân%'")
    return node


UNUSABLE = ("có phép hoặc giá trị không dùng được như vậy", "an operator or a value cannot be used in this way")
_EXPECTED = {
    "SingleQuotedString": ("một số, 'chữ' trong nháy đơn hoặc tên thuộc tính", "a number, 'words' or an attribute"),
    "EOI": ("một phép so sánh, AND, OR hoặc hết bộ lọc", "a comparison, AND, OR or the end"),
}
"""What the parser expects, by a rule it names -> in words."""


def _where(text: str, message: str) -> tuple[str, str]:
    """The parser's complaint in words: at which character it stopped, what stands there, what would go on."""
    found = re.search(r"--> (\d+):(\d+)", message)
    if found is None:
        return UNUSABLE
    line, column = int(found[1]), int(found[2])
    at = sum(len(one) for one in text.splitlines(keepends=True)[: line - 1]) + column
    vi, en = next((words for rule, words in _EXPECTED.items() if rule in message), ("một điều kiện", "a condition"))
    rest = text[at - 1 : at + 19].strip()
    near = (f"trước “{rest}”", f"before “{rest}”") if rest else ("ở cuối", "at the end")
    return f"ký tự {at}, {near[0]}: cần {vi}", f"character {at}, {near[1]}: {en} is expected"


def _refused(vi: str, en: str) -> BadFilter:
    return BadFilter(
        Text(vi=f"Bộ lọc không hợp lệ (CQL2): {vi}.", en=f"The filter is not valid (CQL2): {en}."), field="filter"
    )


def escape_literal(value: str | float | bool) -> str:
    """A value as a CQL2 literal."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else "'" + value.replace("'", "''") + "'"


class SearchKey(Func):
    """`search_key(text)`: lower case, no marks, đ as d, one blank between words (see `search.search_key`)."""

    function = "search_key"
    output_field = TextField()


class _Lower(Func):
    function = "lower"
    output_field = TextField()


class _Conditions(DjangoFilterEvaluator):  # type: ignore[misc]
    """The library's evaluator, with the operators it answers differently from CQL2 put right."""

    @handle(ast.Comparison, subclasses=True)
    def comparison(self, node: Any, lhs: Any, rhs: Any) -> Q:
        """Comparisons, also between function results; `<>` is not true for a missing value."""
        lookup = {"=": "exact", "<>": "exact", "<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}[node.op.value]
        if not isinstance(lhs, F | Func):
            lhs, rhs = rhs, lhs
            lookup = {"lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte"}.get(lookup, lookup)
        if isinstance(lhs, Func):
            return Q(Exact(lhs, rhs)) if node.op.value == "=" else ~Q(Exact(lhs, rhs))
        if node.op.value == "<>":
            return ~Q(**{lhs.name: rhs}) & Q(**{f"{lhs.name}__isnull": False})
        return Q(**{f"{lhs.name}__{lookup}": rhs})

    @handle(ast.Like)
    def like(self, node: Any, lhs: Any) -> Q:
        """SQL's own LIKE: `%` any run, `_` any one character."""
        pattern = "".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in node.pattern)
        found = Q((IRegex if node.nocase else Regex)(lhs, f"^{pattern}$"))
        return ~found if node.not_ else found

    @handle(ast.TemporalPredicate, subclasses=True)
    def temporal(self, node: Any, lhs: Any, rhs: Any) -> Q:
        """After and before are strict; during is open at both ends, as CQL2 defines them."""
        value = rhs.value if isinstance(rhs, Value) else rhs
        kind = type(node).__name__
        if kind == "TimeAfter":
            return Q(**{f"{lhs.name}__gt": _aware(value)})
        if kind == "TimeBefore":
            return Q(**{f"{lhs.name}__lt": _aware(value)})
        if kind == "TimeDuring":
            start, end = (one.value if isinstance(one, Value) else one for one in value)
            return Q(**{f"{lhs.name}__gt": _aware(start), f"{lhs.name}__lt": _aware(end)})
        return Q(**{lhs.name: _aware(value)})

    @handle(ast.Function)
    def function(self, node: Any, *arguments: Any) -> Func:
        """`CASEI` and `ACCENTI`: without case, and without case and marks."""
        return (SearchKey if node.name.lower() == "accenti" else _Lower)(*arguments)


def _aware(value: Any) -> Any:
    if isinstance(value, str):
        value = datetime.fromisoformat(value.replace("Z", "+00:00"))
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return value
