"""A rule in words, for whoever reads it without its JSON: conditions, and the whole rule sentence by sentence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from layers.alerts.rules.body import Body, Step
from layers.alerts.rules.condition import And, Change, Condition, Held, Hours, Or, Silent, Threshold
from layers.alerts.rules.program import MINUTE_US
from layers.alerts.severity import Severity
from layers.core.layer import Layer
from layers.core.roles import role_title
from layers.core.text import Text
from layers.core.viewer import Viewer

DAYS = (
    Text(vi="thứ Hai", en="Monday"),
    Text(vi="thứ Ba", en="Tuesday"),
    Text(vi="thứ Tư", en="Wednesday"),
    Text(vi="thứ Năm", en="Thursday"),
    Text(vi="thứ Sáu", en="Friday"),
    Text(vi="thứ Bảy", en="Saturday"),
    Text(vi="Chủ nhật", en="Sunday"),
)
_COMPARED = {
    ">": Text(vi="trên {0}", en="is above {0}"),
    ">=": Text(vi="từ {0} trở lên", en="is at or above {0}"),
    "<": Text(vi="dưới {0}", en="is below {0}"),
    "<=": Text(vi="từ {0} trở xuống", en="is at or below {0}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a layer calls its metrics, with their units, and its attributes; what is not known keeps its own name."""

    metrics: Mapping[str, Text] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Text] = field(default_factory=dict)

    @classmethod
    def of(cls, layer: Layer, viewer: Viewer) -> "Names":
        """The layer's own, of the attributes those that a viewer may read."""
        readable = layer.readable(viewer)
        return cls(
            metrics={one.name: one.title for one in layer.metrics},
            units={one.name: one.unit for one in layer.metrics if one.unit},
            attributes={one.name: one.title for one in layer.attributes if one.name in readable},
        )

    def metric(self, name: str) -> Text:
        """As it stands inside a sentence."""
        title = self.metrics.get(name)
        return Text(vi=_inside(title.vi), en=_inside(title.en)) if title else Text.same(name or "…")

    def amount(self, metric: str, value: float | str) -> Text:
        """A number with the metric's unit, or the attribute that holds it."""
        if isinstance(value, str):
            title = self.attributes.get(value)
            return Text(vi=f"“{title.vi}”", en=f"“{title.en}”") if title else Text.same(value or "…")
        unit = f" {self.units[metric]}" if metric in self.units else ""
        return Text(vi=spelt(value, "vi") + unit, en=spelt(value, "en") + unit)


BARE = Names()


def said(condition: Condition, names: Names = BARE) -> Text:
    """The condition in both languages."""
    return _said(condition, names, is_inside=False)


def _said(condition: Condition, names: Names, *, is_inside: bool) -> Text:
    match condition:
        case Threshold():
            return _threshold(condition, names)
        case Change():
            rises = condition.way == "rises"
            metric, by = names.metric(condition.metric), names.amount(condition.metric, condition.by)
            within = length(condition.within_us)
            return Text(
                vi=f"{metric.vi} {'tăng' if rises else 'giảm'} từ {by.vi} trong {within.vi}",
                en=f"{metric.en} {'rises' if rises else 'falls'} by {by.en} within {within.en}",
            )
        case Silent():
            metric, over = names.metric(condition.metric), length(condition.for_us)
            return Text(vi=f"{metric.vi} không có số liệu {over.vi}", en=f"no {metric.en} for {over.en}")
        case Held():
            over, inner = length(condition.for_us), _said(condition.of, names, is_inside=True)
            return Text(vi=f"{inner.vi} liên tục {over.vi}", en=f"{inner.en} for {over.en}")
        case Hours():
            return _hours(condition)
        case And() | Or():
            words = Text(vi=" và ", en=" and ") if isinstance(condition, And) else Text(vi=" hoặc ", en=" or ")
            several = len(condition.of) > 1
            parts = [_said(one, names, is_inside=is_inside or several) for one in condition.of]
            vi, en = words.vi.join(one.vi for one in parts), words.en.join(one.en for one in parts)
            return Text(vi=f"({vi})", en=f"({en})") if several and is_inside else Text(vi=vi or "…", en=en or "…")


