"""A layer over rows: the declaration most domains write."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Expression, Field, Model, QuerySet

from layers.core.attribute import Attribute, AttributeType
from layers.core.declaration import Declaration
from layers.core.filter import Condition
from layers.core.geo import Bbox
from layers.core.query import Features
from layers.core.rung import Rung
from layers.core.viewer import Viewer

_TYPES: dict[str, AttributeType] = {
    "BooleanField": "boolean",
    "DateField": "date",
    "DateTimeField": "datetime",
    "DecimalField": "number",
    "FloatField": "number",
    "AutoField": "integer",
    "BigAutoField": "integer",
    "SmallAutoField": "integer",
    "IntegerField": "integer",
    "BigIntegerField": "integer",
    "SmallIntegerField": "integer",
    "PositiveIntegerField": "integer",
    "PositiveSmallIntegerField": "integer",
    "PositiveBigIntegerField": "integer",
}


class Layer(Declaration, abstract=True):
    """One thing on the map, declared once over the rows of a model.

    Attributes:
        model: the rows' model; `discriminator` says which rows of a shared table are this layer's.
        key: integer field, stable over versions and unique among rows valid at one instant.
        geometry: geometry field, EPSG:4326, never null.
        rung: what the cells below `zoom.coarse` are counted by; without one they are counted when asked.
    """

    kind: ClassVar[str] = "vector"
    from_rows: ClassVar[bool] = False
    model: type[Model]
    discriminator: Mapping[str, Any] = {}
    key: str = "pk"
    geometry: str = "geom"
    rung: Rung | None = None

    def __init__(self) -> None:
        """Read every attribute's type off the model."""
        self.attributes = tuple(dataclasses.replace(a, type=self._type(a)) for a in type(self).attributes)

    def rows(self) -> QuerySet[Any]:
        """This layer's rows, whoever asks and whenever; override where columns alone cannot say it."""
        return self.model._default_manager.filter(**self.discriminator)

    def tile_rows(self, rows: QuerySet[Any], zoom: Expression) -> QuerySet[Any]:
        """Those of the rows that a tile of single features carries; override to leave small things out from afar.

        `zoom` is bound when the tile is asked for, so the statement stays one. Cells count every row all the same.
        """
        return rows

    def query(
        self,
        viewer: Viewer,
        *,
        filters: Condition | None = None,
        at: datetime | None = None,
        known_at: datetime | None = None,
        bbox: Bbox | None = None,
    ) -> Features:
        """The features this viewer may see: the only way to rows.

        Raises:
            UnknownLayer: the viewer may not know of the layer.
            UnknownAttribute: the filter names what does not exist for this viewer.
            BadFilter: the filter compares what cannot be compared.
        """
        return Features(self, viewer, filters=filters, at=at, known_at=known_at, bbox=bbox)

    @cached_property
    def key_field(self) -> Field[Any, Any]:
        """The model field of the key."""
        meta = self.model._meta
        assert meta.pk is not None
        return meta.pk if self.key == "pk" else meta.get_field(self.key)  # type: ignore[return-value]

    @cached_property
    def has_version(self) -> bool:
        """Whether rows count their changes (`MapFeature`)."""
        return any(field.name == "version" for field in self.model._meta.concrete_fields)

    @cached_property
    def geometry_kind(self) -> str:
        """`point`, `line`, `polygon` or `mixed`."""
        kind = getattr(self.model._meta.get_field(self.geometry), "geom_type", "GEOMETRY").lower()
        kinds = {"point": "point", "line": "line", "polygon": "polygon"}
        return next((name for part, name in kinds.items() if part in kind), "mixed")

    def _type(self, attribute: Attribute) -> AttributeType:
        if attribute.type:
            return attribute.type
        field = self.field_of(attribute)
        if field is None:
            output = getattr(attribute.source, "output_field", None)
            return _TYPES.get(output.get_internal_type(), "text") if output is not None else "text"
        return _TYPES.get(field.get_internal_type(), "text")

    def field_of(self, attribute: Attribute) -> Field[Any, Any] | None:
        """The model field an attribute reads, following foreign keys; None where it is computed."""
        if not attribute.paths:
            return None
        model, field = self.model, None
        for part in attribute.paths[0].split("__"):
            try:
                found = model._meta.get_field(part)
            except FieldDoesNotExist:
                return None
            field = found
            if getattr(found, "related_model", None):
                model = found.related_model  # type: ignore[assignment]
        return field  # type: ignore[return-value]

    def put(self, row: Any, name: str, value: Any) -> None:
        """Give a model row the value of an attribute; nothing is stored. Override where attributes are no fields.

        Raises:
            ValidationError: the value does not fit.
        """
        field = self.model._meta.get_field(self.attribute(name).paths[0])
        empty = value is None and field.null
        setattr(row, field.attname, None if empty else field.clean(value, row))  # type: ignore[union-attr]

    def stored(self, row: Any) -> dict[str, Any]:
        """The attributes a model row stores itself, as records of corrections keep them."""
        own = [a for a in self.attributes if len(a.paths) == 1 and "__" not in a.paths[0]]
        values = {a.name: getattr(row, a.paths[0]) for a in own}
        return {name: value if not hasattr(value, "pk") else value.pk for name, value in values.items()}
