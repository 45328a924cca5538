"""The air between the stations and the wind at them, now and in the past; an officer's decisions from the panel."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import shapely
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import Point

from layers.admin_units.models import AdminUnit, Boundary, Source
from layers.admin_units.outline import as_multi
from layers.core import ANYONE, Viewer, registry
from layers.core.errors import Invalid
from layers.core.panel import Actions, KeyValue, Stat, Table, Timeline
from layers.sensors.models import Calibration, Datastream, HourlyIndex, Mean, Reading, Review, Span, Station
from layers.sensors.panel import station_panel
from layers.sensors.quality.actions import record_calibration, review_readings
from layers.sensors.storage import Arrival, store
from layers.sensors.surface import air_panel
from tests.layers.sensors.conftest import NOON

HOUR = timedelta(hours=1)
QUANTITIES = ("pm25", "wind_speed", "wind_direction")


@pytest.fixture
def stations(make_station: Callable[..., Station]) -> list[Station]:
    """Five around a point, indices 40 to 80 now and twice that an hour ago."""
    made = []
    for number in range(5):
        one = make_station(f"TN_KK0{number}", quantities=QUANTITIES)
        one.geom = Point(106.1 + number * 0.05, 11.3 + (number % 2) * 0.05, srid=4326)
        one.save()
        made.append(one)
        for at, times in ((NOON, 1), (NOON - HOUR, 2)):
            stand(one, at, (40 + 10 * number) * times)
            mean(one, "pm25", at, (20.0 + number) * times)
            mean(one, "wind_speed", at, 2.5)
            mean(one, "wind_direction", at, 45.0 * number)
    return made


def stand(station: Station, at: Any, aqi: int | None, **more: Any) -> None:
    values = {"aqi": aqi, "stale": False, "flagged": False, **more}
    HourlyIndex.objects.update_or_create(station=station, at=at, defaults=values)


def mean(station: Station, quantity: str, at: Any, value: float) -> None:
    stream = Datastream.objects.get(station=station, quantity=quantity)
    Mean.objects.create(
        datastream=stream, span=Span.HOUR, at=at, mean=value, least=value, most=value, count=12, expected=12,
        is_complete=True,
    )  # fmt: skip


def drawn(shown: str, **more: Any) -> list[Any]:
    features = registry.get("air_surface").query(ANYONE, **more).all(100)
    return [one for one in features if one.attributes["shown"] == shown]


def at_place(features: list[Any], station: Station) -> float | None:
    place = shapely.Point(station.geom.coords)
    return next((one.attributes["value"] for one in features if shapely.from_wkb(one.wkb).intersects(place)), None)


def test_surface_is_of_the_newest_hour_and_of_the_hour_asked_for(stations: list[Station]) -> None:
    now, before = drawn("aqi"), drawn("aqi", at=NOON - timedelta(minutes=20))

    assert {one.attributes["hour"] for one in now} == {NOON}
    assert {one.attributes["stations"] for one in now} == {5}
    assert max(one.attributes["most"] for one in now) <= 80
    assert {one.attributes["hour"] for one in before} == {NOON - HOUR}
    assert max(one.attributes["most"] for one in before) > 80
    assert [round(one.attributes["value"]) for one in drawn("pm25")] == [22]
    assert drawn("aqi", at=NOON - 5 * HOUR) == []


def test_silent_and_doubtful_stations_stay_out(stations: list[Station]) -> None:
    stand(stations[0], NOON, 400, stale=True)
    stand(stations[1], NOON, 400, flagged=True)

    assert {one.attributes["stations"] for one in drawn("aqi")} == {3}
    assert {one.attributes["stations"] for one in drawn("pm25")} == {3}
    assert max(one.attributes["most"] for one in drawn("aqi")) <= 80

    stand(stations[2], NOON, None)
    assert drawn("aqi") == []


def test_nothing_is_drawn_where_no_station_is_near(stations: list[Station]) -> None:
    far = shapely.Point(107.2, 11.3)

    assert at_place(drawn("aqi"), stations[2]) is not None
    assert not any(shapely.from_wkb(one.wkb).intersects(far) for one in drawn("aqi"))


def test_it_ends_at_the_province_s_border_as_it_holds(stations: list[Station], settings: Any) -> None:
    province = AdminUnit.objects.create(
        code=settings.GEO_IOC_PROVINCE, level="province", kind="province", name="Tây Ninh", full_name="Tỉnh Tây Ninh",
        name_en="Tay Ninh", name_key="tay ninh", is_current=True,
    )  # fmt: skip
    border = Boundary(unit=province, level="province", valid_from="2025-07-01", is_current=True)

    def whole() -> Any:
        return shapely.union_all([shapely.from_wkb(one.wkb) for one in drawn("aqi")])

    free = whole()
    west = as_multi(shapely.box(105.5, 11.0, 106.2, 11.6))
    assert west is not None
    border.put(west, Source.ILLUSTRATIVE)
    assert whole().bounds[2] == pytest.approx(106.2, abs=1e-4)
    assert whole().area == pytest.approx(free.intersection(west).area, rel=1e-3)
    assert {one.attributes["stations"] for one in drawn("aqi")} == {5}

    wider = as_multi(shapely.box(105.5, 11.0, 106.3, 11.6))
    assert wider is not None
    border.put(wider, Source.IMPORTED)
    assert whole().bounds[2] == pytest.approx(106.3, abs=1e-4)


def test_panel_of_the_surface_tells_its_error_and_its_stations(stations: list[Station]) -> None:
    (feature, *_) = drawn("aqi")

    panel = air_panel(feature, ANYONE)

    assert isinstance(panel.blocks[0], Stat)
    rows = next(block for block in panel.blocks if isinstance(block, KeyValue)).rows
    told = {str(title.en): value for title, value in rows}  # type: ignore[union-attr]
    assert told["Stations"] == 5
    assert told["Error with each station left out (RMSE)"].value > 0  # type: ignore[union-attr]
    assert told["Hour ending"] == "12:00 03/11/2026"


def test_an_arrow_points_where_the_wind_blew_to(stations: list[Station]) -> None:
    stand(stations[4], NOON, 80, stale=True)

    arrows = {one.id: one.attributes for one in registry.get("wind").query(ANYONE).all(100)}

    assert sorted(arrows) == [one.pk for one in stations[:4]]
    assert [arrows[one.pk]["toward"] for one in stations[:4]] == [180, 225, 270, 315]
    assert arrows[stations[0].pk]["speed"] == 2.5


@pytest.fixture
def officer(db: None) -> Viewer:
    account = get_user_model().objects.create(username="moi_truong")
    return Viewer(user="moi_truong", user_id=account.pk, roles=frozenset({"environment"}))


@pytest.fixture
def spiked(make_station: Callable[..., Station]) -> Station:
    station = make_station()
    values = [30.0, 31, 400, 31, 30]
    start = NOON - 5 * timedelta(minutes=5)
    store([Arrival("TN_KK01", "pm25", start + n * timedelta(minutes=5), v) for n, v in enumerate(values)], now=NOON)
    return station


def test_an_officer_releases_from_the_panel_and_it_is_told(spiked: Station, officer: Viewer) -> None:
    form = {"quantity": "pm25", "start": "03/11/2026 11:45", "end": None, "verdict": "release", "reason": "Cháy rơm"}

    review_readings(spiked, officer, form)

    assert Reading.objects.get(flag=4).released
    assert Review.objects.get().readings == 1
    of_officer = station_panel(spiked, officer, NOON + HOUR)
    table = next(one for one in of_officer.blocks if isinstance(one, Table) and one.rows and len(one.columns) == 7)
    assert table.rows == [["PM2.5", "03/11 11:45", "03/11 11:45", 1, "400,0 µg/m³", "Được cho dùng", "Gai nhọn"]]
    assert any(isinstance(block, Actions) for block in of_officer.blocks)


def test_who_decided_is_told_to_officers_only(spiked: Station, officer: Viewer) -> None:
    form = {"quantity": "pm25", "start": "2026-11-03 11:45", "end": None, "verdict": "reject", "reason": "Hỏng đầu đo"}
    review_readings(spiked, officer, form)
    Review.objects.update(at=NOON)

    def told(viewer: Viewer) -> list[Any]:
        panel = station_panel(spiked, viewer, NOON + HOUR)
        return [entry for block in panel.blocks if isinstance(block, Timeline) for entry in block.entries]

    assert [(entry.text, entry.by) for entry in told(officer)] == [("Hỏng đầu đo", "moi_truong")]
    assert [(entry.text, entry.by) for entry in told(ANYONE)] == [("Hỏng đầu đo", None)]


def test_a_calibration_is_kept_and_changes_no_reading(spiked: Station, officer: Viewer) -> None:
    before = list(Reading.objects.order_by("at").values_list("value", "flag"))
    form = {
        "quantity": "pm25", "at": "2026-11-03 09:00", "zero_drift": 1.2, "span_drift_percent": -3.0, "result": "failed",
        "certificate": "HC-01", "note": None, "next_on": None,
    }  # fmt: skip

    record_calibration(spiked, officer, form)

    kept = Calibration.objects.get()
    assert (kept.zero_drift, kept.passed, kept.by_id, kept.note) == (1.2, False, officer.user_id, "")
    assert list(Reading.objects.order_by("at").values_list("value", "flag")) == before
    panel = station_panel(spiked, ANYONE, NOON + HOUR)
    (entry,) = [entry for block in panel.blocks if isinstance(block, Timeline) for entry in block.entries]
    assert entry.text.en == (  # type: ignore[union-attr]
        "Zero off by +1.2 µg/m³; span off by −3 %; certificate HC-01; stored readings are left as they are."
    )


@pytest.mark.parametrize(
    ("changed", "field"), [({"quantity": "o3"}, "quantity"), ({"start": "hôm qua"}, "start"), ({"end": "x"}, "end")]
)
def test_what_is_wrong_with_a_form_is_said_by_its_field(
    spiked: Station, officer: Viewer, changed: dict[str, str], field: str
) -> None:
    form = {"quantity": "pm25", "start": "2026-11-03 11:45", "end": None, "verdict": "release", "reason": "vì"}

    with pytest.raises(Invalid) as caught:
        review_readings(spiked, officer, form | changed)

    assert set(caught.value.fields) == {field}


def test_only_officers_of_the_environment_may_decide(officer: Viewer) -> None:
    actions = {one.name: one for one in registry.get("stations").actions}

    for name in ("review_readings", "record_calibration"):
        assert actions[name].allowed(officer)
        assert not actions[name].allowed(ANYONE)
