"""A condition in words, for whoever reads a rule without its JSON."""

from layers.alerts.rules.condition import And, Change, Condition, Held, Hours, Or, Silent, Threshold
from layers.alerts.rules.program import MINUTE_US
from layers.core.text import Text

_DAYS_VI = ("", "thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_DAYS_EN = ("", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def said(condition: Condition) -> Text:
    """The condition in both languages; metrics and attributes by their own names."""
    match condition:
        case Threshold():
            clear = condition.clear
            vi = f"{condition.metric} {condition.op} {_number(condition.value)}"
            back = "" if clear is None else f" (hết khi về {clear:g})", "" if clear is None else f" (ends at {clear:g})"
            if condition.margin:
                back = f" (hết khi lùi {condition.margin:g})", f" (ends {condition.margin:g} behind)"
            return Text(vi=vi + back[0], en=vi + back[1])
        case Change():
            rises = condition.way == "rises"
            within = length(condition.within_us)
            return Text(
                vi=f"{condition.metric} {'tăng' if rises else 'giảm'} từ {condition.by:g} trong {within.vi}",
                en=f"{condition.metric} {'rises' if rises else 'falls'} by {condition.by:g} within {within.en}",
            )
        case Silent():
            over = length(condition.for_us)
            return Text(vi=f"{condition.metric} không có số liệu {over.vi}", en=f"no {condition.metric} for {over.en}")
        case Held():
            over, inner = length(condition.for_us), said(condition.of)
            return Text(vi=f"{inner.vi} liên tục {over.vi}", en=f"{inner.en} for {over.en}")
        case Hours():
            span = f"{_clock(condition.starts_min)}–{_clock(condition.ends_min)}"
            if len(condition.days) == 7:
                return Text(vi=f"lúc {span}", en=f"at {span}")
            days = sorted(condition.days)
            vi, en = (", ".join(names[day] for day in days) for names in (_DAYS_VI, _DAYS_EN))
            return Text(vi=f"lúc {span} {vi}", en=f"at {span} on {en}")
        case And() | Or():
            words = (" và ", " and ") if isinstance(condition, And) else (" hoặc ", " or ")
            inside = [said(one) for one in condition.of]
            vi, en = words[0].join(one.vi for one in inside), words[1].join(one.en for one in inside)
            return Text(vi=f"({vi})", en=f"({en})") if len(inside) > 1 else Text(vi=vi, en=en)


def length(span_us: int) -> Text:
    """A length of time: days, hours or minutes."""
    minutes = span_us / MINUTE_US
    for size, vi, en in ((1440, "ngày", "days"), (60, "giờ", "h")):
        if minutes >= size and minutes % size == 0:
            return Text(vi=f"{minutes / size:g} {vi}", en=f"{minutes / size:g} {en}")
    return Text(vi=f"{minutes:g} phút", en=f"{minutes:g} min")


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
