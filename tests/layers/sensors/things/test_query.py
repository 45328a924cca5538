"""Query options of OGC 18-088 §9.3: filter, order, select, expand, pages, counts, data arrays."""

from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from layers.sensors.models import Datastream, Station
from layers.sensors.things import options, read
from layers.sensors.things.syntax import MAX_CHARACTERS
from tests.layers.sensors.things.conftest import Service

SQUARE = "POLYGON ((106 11, 106.2 11, 106.2 11.4, 106 11.4, 106 11))"


def codes(things: Service, condition: str) -> set[str]:
    return {one["properties"]["code"] for one in things.values("Things", filter=condition)}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("name eq 'Trạm KK01'", {"KK01"}),
        ("name ne 'Trạm KK01'", {"KK02", "MN01"}),
        ("properties/kind eq 'air' and not (properties/code eq 'KK01')", {"KK02"}),
        ("properties/kind eq 'water_level' or properties/code eq 'KK02'", {"KK02", "MN01"}),
        ("properties/vn_aqi gt 80", {"KK01"}),
        ("properties/vn_aqi eq null", {"KK02", "MN01"}),
        ("properties/vn_aqi ne null", {"KK01"}),
        ("properties/demo eq true", {"KK02"}),
        ("properties/demo", {"KK02"}),
        ("properties/code in ('KK01', 'MN01')", {"KK01", "MN01"}),
        ("properties/vn_aqi add 3 eq 90", {"KK01"}),
        ("properties/vn_aqi sub 7 mul 2 eq 73", {"KK01"}),
        ("properties/vn_aqi div 2 gt 43.4 and properties/vn_aqi mod 10 eq 7", {"KK01"}),
        ("properties/vn_aqi div 0 eq 1", set()),
        ("-properties/vn_aqi lt -86", {"KK01"}),
        ("substringof('KK', name)", {"KK01", "KK02"}),
        ("contains(name, 'MN')", {"MN01"}),
        ("startswith(properties/code, 'KK')", {"KK01", "KK02"}),
        ("endswith(properties/code, '01')", {"KK01", "MN01"}),
        ("length(properties/code) eq 4", {"KK01", "KK02", "MN01"}),
        ("indexof(properties/code, '02') eq 2", {"KK02"}),
        ("substring(properties/code, 2) eq '02'", {"KK02"}),
        ("substring(properties/code, 0, 2) eq 'MN'", {"MN01"}),
        ("tolower(properties/code) eq 'kk01'", {"KK01"}),
        ("toupper('kk01') eq properties/code", {"KK01"}),
        ("trim(concat(' ', properties/code)) eq 'KK02'", {"KK02"}),
        ("round(properties/vn_aqi div 10) eq 9", {"KK01"}),
        ("floor(properties/vn_aqi div 10) eq 8 and ceiling(properties/vn_aqi div 10) eq 9", {"KK01"}),
        ("Locations/name eq 'Trạm MN01'", {"MN01"}),
        ("geo.distance(Locations/location, geography'POINT (106.5 11.6)') lt 0.01", {"KK02"}),
        (f"st_within(Locations/location, geography'{SQUARE}')", {"KK01", "MN01"}),
        ("geo.intersects(Locations/location, geography'SRID=4326;POINT (106.5 11.6)')", {"KK02"}),
        ("st_relate(Locations/location, geography'POINT (106.5 11.6)', 'T*F**FFF*')", {"KK02"}),
        ("Datastreams/ObservedProperty/id eq 'co'", {"KK01"}),
        ("Datastreams/ObservedProperty/name eq 'PM2.5'", {"KK01", "KK02"}),
        ("Datastreams/unitOfMeasurement/symbol eq 'm'", {"MN01"}),
        ("Datastreams/Observations/result gt 600", {"KK01"}),
        ("Datastreams/properties/quantity eq 'pm25' and Datastreams/Observations/result gt 600", set()),
        ("Datastreams/properties/quantity eq 'co' and Datastreams/Observations/result gt 600", {"KK01"}),
        ("Datastreams/properties/quantity eq 'pm25' and properties/demo", {"KK02"}),
        ("Datastreams/Observations/result gt 600 or properties/code eq 'MN01'", {"KK01", "MN01"}),
        ("HistoricalLocations/time lt 2026-11-03T05:00:00Z", {"KK01", "KK02", "MN01"}),
        ("Datastreams/ObservedProperty/Datastreams/Thing/properties/code eq 'KK02'", {"KK01", "KK02"}),
        ("Datastreams/Thing/Datastreams/properties/quantity eq 'co'", {"KK01"}),
        ("Datastreams/Observations/Datastream/Thing/Datastreams/Observations/result gt 600", {"KK01"}),
        ("properties/vn_aqi ne 88", {"KK01", "KK02", "MN01"}),
        ("properties/vn_aqi ne 87", {"KK02", "MN01"}),
        ("not (properties/vn_aqi gt 80)", {"KK02", "MN01"}),
        ("not (properties/vn_aqi gt 80 or properties/code eq 'MN01')", {"KK02"}),
        ("not (not (properties/vn_aqi gt 80))", {"KK01"}),
        ("not (properties/vn_aqi in (87, 88))", {"KK02", "MN01"}),
        ("properties/vn_aqi gt 80 eq false", {"KK02", "MN01"}),
        ("properties/vn_aqi eq properties/vn_aqi", {"KK01", "KK02", "MN01"}),
    ],
)  # fmt: skip
def test_a_filter_finds_what_it_says(things: Service, condition: str, expected: set[str]) -> None:
    assert codes(things, condition) == expected


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("phenomenonTime eq 2026-11-03T05:00:00Z", 4),
        ("phenomenonTime ge 2026-11-03T12:00:00+07:00", 4),
        ("phenomenonTime lt 2026-11-03T05:00:00Z", 8),
        ("phenomenonTime lt 2026-11-03T04:55:00Z/2026-11-03T05:00:00Z", 4),
        ("phenomenonTime gt now() sub duration'P1D' and phenomenonTime lt mindatetime()", 0),
        ("phenomenonTime add duration'PT5M' eq 2026-11-03T05:00:00Z", 4),
        ("phenomenonTime gt 2026-11-03", 12),
        ("date(phenomenonTime) eq 2026-11-03", 12),
        ("time(phenomenonTime) eq 05:00:00", 4),
        ("year(resultTime) eq 2026 and month(resultTime) eq 11 and day(resultTime) eq 3", 12),
        ("hour(phenomenonTime) eq 4 and minute(phenomenonTime) ge 55", 4),
        ("second(phenomenonTime) eq 0 and fractionalseconds(phenomenonTime) eq 0", 12),
        ("totaloffsetminutes(phenomenonTime) eq 0 and phenomenonTime lt maxdatetime()", 12),
        ("result ge 600", 3),
        ("resultQuality/usable eq false", 1),
        ("Datastream/Thing/properties/code eq 'KK01'", 6),
        ("FeatureOfInterest/name eq 'Trạm KK02'", 3),
        ("Datastream/ObservedProperty/id eq 'water_level' and result gt 2", 2),
        ("Datastream/phenomenonTime gt 2026-11-03T04:00:00Z", 12),
    ],
)
def test_observations_are_filtered_by_time_result_and_what_they_belong_to(
    things: Service, condition: str, count: int
) -> None:
    assert things.get("Observations", filter=condition, count="true", top=1)["@iot.count"] == count


