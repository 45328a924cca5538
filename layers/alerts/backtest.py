"""What a rule would have raised over the last days, before it is switched on.

The same program goes over the series as they are known now, from a blank state at the first instant: event for event
what a live run from that instant would hold today. Bounded by time, features and alerts; what was left out is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from time import monotonic

from django.db.utils import OperationalError

from layers.alerts.evaluate.target import Found, layer_of, watched
from layers.alerts.rules.body import Body
from layers.alerts.rules.fold import Event, replay
from layers.alerts.rules.program import Program
from layers.alerts.rules.track import REACH_US
from layers.alerts.series import MICROSECOND, Reader, from_us, to_us
from layers.alerts.severity import Severity
from layers.core.limit import at_most
from layers.core.viewer import Viewer

DAYS_MOST = REACH_US * MICROSECOND // timedelta(days=1)
WITHIN_S = 25.0
"""Longest time one back-test may take."""
ALERTS_MOST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An alert that would have been; `until_at` None: it would still stand. `changes`: upgrades and downgrades."""

    feature: Found
    since_at: datetime
    until_at: datetime | None
    worst: Severity
    changes: int
    values: dict[str, float | None]

    def length(self, now: datetime) -> timedelta:
        """How long it would have stood, up to now."""
        return (self.until_at or now) - self.since_at


@dataclass(slots=True, kw_only=True)
class Result:
    """Alerts, newest first.

    Attributes:
        tested, features: features gone through, and how many there are.
        left_out: alerts beyond `ALERTS_MOST`.
    """

    start: datetime
    end: datetime
    features: int = 0
    tested: int = 0
    alerts: list[Tried] = field(default_factory=list)
    left_out: int = 0
    seconds: float = 0.0

    @property
    def is_whole(self) -> bool:
        """Whether every feature was gone through."""
        return self.tested == self.features


def back_test(
    layer_id: str, body: Body, viewer: Viewer, *, end: datetime, days: int = 90, within_s: float = WITHIN_S
) -> Result:
    """The alerts of the last `days` days before `end`, of the features this viewer sees.

    Raises:
        Idle: the rule cannot be evaluated, and why.
    """
    begun = monotonic()
    result = Result(start=end - timedelta(days=min(days, DAYS_MOST)), end=end)
    found = watched(layer_id, body, viewer)
    result.features = len(found)
    for one in found:
        left = within_s - (monotonic() - begun)
        if left <= 0:
            break
        try:
            with at_most(left):
                events = _events(layer_id, body, viewer, one, result)
        except OperationalError:
            break  # the time is over in the middle of a series
        result.tested += 1
        result.alerts += _alerts(one, body, events)
    result.alerts.sort(key=lambda alert: alert.since_at, reverse=True)
    result.left_out = max(0, len(result.alerts) - ALERTS_MOST)
    del result.alerts[ALERTS_MOST:]
    result.seconds = monotonic() - begun
    return result


def _events(layer_id: str, body: Body, viewer: Viewer, one: Found, result: Result) -> list[Event]:
    program = Program(body.rule, one.limits)
    reader = Reader(layer_of(layer_id, body, viewer), one.id, program.metrics, viewer)
    start, end = to_us(result.start), to_us(result.end)
    return replay(program, start, reader(start, end), end)[1]


def _alerts(one: Found, body: Body, events: list[Event]) -> Iterator[Tried]:
    names = Program(body.rule, one.limits).metrics
    for began, group in groupby(events, key=lambda event: event.began):
        told = list(group)
        last = told[-1]
        yield Tried(
            feature=one,
            since_at=from_us(began),
            until_at=None if last.level else from_us(last.at),
            worst=Severity.of(max(event.level for event in told)),
            changes=sum(event.kind in ("upgraded", "downgraded") for event in told),
            values=dict(zip(names, told[0].values, strict=True)),
        )
