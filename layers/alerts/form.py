"""A rule's form as data: every field with its words, value, unit and fault, in one language, for the template to draw.

Made from the rule's JSON and `rules.shape`; a field is named by its place, so a fault finds the field it belongs to.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from layers.alerts.rules.body import DEPTH_MOST
from layers.alerts.rules.shape import AFTER, ALL, ANY, AUTO_CLEAR, HELD, HOURS, LOWER, SHAPES, VALID, Entry
from layers.alerts.rules.words import DAYS, Names
from layers.alerts.severity import SEVERITIES, Severity
from layers.core.text import Text

Faults = Mapping[str, Text]
ADDED = ("threshold", "change", "silent", "hours", "any")
"""Kinds a button adds; a group begins as "any of", for "all of" stands around it already."""
MINUTES = Text(vi="phút", en="min")
NUMBER_HERE = Text(vi="một số", en="a number")
UNKNOWN = Text(vi="{name} (lớp này không có)", en="{name} (not of this layer)")
NO_METRIC = Text(vi="Lớp này không có chỉ số “{name}”.", en="This layer has no metric “{name}”.")
SHORT_DAYS = Text(vi="T2 T3 T4 T5 T6 T7 CN", en="Mo Tu We Th Fr Sa Su")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of a field's values."""

    value: str
    title: str
    about: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A field. `kind`: `number` `text` `clock` `choice` `days`; `limit` is a number beside a choice of attributes."""

    name: str
    title: str
    kind: str
    value: str = ""
    unit: str = ""
    help: str = ""
    fault: str = ""
    choices: Sequence[Choice] = ()
    beside: "Control | None" = None

    @property
    def id(self) -> str:
        """Its id in the page."""
        return "f-" + self.name.replace("[", "-").replace("]", "").replace(".", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A condition. `place`: where it stands; `inner`: the same without its duration, where its `kind` is written."""

    place: str
    inner: str
    shape: str
    about: str
    kind: Control
    duration: Control | None
    controls: Sequence[Control] = ()
    children: "Sequence[Node]" = ()
    is_group: bool = False
    fault: str = ""
    removable: bool = True
    depth: int = 1

    @property
    def adds_at(self) -> str:
        """Where another condition is added: into a group, or around a single one."""
        return self.inner if self.is_group else self.place


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A severity and its condition."""

    place: str
    severity: Control
    color: str
    node: Node
    removable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Whom to tell, and when."""

    place: str
    after: Control
    roles: Control
    emails: Control
    webhooks: Control
    fault: str


