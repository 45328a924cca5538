"""Gives the registry one layer for each dataset, and makes datasets."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import transaction

from layers.core import (
    Access,
    Attribute,
    Choice,
    Circle,
    Edit,
    Fill,
    Group,
    Layer,
    Line,
    Option,
    Public,
    Range,
    Roles,
    Search,
    Style,
    Text,
    Zoom,
    by,
    registry,
    role,
)
from layers.core.errors import DeclarationError
from layers.core.scale import Categories
from layers.core.watch import Topic, Watch
from layers.datasets import partition
from layers.datasets.ingest import importer_of
from layers.datasets.models import Dataset, DatasetFeature, GeometryKind
from layers.datasets.panel import panel_of
from layers.datasets.schema import MAX_ATTRIBUTES, Property, cleaned, filtered, merged, searched

TOPIC = "@datasets"
GROUP = Group("datasets", Text(vi="Dữ liệu tải lên", en="Uploaded data"))
STEWARDS = (role("steward"), role("admin"))
"""Who may correct features of a dataset."""
PALETTE = ("#0B5FA5", "#C4580B", "#1B7F5C", "#8E3B8A", "#7A6A00", "#B3261E", "#3D6B8F", "#5B5B5B")
MAX_COLORED = len(PALETTE)
MAX_DATASETS = 10_000
ORDER = 90
LAST_ZOOM = 16
_PLAIN = Text(vi="Một màu", en="One colour")


class DatasetLayer(Layer, abstract=True):
    """A layer made from a row of `Dataset`."""

    from_rows: ClassVar[bool] = True
    slug: ClassVar[str]
    kind_drawn: ClassVar[str]
    group = GROUP
    order = ORDER
    model = DatasetFeature

    @property
    def geometry_kind(self) -> str:
        """As the dataset declares it."""
        return self.kind_drawn

    def put(self, row: Any, name: str, value: Any) -> None:
        """Give a feature the value of an attribute; nothing is stored.

        Raises:
            ValidationError: the value does not fit, or the identifying one would be emptied.
        """
        kept = cleaned(self.attribute(name), value)
        if kept is None and self.importer is not None and name in self.importer.natural_key:
            raise ValidationError("Giá trị nhận diện không được trống. / The identifying value cannot be empty.")
        row.props = {k: v for k, v in {**row.props, name: kept}.items() if v is not None}

    def stored(self, row: Any) -> dict[str, Any]:
        """The feature's values, absent ones as None."""
        return {a.name: row.props.get(a.name) for a in self.attributes}


class DatasetProvider:
    """One layer for each dataset; a layer is made again only when its row's version changed."""

    topic = TOPIC

    def __init__(self) -> None:
        """Nothing is read before it is asked for."""
        self._made: dict[int, tuple[int, Layer]] = {}

    def layers(self) -> Sequence[Layer]:
        """Every dataset's layer, by one query."""
        rows = Dataset.objects.order_by("pk")[:MAX_DATASETS]
        self._made = {row.pk: (row.version, self._layer(row)) for row in rows}
        return [layer for _, layer in self._made.values()]

    def create(
        self,
        name: str,
        title: Text,
        schema: Sequence[Attribute],
        access: Public | Roles,
        *,
        key: str | None = None,
        geometry: str = GeometryKind.MIXED.value,
        source: Text | None = None,
        by: int | None = None,
    ) -> Layer:
        """The layer of this slug, made if it is new; what it has stays, what the schema brings is added.

        Raises:
            DeclarationError: more attributes than allowed, or a key that is none of them.
        """
        brought = [Property.of(attribute) for attribute in schema]
        if len(brought) > MAX_ATTRIBUTES or (key and key not in {p.name for p in brought}):
            raise DeclarationError(f"dataset {name!r}: at most {MAX_ATTRIBUTES} attributes, the key {key!r} among them")
        with transaction.atomic():
            dataset = Dataset.objects.select_for_update().filter(name=name).first()
            known = dataset is not None
            dataset = dataset or Dataset(
                name=name, key=key or "", geometry=geometry, color=PALETTE[0], created_by_id=by
            )
            _declare(dataset, title, brought, access, geometry, source)
            if not known:
                dataset.save()
                dataset.color = PALETTE[dataset.pk % len(PALETTE)]
                partition.make(dataset)
            _save_if_changed(dataset)
            partition.index(dataset)
            transaction.on_commit(_announce)
        _announce()
        return self._layer(dataset)

    def watches(self) -> list[Watch | Topic]:
        """The one table of all features, journalled under each dataset's own layer id; the declarations as a topic."""
        layer = "'d-' || {row}.\"dataset_id\""
        layers = f"select 'd-' || id from {Dataset._meta.db_table}"
        features = Watch(
            table=partition.TABLE, layer=layer, layers=layers, key="id", geometry="geom", columns=("props",)
        )
        return [features, Topic(table=Dataset._meta.db_table, topic=TOPIC)]

    def _layer(self, row: Dataset) -> Layer:
        version, layer = self._made.get(row.pk, (0, None))
        return layer if layer is not None and version == row.version else layer_of(row)


