"""Single fields of a JSON order, each refused by its own name."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from layers.core import Text
from layers.core.errors import BadRequest
from layers.core.time import parse_time


def text_of(raw: Mapping[str, Any], field: str, most: int) -> str:
    value = raw.get(field) or ""
    if not isinstance(value, str) or len(value) > most:
        raise wrong(field, f"cần chữ, tối đa {most} ký tự", f"text is needed, at most {most} characters")
    return "".join(c for c in value if c == "\n" or c.isprintable()).strip()


def one_of(raw: Mapping[str, Any], field: str, known: Sequence[str]) -> str:
    value = raw.get(field, known[0])
    if value not in known:
        listed = ", ".join(known)
        raise wrong(field, f"chọn một trong: {listed}", f"choose one of: {listed}")
    return str(value)


def flag_of(raw: Mapping[str, Any], field: str, *, default: bool) -> bool:
    value = raw.get(field, default)
    if not isinstance(value, bool):
        raise wrong(field, "cần true hoặc false", "true or false is needed")
    return value


def strings_of(raw: Any, field: str) -> list[str]:
    if not isinstance(raw, list) or len(raw) > 100 or not all(isinstance(one, str) for one in raw):
        raise wrong(field, "cần danh sách mã lớp", "a list of layer ids is needed")
    return raw


def time_of(raw: Mapping[str, Any], field: str) -> datetime | None:
    value = raw.get(field)
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        raise wrong(field, "cần thời điểm", "a time is needed")
    return parse_time(value, field)


def is_number(raw: Any) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def wrong(field: str, vi: str, en: str) -> BadRequest:
    return BadRequest(Text(vi=f"{vi[0].upper()}{vi[1:]}.", en=f"{en[0].upper()}{en[1:]}."), field=field)