def test_an_observation_is_found_by_its_id(things: Service) -> None:
    [wanted, other] = [one["@iot.id"] for one in things.values("Observations", top=2)]

    assert [one["@iot.id"] for one in things.values("Observations", filter=f"id eq '{wanted}'")] == [wanted]
    assert len(things.values("Observations", filter=f"@iot.id in ('{wanted}', '{other}')")) == 2
    assert things.values("Observations", filter="id eq 'nonsense'") == []


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("nam eq 'x'", "nam"),
        ("commune__id eq 1", "commune__id"),
        ("duty_phone eq '1'", "duty_phone"),
        ("name eq", "it ends early"),
        ("name eq 'x", "character 9"),
        ("name eq 5", "text cannot be compared with a number"),
        ("name gt", "it ends early"),
        ("properties eq 'x'", "properties"),
        ("properties/secret eq 'x'", "properties/secret"),
        ("name", "true or false"),
        ("sum(name) eq 1", "there is no function “sum”"),
        ("length(properties/vn_aqi) eq 1", "length takes: text"),
        ("substringof(name)", "substringof takes"),
        ("name add 1 eq 2", "needs two numbers"),
        ("Locations/location eq null and Locations/location gt 1", "a shape cannot be compared"),
        ("geo.distance(Locations/location, geography'POINT (1') lt 1", "is not a value"),
        ("Datastreams eq 1", "the name of a property is missing"),
        ("(" * 40 + "properties/demo" + ")" * 40, "nested deeper"),
        (" or ".join(["properties/demo"] * 400), "more than 300 terms"),
        ("name eq '" + "x" * MAX_CHARACTERS + "'", "characters"),
        ("name eq 'x' drop table", "before “drop table”"),
        ("-" * 200 + "1 eq 1", "nested deeper"),
        ("properties/vn_aqi " + "add 1 " * 140 + "eq 1", "nested deeper"),
        ("true eq " * 140 + "true", "nested deeper"),
        ("name eq 'a\x00'", "is not a value"),
        ("st_relate(Locations/location, geography'POINT (1 1)', 'xx')", "a DE-9IM pattern"),
        ("st_relate(Locations/location, geography'POINT (1 1)', name)", "a DE-9IM pattern"),
        (
            "Datastreams/Thing/Datastreams/properties/interval_s gt Datastreams/properties/interval_s",
            "cannot stand in one condition",
        ),
    ],
)
def test_a_filter_that_cannot_be_says_what_and_where(things: Service, condition: str, said: str) -> None:
    body = things.refused("Things", filter=condition)

    assert body["field"] == "$filter"
    assert said in body["message"]["en"]


