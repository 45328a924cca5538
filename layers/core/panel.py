"""A monitoring panel as data: a title, a time and ten kinds of block. The JSON Schema is generated from here.

Numbers travel raw with unit and precision; words travel in the viewer's language; the browser formats both.
"""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from pydantic import TypeAdapter

from layers.core.scale import Categories, Scale
from layers.core.text import Text

Words = Text | str
Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number with its unit."""

    value: float | None
    unit: str | None = None
    precision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Words that lead somewhere of our own."""

    href: str
    text: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureLink:
    """A feature of some layer, ready to be flown to."""

    layer: str
    id: int
    title: str
    subtitle: str = ""
    lonlat: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """One number that answers "how is it now", coloured by its band."""

    title: Words
    value: float | str | None
    unit: str | None = None
    precision: int | None = None
    color: str | None = None
    band: Words | None = None
    note: Words | None = None

    @classmethod
    def on(cls, title: Words, value: float | str | None, scale: Scale, **more: Any) -> "Stat":
        """The value with the colour and name its scale gives."""
        if isinstance(scale, Categories):
            option = scale.option(value)
            color, title_of_value = (option.color, option.title) if option else (None, None)
        else:
            band = scale.band(value if isinstance(value, int | float) else None)
            color, title_of_value = (band.color, band.title) if band else (None, None)
        return cls(title=title, value=value, color=color, band=title_of_value, **more)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyValue:
    """Names and values in two columns."""

    rows: Sequence[tuple[Words, Cell | Quantity | Link]]
    title: Words | None = None

    @classmethod
    def of(cls, row: Any, title: Words | None = None) -> "AttributesOf":
        """The layer's attributes of this row, those the viewer may read; filled in by the server."""
        return AttributesOf(row=row, title=title)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributesOf:
    """A reference: becomes a `KeyValue` of the row's readable attributes."""

    row: Any
    title: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A stretch of a series that is read with care, start and end in it: drawn hatched, named in legend and table.

    Attributes:
        points: values of it that the series leaves out; drawn hollow.
    """

    start: datetime
    end: datetime
    title: Words
    text: Words | None = None
    level: Literal["info", "warning", "danger"] = "warning"
    points: Sequence[tuple[datetime, float]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Values over time; a gap is a None.

    Attributes:
        points: (time, value), in order.
        limit: the limit in force over the same time, with its source.
    """

    name: Words
    points: Sequence[tuple[datetime | date, float | None]]
    unit: str | None = None
    color: str | None = None
    limit: Sequence[tuple[datetime | date, float]] | None = None
    limit_source: str | None = None
    marks: Sequence[Mark] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Series over time; amounts start at zero, levels do not."""

    title: Words
    series: Sequence[Series]
    kind: Literal["line", "bar", "area"] = "line"
    from_zero: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table block; `precision` decimals of its numbers are shown, as many as there are without one."""

    name: str
    title: Words
    numeric: bool = False
    unit: str | None = None
    precision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under columns; `truncated` says that there are more."""

    title: Words
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture of an image block."""

    src: str
    alt: Words
    caption: Words | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """Pictures, a before/after pair, or an SVG (a sketch, a lineage graph)."""

    title: Words | None = None
    images: Sequence[Picture] = ()
    pair: bool = False
    svg: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A stream and the live layer on which its boxes arrive, `[x, y, w, h, class, track, confidence]` in pixels."""

    src: str
    title: Words | None = None
    poster: str | None = None
    live_layer: str | None = None
    width: int = 1280
    height: int = 720


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """Something that happened, by whom, and the feature it was about."""

    at: datetime | date
    title: Words
    text: Words | None = None
    by: str | None = None
    feature: FeatureLink | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What happened, newest first."""

    entries: Sequence[TimelineEntry]
    title: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A sentence the reader must not miss."""

    text: Words
    level: Literal["info", "warning", "danger", "good"] = "info"
    title: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Features of another layer within `within_m` metres, as the same viewer sees them; filled in by the server."""

    layer: str
    title: Words | None = None
    within_m: float | None = None
    limit: int = 5
    features: Sequence[FeatureLink] = ()


FieldType = Literal[
    "text", "number", "choice", "date", "file", "geometry", "feature", "unit", "line", "features", "borders"
]
"""`borders`: the feature's outline with the outlines that touch it, common corners moved together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormChoice:
    """One value a field of a form may take."""

    value: Cell
    title: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """A field of an action's form, as the browser draws it."""

    name: str
    title: Words
    type: FieldType
    required: bool
    help: Words | None = None
    choices: Sequence[FormChoice] = ()
    min: float | None = None
    max: float | None = None
    max_length: int | None = None
    layer: str | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionOffer:
    """An action this viewer may take now."""

    name: str
    title: Words
    form: Sequence[FormField] | None = None
    danger: bool = False
    previewed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """The layer's actions this viewer may take; filled in by the server."""

    title: Words | None = None
    actions: Sequence[ActionOffer] = ()


Block = Stat | KeyValue | Chart | Table | Image | Video | Timeline | Note | Related | Actions
BLOCKS: tuple[type, ...] = (Stat, KeyValue, Chart, Table, Image, Video, Timeline, Note, Related, Actions)
"""The ten. An eleventh is a kernel change and needs an ADR."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How the thing is, in a word and a colour."""

    text: Words
    color: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What opens when a feature is clicked."""

    title: Words
    blocks: Sequence[Block | AttributesOf]
    updated_at: datetime | None = None
    state: State | None = None


def block_type(block: type) -> str:
    """The name of a block kind on the wire: `KeyValue` is `key_value`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", block.__name__).lower()


def to_json(value: Any, language: str) -> Any:
    """Panel, block or part of one as plain JSON values, in a language."""
    if isinstance(value, Text):
        return value.to(language)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        body = {f.name: to_json(getattr(value, f.name), language) for f in dataclasses.fields(value)}
        return {"type": block_type(type(value)), **body} if isinstance(value, BLOCKS) else body
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: to_json(one, language) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(one, language) for one in value]
    return value


def panel_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a panel as it reaches the browser; every block has its `type`."""
    schema: dict[str, Any] = TypeAdapter(Panel).json_schema(mode="serialization", ref_template="#/$defs/{model}")
    definitions = schema["$defs"]
    for block in BLOCKS:
        shape = definitions[block.__name__]
        shape["properties"] = {"type": {"const": block_type(block)}, **shape["properties"]}
        shape["required"] = ["type", *shape["properties"]]
        shape["required"] = list(dict.fromkeys(shape["required"]))
    definitions.pop("AttributesOf", None)
    blocks = schema["properties"]["blocks"]
    blocks["items"] = {"oneOf": [{"$ref": f"#/$defs/{block.__name__}"} for block in BLOCKS]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
