"""A rule over time: `(program, state, values or clock) -> (state, events)`. The same in, the same out.

What an alert does is a function of the final values alone: the severity at an instant follows from all values at or
before it, and changes only at a value's time or at an instant the conditions name (a duration's end, a value too old,
an hour that begins). Values of one instant count together, before anything that falls due at that instant.
"""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from layers.alerts.rules.program import NEVER, Moment, Program

Kind = Literal["raised", "upgraded", "downgraded", "ended"]
Values = dict[int, float]
"""Values of one instant by the place of their metric in the program."""


class Event(NamedTuple):
    """Something an alert did.

    Attributes:
        began: when the alert it belongs to was raised.
        level: severity from here on, 0 once ended.
        values: latest value of each metric then.
    """

    at: int
    kind: Kind
    level: int
    began: int
    values: tuple[float | None, ...]


class State(NamedTuple):
    """Everything a rule remembers about one feature after the instant `clock`; plain numbers and tuples.

    Attributes:
        lower: since when less than `level` holds, and the most of it.
        due: the next instant at which something may change by itself.
    """

    clock: int
    start: int
    last: tuple[tuple[int, float] | None, ...]
    slots: tuple[Any, ...]
    level: int
    began: int
    lower: tuple[int, int] | None
    due: int


def begin(program: Program, start: int) -> tuple[State, list[Event]]:
    """The state at a rule's first instant: nothing is known."""
    blank = State(start, start, (None,) * len(program.metrics), program.blank, 0, 0, None, NEVER)
    return _at(program, blank, start, blank.last)


def observe(program: Program, state: State, at: int, values: Values) -> tuple[State, list[Event]]:
    """After the values of an instant later than `state.clock`, and all that fell due before."""
    assert at > state.clock, "values of the past are for `track`"
    state, events = advance(program, state, at - 1)
    last = list(state.last)
    for place, value in values.items():
        last[place] = (at, value)
    state, more = _at(program, state, at, tuple(last))
    return state, events + more if events else more


def advance(program: Program, state: State, to: int) -> tuple[State, list[Event]]:
    """After everything that falls due until `to`, inclusive, if no value arrives."""
    events: list[Event] = []
    while state.due <= to:
        state, more = _at(program, state, state.due, state.last)
        events += more
    return state, events


def replay(
    program: Program, start: int, instants: Iterable[tuple[int, Values]], until: int
) -> tuple[State, list[Event]]:
    """A back-test: all a rule begun at `start` does with these instants, in order, later than it, until `until`."""
    state, events = begin(program, start)
    for at, values in instants:
        state, more = observe(program, state, at, values)
        events += more
    state, more = advance(program, state, until)
    return state, events + more


def _at(program: Program, state: State, now: int, last: tuple[Any, ...]) -> tuple[State, list[Event]]:
    moment = Moment(now, state.start, last, list(state.slots))
    wanted = 0
    for level, ask in program.levels:
        answer = ask(moment)
        # unknown neither raises nor ends: a gauge that falls silent does not end its own flood
        if not wanted and (answer or (answer is None and state.level >= level)):
            wanted = level
    level, began, lower = state.level, state.began, state.lower
    if wanted >= level:
        lower, settled = None, wanted
    else:
        since, most = lower or (now, wanted)
        most = max(most, wanted)
        ends = since + program.lower_us
        if ends <= now:
            settled, lower = most, ((now, wanted) if wanted < most else None)
            if lower:
                moment.due = min(moment.due, now + program.lower_us)
        else:
            settled, lower = level, (since, most)
            moment.due = min(moment.due, ends)
    if settled == level:
        return State(now, state.start, last, tuple(moment.slots), level, began, lower, moment.due), []
    if not level:
        began = now
    kind: Kind = "ended" if not settled else "raised" if not level else "upgraded" if settled > level else "downgraded"
    event = Event(now, kind, settled, began, tuple(one and one[1] for one in last))
    return State(now, state.start, last, tuple(moment.slots), settled, began, lower, moment.due), [event]
