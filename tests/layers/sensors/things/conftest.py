"""A small network to ask SensorThings about."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.gis.geos import Point

from layers.sensors.models import Datastream, Flag, Reading, Station, StationKind
from layers.sensors.storage import Arrival, store
from tests.conftest import As
from tests.layers.sensors.conftest import NOON

MINUTE = timedelta(minutes=1)
SERVICE = "/sensorthings/v1.1"


@pytest.fixture
def network(make_station: Callable[..., Station]) -> dict[str, Station]:
    """Two air stations and a gauge; three readings of each quantity, five minutes apart, the last at noon."""
    made = {
        "air": make_station("KK01", quantities=("pm25", "co"), operator="Sở TN&MT", aqi=87),
        "far": make_station("KK02", quantities=("pm25",)),
        "gauge": make_station("MN01", StationKind.WATER_LEVEL, ("water_level",)),
    }
    Station.objects.filter(code="KK02").update(geom=Point(106.5, 11.6, srid=4326), source="demo")
    values = {("KK01", "pm25"): 30, ("KK01", "co"): 600, ("KK02", "pm25"): 10, ("MN01", "water_level"): 1.5}
    store(
        [
            Arrival(station, quantity, NOON - 5 * ago * MINUTE, value + ago)
            for (station, quantity), value in values.items()
            for ago in range(3)
        ],
        now=NOON,
    )
    Reading.objects.update(flag=Flag.PASS)
    suspect = Datastream.objects.get(station__code="KK01", quantity="pm25")
    Reading.objects.filter(datastream=suspect, at=NOON - 5 * MINUTE).update(flag=Flag.SUSPECT)
    return made


class Service:
    """SensorThings as a caller asks it."""

    def __init__(self, caller: As) -> None:
        self._caller = caller

    def ask(self, path: str, **options: Any) -> Any:
        """The answer; `filter` is `$filter`, and so on."""
        return self._caller.get(f"{SERVICE}/{path}", {f"${name}": value for name, value in options.items()})

    def get(self, path: str, **options: Any) -> Any:
        """The JSON of an answer that must be there."""
        answer = self.ask(path, **options)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def values(self, path: str, **options: Any) -> list[dict[str, Any]]:
        """The entities of a page."""
        found: list[dict[str, Any]] = self.get(path, **options)["value"]
        return found

    def follow(self, link: str) -> Any:
        """The JSON behind a link of an answer."""
        answer = self._caller.get(link.removeprefix("http://testserver"))
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def refused(self, path: str, **options: Any) -> dict[str, Any]:
        """The body of a 400, in both languages."""
        answer = self.ask(path, **options)
        assert answer.status_code == 400, answer.content.decode()
        body: dict[str, Any] = answer.json()
        assert body["message"].keys() == {"vi", "en"}
        return body


@pytest.fixture
def things(anyone: As, network: dict[str, Station]) -> Service:
    """The service, asked by the public."""
    return Service(anyone)
