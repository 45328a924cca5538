"""A rule as people write it: what is understood, and how faults are named."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.alerts.rules.body import Step, parse
from layers.alerts.rules.condition import And, Held, Hours, Threshold
from layers.core.errors import Invalid

LEVEL = {"threshold": {"metric": "level", "op": ">=", "value": 3.5, "clear": 3.3}}


def body(when: Any = None, **more: Any) -> dict[str, Any]:
    """A rule of one level."""
    return {"levels": [{"severity": "severe", "when": when or LEVEL}], "valid_min": 60, **more}


def test_a_whole_rule_is_understood() -> None:
    when = {"all": [{"held": {"for_min": 15, "of": LEVEL}}, {"hours": {"days": [1], "from": "22:00", "to": "06:00"}}]}

    made = parse(body(when, escalation=[{"after_min": 30, "emails": ["a@b.vn"]}, {"roles": ["environment"]}]))

    level = Threshold(metric="level", op=">=", value=3.5, clear=3.3)
    hours = Hours(days=frozenset({1}), starts_min=22 * 60, ends_min=6 * 60)
    assert made.rule.levels == ((3, And(of=(Held(of=level, for_us=15 * 60_000_000), hours))),)
    assert made.escalation[0] == Step(after_min=0, roles=("environment",))
    assert made.auto_clear


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({}, "levels"),
        ({**body(), "levels": []}, "levels"),
        (body({"threshold": {"metric": "level", "op": "=", "value": 1}}), "levels[0].when.threshold.op"),
        (body({"threshold": {"metric": "level", "op": ">", "value": None}}), "levels[0].when.threshold.value"),
        (body({"threshold": {"metric": "a", "op": ">", "value": 1, "clear": 2}}), "levels[0].when.threshold.clear"),
        (body({"held": {"for_min": 5, "of": {"magic": {}}}}), "levels[0].when.held.of"),
        (body({"any": []}), "levels[0].when.any"),
        (body({"hours": {"from": "25:00", "to": "06:00"}}), "levels[0].when.hours.from"),
        (body({"hours": {"days": [0], "from": "05:00", "to": "06:00"}}), "levels[0].when.hours.days[0]"),
        (body(valid_min=0), "valid_min"),
        (body(colour="red"), "colour"),
        (body(escalation=[{"after_min": 5}]), "escalation[0]"),
        (body(target={"features": ["one"]}), "target.features[0]"),
    ],
)
def test_a_fault_is_named_by_its_place_in_both_languages(wrong: Any, place: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse(wrong)

    assert place in refused.value.fields
    assert refused.value.fields[place].vi != refused.value.fields[place].en


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["levels", "when", "all", "held", "of", "threshold", "hours", "x"]), inner),
    ),
    max_leaves=12,
)


@given(JSON)
def test_nothing_but_its_own_refusal_comes_out(wrong: Any) -> None:
    with pytest.raises(Invalid):
        parse(json.loads(json.dumps(body())) | {"levels": wrong, "valid_min": wrong})
