"""What every layer declares, whatever lies behind it. Checked when the class is made."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from types import FunctionType
from typing import Any, ClassVar

from layers.core.access import Access, Grant
from layers.core.action import Action
from layers.core.attribute import Attribute
from layers.core.dependency import Dependency
from layers.core.edit import Edit
from layers.core.errors import DeclarationError, UnknownLayer
from layers.core.filter import Filter
from layers.core.importer import Importer
from layers.core.ingest import Ingest
from layers.core.legend import Entry, legend_of
from layers.core.metric import Metric
from layers.core.panel import Panel
from layers.core.search import Search
from layers.core.style import Style
from layers.core.text import Text
from layers.core.time import Time
from layers.core.viewer import Viewer
from layers.core.zoom import Zoom

SLUG = re.compile(r"[a-z][a-z0-9_]*")
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
RESERVED = re.compile(r"packs|d-\d+")
"""Ids no class may take: `packs` is an address of the tile server, `d-<n>` are datasets."""

_COLLECTIONS = ("attributes", "styles", "filters", "depends_on", "metrics", "actions")


@dataclass(frozen=True, slots=True)
class Group:
    """A heading in the layer menu; layers of several domains may share one by declaring it alike."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """Features that a control room is to hear of: those that meet `when` (CQL2), each since its attribute `since`."""

    since: str
    when: str


class Declaration:
    """The attributes every layer has. See architecture §3 for what is derived from each.

    A concrete layer is a subclass of `Layer`, `RasterLayer`, `ComputedLayer` or `StreamLayer`.

    Attributes:
        base: belongs to the base map: always drawn, not offered in the layer menu.
        visible: shown when the map first opens.
        order: drawing order, small below.
        source: where the data comes from, as shown to people; `attribution` as shown on the map.
        licence: under which the data may be used, by its usual short name; None where nobody has said.
        promised: the longest its stewards promise to leave it without an update; older data is shown as such.
    """

    kind: ClassVar[str]
    id: str
    title: Text
    about: Text | None = None
    group: Group
    zoom: Zoom
    access: Access
    attributes: tuple[Attribute, ...] = ()
    styles: tuple[Style, ...] = ()
    filters: tuple[Filter, ...] = ()
    time: Time | None = None
    search: Search | None = None
    depends_on: tuple[Dependency, ...] = ()
    live: bool = False
    alarms: Alarms | None = None
    metrics: tuple[Metric, ...] = ()
    panel: Callable[..., Panel] | None = None
    actions: tuple[Action, ...] = ()
    edit: Edit | None = None
    importer: Importer | None = None
    ingest: Ingest | None = None
    source: Text | None = None
    attribution: Text | None = None
    licence: str | None = None
    promised: timedelta | None = None
    base: bool = False
    visible: bool = True
    order: int = 100

    def __init_subclass__(cls, abstract: bool = False, **more: Any) -> None:
        """Refuse a declaration that cannot hold, naming what to write instead."""
        super().__init_subclass__(**more)
        for name in _COLLECTIONS:
            if name in cls.__dict__:
                setattr(cls, name, tuple(cls.__dict__[name]))
        for name, value in list(cls.__dict__.items()):
            if isinstance(value, FunctionType) and name == "panel":
                setattr(cls, name, staticmethod(value))
        if not abstract:
            _check(cls)

    def legend(self, style: Style) -> list[Entry]:
        """The legend of one of the layer's styles."""
        return legend_of(style, self.title)

    def visible_to(self, viewer: Viewer) -> bool:
        """Whether this viewer may know that the layer exists."""
        return self.access.view.allows(viewer)

    def require(self, viewer: Viewer) -> None:
        """Refuse a viewer who may not know of the layer.

        Raises:
            UnknownLayer: exactly as if there were no such layer.
        """
        if not self.visible_to(viewer):
            raise UnknownLayer(self.id)

    def readable(self, viewer: Viewer) -> dict[str, Attribute]:
        """The attributes that exist for this viewer, by name."""
        return {a.name: a for a in self.attributes if a.access is None or a.access.held_by(viewer)}

    @property
    def tile_attributes(self) -> tuple[Attribute, ...]:
        """What tiles carry: nothing narrower than the layer itself."""
        return tuple(a for a in self.attributes if a.access is None)

    def attribute(self, name: str) -> Attribute:
        """The attribute of this name; it was checked to exist."""
        return next(a for a in self.attributes if a.name == name)

    @property
    def title_attribute(self) -> str | None:
        """The attribute that names a feature: `name`, else the first searched, else the first."""
        names = [a.name for a in self.tile_attributes]
        if "name" in names:
            return "name"
        searched = [name for name in (self.search.attributes if self.search else ()) if name in names]
        return next(iter(searched + names), None)


