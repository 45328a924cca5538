"""Numbers, dates and coordinates as people write them: decimal comma, thousands, degrees and minutes."""

import math
import re
from datetime import date, datetime

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_COMMA = re.compile(r"[+-]?\d+,\d+")
_VIETNAMESE = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?")
_ENGLISH = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_WHOLE = re.compile(r"[+-]?(0|[1-9]\d*)")
_DEGREES = re.compile(
    r"""(?P<sign>[+-]?)(?P<d>\d{1,3})\s*[°ºo]\s*(?:(?P<m>\d{1,2}(?:[.,]\d+)?)\s*['’′]\s*)?"""
    r"""(?:(?P<s>\d{1,2}(?:[.,]\d+)?)\s*(?:["”″]|''))?\s*(?P<side>[NSEWBĐTnsewbđt]?)"""
)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LOCAL_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s?(Z|[+-]\d{2}(:?\d{2})?)?")
TRUE, FALSE = frozenset({"true", "có", "đúng"}), frozenset({"false", "không", "sai"})
MAX_DIGITS = 18
"""More digits than a 64-bit integer surely holds: such a number is a code and stays text."""


def is_whole(text: str) -> bool:
    """An integer without leading zeros: 0905 is a telephone number."""
    return _WHOLE.fullmatch(text) is not None and len(text.lstrip("+-")) <= MAX_DIGITS


def is_plain(text: str) -> bool:
    """A number with a decimal point, or none; finite; no leading zeros."""
    if _PLAIN.fullmatch(text) is None or (text.lstrip("+-")[:1] == "0" and text.lstrip("+-")[1:2].isdigit()):
        return False
    return math.isfinite(float(text)) and len(text) <= 40


def is_comma(text: str) -> bool:
    """A number with a decimal comma, maybe thousands with points, or a plain integer."""
    return any(form.fullmatch(text) for form in (_COMMA, _VIETNAMESE, _WHOLE)) and len(text) <= 40


def decimal(text: str) -> float | None:
    """The number a coordinate's text says, or None: `106,133`, `571.900,25`, `571 900.25`, `106°07'58"`."""
    plain = text.strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    if _PLAIN.fullmatch(plain):
        return float(plain)
    if _COMMA.fullmatch(plain):
        return float(plain.replace(",", "."))
    if _VIETNAMESE.fullmatch(plain):
        return float(plain.replace(".", "").replace(",", "."))
    if _ENGLISH.fullmatch(plain):
        return float(plain.replace(",", ""))
    return degrees(text.strip())


def degrees(text: str) -> float | None:
    """Degrees, minutes and seconds as degrees; south and west are negative."""
    found = _DEGREES.fullmatch(text)
    if found is None:
        return None
    parts = [float((found[name] or "0").replace(",", ".")) for name in ("d", "m", "s")]
    if parts[1] >= 60 or parts[2] >= 60:
        return None
    value = parts[0] + parts[1] / 60 + parts[2] / 3600
    return -value if found["sign"] == "-" or found["side"].upper() in {"S", "W", "T"} else value


def iso_date(text: str) -> date | None:
    """A date written 2026-03-31."""
    if _ISO_DATE.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def local_date(text: str) -> date | None:
    """A date written 31/03/2026, 31-3-2026 or 31.3.2026: day first, as in Vietnam."""
    found = _LOCAL_DATE.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None


def iso_time(text: str) -> datetime | None:
    """A time written 2026-03-31T16:54:00+07:00; the zone may be missing."""
    if _ISO_TIME.fullmatch(text) is None:
        return None
    try:
        return datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-"))
    except ValueError:
        return None
