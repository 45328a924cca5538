"""The data model and the addresses of OGC 18-088: what each entity says, where it leads."""

from typing import Any

import pytest

from layers.sensors.models import Datastream, Station
from layers.sensors.things.model import SETS, read_reading_id, write_reading_id
from tests.layers.sensors.conftest import NOON
from tests.layers.sensors.things.conftest import Service

MANDATORY = {
    "Things": {"name", "description"},
    "Locations": {"name", "description", "encodingType", "location"},
    "HistoricalLocations": {"time"},
    "Datastreams": {"name", "description", "unitOfMeasurement", "observationType"},
    "Sensors": {"name", "description", "encodingType", "metadata"},
    "ObservedProperties": {"name", "definition", "description"},
    "Observations": {"phenomenonTime", "result", "resultTime"},
    "FeaturesOfInterest": {"name", "description", "encodingType", "feature"},
}
"""OGC 18-088, tables 1 to 17."""
LINKS = {
    "Things": {"Locations", "HistoricalLocations", "Datastreams"},
    "Locations": {"Things", "HistoricalLocations"},
    "HistoricalLocations": {"Thing", "Locations"},
    "Datastreams": {"Thing", "Sensor", "ObservedProperty", "Observations"},
    "Sensors": {"Datastreams"},
    "ObservedProperties": {"Datastreams"},
    "Observations": {"Datastream", "FeatureOfInterest"},
    "FeaturesOfInterest": {"Observations"},
}


def test_the_service_names_its_sets_and_what_it_conforms_to(things: Service) -> None:
    page = things.get("")

    assert [one["name"] for one in page["value"]] == list(SETS)
    for one in page["value"]:
        assert things.follow(one["url"])["value"]
    conformance = page["serverSettings"]["conformance"]
    assert "http://www.opengis.net/spec/iot_sensing/1.1/req/request-data/filter" in conformance
    assert not [one for one in conformance if "create-update-delete" in one]


@pytest.mark.parametrize("name", SETS)
def test_every_entity_has_what_the_standard_demands_and_its_links_lead_on(things: Service, name: str) -> None:
    [*found] = things.values(name)

    assert found
    for one in found:
        assert MANDATORY[name] <= one.keys()
        assert {key.removesuffix("@iot.navigationLink") for key in one if key.endswith("navigationLink")} == LINKS[name]
        again = things.follow(one["@iot.selfLink"])
        assert again == one
    for way in LINKS[name]:
        there = things.follow(found[0][f"{way}@iot.navigationLink"])
        assert there.get("value", [there])[0]["@iot.id"]


def test_a_datastream_says_its_unit_and_from_when_to_when(things: Service) -> None:
    [one] = things.values("Datastreams", filter="properties/quantity eq 'co'")

    assert one["unitOfMeasurement"] == {"name": "µg/m³", "symbol": "µg/m³", "definition": "ucum:ug/m3"}
    assert one["phenomenonTime"] == "2026-11-03T04:50:00Z/2026-11-03T05:00:00Z"
    assert one["observedArea"] == {"type": "Point", "coordinates": [106.1, 11.3]}


def test_a_flagged_value_says_so(things: Service) -> None:
    [one] = things.values("Observations", filter="resultQuality/flag eq 3")

    assert one["result"] == 31
    assert one["resultQuality"] == {
        "flag": 3,
        "name": "SUSPECT",
        "status": "00",
        "released": False,
        "usable": False,
    }


def test_names_are_in_the_language_asked_for(things: Service) -> None:
    vi = things.get("ObservedProperties('water_level')")
    en = things._caller.get("/sensorthings/v1.1/ObservedProperties('water_level')", {"lang": "en"}).json()

    assert (vi["name"], en["name"]) == ("Mực nước", "Water level")


def test_addresses_lead_from_entity_to_entity(things: Service, network: dict[str, Station]) -> None:
    station = network["air"].pk
    datastream = Datastream.objects.get(station=station, quantity="pm25").pk

    [latest] = things.values(
        f"Things({station})/Datastreams({datastream})/Observations", orderby="phenomenonTime desc", top=1
    )
    back = things.get(f"Observations('{latest['@iot.id']}')/Datastream/Thing")

    assert (latest["result"], latest["phenomenonTime"]) == (30, "2026-11-03T05:00:00Z")
    assert back["@iot.id"] == station
    assert things.get(f"Things({station})/Locations({station})")["location"]["type"] == "Point"
    assert things.values("ObservedProperties('pm25')/Datastreams", select="id") != []
    assert things.get(f"Datastreams({datastream})/ObservedProperty")["@iot.id"] == "pm25"
    assert len(things.values(f"FeaturesOfInterest({station})/Observations")) == 6


