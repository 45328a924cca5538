"""The text file of an automatic station (circular 10/2021/TT-BTNMT): one line a parameter.

`Name<tab>Value<tab>Unit<tab>YYYYMMDDhhmmss<tab>Status`, the time local (UTC+7); the file is called
`<STATION>_<YYYYMMDDhhmmss>.txt`. A line that cannot be read is told with its number and stops no other.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from layers.core.attribute import Options
from layers.core.errors import LayerError
from layers.core.text import Text
from layers.core.time import LOCAL

MAX_LINES: Final = 10_000
MAX_BYTES: Final = 2_000_000

SYMBOLS: Final[Mapping[str, str]] = {
    **{"PM2,5": "pm25", "PM2.5": "pm25", "PM25": "pm25", "PM10": "pm10", "PM": "tsp", "TSP": "tsp"},
    **{"NO": "no", "NO2": "no2", "CO": "co", "SO2": "so2", "O3": "o3", "O2": "o2", "H2S": "h2s", "NH3": "nh3"},
    **{"TEMP": "temperature_c", "RH": "humidity", "P": "pressure", "FLOW": "flow", "COLOR": "color", "PH": "ph"},
    **{"TSS": "tss", "COD": "cod", "BOD5": "bod5", "TOC": "toc", "NH4": "n_nh4", "TP": "total_p", "TN": "total_n"},
    **{"DO": "do", "CL": "cl", "VHG": "hg_vapour"},
}
"""Symbols of the circular's annex, in capitals → our metrics."""

IN_MICROGRAMS: Final = frozenset({"pm25", "pm10", "tsp", "no", "no2", "co", "so2", "o3", "h2s", "nh3", "hg_vapour"})
"""Metrics of air kept in µg/m³; a file may give them in mg/m³."""
_MICROGRAMS: Final[Mapping[str, float]] = {
    "ug/m3": 1.0,
    "µg/m3": 1.0,
    "μg/m3": 1.0,
    "ug/nm3": 1.0,
    "mg/m3": 1_000.0,
    "mg/nm3": 1_000.0,
}

_TIME = "%Y%m%d%H%M%S"
_NAME = re.compile(r"(?P<station>.+)_(?P<at>\d{14})\.txt", re.IGNORECASE)


class Status(Options):
    """What the device was doing (circular 10/2021/TT-BTNMT)."""

    MEASURING = "00", "Đang đo", "Measuring"
    CALIBRATING = "01", "Hiệu chuẩn", "Calibrating"
    FAULTY = "02", "Thiết bị lỗi", "Device error"


class UnreadableFile(LayerError):
    """The file as a whole is not one of a station."""

    slug = "unreadable_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One value of a file.

    Attributes:
        value: in µg/m³ where the metric is of air, else in `unit`.
        at: with the zone of Viet Nam.
    """

    line: int
    metric: str
    value: float
    unit: str
    at: datetime
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A line that could not be read: which, what it says, and why."""

    line: int
    text: str
    reason: Text


def station_of(name: str) -> str:
    """The station's code in the name of a file.

    Raises:
        UnreadableFile: the name is not `<STATION>_<YYYYMMDDhhmmss>.txt`.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise UnreadableFile(
            Text(
                vi=f"Tên tệp {name!r} không theo mẫu TRẠM_NămThángNgàyGiờPhútGiây.txt.",
                en=f"The file's name {name!r} is not STATION_YYYYMMDDhhmmss.txt.",
            )
        )
    return found["station"]


def read(content: bytes) -> Iterator[Measured | Unread]:
    """The lines of a file, in order.

    Raises:
        UnreadableFile: too large, or no text.
    """
    if len(content) > MAX_BYTES or content.count(b"\n") > MAX_LINES:
        raise UnreadableFile(
            Text(vi=f"Tệp quá lớn: nhiều nhất {MAX_LINES} dòng.", en=f"Too large: at most {MAX_LINES} lines.")
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise UnreadableFile(Text(vi="Tệp không phải văn bản UTF-8.", en="The file is no UTF-8 text.")) from fault
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield _read_line(number, line.strip())


def _read_line(number: int, line: str) -> Measured | Unread:
    def unread(vi: str, en: str) -> Unread:
        return Unread(line=number, text=line[:200], reason=Text(vi=vi, en=en))

    cells = [cell.strip() for cell in (line.split("\t") if "\t" in line else line.split())]
    if len(cells) != 5:
        return unread(f"Dòng {number}: cần 5 cột, có {len(cells)}.", f"Line {number}: 5 columns, not {len(cells)}.")
    symbol, amount, unit, moment, code = cells
    metric = SYMBOLS.get(symbol.upper())
    if metric is None:
        return unread(f"Dòng {number}: chưa biết thông số {symbol!r}.", f"Line {number}: {symbol!r} is not known.")
    try:
        value = float(amount.replace(",", "."))
    except ValueError:
        return unread(f"Dòng {number}: {amount!r} không phải số.", f"Line {number}: {amount!r} is no number.")
    if value != value or value in (float("inf"), float("-inf")):
        return unread(f"Dòng {number}: {amount!r} không phải số.", f"Line {number}: {amount!r} is no number.")
    try:
        at = datetime.strptime(moment, _TIME).replace(tzinfo=LOCAL)
    except ValueError:
        return unread(f"Dòng {number}: thời gian {moment!r} sai.", f"Line {number}: {moment!r} is no time.")
    status = next((one for one in Status if one.value == code), None)
    if status is None:
        return unread(f"Dòng {number}: trạng thái {code!r} không có.", f"Line {number}: {code!r} is no status.")
    if metric in IN_MICROGRAMS:
        factor = _MICROGRAMS.get(unit.lower().replace("³", "3"))
        if factor is None:
            return unread(f"Dòng {number}: đơn vị {unit!r} lạ.", f"Line {number}: {unit!r} is no unit of {symbol}.")
        value, unit = value * factor, "µg/m³"
    return Measured(line=number, metric=metric, value=value, unit=unit, at=at, status=status)
