"""Station files as the circular has them: units, decimal commas, states of the device, lines that cannot be read."""

from datetime import UTC, datetime

import pytest

from layers.sensors.ingest.station_file import Measured, Status, Unread, UnreadableFile, read, station_of

EXAMPLE = (
    b"PM2,5\t31.4\tug/m3\t20260301080500\t00\r\n"
    b"PM10\t52.0\tug/m3\t20260301080500\t00\r\n"
    b"NO2\t18.2\tug/m3\t20260301080500\t01\r\n"
    b"CO\t610\tug/m3\t20260301080500\t00\r\n"
    b"O3\t-9999\tug/m3\t20260301080500\t02\r\n"
)


def measured(content: bytes) -> list[Measured]:
    return [line for line in read(content) if isinstance(line, Measured)]


def test_the_references_example() -> None:
    lines = measured(EXAMPLE)

    assert [(line.metric, line.value, line.status) for line in lines] == [
        ("pm25", 31.4, Status.MEASURING),
        ("pm10", 52.0, Status.MEASURING),
        ("no2", 18.2, Status.CALIBRATING),
        ("co", 610.0, Status.MEASURING),
        ("o3", -9999.0, Status.FAULTY),
    ]
    assert {line.at for line in lines} == {datetime(2026, 3, 1, 1, 5, tzinfo=UTC)}
    assert station_of("TN_NMXL_KK01_20260301080500.txt") == "TN_NMXL_KK01"


@pytest.mark.parametrize(
    ("line", "value", "unit"),
    [
        ("CO\t0,61\tmg/m3\t20260301080500\t00", 610, "µg/m³"),
        ("CO 610 µg/m³ 20260301080500 00", 610, "µg/m³"),
        ("pH\t7,2\t-\t20260301080500\t00", 7.2, "-"),
        ("Temp\t-3.5\toC\t20260301080500\t00", -3.5, "oC"),
    ],
)
def test_a_comma_and_another_unit_are_understood(line: str, value: float, unit: str) -> None:
    (found,) = measured(line.encode())

    assert (found.value, found.unit) == (pytest.approx(value), unit)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("PM10\t52.0\tug/m3\t20260301080500", "5 cột"),
        ("XYZ\t52.0\tug/m3\t20260301080500\t00", "XYZ"),
        ("PM10\tnhiều\tug/m3\t20260301080500\t00", "nhiều"),
        ("PM10\tnan\tug/m3\t20260301080500\t00", "nan"),
        ("PM10\t52\tug/m3\t20261301080500\t00", "20261301080500"),
        ("PM10\t52\tug/m3\t20260301080500\t07", "07"),
        ("PM10\t52\tfurlong\t20260301080500\t00", "furlong"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_and_stops_no_other(line: str, said: str) -> None:
    lines = list(read(EXAMPLE + line.encode() + b"\r\n" + EXAMPLE))
    (unread,) = [one for one in lines if isinstance(one, Unread)]

    assert (unread.line, len(lines)) == (6, 11)
    assert "Dòng 6" in unread.reason.vi
    assert said in unread.reason.vi


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x\n" * 10_002])
def test_what_is_no_station_file_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        list(read(content))


def test_a_name_without_a_time_names_no_station() -> None:
    with pytest.raises(UnreadableFile, match="KK01"):
        station_of("KK01.txt")
