"""A rule as people write and keep it: JSON in, `Body` out, every fault named by its place in both languages.

    {"levels": [{"severity": "severe", "when": {"held": {"for_min": 15, "of":
        {"threshold": {"metric": "level", "op": ">=", "value": 3.5, "clear": 3.3}}}}}],
     "valid_min": 120, "lower_min": 30, "auto_clear": true,
     "target": {"filter": "kind = 'water'", "units": ["25459"]},
     "escalation": [{"after_min": 0, "roles": ["environment"]}, {"after_min": 30, "emails": ["a@b.vn"]}]}

A condition is an object of one key: `threshold` `change` `silent` `hours` `held` `all` `any`.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from layers.alerts.rules.condition import And, Change, Condition, Held, Hours, Or, Rule, Silent, Threshold
from layers.alerts.rules.program import MINUTE_US
from layers.alerts.rules.shape import (
    AFTER,
    AUTO_CLEAR,
    CHANGE,
    HELD,
    HOURS,
    LOWER,
    SILENT,
    THRESHOLD,
    VALID,
    Entry,
    Shape,
)
from layers.alerts.severity import SEVERITIES, Severity
from layers.core.errors import Invalid
from layers.core.text import Text

PARTS_MOST = 60
"""Conditions in a rule."""
DEPTH_MOST = 8
LISTED_MOST = 200
"""Features, units, addresses or steps named one by one."""
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Whom to tell while nobody has acknowledged, so many minutes after the alert was raised."""

    after_min: float
    roles: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    webhooks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which features of the layer a rule watches: those that meet everything given; with nothing given, all.

    Attributes:
        features: their ids.
        filter: CQL2 text over the layer's attributes.
        units: codes of communes or provinces of today in which they lie.
    """

    features: tuple[int, ...] = ()
    filter: str = ""
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A whole rule. `auto_clear`: the alert ends with its condition; else a person closes it."""

    rule: Rule
    target: Target
    escalation: tuple[Step, ...] = ()
    auto_clear: bool = True


def parse(body: Any) -> Body:
    """The rule that JSON means.

    Raises:
        Invalid: with a reason for every place at fault, places like `levels[0].when.held.for_min`.
    """
    reader = _Reader()
    whole = reader.table(body, "", {"levels", "valid_min", "lower_min", "auto_clear", "target", "escalation"})
    levels = []
    for place, level in reader.items(whole.get("levels"), "levels", least=1, most=len(Severity)):
        row = reader.table(level, place, {"severity", "when"})
        severity = reader.choice(row.get("severity"), f"{place}.severity", list(SEVERITIES))
        condition = reader.condition(row.get("when"), f"{place}.when", 1)
        if severity is not None and condition is not None:
            levels.append((SEVERITIES[severity].rank, condition))
    if len({rank for rank, _ in levels}) < len(levels):
        reader.fault("levels", "Mỗi mức độ chỉ ghi một lần.", "Each severity is given once.")
    made = Body(
        rule=Rule(
            levels=tuple(levels),
            valid_us=reader.given(VALID, whole, ""),
            lower_us=reader.given(LOWER, whole, ""),
        ),
        target=reader.target(whole.get("target") or {}),
        escalation=tuple(reader.steps(whole.get("escalation") or [])),
        auto_clear=reader.given(AUTO_CLEAR, whole, ""),
    )
    if reader.faults:
        first, why = next(iter(reader.faults.items()))
        raise Invalid(
            Text(vi=f"Quy tắc có chỗ cần sửa. {first}: {why.vi}", en=f"The rule needs correcting. {first}: {why.en}"),
            fields=reader.faults,
        )
    return made


