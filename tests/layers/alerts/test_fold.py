"""A rule over time: what each condition does, and that late values end where the back-test does."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from layers.alerts.rules.condition import And, Change, Condition, Held, Hours, Or, Rule, Silent, Threshold
from layers.alerts.rules.fold import Event, Values, replay
from layers.alerts.rules.program import MINUTE_US, Program
from layers.alerts.rules.track import Track, from_json, to_json

START = int(datetime(2026, 3, 2, 17, tzinfo=UTC).timestamp()) * 1_000_000
"""Tuesday 2026-03-03, 00:00 in Việt Nam."""


def minutes(count: float) -> int:
    """Microseconds."""
    return round(count * MINUTE_US)


def level(limit: float = 3.0, **more: object) -> Threshold:
    """The first metric at or above a limit."""
    return Threshold(metric="level", op=">=", value=limit, **more)  # type: ignore[arg-type]


def run(
    rule: Rule, values: list[tuple[float, float]], until: float = 600, limits: dict[str, float | None] | None = None
) -> list[tuple[float, str, int]]:
    """Minute, kind and severity of every event, from minute and value of the first metric."""
    instants = [(START + minutes(at), {0: value}) for at, value in values]
    _, events = replay(Program(rule, limits), START, instants, START + minutes(until))
    return [((event.at - START) / MINUTE_US, event.kind, event.level) for event in events]


def rule(*levels: Condition, valid: float = 600, lower: float = 0) -> Rule:
    """Levels from 1 on."""
    return Rule(levels=tuple(enumerate(levels, 1)), valid_us=minutes(valid), lower_us=minutes(lower))


def test_a_threshold_raises_and_ends() -> None:
    assert run(rule(level()), [(5, 2), (10, 3), (15, 2.9)]) == [(10, "raised", 1), (15, "ended", 0)]


def test_hysteresis_waits_for_the_clear_value() -> None:
    values = [(5, 3.1), (10, 2.9), (15, 2.8), (20, 2.9)]

    assert run(rule(level(clear=2.8)), values) == [(5, "raised", 1), (15, "ended", 0)]
    assert run(rule(level(margin=0.2)), values) == [(5, "raised", 1), (15, "ended", 0)]


def test_a_duration_ends_between_values() -> None:
    held = Held(of=level(), for_us=minutes(12))

    assert run(rule(held), [(5, 3), (10, 3), (30, 1)]) == [(17, "raised", 1), (30, "ended", 0)]
    assert run(rule(held), [(5, 3), (10, 2), (15, 3)]) == [(27, "raised", 1)]


def test_a_value_at_the_very_end_of_a_duration_counts() -> None:
    assert run(rule(Held(of=level(), for_us=minutes(10))), [(5, 3), (15, 1)]) == []


def test_levels_go_up_and_down() -> None:
    found = run(rule(level(1), level(2), level(3)), [(5, 1), (10, 3), (15, 2), (20, 0)])

    assert found == [(5, "raised", 1), (10, "upgraded", 3), (15, "downgraded", 2), (20, "ended", 0)]


def test_lowering_waits_and_goes_to_the_most_that_held() -> None:
    found = run(rule(level(1), level(2), level(3), lower=10), [(5, 3), (10, 1), (12, 2), (14, 1), (22, 0)])

    # from minute 10 on less than 3 holds, at most 2: lowered at 20; from then on 1, then 0: lowered at 30, ended at 40
    assert found == [(5, "raised", 3), (20, "downgraded", 2), (30, "downgraded", 1), (40, "ended", 0)]


def test_a_rise_is_measured_within_its_window() -> None:
    rises = Change(metric="level", way="rises", by=0.5, within_us=minutes(60))

    found = run(rule(rises), [(0.5, 1.0), (30, 1.2), (50, 1.5), (70, 1.5)])

    # the lowest of the last hour, 1.0 of minute 0.5, leaves the window at 60.5
    assert found == [(50, "raised", 1), (60.5, "ended", 0)]
    falls = Change(metric="level", way="falls", by=0.5, within_us=minutes(60))
    assert run(rule(falls), [(10, 2.0), (20, 1.5)])[0] == (20, "raised", 1)


def test_silence_counts_from_the_last_value_and_from_the_start() -> None:
    silent = rule(Silent(metric="level", for_us=minutes(30)))

    assert run(silent, [(50, 1), (60, 1)], until=95) == [(30, "raised", 1), (50, "ended", 0), (90, "raised", 1)]


def test_and_or_and_hours() -> None:
    night = Hours(days=frozenset({2}), starts_min=60, ends_min=120)

    assert run(rule(And(of=(level(), night))), [(5, 3)]) == [(60, "raised", 1), (120, "ended", 0)]
    either = Or(of=(level(), Silent(metric="level", for_us=minutes(20))))
    assert run(rule(either), [(5, 1)], until=30) == [(25, "raised", 1)]


def test_hours_over_midnight_belong_to_the_day_they_begin_on() -> None:
    monday_night = rule(Hours(days=frozenset({1}), starts_min=22 * 60, ends_min=6 * 60))

    assert run(monday_night, []) == [(0, "raised", 1), (360, "ended", 0)]


def test_unknown_neither_raises_nor_ends() -> None:
    old_after_15 = rule(level(1), level(3), valid=15)

    # the value is too old from minute 25 on: the alert stays as it was, until a value says otherwise
    assert run(old_after_15, [(10, 3), (60, 0)]) == [(10, "raised", 2), (60, "ended", 0)]


def test_a_limit_may_be_an_attribute_of_the_feature() -> None:
    own = rule(Threshold(metric="level", op=">", value="bd1"))

    assert run(own, [(5, 2.5)], limits={"bd1": 2.0}) == [(5, "raised", 1)]
    assert run(own, [(5, 2.5)], limits={"bd1": None}) == []


# ---------------------------------------------------------------- late values


class Store:
    """The final series of a feature, as far as it is known."""

    def __init__(self) -> None:
        self.values: dict[int, Values] = {}

    def put(self, at: int, place: int, value: float | None) -> None:
        """Keep a value, or take it away."""
        instant = self.values.setdefault(at, {})
        if value is None:
            instant.pop(place, None)
        else:
            instant[place] = value

    def history(self, after: int, until: int) -> Iterator[tuple[int, Values]]:
        """The instants in (after, until]."""
        for at in sorted(self.values):
            if after < at <= until and self.values[at]:
                yield at, dict(self.values[at])


LEAF = st.one_of(
    st.builds(
        Threshold,
        metric=st.sampled_from(["level", "rain"]),
        op=st.sampled_from([">", ">=", "<", "<="]),
        value=st.integers(0, 5).map(float),
        margin=st.sampled_from([0.0, 1.0]),
    ),
    st.builds(
        Change,
        metric=st.sampled_from(["level", "rain"]),
        way=st.sampled_from(["rises", "falls"]),
        by=st.integers(1, 4).map(float),
        within_us=st.integers(1, 90).map(minutes),
    ),
    st.builds(Silent, metric=st.sampled_from(["level", "rain"]), for_us=st.integers(5, 60).map(minutes)),
    st.builds(
        Hours,
        days=st.frozensets(st.integers(1, 7), min_size=1),
        starts_min=st.integers(0, 1439),
        ends_min=st.integers(0, 1439),
    ),
)
CONDITION: st.SearchStrategy[Condition] = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.builds(Held, of=inner, for_us=st.integers(1, 45).map(minutes)),
        st.builds(And, of=st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Or, of=st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
RULE = st.builds(
    Rule,
    levels=st.lists(CONDITION, min_size=1, max_size=3).map(lambda levels: tuple(enumerate(levels, 1))),
    valid_us=st.sampled_from([20, 60, 600]).map(minutes),
    lower_us=st.sampled_from([0, 0, 7, 30]).map(minutes),
)
READING = st.tuples(st.integers(1, 400), st.integers(0, 1), st.one_of(st.none(), st.integers(0, 6).map(float)))
LATENESS = st.sampled_from([0, 0, 0, 0, 1, 7, 60, 300])


@settings(max_examples=400, deadline=None)
@given(RULE, st.lists(st.tuples(READING, LATENESS), max_size=40), st.booleans(), st.integers(0, 99))
def test_a_live_run_equals_the_back_test_of_the_final_series(
    one: Rule, sent: list[tuple[tuple[int, int, float | None], int]], ticks: bool, seed: int
) -> None:
    program, store, chance = Program(one), Store(), random.Random(seed)
    places = len(program.metrics)
    arrivals = sorted(
        ((at + late, START + minutes(at), place, value) for (at, place, value), late in sent if place < places),
        key=lambda arrival: arrival[0],
    )
    track = Track.begun(program, START)
    journal: list[Event] = list(track.events)

    def heard(withdrawn: object, added: object) -> None:
        for event in withdrawn:  # type: ignore[attr-defined]
            journal.remove(event)
        journal.extend(added)  # type: ignore[arg-type]

    for arrives, at, place, value in arrivals:
        if ticks:
            heard(*track.tick(START + minutes(arrives)))
        store.put(at, place, value)
        heard(*track.observe(at, place, value, store.history))
        if chance.random() < 0.1:  # the process ends and starts again
            stored = json.loads(json.dumps([to_json(track.state), [to_json(mark) for mark in track.marks]]))
            track = Track(program, from_json(stored[0]), [from_json(mark) for mark in stored[1]], track.events)
    end = START + minutes(1500)
    heard(*track.tick(end))

    state, expected = replay(program, START, store.history(START, end), end)
    assert track.events == expected
    assert sorted(journal) == expected
    assert track.state.level == state.level


@settings(max_examples=100, deadline=None)
@given(RULE, st.lists(READING, max_size=30), st.integers(0, 400))
def test_what_nobody_told_of_is_found_by_catching_up(
    one: Rule, sent: list[tuple[int, int, float | None]], away_from: int
) -> None:
    program, store = Program(one), Store()
    track = Track.begun(program, START)
    for at, place, value in sorted(sent, key=lambda reading: reading[0]):
        if place >= len(program.metrics):
            continue
        store.put(START + minutes(at), place, value)
        if at < away_from:
            track.observe(START + minutes(at), place, value, store.history)

    end = START + minutes(900)
    track.catch_up(end, store.history)

    assert track.events == replay(program, START, store.history(START, end), end)[1]
