"""The real client of the FROST project reads the service as it reads any other.

It brings nine packages that nothing else needs, so it is no part of `make setup`:
`.venv/bin/pip install -c constraints.txt frost-sta-client==1.1.53`.
"""

from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from layers.sensors.models import Station

frost: Any = pytest.importorskip("frost_sta_client", reason="frost-sta-client is not installed")


# the client's own furl warns of the client
pytestmark = pytest.mark.filterwarnings("ignore:furl.pathstr:DeprecationWarning")


@pytest.fixture
def client(transactional_db: None, network: dict[str, Station], live_server: LiveServer) -> Any:
    """A client of a server that listens."""
    return frost.SensorThingsService(f"{live_server.url}/sensorthings/v1.1")


def test_it_walks_lists_filters_expands_and_pages(client: Any, network: dict[str, Station]) -> None:
    stations = client.things().query().filter("properties/kind eq 'air'").orderby("name", "asc").list()
    assert [one.name for one in stations] == ["Trạm KK01", "Trạm KK02"]

    one = client.things().find(network["air"].pk)
    assert one.properties["code"] == "KK01"
    streams = one.get_datastreams().query().expand("ObservedProperty,Sensor").list()
    assert {each.observed_property.name for each in streams} == {"PM2.5", "CO"}
    assert {each.unit_of_measurement.symbol for each in streams} == {"µg/m³"}

    paged = client.observations().query().top(5).count().list()
    assert paged.count == 12
    assert len(list(paged)) == 12

    latest = client.datastreams().query().expand("Observations($orderby=phenomenonTime desc;$top=1)").list()
    assert [each.observations.entities[0].result for each in latest] == [30, 600, 10, 1.5]

    [place, *_] = client.locations().query().list().entities
    assert place.location["type"] == "Point"
    [seen, *_] = client.features_of_interest().query().list().entities
    assert seen.name == "Trạm KK01"
    assert client.historical_locations().query().list().entities[0].time
    assert client.sensors().query().list().entities[0].encoding_type == "text/html"
    assert client.observed_properties().find("pm25").name == "PM2.5"
    reading = client.observations().query().filter("result gt 600").top(1).list().entities[0]
    assert client.observations().find(reading.id).result == reading.result
