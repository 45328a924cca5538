"""A station's panel: the index of the day that is over, a year once there is more than a month, its own alerts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from layers.core import Chart, Related, Stat, Table
from layers.core.panel import Block
from layers.core.time import LOCAL
from layers.core.viewer import ANYONE
from layers.sensors.models import Datastream, Mean, Span, Station
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


def shown(station: Station, kind: type[Block]) -> list[Any]:
    return [block for block in station_panel(station, ANYONE, at=NOON).blocks if isinstance(block, kind)]


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
