"""A rule's JSON out of a form's fields, named by their places, and what its buttons do to that JSON.

A field is named as its fault would be (`levels[0].when.threshold.value`), so a form and the reader of the JSON never
differ on where something stands. A condition's `kind` is a field beside it; a duration is a field of the condition it
holds for.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from layers.alerts.rules.shape import AFTER, ALL, ANY, AUTO_CLEAR, EVERY_DAY, HELD, LOWER, SHAPES, THRESHOLD, VALID
from layers.alerts.rules.shape import Entry as ShapeEntry
from layers.alerts.severity import Severity

Fields = Mapping[str, Sequence[str]]
"""What was posted: values by the name of their field."""

_STEP = re.compile(r"([a-z_]+)|\[(\d{1,3})\]")
_NAMED = re.compile(r"[a-z_]+(\[\d{1,3}\]|\.[a-z_]+)*")
_INNER = re.compile(r"levels\[\d{1,3}\]\.when([.\[].*)?")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(\.\d{3})+")
_PARTED = re.compile(r"[\s,;]+")
EDITABLE = ("levels", "target", "escalation", VALID.name, LOWER.name, AUTO_CLEAR.name)


@dataclass(slots=True)
class Written:
    """The JSON, and the texts typed where a number was wanted, by place: they stand there again."""

    content: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)


def read(fields: Fields) -> Written:
    """The rule that a form's fields say. Nothing is refused here: what is wrong, the reader of the JSON names."""
    return _Form(_tree(fields)).read()


def number(text: str) -> float | int | None:
    """A number as people write it, 3,5 or 3.5; None where it is none, or may be meant as 1.500 for 1500."""
    plain = text.replace(" ", "").replace("\u00a0", "")
    if _THOUSANDS.fullmatch(plain):
        return None
    try:
        value = float(plain.replace(",", ".", 1))
    except ValueError:
        return None
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _tree(fields: Fields) -> dict[Any, Any]:
    """Fields as nested tables; a list's keys are whole numbers, a leaf is the list of its values."""
    root: dict[Any, Any] = {}
    for name, values in fields.items():
        if not _NAMED.fullmatch(name) or not name.startswith(EDITABLE):
            continue
        *path, last = steps(name)
        at: Any = root
        for step in path:
            at = at.setdefault(step, {}) if isinstance(at, dict) else None
        if isinstance(at, dict):
            at[last] = list(values)
    return root


def steps(place: str) -> list[str | int]:
    """A place as the keys that lead there: `levels[0].when` is levels, 0, when."""
    return [word or int(index) for word, index in _STEP.findall(place)]


