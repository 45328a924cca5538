"""How a layer is drawn, as data: parts coloured by scales. MapLibre layers and the legend are read off it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from layers.core.scale import By
from layers.core.text import Text

Color = str | By
Shape = Literal["circle", "square", "diamond", "triangle", "arrow", "hatch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What every part may say.

    Attributes:
        when: CQL2 text; only features that meet it are drawn by this part.
        title: its words in the legend, where the layer's own title would not do.
        from_zoom: first zoom it is drawn at.
    """

    when: str | None = None
    title: Text | None = None
    from_zoom: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle(_Part):
    """A point as a badge: circle for things, square for buildings, diamond for events, triangle for alarms (ui.md).

    An arrow points north; a hatch lies over the badge of another part and says that it is doubtful.

    Attributes:
        radius_px: half the badge's size at zoom 12.
        rotate: attribute, degrees clockwise, by which the shape (no circle) is turned.
        label: attribute written beside it.
        icon: `maki:<name>` or `temaki:<name>`.
    """

    color: Color
    radius_px: float = 6
    shape: Shape = "circle"
    rotate: str | None = None
    icon: str | None = None
    label: str | None = None
    label_from_zoom: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(_Part):
    """A line; `width_px` at zoom 12, growing with zoom; `casing` is the colour of its edge."""

    color: Color
    width_px: float = 1.5
    dash: tuple[float, ...] | None = None
    casing: str | None = None
    label: str | None = None
    label_from_zoom: int = 13


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill(_Part):
    """An area and its outline."""

    color: Color
    opacity: float = 0.5
    outline: Color | None = None
    outline_width_px: float = 1
    outline_dash: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol(_Part):
    """Words on the map: the attribute `text`, sized in px at zoom 12.

    Attributes:
        rank: attribute that says which label wins where two collide, small first.
        always: drawn even where it collides.
    """

    text: str
    color: str = "#4A5662"
    size_px: float = 13
    medium: bool = False
    along_line: bool = False
    rank: str | None = None
    always: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat(_Part):
    """Density of points, weighted by an attribute where one is named."""

    radius_px: float = 20
    weight: str | None = None


Part = Circle | Line | Fill | Symbol | Heat


@dataclass(frozen=True, slots=True, init=False)
class Style:
    """One way to draw a layer.

    Attributes:
        name: slug, unique in its layer.
        parts: drawn in order, the first lowest.
        when: CQL2 text; only features that meet it are drawn.
    """

    name: str
    title: Text
    parts: tuple[Part, ...]
    when: str | None

    def __init__(self, name: str, title: Text, parts: Iterable[Part], when: str | None = None) -> None:
        """Keep the parts in drawing order."""
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "parts", tuple(parts))
        object.__setattr__(self, "when", when)

    @property
    def colored_by(self) -> By | None:
        """What the first part that is coloured by values is coloured by: what the legend tells apart."""
        colors = (getattr(part, "color", None) for part in self.parts)
        return next((color for color in colors if isinstance(color, By)), None)

    @property
    def attributes(self) -> frozenset[str]:
        """Names of the attributes the style reads."""
        return frozenset(name for part in self.parts for name in attributes_of(part))


def attributes_of(part: Part) -> Iterable[str]:
    """Names of the attributes a part reads."""
    for field in ("color", "outline"):
        value = getattr(part, field, None)
        if isinstance(value, By):
            yield value.attribute
    for field in ("label", "text", "rank", "weight", "rotate"):
        if name := getattr(part, field, None):
            yield name
