"""Layers made from rows of `ToyDataset`."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from layers.core import (
    Access,
    Attribute,
    Choice,
    Circle,
    Fill,
    Group,
    Layer,
    Line,
    Public,
    Range,
    Roles,
    Search,
    Style,
    Text,
    Zoom,
    role,
)
from layers.core.models import models
from layers.core.watch import Topic, Watch
from tests.toys.models import ToyDataset, ToyDatasetFeature

BLUE = "#0B5FA5"
TOYS = Group("toys", Text(vi="Lớp thử", en="Toys"))
_FIELDS: dict[str, Any] = {"number": models.FloatField(), "integer": models.BigIntegerField()}


class ToyProvider:
    """Gives one layer for each row of `ToyDataset`."""

    topic = "@toys"

    def layers(self) -> Sequence[Layer]:
        return [_layer(dataset) for dataset in ToyDataset.objects.order_by("pk")]

    def create(self, name: str, title: Text, schema: Sequence[Attribute], access: Public | Roles) -> Layer:
        roles = [one.slug for one in access.roles] if isinstance(access, Roles) else []
        fields = [[a.name, a.title.vi, a.title.en, a.type or "text"] for a in schema]
        values = {"title_vi": title.vi, "title_en": title.en, "schema": fields, "roles": roles}
        dataset, _ = ToyDataset.objects.update_or_create(slug=name, defaults=values)
        return _layer(dataset)

    def watches(self) -> list[Watch | Topic]:
        table = ToyDatasetFeature._meta.db_table
        layer = "'toy_set_' || {row}.dataset_id"
        layers = f"select 'toy_set_' || id from {ToyDataset._meta.db_table}"
        columns = ("dataset_id", "props")
        return [Watch(table=table, layer=layer, layers=layers, key="id", geometry="geom", columns=columns)]


def _layer(dataset: ToyDataset) -> Layer:
    attributes = [
        Attribute(name, Text(vi=vi, en=en), type=kind, source=_source(name, kind))
        for name, vi, en, kind in dataset.schema
    ]
    words = [a.name for a in attributes if a.type == "text"]
    view = Roles(*(role(slug) for slug in dataset.roles)) if dataset.roles else Public()

    def rows(self: Layer) -> QuerySet[Any]:
        return ToyDatasetFeature.objects.filter(dataset_id=dataset.pk)

    declared = {
        "__module__": __name__,
        "from_rows": True,
        "id": f"toy_set_{dataset.pk}",
        "title": Text(vi=dataset.title_vi, en=dataset.title_en),
        "group": TOYS,
        "model": ToyDatasetFeature,
        "discriminator": {"dataset_id": dataset.pk},
        "zoom": Zoom(0, 16),
        "attributes": attributes,
        "styles": [
            Style(
                "plain",
                Text(vi="Đơn giản", en="Plain"),
                [Fill(color="#0B5FA5"), Line(color="#0B5FA5"), Circle(color="#0B5FA5")],
            )
        ],
        "filters": [Range(a.name) if a.type in _FIELDS else Choice(a.name) for a in attributes],
        "search": Search(*words) if words else None,
        "access": Access(view=view, rows=Public()),
        "rows": rows,
    }
    return type("ToySetLayer", (Layer,), declared)()


def _source(name: str, kind: str) -> Any:
    text = KeyTextTransform(name, F("props"))
    return Cast(text, _FIELDS[kind]) if kind in _FIELDS else text