def test_a_list_is_sorted_by_properties_of_related_entities_too(things: Service) -> None:
    by_value = things.values("Observations", orderby="result desc", top=3)
    by_station = things.values("Datastreams", orderby="Thing/name desc,ObservedProperty/name", select="properties")

    assert [one["result"] for one in by_value] == [602, 601, 600]
    assert [one["properties"]["quantity"] for one in by_station] == ["water_level", "pm25", "co", "pm25"]


def test_only_what_is_selected_is_there(things: Service) -> None:
    [one, *_] = things.values("Datastreams", select="id,name,Thing")

    assert one.keys() == {"@iot.id", "name", "Thing@iot.navigationLink"}


def test_the_latest_value_of_every_datastream_takes_two_reading_statements(things: Service) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = things.values(
            "Datastreams", expand="Observations($orderby=phenomenonTime desc;$top=1;$select=result,phenomenonTime)"
        )

    assert [one["Observations"][0]["result"] for one in found] == [30, 600, 10, 1.5]
    assert all(one["Observations@iot.nextLink"] for one in found)
    reading = [
        one["sql"] for one in asked if one["sql"].lower().lstrip().startswith("select") and "sensors_" in one["sql"]
    ]
    assert len(reading) == 2


def test_the_next_page_inside_an_expanded_list_goes_on_where_it_ended(things: Service) -> None:
    [one, *_] = things.values("Datastreams", expand="Observations($orderby=phenomenonTime desc;$top=2;$count=true)")

    following = things.follow(one["Observations@iot.nextLink"])

    assert one["Observations@iot.count"] == 3
    assert [each["result"] for each in one["Observations"] + following["value"]] == [30, 31, 32]


