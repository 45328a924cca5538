"""What a rule would have raised: equal to the live journal, bounded, and open to those who see the features."""

from datetime import timedelta
from typing import Any

import pytest

from layers.alerts.backtest import back_test
from layers.alerts.evaluate.ledger import journal
from layers.alerts.evaluate.run import Evaluator
from layers.alerts.evaluate.target import Idle
from layers.alerts.models import Rule, Watch
from layers.alerts.rules.body import parse
from layers.alerts.rules.words import said
from layers.alerts.seed import RULES, seed
from layers.core.viewer import HOUSE, Viewer
from tests.layers.alerts.conftest import above, body, make_rule, measure, minutes
from tests.toys import factories
from tests.toys.models import ToyScore, ToyVisit

pytestmark = pytest.mark.django_db


def test_a_back_test_tells_when_how_long_and_how_bad(visit: ToyVisit) -> None:
    for at, value in ((10, 6), (20, 9), (40, 1), (100, 5)):
        measure(visit, minutes(at), value)

    result = back_test("toy_visits", parse(body(above(5), above(8, "extreme"))), HOUSE, end=minutes(120), days=1)

    told = [(one.since_at, one.until_at, one.worst.value, one.changes) for one in result.alerts]
    assert told == [(minutes(100), None, "severe", 0), (minutes(10), minutes(40), "extreme", 1)]
    assert result.alerts[1].length(result.end) == timedelta(minutes=30)
    assert (result.tested, result.features, result.is_whole) == (1, 1, True)


def test_it_equals_the_live_journal_over_the_same_time(visit: ToyVisit) -> None:
    make_rule()
    evaluator = Evaluator()
    evaluator.turn(minutes(0))
    for at, value in ((10, 6), (20, 2), (5, 8), (30, 7), (30, 1), (40, 9)):
        measure(visit, minutes(at), value)
        evaluator.turn(minutes(50))

    live = journal(Watch.objects.get().pk, ["score"])
    tried = back_test("toy_visits", parse(body()), HOUSE, end=minutes(50), days=1).alerts

    assert [one.since_at for one in reversed(tried)] == [minutes(5), minutes(40)]
    assert len({event.began for event in live}) == len(tried)


def test_it_stops_when_its_time_is_over_and_says_so(visit: ToyVisit, unit: Any) -> None:
    factories.make_visit("Thứ hai", commune=unit)

    result = back_test("toy_visits", parse(body()), HOUSE, end=minutes(0), within_s=0)

    assert (result.tested, result.features, result.is_whole) == (0, 2, False)


def test_only_what_the_viewer_sees_is_tried(visit: ToyVisit, watcher: Viewer, other_unit: Any) -> None:
    factories.make_visit("Nơi khác", commune=other_unit)

    result = back_test("toy_visits", parse(body()), watcher, end=minutes(0))

    assert result.features == 1
    with pytest.raises(Idle):
        back_test("toy_visits", parse(body()), Viewer(), end=minutes(0))


def test_it_reaches_back_ninety_days_at_most(visit: ToyVisit) -> None:
    result = back_test("toy_visits", parse(body()), HOUSE, end=minutes(0), days=5_000)

    assert result.end - result.start == timedelta(days=90)


def test_ninety_days_of_five_minutes_are_gone_through(visit: ToyVisit) -> None:
    values = [ToyScore(visit=visit, at=minutes(-5 * step), value=step % 50) for step in range(90 * 288)]
    ToyScore.objects.bulk_create(values, batch_size=5_000)

    result = back_test("toy_visits", parse(body(above(45))), HOUSE, end=minutes(0))

    assert result.is_whole
    assert len(result.alerts) + result.left_out == 90 * 288 // 50


def test_the_demo_s_rules_are_understood_and_said_in_both_languages(db: None) -> None:
    seed(None, lambda _: None)  # type: ignore[arg-type]
    seed(None, lambda _: None)  # type: ignore[arg-type]

    assert Rule.objects.count() == len(RULES)
    for _, _, content in RULES.values():
        for _, condition in parse(content).rule.levels:
            assert said(condition).vi
    held = parse(body({"severity": "minor", "when": {"held": {"for_min": 90, "of": above(5, clear=4)["when"]}}}))
    words = said(held.rule.levels[0][1])
    assert (words.vi, words.en) == (
        "score từ 5 trở lên (hết khi về 4) liên tục 90 phút",
        "score is at or above 5 (ends at 4) for 90 min",
    )
