"""What a device may write into a message."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.sensors.ingest.message import read
from layers.sensors.ingest.topics import station_of
from layers.sensors.storage import Arrival

AT = "2026-11-03T12:00:00+07:00"
NOON = datetime(2026, 11, 3, 5, tzinfo=UTC)


def parse(sent: Any) -> tuple[list[Arrival], list[str]]:
    readings, faults = read("KK01", json.dumps(sent).encode())
    return readings, [fault.text.partition(":")[0].partition(" / ")[2] for fault in faults]


def test_one_reading() -> None:
    sent = {"quantity": "pm25", "at": AT, "value": 35, "unit": "µg/m³", "status": "01"}

    assert parse(sent) == ([Arrival("KK01", "pm25", NOON, 35.0, "µg/m³", "01")], [])


def test_several_quantities_of_one_moment() -> None:
    sent = {"at": AT, "values": {"pm25": 35.2, "co": {"value": 0.3, "unit": "mg/m³"}}}

    assert parse(sent) == ([Arrival("KK01", "pm25", NOON, 35.2), Arrival("KK01", "co", NOON, 0.3, "mg/m³")], [])


def test_wrong_item_of_a_list_spoils_no_other() -> None:
    sent = [{"quantity": "pm25", "at": AT, "value": 1}, {"quantity": "pm25", "value": 1}]

    assert parse(sent) == ([Arrival("KK01", "pm25", NOON, 1.0)], ["at is missing"])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"at": "2026-11-03T12:00:00"}, "at has no offset from UTC"),
        ({"at": 5}, "at is no time in ISO 8601"),
        ({"value": "35"}, "value is no number"),
        ({"value": None}, "value is no number"),
        ({"value": True}, "value is no number"),
        ({"value": 10**400}, "value is no number"),
        ({"quantity": 5}, "quantity is missing"),
        ({"quantity": "pm\x00"}, "quantity is missing"),
        ({"unit": 5}, "unit is no text"),
        ({"status": "99"}, "status is none of the known"),
        ({"status": ["00"]}, "status is none of the known"),
        ({"station": "KK02"}, "of another station than its topic"),
        ({"values": {}}, "values is no object"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], why: str) -> None:
    assert parse({"quantity": "pm25", "at": AT, "value": 1, **change}) == ([], [why])


@given(st.binary() | st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.sampled_from(["at", "values", AT]),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["at", "value", "values", "quantity"]), inner),
).map(lambda sent: json.dumps(sent).encode()))  # fmt: skip
def test_no_message_is_more_than_unreadable(payload: bytes) -> None:
    readings, faults = read("KK01", payload)

    assert all(reading.at.tzinfo for reading in readings)
    assert all(fault.text for fault in faults)


def test_topic_names_the_station() -> None:
    assert station_of("stations/TN_KK01/readings") == "TN_KK01"
    assert station_of("elsewhere/TN_KK01") == ""
