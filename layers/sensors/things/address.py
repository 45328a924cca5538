"""The path of a resource (OGC 18-088 §9.2): `Things(1)/Datastreams(3)/Observations`, `Things(1)/name/$value`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from layers.core.viewer import Viewer
from layers.sensors.things.entity import Entity, Leaf
from layers.sensors.things.error import NoSuchThing
from layers.sensors.things.model import entities
from layers.sensors.things.reach import rows

MAX_SEGMENTS: Final = 12
_SEGMENT = re.compile(r"(\$?[A-Za-z]\w*)(?:\((.*)\))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What an address names.

    Attributes:
        rows: of the list, or of the one entity.
        single: whether it is one entity.
        names: of a property, and of a part of it; empty for the entity itself.
        form: `""`, `$value` or `$ref`.
    """

    entity: Entity
    rows: "QuerySet[Any]"
    single: bool
    names: tuple[str, ...] = ()
    form: str = ""


def find(path: str, viewer: Viewer) -> Resource:
    """The resource of an address, without the service's own.

    Raises:
        NoSuchThing: a part that names nothing, or nothing this viewer may see.
    """
    segments = path.strip("/").split("/")
    if len(segments) > MAX_SEGMENTS:
        raise NoSuchThing(path, f"hơn {MAX_SEGMENTS} phần", f"more than {MAX_SEGMENTS} parts")
    known = entities(viewer.language)
    name, key = _cut(segments[0])
    if name not in known:
        raise NoSuchThing(segments[0], f"có {', '.join(known)}", f"there are {', '.join(known)}")
    walk = _Walk(known, viewer)
    walk.enter(known[name], rows(known[name].rows, viewer), key, segments[0])
    for at, segment in enumerate(segments[1:], start=1):
        name, key = _cut(segment)
        way = walk.entity.navigation(name) if walk.single else None
        if way is None:
            return walk.end(tuple(segments[at:]))
        walk.follow(way.name, key, segment)
    return walk.end(())


class _Walk:
    """From entity to entity, each known to be there before the next is entered."""

    def __init__(self, known: Mapping[str, Entity], viewer: Viewer) -> None:
        self._known = known
        self._viewer = viewer
        self.entity: Entity
        self.rows: QuerySet[Any]
        self.single = False

    def enter(self, entity: Entity, found: "QuerySet[Any]", key: str | None, segment: str) -> None:
        self.entity, self.rows, self.single = entity, found, key is not None
        if key is None:
            return
        values = entity.key.read(key)
        if values is None:
            raise NoSuchThing(segment)
        self.rows = found.filter(**entity.key.condition(values))
        self._must(segment)

    def follow(self, name: str, key: str | None, segment: str) -> None:
        way = self.entity.navigation(name)
        assert way is not None
        target = self._known[way.target]
        here = self.rows.values_list(way.here, flat=True).first()
        found = rows(target.rows, self._viewer).filter(**{way.there: here})
        if way.many:
            self.enter(target, found, key, segment)
        elif key is not None:
            raise NoSuchThing(segment)
        else:
            self.entity, self.rows, self.single = target, found, True
            self._must(segment)

    def _must(self, segment: str) -> None:
        if not self.rows.exists():
            raise NoSuchThing(segment)

    def end(self, rest: tuple[str, ...]) -> Resource:
        """What remains of the address: nothing, `$ref` of a list, or a property with or without `$value`."""
        made = {"entity": self.entity, "rows": self.rows, "single": self.single}
        if not rest:
            return Resource(**made)  # type: ignore[arg-type]
        if rest == ("$ref",):
            return Resource(**made, form="$ref")  # type: ignore[arg-type]
        form = "$value" if rest[-1] == "$value" else ""
        names = rest[:-1] if form else rest
        if not self.single or not names or not self._names_property(names):
            raise NoSuchThing("/".join(rest))
        return Resource(**made, names=names, form=form)  # type: ignore[arg-type]

    def _names_property(self, names: tuple[str, ...]) -> bool:
        found = self.entity.property(names[0])
        if found is None or len(names) > 2:
            return False
        return len(names) == 1 or (not isinstance(found.value, Leaf) and names[1] in found.value)


def _cut(segment: str) -> tuple[str, str | None]:
    """`Things(1)` -> name and key; quotes around a key fall away."""
    found = _SEGMENT.fullmatch(segment)
    if found is None:
        return segment, None
    name, key = found.groups()
    if key is not None and len(key) >= 2 and key[0] == key[-1] == "'":
        key = key[1:-1].replace("''", "'")
    return name, key