def test_entities_are_expanded_in_one_another(things: Service) -> None:
    [one, *_] = things.values(
        "Things", expand="Datastreams($expand=ObservedProperty,Sensor;$filter=properties/quantity eq 'co'),Locations"
    )

    [datastream] = one["Datastreams"]
    assert (datastream["ObservedProperty"]["@iot.id"], datastream["Sensor"]["name"]) == ("co", "Thiết bị chưa khai báo")
    assert one["Locations"][0]["location"]["coordinates"] == [106.1, 11.3]
    assert "Datastreams@iot.navigationLink" not in one


def test_a_path_expands_every_entity_on_it(things: Service) -> None:
    [one, *_] = things.values("Things", expand="Datastreams/ObservedProperty,Datastreams/Sensor")

    assert {"ObservedProperty", "Sensor"} <= one["Datastreams"][0].keys()


def test_an_entity_is_expanded_too(things: Service, network: dict[str, Station]) -> None:
    one = things.get(f"Things({network['gauge'].pk})", expand="Datastreams($select=name)", select="name")

    assert one == {"name": "Trạm MN01", "Datastreams": [{"name": "Mực nước – Trạm MN01"}]}


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("expand", "Observations", "Things does not lead to “Observations”"),
        ("expand", "Datastreams($top=1", "“)” is missing"),
        ("expand", "Datastreams($bogus=1)", "is not understood"),
        ("expand", "/".join(["Datastreams", "Thing"] * 5), "nested deeper than 5"),
        ("expand", ",".join(["Datastreams($expand=Sensor,Thing)"] + ["Locations($expand=Things)"] * 9), "navigations"),
        ("select", "nothing", "Things has no “nothing”"),
        ("orderby", "Datastreams/name", "a list of related entities is no order"),
        ("orderby", "name,", "it ends early"),
        ("top", "-1", "a whole number"),
        ("skip", "100001", "at most 100000"),
        ("count", "yes", "true or false"),
        ("skiptoken", "bm9uc2Vuc2U", "does not belong"),
        ("skiptoken", "ờ", "does not belong"),
        ("skiptoken", "", "does not belong"),
        ("resultFormat", "csv", "dataArray only"),
        ("resultFormat", "dataArray", "for Observations"),
    ],
)
def test_an_option_that_cannot_be_says_why(things: Service, option: str, value: str, said: str) -> None:
    assert said in things.refused("Things", **{option: value})["message"]["en"]


def test_an_unknown_parameter_is_refused(things: Service) -> None:
    assert things._caller.get("/sensorthings/v1.1/Things", {"limit": "1"}).json()["error"] == "unknown_parameter"
    assert things.ask("Things(1)", filter="name eq 'x'").status_code in {400, 404}


@pytest.mark.parametrize(
    "order",
    [
        "",
        "result",
        "result desc,phenomenonTime",
        "phenomenonTime desc",
        "resultQuality/name,id",
        "Datastream/Thing/properties/vn_aqi desc",
    ],
)
def test_pages_follow_one_another_without_a_gap_or_a_double(things: Service, order: str) -> None:
    options: dict[str, Any] = {"orderby": order} if order else {}
    whole = [one["@iot.id"] for one in things.values("Observations", **options)]

    page, paged = things.get("Observations", top=5, **options), []
    while True:
        paged += [one["@iot.id"] for one in page["value"]]
        if "@iot.nextLink" not in page:
            break
        page = things.follow(page["@iot.nextLink"])

    assert paged == whole
    assert len(set(paged)) == 12


def test_a_token_serves_no_other_list_and_no_other_order(things: Service) -> None:
    link = things.get("Things", top=1, orderby="name")["@iot.nextLink"]
    token = unquote(link.rpartition("$skiptoken=")[2])

    assert things.values("Things", skiptoken=token, orderby="name")
    assert "does not belong" in things.refused("Things", skiptoken=token, orderby="properties/vn_aqi")["message"]["en"]
    assert "does not belong" in things.refused("Locations", skiptoken=token, orderby="name")["message"]["en"]
    assert "does not belong" in things.refused("Things", skiptoken="A" + token, orderby="name")["message"]["en"]