def test_an_address_names_a_property_and_its_bare_value(things: Service, network: dict[str, Station]) -> None:
    station = network["air"].pk

    assert things.get(f"Things({station})/name") == {"name": "Trạm KK01"}
    assert things.ask(f"Things({station})/name/$value").content.decode() == "Trạm KK01"
    assert things.ask(f"Things({station})/properties/code/$value").content == b"KK01"
    assert things.get(f"Things({station})/properties")["properties"]["vn_aqi"] == 87
    assert things.ask(f"Things({network['far'].pk})/properties/vn_aqi/$value").status_code == 204


def test_references_are_links_alone(things: Service, network: dict[str, Station]) -> None:
    found = things.values(f"Things({network['air'].pk})/Datastreams/$ref")

    assert [list(one) for one in found] == [["@iot.selfLink"]] * 2
    assert "Datastreams(" in found[0]["@iot.selfLink"]
    assert things.get(f"Things({network['air'].pk})/$ref").keys() == {"@iot.selfLink"}


def test_the_next_page_of_references_holds_references(things: Service) -> None:
    page = things.get("Observations/$ref", top=5, orderby="result desc", count="true")

    following = things.follow(page["@iot.nextLink"])

    assert following["@iot.count"] == 12
    assert [list(one) for one in following["value"]] == [["@iot.selfLink"]] * 5


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("Things({air})/$ref", {"filter": "name eq 'x'"}),
        ("Things({air})/$ref", {"top": "0"}),
        ("Things({air})/$ref", {"select": "name"}),
        ("Things/$ref", {"select": "name"}),
        ("Things/$ref", {"expand": "Datastreams"}),
        ("Observations/$ref", {"resultFormat": "dataArray"}),
        ("Things({air})", {"skiptoken": "x"}),
        ("Things({air})/name", {"top": "1"}),
    ],
)
def test_an_option_that_does_not_go_with_the_address_is_refused(
    things: Service, network: dict[str, Station], path: str, options: dict[str, str]
) -> None:
    body = things.refused(path.replace("{air}", str(network["air"].pk)), **options)

    assert body["field"] == f"${next(iter(options))}"


@pytest.mark.parametrize(
    "path",
    [
        "Nothing",
        "Things(999999)",
        "Things(x)",
        "Things(1",
        "Things/name",
        "ObservedProperties('radon')",
        "Observations('1_20261103T999999Z')",
        "Observations(12)",
        "Things({air})/Nothing",
        "Things({air})/Datastreams(999999)",
        "Things({air})/Datastreams({far})",
        "Things({air})/name/first",
        "Things({air})/duty_phone",
        "Things({air})/commune__id",
        "Things/$value",
        "Things({air})/" + "/".join(["Datastreams"] * 20),
    ],
)
def test_what_is_not_there_is_404_in_both_languages(things: Service, network: dict[str, Station], path: str) -> None:
    far = Datastream.objects.get(station=network["far"]).pk

    answer = things.ask(path.replace("{air}", str(network["air"].pk)).replace("{far}", str(far)))

    assert answer.status_code == 404
    assert answer.json()["message"].keys() == {"vi", "en"}


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_nothing_is_written(things: Service, method: str) -> None:
    answer = things._caller.send(method, "/sensorthings/v1.1/Things", {})

    assert answer.status_code == 405
    assert "GET" in answer["Allow"]


def test_scripts_of_other_sites_may_read(things: Service) -> None:
    assert things.ask("Things")["Access-Control-Allow-Origin"] == "*"


def test_a_duty_phone_is_nowhere(things: Service) -> None:
    Station.objects.update(duty_phone="0276000000")

    for name in SETS:
        assert "0276000000" not in things.ask(name).content.decode()


@pytest.mark.parametrize("text", ["12_20261103T050000Z", "12_20261103T050000.250000Z"])
def test_ids_of_readings_come_back(text: str) -> None:
    read: Any = read_reading_id(text)

    assert write_reading_id(read) == text
    assert read[1].replace(microsecond=0) == NOON