def _threshold(condition: Threshold, names: Names) -> Text:
    metric, limit = names.metric(condition.metric), names.amount(condition.metric, condition.value)
    beyond = _COMPARED[condition.op]
    vi, en = f"{metric.vi} {beyond.vi.format(limit.vi)}", f"{metric.en} {beyond.en.format(limit.en)}"
    if condition.margin:
        margin = names.amount(condition.metric, condition.margin)
        return Text(vi=f"{vi} (hết khi lùi {margin.vi})", en=f"{en} (ends {margin.en} behind)")
    if condition.clear is not None:
        clear = names.amount(condition.metric, condition.clear)
        return Text(vi=f"{vi} (hết khi về {clear.vi})", en=f"{en} (ends at {clear.en})")
    return Text(vi=vi, en=en)


def _hours(condition: Hours) -> Text:
    span = f"{_clock(condition.starts_min)}–{_clock(condition.ends_min)}"
    if len(condition.days) == len(DAYS):
        return Text(vi=f"lúc {span}", en=f"at {span}")
    days = [DAYS[day - 1] for day in sorted(condition.days) if 1 <= day <= len(DAYS)]
    vi, en = ", ".join(day.vi for day in days), ", ".join(day.en for day in days)
    return Text(vi=f"lúc {span} {vi}", en=f"at {span} on {en}")


def meaning(body: Body, names: Names, where: Text) -> list[Text]:
    """The whole rule, sentence by sentence: when it fires, where, how it ends, who is told.

    Args:
        body: the rule.
        names: of its layer.
        where: what it watches, as it stands after "at" ("mọi đối tượng của lớp Trạm quan trắc").
    """
    return [
        *_fires(body, names),
        Text(vi=f"Theo dõi {where.vi}.", en=f"It watches {where.en}."),
        _ends(body),
        _told(body.escalation),
    ]


def _fires(body: Body, names: Names) -> Iterator[Text]:
    for rank, condition in sorted(body.rule.levels, key=lambda level: -level[0]):
        severity, words = Severity.of(rank).title, said(condition, names)
        yield Text(
            vi=f"Cảnh báo mức {severity.vi} khi {words.vi}.",
            en=f"{severity.en} alert when {words.en}.",
        )


def _ends(body: Body) -> Text:
    valid, lower = length(body.rule.valid_us), length(body.rule.lower_us)
    waits = body.rule.lower_us > 0
    vi = f"Hạ mức khi điều kiện đã hết {lower.vi}" if waits else "Hạ mức ngay khi điều kiện đã hết"
    en = f"It is lowered once the condition has been over for {lower.en}" if waits else "It is lowered at once"
    closed = (
        Text(vi="cảnh báo tự kết thúc", en="and ends by itself")
        if body.auto_clear
        else Text(vi="người trực đóng cảnh báo", en="and a person closes it")
    )
    return Text(
        vi=f"{vi}; {closed.vi}. Số liệu cũ hơn {valid.vi} không được tính.",
        en=f"{en} {closed.en}. Values older than {valid.en} do not count.",
    )


def _told(steps: Sequence[Step]) -> Text:
    if not steps:
        return Text(vi="Không báo cho ai.", en="Nobody is told.")
    said_vi, said_en = [], []
    for step in steps:
        roles = [role_title(slug) for slug in step.roles]
        others = [*step.emails, *step.webhooks]
        after = length(round(step.after_min * MINUTE_US))
        vi, en = ", ".join([*(one.vi for one in roles), *others]), ", ".join([*(one.en for one in roles), *others])
        said_vi.append(f"sau {after.vi} chưa ai tiếp nhận, báo {vi}" if step.after_min else f"báo ngay {vi}")
        said_en.append(f"after {after.en} unacknowledged, {en}" if step.after_min else f"{en} at once")
    vi = "; ".join(said_vi)
    return Text(vi=f"{vi[0].upper()}{vi[1:]}.", en=f"It tells {'; '.join(said_en)}.")


def length(span_us: int) -> Text:
    """A length of time: days, hours or minutes."""
    minutes = span_us / MINUTE_US
    for size, vi, en in ((1440, "ngày", "days"), (60, "giờ", "h")):
        if minutes >= size and minutes % size == 0:
            return Text(vi=f"{spelt(minutes / size, 'vi')} {vi}", en=f"{spelt(minutes / size, 'en')} {en}")
    return Text(vi=f"{spelt(minutes, 'vi')} phút", en=f"{spelt(minutes, 'en')} min")


def spelt(value: float, language: str) -> str:
    """A number as the language writes it: 1.234,5 in Vietnamese, 1,234.5 in English."""
    words = f"{value:,.10g}"
    return words if language == "en" else words.translate(str.maketrans(",.", ".,"))


def _inside(title: str) -> str:
    return title[0].lower() + title[1:] if title[1:2].islower() else title


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
