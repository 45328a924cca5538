"""Observations of archived months: read, filtered, sorted, counted and paged with those of the table."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from layers.core import Unit
from layers.core.registry import registry
from layers.sensors import archive, mean, partition
from layers.sensors.models import ArchivedMonth, Datastream, Flag, Reading, Station
from layers.sensors.storage import Arrival, store
from layers.sensors.things import past
from tests.layers.sensors.conftest import NOON
from tests.layers.sensors.things.conftest import Service

FEBRUARY = datetime(2024, 2, 28, 12, tzinfo=UTC)
SINCE = "phenomenonTime ge 2024-01-01T00:00:00Z"


@pytest.fixture
def stream(network: dict[str, Station], settings: Any, tmp_path: Path) -> Datastream:
    """PM2.5 of KK01: six readings of February 2024 in a file; six of March in the table, as are the rest."""
    settings.GEO_IOC_VAR = tmp_path
    partition.ensure([date(2024, 2, 1), date(2024, 3, 1)])
    times = [FEBRUARY + timedelta(days=days, hours=n) for days in (0, 5) for n in range(6)]
    store([Arrival("KK01", "pm25", at, 50.5 + n) for n, at in enumerate(times)], now=NOON, late=None)
    store([Arrival("KK02", "pm25", at, 7.0) for at in times], now=NOON, late=None)
    Reading.objects.filter(at__lt=NOON - timedelta(days=1)).update(flag=Flag.PASS)
    Reading.objects.filter(at=FEBRUARY, value=50.5).update(flag=Flag.FAIL, released=True)
    mean.refresh_all()
    archive.move(date(2024, 2, 1))
    assert Reading.objects.filter(at__lt=datetime(2024, 3, 1, tzinfo=UTC)).count() == 0
    return Datastream.objects.get(station__code="KK01", quantity="pm25")


def results(things: Service, path: str, **options: Any) -> list[float]:
    return [one["result"] for one in things.values(path, **options)]


def test_a_time_bounded_from_below_reads_files_too(things: Service, stream: Datastream) -> None:
    path = f"Datastreams({stream.pk})/Observations"

    assert results(things, path, filter=SINCE) == [50.5 + n for n in range(12)] + [32, 31, 30]
    assert results(things, path, filter=f"{SINCE} and phenomenonTime lt 2024-03-01T00:00:00Z") == [
        50.5 + n for n in range(6)
    ]
    assert results(things, f"Things({stream.station_id})/{path}", filter=SINCE, orderby="result desc", top=1) == [61.5]
    of_stream = f"Datastream/id eq {stream.pk} and resultTime gt 2024-02-28"
    assert results(things, "Observations", filter=of_stream, top=2) == [50.5, 51.5]
    assert results(things, path, filter=f"2024-02-28T14:00:00Z eq phenomenonTime or {SINCE}") == results(things, path)


def test_without_such_a_bound_the_table_alone_is_read(things: Service, stream: Datastream) -> None:
    path = f"Datastreams({stream.pk})/Observations"

    assert len(results(things, path)) == 9
    assert len(results(things, path, filter="phenomenonTime lt 2024-03-01T00:00:00Z")) == 0


@pytest.mark.parametrize("order", ["phenomenonTime", "phenomenonTime desc", "result desc", "resultQuality/flag desc"])
def test_pages_and_counts_go_across_files_and_table(things: Service, stream: Datastream, order: str) -> None:
    path = f"Datastreams({stream.pk})/Observations"
    whole = [one["@iot.id"] for one in things.values(path, filter=SINCE, orderby=order)]

    page, paged = things.get(path, filter=SINCE, orderby=order, top=4, count="true"), []
    assert page["@iot.count"] == 15
    while True:
        paged += [one["@iot.id"] for one in page["value"]]
        if "@iot.nextLink" not in page:
            break
        page = things.follow(page["@iot.nextLink"])

    assert paged == whole
    assert len(set(paged)) == 15


def test_an_archived_observation_has_all_that_another_has_and_an_address(things: Service, stream: Datastream) -> None:
    [first, *_] = things.values(f"Datastreams({stream.pk})/Observations", filter=SINCE)

    assert first["phenomenonTime"] == "2024-02-28T12:00:00Z"
    assert first["resultQuality"] == {"flag": 4, "name": "FAIL", "status": "00", "released": True, "usable": True}
    assert things.follow(first["@iot.selfLink"]) == first
    assert things.follow(first["Datastream@iot.navigationLink"])["@iot.id"] == stream.pk
    assert things.ask(f"Observations('{first['@iot.id']}')/result/$value").content == b"50.5"
    other = Datastream.objects.get(station__code="KK02")
    assert things.ask(f"Datastreams({other.pk})/Observations('{first['@iot.id']}')").status_code == 404


def test_arrays_and_references_hold_them_too(things: Service, stream: Datastream) -> None:
    path = f"Datastreams({stream.pk})/Observations"

    [group] = things.values(path, filter=SINCE, resultFormat="dataArray", select="result", top=2)
    references = things.values(f"{path}/$ref", filter=SINCE)

    assert group["dataArray"] == [[50.5], [51.5]]
    assert len(references) == 15


def test_more_months_than_can_be_read_at_once_are_refused_in_words(
    things: Service, stream: Datastream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "MAX_MONTHS", 1)
    ArchivedMonth.objects.create(month=date(2024, 1, 1), path="none.parquet", rows=0)

    body = things.refused(f"Datastreams({stream.pk})/Observations", filter=SINCE)

    assert "2 archived months" in body["message"]["en"]


def test_a_file_is_not_read_for_who_may_not_see_the_stream(
    things: Service, stream: Datastream, monkeypatch: pytest.MonkeyPatch
) -> None:
    [first, *_] = things.values(f"Datastreams({stream.pk})/Observations", filter=SINCE)
    layer = registry.get("stations")
    monkeypatch.setattr(type(layer), "access", replace(layer.access, rows=Unit("commune")))
    monkeypatch.setattr(archive, "columns", None)

    assert things.ask(f"Datastreams({stream.pk})/Observations", filter=SINCE).status_code == 404
    assert things.ask(f"Observations('{first['@iot.id']}')").status_code == 404
    assert results(things, "Observations", filter=f"Datastream/id eq {stream.pk} and {SINCE}") == []


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z"])
def test_a_time_at_the_end_of_time_is_only_a_time(things: Service, stream: Datastream, at: str) -> None:
    path = f"Datastreams({stream.pk})/Observations"
    written = at.replace("-", "").replace(":", "")

    assert len(results(things, path, filter=f"phenomenonTime le {at} and {SINCE}")) in {0, 15}
    assert len(results(things, path, filter=f"phenomenonTime ge {at}")) in {0, 15}
    assert things.ask(f"Observations('{stream.pk}_{written}')").status_code == 404
