"""Colours and sizes on paper, read off the layers' own declarations.

The base map turns white and grey (`layers/basemap/themes/print.json`), so that a sheet from a black-and-white printer
still reads; colours of data stay.
"""

from collections.abc import Hashable, Mapping
from typing import Any

from layers.basemap.theme import THEMES
from layers.core.scale import NO_DATA_COLOR, By, Categories
from layers.core.style import Circle, Color, Line

_PAPER = THEMES["print"]
WATER, HALO, LABEL, ACCENT, FRAME = _PAPER.water, _PAPER.halo, _PAPER.label, _PAPER.accent, _PAPER.frame
MM_A_PIXEL = 0.2
"""Of lines and letters: print resolves more than a screen, so a pixel is less than its 0.26 mm."""
_LEAST_LINE_MM = 0.08


def on_paper(color: str) -> str:
    """A colour as it is printed."""
    return _PAPER.of(color)


def colored(color: Color, values: Mapping[str, Any]) -> tuple[str, Hashable]:
    """The colour of a feature and what it stands for in the legend: a value, a band's start, or None for no data."""
    if isinstance(color, str):
        return on_paper(color), ""
    value = values.get(color.attribute)
    if isinstance(color.scale, Categories):
        option = color.scale.option(value)
        return (option.color or NO_DATA_COLOR, option.value) if option else (NO_DATA_COLOR, None)
    band = color.scale.band(value)
    return (band.color, band.start) if band else (NO_DATA_COLOR, None)


def letter_of(color: Color, key: Hashable) -> str:
    """A number inside the badge that says the category without its colour; nothing where there are not several."""
    if not isinstance(color, By) or not isinstance(color.scale, Categories) or len(color.scale.options) < 2:
        return ""
    values = [option.value for option in color.scale.options]
    return str(values.index(key) + 1) if key in values else ""


def line_mm(part: Line, zoom: float, extra_px: float = 0.0) -> float:
    """The width of a line, growing as it does on the screen."""
    narrow, wide = part.width_px, part.width_px * 3.5
    low, high = (6, 12), (12, 17)
    width = _between(zoom, *low, narrow * 0.35, narrow) if zoom <= 12 else _between(zoom, *high, narrow, wide)
    return max((width + extra_px) * MM_A_PIXEL, _LEAST_LINE_MM)


def outline_mm(width_px: float, zoom: float, coarse: int | None) -> float:
    """The width of an area's edge: thin where the areas have just ceased to be gathered."""
    if coarse is None:
        factor = _linear(zoom, 6, 14, 0.6, 1.4)
    elif zoom < coarse + 2:
        factor = _linear(zoom, coarse, coarse + 2, 0.25, 0.6)
    else:
        factor = _linear(zoom, coarse + 2, coarse + 4, 0.6, 1.4)
    return max(width_px * factor * MM_A_PIXEL, _LEAST_LINE_MM)


def radius_mm(part: Circle, zoom: float) -> float:
    """Half a badge."""
    factor = _linear(zoom, 7, 12, 0.6, 1) if zoom < 12 else _linear(zoom, 12, 16, 1, 1.35)
    return part.radius_px * factor * MM_A_PIXEL


def letters_mm(size_px: float, zoom: float) -> float:
    """Height of letters; never under what can be read (5.5 pt)."""
    factor = _linear(zoom, 5, 12, 0.85, 1) if zoom < 12 else _linear(zoom, 12, 16, 1, 1.15)
    return max(size_px * factor * MM_A_PIXEL, 1.95)


def _linear(at: float, start: float, end: float, low: float, high: float) -> float:
    share = min(max((at - start) / (end - start), 0), 1)
    return low + (high - low) * share


def _between(at: float, start: float, end: float, low: float, high: float, base: float = 1.6) -> float:
    """Exponential between two stops, as the map in the browser interpolates."""
    at = min(max(at, start), end)
    return low + (high - low) * (base ** (at - start) - 1) / (base ** (end - start) - 1)
