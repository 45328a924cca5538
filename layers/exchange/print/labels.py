"""Names on the map: those that matter most first, none over another."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from math import cos, radians, sin

from layers.exchange.print.ink import HALO

MAX_PLACED = 450
WIDE_CHARACTERS = 16
"""A longer name stands in two lines."""
_EM, _EM_BOLD = 0.55, 0.6
"""Mean width of a letter of Be Vietnam Pro, in its height."""
_REPEAT_MM = 55.0
LINE = 1.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A name and where it should stand.

    Attributes:
        x, y: its centre, mm; with `below`, the middle of its upper edge.
        rank: small wins.
        always: stands even where it collides.
        once: not repeated near by (names along a line).
    """

    text: str
    x: float
    y: float
    size: float
    color: str
    rank: tuple[float, ...]
    bold: bool = False
    below: bool = False
    angle: float = 0.0
    always: bool = False
    once: bool = False

    @property
    def lines(self) -> list[str]:
        """The name in one line, or in two of like length."""
        if self.angle or len(self.text) <= WIDE_CHARACTERS or " " not in self.text:
            return [self.text]
        cuts = [place for place, letter in enumerate(self.text) if letter == " "]
        cut = min(cuts, key=lambda place: abs(place - len(self.text) / 2))
        return [self.text[:cut], self.text[cut + 1 :]]

    @property
    def width(self) -> float:
        """Of the longest line."""
        return max(len(line) for line in self.lines) * self.size * (_EM_BOLD if self.bold else _EM)

    @property
    def height(self) -> float:
        """Of all lines."""
        return len(self.lines) * self.size * LINE

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The upright box it fills."""
        turn = radians(self.angle)
        wide = abs(self.width * cos(turn)) + abs(self.height * sin(turn))
        tall = abs(self.width * sin(turn)) + abs(self.height * cos(turn))
        middle = self.y + self.height / 2 if self.below else self.y
        return (self.x - wide / 2, middle - tall / 2, self.x + wide / 2, middle + tall / 2)


def placed(labels: Iterable[Label], width: float, height: float) -> list[Label]:
    """Those that find room inside the frame, the most important first."""
    kept: list[Label] = []
    boxes: list[tuple[float, float, float, float]] = []
    for one in sorted(labels, key=lambda label: (not label.always, label.rank)):
        west, top, east, bottom = one.box
        inside = west > 0.5 and top > 0.5 and east < width - 0.5 and bottom < height - 0.5
        if not inside or (
            not one.always and any(w < east and e > west and t < bottom and b > top for w, t, e, b in boxes)
        ):
            continue
        if one.once and any(_is_near(one, other) for other in kept):
            continue
        kept.append(one)
        boxes.append(one.box)
        if len(kept) >= MAX_PLACED:
            break
    return kept


def _is_near(one: Label, other: Label) -> bool:
    return one.text == other.text and abs(one.x - other.x) + abs(one.y - other.y) < _REPEAT_MM


def label_svg(one: Label) -> str:
    """A name with a white rim: the rim first, the letters over it."""
    top = one.y + one.size * 0.95 if one.below else one.y - one.height / 2 + one.size * 0.95
    turn = f' transform="rotate({one.angle:.1f} {one.x:.2f} {one.y:.2f})"' if one.angle else ""
    weight = ' font-weight="600"' if one.bold else ""
    made = []
    for number, line in enumerate(one.lines):
        at = f'x="{one.x:.2f}" y="{top + number * one.size * LINE:.2f}" font-size="{one.size:.2f}"{weight}{turn}'
        words = escape(line)
        made.append(
            f'<text text-anchor="middle" {at} fill="{HALO}" stroke="{HALO}" stroke-width="{one.size * 0.22:.2f}">{words}</text>'
        )
        made.append(f'<text text-anchor="middle" {at} fill="{one.color}">{words}</text>')
    return "".join(made)
