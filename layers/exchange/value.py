"""A file's value as a column wants it: decimal commas, dates day first, times in the zone of the centre."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from layers.core.attribute import AttributeType
from layers.exchange.parse import number

MAX_INTEGER = 2**63


class NoValueError(ValueError):
    """The text says no value of the type."""


def convert(value: Any, kind: AttributeType, form: str) -> Any:
    """The value as the type's own Python value; datetimes are aware.

    Args:
        value: text, or a number or truth as a typed file gives it.
        kind: what the column must hold.
        form: what the whole column of the file was seen to be (`comma`: decimal comma and points between thousands).

    Raises:
        NoValueError: the value is not of the type.
    """
    return _CONVERTERS[kind](value, form)


def _text(value: Any, _: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _integer(value: Any, form: str) -> int:
    found = _number(value, form)
    if not float(found).is_integer() or not -MAX_INTEGER <= int(found) < MAX_INTEGER:
        raise NoValueError(value)
    return value if isinstance(value, int) else int(str(value)) if number.is_whole(str(value)) else int(found)


def _number(value: Any, form: str) -> float | int:
    if isinstance(value, bool):
        raise NoValueError(value)
    if isinstance(value, int | float):
        return value
    text = str(value).replace("\u00a0", "").replace(" ", "")
    if form == "comma" or not number.is_plain(text):
        if not number.is_comma(text):
            raise NoValueError(value)
        text = text.replace(".", "").replace(",", ".")
    return int(text) if number.is_whole(text) else float(text)


def _boolean(value: Any, _: str) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).lower()
    if text in number.TRUE | {"1", "yes", "x"}:
        return True
    if text in number.FALSE | {"0", "no"}:
        return False
    raise NoValueError(value)


def _date(value: Any, _: str) -> date:
    text = str(value)
    found = number.iso_date(text) or number.local_date(text)
    if found is None and (moment := number.iso_time(text)) is not None:
        found = moment.date()
    if found is None:
        raise NoValueError(value)
    return found


def _datetime(value: Any, _: str) -> datetime:
    text = str(value)
    moment = number.iso_time(text)
    if moment is None:
        day = number.iso_date(text) or number.local_date(text)
        if day is None:
            raise NoValueError(value)
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001  made aware below
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


_CONVERTERS: dict[str, Callable[[Any, str], Any]] = {
    "text": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
}
