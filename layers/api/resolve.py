"""Fills in what a panel only refers to: attributes, features nearby, actions; as the same viewer may see them."""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely

from layers.api.limits import MAX_RELATED
from layers.api.parameters import with_features
from layers.api.words import distance_words, rows_of, subtitle_of, title_of
from layers.core.action import Action, Field
from layers.core.computed import ComputedLayer
from layers.core.declaration import Declaration
from layers.core.errors import LayerError
from layers.core.feature import Feature
from layers.core.layer import Layer
from layers.core.panel import (
    ActionOffer,
    Actions,
    AttributesOf,
    FeatureLink,
    FormChoice,
    FormField,
    KeyValue,
    Panel,
    Related,
    Timeline,
)
from layers.core.registry import registry
from layers.core.viewer import Viewer

NEARBY_M = 1_000.0
"""Where a panel names no distance."""
MAX_CORNERS = 2_000
"""A shape with more is represented by a point on it when distances are measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The feature a panel is about."""

    layer: Layer | ComputedLayer
    feature: Feature
    viewer: Viewer
    at: datetime | None

    @property
    def place(self) -> shapely.Geometry:
        """What distances are measured from."""
        shape = self.feature.shape
        return shape if shapely.get_num_coordinates(shape) <= MAX_CORNERS else shapely.point_on_surface(shape)


def resolved(panel: Panel, opened: Opened) -> Panel:
    """The panel with every reference filled in; a block with nothing to show is left out."""
    blocks = [found for block in panel.blocks for found in _block(block, opened)]
    return dataclasses.replace(panel, blocks=blocks)


def _block(block: Any, opened: Opened) -> Iterator[Any]:
    if isinstance(block, AttributesOf):
        yield from _attributes(block, opened)
    elif isinstance(block, Related):
        yield from _related(block, opened)
    elif isinstance(block, Actions):
        offers = _offers(block, opened)
        if offers and opened.at is None:
            yield dataclasses.replace(block, actions=offers)
    elif isinstance(block, Timeline):
        entries = [dataclasses.replace(e, feature=_linked(e.feature, opened)) for e in block.entries]
        yield dataclasses.replace(block, entries=entries)
    else:
        yield block


def _attributes(block: AttributesOf, opened: Opened) -> Iterator[KeyValue]:
    readable = opened.layer.readable(opened.viewer)
    if readable:
        yield KeyValue(title=block.title, rows=rows_of(readable, opened.feature, opened.viewer.language))


def _related(block: Related, opened: Opened) -> Iterator[Related]:
    """Nothing where the other layer is not for this viewer, as if it did not exist."""
    try:
        other = with_features(registry.visible(block.layer, opened.viewer))
    except LayerError:
        return
    limit = min(block.limit, MAX_RELATED)
    if block.features:
        links = _named(other, [link.id for link in block.features][:limit], opened)
    else:
        links = _nearby(other, block.within_m or NEARBY_M, limit, opened)
    yield dataclasses.replace(block, title=block.title or other.title, features=links)


def _named(other: Layer | ComputedLayer, ids: Sequence[int], opened: Opened) -> list[FeatureLink]:
    language = opened.viewer.language
    found = other.query(opened.viewer, at=opened.at).some(ids)
    return [_link(other, feature, subtitle_of(other, feature, language), language) for feature in found]


def _nearby(other: Layer | ComputedLayer, within_m: float, limit: int, opened: Opened) -> list[FeatureLink]:
    language = opened.viewer.language
    found = other.query(opened.viewer, at=opened.at).nearest(opened.place, within_m, limit + 1)
    own = opened.feature.id if other.id == opened.layer.id else None
    near = [(feature, metres) for feature, metres in found if feature.id != own][:limit]
    return [_link(other, feature, distance_words(metres).to(language), language) for feature, metres in near]


def _link(layer: Declaration, feature: Feature, subtitle: str, language: str) -> FeatureLink:
    title = title_of(layer, feature, language)
    return FeatureLink(layer=layer.id, id=feature.id, title=title, subtitle=subtitle, lonlat=feature.lonlat)


def _linked(link: FeatureLink | None, opened: Opened) -> FeatureLink | None:
    """A link in a timeline, if the viewer may see where it leads."""
    if link is None:
        return None
    try:
        other = with_features(registry.visible(link.layer, opened.viewer))
    except LayerError:
        return None
    return next(iter(_named(other, [link.id], opened)), None)


def _offers(block: Actions, opened: Opened) -> list[ActionOffer]:
    """The layer's actions this viewer may take; where the panel names some, only those."""
    named = {offer.name for offer in block.actions}
    allowed = [action for action in opened.layer.actions if action.allowed(opened.viewer)]
    return [_offer(action) for action in allowed if not named or action.name in named]


def _offer(action: Action) -> ActionOffer:
    form = None if action.form is None else [_field(field) for field in action.form]
    previewed = action.preview is not None
    return ActionOffer(name=action.name, title=action.title, form=form, danger=action.danger, previewed=previewed)


def _field(field: Field) -> FormField:
    return FormField(
        name=field.name,
        title=field.title,
        type=field.type,
        required=field.required,
        help=field.help,
        choices=[FormChoice(value=option.value, title=option.title) for option in field.choices],
        min=field.least,
        max=field.most,
        max_length=field.max_length if field.type in ("text", "file") else None,
        layer=field.layer,
        personal=field.personal,
    )
