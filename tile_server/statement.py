"""A layer's rows as one compiled SELECT with open slots: what every tile of it runs, for whoever asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import BigIntegerField, CharField, F, FloatField, Func, IntegerField, QuerySet, TextField
from django.db.models.functions import Cast

from layers.core.attribute import Attribute
from layers.core.filter import Condition
from layers.core.geo import Envelope, Mercator, Raw
from layers.core.layer import Layer
from layers.core.parameter import Parameter, Slot
from layers.core.query import Features, alias_of


@dataclass(frozen=True, slots=True)
class Statement:
    """A compiled SELECT: its parameters may hold open `Slot`s, filled at each run.

    Columns: `_id`, `_geom` where asked for, and one a chosen attribute under its own name.
    """

    sql: str
    params: tuple[Any, ...]

    def bind(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters with every slot filled."""
        return [values[p.name] if isinstance(p, Slot) else p for p in self.params]


def tile_statement(
    layer: Layer,
    names: Sequence[str],
    *,
    filters: Condition | None,
    readable: Mapping[str, Attribute],
    at: datetime | None,
    known_at: datetime | None,
    language: str,
    cells: bool = False,
) -> Statement:
    """The layer's rows in an open box for any viewer: slots west, south, east, north, z, units and departments.

    With `cells` every row of the box is there to be counted, also those that single features of that zoom leave out.
    """
    features = Features(layer, None, filters=filters, at=at, known_at=known_at, readable=readable, language=language)
    rows = _OpenBox(features) if cells else _OpenTile(features)
    return _compiled(rows, names)


def _compiled(features: Features, names: Sequence[str]) -> Statement:
    """A SELECT of `_id`, `_geom` (EPSG:3857) and the named attributes, as values a tile can hold."""
    layer = features.layer
    named = {alias_of(name): _plain(features.readable[name], features.expression(name)) for name in names}
    found = features.queryset()
    stored = f"{layer.geometry}_3857"
    shape = (
        Raw(stored) if stored in {one.name for one in found.model._meta.concrete_fields} else Mercator(layer.geometry)
    )
    rows = found.annotate(_id=F(layer.key_field.attname), _geom=shape, **named)
    sql, params = rows.values("_id", "_geom", *named).order_by().query.sql_with_params()
    outer = "".join(f', "{alias_of(name)}" as "{name}"' for name in names)
    return Statement(f'select "_id", "_geom"{outer} from ({sql}) features', tuple(params))


class _OpenBox(Features):
    """Features whose box is four open slots."""

    def __init__(self, features: Features) -> None:
        self.__dict__.update(features.__dict__)

    def queryset(self) -> QuerySet[Any]:
        return super().queryset().filter(**{f"{self.layer.geometry}__bboverlaps": Envelope(None)})


class _OpenTile(_OpenBox):
    """Features of an open box that are drawn one by one at an open zoom."""

    def queryset(self) -> QuerySet[Any]:
        return self.layer.tile_rows(super().queryset(), Parameter("z", "int", IntegerField()))


def _plain(attribute: Attribute, expression: Any) -> Any:
    """A value a vector tile can hold: text, number or boolean; times as RFC 3339 in UTC."""
    if attribute.type == "datetime":
        return Func(
            expression,
            template="to_char(%(expressions)s at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
            output_field=CharField(),
        )
    if attribute.type in {"date", "text"}:
        return Cast(expression, TextField())
    if attribute.type == "integer":
        return Cast(expression, BigIntegerField())
    return Cast(expression, FloatField()) if attribute.type == "number" else expression
