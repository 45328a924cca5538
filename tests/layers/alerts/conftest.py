"""A rule over the toy visits' scores, and a clock that tests set."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from layers.alerts.hearing import EAR
from layers.alerts.models import Rule, RuleVersion
from layers.core.events import Observed, publish
from layers.core.models import LatestValue
from tests.toys import factories
from tests.toys.models import ToyScore, ToyVisit

NOON = datetime(2026, 3, 3, 5, tzinfo=UTC)
"""2026-03-03, 12:00 in Việt Nam."""


def minutes(count: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=count)


def above(value: float, severity: str = "severe", **more: Any) -> dict[str, Any]:
    """A level: the score at or above a value."""
    return {"severity": severity, "when": {"threshold": {"metric": "score", "op": ">=", "value": value, **more}}}


def body(*levels: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A rule's content."""
    return {"levels": list(levels) or [above(5)], "valid_min": 600, **more}


def make_rule(content: dict[str, Any] | None = None, **more: Any) -> Rule:
    """A rule over toy visits, on."""
    values = {"slug": "scores", "title_vi": "Điểm cao", "title_en": "High score", "layer": "toy_visits", "is_on": True}
    rule = Rule.objects.create(**{**values, **more})
    RuleVersion.objects.create(rule=rule, number=1, body=content or body())
    return rule


def measure(visit: ToyVisit, at: datetime, value: float | None, *, tell: bool = True) -> None:
    """Store a score as a domain does: the series, the latest value, and then the event."""
    ToyScore.objects.filter(visit=visit, at=at).delete()
    if value is not None:
        ToyScore.objects.create(visit=visit, at=at, value=value)
        known = LatestValue.objects.filter(layer="toy_visits", feature_id=visit.pk, metric="score").first()
        if known is None or known.at <= at:
            LatestValue.objects.update_or_create(
                layer="toy_visits", feature_id=visit.pk, metric="score", defaults={"value": value, "at": at}
            )
    if tell:
        publish(Observed(layer="toy_visits", id=visit.pk, metric="score", value=value, unit=None, at=at))
        EAR.write()


@pytest.fixture(autouse=True)
def _ear(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing is remembered from another test, and nothing is written behind a test's back."""
    monkeypatch.setattr("layers.alerts.hearing.WAIT_S", 3_600)
    EAR.forget()
    yield
    if EAR._timer:
        EAR._timer.cancel()
    EAR.__init__()  # type: ignore[misc]


@pytest.fixture
def visit(unit: Any) -> ToyVisit:
    """A toy with a score."""
    return factories.make_visit("Trạm thử", commune=unit)


Measure = Callable[..., None]