class _Form:
    """Reads the tree, writing each thing to the place where the JSON has it."""

    def __init__(self, tree: dict[Any, Any]) -> None:
        self.tree = tree
        self.typed: dict[str, str] = {}

    def read(self) -> Written:
        content: dict[str, Any] = {"levels": []}
        for row in _listed(self.tree.get("levels")):
            place = f"levels[{len(content['levels'])}].when"
            level = {"severity": _text(row, "severity"), "when": self.condition(_table(row, "when"), place)}
            content["levels"].append(level)
        for entry in (VALID, LOWER, AUTO_CLEAR):
            self.put(content, entry, self.tree, "")
        content |= self.target(_table(self.tree, "target"))
        told = [self.step(row, number) for number, row in enumerate(_listed(self.tree.get("escalation")))]
        return Written({**content, **({"escalation": told} if told else {})}, self.typed)

    def condition(self, tree: dict[Any, Any], place: str) -> Any:
        held = _table(tree, HELD.name)
        inner = _table(held, "of") or tree
        for_min = _text(held, "for_min")
        if not for_min:
            return self.plain(inner, place)
        row: dict[str, Any] = {}
        self.put(row, HELD.entries[0], held, f"{place}.{HELD.name}.")
        return {HELD.name: {**row, "of": self.plain(inner, f"{place}.{HELD.name}.of")}}

    def plain(self, tree: dict[Any, Any], place: str) -> Any:
        shape = SHAPES.get(_text(tree, "kind"))
        if shape is None:
            return None
        if shape.is_group:
            rows = _listed(tree.get(ALL.name) or tree.get(ANY.name))
            return {shape.name: [self.condition(row, f"{place}.{shape.name}[{n}]") for n, row in enumerate(rows)]}
        was = next((name for name in SHAPES if name in tree and name != HELD.name), None)
        if was != shape.name:  # another kind was chosen: it begins anew, of the same metric
            return fresh(shape.name, _text(_table(tree, was or ""), "metric"))
        row: dict[str, Any] = {}
        for entry in shape.entries:
            self.put(row, entry, _table(tree, shape.name), f"{place}.{shape.name}.")
        if isinstance(row.get("value"), str):
            row.pop("clear", None)
        else:
            row.pop("margin", None)
        return {shape.name: row}

    def put(self, row: dict[str, Any], entry: ShapeEntry, tree: dict[Any, Any], before: str) -> None:
        """One entry; what is left empty and need not be given stays away."""
        text = _text(tree, entry.name)
        match entry.kind:
            case "days":
                days = [int(day) for day in _values(tree, entry.name) if day.isdecimal()]
                if days != list(EVERY_DAY):
                    row[entry.name] = days
            case "truth":
                if text == "false":
                    row[entry.name] = False
            case "metric" | "choice" | "clock":
                row[entry.name] = text
            case "limit" if _text(tree, "value_from"):
                row[entry.name] = _text(tree, "value_from")
            case _ if text or entry.is_needed:
                row[entry.name] = number(text)
                if row[entry.name] is None:
                    self.typed[before + entry.name] = text

    def target(self, tree: dict[Any, Any]) -> dict[str, Any]:
        features = [int(one) for one in _values(tree, "features") if one.isdecimal() and len(one) < 19]
        units = [one for one in _values(tree, "units") if one]
        said = {"filter": _text(tree, "filter"), "features": _once(features), "units": _once(units)}
        given = {name: value for name, value in said.items() if value}
        return {"target": given} if given else {}

    def step(self, tree: dict[Any, Any], place: int) -> dict[str, Any]:
        row: dict[str, Any] = {}
        self.put(row, AFTER, tree, f"escalation[{place}].")
        named = {"roles": _once([one for one in _values(tree, "roles") if one])}
        named |= {name: _once(_PARTED.split(_text(tree, name))) for name in ("emails", "webhooks")}
        return {**row, **{name: listed for name, values in named.items() if (listed := [one for one in values if one])}}


def _values(tree: dict[Any, Any], name: str) -> list[str]:
    found = tree.get(name)
    return found if isinstance(found, list) else []


def _text(tree: dict[Any, Any], name: str) -> str:
    return next(reversed(_values(tree, name)), "").strip()


def _table(tree: Any, name: str) -> dict[Any, Any]:
    found = tree.get(name) if isinstance(tree, dict) else None
    return found if isinstance(found, dict) else {}


def _listed(tree: Any) -> list[dict[Any, Any]]:
    """The rows of a list, in the order of their numbers, whatever is missing between them."""
    numbered = tree if isinstance(tree, dict) else {}
    rows = sorted(
        ((key, row) for key, row in numbered.items() if isinstance(key, int) and isinstance(row, dict)),
        key=itemgetter(0),
    )
    return [row for _, row in rows]


