"""The list of a sheet: chosen features as a table, in the order they were given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely

from layers.core import Attribute, ComputedLayer, Feature, Layer, Viewer, registry
from layers.core.errors import BadRequest, UnknownFeature
from layers.core.geo import Bbox
from layers.core.text import Text
from layers.exchange.print import words
from layers.exchange.print.order import Order

COLUMNS = 6


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Features in the order of their numbers, and the table of them."""

    features: Sequence[Feature]
    box: Bbox
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def listing(order: Order, viewer: Viewer) -> Listing:
    """The features an order chose, as far as this viewer may see them.

    Raises:
        UnknownLayer: the layer is not there for this viewer.
        UnknownFeature: none of the features is.
    """
    assert order.chosen is not None
    layer_id, ids = order.chosen
    layer = registry.visible(layer_id, viewer)
    if not isinstance(layer, Layer | ComputedLayer):
        raise BadRequest(Text(vi="Lớp này không có đối tượng.", en="This layer has no features."), field="features")
    features = layer.query(viewer, at=order.at if layer.time else None).some(ids)
    if not features:
        raise UnknownFeature(layer.id, ids[0])
    readable = [one for one in layer.readable(viewer).values() if one.name != layer.title_attribute]
    columns = [one for one in readable if any(f.attributes.get(one.name) is not None for f in features)][:COLUMNS]
    language = viewer.language
    heads = [words.NUMBER.to(language), words.NAME.to(language), *(_head(one, language) for one in columns)]
    rows = [
        [
            str(number),
            _title(layer, one, language),
            *(value_words(a, one.attributes.get(a.name), language) for a in columns),
        ]
        for number, one in enumerate(features, start=1)
    ]
    bounds = shapely.total_bounds([one.shape for one in features])
    return Listing(
        features=features,
        box=Bbox(*(float(one) for one in bounds)),
        title=layer.title.to(language),
        heads=heads,
        rows=rows,
    )


def _head(attribute: Attribute, language: str) -> str:
    title = attribute.title.to(language)
    return f"{title} ({attribute.unit})" if attribute.unit else title


def _title(layer: Layer | ComputedLayer, feature: Feature, language: str) -> str:
    name = layer.title_attribute
    value = feature.attributes.get(name) if name else None
    return str(value) if value not in (None, "") else f"{layer.title.to(language)} {feature.id}"


def value_words(attribute: Attribute, value: Any, language: str) -> str:
    """A value as a person reads it; a dash where there is none."""
    option = attribute.option(value)
    if option is not None:
        return option.title.to(language)
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return (words.YES if value else words.NO).to(language)
    if isinstance(value, datetime):
        return words.moment(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if attribute.type in ("integer", "number") and not isinstance(value, str):
        return words.number(float(value), language, attribute.precision)
    return str(value)
