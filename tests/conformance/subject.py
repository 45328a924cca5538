"""A layer under test: its rows, where they lie, and who may and may not see them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pytest
from django.db import connection

from layers.core import ANYONE, Department, Feature, Grant, Layer, Public, Roles, Unit, Viewer, registry
from layers.core.access import roles_of
from layers.core.attribute import Attribute
from layers.core.declaration import Declaration
from layers.core.viewer import UNASSIGNED
from tests.conformance.rows import LonLat, Rows, hidden_from_public, owner_of
from tile_server.grid import Tile, tile_at

NEAR: LonLat = (106.1, 11.3)
"""In Tây Ninh."""
BESIDE: LonLat = (106.13, 11.33)
"""4.6 km from `NEAR`: in the same tile from afar, in another from zoom 14 on."""
FAR: LonLat = (108.4, 14.9)
"""In the highlands: in another tile than `NEAR` from zoom 7 on."""
STRANGER = "conformance_stranger"
"""A role that no layer names."""


@dataclass
class Subject:
    """One layer with rows at `NEAR`, `BESIDE` and `FAR`, and one at `NEAR` that somebody else owns.

    Attributes:
        user_id: an account, so that what viewers do can be recorded.
        rows: by place; empty where the layer has no rows of its own.
    """

    id: str
    user_id: int
    maker: Rows = field(init=False)
    rows: dict[LonLat, Any] = field(default_factory=dict)
    foreign: Any = None
    moved: int = -1

    @property
    def layer(self) -> Any:
        """As the registry has it now."""
        return registry.get(self.id)

    def seed(self) -> None:
        """Make the rows."""
        for place in (NEAR, BESIDE, FAR):
            self.rows[place] = self.maker.make(place)
        if self.owned or hidden_from_public(self.layer):
            self.foreign = self.maker.make(NEAR, **hidden_from_public(self.layer))

    @property
    def owned(self) -> bool:
        """Whether rows belong to units or departments."""
        return any(owner_of(self.layer, self.rows[NEAR], kind) is not None for kind in (Unit, Department))

    @property
    def sparse(self) -> bool:
        """Whether features lie where the layer itself says: nothing can be asked of any one place and zoom."""
        return not isinstance(self.layer, Layer)

    def must_show(self, zoom: int) -> bool:
        """Whether a tile of that zoom over a row has to hold it: a layer may leave small things out from afar."""
        thins = type(self.layer).tile_rows is not Layer.tile_rows
        return not thins or zoom == self.layer.zoom.last or self.layer.zoom.is_coarse(zoom)

    def some_key(self) -> int:
        """The id of one feature."""
        if self.rows:
            return self.key(self.rows[NEAR])
        found = next(iter(self.layer.query(self.full).all(1)), None)
        if found is None:
            pytest.skip("the rows made for its sources make no feature of it")
        return int(found.id)

    def key(self, row: Any) -> int:
        """The feature id of a row."""
        return int(getattr(row, self.layer.key_field.attname))

    # ------------------------------------------------------------------ viewers

    def viewer(self, *roles: str, user: str = "conformance", **more: Any) -> Viewer:
        """Somebody with an account, these roles and everything that the seeded rows belong to."""
        units = frozenset(self._owners(Unit)) | {UNASSIGNED}
        departments = frozenset(self._owners(Department)) | {UNASSIGNED}
        given = {"user": user, "user_id": self.user_id, "units": units, "departments": departments, **more}
        return Viewer(roles=frozenset(roles), **given)

    def _owners(self, kind: type[Unit] | type[Department]) -> Iterator[int]:
        for row in self.rows.values():
            owner = owner_of(self.layer, row, kind)
            granted = {a.access.within for a in self.layer.attributes if a.access and a.access.within}
            within = [getattr(row, self.layer.model._meta.get_field(name).attname) for name in granted]
            yield from (one for one in [owner, *(within if kind is Unit else ())] if one is not None)

    def own(self, row: Any, place: LonLat) -> Any:
        """Give a further row the owners of the seeded row at a place, so that the same viewers see it."""
        return self.give(row, self.rows[place])

    def give(self, row: Any, like: Any) -> Any:
        """Give a row the owners of another, by raw SQL."""
        layer = self.layer
        fields = [layer.model._meta.get_field(name) for name in layer.access.rows.columns]
        values = {f.column: getattr(like, f.attname) for f in fields if f.get_internal_type() != "BooleanField"}
        for column, value in values.items():
            with connection.cursor() as cursor:
                cursor.execute(
                    f'update "{row._meta.db_table}" set "{column}" = %s where "{row._meta.pk.column}" = %s',
                    [value, row.pk],
                )
        return row

    def owners_of(self, row: Any) -> frozenset[int]:
        """The unit a row belongs to."""
        return frozenset(one for one in [owner_of(self.layer, row, Unit)] if one is not None)

    def shift(self) -> float:
        """Degrees eastwards, there and back from call to call."""
        self.moved = -self.moved
        return self.moved * self.maker.half_deg

    def move(self, row: Any) -> None:
        """Shift a row's geometry by raw SQL, there and back from call to call: by half the size of an area."""
        meta, layer = row._meta, self.layer
        assert meta.pk is not None
        geometry = meta.get_field(layer.geometry).column
        with connection.cursor() as cursor:
            cursor.execute(
                f'update "{meta.db_table}" set "{geometry}" = st_translate("{geometry}", %s, 0)'
                f' where "{meta.pk.column}" = %s',
                [self.shift(), row.pk],
            )

    @cached_property
    def full(self) -> Viewer:
        """Holds every role that the layer names."""
        return self.viewer(*self.named_roles)

    @property
    def named_roles(self) -> set[str]:
        """Every role in the layer's declaration."""
        layer: Declaration = self.layer
        held = list(layer.access.view.roles) if isinstance(layer.access.view, Roles) else []
        grants: list[Grant] = [a.access for a in layer.attributes if a.access]
        grants += layer.search.restricted.values() if layer.search else []
        doors = [grant.role for grant in grants] + [action.by for action in layer.actions]
        if layer.edit:
            doors += [layer.edit.by, *([layer.edit.approve_by] if layer.edit.approve_by else [])]
        if layer.ingest:
            doors.append(layer.ingest.by)
        return {role.slug for role in [*held, *(role for door in doors for role in roles_of(door))]}

    @property
    def lookers(self) -> list[Viewer]:
        """Those who may see the layer, each with no more than it takes: the public, or one role."""
        view = self.layer.access.view
        if isinstance(view, Public):
            return [ANYONE, self.viewer(STRANGER)]
        return [self.viewer(role.slug) for role in view.roles]

    @property
    def outsiders(self) -> list[Viewer]:
        """Those who may not know of the layer."""
        view = self.layer.access.view
        if isinstance(view, Public):
            return []
        senders = roles_of(self.layer.ingest.by) if self.layer.ingest else ()  # may send without seeing
        others = self.named_roles - {role.slug for role in [*view.roles, *senders]}
        return [ANYONE, self.viewer(STRANGER, *others)]

    @property
    def hidden(self) -> list[tuple[Attribute, Viewer]]:
        """Attributes that somebody who sees the layer may not read, with that somebody."""
        return [
            (attribute, viewer)
            for attribute in self.layer.attributes
            for viewer in self.lookers
            if attribute.name not in self.layer.readable(viewer)
        ]

    def landless(self) -> Viewer:
        """Holds every role and no unit or department."""
        return replace(self.full, units=frozenset(), departments=frozenset())

    # -------------------------------------------------------------------- places

    def tile(self, place: LonLat, zoom: int) -> Tile:
        """The tile of a zoom over a place."""
        return tile_at(*place, zoom)

    @property
    def zooms(self) -> list[int]:
        """First, middle, coarse and last zoom."""
        zoom = self.layer.zoom
        coarse = [zoom.coarse, zoom.coarse - 1] if zoom.coarse and zoom.coarse > zoom.first else []
        return sorted({zoom.first, (zoom.first + zoom.last) // 2, zoom.last, *coarse})

    @property
    def fine(self) -> int:
        """A zoom whose tiles hold single features, small enough to tell `NEAR` from `FAR`."""
        zoom = self.layer.zoom
        return min(max(zoom.coarse or zoom.first, 12), zoom.last)

    @property
    def telling(self) -> int:
        """A zoom at which a made row is some dozens of units large, and `NEAR` and `FAR` in different tiles."""
        zoom = self.layer.zoom
        return zoom.last if not self.must_show(zoom.first) else min(max((zoom.coarse or zoom.first) + 3, 8), zoom.last)

    def feature(self, row: Any) -> Feature:
        """The feature that a row is, as who holds every role sees it."""
        found: Feature = self.layer.query(self.full).get(self.key(row))
        return found
