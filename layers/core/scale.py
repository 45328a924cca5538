"""How a value becomes a colour: ordered bands or named categories."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from layers.core.attribute import Option, Options
from layers.core.text import Text

NO_DATA_COLOR = "#9AA5B1"
"""Grey for what has no value: never a colour of a scale (ui.md, honesty)."""


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
        if any(option.color is None for option in self.options):
            raise ValueError("Categories needs a colour for every option: Option(value, title, color='#0B5FA5')")

    def option(self, value: Any) -> Option | None:
        """The option of this value, if listed."""
        return next((option for option in self.options if option.value == value), None)


Scale = Steps | Categories


@dataclass(frozen=True, slots=True)
class By:
    """A colour read from an attribute through a scale."""

    attribute: str
    scale: Scale


def by(attribute: str, scale: Scale) -> By:
    """Colour features by `attribute` through `scale`."""
    return By(attribute, scale)
