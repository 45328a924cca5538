"""The folder of station files: each is stored once and moved away; what is no such file is set aside."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from layers.sensors.ingest.folder import RESTS_S, Turn, take
from layers.sensors.models import Reading, RejectedReading, Station

AT = datetime(2026, 3, 1, 1, 5, tzinfo=UTC)
NAME = "TN_NMXL_KK01_20260301080500.txt"
LINES = (
    "PM2,5\t31.4\tug/m3\t20260301080500\t00\r\n"
    "PM10\t52.0\tug/m3\t20260301080500\t00\r\n"
    "NO2\t18.2\tug/m3\t20260301080500\t01\r\n"
    "CO\t0.61\tmg/m3\t20260301080500\t00\r\n"
    "O3\t-9999\tug/m3\t20260301080500\t02\r\n"
)
"""The reference's own example (air-quality, §5), CO in mg/m³."""


@pytest.fixture
def station(make_station: Callable[..., Station]) -> Station:
    return make_station("TN_NMXL_KK01", quantities=("pm25", "pm10", "no2", "co", "o3"))


def put(folder: Path, name: str, text: str, age_s: float = RESTS_S + 1) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    written = (AT + timedelta(minutes=1)).timestamp() - age_s
    os.utime(path, (written, written))
    return path


def look(folder: Path) -> Turn:
    return take(folder, AT + timedelta(minutes=1))


def test_a_file_s_readings_are_stored_and_the_file_moved(station: Station, tmp_path: Path) -> None:
    put(tmp_path, NAME, LINES)

    assert look(tmp_path) == Turn(taken=1, refused=0)
    stored = {(one.datastream.quantity, one.at): (one.value, one.status) for one in Reading.objects.all()}
    assert stored == {
        ("pm25", AT): (31.4, "00"),
        ("pm10", AT): (52.0, "00"),
        ("no2", AT): (18.2, "01"),
        ("co", AT): (610.0, "00"),
        ("o3", AT): (-9999.0, "02"),
    }
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob("*.txt")] == [Path("taken/2026-03-01") / NAME]
    assert look(tmp_path) == Turn(taken=0, refused=0)


def test_a_file_sent_again_doubles_nothing(station: Station, tmp_path: Path) -> None:
    for _ in range(2):
        put(tmp_path, NAME, LINES)
        look(tmp_path)

    assert Reading.objects.count() == 5


def test_a_file_that_is_still_being_written_waits(station: Station, tmp_path: Path) -> None:
    put(tmp_path, NAME, LINES, age_s=2)

    assert look(tmp_path) == Turn(taken=0, refused=0)


def test_a_line_that_cannot_be_read_is_kept_with_its_reason_and_stops_no_other(
    station: Station, tmp_path: Path
) -> None:
    put(tmp_path, f"KK01/{NAME}", LINES + "XYZ\t1\tug/m3\t20260301080500\t00\r\n")

    assert look(tmp_path) == Turn(taken=1, refused=0)
    kept = RejectedReading.objects.get()
    assert (kept.station, kept.reason) == ("TN_NMXL_KK01", "unreadable")
    assert NAME in kept.text
    assert Reading.objects.count() == 5


def test_what_is_no_station_s_file_is_set_aside(station: Station, tmp_path: Path) -> None:
    put(tmp_path, "notes.txt", "hello")
    put(tmp_path, ".hidden.txt", LINES)
    (tmp_path / "link.txt").symlink_to("/etc/hostname")

    assert look(tmp_path) == Turn(taken=0, refused=1)
    assert (tmp_path / "refused" / "2026-03-01" / "notes.txt").is_file()
    assert (tmp_path / ".hidden.txt").is_file()


def test_a_file_of_an_unknown_station_is_kept_as_rejected(station: Station, tmp_path: Path) -> None:
    put(tmp_path, "TN_XX_KK09_20260301080500.txt", LINES)

    look(tmp_path)

    assert set(RejectedReading.objects.values_list("station", "reason")) == {("TN_XX_KK09", "unknown_station")}
