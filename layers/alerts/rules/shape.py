"""What a rule may hold, as data: the reader of its JSON, the form that writes it and its words read this one place."""

import math
from dataclasses import dataclass
from typing import Any, Literal

from layers.core.text import Text

DAY_MIN = 24 * 60
CHANGE_MOST_MIN = DAY_MIN
"""Longest window of a change: its values are remembered one by one."""
DURATION_MOST_MIN = 30 * DAY_MIN

Kind = Literal["metric", "choice", "limit", "number", "minutes", "days", "clock", "truth", "condition"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing to fill in.

    Attributes:
        kind: how it is read: `limit` is a number or the name of the attribute that holds it; `minutes` a length of
            time; `days` a list of 1 (Monday) to 7; `clock` a text like 07:30.
        least, most: of a number, both allowed.
        choices: values and what they are called.
        default: where it is not given; without one it is needed.
        fresh: what a new form begins with.
    """

    name: str
    title: Text
    kind: Kind
    help: Text | None = None
    least: float = -math.inf
    most: float = math.inf
    choices: tuple[tuple[str, Text], ...] = ()
    default: Any = ...
    fresh: Any = None

    @property
    def is_needed(self) -> bool:
        """Whether it must be given."""
        return self.default is ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One kind of condition; a group holds a list of conditions instead of entries."""

    name: str
    title: Text
    about: Text
    entries: tuple[Entry, ...] = ()

    @property
    def is_group(self) -> bool:
        """Whether it holds a list of conditions."""
        return not self.entries


def _minutes(name: str, title: Text, *, least: float = 0, most: float = DURATION_MOST_MIN, **more: Any) -> Entry:
    return Entry(name=name, title=title, kind="minutes", least=least, most=most, **more)


_METRIC = Entry(name="metric", title=Text(vi="Chỉ số", en="Metric"), kind="metric")
OPERATORS = (
    (">=", Text(vi="từ … trở lên (≥)", en="at or above (≥)")),
    (">", Text(vi="trên (>)", en="above (>)")),
    ("<=", Text(vi="từ … trở xuống (≤)", en="at or below (≤)")),
    ("<", Text(vi="dưới (<)", en="below (<)")),
)
WAYS = (("rises", Text(vi="tăng", en="rises")), ("falls", Text(vi="giảm", en="falls")))
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)

THRESHOLD = Shape(
    name="threshold",
    title=Text(vi="Vượt ngưỡng", en="Threshold"),
    about=Text(vi="Giá trị nằm ngoài một ngưỡng.", en="The value stands beyond a limit."),
    entries=(
        _METRIC,
        Entry(name="op", title=Text(vi="So sánh", en="Is"), kind="choice", choices=OPERATORS, fresh=">="),
        Entry(name="value", title=Text(vi="Ngưỡng", en="Limit"), kind="limit"),
        Entry(
            name="clear",
            title=Text(vi="Hết khi về", en="Ends at"),
            kind="number",
            default=None,
            help=Text(
                vi="Để trống: hết ngay khi qua lại ngưỡng.", en="Left empty: ends as soon as it is back at the limit."
            ),
        ),
        Entry(
            name="margin",
            title=Text(vi="Hết khi lùi", en="Ends this far behind"),
            kind="number",
            least=0,
            default=0,
            help=Text(vi="Khoảng cách tới ngưỡng của đối tượng.", en="Distance from the feature's own limit."),
        ),
    ),
)
CHANGE = Shape(
    name="change",
    title=Text(vi="Tăng, giảm nhanh", en="Fast change"),
    about=Text(
        vi="So với giá trị thấp nhất (cao nhất) trong khoảng thời gian.",
        en="Against the lowest (highest) value of the window.",
    ),
    entries=(
        _METRIC,
        Entry(name="way", title=Text(vi="Chiều", en="Way"), kind="choice", choices=WAYS, fresh="rises"),
        Entry(name="by", title=Text(vi="Ít nhất", en="By at least"), kind="number", least=1e-9),
        _minutes("within_min", Text(vi="Trong", en="Within"), least=1, most=CHANGE_MOST_MIN, fresh=60),
    ),
)
SILENT = Shape(
    name="silent",
    title=Text(vi="Mất số liệu", en="Silence"),
    about=Text(vi="Không có số liệu nào đến.", en="No value arrives."),
    entries=(_METRIC, _minutes("for_min", Text(vi="Không có số liệu suốt", en="No value for"), least=1, fresh=60)),
)
HOURS = Shape(
    name="hours",
    title=Text(vi="Giờ trong tuần", en="Hours of the week"),
    about=Text(
        vi="Giờ Việt Nam; đến trước từ thì qua nửa đêm.",
        en="Clock of Việt Nam; an end before the beginning reaches over midnight.",
    ),
    entries=(
        Entry(name="days", title=Text(vi="Các ngày", en="Days"), kind="days", default=EVERY_DAY),
        Entry(name="from", title=Text(vi="Từ", en="From"), kind="clock", fresh="22:00"),
        Entry(name="to", title=Text(vi="Đến", en="To"), kind="clock", fresh="06:00"),
    ),
)
HELD = Shape(
    name="held",
    title=Text(vi="Kéo dài", en="Duration"),
    about=Text(vi="Đúng liên tục, không ngắt quãng.", en="True without a break."),
    entries=(
        _minutes("for_min", Text(vi="Liên tục ít nhất", en="For at least"), least=0.1),
        Entry(name="of", title=Text(vi="Điều kiện", en="Condition"), kind="condition"),
    ),
)
ALL = Shape(
    name="all",
    title=Text(vi="Tất cả đều đúng", en="All of these"),
    about=Text(vi="Mọi điều kiện trong nhóm cùng đúng.", en="Every condition of the group is true."),
)
ANY = Shape(
    name="any",
    title=Text(vi="Ít nhất một đúng", en="Any of these"),
    about=Text(vi="Có một điều kiện trong nhóm đúng là đủ.", en="One true condition of the group is enough."),
)
SHAPES = {shape.name: shape for shape in (THRESHOLD, CHANGE, SILENT, HOURS, HELD, ALL, ANY)}

VALID = _minutes(
    "valid_min",
    Text(vi="Số liệu có giá trị trong", en="A value counts for"),
    least=1,
    fresh=120,
    help=Text(
        vi="Cũ hơn thì không biết: không phát, không kết thúc.",
        en="Older than that is unknown: it neither raises nor ends.",
    ),
)
LOWER = _minutes(
    "lower_min",
    Text(vi="Chờ rồi mới hạ mức", en="Wait before lowering"),
    default=0,
    help=Text(vi="Để trống: hạ ngay.", en="Left empty: at once."),
)
AUTO_CLEAR = Entry(
    name="auto_clear",
    title=Text(vi="Khi điều kiện đã hết", en="Once the condition has ended"),
    kind="truth",
    default=True,
    choices=(
        ("true", Text(vi="cảnh báo tự kết thúc", en="the alert ends by itself")),
        ("false", Text(vi="chờ người trực đóng", en="a person closes it")),
    ),
)
AFTER = _minutes("after_min", Text(vi="Sau khi phát", en="After it was raised"), default=0)
