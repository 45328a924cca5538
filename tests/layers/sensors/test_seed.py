"""The demo's stations: twelve, with 72 hours of faulty five-minute data that the centre makes sense of."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

import fixtures
from fixtures.stations import WIND, Fault, troubles
from layers.core import registry
from layers.core.viewer import ANYONE, Viewer
from layers.sensors.models import Datastream, HourlyIndex, Reading, RejectedReading, Station, TouchedHour
from layers.sensors.seed import seed
from tests.layers.education.conftest import communes as communes

HOUR = timedelta(hours=1)


@pytest.fixture
def said(communes: Any) -> list[str]:
    lines: list[str] = []
    seed(fixtures.province(), lines.append)
    return lines


def test_the_demo_s_stations_stand_and_seeding_again_changes_nothing(said: list[str]) -> None:
    now = timezone.now()
    kinds = sorted(Station.objects.values_list("kind", flat=True))
    assert kinds == ["air"] * 5 + ["surface_water"] * 4 + ["water_level"] * 3
    assert Reading.objects.count() > 50_000
    assert Reading.objects.filter(flag__in=(3, 4)).exists()
    assert not TouchedHour.objects.exists()
    for station in Station.objects.filter(stale=False):
        value = {"air": station.aqi, "surface_water": station.wqi, "water_level": station.flood}[station.kind]
        assert value is not None, station.code
    assert Station.objects.filter(stale=False).count() >= 8
    assert HourlyIndex.objects.filter(aqi__isnull=False).count() > 300
    clocks = [
        one for station in fixtures.province().stations for one in troubles(station, now - 71 * HOUR, now - 2 * HOUR)
        if one.fault is Fault.CLOCK
    ]  # fmt: skip
    assert RejectedReading.objects.filter(reason="future").exists() == bool(clocks)
    arrows = list(registry.get("wind").query(ANYONE).all(10))
    assert arrows
    assert all(0.1 <= one.attributes["speed"] <= 10 and 0 <= one.attributes["toward"] <= 360 for one in arrows)
    before = Reading.objects.count()
    Datastream.objects.filter(quantity__in=WIND).delete()  # stations of a demo that was seeded without

    seed(fixtures.province(), said.append)

    assert said[-1].startswith("0 stations new")
    assert Reading.objects.count() == before
    assert Datastream.objects.filter(quantity__in=WIND, station__kind="air").count() == 10


def test_every_station_has_a_panel_now_and_in_the_past(said: list[str]) -> None:
    layer = registry.get("stations")
    for station in Station.objects.all():
        now = layer.panel(layer.query(ANYONE).row(station.pk), ANYONE)
        at = timezone.now().replace(minute=0, second=0, microsecond=0) - 24 * HOUR
        past = layer.panel(layer.query(ANYONE, at=at).row(station.pk), ANYONE, at=at)

        for panel in (now, past):
            types = [type(block).__name__ for block in panel.blocks]
            assert types[0] == "Stat"
            assert types.count("Chart") >= 2
            assert types.count("Table") >= 2


def test_the_duty_phone_is_in_the_panel_of_whom_it_concerns_alone(said: list[str]) -> None:
    layer = registry.get("stations")
    station = Station.objects.first()
    assert station is not None
    here = Viewer(user="a", roles=frozenset({"environment"}), units=frozenset({station.commune_id}))
    elsewhere = Viewer(user="b", roles=frozenset({"environment"}), units=frozenset({station.commune_id + 1}))

    seen = [
        station.duty_phone in str(layer.panel(layer.query(viewer).row(station.pk), viewer).blocks)
        for viewer in (here, elsewhere, ANYONE)
    ]

    assert seen == [True, False, False]
