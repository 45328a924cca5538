"""What a rule may ask of a feature's numbers at an instant, as a tree.

Every condition is true, false, or unknown (None) where a value is missing or older than it counts. A value holds from
its own time until the next one. `And` and `Or` follow Kleene: unknown and false is false, unknown or true is true.
"""

from dataclasses import dataclass
from typing import Literal

Operator = Literal[">", ">=", "<", "<="]


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The value stands beyond a limit.

    Attributes:
        value: the limit; a text names the feature's attribute that holds it (a gauge's own alert level).
        clear: once beyond the limit, only a value at or behind this one ends it (hysteresis).
        margin: the same as a distance from the limit, for limits that an attribute holds; 0 for none.
    """

    metric: str
    op: Operator
    value: float | str
    clear: float | None = None
    margin: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The value rose above the lowest (fell below the highest) of the last `within_us` by `by` or more.

    The window is open at its old end: (now − within, now]. Measured between values, so a gap does not count as change.
    """

    metric: str
    way: Literal["rises", "falls"]
    by: float
    within_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Silent:
    """No value for so long (không sống); counted from the rule's start where there never was one. Never unknown."""

    metric: str
    for_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The inner condition is true without a break for so long.

    What has held stays so over a time of unknown; what has not yet begins anew after one.
    """

    of: "Condition"
    for_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """The clock of Việt Nam stands in [starts, ends) on one of these days.

    Attributes:
        days: 1 is Monday, 7 Sunday: the day on which the hours begin.
        starts_min, ends_min: minutes after midnight; ends at or before starts reaches into the next day.
    """

    days: frozenset[int]
    starts_min: int
    ends_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """All of these."""

    of: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """At least one of these."""

    of: tuple["Condition", ...]


Condition = Threshold | Change | Silent | Held | Hours | And | Or


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is watched at one feature.

    Attributes:
        levels: condition of each severity, 1 the lightest; the heaviest that is true counts.
        valid_us: how long a value counts; after it, conditions on it are unknown.
        lower_us: how long less has to hold before a severity is lowered or the alert ends.
    """

    levels: tuple[tuple[int, Condition], ...]
    valid_us: int
    lower_us: int = 0


def parts(condition: Condition) -> tuple[Condition, ...]:
    """The condition and everything inside it."""
    if isinstance(condition, And | Or):
        return (condition, *(part for one in condition.of for part in parts(one)))
    if isinstance(condition, Held):
        return (condition, *parts(condition.of))
    return (condition,)


def metrics_of(rule: Rule) -> tuple[str, ...]:
    """Names of the metrics a rule watches, in the order of their first mention."""
    asked = (part for _, condition in rule.levels for part in parts(condition))
    return tuple(dict.fromkeys(part.metric for part in asked if isinstance(part, Threshold | Change | Silent)))


def attributes_of(rule: Rule) -> tuple[str, ...]:
    """Names of the attributes that hold limits of a rule."""
    asked = (part for _, condition in rule.levels for part in parts(condition))
    return tuple(dict.fromkeys(p.value for p in asked if isinstance(p, Threshold) and isinstance(p.value, str)))
