"""A rule at one feature while values arrive late, twice, corrected or withdrawn.

A value that is not newer than what was seen takes the rule back to the last remembered state before it; everything from
there is gone through again, with the value in its place. Events that no longer follow are withdrawn, new ones added:
after every call, `events` equals what `fold.replay` gives over the values known so far, event for event. So a live run
that has heard everything equals the back-test over the final series.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from layers.alerts.rules.fold import Event, State, Values, advance, begin, observe
from layers.alerts.rules.program import DAY_US, Program

HOUR_US = 3_600_000_000
TAIL = 8
"""Instants kept with their values: a value this little late needs no reading of the series."""
REACH_US = 90 * DAY_US
"""How far back a late value still counts; the same as the longest back-test."""

History = Callable[[int, int], Iterable[tuple[int, Values]]]
"""`history(after, until)`: the instants in (after, until] of the final series, in order."""


class Amendment(NamedTuple):
    """What a value or a tick did to the journal."""

    withdrawn: Sequence[Event]
    added: Sequence[Event]


NOTHING = Amendment((), ())


class Track:
    """The live run of a program at one feature.

    Attributes:
        state: after everything heard so far.
        marks: remembered older states, oldest first; always one from before the oldest value that still counts.
        events: the journal as it holds now.
        fresh_marks, rewound: whether `marks` grew, and whether younger ones were replaced, since this was last set
            to False; for whoever stores them.
    """

    __slots__ = ("_tail", "events", "fresh_marks", "marks", "program", "rewound", "state")

    def __init__(self, program: Program, state: State, marks: Sequence[State], events: Sequence[Event]) -> None:
        """Go on where a stored run stood."""
        self.program, self.state = program, state
        self.marks, self.events = list(marks), list(events)
        self.fresh_marks = self.rewound = False
        self._tail: list[tuple[int, Values, State]] = []

    @classmethod
    def begun(cls, program: Program, start: int) -> "Track":
        """A run from its first instant."""
        state, events = begin(program, start)
        track = cls(program, state, [state], events)
        track.fresh_marks = True
        return track

    def observe(self, at: int, place: int, value: float | None, history: History) -> Amendment:
        """Hear of a value, late or not; None says that the value of that instant no longer counts.

        Args:
            at: the value's own time. At or before the rule's start, or beyond reach, it changes nothing.
            place: of its metric in the program.
            value: the value.
            history: asked for the final series where the value is older than the last few instants.
        """
        if at > self.state.clock:
            if value is None:
                return NOTHING
            return self._go_on(at, {place: value})
        last = self.state.last[place]
        if last == (at, value):
            return NOTHING
        return self._rewind(at, place, value, history)

    def tick(self, to: int) -> Amendment:
        """Let time pass until `to` without a value."""
        if self.state.due > to:
            return NOTHING
        self.state, added = advance(self.program, self.state, to)
        self.events += added
        return Amendment((), added)

    def recheck(self, after: int, history: History) -> Amendment:
        """Go again over all that followed `after`, from the series alone: for values nobody told of."""
        return self._from_history(max(after, self.marks[0].clock), history, self.state.clock)

    def catch_up(self, until: int, history: History) -> Amendment:
        """Take in what the series holds after the last instant seen, until `until`: after the process was away."""
        return self._from_history(self.state.clock, history, until)

    def _go_on(self, at: int, values: Values) -> Amendment:
        if at // HOUR_US != self.marks[-1].clock // HOUR_US and self.state.clock > self.marks[-1].clock:
            self._mark(self.state)
        self.state, added = observe(self.program, self.state, at, values)
        self._tail.append((at, values, self.state))
        if len(self._tail) > TAIL:
            del self._tail[0]
        self.events += added
        return Amendment((), added) if added else NOTHING

    def _rewind(self, at: int, place: int, value: float | None, history: History) -> Amendment:
        first = bisect_left(self._tail, at, key=lambda one: one[0])
        if first == 0:
            return self._from_history(at - 1, history, self.state.clock)
        again = [(when, dict(values)) for when, values, _ in self._tail[first:]]
        if not again or again[0][0] != at:
            again.insert(0, (at, {}))
        if value is None:
            if place not in again[0][1]:
                return NOTHING
            del again[0][1][place]
            if not again[0][1]:
                del again[0]
        elif again[0][1].get(place) == value:
            return NOTHING
        else:
            again[0][1][place] = value
        origin = self._tail[first - 1][2]
        del self._tail[first:]
        return self._again(origin, again, self.state.clock)

    def _from_history(self, after: int, history: History, until: int) -> Amendment:
        place = bisect_left(self.marks, after + 1, key=lambda mark: mark.clock)
        if place == 0:
            return NOTHING
        origin = self.marks[place - 1]
        self._tail.clear()
        return self._again(origin, history(origin.clock, until), until)

    def _again(self, origin: State, instants: Iterable[tuple[int, Values]], until: int) -> Amendment:
        old = [event for event in self.events if event.at > origin.clock]
        self.events = [event for event in self.events if event.at <= origin.clock]
        if self.marks[-1].clock > origin.clock:
            self.marks = [mark for mark in self.marks if mark.clock <= origin.clock] or [origin]
            self.fresh_marks = self.rewound = True
        kept = len(self.events)
        self.state = origin
        for at, values in instants:
            self._go_on(at, values)
        self.tick(until)
        new = self.events[kept:]
        was, now = set(old), set(new)
        return Amendment([e for e in old if e not in now], [e for e in new if e not in was])

    def _mark(self, state: State) -> None:
        """Remember a state; of those remembered the older are the rarer: about one for each doubling of age."""
        kept: list[State] = []
        for mark in self.marks:
            if kept and len(kept) > 1 and _age_class(state, mark) == _age_class(state, kept[-1]):
                continue
            kept.append(mark)
        while len(kept) > 1 and kept[1].clock < state.clock - REACH_US:
            del kept[0]
        self.marks = [*kept, state]
        self.fresh_marks = True


def _age_class(newest: State, mark: State) -> int:
    return max(0, (newest.clock - mark.clock) // HOUR_US).bit_length()


def to_json(state: State) -> list[Any]:
    """A state as JSON; `from_json` gives the same one back."""
    return list(state)


def from_json(stored: Sequence[Any]) -> State:
    """A state out of JSON: lists become tuples again."""
    return State(*(_tuple(one) for one in stored))


def _tuple(value: Any) -> Any:
    return tuple(_tuple(one) for one in value) if isinstance(value, list) else value
