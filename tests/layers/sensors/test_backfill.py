"""Tables of old readings: read by a mapping, stored once, refused with row, column and reason."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from layers.sensors.ingest.backfill import Report, bring_in
from layers.sensors.ingest.mapping import BadMapping, Mapping, load, parse
from layers.sensors.ingest.table import UnreadableTable
from layers.sensors.models import FormerReading, Reading, RejectedReading, Station

BEIJING = settings.GEO_IOC_SHARED / "data" / "air_quality_beijing"
QUANTITIES = (
    *("pm25", "pm10", "so2", "no2", "co", "o3", "temperature_c", "pressure", "rain", "wind_speed", "wind_direction"),
)
needs_beijing = pytest.mark.skipif(not BEIJING.is_dir(), reason="the Beijing files are not here (GEO_IOC_SHARED)")

pytestmark = pytest.mark.django_db


def quiet(_report: Report) -> None:
    pass


def mapping(**more: Any) -> Mapping:
    said = {
        "time": {"columns": ["time"]},
        "station": {"code": "KK01"},
        "values": {"PM2.5": {"quantity": "pm25", "unit": "µg/m³"}, "CO": {"quantity": "co", "unit": "mg/m³"}},
        "missing": ["NA"],
    }
    return parse({**said, **more})


def table(folder: Path, *lines: str) -> Path:
    file = folder / "old.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def station(make_station: Callable[..., Station]) -> Station:
    return make_station("KK01", quantities=("pm25", "co"), interval_s=3600)


def values() -> dict[tuple[str, datetime], float]:
    rows = Reading.objects.values_list("datastream__quantity", "at", "value")
    return {(quantity, at): value for quantity, at, value in rows}


def test_wide_table_in_its_own_units_and_local_time(station: Station, tmp_path: Path) -> None:
    file = table(tmp_path, "time,PM2.5,CO,remark", "2026-11-03 12:00,31.4,0.4,fine", "2026-11-03 13:00,NA,,")

    report = bring_in(file, mapping(), say=quiet)

    noon = datetime(2026, 11, 3, 5, tzinfo=UTC)
    assert values() == {("pm25", noon): 31.4, ("co", noon): 400.0}
    assert (report.rows, report.new, report.missing, report.rejected) == (2, 2, 2, 0)


def test_long_table_with_the_station_in_a_column(station: Station, tmp_path: Path) -> None:
    file = table(
        tmp_path, "place;when;what;how much;in", "Trạm 1;03/11/2026 12:00;pm25;31,4;µg/m³",
        "Trạm 1;03/11/2026 12:00;co;0,4;mg/m³", "Trạm 1;03/11/2026 12:00;xx;1;",
    )  # fmt: skip
    said = parse(
        {
            "time": {"columns": ["when"], "format": "%d/%m/%Y %H:%M"},
            "station": {"column": "place", "codes": {"Trạm 1": "KK01"}},
            "decimal": ",",
            "long": {"quantity": "what", "value": "how much", "unit": "in"},
        }
    )

    report = bring_in(file, said, say=quiet)

    assert sorted(values().values()) == [31.4, 400.0]
    assert [(one.row, one.column, one.reason.value) for one in report.refusals] == [(4, "how much", "unknown_quantity")]


def test_spreadsheet_with_real_dates(station: Station, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["time", "PM2.5", "CO"])
    sheet.append([datetime(2026, 11, 3, 12), 31.4, "NA"])  # noqa: DTZ001  sheets know no zones
    book.save(tmp_path / "old.xlsx")

    bring_in(tmp_path / "old.xlsx", mapping(), say=quiet)

    assert values() == {("pm25", datetime(2026, 11, 3, 5, tzinfo=UTC)): 31.4}


def test_what_is_refused_is_named_by_row_and_column_and_kept(station: Station, tmp_path: Path) -> None:
    file = table(tmp_path, "time,PM2.5,CO", "2026-11-03 12:00,fog,0.4", "yesterday,1,1", "2026-11-03 14:00,-8,0.1")

    report = bring_in(file, mapping(), say=quiet)

    assert [(one.row, one.column, one.text, one.reason.value) for one in report.refusals] == [
        (2, "PM2.5", "fog", "no_number"),
        (3, "time", "yesterday", "unreadable"),
        (4, "PM2.5", "-8.0 µg/m³", "impossible"),
    ]
    assert report.new == 2
    kept = RejectedReading.objects.order_by("pk").values_list("reason", "text")
    assert sorted(kept) == [("impossible", ""), ("no_number", "fog"), ("unreadable", "yesterday")]


def test_again_changes_nothing_and_another_value_is_a_correction(station: Station, tmp_path: Path) -> None:
    lines = ["time,PM2.5,CO", "2026-11-03 12:00,31.4,0.4", "2026-11-03 13:00,30,0.5"]
    bring_in(table(tmp_path, *lines), mapping(), say=quiet)

    again = bring_in(table(tmp_path, *lines), mapping(), say=quiet)
    corrected = bring_in(table(tmp_path, lines[0], "2026-11-03 12:00,28,0.4"), mapping(), say=quiet)

    assert (again.new, again.corrected, again.same) == (0, 0, 4)
    assert (corrected.new, corrected.corrected, corrected.same) == (0, 1, 1)
    assert FormerReading.objects.get().value == 31.4


def test_broken_off_and_started_again_loses_and_doubles_nothing(
    station: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [f"2026-11-03 {hour:02}:00,{hour},0.4" for hour in range(24)]
    file = table(tmp_path, "time,PM2.5,CO", *lines)
    monkeypatch.setattr("layers.sensors.ingest.backfill.BATCH_ROWS", 10)

    def stop(report: Report) -> None:
        if report.rows == 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring_in(file, mapping(), say=stop)
    report = bring_in(file, mapping(), say=quiet)

    assert (report.same, report.new) == (20, 28)
    assert len(values()) == 48


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"times": {}}, "times"),
        ({"time": {"columns": []}}, "time.columns"),
        ({"time": {"columns": ["time"], "zone": "Asia/Atlantis"}}, "Atlantis"),
        ({"station": {}}, "station"),
        ({"long": {"quantity": "a", "value": "b"}}, "either"),
        ({"values": {"X": {"quantity": "xx", "unit": ""}}}, "values.X"),
        ({"values": {"X": {"quantity": "pm25"}}}, "unit is missing"),
        ({"values": {"X": {"quantity": "pm25", "unit": "ppm"}}}, "ppm"),
    ],
)
def test_mapping_that_cannot_be_is_refused_by_name(change: dict[str, Any], word: str) -> None:
    with pytest.raises(BadMapping, match=word):
        mapping(**change)


def test_missing_column_is_named_beside_those_there_are(station: Station, tmp_path: Path) -> None:
    with pytest.raises(UnreadableTable, match=r"no column CO; there are: time, PM2\.5"):
        bring_in(table(tmp_path, "time,PM2.5", "2026-11-03 12:00,1"), mapping(), say=quiet)


def test_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.xlsx").write_bytes(b"no zip")
    (tmp_path / "old.csv").write_bytes(b"\xff\xfe\x00")

    for name in ("old.xlsx", "old.csv", "none.csv"):
        with pytest.raises(UnreadableTable):
            bring_in(tmp_path / name, mapping(), say=quiet)


def test_command_says_that_a_station_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no station XX"):
        call_command("import_readings", str(tmp_path / "a.csv"), mapping="beijing", station="XX")


@pytest.fixture
def beijing(make_station: Callable[..., Station]) -> Station:
    return make_station("Aotizhongxin", quantities=QUANTITIES, interval_s=3600)


@needs_beijing
@pytest.mark.slow
def test_beijing_file_imports_as_it_is(beijing: Station, tmp_path: Path) -> None:
    (file,) = BEIJING.glob("*.csv")
    with file.open() as text:
        lines = list(csv.DictReader(text))
    columns = load("beijing").values

    call_command("import_readings", str(file), mapping="beijing", report=tmp_path / "report.json")

    (report,) = json.loads((tmp_path / "report.json").read_text())
    there = sum(line[name] != "NA" for line in lines for name in columns)
    assert report["rows"] == len(lines) == 35_064
    assert report["missing"] == len(lines) * len(columns) - there
    assert (report["new"], report["rejected"]) == (there, 0)
    assert Reading.objects.count() == there
    pm25 = Reading.objects.filter(datastream__quantity="pm25")
    assert pm25.count() == len(lines) - 925
    assert pm25.order_by("-value").first().value == 898  # type: ignore[union-attr]
    first = Reading.objects.get(datastream__quantity="wind_direction", at=datetime(2013, 2, 28, 16, tzinfo=UTC))
    assert first.value == 337.5