def test_skip_leaves_out_and_a_page_is_bounded(things: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "MAX_PAGE", 2)

    page = things.get("Things", top=100, skip=1, count="true")

    assert [one["properties"]["code"] for one in page["value"]] == ["KK02", "MN01"]
    assert page["@iot.count"] == 3
    assert "@iot.nextLink" not in page
    assert things.get("Things", top=0, count="true") == {"@iot.count": 3, "value": []}


def test_the_next_link_keeps_the_other_options(things: Service) -> None:
    link = unquote(things.get("Things", filter="properties/kind eq 'air'", top=1, select="name")["@iot.nextLink"])

    assert link.startswith("http://testserver/sensorthings/v1.1/Things?")
    assert "$filter=properties/kind eq 'air'" in link
    assert [one["name"] for one in things.follow(link)["value"]] == ["Trạm KK02"]


def test_a_count_that_takes_too_long_is_refused_in_words_and_never_guessed(
    things: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "COUNT_S", 0.001)
    many = "Observations/result mul Observations/result gt 1 and not (st_disjoint(feature, feature))"
    slow = " or ".join([many] * 20)

    answer = things.ask("FeaturesOfInterest", filter=slow, count="true")

    if answer.status_code == 503:
        assert answer.json()["error"] == "count_too_slow"
        assert answer["Retry-After"]
    else:
        assert answer.json()["@iot.count"] == 3


def test_an_answer_ends_in_time_however_many_statements_it_takes(
    things: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "ANSWER_S", 0)
    many = "Observations/result mul Observations/result gt 1 and not (st_disjoint(feature, feature))"

    answer = things.ask("FeaturesOfInterest", filter=" or ".join([many] * 20), expand="Observations")

    assert (answer.status_code, answer.json()["error"]) == (503, "timeout")


def test_too_large_an_answer_is_refused(things: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MAX_ENTITIES", 5)

    assert "more than 5 entities" in things.refused("Datastreams", expand="Observations")["message"]["en"]


def test_observations_come_as_arrays_by_datastream(things: Service) -> None:
    answer = things._caller.get(
        "/sensorthings/v1.1/Observations", {"$resultFormat": "dataArray", "$select": "phenomenonTime,result", "$top": 4}
    ).json()

    first, second = answer["value"]
    assert first["components"] == ["phenomenonTime", "result"]
    assert first["dataArray"][0] == ["2026-11-03T04:50:00Z", 32]
    assert (first["dataArray@iot.count"], second["dataArray@iot.count"]) == (3, 1)
    datastream = things.follow(first["Datastream@iot.navigationLink"])
    assert datastream["@iot.id"] == Datastream.objects.get(station__code="KK01", quantity="pm25").pk
    assert "$resultFormat=dataArray" in unquote(answer["@iot.nextLink"])


@pytest.mark.parametrize("name", ["bogus", "Datastream", "selfLink"])
def test_an_array_has_no_column_that_is_no_property(things: Service, name: str) -> None:
    answer = things._caller.get(
        "/sensorthings/v1.1/Observations", {"$resultFormat": "dataArray", "$select": f"result,{name}"}
    )

    assert answer.status_code == 400
    assert name in answer.json()["message"]["en"]


def test_text_is_written_as_json_whatever_is_in_it(things: Service) -> None:
    odd = 'Trạm "A"\\ \n</script>'
    Station.objects.filter(code="KK01").update(name=odd)

    [one, *_] = things.values("Things", expand="Datastreams", filter="properties/code eq 'KK01'")

    assert one["name"] == odd
    assert one["Datastreams"][0]["name"].endswith(odd)