def layer_of(row: Dataset) -> Layer:
    """The layer a row declares."""
    properties = [Property.read(body) for body in row.schema]
    offered = filtered(properties, row.key)
    words = [p.name for p in searched(properties)]
    title = Text(vi=row.title_vi, en=row.title_en)
    declared = {
        "__module__": __name__,
        "id": row.layer_id,
        "slug": row.name,
        "kind_drawn": row.geometry,
        "title": title,
        "discriminator": {"dataset_id": row.pk},
        "zoom": Zoom(0, LAST_ZOOM, coarse=row.coarse_zoom),
        "attributes": [p.attribute() for p in properties],
        "styles": _styles(row, properties, words),
        "filters": [Choice(p.name) if p.options else Range(p.name) for p in offered],
        "search": Search(*words) if words else None,
        "access": Access(view=Public() if row.is_public else Roles(*map(role, row.roles)), rows=Public()),
        "edit": Edit(fields=[*(p.name for p in properties), "geom"], by=STEWARDS, create=True),
        "panel": panel_of(properties, _title(properties, words), title),
        "importer": importer_of(row.pk, row.key, properties),
        "source": Text(vi=row.source_vi, en=row.source_en) if row.source_vi else None,
    }
    return type("DatasetLayerFromRow", (DatasetLayer,), declared)()


def _title(properties: Sequence[Property], words: Sequence[str]) -> str | None:
    """The attribute that names a feature: `name`, else the first searched, else the first."""
    names = [p.name for p in properties]
    return "name" if "name" in names else next(iter([*words, *names]), None)


def _styles(row: Dataset, properties: Sequence[Property], words: Sequence[str]) -> list[Style]:
    label = next(iter(words), None)
    plain = Style("plain", _PLAIN, _parts(row.geometry, row.color, label))
    colored = [p for p in properties if 2 <= len(p.options) <= MAX_COLORED]
    return [plain, *(_by_value(row, one, label) for one in colored[:4])]


def _by_value(row: Dataset, one: Property, label: str | None) -> Style:
    options = [Option(value, Text.same(value), color) for value, color in zip(one.options, PALETTE, strict=False)]
    title = Text(vi=f"Theo {one.vi}", en=f"By {one.en}")
    return Style(f"by_{one.name}", title, _parts(row.geometry, by(one.name, Categories(options)), label))


def _parts(geometry: str, color: Any, label: str | None) -> list[Circle | Line | Fill]:
    point = Circle(color=color, radius_px=5, label=label, label_from_zoom=14)
    line = Line(color=color, width_px=2)
    area = Fill(color=color, opacity=0.35, outline=color)
    parts: dict[str, list[Circle | Line | Fill]] = {"point": [point], "line": [line], "polygon": [area]}
    return parts.get(geometry, [area, line, point])


def _declare(
    dataset: Dataset,
    title: Text,
    brought: Sequence[Property],
    access: Public | Roles,
    geometry: str,
    source: Text | None,
) -> None:
    known = [Property.read(body) for body in dataset.schema]
    dataset.schema = [one.json() for one in merged(known, brought)]
    dataset.title_vi, dataset.title_en = title.vi, title.en
    dataset.is_public = isinstance(access, Public)
    dataset.roles = [] if isinstance(access, Public) else [one.slug for one in access.roles]
    if dataset.geometry != geometry:
        dataset.geometry = GeometryKind.MIXED.value
    if source is not None:
        dataset.source_vi, dataset.source_en = source.vi, source.en


_DECLARED = ("title_vi", "title_en", "schema", "is_public", "roles", "geometry", "color", "source_vi", "source_en")


def _save_if_changed(dataset: Dataset) -> None:
    stored = Dataset.objects.values(*_DECLARED).get(pk=dataset.pk)
    if any(stored[name] != getattr(dataset, name) for name in _DECLARED):
        dataset.version += 1
        dataset.save(update_fields=[*_DECLARED, "version"])


def _announce() -> None:
    """In this process at once; other processes hear it from the journal."""
    registry.changed(TOPIC)
