"""One rule made ready to run: its tree as functions of a moment.

Each function reads what is known, keeps what it must remember in its own slot, and says when it may next change by
itself. Asking a moment more often than needed changes nothing: replays may tick where the live run did not.
"""

from collections.abc import Callable, Mapping
from operator import ge, gt, le, lt
from typing import Any

from layers.alerts.rules.condition import (
    And,
    Change,
    Condition,
    Held,
    Hours,
    Or,
    Rule,
    Silent,
    Threshold,
    metrics_of,
)

MINUTE_US = 60_000_000
DAY_US = 24 * 60 * MINUTE_US
LOCAL_US = 7 * 60 * MINUTE_US
"""Việt Nam is seven hours ahead of UTC all year (Decision 134/2002/QĐ-TTg names the zone)."""
NEVER = 1 << 62

Answer = bool | None
_COMPARE: dict[str, Callable[[float, float], bool]] = {">": gt, ">=": ge, "<": lt, "<=": le}


class Moment:
    """One instant at one feature.

    Attributes:
        now, start: the instant, and the rule's first one.
        last: latest value of each metric as (at, value), None where there was none.
        slots: what the functions remember.
        due: the earliest instant at which an answer may change without a new value.
    """

    __slots__ = ("due", "last", "now", "slots", "start")

    def __init__(self, now: int, start: int, last: tuple[Any, ...], slots: list[Any]) -> None:
        """Begin with nothing due."""
        self.now, self.start, self.last, self.slots = now, start, last, slots
        self.due = NEVER


Ask = Callable[[Moment], Answer]


class Program:
    """A rule for one feature.

    Attributes:
        metrics: what it watches; values are given by their place here.
        levels: (severity, question), the heaviest first.
        blank: slots before the first instant.
    """

    __slots__ = ("blank", "levels", "lower_us", "metrics", "valid_us")

    def __init__(self, rule: Rule, limits: Mapping[str, float | None] | None = None) -> None:
        """Make the tree ready.

        Args:
            rule: the rule.
            limits: values of the attributes that hold its limits; one that is missing makes its condition unknown.
        """
        self.metrics = metrics_of(rule)
        self.valid_us, self.lower_us = rule.valid_us, rule.lower_us
        slots: list[Any] = []
        heaviest = sorted(rule.levels, key=lambda level: -level[0])
        self.levels = tuple((level, self._question(one, slots, limits or {})) for level, one in heaviest)
        self.blank = tuple(slots)

    def _question(self, one: Condition, slots: list[Any], limits: Mapping[str, float | None]) -> Ask:
        slot = len(slots)
        match one:
            case Threshold():
                slots.append(False)
                limit = limits.get(one.value) if isinstance(one.value, str) else one.value
                return _threshold(one, slot, self.metrics.index(one.metric), limit, self.valid_us)
            case Change():
                slots.append(())
                return _change(one, slot, self.metrics.index(one.metric), self.valid_us)
            case Silent():
                return _silent(self.metrics.index(one.metric), one.for_us)
            case Held():
                slots.append(None)
                return _held(slot, self._question(one.of, slots, limits), one.for_us)
            case Hours():
                return _hours(one)
            case And():
                return _and([self._question(inner, slots, limits) for inner in one.of])
            case Or():
                return _or([self._question(inner, slots, limits) for inner in one.of])


def _threshold(one: Threshold, slot: int, place: int, limit: float | None, valid_us: int) -> Ask:
    beyond, above = _COMPARE[one.op], one.op in (">", ">=")
    clear = one.clear
    if clear is None and one.margin and limit is not None:
        clear = limit - one.margin if above else limit + one.margin
    inside = gt if above else lt

    def ask(moment: Moment) -> Answer:
        seen = moment.last[place]
        if seen is None or limit is None:
            return None
        ends = seen[0] + valid_us
        if ends <= moment.now:
            return None
        if ends < moment.due:
            moment.due = ends
        value = seen[1]
        answer = beyond(value, limit) or (clear is not None and moment.slots[slot] and inside(value, clear))
        moment.slots[slot] = answer
        return answer

    return ask


def _change(one: Change, slot: int, place: int, valid_us: int) -> Ask:
    """The slot holds the values that may still be the lowest (highest), oldest first: each is beyond those before."""
    sign = 1.0 if one.way == "rises" else -1.0

    def ask(moment: Moment) -> Answer:
        seen = moment.last[place]
        if seen is None:
            return None
        at, value = seen
        kept: tuple[tuple[int, float], ...] = moment.slots[slot]
        if not kept or kept[-1][0] != at:
            end = len(kept)
            while end and sign * kept[end - 1][1] >= sign * value:
                end -= 1
            kept = (*kept[:end], (at, value))
        old, begin = moment.now - one.within_us, 0
        while begin < len(kept) - 1 and kept[begin][0] <= old:
            begin += 1
        moment.slots[slot] = kept = kept[begin:]
        if at + valid_us <= moment.now:
            return None
        moment.due = min(moment.due, at + valid_us)
        if len(kept) > 1:
            moment.due = min(moment.due, kept[0][0] + one.within_us)
        return sign * (value - kept[0][1]) >= one.by

    return ask


def _silent(place: int, for_us: int) -> Ask:
    def ask(moment: Moment) -> Answer:
        seen = moment.last[place]
        ends = (moment.start if seen is None else seen[0]) + for_us
        if ends <= moment.now:
            return True
        if ends < moment.due:
            moment.due = ends
        return False

    return ask


def _held(slot: int, inner: Ask, for_us: int) -> Ask:
    """The slot holds since when, and whether it has held."""

    def ask(moment: Moment) -> Answer:
        answer, known = inner(moment), moment.slots[slot]
        if answer is None:
            if known is not None and not known[1]:
                moment.slots[slot] = None
            return None
        if not answer:
            moment.slots[slot] = None
            return False
        since, held = known or (moment.now, False)
        ends = since + for_us
        held = held or ends <= moment.now
        if not held and ends < moment.due:
            moment.due = ends
        moment.slots[slot] = (since, held)
        return held

    return ask


def _hours(one: Hours) -> Ask:
    starts, ends = one.starts_min * MINUTE_US, one.ends_min * MINUTE_US
    turns = sorted({0, starts, ends})

    def ask(moment: Moment) -> Answer:
        day, in_day = divmod(moment.now + LOCAL_US, DAY_US)
        turn = next((turn for turn in turns if turn > in_day), DAY_US)
        moment.due = min(moment.due, moment.now - in_day + turn)
        today, yesterday = _weekday(day) in one.days, _weekday(day - 1) in one.days
        if starts < ends:
            return today and starts <= in_day < ends
        return (today and in_day >= starts) or (yesterday and in_day < ends)

    return ask


def _weekday(day: int) -> int:
    """1 Monday to 7 Sunday of a day counted from 1970-01-01, a Thursday."""
    return (day + 3) % 7 + 1


def _and(inner: list[Ask]) -> Ask:
    def ask(moment: Moment) -> Answer:
        answers = [one(moment) for one in inner]
        return False if False in answers else None if None in answers else True

    return ask


def _or(inner: list[Ask]) -> Ask:
    def ask(moment: Moment) -> Answer:
        answers = [one(moment) for one in inner]
        return True if True in answers else None if None in answers else False

    return ask
