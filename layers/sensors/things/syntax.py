"""The language of `$filter` and `$orderby` (OGC 18-088 §9.3.3.5, OData 4.0): text -> tree, each node with its place.

Knows no entity and no column: a `Path` is only names. Sizes are limited here, before anything is looked up.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import shapely
from shapely.errors import ShapelyError

from layers.sensors.things.error import BadQuery

MAX_CHARACTERS: Final = 8_000
MAX_TERMS: Final = 300
MAX_DEPTH: Final = 25
MAX_VERTICES: Final = 2_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A span of time, both ends aware."""

    start: datetime
    end: datetime


Constant = Any
"""str, int, float, bool, datetime, date, time, timedelta, `Interval`, a geometry in EPSG:4326, or None."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: Constant
    at: int


@dataclass(frozen=True, slots=True)
class Path:
    """Names parted by slashes: a property, or one of an entity reached by navigation."""

    names: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: "tuple[Node, ...]"
    at: int


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands: `and or eq ne gt ge lt le add sub mul div mod`."""

    operator: str
    left: "Node"
    right: "Node"
    at: int


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    operand: "Node"
    at: int


@dataclass(frozen=True, slots=True)
class Negative:
    """A number below zero."""

    operand: "Node"
    at: int


@dataclass(frozen=True, slots=True)
class Among:
    """`x in (1, 2)`."""

    operand: "Node"
    choices: "tuple[Node, ...]"
    at: int


Node = Literal | Path | Call | Binary | Not | Negative | Among

