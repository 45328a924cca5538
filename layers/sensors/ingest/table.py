"""Tables of readings (CSV, XLSX) read row by row by a `Mapping`; what is no reading is told with its row and column."""

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final, NamedTuple

import openpyxl

from layers.core.errors import LayerError
from layers.core.text import Text
from layers.sensors.ingest.mapping import Mapping, Value
from layers.sensors.storage import Arrival, Reason

POINTS: Final = ["N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"]
"""Points of the compass, 22.5° apart from north by east."""
_DEGREES: Final = {point: index * 22.5 for index, point in enumerate(POINTS)}
_PARTS: Final = (1, 1, 1, 0, 0, 0)


class UnreadableTable(LayerError):
    """The file as a whole is no table, or lacks a column that the mapping names."""

    slug = "unreadable_table"


class Cell(NamedTuple):
    """One reading of a table: where it stood, and what it says."""

    row: int
    column: str
    arrival: Arrival


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A cell that holds no reading. `at` is None where the row's time is at fault."""

    row: int
    column: str
    station: str
    quantity: str
    text: str
    reason: Reason
    at: datetime | None = None


Read = Cell | Fault | None
"""A reading, a fault, or None: a missing value."""


def rows(file: Path) -> Iterator[Sequence[Any]]:
    """The rows of a file, headings first: the first sheet of an .xlsx, else text in UTF-8 parted by , ; or tab.

    Raises:
        UnreadableTable: it is none of these.
    """
    if file.suffix.lower() == ".xlsx":
        yield from _sheet(file)
        return
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            head = text.readline()
            text.seek(0)
            yield from csv.reader(text, delimiter=max(",;\t", key=head.count))
    except (OSError, UnicodeError, csv.Error) as fault:
        raise UnreadableTable(
            Text(vi=f"Không đọc được {file.name}: {fault}.", en=f"{file.name} cannot be read: {fault}.")
        ) from fault


def _sheet(file: Path) -> Iterator[Sequence[Any]]:
    try:
        book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()), read_only=True, data_only=True)
    except Exception as fault:  # openpyxl names no error of its own
        raise UnreadableTable(
            Text(vi=f"{file.name} không phải tệp XLSX: {fault}.", en=f"{file.name} is no XLSX file: {fault}.")
        ) from fault
    try:
        yield from book.worksheets[0].iter_rows(values_only=True)
    finally:
        book.close()


def cells(file: Path, mapping: Mapping) -> Iterator[tuple[int, list[Read]]]:
    """Each row's number in the file (the headings are row 1) and what it holds, in the order of the columns.

    Raises:
        UnreadableTable: as `rows`; or a column is missing.
    """
    table = rows(file)
    headings = [str(name).strip() if name is not None else "" for name in next(table, ())]
    if missing := mapping.columns - set(headings):
        names = ", ".join(sorted(missing))
        raise UnreadableTable(
            Text(
                vi=f"{file.name}: thiếu cột {names}; có: {', '.join(headings)}.",
                en=f"{file.name}: no column {names}; there are: {', '.join(headings)}.",
            )
        )
    for number, values in enumerate(table, start=2):
        if any(value not in (None, "") for value in values):
            yield number, list(_row(number, dict(zip_longest(headings, values[: len(headings)])), mapping))


def _row(number: int, row: dict[str, Any], mapping: Mapping) -> Iterator[Read]:
    said = str(row.get(mapping.station_column) or "").strip()
    station = mapping.station or mapping.codes.get(said, said)
    wide = mapping.values or _long(row, mapping)
    try:
        at = time_of(row, mapping)
    except (ValueError, TypeError, OverflowError):
        text = " ".join(str(row.get(name)) for name in mapping.time)
        column = ", ".join(mapping.time)
        yield Fault(row=number, column=column, station=station, quantity="", text=text, reason=Reason.UNREADABLE)
        return
    for column, value in wide.items():
        said = "" if row.get(column) is None else str(row[column]).strip()
        if not said or said in mapping.missing:
            yield None
            continue
        number_said = _number(said, value, mapping.decimal)
        if number_said is None:
            yield Fault(
                row=number, column=column, station=station, quantity=value.quantity, text=said, reason=Reason.NO_NUMBER,
                at=at,
            )  # fmt: skip
            continue
        yield Cell(number, column, Arrival(station, value.quantity, at, number_said, value.unit))


def _long(row: dict[str, Any], mapping: Mapping) -> dict[str, Value]:
    assert mapping.long is not None
    unit = str(row.get(mapping.long.unit) or "") if mapping.long.unit else ""
    return {mapping.long.value: Value(quantity=str(row.get(mapping.long.quantity) or ""), unit=unit)}


def time_of(row: dict[str, Any], mapping: Mapping) -> datetime:
    """The time of a row, aware.

    Raises:
        ValueError, TypeError: it is none.
    """
    if len(mapping.time) > 1:
        said = [int(float(row[name])) for name in mapping.time]
        return datetime(*said, *_PARTS[len(said) :], tzinfo=mapping.zone)  # type: ignore[misc, arg-type]
    value = row[mapping.time[0]]
    if not isinstance(value, datetime):
        text = str(value).strip()
        value = datetime.strptime(text, mapping.format) if mapping.format else datetime.fromisoformat(text)  # noqa: DTZ007
    return value if value.tzinfo else value.replace(tzinfo=mapping.zone)


def _number(text: str, value: Value, decimal: str) -> float | None:
    if value.points:
        return _DEGREES.get(text.upper())
    try:
        number = float(text.replace(decimal, ".") if decimal != "." else text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
