"""How a value becomes a colour: ordered bands or named categories."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from layers.core.attribute import Option, Options
from layers.core.text import Text

NO_DATA_COLOR = "#9AA5B1"
"""Grey for what has no value: never a colour of a scale (ui.md, honesty)."""

_COLOR = re.compile("#[0-9A-Fa-f]{6}")
PATTERNS = (
    "M-2 2L2 -2M0 10L10 0M8 12L12 8",
    "M2 2.5a.5 .5 0 1 0 1 0a.5 .5 0 1 0 -1 0M7 7.5a.5 .5 0 1 0 1 0a.5 .5 0 1 0 -1 0",
    "M0 2.5h10M0 7.5h10",
    "M5 3v4M3 5h4",
    "M-2 8L2 12M0 0L10 10M8 -2L12 2",
    "M3 5a2 2 0 1 0 4 0a2 2 0 1 0 -4 0",
    "M2.5 0v10M7.5 0v10",
    "M2.5 6.5L5 3L7.5 6.5z",
    "M5 0v10M0 5h10",
    "M.5 2.5h4M5.5 7.5h4",
    "M3 3l4 4M7 3l-4 4",
    "M0 5q2.5 -4 5 0t5 0",
    "M0 10L10 0M0 0L10 10",
    "M3.2 3.2h3.6v3.6h-3.6z",
    "M0 6.5L2.5 3.5L5 6.5L7.5 3.5L10 6.5",
    "M2.5 1v3M7.5 6v3",
)
"""What a category's area is hatched with beside its colour: SVG path data, stroked, in a tile of 10 × 10 px."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Values from `start` (inclusive) up to the next band's start."""

    start: float
    color: str
    title: Text


@dataclass(frozen=True, slots=True)
class Steps:
    """Ordered bands of a number; below the first band there is no colour.

    Raises:
        ValueError: no band, or bands out of order.
    """

    bands: tuple[Band, ...]

    def __init__(self, bands: Iterable[Band]) -> None:
        """Keep the bands in ascending order."""
        object.__setattr__(self, "bands", tuple(bands))
        starts = [band.start for band in self.bands]
        if not starts or starts != sorted(set(starts)):
            raise ValueError("Steps needs bands with ascending starts: Steps([Band(start=0, …), Band(start=50, …)])")

    def band(self, value: float | None) -> Band | None:
        """The band holding `value`, or None below the first band and for no value."""
        if value is None:
            return None
        below = [band for band in self.bands if band.start <= value]
        return below[-1] if below else None


@dataclass(frozen=True, slots=True)
class Categories:
    """One colour a value; what is not listed is grey."""

    options: tuple[Option, ...]

    def __init__(self, options: type[Options] | Sequence[Option]) -> None:
        """Take the options of an enumeration or of a list."""
        object.__setattr__(self, "options", tuple(Option.all_of(options)))
        if any(not _COLOR.fullmatch(option.color or "") for option in self.options):
            raise ValueError("Categories needs a colour for every option: Option(value, title, color='#0B5FA5')")

    def option(self, value: Any) -> Option | None:
        """The option of this value, if listed."""
        return next((option for option in self.options if option.value == value), None)

    def pattern(self, option: Option) -> str | None:
        """The second sign of an area of this option, by its place; none where there is nothing to tell apart."""
        if len(self.options) < 2:
            return None
        return PATTERNS[self.options.index(option) % len(PATTERNS)]


Scale = Steps | Categories


def ink_over(color: str, opacity: float = 1, ground: str = "#FFFFFF") -> str:
    """Black or white, whichever reads better on a `#RRGGBB` laid over a ground (WCAG 2.2, relative luminance)."""
    over, under = (bytes.fromhex(one.removeprefix("#")) for one in (color, ground))
    seen = [(opacity * a + (1 - opacity) * b) / 255 for a, b in zip(over, under, strict=True)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in seen]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#FFFFFF"


@dataclass(frozen=True, slots=True)
class By:
    """A colour read from an attribute through a scale."""

    attribute: str
    scale: Scale


def by(attribute: str, scale: Scale) -> By:
    """Colour features by `attribute` through `scale`."""
    return By(attribute, scale)
