"""Times as people write them, floored to a layer's step, and the three ways a layer lives in time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.core import ANYONE, AsOf, Instant, registry
from layers.core.errors import BadRequest
from layers.core.time import LOCAL, floor_time, parse_time
from tests.toys import factories
from tests.toys.models import ToyPlot, ToyVisit

PLOTS = registry.get("toy_plots")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-07-01", datetime(2025, 6, 30, 17, tzinfo=UTC)),
        ("2025-07-01T08:00:00+07:00", datetime(2025, 7, 1, 1, tzinfo=UTC)),
        ("2025-07-01T08:00:00Z", datetime(2025, 7, 1, 8, tzinfo=UTC)),
        ("2025-07-01T08:00:00 07:00", datetime(2025, 7, 1, 1, tzinfo=UTC)),  # a plus that a browser did not escape
    ],
)
def test_a_time_is_read_as_written(text: str, moment: datetime) -> None:
    assert parse_time(text) == moment


@given(st.text(max_size=30))
def test_whatever_is_no_time_is_refused_by_name(text: str) -> None:
    refused, moment = None, None
    try:
        moment = parse_time(text, "known_at")
    except BadRequest as fault:
        refused = fault

    if refused is None:
        assert moment is not None
        assert moment.tzinfo is UTC
    else:
        assert (refused.field, refused.slug) == ("known_at", "bad_time")


@pytest.mark.parametrize(
    "text", ["yesterday", "2025-13-01", "2025-07-01T08:00:00", "0001-01-01", "9999-12-31T23:59:59-23:00"]
)
def test_no_zone_and_no_such_day_are_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        parse_time(text)


@given(
    st.integers(631_152_000, 3_786_912_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),  # 1990 to 2090
    st.sampled_from([timedelta(minutes=5), timedelta(hours=1), timedelta(hours=6), timedelta(days=1)]),
)
def test_a_floored_time_is_a_whole_step_and_not_later(moment: datetime, step: timedelta) -> None:
    floored = floor_time(moment, step)
    local = floored.astimezone(LOCAL)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)

    assert floored <= moment < floored + step
    assert (local - midnight) % step == timedelta(0)
    assert floor_time(floored, step) == floored


def names(**query: Any) -> list[str]:
    return [feature.attributes["name"] for feature in PLOTS.query(ANYONE, **query).all(10)]


@pytest.mark.django_db
def test_a_period_holds_its_first_day_and_not_its_last() -> None:
    factories.make_plot("cũ", plot=1, valid_from=date(2024, 1, 1), valid_to=date(2025, 7, 1), is_current=False)
    factories.make_plot("mới", plot=1, valid_from=date(2025, 7, 1))

    days = ["2023-12-31", "2024-01-01", "2025-06-30", "2025-07-01"]

    assert [names(at=parse_time(day)) for day in days] == [[], ["cũ"], ["cũ"], ["mới"]]
    assert names() == ["mới"]


@pytest.mark.django_db
def test_what_was_believed_then_differs_from_what_is_known_now() -> None:
    learnt = datetime(2025, 3, 1, tzinfo=UTC)
    held = {"plot": 1, "valid_from": date(2024, 1, 1), "is_current": False}
    factories.make_plot("nhầm", recorded_from=datetime(2024, 1, 1, tzinfo=UTC), recorded_to=learnt, **held)
    factories.make_plot("đúng", recorded_from=learnt, **{**held, "is_current": True})
    at = parse_time("2024-06-01")

    assert names(at=at, known_at=parse_time("2024-06-01")) == ["nhầm"]
    assert names(at=at, known_at=parse_time("2025-04-01")) == ["đúng"]
    assert names(at=at) == ["đúng"]
    assert names(known_at=parse_time("2023-01-01")) == []


@pytest.mark.django_db
def test_without_a_time_the_stored_flag_decides_and_no_clock() -> None:
    factories.make_plot("hết hạn", valid_from=date(2020, 1, 1), valid_to=date(2021, 1, 1), is_current=True)

    assert names() == ["hết hạn"]


@pytest.mark.django_db
def test_events_are_seen_from_when_they_happen_until_they_are_no_longer_kept() -> None:
    happened = datetime(2025, 7, 1, 8, tzinfo=UTC)
    factories.make_visit(at=happened)
    time = Instant("at", step=timedelta(minutes=5), keep=timedelta(hours=1))
    moments = [
        happened - timedelta(minutes=5),
        happened,
        happened + timedelta(minutes=55),
        happened + timedelta(hours=1),
    ]

    seen = [time.rows(ToyVisit.objects.all(), moment, None).exists() for moment in moments]

    assert seen == [False, True, True, False]
    assert time.rows(ToyVisit.objects.all(), None, None).exists()


@pytest.mark.django_db
def test_a_computed_past_is_asked_only_for_the_past() -> None:
    factories.make_plot("nay")
    time = AsOf(lambda at: ToyPlot.objects.none(), step=timedelta(hours=1), keep=timedelta(days=1))

    assert time.rows(ToyPlot.objects.all(), None, None).count() == 1
    assert time.rows(ToyPlot.objects.all(), datetime(2020, 1, 1, tzinfo=UTC), None).count() == 0
