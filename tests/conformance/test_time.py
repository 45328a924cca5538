"""Layers that live in time show other rows at another time, on every road."""

from datetime import timedelta
from typing import Any

import pytest

from layers.core import AsOf, Instant, Valid
from layers.core.stream import StreamLayer
from layers.core.time import LOCAL
from tests.conformance.roads import Roads
from tests.conformance.rows import BEFORE, Rows, of_the_past
from tests.conformance.subject import NEAR, Subject

THEN = f"{BEFORE[0].year + 2}-06-01"
LONG_AGO = "1990-01-01"


def ids(roads: Roads, subject: Subject, **query: Any) -> set[int]:
    """Ids of the features of a list."""
    return {f["id"] for f in roads.features(subject, subject.full, **query)}


def drawn(roads: Roads, subject: Subject, **query: Any) -> set[int]:
    """Ids of the features of the tile over `NEAR`."""
    return roads.tile_ids(subject, subject.full, subject.tile(NEAR, subject.layer.zoom.last), **query)


def test_a_row_of_the_past_is_seen_then_and_not_now(subject: Subject, roads: Roads, fresh: Rows) -> None:
    if not isinstance(subject.layer.time, Valid):
        pytest.skip("rows do not hold over a time")
    past = subject.own(fresh.make(NEAR, **of_the_past(subject.layer)), NEAR)
    key, now = subject.key(past), {subject.key(row) for row in subject.rows.values()}
    base = f"/api/layers/{subject.id}"

    assert ids(roads, subject) == now
    assert ids(roads, subject, at=THEN) == {key}
    assert ids(roads, subject, at=str(BEFORE[1])) == set()
    assert ids(roads, subject, at=str(BEFORE[0])) == {key}
    assert ids(roads, subject, at=LONG_AGO) == set()
    assert roads.get(subject.full, f"{base}/counts", at=THEN).json()["total"] == 1
    assert roads.get(subject.full, f"{base}/features/{key}/panel", at=THEN).status_code == 200
    assert roads.get(subject.full, f"{base}/features/{key}/panel").status_code == 404
    assert key not in drawn(roads, subject)
    assert drawn(roads, subject, at=THEN) == {key}
    assert drawn(roads, subject, at=LONG_AGO) == set()


def test_what_was_not_yet_known_is_not_seen(subject: Subject, roads: Roads) -> None:
    time = subject.layer.time
    if not isinstance(time, Valid) or not time.known_starts:
        pytest.skip("when rows were known is not recorded")

    assert ids(roads, subject, known_at=THEN) == set()
    assert drawn(roads, subject, known_at=THEN) == set()
    assert subject.key(subject.rows[NEAR]) in ids(roads, subject, known_at="2024-01-01", at="2024-01-01")


def test_an_event_is_seen_while_it_is_kept(subject: Subject, roads: Roads) -> None:
    time = subject.layer.time
    if not isinstance(time, Instant):
        pytest.skip("rows are no events")
    happened = getattr(subject.rows[NEAR], time.field).astimezone(LOCAL)
    key = subject.key(subject.rows[NEAR])
    moments = [happened - time.step * 2, happened + time.step, happened + time.keep + time.step * 2]

    seen = [key in ids(roads, subject, at=moment.isoformat()) for moment in moments]

    assert seen == [False, True, False]
    assert drawn(roads, subject, at=moments[0].isoformat()) == set()


def test_the_past_of_a_layer_that_computes_it_differs(subject: Subject, roads: Roads) -> None:
    if not isinstance(subject.layer.time, AsOf):
        pytest.skip("no computed past")

    assert roads.features(subject, subject.full, at=LONG_AGO) != roads.features(subject, subject.full)


def test_a_layer_without_time_shows_the_same_at_any_time(subject: Subject, roads: Roads) -> None:
    if subject.layer.time is not None or isinstance(subject.layer, StreamLayer):
        pytest.skip("has a time")

    assert ids(roads, subject, at=THEN) == ids(roads, subject)


def test_times_are_floored_to_the_step(subject: Subject, roads: Roads) -> None:
    time = subject.layer.time
    if time is None:
        pytest.skip("no time")
    step = min(time.step, timedelta(days=1))
    noon = "2024-03-01T12:00:00+07:00"
    later = noon.replace("12:00:00", "12:00:30" if step > timedelta(seconds=30) else "12:00:00")

    answers = [roads.tile(subject.full, subject.id, subject.tile(NEAR, subject.fine), at=at) for at in (noon, later)]
    built = roads.server.service.built
    roads.tile(subject.full, subject.id, subject.tile(NEAR, subject.fine), at=later)

    assert answers[0].headers["etag"] == answers[1].headers["etag"]
    assert roads.server.service.built == built