def _check(cls: type[Declaration]) -> None:
    _check_present(cls)
    if not (SLUG.fullmatch(cls.id) or re.fullmatch(r"d-\d+", cls.id)):
        raise _wrong(cls, f"id {cls.id!r} is no slug", "letters, digits and _, e.g. id = 'tourist_sites'")
    names = [a.name for a in cls.attributes]
    for attribute in cls.attributes:
        if not NAME.fullmatch(attribute.name):
            raise _wrong(
                cls, f"attribute {attribute.name!r} is no name", "single words joined by one _, e.g. 'duty_phone'"
            )
        if attribute.access is not None and not isinstance(attribute.access, Grant):
            raise _wrong(
                cls, f"attribute {attribute.name!r} has access {attribute.access!r}", "access=Grant(role('…'))"
            )
    _check_unique(cls, "attribute", names)
    _check_unique(cls, "style", [s.name for s in cls.styles])
    _check_unique(cls, "action", [a.name for a in cls.actions])
    _check_unique(cls, "metric", [m.name for m in cls.metrics])
    if not cls.styles:
        raise _wrong(cls, "has no style", "styles = [Style('plain', Text(…), [Circle(color='#0B5FA5')])]")
    _check_references(cls, set(names))


def _check_present(cls: type[Declaration]) -> None:
    for name, kind in (("id", str), ("title", Text), ("group", Group), ("zoom", Zoom), ("access", Access)):
        value = getattr(cls, name, None)
        if not isinstance(value, kind):
            raise _wrong(cls, f"{name} is {value!r}", f"{name} = {kind.__name__}(…)")
    if RESERVED.fullmatch(cls.id) and not getattr(cls, "from_rows", False):
        raise _wrong(cls, f"id {cls.id!r} is reserved", "another slug")


def _check_references(cls: type[Declaration], names: set[str]) -> None:
    public = {a.name for a in cls.attributes if a.access is None}
    for style in cls.styles:
        for name in style.attributes:
            if name not in public:
                raise _wrong(cls, f"style {style.name!r} reads {name!r}", _one_of(public, "attributes without access="))
    for one in cls.filters:
        if one.attribute not in names:
            raise _wrong(cls, f"filter {one!r} names no attribute", _one_of(names, "attributes"))
    if cls.alarms and cls.alarms.since not in names:
        raise _wrong(cls, f"alarms name {cls.alarms.since!r}", _one_of(names, "attributes"))
    rung = getattr(cls, "rung", None)
    for name in (*rung.by, *rung.sums) if rung else ():
        if name not in public:
            raise _wrong(cls, f"the rung counts {name!r}", _one_of(public, "attributes without access="))
    if cls.search:
        for name in (*cls.search.attributes, *cls.search.restricted):
            if name not in names:
                raise _wrong(cls, f"search names {name!r}", _one_of(names, "attributes"))
        for name in cls.search.attributes:
            if name not in public:
                raise _wrong(
                    cls, f"search reads {name!r}, which is narrower than the layer", "Search(restricted={…: Grant(…)})"
                )
    if any(a.live for a in cls.attributes) and not cls.live:
        raise _wrong(cls, "has live attributes but live is false", "live = True")
    for attribute in cls.attributes:
        if attribute.live and (not attribute.paths or attribute.translated or "__" in attribute.paths[0]):
            raise _wrong(
                cls, f"live attribute {attribute.name!r} is no stored column", "a column of the layer's own table"
            )


def _check_unique(cls: type[Declaration], what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise _wrong(cls, f"declares {what} {name!r} twice", f"one {what} of each name")
        seen.add(name)


def _one_of(names: Iterable[str], what: str) -> str:
    return f"one of the {what}: {', '.join(sorted(names)) or 'none declared'}"


def _wrong(cls: type, what: str, instead: str) -> DeclarationError:
    return DeclarationError(f"{cls.__module__}.{cls.__qualname__}: {what}; write {instead}")