def _once(values: Sequence[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


# ------------------------------------------------------------------- buttons


def fresh(kind: str, metric: str) -> Any:
    """A condition to fill in."""
    if SHAPES[kind].is_group:
        return {kind: [fresh(THRESHOLD.name, metric)]}
    row = {entry.name: entry.fresh for entry in SHAPES[kind].entries if entry.is_needed}
    return {kind: {**row, "metric": metric} if "metric" in row else row}


def blank(metric: str) -> dict[str, Any]:
    """A rule to fill in."""
    level = {"severity": Severity.SEVERE.value, "when": fresh(THRESHOLD.name, metric)}
    return {"levels": [level], VALID.name: VALID.fresh, "escalation": [{"after_min": 0, "roles": []}]}


class _Typed(str):
    """A text that stands in the JSON only while a button acts, to be found where the button put it."""


def press(written: Written, do: str, metric: str) -> Written:
    """What is written after a button; a text typed where a number was wanted goes where its field went."""
    content = deepcopy(written.content)
    for place, text in written.typed.items():
        holder, key = _holder(content, place)
        if holder is not None:
            holder[key] = _Typed(text)
    after = Written(pressed(content, do, metric))
    _take_out(after.content, "", after.typed)
    return after


def _take_out(at: Any, place: str, typed: dict[str, str]) -> None:
    for key, value in list(at.items() if isinstance(at, dict) else enumerate(at)):
        there = f"{place}[{key}]" if isinstance(key, int) else f"{place}.{key}" if place else str(key)
        if isinstance(value, _Typed):
            at[key], typed[there] = None, str(value)
        elif isinstance(value, dict | list):
            _take_out(value, there, typed)


def pressed(content: dict[str, Any], do: str, metric: str) -> dict[str, Any]:
    """The content after a button: `add:PLACE:KIND`, `remove:PLACE`, `level`, `step`; another word changes nothing."""
    what, _, rest = do.partition(":")
    act = _ACTS.get(what)
    if act is None:
        return content
    after = deepcopy(content)
    act(after, rest, metric)
    return after


def _add(content: dict[str, Any], rest: str, metric: str) -> None:
    place, _, kind = rest.partition(":")
    holder, key = _holder(content, place)
    if holder is None or kind not in SHAPES or not _INNER.fullmatch(place):
        return
    there = holder[key]
    if there is not None and not isinstance(there, dict):
        return
    group = _group(there)
    if group is not None:
        group.append(fresh(kind, metric))
    else:
        holder[key] = {ALL.name: [*([there] if there else []), fresh(kind, metric)]}


def _remove(content: dict[str, Any], place: str, metric: str) -> None:
    holder, key = _holder(content, place)
    if isinstance(holder, list) and isinstance(key, int):
        del holder[key]
        before, _, _ = place.rpartition(".")
        outer, name = _holder(content, before)
        if _INNER.fullmatch(place) and outer is not None:
            outer[name] = holder[0] if len(holder) == 1 else outer[name] if holder else fresh(THRESHOLD.name, metric)


def _level(content: dict[str, Any], _rest: str, metric: str) -> None:
    """One more severity, asking what the last one asks: only its numbers differ as a rule."""
    levels = content.setdefault("levels", [])
    if not isinstance(levels, list):
        return
    used = {level.get("severity") for level in levels if isinstance(level, dict)}
    free = next((one.value for one in reversed(Severity) if one.value not in used), None)
    if free is not None:
        last = levels[-1].get("when") if levels and isinstance(levels[-1], dict) else None
        levels.append({"severity": free, "when": deepcopy(last) or fresh(THRESHOLD.name, metric)})


def _step(content: dict[str, Any], _rest: str, _metric: str) -> None:
    told = content.setdefault("escalation", [])
    if isinstance(told, list):
        told.append({"after_min": 30 * len(told), "roles": []})


_ACTS: dict[str, Callable[[dict[str, Any], str, str], None]] = {
    "add": _add,
    "remove": _remove,
    "level": _level,
    "step": _step,
}


def _group(condition: Any) -> list[Any] | None:
    if isinstance(condition, dict) and len(condition) == 1:
        ((kind, inside),) = condition.items()
        if kind in SHAPES and SHAPES[kind].is_group and isinstance(inside, list):
            return inside
    return None


def holds_nothing(written: Written, place: str) -> bool:
    """Whether a place is only not filled in yet, so that a form need not complain."""
    holder, key = _holder(written.content, place)
    return (holder is None or holder[key] in (None, "", [])) and place not in written.typed


def _holder(content: Any, place: str) -> tuple[Any, Any]:
    """What holds a place, and its key there; None where there is no such place."""
    at, path = content, steps(place)
    if not path:
        return None, ""
    for step in path[:-1]:
        at = at[step] if _has(at, step) else None
    return (at, path[-1]) if _has(at, path[-1]) else (None, "")


def _has(at: Any, key: Any) -> bool:
    if isinstance(at, dict):
        return key in at
    return isinstance(at, list) and isinstance(key, int) and key < len(at)
