"""Maintenance of a station: what is measured meanwhile does not count; everybody reads when, officers by whom."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from layers.core import Chart, Note, State, Text, Timeline
from layers.core.errors import Invalid
from layers.core.models import LatestValue
from layers.core.time import LOCAL
from layers.core.viewer import ANYONE, Viewer
from layers.sensors import mean
from layers.sensors.models import Datastream, Maintenance, Mean, Reading, ReviewVerdict, Span, Station, TestRun
from layers.sensors.panel import station_panel
from layers.sensors.panel.part import LAST_DAY
from layers.sensors.panel.station import MAINTAINED
from layers.sensors.quality.actions import END_MAINTENANCE, MAINTAIN, end_maintenance, record_maintenance
from layers.sensors.quality.flag import Flag
from layers.sensors.quality.maintenance import finish, record
from layers.sensors.quality.rerun import rerun
from layers.sensors.quality.review import review
from layers.sensors.storage import Arrival, store
from tests.layers.sensors.conftest import NOON

STEP = timedelta(minutes=5)
HOUR = timedelta(hours=1)
FIRST = NOON - HOUR + STEP
"""The first reading of the hour that ends at noon."""
VALUES = [30.0, 31, 30, 32, 31, 30, 29, 30, 31, 30, 29, 30]
WORK = (FIRST + 2 * STEP, FIRST + 4 * STEP)


@pytest.fixture
def officer(db: None) -> Viewer:
    account = get_user_model().objects.create(username="moi_truong")
    return Viewer(user="moi_truong", user_id=account.pk, roles=frozenset({"environment"}))


@pytest.fixture
def station(make_station: Callable[..., Station]) -> Station:
    made = make_station(quantities=("pm25", "o3"))
    arrivals = [
        Arrival("TN_KK01", name, FIRST + n * STEP, value) for name in ("pm25", "o3") for n, value in enumerate(VALUES)
    ]
    store(arrivals, now=NOON)
    mean.refresh_all()
    return made


def stream(station: Station, quantity: str = "pm25") -> Datastream:
    return Datastream.objects.get(station=station, quantity=quantity)


def work(station: Station, officer: Viewer, start: datetime, end: datetime | None, at: datetime = NOON) -> Maintenance:
    return record(
        station,
        [stream(station)],
        "cleaning",
        start,
        end,
        done_by="Tổ quan trắc",
        note="Thay lọc",
        viewer=officer,
        at=at,
    )


def flags(station: Station, quantity: str = "pm25") -> list[int]:
    rows = Reading.objects.filter(datastream=stream(station, quantity)).order_by("at")
    return list(rows.values_list("flag", flat=True))


def hour_mean(station: Station, at: datetime = NOON) -> tuple[float, int] | None:
    mean.refresh_all()
    rows = Mean.objects.filter(datastream=stream(station), span=Span.HOUR, at=at)
    return rows.values_list("mean", "count").first()


def test_what_is_measured_during_maintenance_enters_no_mean_until_it_is_released(
    station: Station, officer: Viewer
) -> None:
    work(station, officer, *WORK)

    assert [n for n, flag in enumerate(flags(station)) if flag == Flag.FAIL] == [2, 3, 4]
    assert Flag.FAIL not in flags(station, "o3")
    assert hour_mean(station) == (pytest.approx((sum(VALUES) - sum(VALUES[2:5])) / 9), 9)

    review(stream(station), *WORK, ReviewVerdict.RELEASE, "Chỉ lau vỏ ngoài", officer, NOON + HOUR)

    assert hour_mean(station) == (pytest.approx(sum(VALUES) / 12), 12)


def test_what_comes_while_maintenance_is_under_way_is_flagged_until_it_ends(station: Station, officer: Viewer) -> None:
    work(station, officer, NOON, None)
    later = [NOON + n * STEP for n in range(1, 13)]
    store([Arrival("TN_KK01", "pm25", at, 30.0 + n % 2) for n, at in enumerate(later)], now=later[-1])

    assert flags(station)[-13:] == [Flag.FAIL] * 13
    assert hour_mean(station, NOON + HOUR) is None
    assert LatestValue.objects.get(metric="pm25").at == NOON - STEP

    assert finish(station, later[3], at=later[-1]) == 1

    assert [flag == Flag.FAIL for flag in flags(station)[-13:]] == [True] * 5 + [False] * 8
    count = hour_mean(station, NOON + HOUR)
    assert count is not None
    assert count[1] == 8
    assert LatestValue.objects.get(metric="pm25").at == later[-1]


def test_late_and_corrected_values_of_the_time_stay_out_and_a_new_judgement_keeps_them_out(
    station: Station, officer: Viewer
) -> None:
    work(station, officer, WORK[0] + timedelta(seconds=1), WORK[1])
    store([Arrival("TN_KK01", "pm25", WORK[0] + STEP, 33.0)], now=NOON)
    store([Arrival("TN_KK01", "pm25", WORK[0] + timedelta(seconds=150), 31.5)], now=NOON)

    within = Reading.objects.filter(datastream=stream(station), at__gt=WORK[0], at__lte=WORK[1])
    assert set(within.values_list("flag", flat=True)) == {Flag.FAIL}
    assert within.count() == 3

    TestRun.objects.all().delete()
    rerun(NOON + HOUR)
    assert set(within.values_list("flag", flat=True)) == {Flag.FAIL}


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [(NOON + STEP, None, "start"), (NOON - HOUR, NOON + STEP, "end"), (NOON, NOON - STEP, "end")],
)
def test_a_period_that_cannot_be_is_refused_and_leaves_nothing(
    station: Station, officer: Viewer, start: datetime, end: datetime | None, field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        work(station, officer, start, end)

    assert set(caught.value.fields) == {field}
    assert not Maintenance.objects.exists()
    assert Flag.FAIL not in flags(station)


def test_what_is_not_under_way_cannot_be_ended(station: Station, officer: Viewer) -> None:
    work(station, officer, *WORK)

    with pytest.raises(Invalid) as caught:
        finish(station, NOON, NOON)

    assert set(caught.value.fields) == {"end"}


def form(**more: Any) -> dict[str, Any]:
    written = {"kind": "replacement", "start": "2026-11-03 11:00", "end": "2026-11-03 11:30", "done_by": "Cty Demo"}
    return {"quantities": None, "note": None, **written, **more}


@pytest.mark.parametrize(
    ("said", "quantities"), [(None, {"pm25", "o3"}), ("O₃", {"o3"}), ("pm2.5, o3", {"pm25", "o3"}), ("PM25", {"pm25"})]
)
def test_quantities_are_named_as_people_write_them(
    station: Station, officer: Viewer, said: str | None, quantities: set[str]
) -> None:
    record_maintenance(station, officer, form(quantities=said))

    kept = Maintenance.objects.get()
    assert {one.quantity for one in kept.streams.all()} == quantities
    assert kept.start == datetime(2026, 11, 3, 11, tzinfo=LOCAL)
    assert (kept.by_id, kept.done_by) == (officer.user_id, "Cty Demo")


def test_a_quantity_that_the_station_does_not_measure_is_named_with_those_it_does(
    station: Station, officer: Viewer
) -> None:
    with pytest.raises(Invalid) as caught:
        record_maintenance(station, officer, form(quantities="PM2.5, SO2"))

    assert caught.value.fields["quantities"].en == "Not measured here: SO2. Measured: PM2.5, O₃."


def test_maintenance_is_ended_by_its_time_or_now(station: Station, officer: Viewer) -> None:
    record_maintenance(station, officer, form(end=None))
    end_maintenance(station, officer, {"end": "03/11/2026 11:45"})

    assert Maintenance.objects.get().end == datetime(2026, 11, 3, 11, 45, tzinfo=LOCAL)


OTHERS = [ANYONE, Viewer(user="land", user_id=1, roles=frozenset({"land"}))]


def said(station: Station, viewer: Viewer, at: datetime = NOON) -> tuple[str, list[str]]:
    """The whole maintenance log as a viewer reads it, and the notes of the panel."""
    panel = station_panel(station, viewer, at=at)
    [log] = [
        one for one in panel.blocks if isinstance(one, Timeline) and one.title == Text(vi="Bảo trì", en="Maintenance")
    ]
    notes = [one.text.en for one in panel.blocks if isinstance(one, Note) and isinstance(one.text, Text)]
    return str(log), notes


@pytest.mark.parametrize("viewer", OTHERS)
def test_others_read_that_there_was_maintenance_and_when_but_neither_names_nor_notes(
    station: Station, officer: Viewer, viewer: Viewer
) -> None:
    work(station, officer, *WORK)

    log, _ = said(station, viewer)

    assert "Vệ sinh" in log
    assert f"{WORK[0].astimezone(LOCAL):%d/%m %H:%M} – {WORK[1].astimezone(LOCAL):%d/%m %H:%M}: PM2.5." in log
    assert not any(secret in log for secret in ("Tổ quan trắc", "Thay lọc", "moi_truong"))


def test_officers_read_who_did_it_and_the_note(station: Station, officer: Viewer) -> None:
    work(station, officer, *WORK)

    log, _ = said(station, officer)

    assert all(told in log for told in ("Tổ quan trắc", "Thay lọc", "moi_truong"))


def test_a_station_under_maintenance_says_so_and_only_officers_hear_of_rules(station: Station, officer: Viewer) -> None:
    work(station, officer, WORK[0], None)

    assert station_panel(station, ANYONE, at=NOON).state == State(text=MAINTAINED)
    assert [note for note in said(station, ANYONE)[1] if "Under maintenance" in note and "Rules" not in note]
    assert [note for note in said(station, officer)[1] if "Rules are not paused" in note]


def test_the_time_is_marked_on_the_line_with_what_was_measured_hollow(station: Station, officer: Viewer) -> None:
    work(station, officer, *WORK)

    panel = station_panel(station, ANYONE, at=NOON + STEP)

    chart = next(one for one in panel.blocks if isinstance(one, Chart) and one.title == LAST_DAY)
    [mark] = chart.series[0].marks
    assert (mark.start, mark.end, mark.level, mark.text) == (*WORK, "info", Text(vi="Vệ sinh", en="Cleaning"))
    assert mark.points == [(FIRST + n * STEP, VALUES[n]) for n in (2, 3, 4)]


def test_only_the_environments_officers_may_record_it() -> None:
    for action in (MAINTAIN, END_MAINTENANCE):
        assert [action.allowed(viewer) for viewer in OTHERS] == [False, False]
        assert action.allowed(Viewer(user="e", user_id=2, roles=frozenset({"environment"})))
