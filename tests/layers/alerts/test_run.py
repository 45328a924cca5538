"""The evaluator's process: what it raises from what is measured, restarts, and late values."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.alerts.evaluate.ledger import journal
from layers.alerts.evaluate.run import Evaluator
from layers.alerts.models import Alert, Entry, Heard, Rule, RuleVersion, Watch
from layers.alerts.rules.body import parse
from layers.alerts.rules.fold import replay
from layers.alerts.rules.program import Program
from layers.alerts.series import Reader, to_us
from layers.core.registry import registry
from tests.layers.alerts.conftest import above, body, make_rule, measure, minutes
from tests.toys import factories
from tests.toys.models import ToyScore, ToyVisit

pytestmark = pytest.mark.django_db


def states() -> list[tuple[str, str]]:
    """State and severity of every alert, the first first."""
    return list(Alert.objects.order_by("since_at", "pk").values_list("state", "severity"))


def back_test(watch: Watch, until: Any) -> Any:
    """The events over the final series."""
    made = parse(watch.version.body)
    program = Program(made.rule, watch.limits)
    reader = Reader(registry.get("toy_visits"), watch.feature_id, program.metrics)  # type: ignore[arg-type]
    start, end = to_us(watch.starts_at), to_us(until)
    return replay(program, start, reader(start, end), end)[1]


def test_an_alert_is_raised_at_the_feature_and_ends(visit: ToyVisit) -> None:
    make_rule(body(above(5), above(8, "extreme")))
    evaluator = Evaluator()
    evaluator.turn(minutes(0))

    measure(visit, minutes(1), 6)
    evaluator.turn(minutes(1))
    measure(visit, minutes(2), 9)
    evaluator.turn(minutes(2))

    alert = Alert.objects.get()
    assert (alert.severity, alert.state, alert.is_current) == ("extreme", "open", True)
    assert (alert.geom.x, alert.geom.y) == pytest.approx((visit.geom.x, visit.geom.y), abs=1e-6)
    assert (alert.layer, alert.feature_id, alert.about) == ("toy_visits", visit.pk, "Trạm thử")
    assert alert.since_at == minutes(1)

    measure(visit, minutes(3), 1)
    evaluator.turn(minutes(3))

    alert.refresh_from_db()
    assert (alert.state, alert.worst, alert.ended_at, alert.until_at) == ("cleared", "extreme", minutes(3), minutes(3))
    assert list(alert.entries.order_by("at").values_list("kind", flat=True)) == ["raised", "upgraded", "ended"]
    assert not Heard.objects.exists()


def test_another_process_goes_on_where_the_first_stood(visit: ToyVisit) -> None:
    make_rule(body({"severity": "minor", "when": {"held": {"for_min": 10, "of": above(5)["when"]}}}))
    Evaluator().turn(minutes(0))
    measure(visit, minutes(1), 6)
    Evaluator().turn(minutes(1))

    Evaluator().turn(minutes(12))

    assert Alert.objects.get().since_at == minutes(11)


def test_what_came_while_the_process_was_away_is_taken(visit: ToyVisit) -> None:
    make_rule()
    Evaluator().turn(minutes(0))
    measure(visit, minutes(1), 6)
    measure(visit, minutes(2), 1)

    Evaluator().turn(minutes(60))

    assert states() == [("cleared", "severe")]


def test_a_value_whose_message_was_lost_is_read_from_the_series(visit: ToyVisit) -> None:
    make_rule()
    Evaluator().turn(minutes(0))
    measure(visit, minutes(1), 6, tell=False)
    measure(visit, minutes(2), 4, tell=False)

    Evaluator().turn(minutes(5))

    assert states() == [("cleared", "severe")]


def test_a_late_value_whose_message_was_lost_is_found_within_half_a_day(visit: ToyVisit) -> None:
    make_rule()
    evaluator = Evaluator()
    evaluator.turn(minutes(0))
    measure(visit, minutes(10), 1)
    evaluator.turn(minutes(10))
    measure(visit, minutes(5), 7, tell=False)

    for hours in range(1, 14):
        evaluator.turn(minutes(60 * hours))

    assert states() == [("cleared", "severe")]


def test_nothing_is_lost_where_a_turn_cannot_be_kept(visit: ToyVisit, monkeypatch: pytest.MonkeyPatch) -> None:
    make_rule()
    evaluator = Evaluator()
    evaluator.turn(minutes(0))
    measure(visit, minutes(1), 6)

    with monkeypatch.context() as broken:
        broken.setattr(Evaluator, "_keep_states", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            evaluator.turn(minutes(1))
    assert not Alert.objects.exists()
    evaluator.forget()
    evaluator.turn(minutes(1))

    assert states() == [("open", "severe")]


def test_a_corrected_value_withdraws_its_alert_and_leaves_a_record(visit: ToyVisit) -> None:
    make_rule()
    evaluator = Evaluator()
    evaluator.turn(minutes(0))
    measure(visit, minutes(1), 6)
    evaluator.turn(minutes(1))

    measure(visit, minutes(1), 2)
    evaluator.turn(minutes(2))

    alert = Alert.objects.get()
    assert (alert.state, alert.is_current) == ("withdrawn", False)
    raised = alert.entries.get(kind="raised")
    assert raised.withdrawn_at == minutes(2)
    assert alert.entries.filter(kind="withdrawn").exists()


def test_an_earlier_value_that_comes_late_amends_the_alert_and_keeps_who_acknowledged(visit: ToyVisit) -> None:
    make_rule()
    evaluator = Evaluator()
    evaluator.turn(minutes(0))
    measure(visit, minutes(10), 6)
    evaluator.turn(minutes(10))
    alert = Alert.objects.get()
    alert.state = "acknowledged"
    alert.save()
    Entry.objects.create(alert=alert, watch=alert.watch, at=minutes(10), kind="acknowledged")

    measure(visit, minutes(5), 7)
    evaluator.turn(minutes(11))

    alert.refresh_from_db()
    assert (alert.since_at, alert.state) == (minutes(5), "acknowledged")
    assert alert.entries.filter(kind="amended").exists()


def test_a_rule_that_is_changed_ends_its_alert_and_begins_anew(visit: ToyVisit) -> None:
    rule = make_rule()
    evaluator = Evaluator()
    evaluator.turn(minutes(0))
    measure(visit, minutes(1), 6)
    evaluator.turn(minutes(1))

    RuleVersion.objects.create(rule=rule, number=2, body=body(above(5.5)))
    evaluator.turn(minutes(2))
    measure(visit, minutes(3), 6)
    evaluator.turn(minutes(3))

    first, second = Alert.objects.order_by("since_at")
    assert (first.state, first.watch.version.number) == ("cleared", 1)
    assert first.entries.filter(kind="stopped").exists()
    assert (second.state, second.watch.version.number) == ("open", 2)


def test_a_rule_over_a_layer_that_is_not_there_is_idle_and_says_so(db: None) -> None:
    make_rule(layer="no_such_layer")

    Evaluator().turn(minutes(0))

    rule = Rule.objects.get()
    assert "no_such_layer" in rule.idle_vi
    assert "no_such_layer" in rule.idle_en


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (body({"severity": "minor", "when": {"silent": {"metric": "noise", "for_min": 5}}}), "noise"),
        (body({"severity": "minor", "when": above(5)["when"]}, target={"filter": "colour = 'red'"}), "colour"),
        (body(target={"units": ["99999"]}), "99999"),
        (body({"severity": "minor", "when": {"threshold": {"metric": "score", "op": ">", "value": "bd1"}}}), "bd1"),
    ],
)
def test_an_idle_rule_names_what_is_missing(visit: ToyVisit, content: Any, words: str) -> None:
    make_rule(content)

    Evaluator().turn(minutes(0))

    rule = Rule.objects.get()
    assert words in rule.idle_vi
    assert words in rule.idle_en
    assert not Watch.objects.exists()


def test_a_group_is_watched_by_a_filter_and_follows_it(visit: ToyVisit, unit: Any) -> None:
    other = factories.make_visit("Trạm sửa", commune=unit, kind="repair")
    make_rule(body(target={"filter": "kind = 'repair'"}))
    evaluator = Evaluator()

    evaluator.turn(minutes(0))
    assert set(Watch.objects.filter(ends_at=None).values_list("feature_id", flat=True)) == {other.pk}
    ToyVisit.objects.filter(pk=visit.pk).update(kind="repair")
    ToyVisit.objects.filter(pk=other.pk).delete()
    evaluator.turn(minutes(1))

    assert set(Watch.objects.filter(ends_at=None).values_list("feature_id", flat=True)) == {visit.pk}


def test_silence_raises_by_the_clock_and_a_value_ends_it(visit: ToyVisit) -> None:
    make_rule(body({"severity": "moderate", "when": {"silent": {"metric": "score", "for_min": 30}}}))
    evaluator = Evaluator()
    evaluator.turn(minutes(0))
    evaluator.turn(minutes(31))
    assert states() == [("open", "moderate")]

    measure(visit, minutes(32), 1)
    evaluator.turn(minutes(32))

    assert states() == [("cleared", "moderate")]


def test_a_value_from_the_future_waits_for_its_time(visit: ToyVisit) -> None:
    make_rule()
    evaluator = Evaluator()
    evaluator.turn(minutes(0))
    measure(visit, minutes(100), 9)

    evaluator.turn(minutes(1))
    assert not Alert.objects.exists()
    evaluator.turn(minutes(101))

    assert states() == [("open", "severe")]


def test_without_auto_clear_a_person_closes(visit: ToyVisit) -> None:
    make_rule(body(auto_clear=False))
    evaluator = Evaluator()
    evaluator.turn(minutes(0))
    measure(visit, minutes(1), 6)
    measure(visit, minutes(2), 1)

    evaluator.turn(minutes(2))

    alert = Alert.objects.get()
    assert (alert.state, alert.ended_at) == ("open", minutes(2))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(1, 300), st.one_of(st.none(), st.integers(0, 9).map(float)), st.sampled_from([0, 0, 5, 150])
        ),
        max_size=15,
    ),
    st.integers(0, 4),
)
def test_the_stored_journal_equals_the_back_test_after_late_values_and_restarts(
    visit: ToyVisit, sent: list[tuple[int, float | None, int]], restarts: int
) -> None:
    Rule.objects.all().delete()
    ToyScore.objects.all().delete()
    Heard.objects.all().delete()
    make_rule(
        body(
            {"severity": "minor", "when": {"held": {"for_min": 10, "of": above(3, clear=1)["when"]}}},
            {"severity": "severe", "when": {"change": {"metric": "score", "way": "rises", "by": 3, "within_min": 45}}},
            lower_min=5,
        )
    )
    evaluator = Evaluator()
    evaluator.turn(minutes(0))
    for count, (at, value, late) in enumerate(sorted(sent, key=lambda one: one[0] + one[2])):
        measure(visit, minutes(at), value)
        if restarts and count % restarts == 0:
            evaluator = Evaluator()
        evaluator.turn(minutes(at + late))
    end = minutes(1_000)
    evaluator.turn(end)

    watch = Watch.objects.get(ends_at=None)
    found = journal(watch.pk, ["score"])
    assert found == back_test(watch, end - timedelta(seconds=20))
    standing = Alert.objects.exclude(state="withdrawn")
    assert standing.count() == len({event.began for event in found})
    assert all(alert.is_current == (alert.state in ("open", "acknowledged")) for alert in standing)
