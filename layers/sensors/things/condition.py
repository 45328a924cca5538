"""`$filter` and `$orderby` as Django expressions: names are looked up in the model of entities, never in Django's.

A condition that follows a way on which rows fan out (`Datastreams/unitOfMeasurement/symbol`) holds where it holds for
one of the related rows; parts joined by `and` speak of the same related row.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import shapely
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import (
    BooleanField,
    Case,
    DateField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    TimeField,
    Value,
    When,
)
from django.db.models.functions import (
    Cast,
    Coalesce,
    Concat,
    Floor,
    Length,
    Lower,
    Mod,
    Now,
    NullIf,
    StrIndex,
    Substr,
    Trim,
    Upper,
)
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual

from layers.core.viewer import Viewer
from layers.sensors.things.entity import Entity, Leaf, Navigation
from layers.sensors.things.error import BadQuery
from layers.sensors.things.model import entities
from layers.sensors.things.reach import rows, visible
from layers.sensors.things.syntax import Among, Binary, Call, Interval, Literal, Negative, Node, Not, Path

COMPARISONS: Final[Mapping[str, Any]] = {
    "gt": GreaterThan,
    "ge": GreaterThanOrEqual,
    "lt": LessThan,
    "le": LessThanOrEqual,
}
ARITHMETIC: Final = frozenset({"add", "sub", "mul", "div", "mod"})
MAX_STEPS: Final = 6
"""Navigations that one path may follow."""
LONGEST: Final = timedelta(days=366 * 100)


@dataclass(frozen=True, slots=True)
class Typed:
    """An expression and what it gives: `text number boolean time day clock duration geometry interval key null`.

    Attributes:
        ends: the end of an interval, whose start is `expression`.
        entity: whose id a `key` is; `prefix` then is the path to its row.
    """

    expression: Any
    kind: str
    ends: Any = None
    entity: Entity | None = None
    prefix: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class _Fan:
    """A step on which rows fan out: the prefix before it, and the navigation."""

    before: str
    way: Navigation


@dataclass(frozen=True, slots=True)
class _Reached:
    """What a path names: the fans on its way, the prefix after the last of them, the entity and what remains."""

    fans: tuple[_Fan, ...]
    prefix: str
    entity: Entity
    names: tuple[str, ...]


@dataclass(slots=True)
class Translator:
    """Of the conditions of one entity set.

    Attributes:
        field: the query option the text came in, for errors.
        strictly: no condition is computed of a row that the viewer may not see, at the cost of indexes. Otherwise the
            database may do so before it leaves the row out, which shows where the computing fails.
    """

    entity: Entity
    viewer: Viewer
    field: str
    strictly: bool = False

    # ------------------------------------------------------------ conditions

    def where(self, found: "QuerySet[Any]", held: Q) -> "QuerySet[Any]":
        """Those of the entity's rows that a condition of this translator holds for."""
        return self._where(found, self.entity.rows, held)

    def condition(self, node: Node) -> Q:
        """A condition on rows of the entity.

        Raises:
            BadQuery: a name, a function or a comparison that there is not, saying at which character.
        """
        if isinstance(node, Binary) and node.operator == "or":
            return self.condition(node.left) | self.condition(node.right)
        plain, fanned = Q(), []
        for part in conjuncts(node):
            if isinstance(part, Binary) and part.operator == "or":
                plain &= self.condition(part)
            elif self._fans(part):
                fanned.append(part)
            else:
                plain &= self._holds(part, ())
        return plain & self._related(fanned) if fanned else plain

    def order(self, node: Node) -> Typed:
        """What rows of the entity are sorted by.

        Raises:
            BadQuery: a list, a shape or nothing.
        """
        if self._fans(node):
            raise self._refused(node, "không xếp theo danh sách liên kết", "a list of related entities is no order")
        found = self._value(node, ())
        if found.kind in {"geometry", "null"}:
            raise self._refused(node, "không xếp theo giá trị này được", "this cannot be sorted by")
        return found

    def _related(self, parts: Sequence[Node]) -> Q:
        """Rows that one of the related rows makes all the parts true for."""
        chains = {fans for part in parts for fans in self._fans(part)}
        longest = max(chains, key=len)
        for chain in chains:
            if longest[: len(chain)] != chain:
                raise self._refused(
                    parts[0],
                    "các phần nối bằng and chỉ theo một nhánh liên kết; tách bằng or hoặc nhiều yêu cầu",
                    "parts joined by and follow one branch of related entities; ask in several requests",
                )
        return self._exists(longest, 1, parts)

    def _exists(self, longest: tuple[_Fan, ...], length: int, parts: Sequence[Node]) -> Q:
        """There is a row at the end of the first so many fans that the parts ending there, and further on, hold for."""
        chain, held = longest[:length], Q()
        for part in parts:
            if max(map(len, self._fans(part))) == length:
                held &= self._holds(part, chain)
        if length < len(longest):
            held &= self._exists(longest, length + 1, parts)
        before, way = chain[-1].before, chain[-1].way
        target = entities(self.viewer.language)[way.target].rows
        found = self._where(rows(target, self.viewer), target, held)
        return Q(Exists(found.filter(**{way.there: OuterRef(f"{before}{way.here}")})))

    def _where(self, found: "QuerySet[Any]", kind: str, held: Q) -> "QuerySet[Any]":
        """The rows that the condition holds for."""
        if not self.strictly or not held:
            return found.filter(held)
        hidden = When(~visible(kind, self.viewer), then=Value(False))
        return found.filter(Q(Exact(Case(hidden, When(held, then=Value(True)), default=Value(False)), Value(True))))

    def _fans(self, node: Node) -> set[tuple[_Fan, ...]]:
        """The fans that paths of the node follow."""
        return {reached.fans for path in _paths(node) if (reached := self._reach(path)).fans}

    # --------------------------------------------------------------- boolean

    def _holds(self, node: Node, chain: tuple[_Fan, ...]) -> Q:
        """A condition on rows of the end of the chain; an empty chain ends at the entity itself."""
        if isinstance(node, Binary) and node.operator in {"and", "or"}:
            left, right = self._holds(node.left, chain), self._holds(node.right, chain)
            return left & right if node.operator == "and" else left | right
        if isinstance(node, Not):
            return self._holds_not(node.operand, chain)
        if isinstance(node, Binary) and node.operator not in ARITHMETIC:
            return self._comparison(node, chain)
        if isinstance(node, Among):
            held = Q()
            for choice in node.choices:
                held |= self._comparison(Binary("eq", node.operand, choice, node.at), chain)
            return held if node.choices else Q(pk__in=[])
        found = self._value(node, chain)
        if found.kind != "boolean":
            raise self._refused(node, "cần một điều kiện đúng hoặc sai", "a condition is needed, true or false")
        return Q(Exact(found.expression, Value(True)))

    def _holds_not(self, node: Node, chain: tuple[_Fan, ...]) -> Q:
        """The opposite: a comparison with nothing is false (OData 4.0, part 2, §5.1.1.1), its opposite true."""
        if isinstance(node, Not):
            return self._holds(node.operand, chain)
        if isinstance(node, Binary) and node.operator in {"and", "or"}:
            left, right = self._holds_not(node.left, chain), self._holds_not(node.right, chain)
            return left | right if node.operator == "and" else left & right
        if isinstance(node, Binary) and node.operator in _OPPOSITE:
            return self._holds(Binary(_OPPOSITE[node.operator], node.left, node.right, node.at), chain)
        if isinstance(node, Among):
            held = Q()
            for choice in node.choices:
                held &= self._comparison(Binary("ne", node.operand, choice, node.at), chain)
            return held
        held = self._holds(node, chain)
        if isinstance(node, Binary):
            return Q(Exact(Coalesce(ExpressionWrapper(held, BooleanField()), Value(False)), Value(False)))
        return ~held

    def _comparison(self, node: Binary, chain: tuple[_Fan, ...]) -> Q:
        left, right = self._value(node.left, chain), self._value(node.right, chain)
        if "null" in {left.kind, right.kind}:
            return self._against_null(node, left, right)
        if "key" in {left.kind, right.kind}:
            return self._against_key(node, left, right)
        if {left.kind, right.kind} <= {"time", "interval"} and "interval" in {left.kind, right.kind}:
            return _spans(node.operator, left, right)
        left, right = _as_times(left, right)
        if left.kind != right.kind or left.kind == "geometry":
            raise self._refused(
                node,
                f"không so sánh {_KINDS[left.kind][0]} với {_KINDS[right.kind][0]} được",
                f"{_KINDS[left.kind][1]} cannot be compared with {_KINDS[right.kind][1]}",
            )
        if node.operator in COMPARISONS:
            return Q(COMPARISONS[node.operator](left.expression, right.expression))
        if node.operator == "eq" and (isinstance(node.left, Literal) or isinstance(node.right, Literal)):
            return Q(Exact(left.expression, right.expression))  # as an index has it
        return Q(_same(left.expression, right.expression, node.operator == "eq"))

    def _against_null(self, node: Binary, left: Typed, right: Typed) -> Q:
        if node.operator not in {"eq", "ne"}:
            raise self._refused(node, "null chỉ dùng với eq, ne", "null goes with eq and ne only")
        value = left if right.kind == "null" else right
        if value.kind in {"null", "key"}:
            return Q() if (value.kind == "null") == (node.operator == "eq") else Q(pk__in=[])
        return Q(IsNull(value.expression, node.operator == "eq"))

    def _against_key(self, node: Binary, left: Typed, right: Typed) -> Q:
        """`id eq …`: a number or text that the key of the entity reads."""
        own, other = (left, node.right) if left.kind == "key" else (right, node.left)
        value = other.value if isinstance(other, Literal) else None
        assert own.entity is not None
        if len(own.entity.key.fields) == 1 and isinstance(value, int) and node.operator in COMPARISONS:
            compare = COMPARISONS[node.operator] if left.kind == "key" else COMPARISONS[_TURNED[node.operator]]
            return Q(compare(F(f"{own.prefix}{own.entity.key.fields[0]}"), Value(value)))
        if node.operator not in {"eq", "ne"} or not isinstance(value, int | str):
            raise self._refused(
                node, "id chỉ so bằng eq, ne, in với giá trị cho sẵn", "an id is compared by eq, ne, in"
            )
        key = own.entity.key.read(str(value))
        if key is None:
            return Q(pk__in=[]) if node.operator == "eq" else Q()
        same = Q(**{f"{own.prefix}{name}": part for name, part in own.entity.key.condition(key).items()})
        return same if node.operator == "eq" else ~same

    # ---------------------------------------------------------------- values

    def _value(self, node: Node, chain: tuple[_Fan, ...]) -> Typed:
        if isinstance(node, Literal):
            return _literal(node)
        if isinstance(node, Path):
            return self._property(node, chain)
        if isinstance(node, Negative):
            return self._arithmetic(Binary("sub", Literal(0, node.at), node.operand, node.at), chain)
        if isinstance(node, Call):
            return self._call(node, chain)
        if isinstance(node, Binary) and node.operator in ARITHMETIC:
            return self._arithmetic(node, chain)
        held = ExpressionWrapper(self._holds(node, chain), BooleanField())
        return Typed(Coalesce(held, Value(False)), "boolean")

    def _arithmetic(self, node: Binary, chain: tuple[_Fan, ...]) -> Typed:
        left, right = self._value(node.left, chain), self._value(node.right, chain)
        kinds = (left.kind, right.kind)
        if node.operator in {"add", "sub"} and kinds in _SUMS:
            both = left.expression + right.expression if node.operator == "add" else left.expression - right.expression
            if kinds == ("time", "time") and node.operator == "add":
                raise self._refused(node, "không cộng hai thời điểm được", "two times cannot be added")
            kind, output = _SUMS[kinds]
            return Typed(ExpressionWrapper(both, output_field=output()), kind)
        if kinds != ("number", "number"):
            raise self._refused(node, f"“{node.operator}” cần hai số", f"“{node.operator}” needs two numbers")
        a, b = Cast(left.expression, FloatField()), Cast(right.expression, FloatField())
        made = {
            "add": lambda: a + b,
            "sub": lambda: a - b,
            "mul": lambda: a * b,
            "div": lambda: a / NullIf(b, Value(0.0)),
            "mod": lambda: Mod(a, NullIf(b, Value(0.0))),
        }[node.operator]()
        return Typed(ExpressionWrapper(made, output_field=FloatField()), "number")

    def _call(self, node: Call, chain: tuple[_Fan, ...]) -> Typed:
        function = FUNCTIONS.get(node.name)
        if function is None:
            raise self._refused(node, f"không có hàm “{node.name}”", f"there is no function “{node.name}”")
        given = [self._value(one, chain) for one in node.arguments]
        if node.name == "st_relate" and not _is_pattern(node.arguments[-1:]):
            raise self._refused(
                node,
                "st_relate cần một mẫu DE-9IM, như 'T*F**FFF*'",
                "st_relate takes a DE-9IM pattern, as 'T*F**FFF*'",
            )
        kinds = [one.kind for one in given]
        least = len(function.takes) - function.optional
        if not least <= len(given) <= len(function.takes) or any(
            kind not in wanted.split("|") for kind, wanted in zip(kinds, function.takes, strict=False)
        ):
            wanted = ", ".join(function.takes) or "()"
            raise self._refused(node, f"{node.name} cần: {wanted}", f"{node.name} takes: {wanted}")
        return Typed(function.make(*(one.expression for one in given)), function.gives)

    def _property(self, path: Path, chain: tuple[_Fan, ...]) -> Typed:
        """The value a path names, seen from rows of the end of the chain."""
        reached = self._reach(path)
        prefix = reached.prefix
        above = chain[len(reached.fans) :]
        if above:
            if (
                not prefix.startswith(above[0].before)
                or any(fan.before for fan in above[1:])
                or not all(fan.way.back for fan in above)
            ):
                raise self._refused(
                    path,
                    "không dùng cùng danh sách liên kết đã theo trong một điều kiện",
                    "it cannot stand in one condition with the related entities that are followed",
                )
            prefix = "".join(fan.way.back for fan in reversed(above)) + prefix.removeprefix(above[0].before)
        if reached.names in {("id",), ("@iot.id",)}:
            return self._key(reached.entity, prefix)
        leaf = self._leaf(path, reached)
        kind = "text" if leaf.kind == "link" else leaf.kind
        ends = leaf.ends(prefix) if leaf.ends else None
        return Typed(leaf.of(prefix), kind, ends, required=leaf.required and not prefix)

    def _key(self, entity: Entity, prefix: str) -> Typed:
        return Typed(F(f"{prefix}{entity.key.fields[0]}"), "key", entity=entity, prefix=prefix)

    def _leaf(self, path: Path, reached: _Reached) -> Leaf:
        name, *inside = reached.names
        found = reached.entity.property(name)
        if found is None:
            raise self._unknown(path, name, reached.entity)
        if isinstance(found.value, Leaf):
            if inside:
                raise self._unknown(path, inside[0], reached.entity)
            return found.value
        if len(inside) != 1 or inside[0] not in found.value:
            raise self._unknown(path, "/".join(reached.names), reached.entity)
        return found.value[inside[0]]

    def _reach(self, path: Path) -> _Reached:
        """Follow the navigations at the head of a path."""
        entity, prefix, names = self.entity, "", path.names
        fans: tuple[_Fan, ...] = ()
        for step in range(MAX_STEPS + 1):
            way = entity.navigation(names[0])
            if way is None:
                break
            if step == MAX_STEPS:
                raise self._refused(path, f"hơn {MAX_STEPS} liên kết", f"more than {MAX_STEPS} navigations")
            if way.ahead is None:
                fans, prefix = (*fans, _Fan(prefix, way)), ""
            else:
                prefix += way.ahead
            entity, names = entities(self.viewer.language)[way.target], names[1:]
            if not names:
                raise self._refused(path, "thiếu tên thuộc tính ở cuối", "the name of a property is missing at its end")
        return _Reached(fans, prefix, entity, names)

    # ---------------------------------------------------------------- errors

    def _refused(self, node: Node, vi: str, en: str) -> BadQuery:
        return BadQuery(self.field, f"ký tự {node.at + 1}: {vi}", f"character {node.at + 1}: {en}")

    def _unknown(self, path: Path, name: str, entity: Entity) -> BadQuery:
        known = ", ".join([one.name for one in entity.properties] + [one.name for one in entity.navigations])
        return self._refused(
            path,
            f"{entity.name} không có thuộc tính “{name[:60]}”; có: id, {known}",
            f"{entity.name} has no property “{name[:60]}”; there are: id, {known}",
        )