_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)"
_TOKEN = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<interval>{_TIME}/{_TIME})
  | (?P<moment>{_TIME})
  | (?P<day>\d{{4}}-\d\d-\d\d)(?![\dT])
  | (?P<clock>\d\d:\d\d:\d\d(?:\.\d{{1,6}})?)
  | (?P<number>(?:\d+\.\d+|\d+|\.\d+)(?:[eE][+-]?\d+)?)(?![\w.])
  | (?P<typed>(?:geography|geometry|duration)'(?:[^']|'')*')
  | (?P<text>'(?:[^']|'')*')
  | (?P<name>@?[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*)
  | (?P<mark>[(),/\-])
    """,
    re.VERBOSE,
)
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_BINDING: Final = {
    "or": 1,
    "and": 2,
    **dict.fromkeys(("eq", "ne"), 3),
    **dict.fromkeys(("gt", "ge", "lt", "le", "in"), 4),
    **dict.fromkeys(("add", "sub"), 5),
    **dict.fromkeys(("mul", "div", "mod"), 6),
}
"""How strongly an operator binds (OData 4.0, part 2, §5.1.1.9)."""
_WORDS: Final = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int


class Parser:
    """One text, read from left to right."""

    def __init__(self, text: str, field: str) -> None:
        """Cut the text into tokens; `field` is the option it came in."""
        self._field = field
        if len(text) > MAX_CHARACTERS:
            raise self.refused(f"dài hơn {MAX_CHARACTERS} ký tự", f"more than {MAX_CHARACTERS} characters")
        self._text = text
        self._tokens = list(self._cut(text))
        self._next = 0
        self._terms = 0

    # ------------------------------------------------------------- entrances

    def condition(self) -> Node:
        """The whole text as one expression."""
        node = self._expression(0, 0)
        self._end()
        return node

    def order(self) -> list[tuple[Node, bool]]:
        """The whole text as expressions parted by commas, with whether each descends."""
        found = [self._ordered()]
        while self._take(","):
            found.append(self._ordered())
        self._end()
        return found

    def _ordered(self) -> tuple[Node, bool]:
        node = self._expression(0, 0)
        down = self._word("desc")
        if not down:
            self._word("asc")
        return node, down

    # --------------------------------------------------------------- grammar

    def _expression(self, least: int, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise self._too_deep()
        left, height = self._unary(depth), depth
        while (token := self._peek()) and token.kind == "name" and _BINDING.get(token.text, 0) > least:
            self._next += 1
            height += token.text not in {"and", "or"}
            if height > MAX_DEPTH:
                raise self._too_deep()
            if token.text == "in":
                left = Among(left, self._arguments(depth), token.at)
            else:
                left = Binary(token.text, left, self._expression(_BINDING[token.text], depth + 1), token.at)
        return left

    def _unary(self, depth: int) -> Node:
        self._terms += 1
        if self._terms > MAX_TERMS:
            raise self.refused(f"hơn {MAX_TERMS} thành phần", f"more than {MAX_TERMS} terms")
        token = self._peek()
        if token is None:
            raise self._expected("một giá trị, thuộc tính hoặc hàm", "a value, a property or a function")
        self._next += 1
        if token.text == "not" and token.kind == "name":
            return Not(self._expression(_BINDING["le"], depth + 1), token.at)
        if token.text == "-":
            if depth > MAX_DEPTH:
                raise self._too_deep()
            return Negative(self._unary(depth + 1), token.at)
        if token.text == "(":
            inside = self._expression(0, depth + 1)
            self._must(")")
            return inside
        if token.kind == "name":
            return self._named(token, depth)
        if token.kind == "mark":
            self._next -= 1
            raise self._expected("một giá trị, thuộc tính hoặc hàm", "a value, a property or a function")
        return Literal(self._constant(token), token.at)

    def _named(self, token: _Token, depth: int) -> Node:
        if token.text in _WORDS:
            return Literal(_WORDS[token.text], token.at)
        if (after := self._peek()) and after.text == "(" and after.kind == "mark":
            return Call(token.text, self._arguments(depth), token.at)
        names = [token.text]
        while self._take("/"):
            step = self._peek()
            if step is None or step.kind != "name":
                raise self._expected("tên thuộc tính sau “/”", "the name of a property after “/”")
            self._next += 1
            names.append(step.text)
        return Path(tuple(names), token.at)

    def _arguments(self, depth: int) -> tuple[Node, ...]:
        self._must("(")
        if self._take(")"):
            return ()
        found = [self._expression(0, depth + 1)]
        while self._take(","):
            found.append(self._expression(0, depth + 1))
        self._must(")")
        return tuple(found)

    # ---------------------------------------------------------------- tokens

    def _cut(self, text: str) -> Iterator[_Token]:
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                raise self.refused(
                    f"ký tự {at + 1}: không hiểu “{text[at : at + 20]}”",
                    f"character {at + 1}: “{text[at : at + 20]}” is not understood",
                )
            if found.lastgroup != "space":
                yield _Token(found.lastgroup, found[0], at)
            at = found.end()

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self, mark: str) -> bool:
        token = self._peek()
        if token is None or token.kind != "mark" or token.text != mark:
            return False
        self._next += 1
        return True

    def _word(self, word: str) -> bool:
        token = self._peek()
        if token is None or token.kind != "name" or token.text.lower() != word:
            return False
        self._next += 1
        return True

    def _must(self, mark: str) -> None:
        if not self._take(mark):
            raise self._expected(f"“{mark}”", f"“{mark}”")

    def _end(self) -> None:
        if self._peek() is not None:
            raise self._expected("một phép so sánh, and, or hoặc hết", "a comparison, and, or, or the end")

    def _constant(self, token: _Token) -> Constant:
        try:
            return _constant(token)
        except (ValueError, OverflowError, ShapelyError) as fault:
            raise self.refused(
                f"ký tự {token.at + 1}: {token.text[:60]} không phải giá trị hợp lệ",
                f"character {token.at + 1}: {token.text[:60]} is not a value",
            ) from fault

    def _too_deep(self) -> BadQuery:
        return self.refused(f"lồng sâu hơn {MAX_DEPTH} lớp", f"nested deeper than {MAX_DEPTH}")

    def _expected(self, vi: str, en: str) -> BadQuery:
        token = self._peek()
        if token is None:
            return self.refused(f"hết sớm: cần {vi}", f"it ends early: {en} is expected")
        near = self._text[token.at : token.at + 20]
        return self.refused(
            f"ký tự {token.at + 1}, trước “{near}”: cần {vi}",
            f"character {token.at + 1}, before “{near}”: {en} is expected",
        )

    def refused(self, vi: str, en: str) -> BadQuery:
        """The fault, said of this option."""
        return BadQuery(self._field, vi, en)


def moment(text: str) -> datetime:
    """An ISO 8601 time with its zone, in UTC.

    Raises:
        ValueError: it is none.
    """
    return datetime.fromisoformat(text).astimezone(UTC)


def _constant(token: _Token) -> Constant:
    text = token.text
    match token.kind:
        case "number":
            number = float(text)
            if not math.isfinite(number):
                raise ValueError(text)
            return int(text) if text.isdigit() else number
        case "interval":
            start, _, end = text.partition("/")
            span = Interval(moment(start), moment(end))
            if span.end < span.start:
                raise ValueError(text)
            return span
        case "moment":
            return moment(text)
        case "day":
            return date.fromisoformat(text)
        case "clock":
            return time.fromisoformat(text)
        case "text":
            return _unquoted(text)
    kind, _, rest = text.partition("'")
    inside = _unquoted("'" + rest)
    return _duration(inside) if kind == "duration" else _shape(inside)


def _unquoted(text: str) -> str:
    if "\x00" in text:
        raise ValueError(text)  # PostgreSQL keeps none
    return text[1:-1].replace("''", "'")


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    if found is None or text.endswith(("P", "T")):
        raise ValueError(text)
    sign, days, hours, minutes, seconds = found.groups()
    span = timedelta(days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0), seconds=float(seconds or 0))
    return -span if sign else span


def _shape(text: str) -> shapely.Geometry:
    """A geometry in WKT, with or without `SRID=4326;`, lon lat."""
    head, _, body = text.rpartition(";")
    if head and head.upper() != "SRID=4326":
        raise ValueError(text)
    shape = shapely.from_wkt(body)
    if shape is None or shape.is_empty or shapely.get_num_coordinates(shape) > MAX_VERTICES or not shape.is_valid:
        raise ValueError(text)
    return shape