@dataclass(slots=True, kw_only=True)
class Form:
    """Makes the controls. What of `faults` no control has taken is left in `left`.

    Attributes:
        content: the rule's JSON, understood or not.
        typed: texts typed where a number was wanted, by place.
        faults: reasons by place.
        names: of the rule's layer; `numeric`: attributes that may hold a limit; `roles`: slugs and titles offered.
    """

    content: Mapping[str, Any]
    typed: Mapping[str, str]
    faults: Faults
    names: Names
    numeric: Sequence[str]
    roles: Mapping[str, Text]
    language: str
    left: dict[str, Text] = field(init=False)

    def __post_init__(self) -> None:
        """All faults are left at first."""
        self.left = dict(self.faults)

    @property
    def ends(self) -> list[Control]:
        """How values count and alerts end."""
        return [self.control(entry, self.content, "") for entry in (VALID, LOWER, AUTO_CLEAR)]

    @property
    def levels(self) -> list[Level]:
        """Each severity, in the order of the JSON."""
        rows = [row if isinstance(row, dict) else {} for row in _list(self.content.get("levels"))]
        used = [row.get("severity") for row in rows]
        return [self._level(number, row, used) for number, row in enumerate(rows)]

    @property
    def steps(self) -> list[Step]:
        """Whom to tell, in the order of the JSON."""
        return [
            self._step(f"escalation[{number}]", row if isinstance(row, dict) else {})
            for number, row in enumerate(_list(self.content.get("escalation")))
        ]

    def _level(self, number: int, row: Mapping[str, Any], used: Sequence[Any]) -> Level:
        place, severity = f"levels[{number}]", row.get("severity")
        free = [one for one in Severity if one.value == severity or one.value not in used]
        chosen = SEVERITIES.get(severity) if isinstance(severity, str) else None
        return Level(
            place=place,
            severity=Control(
                name=f"{place}.severity",
                title=self.say(Text(vi="Mức độ", en="Severity")),
                kind="choice",
                choices=[self.choice(one.value, one.title, severity) for one in free],
                fault=self.fault(f"{place}.severity"),
            ),
            color=(chosen or Severity.MINOR).value,
            node=self.node(row.get("when"), f"{place}.when", depth=1, removable=False),
            removable=len(used) > 1,
        )

    # ------------------------------------------------------------ conditions

    def node(self, condition: Any, place: str, *, depth: int, removable: bool) -> Node:
        """A condition with its duration, whatever the JSON holds there; what lies too deep is left out."""
        held = _body(condition, HELD.name)
        inner, plain = (f"{place}.{HELD.name}.of", held.get("of")) if held is not None else (place, condition)
        if _body(plain, HELD.name) is not None:  # held of held: a group of one stands between
            plain = {ALL.name: [plain]}
        kind, inside = next(iter(plain.items())) if isinstance(plain, dict) and len(plain) == 1 else ("", None)
        shape = SHAPES.get(str(kind), SHAPES["threshold"])
        is_group = shape.is_group
        kinds = (ALL, ANY) if is_group else [one for one in SHAPES.values() if not one.is_group and one is not HELD]
        children = [
            self.node(one, f"{inner}.{kind}[{n}]", depth=depth + 1, removable=True)
            for n, one in enumerate(_list(inside) if is_group and depth <= DEPTH_MOST else [])
        ]
        row = inside if isinstance(inside, dict) else {}
        return Node(
            place=place,
            inner=inner,
            shape=shape.name,
            about=self.say(shape.about),
            kind=Control(
                name=f"{inner}.kind",
                title=self.say(Text(vi="Đúng khi", en="True when") if is_group else Text(vi="Kiểu", en="Kind")),
                kind="choice",
                choices=[self.choice(one.name, one.title, shape.name) for one in kinds],
            ),
            duration=None
            if shape is HOURS and held is None  # hours last as long as they say
            else self.control(HELD.entries[0], held or {}, f"{place}.{HELD.name}."),
            controls=list(self._controls(shape.entries, row, f"{inner}.{shape.name}.")),
            children=children,
            is_group=is_group,
            fault=self.fault(f"{inner}.{shape.name}", exactly=True) or self.fault(inner, exactly=True),
            removable=removable,
            depth=depth,
        )

    @property
    def adds(self) -> list[Choice]:
        """The buttons that add a condition."""
        group = Text(vi="Nhóm", en="Group")
        return [
            Choice(
                value=name,
                title=self.say(group if SHAPES[name].is_group else SHAPES[name].title),
                about=self.say(SHAPES[name].about),
            )
            for name in ADDED
        ]

    def _controls(self, entries: Sequence[Entry], row: Mapping[str, Any], before: str) -> Iterator[Control]:
        of_feature = isinstance(row.get("value"), str)
        for entry in entries:
            if entry.name != ("clear" if of_feature else "margin"):
                yield self.control(entry, row, before)

    def control(self, entry: Entry, row: Mapping[str, Any], before: str) -> Control:
        """One entry with its value, unit and fault."""
        name, value = before + entry.name, row.get(entry.name)
        made: dict[str, Any] = {
            "name": name,
            "title": self.say(entry.title),
            "help": self.say(entry.help) if entry.help else "",
        }
        metric = row.get("metric")
        match entry.kind:
            case "metric":
                return Control(
                    **made, kind="choice", choices=self._metrics(value), fault=self._metric_fault(name, value)
                )
            case "choice" | "truth":
                default = "true" if entry.kind == "truth" else None
                chosen = str(value).lower() if isinstance(value, bool) else value or default
                choices = [self.choice(one, title, chosen) for one, title in entry.choices]
                return Control(**made, kind="choice", choices=choices, fault=self.fault(name))
            case "days":
                return Control(**made, kind="days", choices=self._days(value), fault=self.fault(name))
            case "clock":
                return Control(**made, kind="clock", value=str(value or ""), fault=self.fault(name))
        unit = self.say(MINUTES) if entry.kind == "minutes" else self.names.units.get(str(metric), "")
        beside = self._limits(f"{before}value_from", value) if entry.kind == "limit" else None
        shown = "" if isinstance(value, str) else self.typed.get(name, self.number(value))
        kind = "attribute" if isinstance(value, str) else "number"
        return Control(**made, kind=kind, value=shown, unit=unit, beside=beside, fault=self.fault(name))

    def _metrics(self, value: Any) -> list[Choice]:
        units = self.names.units
        known = [
            Choice(
                value=name,
                title=self.say(title) + (f" ({units[name]})" if name in units else ""),
                chosen=name == value,
            )
            for name, title in self.names.metrics.items()
        ]
        if value and value not in self.names.metrics:
            known.insert(0, self.choice(str(value), UNKNOWN.format(name=value), str(value)))
        return known

    def _metric_fault(self, name: str, value: Any) -> str:
        fault = self.fault(name)
        if not fault and value and self.names.metrics and value not in self.names.metrics:
            return self.say(NO_METRIC.format(name=value))
        return fault

    def _limits(self, name: str, value: Any) -> Control | None:
        """A limit that each feature holds itself; nothing where the layer has no numbers."""
        if not self.numeric and not isinstance(value, str):
            return None
        known = [self.choice("", NUMBER_HERE, None if isinstance(value, str) else "")]
        known += [self.choice(one, self.names.attributes.get(one, Text.same(one)), value) for one in self.numeric]
        if isinstance(value, str) and value not in self.numeric:
            known.append(self.choice(value, UNKNOWN.format(name=value or "…"), value))
        title = self.say(Text(vi="Lấy ngưỡng từ", en="The limit is"))
        return Control(name=name, title=title, kind="choice", choices=known)

    def _days(self, value: Any) -> list[Choice]:
        chosen = range(1, 8) if value is None else _list(value)
        short = self.say(SHORT_DAYS).split()
        return [
            Choice(value=str(day), title=short[day - 1], about=self.say(DAYS[day - 1]), chosen=day in chosen)
            for day in range(1, 8)
        ]

    # ------------------------------------------------------------ escalation

    def _step(self, place: str, row: Mapping[str, Any]) -> Step:
        chosen = [str(one) for one in _list(row.get("roles"))]
        titles = {**self.roles, **{slug: Text.same(slug) for slug in chosen if slug not in self.roles}}
        roles = [Choice(value=slug, title=self.say(title), chosen=slug in chosen) for slug, title in titles.items()]
        listed = {name: "\n".join(str(one) for one in _list(row.get(name))) for name in ("emails", "webhooks")}
        web = Text(vi="Địa chỉ webhook (SMS, Zalo)", en="Webhook addresses (SMS, chat)")
        return Step(
            place=place,
            after=self.control(AFTER, row, f"{place}."),
            roles=Control(
                name=f"{place}.roles",
                title=self.say(Text(vi="Báo cho", en="Tell")),
                kind="roles",
                choices=roles,
                fault=self.fault(f"{place}.roles"),
            ),
            emails=Control(
                name=f"{place}.emails",
                title=self.say(Text(vi="Địa chỉ thư điện tử", en="E-mail addresses")),
                kind="lines",
                value=listed["emails"],
                fault=self.fault(f"{place}.emails"),
            ),
            webhooks=Control(
                name=f"{place}.webhooks",
                title=self.say(web),
                kind="lines",
                value=listed["webhooks"],
                fault=self.fault(f"{place}.webhooks"),
            ),
            fault=self.fault(place, exactly=True),
        )

    # ------------------------------------------------------------ words

    def say(self, text: Text) -> str:
        """In the form's language."""
        return text.to(self.language)

    def choice(self, value: str, title: Text, chosen: Any) -> Choice:
        """One value, chosen or not."""
        return Choice(value=value, title=self.say(title), chosen=value == chosen)

    def number(self, value: Any) -> str:
        """As it is typed: 3,5 in Vietnamese, never with a sign between thousands."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return ""
        words = f"{value:.12g}"
        return words if self.language == "en" else words.replace(".", ",")

    def fault(self, place: str, *, exactly: bool = False) -> str:
        """Why this place is at fault, or what stands in its list; such a fault is no longer left."""
        mine = [name for name in self.left if name == place or (not exactly and name.startswith(f"{place}["))]
        return " ".join(dict.fromkeys(self.say(self.left.pop(name)) for name in mine))


def _body(condition: Any, kind: str) -> dict[str, Any] | None:
    if isinstance(condition, dict) and len(condition) == 1 and isinstance(condition.get(kind), dict):
        body: dict[str, Any] = condition[kind]
        return body
    return None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