_KINDS: Final = {
    "text": ("chữ", "text"),
    "number": ("số", "a number"),
    "boolean": ("đúng/sai", "a truth value"),
    "time": ("thời điểm", "a time"),
    "day": ("ngày", "a date"),
    "clock": ("giờ trong ngày", "a time of day"),
    "duration": ("khoảng thời gian", "a duration"),
    "geometry": ("hình", "a shape"),
    "interval": ("khoảng thời gian", "an interval"),
}
_OPPOSITE: Final = {"eq": "ne", "ne": "eq"}
_TURNED: Final = {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge"}
_SUMS: Final[Mapping[tuple[str, str], tuple[str, Any]]] = {
    ("time", "duration"): ("time", DateTimeField),
    ("time", "time"): ("duration", DurationField),
    ("duration", "duration"): ("duration", DurationField),
}


def conjuncts(node: Node) -> list[Node]:
    """The parts that must all hold."""
    if isinstance(node, Binary) and node.operator == "and":
        return [*conjuncts(node.left), *conjuncts(node.right)]
    return [node]


def _paths(node: Node) -> list[Path]:
    match node:
        case Path():
            return [node]
        case Call():
            return [path for one in node.arguments for path in _paths(one)]
        case Binary():
            return [*_paths(node.left), *_paths(node.right)]
        case Not() | Negative():
            return _paths(node.operand)
        case Among():
            return [path for one in (node.operand, *node.choices) for path in _paths(one)]
    return []


def _is_pattern(arguments: Sequence[Node]) -> bool:
    return any(
        isinstance(one, Literal) and isinstance(one.value, str) and re.fullmatch("[012TF*]{9}", one.value)
        for one in arguments
    )


def _spans(operator: str, left: Typed, right: Typed) -> Q:
    """Spans compared: before and after where they do not meet; a moment is a span whose ends are one."""
    start_a, end_a = left.expression, left.expression if left.ends is None else left.ends
    start_b, end_b = right.expression, right.expression if right.ends is None else right.ends
    match operator:
        case "lt":
            return Q(LessThan(end_a, start_b))
        case "le":
            return Q(LessThanOrEqual(end_a, start_b))
        case "gt":
            return Q(GreaterThan(start_a, end_b))
        case "ge":
            return Q(GreaterThanOrEqual(start_a, end_b))
    starts, ends = (_same(a, b, operator == "eq") for a, b in ((start_a, start_b), (end_a, end_b)))
    return Q(starts) & Q(ends) if operator == "eq" else Q(starts) | Q(ends)


def _same(left: Any, right: Any, is_same: bool) -> Any:
    """Whether two values are the same, or are not: nothing is the same as nothing alone."""
    joiner = " is not distinct from " if is_same else " is distinct from "
    return Func(left, right, template="(%(expressions)s)", arg_joiner=joiner, output_field=BooleanField())


def _as_times(left: Typed, right: Typed) -> tuple[Typed, Typed]:
    """A date beside a time is its midnight in UTC."""
    if {left.kind, right.kind} != {"time", "day"}:
        return left, right
    return tuple(  # type: ignore[return-value]
        Typed(Func(one.expression, Value("UTC"), template="(%(expressions)s)", arg_joiner=" at time zone ",
                   output_field=DateTimeField()), "time")
        if one.kind == "day"
        else one
        for one in (left, right)
    )  # fmt: skip


def _literal(node: Literal) -> Typed:
    value = node.value
    if value is None:
        return Typed(Value(None), "null")
    if isinstance(value, Interval):
        return Typed(
            Value(value.start, output_field=DateTimeField()), "interval", Value(value.end, output_field=DateTimeField())
        )
    if isinstance(value, shapely.Geometry):
        return Typed(Value(GEOSGeometry(value.wkb.hex(), srid=4326), output_field=GeometryField(srid=4326)), "geometry")
    kind, output = next(found for cls, found in _LITERALS if isinstance(value, cls))
    return Typed(Value(value, output_field=output()), kind)


_LITERALS: Final[Sequence[tuple[type, tuple[str, Any]]]] = (
    (bool, ("boolean", BooleanField)),
    (int, ("number", FloatField)),
    (float, ("number", FloatField)),
    (str, ("text", TextField)),
    (datetime, ("time", DateTimeField)),
    (date, ("day", DateField)),
    (time, ("clock", TimeField)),
    (timedelta, ("duration", DurationField)),
)
"""datetime before date: it is one."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language: what it takes, what it gives, how it is made."""

    takes: tuple[str, ...]
    gives: str
    make: Callable[..., Any]
    optional: int = 0


def _sql(name: str, output: Any) -> Callable[..., Any]:
    return lambda *given: Func(*given, function=name, output_field=output())


def _part(name: str) -> Callable[[Any], Any]:
    """A part of a time, in UTC as times are given."""
    template = f"extract({name} from (%(expressions)s) at time zone 'UTC')::float8"
    return lambda at: Func(at, template=template, output_field=FloatField())


def _utc(kind: str, output: Any) -> Callable[[Any], Any]:
    return lambda at: Func(at, template=f"((%(expressions)s) at time zone 'UTC')::{kind}", output_field=output())


def _shapes(name: str) -> Function:
    return Function(("geometry", "geometry"), "boolean", _sql(name, BooleanField))


def _contains(text: Any, part: Any) -> Any:
    return ExpressionWrapper(Q(GreaterThan(StrIndex(text, part), Value(0))), BooleanField())


def _starts(text: Any, part: Any) -> Any:
    return ExpressionWrapper(Q(Exact(Substr(text, 1, Length(part)), part)), BooleanField())


def _ends(text: Any, part: Any) -> Any:
    end = Func(text, Cast(Length(part), IntegerField()), function="right", output_field=TextField())
    return ExpressionWrapper(Q(Exact(end, part)), BooleanField())


def _whole(expression: Any) -> Any:
    return Cast(expression, IntegerField())


def _substring(text: Any, start: Any, length: Any = None) -> Any:
    """Positions count from 0; a start below it is 0."""
    first = Func(_whole(start), Value(0), function="greatest", output_field=IntegerField()) + Value(1)
    size = [Func(_whole(length), Value(0), function="greatest", output_field=IntegerField())] if length else []
    return Substr(text, first, *size, output_field=TextField())


FUNCTIONS: Final[Mapping[str, Function]] = {
    "substringof": Function(("text", "text"), "boolean", lambda part, text: _contains(text, part)),
    "contains": Function(("text", "text"), "boolean", _contains),
    "startswith": Function(("text", "text"), "boolean", _starts),
    "endswith": Function(("text", "text"), "boolean", _ends),
    "length": Function(("text",), "number", lambda text: Cast(Length(text), FloatField())),
    "indexof": Function(("text", "text"), "number", lambda text, part: Cast(StrIndex(text, part) - 1, FloatField())),
    "substring": Function(("text", "number", "number"), "text", _substring, optional=1),
    "tolower": Function(("text",), "text", Lower),
    "toupper": Function(("text",), "text", Upper),
    "trim": Function(("text",), "text", Trim),
    "concat": Function(("text", "text"), "text", lambda a, b: Concat(a, b, output_field=TextField())),
    **{
        name: Function(("time",), "number", _part(name)) for name in ("year", "month", "day", "hour", "minute")
    },
    "second": Function(("time",), "number", lambda at: Floor(_part("second")(at))),
    "fractionalseconds": Function(("time",), "number", lambda at: _part("second")(at) - Floor(_part("second")(at))),
    "date": Function(("time",), "day", _utc("date", DateField)),
    "time": Function(("time",), "clock", _utc("time", TimeField)),
    "totaloffsetminutes": Function(("time",), "number", lambda at: Value(0.0, output_field=FloatField())),
    "now": Function((), "time", Now),
    "mindatetime": Function((), "time", lambda: Value(datetime(1, 1, 2, tzinfo=UTC), DateTimeField())),
    "maxdatetime": Function((), "time", lambda: Value(datetime(9999, 12, 30, tzinfo=UTC), DateTimeField())),
    "round": Function(("number",), "number", lambda n: Func(n, template="round((%(expressions)s)::numeric)::float8",
                                                            output_field=FloatField())),
    "floor": Function(("number",), "number", Floor),
    "ceiling": Function(("number",), "number", _sql("ceil", FloatField)),
    # OData measures in the units of the coordinates, which are degrees.
    "geo.distance": Function(("geometry", "geometry"), "number", _sql("ST_Distance", FloatField)),
    "geo.length": Function(("geometry",), "number", _sql("ST_Length", FloatField)),
    "geo.intersects": _shapes("ST_Intersects"),
    **{
        f"st_{name}": _shapes(f"ST_{name.capitalize()}")
        for name in (
            "equals", "disjoint", "touches", "within", "overlaps", "crosses", "intersects", "contains"
        )
    },
    "st_relate": Function(("geometry", "geometry", "text"), "boolean", _sql("ST_Relate", BooleanField)),
}  # fmt: skip
"""Built-in query functions (OGC 18-088, table 24)."""
