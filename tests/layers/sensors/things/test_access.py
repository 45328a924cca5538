"""Nothing of a station is told to who may not see it, by whatever way it is asked for."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from layers.admin_units.models import AdminUnit
from layers.core import Public, Unit
from layers.core.access import Either, Roles
from layers.core.registry import registry
from layers.core.viewer import Viewer, role
from layers.sensors.models import Datastream, Reading, Station
from layers.sensors.things.entity import Leaf
from layers.sensors.things.model import SETS, entities
from tests.conftest import As
from tests.layers.sensors.things.conftest import Service
from tests.toys import factories

HIDDEN = ("KK02", "Xã Kín", "Nhà máy kín", "106.5")
"""What only the hidden station says."""
LISTS = (
    *SETS,
    "Things?$expand=Datastreams($expand=Observations,Sensor,ObservedProperty),Locations,HistoricalLocations",
    "Locations?$expand=Things,HistoricalLocations",
    "ObservedProperties?$expand=Datastreams($expand=Thing)",
    "ObservedProperties('pm25')/Datastreams",
    "ObservedProperties('pm25')/Datastreams/$ref",
    "Datastreams?$expand=Thing,Observations($count=true),ObservedProperty($expand=Datastreams/Thing)",
    "Observations?$expand=Datastream/Thing,FeatureOfInterest",
    "Observations?$resultFormat=dataArray",
    "FeaturesOfInterest?$expand=Observations",
    "Sensors?$expand=Datastreams/Thing",
    "Datastreams?$expand=Thing($expand=Datastreams)&$filter=ObservedProperty/Datastreams/Thing/name ne 'x'",
)


@pytest.fixture
def hidden(network: dict[str, Station], monkeypatch: pytest.MonkeyPatch) -> Station:
    """A station of a commune of its own, where rows are shown by commune."""
    elsewhere = AdminUnit.objects.create(
        code="25999", level="commune", kind="commune", name="Kín", full_name="Xã Kín", name_en="Kin", name_key="",
        valid_from="2025-07-01", is_current=True,
    )  # fmt: skip
    Station.objects.filter(code="KK02").update(commune=elsewhere, operator="Nhà máy kín", aqi=171)
    layer = registry.get("stations")
    monkeypatch.setattr(type(layer), "access", replace(layer.access, rows=Unit("commune")))
    return Station.objects.get(code="KK02")


@pytest.fixture
def outsider(hidden: Station, commune: AdminUnit, ask: Callable[[Viewer], As]) -> Service:
    """Asks as who sees the other commune alone."""
    return Service(ask(factories.make_viewer("operator", units=(commune,))))


@pytest.fixture
def insider(hidden: Station, ask: Callable[[Viewer], As]) -> Service:
    """Asks as who sees the hidden station alone."""
    return Service(ask(factories.make_viewer("operator", units=(hidden.commune,))))


@pytest.mark.parametrize("path", LISTS)
def test_no_list_and_no_expanded_list_shows_a_hidden_station(outsider: Service, insider: Service, path: str) -> None:
    seen, other = outsider.ask(path).content.decode(), insider.ask(path).content.decode()

    assert '"value":[{' in seen
    assert '"value":[{' in other
    assert not [word for word in HIDDEN if word in seen]
    assert "KK01" not in other
    assert "MN01" not in other


def test_no_address_leads_to_it(outsider: Service, insider: Service, hidden: Station) -> None:
    stream = Datastream.objects.get(station=hidden).pk
    paths = [
        f"Things({hidden.pk})",
        f"Things({hidden.pk})/name",
        f"Things({hidden.pk})/name/$value",
        f"Things({hidden.pk})/$ref",
        f"Things({hidden.pk})/Datastreams",
        f"Locations({hidden.pk})",
        f"HistoricalLocations({hidden.pk})",
        f"FeaturesOfInterest({hidden.pk})/Observations",
        f"Datastreams({stream})",
        f"Datastreams({stream})/Observations",
        f"Datastreams({stream})/phenomenonTime",
        f"Sensors({stream})",
        f"Observations('{stream}_20261103T050000Z')",
        f"Observations('{stream}_20261103T050000Z')/result/$value",
        f"ObservedProperties('pm25')/Datastreams({stream})",
    ]

    absent = outsider.ask("Things(999999)")
    for path in paths:
        answer = outsider.ask(path)
        assert (answer.status_code, answer.json()["error"]) == (404, absent.json()["error"]), path
        assert insider.ask(path).status_code == 200, path


@pytest.mark.parametrize(
    ("path", "condition"),
    [
        ("Things", "properties/vn_aqi eq 171"),
        ("Things", "properties/operator eq 'Nhà máy kín'"),
        ("Datastreams", "Thing/properties/vn_aqi eq 171"),
        ("ObservedProperties", "Datastreams/Thing/properties/vn_aqi eq 171"),
        ("ObservedProperties", "Datastreams/properties/quantity eq 'pm25' and Datastreams/Observations/result lt 13"),
        ("Datastreams", "ObservedProperty/Datastreams/Thing/properties/vn_aqi eq 171"),
        ("Things", "Datastreams/ObservedProperty/Datastreams/Observations/result eq 10"),
        ("Observations", "Datastream/ObservedProperty/Datastreams/Thing/name eq 'Trạm KK02'"),
        ("Observations", "result eq 10"),
        ("FeaturesOfInterest", "Observations/result eq 10"),
        ("Locations", "geo.distance(location, geography'POINT (106.5 11.6)') lt 0.1"),
    ],
)
def test_no_condition_and_no_count_answers_for_it(
    outsider: Service, insider: Service, path: str, condition: str
) -> None:
    found = {"filter": condition, "count": "true"}

    assert outsider.get(path, **found) == {"@iot.count": 0, "value": []}
    assert insider.get(path, **found)["@iot.count"] > 0


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("Things", {"filter": "properties/vn_aqi mul 1.1e306 gt 1"}),
        ("Datastreams", {"filter": "properties/interval_s mul 1e305 gt 1", "count": "true"}),
        ("Observations", {"filter": "result mul 1e303 gt 1", "count": "true"}),
        ("Observations", {"orderby": "result mul 1e303", "top": "2"}),
        ("ObservedProperties", {"filter": "Datastreams/Observations/result mul 1e303 gt 1"}),
        ("FeaturesOfInterest", {"expand": "Observations($filter=result mul 1e303 gt 1)"}),
    ],
)
def test_what_cannot_be_computed_of_it_alone_makes_no_error(
    outsider: Service, hidden: Station, path: str, options: dict[str, str]
) -> None:
    """Its values alone get out of range: the database may compute them before it leaves its rows out."""
    Datastream.objects.filter(station=hidden).update(interval_s=3_000)
    Reading.objects.filter(datastream__station=hidden).update(value=900_000)
    with connection.cursor() as cursor:  # the plan of a large table: conditions are computed in a scan of all of it
        for way in ("nestloop", "indexscan", "bitmapscan", "indexonlyscan"):
            cursor.execute(f"set local enable_{way} = off")

    page = outsider.get(path, **options)

    assert page["value"]
    if "@iot.nextLink" in page:
        assert outsider.follow(page["@iot.nextLink"])["value"]


def test_what_cannot_be_computed_says_so_in_both_languages_and_nothing_of_a_row(things: Service) -> None:
    body = things.refused("Things", filter="properties/vn_aqi mul 1e307 mul 1e307 gt 1")

    assert body["message"]["en"] == "$filter: it cannot be computed: a number or a time gets out of range."


def test_who_may_not_know_the_layer_finds_no_service(
    anyone: As, hidden: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = registry.get("stations")
    hide = replace(layer.access, view=Roles(role("operator")))
    monkeypatch.setattr(type(layer), "access", hide)

    for name in SETS:
        assert Service(anyone).ask(name).status_code == 404


def test_rows_shown_by_one_of_two_rules_are_the_same_here(
    hidden: Station, ask: Callable[[Viewer], As], anyone: As, commune: AdminUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = registry.get("stations")
    rule = Either(Public(when="stale"), Unit("commune"))
    monkeypatch.setattr(type(layer), "access", replace(layer.access, rows=rule))
    Station.objects.update(stale=False)
    Station.objects.filter(code="MN01").update(stale=True)

    def codes(caller: As) -> set[str]:
        return {one["properties"]["code"] for one in Service(caller).values("Things")}

    assert codes(anyone) == {"MN01"}
    assert codes(ask(factories.make_viewer("operator", units=(commune,)))) == {"KK01", "MN01"}


def test_only_attributes_that_the_layer_shows_to_everyone_are_read() -> None:
    layer: Any = registry.get("stations")
    closed = {one.source or one.name for one in layer.attributes if one.access is not None}
    read: set[str] = set()
    for entity in entities("vi").values():
        for one in entity.properties:
            for leaf in one.leaves:
                read |= _fields(leaf)

    assert "duty_phone" in closed
    assert {name.removeprefix("station__") for name in read} & closed == set()


def _fields(leaf: Leaf) -> set[str]:
    """The fields a leaf is made of, as far as expressions name them."""
    found, left = set(), [leaf.of(""), *leaf.columns("")]
    while left:
        one = left.pop()
        if hasattr(one, "name") and isinstance(one.name, str):
            found.add(one.name)
        if hasattr(one, "get_source_expressions"):
            left += [each for each in one.get_source_expressions() if each is not None]
    return found
