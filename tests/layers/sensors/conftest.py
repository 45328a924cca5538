"""Stations to store readings of."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.gis.geos import Point

from layers.admin_units.models import AdminUnit
from layers.core.events import Observed, _listeners
from layers.sensors.models import Datastream, Station, StationKind

NOON = datetime(2026, 11, 3, 5, 0, tzinfo=UTC)
"""12:00 in Viet Nam."""


@pytest.fixture
def commune(db: None) -> AdminUnit:
    """A commune for stations to stand in."""
    return AdminUnit.objects.create(
        code="25459", level="commune", kind="commune", name="Tân Ninh", full_name="Phường Tân Ninh", name_en="Tan Ninh",
        name_key="", valid_from="2025-07-01", is_current=True,
    )  # fmt: skip


@pytest.fixture
def make_station(commune: AdminUnit) -> Callable[..., Station]:
    """`make_station(code, kind, quantities, **values)`: a station with its datastreams, five minutes each."""

    def make(
        code: str = "TN_KK01", kind: StationKind = StationKind.AIR, quantities: tuple[str, ...] = ("pm25",), **more: Any
    ) -> Station:
        interval_s = more.pop("interval_s", 300)
        station = Station.objects.create(
            code=code, name=f"Trạm {code}", kind=kind.value, commune=commune, geom=Point(106.1, 11.3, srid=4326), **more
        )
        for quantity in quantities:
            Datastream.objects.create(station=station, quantity=quantity, interval_s=interval_s)
        return station

    return make


@pytest.fixture
def observed() -> Iterator[list[Observed]]:
    """Every `Observed` that was published since."""
    heard: list[Observed] = []
    _listeners[Observed].append(heard.append)
    yield heard
    _listeners[Observed].remove(heard.append)
