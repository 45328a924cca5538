"""The payload of a message: one reading, a list of readings, or several quantities of one moment, as JSON.

    {"quantity": "pm25", "at": "2026-11-27T08:00:00+07:00", "value": 35.2, "unit": "µg/m³", "status": "00"}
    [{…}, {…}]
    {"at": "2026-11-27T08:00:00+07:00", "values": {"pm25": 35.2, "pm10": 61}}

`unit` and `status` may be left out: the quantity's own unit, and `00` (measuring).
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from layers.sensors.ingest.station_file import Status
from layers.sensors.storage import Arrival

STATUSES = frozenset(status.value for status in Status)
MOST = 10_000
"""Readings of one message."""


class Unreadable(ValueError):
    """What a message, or one item of it, is not; `item` is what was sent."""

    def __init__(self, why: str, item: object) -> None:
        """Name the fault."""
        super().__init__(why)
        self.text = f"{why}: {item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)}"


def read(station: str, payload: bytes) -> tuple[list[Arrival], list[Unreadable]]:
    """The readings of a message, and the items that are none.

    Args:
        station: code of the station, from the topic.
        payload: JSON in UTF-8.
    """
    try:
        sent = json.loads(payload)
        items = sent if isinstance(sent, list) else [sent]
        if len(items) > MOST:
            raise Unreadable(f"quá {MOST} số đo / more than {MOST} readings", "")
    except Unreadable as fault:
        return [], [fault]
    except (ValueError, RecursionError):
        return [], [Unreadable("không phải JSON / no JSON", payload[:200].decode("utf-8", "replace"))]
    kept: list[Arrival] = []
    faults: list[Unreadable] = []
    for item in items:
        try:
            kept += _arrivals(station, item)
        except Unreadable as fault:
            faults.append(fault)
    return kept, faults


def _arrivals(station: str, item: Any) -> list[Arrival]:
    if not isinstance(item, dict):
        raise Unreadable("không phải đối tượng / no object", item)
    if item.get("station", station) != station:
        raise Unreadable("trạm khác với chủ đề / of another station than its topic", item)
    at = _time(item)
    if "values" in item:
        return list(_several(station, at, item))
    return [_one(station, at, item.get("quantity"), item, item)]


def _several(station: str, at: datetime, item: dict[str, Any]) -> Iterator[Arrival]:
    values = item["values"]
    if not isinstance(values, dict) or not values:
        raise Unreadable("values không phải đối tượng / values is no object", item)
    for name, value in values.items():
        yield _one(station, at, name, value if isinstance(value, dict) else {"value": value}, item)


def _one(station: str, at: datetime, name: Any, reading: dict[str, Any], item: Any) -> Arrival:
    value, unit, status = reading.get("value"), reading.get("unit", ""), reading.get("status", "00")
    if not isinstance(name, str) or not name.isprintable():
        raise Unreadable("thiếu quantity / quantity is missing", item)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unreadable("value không phải số / value is no number", item)
    if not isinstance(unit, str):
        raise Unreadable("unit không phải chữ / unit is no text", item)
    if not isinstance(status, str) or status not in STATUSES:
        raise Unreadable("status không hợp lệ / status is none of the known", item)
    try:
        return Arrival(station, name, at, float(value), unit, status)
    except OverflowError:
        raise Unreadable("value không phải số / value is no number", item) from None


def _time(item: dict[str, Any]) -> datetime:
    try:
        at = datetime.fromisoformat(item["at"])
    except KeyError:
        raise Unreadable("thiếu at / at is missing", item) from None
    except (TypeError, ValueError):
        raise Unreadable("at không theo ISO 8601 / at is no time in ISO 8601", item) from None
    if at.tzinfo is None:
        raise Unreadable("at thiếu múi giờ / at has no offset from UTC", item)
    return at
