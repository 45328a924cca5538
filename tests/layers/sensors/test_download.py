"""CSV of a station's readings and means."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from layers.sensors.models import Datastream, Flag, Mean, Reading, Span, Station
from layers.sensors.storage import Arrival, store
from tests.conftest import As
from tests.layers.sensors.conftest import NOON

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PERIOD = {"start": "2026-11-01", "end": "2026-11-04"}


@pytest.fixture
def station(make_station: Callable[..., Station]) -> Station:
    made = make_station("KK01", quantities=("pm25", "co"))
    store([Arrival("KK01", "pm25", NOON - 5 * ago * MINUTE, 31.4 + ago) for ago in range(3)], now=NOON)
    store([Arrival("KK01", "co", NOON, 610.0)], now=NOON)
    Reading.objects.update(flag=Flag.PASS)
    pm25 = Datastream.objects.get(station=made, quantity="pm25")
    Reading.objects.filter(datastream=pm25, at=NOON - 5 * MINUTE).update(flag=Flag.SUSPECT, released=True)
    Reading.objects.filter(datastream=pm25, at=NOON - 10 * MINUTE).update(status="01")
    return made


def rows(anyone: As, path: str, **query: str) -> list[list[str]]:
    answer = anyone.get(path, query)
    assert answer.status_code == 200, answer.content
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_readings_stand_by_local_time_with_units_in_the_head_and_their_flags(anyone: As, station: Station) -> None:
    found = rows(anyone, f"/api/stations/{station.pk}/readings.csv", **PERIOD)

    assert found == [
        ["time", "pm25 (µg/m³)", "pm25 flag", "co (µg/m³)", "co flag"],
        ["2026-11-03T11:50:00+07:00", "33.40", "status 01", "", ""],
        ["2026-11-03T11:55:00+07:00", "32.40", "SUSPECT released", "", ""],
        ["2026-11-03T12:00:00+07:00", "31.40", "PASS", "610.0", "PASS"],
    ]


def test_the_period_holds_its_start_and_not_its_end(anyone: As, station: Station) -> None:
    found = rows(
        anyone,
        f"/api/stations/{station.pk}/readings.csv",
        start="2026-11-03T11:55:00+07:00",
        end="2026-11-03T12:00:00+07:00",
        quantity="pm25",
    )

    assert [row[0] for row in found] == ["time", "2026-11-03T11:55:00+07:00"]


def test_means_carry_their_extremes_and_whether_they_are_complete(anyone: As, station: Station) -> None:
    pm25 = Datastream.objects.get(station=station, quantity="pm25")
    for ago, complete in ((1, True), (0, False)):
        Mean.objects.create(
            datastream=pm25, span=Span.HOUR, at=NOON - HOUR * ago, mean=30 + ago, least=10, most=50, count=9,
            expected=12, is_complete=complete,
        )  # fmt: skip

    found = rows(anyone, f"/api/stations/{station.pk}/means.csv", **PERIOD, quantity="pm25")

    assert found == [
        ["time", "pm25 (µg/m³)", "pm25 least", "pm25 most", "pm25 complete"],
        ["2026-11-03T11:00:00+07:00", "31.00", "10.00", "50.00", "1"],
        ["2026-11-03T12:00:00+07:00", "30.00", "10.00", "50.00", "0"],
    ]
    assert len(rows(anyone, f"/api/stations/{station.pk}/means.csv", **PERIOD, span="24h")) == 1


def test_the_file_is_named_after_station_and_period_and_is_sent_as_it_is_read(anyone: As, station: Station) -> None:
    answer = anyone.get(f"/api/stations/{station.pk}/readings.csv", PERIOD)

    assert answer.streaming
    assert 'filename="KK01_readings_2026-11-01_2026-11-04.csv"' in answer["Content-Disposition"]


@pytest.mark.parametrize(
    ("kind", "query", "field"),
    [
        ("readings", {"start": "2025-01-01", "end": "2026-11-04"}, "start"),
        ("readings", {"start": "2026-11-04", "end": "2026-11-01"}, "start"),
        ("readings", {"start": "yesterday"}, "start"),
        ("readings", {"quantity": "radon"}, "quantity"),
        ("readings", {"span": "1h"}, "span"),
        ("means", {"span": "2h"}, "span"),
        ("means", {"limit": "5"}, "limit"),
    ],
)
def test_a_wrong_parameter_is_named_in_both_languages(
    anyone: As, station: Station, kind: str, query: dict[str, Any], field: str
) -> None:
    answer = anyone.get(f"/api/stations/{station.pk}/{kind}.csv", query)

    assert answer.status_code == 400
    assert answer.json()["field"] == field
    assert answer.json()["message"].keys() == {"vi", "en"}


def test_the_panel_leads_to_files_that_are_there(anyone: As, station: Station) -> None:
    panel = anyone.get(f"/api/layers/stations/features/{station.pk}/panel").json()

    [block] = [one for one in panel["blocks"] if one.get("title") == "Tải số liệu"]
    links = [value["href"] for _, value in block["rows"]]
    assert len(links) == 3
    for link in links:
        assert anyone.get(link).status_code == 200


def test_an_unknown_station_is_404(anyone: As, station: Station) -> None:
    assert anyone.get("/api/stations/999999/readings.csv").status_code == 404