class _Reader:
    """Reads what it can and keeps the reason for what it cannot, by place."""

    def __init__(self) -> None:
        self.faults: dict[str, Text] = {}
        self.parts = 0

    def fault(self, place: str, vi: str, en: str) -> None:
        self.faults.setdefault(place or "(rule)", Text(vi=vi, en=en))

    def table(self, value: Any, place: str, known: set[str]) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self.fault(place, "Cần một đối tượng {…}.", "An object {…} is needed.")
            return {}
        for name in set(value) - known:
            listed = ", ".join(sorted(known))
            where = f"{place}.{name}" if place else str(name)
            self.fault(where, f"Không có mục này; có: {listed}.", f"There is no such entry; there are: {listed}.")
        return value

    def items(self, value: Any, place: str, least: int = 0, most: int = LISTED_MOST) -> list[tuple[str, Any]]:
        if not isinstance(value, list) or not least <= len(value) <= most:
            self.fault(place, f"Cần danh sách {least}–{most} mục.", f"A list of {least} to {most} entries is needed.")
            return []
        return [(f"{place}[{i}]", one) for i, one in enumerate(value)]

    def choice(self, value: Any, place: str, known: list[str]) -> Any:
        if value not in known:
            listed = ", ".join(known)
            self.fault(place, f"Chọn một trong: {listed}.", f"Choose one of: {listed}.")
            return None
        return value

    def number(self, value: Any, place: str, least: float = -math.inf, most: float = math.inf) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.fault(place, "Cần một số.", "A number is needed.")
            return 0.0
        if not least <= value <= most:
            self.fault(place, f"Cần từ {least:g} đến {most:g}.", f"Must be from {least:g} to {most:g}.")
        return float(value)

    def minutes(self, value: Any, place: str, least: float = 0, most: float = math.inf) -> int:
        return round(self.number(value, place, least, most) * MINUTE_US)

    def truth(self, value: Any, place: str) -> bool:
        if not isinstance(value, bool):
            self.fault(place, "Cần true hoặc false.", "true or false is needed.")
        return bool(value)

    def name(self, value: Any, place: str) -> str:
        if not isinstance(value, str) or not _NAME.fullmatch(value):
            self.fault(place, "Cần tên như water_level.", "A name like water_level is needed.")
            return ""
        return value

    def texts(self, value: Any, place: str) -> tuple[str, ...]:
        found = self.items(value, place)
        for where, one in found:
            if not isinstance(one, str) or not 0 < len(one) <= 500:
                self.fault(where, "Cần chữ, tối đa 500 ký tự.", "Words of at most 500 characters are needed.")
        return tuple(str(one) for _, one in found)

    # -------------------------------------------------------------- conditions

    def condition(self, value: Any, place: str, depth: int) -> Condition | None:
        self.parts += 1
        if self.parts > PARTS_MOST or depth > DEPTH_MOST:
            self.fault(
                place,
                f"Quá {PARTS_MOST} điều kiện hoặc sâu quá {DEPTH_MOST} tầng.",
                f"More than {PARTS_MOST} conditions, or deeper than {DEPTH_MOST}.",
            )
            return None
        if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in _CONDITIONS:
            listed = ", ".join(_CONDITIONS)
            self.fault(
                place,
                f"Cần một điều kiện: một trong {listed}.",
                f"One condition is needed: one of {listed}.",
            )
            return None
        ((kind, body),) = value.items()
        return _CONDITIONS[kind](self, body, f"{place}.{kind}", depth)

    def entries(self, shape: Shape, body: Any, place: str, depth: int) -> dict[str, Any]:
        """What a condition's body says, by the names of its entries."""
        row = self.table(body, place, {entry.name for entry in shape.entries})
        return {entry.name: self.given(entry, row, f"{place}.", depth) for entry in shape.entries}

    def given(self, entry: Entry, row: Mapping[str, Any], before: str, depth: int = 0) -> Any:
        """One entry of a row, as its kind is read; its default where it is not given."""
        value, place = row.get(entry.name), before + entry.name
        if value is None and not entry.is_needed:
            value = entry.default
            if value is None:
                return None
        match entry.kind:
            case "metric":
                return self.name(value, place)
            case "choice":
                return self.choice(value, place, [one for one, _ in entry.choices]) or entry.choices[0][0]
            case "limit":
                return self.name(value, place) if isinstance(value, str) else self.number(value, place)
            case "number":
                return self.number(value, place, entry.least, entry.most)
            case "minutes":
                return self.minutes(value, place, entry.least, entry.most)
            case "days":
                return self.days(value, place)
            case "clock":
                return self.clock(value, place)
            case "truth":
                return self.truth(value, place)
            case "condition":
                return self.condition(value, place, depth + 1)

    def threshold(self, body: Any, place: str, depth: int) -> Condition:
        made = Threshold(**self.entries(THRESHOLD, body, place, depth))
        limit, clear = made.value, made.clear
        if clear is not None and (
            isinstance(limit, str) or (clear > limit if made.op in (">", ">=") else clear < limit)
        ):
            self.fault(
                f"{place}.clear",
                "Giá trị kết thúc phải nằm phía trong ngưỡng; ngưỡng theo thuộc tính thì dùng margin.",
                "The clear value lies behind the limit; with a limit from an attribute use margin.",
            )
        return made

    def change(self, body: Any, place: str, depth: int) -> Condition:
        row = self.entries(CHANGE, body, place, depth)
        return Change(metric=row["metric"], way=row["way"], by=row["by"], within_us=row["within_min"])

    def silent(self, body: Any, place: str, depth: int) -> Condition:
        row = self.entries(SILENT, body, place, depth)
        return Silent(metric=row["metric"], for_us=row["for_min"])

    def held(self, body: Any, place: str, depth: int) -> Condition | None:
        row = self.entries(HELD, body, place, depth)
        return row["of"] and Held(of=row["of"], for_us=row["for_min"])

    def hours(self, body: Any, place: str, depth: int) -> Condition:
        row = self.entries(HOURS, body, place, depth)
        return Hours(days=row["days"], starts_min=row["from"], ends_min=row["to"])

    def days(self, value: Any, place: str) -> frozenset[int]:
        days = self.items(list(value) if isinstance(value, tuple) else value, place, least=1, most=7)
        for where, day in days:
            if isinstance(day, bool) or not isinstance(day, int) or not 1 <= day <= 7:
                self.fault(where, "Cần 1 (thứ Hai) đến 7 (Chủ nhật).", "1 (Monday) to 7 (Sunday) is needed.")
        return frozenset(day for _, day in days if isinstance(day, int))

    def clock(self, value: Any, place: str) -> int:
        if not isinstance(value, str) or not _CLOCK.fullmatch(value):
            self.fault(place, "Cần giờ dạng 07:30.", "A time like 07:30 is needed.")
            return 0
        return int(value[:2]) * 60 + int(value[3:])

    def both(self, body: Any, place: str, depth: int) -> Condition:
        return And(of=self.inner(body, place, depth))

    def either(self, body: Any, place: str, depth: int) -> Condition:
        return Or(of=self.inner(body, place, depth))

    def inner(self, body: Any, place: str, depth: int) -> tuple[Condition, ...]:
        read = [self.condition(one, where, depth + 1) for where, one in self.items(body, place, least=1)]
        return tuple(one for one in read if one is not None)

    # --------------------------------------------------------- target, escalation

    def target(self, value: Any) -> Target:
        row = self.table(value, "target", {"features", "filter", "units"})
        features = self.items(row.get("features", []), "target.features")
        for where, one in features:
            if isinstance(one, bool) or not isinstance(one, int) or one < 0:
                self.fault(where, "Cần số định danh.", "An id is needed.")
        words = row.get("filter", "")
        if not isinstance(words, str) or len(words) > 2_000:
            self.fault("target.filter", "Cần bộ lọc CQL2, tối đa 2.000 ký tự.", "A CQL2 filter up to 2,000 characters.")
            words = ""
        return Target(
            features=tuple(one for _, one in features if isinstance(one, int)),
            filter=words.strip(),
            units=self.texts(row.get("units", []), "target.units"),
        )

    def steps(self, value: Any) -> list[Step]:
        found = []
        for place, one in self.items(value, "escalation", most=10):
            row = self.table(one, place, {"after_min", "roles", "emails", "webhooks"})
            named = {name: self.texts(row.get(name, []), f"{place}.{name}") for name in ("roles", "emails", "webhooks")}
            after = self.given(AFTER, row, f"{place}.") / MINUTE_US
            if not any(named.values()):
                self.fault(place, "Cần ít nhất một nơi nhận.", "At least one recipient is needed.")
            found.append(Step(after_min=after, **named))
        return sorted(found, key=lambda step: step.after_min)


_CONDITIONS: dict[str, Callable[[_Reader, Any, str, int], Condition | None]] = {
    "threshold": _Reader.threshold,
    "change": _Reader.change,
    "silent": _Reader.silent,
    "hours": _Reader.hours,
    "held": _Reader.held,
    "all": _Reader.both,
    "any": _Reader.either,
}
