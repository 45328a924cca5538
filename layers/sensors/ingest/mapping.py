"""How the columns of a table become readings: a mapping, written as YAML, read and checked here.

time: {columns: [year, month, day, hour], zone: Asia/Shanghai}    or {columns: [time], format: "%d/%m/%Y %H:%M"}
station: {column: station, codes: {Aotizhongxin: TN_KK01}}        or {code: TN_KK01}
missing: [NA, "-"]
decimal: ","
values: {PM2.5: {quantity: pm25, unit: µg/m³}}                    one column a quantity
long: {quantity: parameter, value: value, unit: unit}             instead: one row a reading
"""

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from layers.core.errors import LayerError
from layers.core.text import Text
from layers.sensors.quantity import QUANTITIES, factor

KEPT: Final = Path(__file__).parent / "mappings"
"""Mappings that come with geo_ioc, by name."""
_KEYS: Final = frozenset({"time", "station", "missing", "decimal", "values", "long"})


class BadMapping(LayerError):
    """The mapping says what cannot be, or leaves out what must be."""

    slug = "bad_mapping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A column that holds one quantity; `points`: as points of the compass (NNW)."""

    quantity: str
    unit: str
    points: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Long:
    """The columns of a table with one reading a row; `unit` is a column's name, or empty: the quantity's own."""

    quantity: str
    value: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """What each column is.

    Attributes:
        time: columns of the time: one, or numbers of year, month, day and, optional, hour, minute, second.
        format: of a single column, as `strptime` takes it; empty: ISO 8601.
        zone: of times without an offset.
        station: the code of all rows, or empty: `station_column` says it, translated by `codes`.
        missing: what stands for no value, beside nothing at all.
        decimal: the mark before the fraction.
    """

    time: tuple[str, ...]
    format: str
    zone: ZoneInfo
    station: str
    station_column: str
    codes: MappingOf[str, str]
    missing: frozenset[str]
    decimal: str
    values: MappingOf[str, Value] = field(default_factory=dict)
    long: Long | None = None

    @property
    def columns(self) -> frozenset[str]:
        """Every column it needs."""
        wanted = {*self.time, *self.values, *([self.station_column] if not self.station else [])}
        if self.long:
            wanted |= {self.long.quantity, self.long.value, *([self.long.unit] if self.long.unit else [])}
        return frozenset(wanted)


def load(name: str, *, station: str = "") -> Mapping:
    """A mapping by the name of one that comes with geo_ioc, or from a file.

    Args:
        name: `beijing`, or a path.
        station: code of the station of all rows; overrides what the mapping says.

    Raises:
        BadMapping: it cannot be read; the message names the place.
    """
    file = KEPT / f"{name}.yaml" if name.isidentifier() and (KEPT / f"{name}.yaml").is_file() else Path(name)
    try:
        said = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError) as fault:
        raise _bad(f"không đọc được {file}: {fault}", f"{file} cannot be read: {fault}") from fault
    return parse(said, station=station)


def parse(said: Any, *, station: str = "") -> Mapping:
    """A mapping from what its YAML holds.

    Raises:
        BadMapping: a key is unknown or missing, or its value is none.
    """
    top = _table(said, "")
    if unknown := set(top) - _KEYS:
        raise _bad(f"không có mục {', '.join(sorted(map(str, unknown)))}", f"unknown: {', '.join(sorted(unknown))}")
    time, place = _table(top.get("time"), "time"), _table(top.get("station", {}), "station")
    columns = time.get("columns")
    if not isinstance(columns, list) or not columns or len(columns) == 2 or len(columns) > 6:
        raise _bad(
            "time.columns: một cột, hoặc năm, tháng, ngày, giờ…", "time.columns: one, or year, month, day, hour…"
        )
    if not (station or place.get("code") or place.get("column")):
        raise _bad("station: ghi code hoặc column", "station: write code or column")
    if ("values" in top) == ("long" in top):
        raise _bad("ghi values hoặc long", "write either values or long")
    return Mapping(
        time=tuple(map(str, columns)),
        format=str(time.get("format", "")),
        zone=_zone(time.get("zone", "Asia/Ho_Chi_Minh")),
        station=station or str(place.get("code", "")),
        station_column=str(place.get("column", "")),
        codes={str(one): str(code) for one, code in _table(place.get("codes", {}), "station.codes").items()},
        missing=frozenset(map(str, top.get("missing", ()))),
        decimal=str(top.get("decimal", ".")),
        values={str(name): _value(str(name), one) for name, one in _table(top.get("values", {}), "values").items()},
        long=_long(_table(top["long"], "long")) if "long" in top else None,
    )


def _value(name: str, said: Any) -> Value:
    where = f"values.{name}"
    one = _table(said, where)
    quantity = QUANTITIES.get(str(one.get("quantity")))
    if quantity is None:
        raise _bad(f"{where}: không có thông số {one.get('quantity')}", f"{where}: no quantity {one.get('quantity')}")
    if "unit" not in one:
        raise _bad(f"{where}: thiếu unit", f"{where}: unit is missing")
    unit = str(one["unit"] or "")
    if factor(quantity, unit) is None:
        raise _bad(f"{where}: {unit} không phải đơn vị của nó", f"{where}: {unit} is no unit of it")
    return Value(quantity=quantity.name, unit=unit, points=bool(one.get("points", False)))


def _long(said: MappingOf[str, Any]) -> Long:
    if not said.get("quantity") or not said.get("value"):
        raise _bad("long: ghi quantity và value", "long: write quantity and value")
    return Long(quantity=str(said["quantity"]), value=str(said["value"]), unit=str(said.get("unit", "")))


def _zone(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise _bad(f"time.zone: không có múi giờ {name}", f"time.zone: no zone {name}") from fault


def _table(said: Any, where: str) -> MappingOf[str, Any]:
    if not isinstance(said, dict):
        raise _bad(f"{where or 'tệp'}: phải là bảng khoá: giá trị", f"{where or 'file'}: must be a table of key: value")
    return said


def _bad(vi: str, en: str) -> BadMapping:
    return BadMapping(Text(vi=f"Bảng ánh xạ cột: {vi}.", en=f"Column mapping: {en}."))
