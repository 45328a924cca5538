"""How a feature is called and placed in words: its title, the line under it, its values."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from layers.core.attribute import Attribute
from layers.core.declaration import Declaration
from layers.core.feature import Feature
from layers.core.panel import Quantity
from layers.core.text import Text
from layers.core.time import LOCAL

_PARENTS = ("commune_name", "commune", "parent_name", "parent", "province_name", "province", "address")
"""Attributes, by usual name, that say where a thing lies; the first that is filled in is shown."""


def title_of(layer: Declaration, feature: Feature, language: str) -> str:
    """The feature's own name, else the layer's title and its id."""
    name = layer.title_attribute
    value = feature.attributes.get(name) if name else None
    if value is None or str(value).strip() == "":
        return f"{layer.title.to(language)} {feature.id}"
    option = layer.attribute(name).option(value) if name else None
    return option.title.to(language) if option else str(value)


def subtitle_of(layer: Declaration, feature: Feature, language: str) -> str:
    """The layer's title and where the feature lies."""
    places = (feature.attributes.get(name) for name in _PARENTS if name != layer.title_attribute)
    place = next((str(one) for one in places if isinstance(one, str) and one.strip()), None)
    return " · ".join(part for part in (layer.title.to(language), place) if part)


def cell_of(attribute: Attribute, value: Any, language: str) -> Any:
    """A value for a `key_value` block: the option's title, a quantity, a day; None stays None."""
    option = attribute.option(value)
    if option is not None:
        return option.title.to(language)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, datetime):
        return value.astimezone(LOCAL).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if attribute.type in ("integer", "number") and not isinstance(value, str):
        plain = int(value) if attribute.type == "integer" else float(value)
        if attribute.unit is None and attribute.precision is None:
            return plain
        return Quantity(value=plain, unit=attribute.unit, precision=attribute.precision)
    return str(value)


def distance_words(metres: float) -> Text:
    """`cách 350 m`, `cách 1,2 km`."""
    if metres < 950:
        rounded = round(metres / 10) * 10 if metres >= 100 else round(metres)
        return Text(vi=f"cách {rounded} m", en=f"{rounded} m away")
    km = f"{metres / 1000:.1f}"
    return Text(vi=f"cách {km.replace('.', ',')} km", en=f"{km} km away")


def rows_of(readable: Mapping[str, Attribute], feature: Feature, language: str) -> list[tuple[Text, Any]]:
    """Title and cell of every attribute."""
    return [(a.title, cell_of(a, feature.attributes.get(name), language)) for name, a in readable.items()]
