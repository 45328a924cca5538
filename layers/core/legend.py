"""The legend of a style: read off its scales, so that it cannot disagree with the map."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from layers.core.scale import By, Categories, Steps
from layers.core.style import Circle, Fill, Heat, Line, Part, Style, Symbol
from layers.core.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a legend.

    Attributes:
        shape: circle, square, diamond, triangle, arrow, hatch, line, fill, text or heat.
        value: the category it stands for.
        pattern: what an area is hatched with beside its colour, where the viewer wants it (`scale.PATTERNS`).
        start, end: the half-open range of numbers it stands for.
    """

    title: Text
    color: str
    shape: str
    icon: str | None = None
    value: Any = None
    pattern: str | None = None
    start: float | None = None
    end: float | None = None

    def json(self) -> dict[str, Any]:
        """As the catalog carries it: `from` and `to` for ranges, absent fields left out."""
        raw = {("from" if k == "start" else "to" if k == "end" else k): v for k, v in asdict(self).items()}
        return {k: v for k, v in {**raw, "title": self.title.json()}.items() if v is not None}


def legend_of(style: Style, layer_title: Text) -> list[Entry]:
    """Entries of a style, one a category or band; a plain colour is named by the layer's own title."""
    entries: list[Entry] = []
    for part in style.parts:
        for entry in _entries(part, layer_title):
            if entry not in entries:
                entries.append(entry)
    if any(not isinstance(part, Symbol) for part in style.parts):
        return [entry for entry in entries if entry.shape != "text"]
    return entries


def _entries(part: Part, title: Text) -> Iterator[Entry]:
    shape, icon = _shape(part), getattr(part, "icon", None)
    color = part.color if not isinstance(part, Heat) else "#C4580B"
    if not isinstance(color, By):
        yield Entry(title=part.title or title, color=color, shape=shape, icon=icon)
    elif isinstance(color.scale, Categories):
        for option in color.scale.options:
            yield Entry(
                title=option.title,
                color=option.color or "",
                shape=shape,
                icon=option.icon or icon,
                value=option.value,
                pattern=color.scale.pattern(option) if isinstance(part, Fill) and part.opacity else None,
            )
    elif isinstance(color.scale, Steps):
        ends: list[float | None] = [band.start for band in color.scale.bands[1:]]
        for band, end in zip(color.scale.bands, [*ends, None], strict=True):
            yield Entry(title=band.title, color=band.color, shape=shape, icon=icon, start=band.start, end=end)


def _shape(part: Part) -> str:
    if isinstance(part, Circle):
        return part.shape
    return {Line: "line", Fill: "fill", Symbol: "text", Heat: "heat"}[type(part)]
