"""A station's panel: the index of the day that is over, a year once there is more than a month, its own alerts."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from layers.core import Chart, Related, Stat, Table
from layers.core.panel import Block
from layers.core.time import LOCAL
from layers.core.viewer import ANYONE, Viewer
from layers.sensors.models import Datastream, HourlyIndex, Mean, Span, Station
from layers.sensors.panel import station_panel
from tests.layers.sensors.conftest import NOON

MIDNIGHT = NOON.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture
def station(make_station: Callable[..., Station]) -> Station:
    return make_station(quantities=("pm25", "o3"))


def keep(station: Station, quantity: str, span: Span, values: dict[datetime, float]) -> None:
    """Means as the job leaves them."""
    stream = Datastream.objects.get(station=station, quantity=quantity)
    rest = {"span": span, "count": 12, "expected": 12, "is_complete": True}
    Mean.objects.bulk_create(
        Mean(datastream=stream, at=at, mean=value, least=value, most=value, **rest) for at, value in values.items()
    )


def shown(station: Station, kind: type[Block], viewer: Viewer = ANYONE) -> list[Any]:
    return [block for block in station_panel(station, viewer, at=NOON).blocks if isinstance(block, kind)]


def test_the_index_of_the_day_that_is_over_is_said_with_its_derivation(station: Station) -> None:
    keep(station, "pm25", Span.HOUR, {MIDNIGHT - timedelta(hours=n): 40.0 for n in range(24)})
    keep(station, "pm25", Span.HOUR, {MIDNIGHT + timedelta(hours=n): 300.0 for n in range(1, 4)})

    stat = next(one for one in shown(station, Stat) if one.title.en == "Daily VN_AQI")

    # 40 µg/m³ lies between 25 (50) and 50 (100)
    assert (stat.value, stat.note) == (80, f"{MIDNIGHT - timedelta(hours=1):%d/%m/%Y}")
    assert any("Daily VN_AQI" in one.title.en for one in shown(station, Table))


def test_a_day_of_too_few_hours_has_no_index(station: Station) -> None:
    keep(station, "pm25", Span.HOUR, {MIDNIGHT - timedelta(hours=n): 40.0 for n in range(17)})

    assert not [one for one in shown(station, Stat) if one.title.en == "Daily VN_AQI"]


def test_a_year_is_drawn_where_there_is_more_than_a_month(station: Station) -> None:
    keep(station, "pm25", Span.DAY, {MIDNIGHT - timedelta(days=n): 30.0 for n in range(20)})
    assert not [one for one in shown(station, Chart) if one.title.en.startswith("Last 365 days")]
    keep(station, "pm25", Span.DAY, {MIDNIGHT - timedelta(days=n): 30.0 for n in range(40, 400)})

    [year] = [one for one in shown(station, Chart) if one.title.en.startswith("Last 365 days")]

    values = [value for _, value in year.series[0].points]
    assert len(values) == 20 + 325 + 1  # a gap is one None
    assert values.count(None) == 1
    assert {limit for _, limit in year.series[0].limit} == {50, 45}


def test_alerts_of_the_station_are_asked_for_at_its_place(station: Station) -> None:
    [alerts] = [one for one in shown(station, Related) if one.layer == "alerts"]

    assert alerts.within_m == 5


@pytest.mark.parametrize(("language", "comma"), [("vi", ","), ("en", ".")])
def test_the_hours_of_a_nowcast_are_listed_and_numbers_are_written_in_the_language(
    station: Station, language: str, comma: str
) -> None:
    keep(station, "pm25", Span.HOUR, {NOON - timedelta(hours=n): 30.5 + n * 2.5 for n in range(12) if n != 4})
    HourlyIndex.objects.create(station=station, at=NOON, aqi=70, pollutant="pm25")

    tables = shown(station, Table, replace(ANYONE, language=language))

    [how] = [one for one in tables if "1459" in one.title.en]
    [hours] = [one for one in tables if "Nowcast" in one.title.en]
    formula = next(formula for name, _, formula in how.rows if name == "– PM2.5")
    assert re.search(rf"× \(\d+{re.escape(comma)}\d+ − 25\)", formula)
    assert len(hours.rows) == 12
    assert hours.rows[0] == ["12:00", 30.5, f"1{comma}0000"]
    assert hours.rows[1] == ["11:00", 33.0, f"0{comma}5259"]  # 30.5 ÷ 58, the least by the most
    assert hours.rows[4] == ["08:00", None, None]
