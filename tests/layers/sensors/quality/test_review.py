"""People decide about flagged readings; the tests' versions follow; neighbours raise doubts and take them back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import Point

from layers.core import Chart
from layers.core.errors import Invalid
from layers.core.models import LatestValue
from layers.core.panel import Mark
from layers.core.text import Text
from layers.core.viewer import ANYONE, Viewer
from layers.sensors import mean
from layers.sensors.models import (
    Datastream,
    DoubtedHour,
    Mean,
    Reading,
    Review,
    ReviewVerdict,
    Span,
    Station,
    TestRun,
    TouchedHour,
)
from layers.sensors.panel import station_panel
from layers.sensors.panel.part import LAST_DAY
from layers.sensors.quality import neighbour
from layers.sensors.quality.flag import Flag
from layers.sensors.quality.rerun import rerun
from layers.sensors.quality.review import review, spells
from layers.sensors.quality.table import VERSION, Test
from layers.sensors.storage import Arrival, store
from tests.layers.sensors.conftest import NOON

STEP = timedelta(minutes=5)
HOUR = timedelta(hours=1)
START = NOON - HOUR + STEP
"""The first reading of the hour that ends at noon."""
SPIKE = START + 3 * STEP
VALUES = [30.0, 31, 30, 400, 31, 30, 29, 30, 31, 30, 29, 30]


@pytest.fixture
def officer(db: None) -> Viewer:
    account = get_user_model().objects.create(username="moi_truong")
    return Viewer(user="moi_truong", user_id=account.pk, roles=frozenset({"environment"}))


@pytest.fixture
def stream(make_station: Callable[..., Station]) -> Datastream:
    make_station()
    store([Arrival("TN_KK01", "pm25", START + n * STEP, value) for n, value in enumerate(VALUES)], now=NOON)
    mean.refresh_all()
    return Datastream.objects.get()


def hour_mean() -> tuple[float, int] | None:
    mean.refresh_all()
    return Mean.objects.filter(span=Span.HOUR, at=NOON).values_list("mean", "count").first()


def reading(at: Any = SPIKE) -> Reading:
    return Reading.objects.get(at=at)


def test_a_flagged_value_enters_no_mean_until_it_is_released_and_none_after_it_is_rejected(
    stream: Datastream, officer: Viewer
) -> None:
    without = (pytest.approx((sum(VALUES) - 400) / 11), 11)
    assert hour_mean() == without

    kept = review(stream, SPIKE, SPIKE, ReviewVerdict.RELEASE, "Cháy rơm gần trạm", officer, NOON + HOUR)

    assert (kept.by_id, kept.readings, kept.reason) == (officer.user_id, 1, "Cháy rơm gần trạm")
    assert (reading().flag, reading().released) == (Flag.FAIL, True)
    assert hour_mean() == (pytest.approx(sum(VALUES) / 12), 12)

    review(stream, SPIKE, SPIKE, ReviewVerdict.REJECT, "Nhầm", officer, NOON + 2 * HOUR)

    assert (reading().flag, reading().released) == (Flag.FAIL, False)
    assert hour_mean() == without
    assert [one.verdict for one in Review.objects.order_by("at")] == ["release", "reject"]


def test_a_good_value_that_is_rejected_stays_out_when_judged_again_until_it_is_corrected(
    stream: Datastream, officer: Viewer
) -> None:
    last = START + 11 * STEP
    review(stream, last, last, ReviewVerdict.REJECT, "Đang lau đầu đo", officer, NOON)
    assert reading(last).flag == Flag.FAIL
    assert LatestValue.objects.get(metric="pm25").at == last - STEP

    store([Arrival("TN_KK01", "pm25", last + STEP, 31)], now=NOON + STEP)
    store([Arrival("TN_KK01", "pm25", last, VALUES[-1])], now=NOON + STEP)
    assert reading(last).flag == Flag.FAIL

    store([Arrival("TN_KK01", "pm25", last, 29.5)], now=NOON + STEP)
    assert reading(last).flag == Flag.PASS


def test_a_release_after_a_rejection_lets_the_tests_speak_again(stream: Datastream, officer: Viewer) -> None:
    last = START + 11 * STEP
    review(stream, last, last, ReviewVerdict.REJECT, "Nhầm", officer, NOON)

    review(stream, last, last, ReviewVerdict.RELEASE, "Đã kiểm tra", officer, NOON + STEP)

    assert (reading(last).flag, reading(last).released) == (Flag.PASS, True)
    assert LatestValue.objects.get(metric="pm25").at == last


@pytest.mark.parametrize(
    ("start", "end", "reason", "field"),
    [
        (SPIKE, SPIKE - STEP, "vì", "end"),
        (SPIKE, SPIKE, "  ", "reason"),
        (START, START, "vì", "start"),
    ],
)
def test_what_cannot_be_decided_is_said_and_leaves_nothing(
    stream: Datastream, officer: Viewer, start: Any, end: Any, reason: str, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        review(stream, start, end, ReviewVerdict.RELEASE, reason, officer, NOON)

    assert set(caught.value.fields) == {field}
    assert not Review.objects.exists()
    assert not Reading.objects.filter(released=True).exists()


def test_flagged_readings_are_listed_as_spells_with_the_tests_that_flagged_them(
    make_station: Callable[..., Station],
) -> None:
    station = make_station()
    values = [20.0, 21.0, 300.0, 22.0, *[25.0] * 80, 26.0]
    start = NOON - len(values) * STEP
    store([Arrival("TN_KK01", "pm25", start + n * STEP, value) for n, value in enumerate(values)], now=NOON)

    found, more = spells(station.pk, NOON - timedelta(days=1), NOON)

    assert not more
    assert [(one.flag, one.readings, one.tests, one.most) for one in found] == [
        (Flag.FAIL, 8, (Test.FLAT,), 25),
        (Flag.SUSPECT, 36, (Test.FLAT,), 25),
        (Flag.FAIL, 1, (Test.SPIKE,), 300),
    ]
    assert found[-1].start == found[-1].end == start + 2 * STEP
    assert spells(station.pk, NOON - timedelta(days=1), NOON, most=2)[1]


def test_readings_are_judged_again_when_the_tests_change_part_by_part(
    make_station: Callable[..., Station], settings: Any
) -> None:
    make_station()
    stream = Datastream.objects.get()
    days = [NOON - timedelta(days=ago) for ago in (100, 60, 59, 1)]
    store([Arrival("TN_KK01", "pm25", at, value) for at, value in zip(days, (30, 200, 30, 90), strict=True)], now=NOON)
    assert rerun(NOON) == 0
    assert TestRun.objects.get().finished_at == NOON
    mean.refresh_all()

    settings.GEO_IOC_SENSOR_TESTS = '{"pm25": {"sensor": [0, 100]}}'
    assert rerun(NOON + HOUR, at_most_s=0) == 0  # no time: begun, not done
    assert rerun(NOON + HOUR) == 1

    run = TestRun.objects.get(finished_at__isnull=False, version__startswith=f"{VERSION}-")
    assert (run.datastream_id, run.judged, run.changed) == (stream.pk, 4, 1)
    assert list(Reading.objects.order_by("at").values_list("flag", flat=True)) == [1, 4, 1, 1]
    assert TouchedHour.objects.count() == 1
    assert rerun(NOON + HOUR) == 0


def test_a_station_far_from_its_neighbours_is_doubted_until_they_agree(make_station: Callable[..., Station]) -> None:
    for number in range(4):
        make_station(f"TN_KK0{number}")
        Station.objects.filter(code=f"TN_KK0{number}").update(geom=Point(106.1 + number * 0.03, 11.3, srid=4326))

    def send(code: str, value: float) -> None:
        store([Arrival(code, "pm25", START + n * STEP, value + n % 3) for n in range(12)], now=NOON)

    for number, value in enumerate((20, 22, 24, 140)):
        send(f"TN_KK0{number}", value)
    assert neighbour.compare(NOON) == 1

    doubted = DoubtedHour.objects.get()
    assert (doubted.at, doubted.median, doubted.neighbours) == (NOON, pytest.approx(23), 3)
    odd = Reading.objects.filter(datastream__station__code="TN_KK03")
    assert set(odd.values_list("flag", flat=True)) == {Flag.SUSPECT}
    assert set(Reading.objects.exclude(datastream__station__code="TN_KK03").values_list("flag", flat=True)) == {1}
    assert neighbour.compare(NOON) == 0

    for number in range(2):
        send(f"TN_KK0{number}", 130)
    assert neighbour.compare(NOON) >= 1
    assert not DoubtedHour.objects.filter(datastream__station__code="TN_KK03").exists()
    assert set(odd.values_list("flag", flat=True)) == {Flag.PASS}


def test_a_far_station_is_no_neighbour(make_station: Callable[..., Station]) -> None:
    for number in range(4):
        make_station(f"TN_KK0{number}")
        Station.objects.filter(code=f"TN_KK0{number}").update(geom=Point(106.1 + number * 0.5, 11.3, srid=4326))
        store([Arrival(f"TN_KK0{number}", "pm25", START, 10 + 150 * (number == 3))], now=NOON)

    assert neighbour.compare(NOON) == 0


def test_what_is_flagged_is_marked_on_the_line_hollow_until_it_is_released(stream: Datastream, officer: Viewer) -> None:
    def marked() -> list[Mark]:
        panel = station_panel(stream.station, ANYONE, at=NOON + STEP)
        charts = [one for one in panel.blocks if isinstance(one, Chart)]
        return list(next(one for one in charts if one.title == LAST_DAY).series[0].marks)

    [mark] = marked()
    assert (mark.start, mark.end, mark.level, mark.points) == (SPIKE, SPIKE, "danger", [(SPIKE, 400)])
    assert mark.text == Text(vi="Gai nhọn", en="Spike")

    review(stream, SPIKE, SPIKE, ReviewVerdict.RELEASE, "Cháy rơm gần trạm", officer, NOON + HOUR)

    assert [(one.level, one.points) for one in marked()] == [("info", ())]
