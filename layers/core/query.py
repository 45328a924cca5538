"""The only way to rows: one layer, one viewer, one filter, one time. Access is applied here and nowhere else."""

import copy
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import shapely
from django.contrib.gis.db.models import Extent
from django.contrib.gis.db.models.functions import PointOnSurface
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import DataError
from django.db.models import (
    Case,
    Count,
    F,
    FloatField,
    Func,
    IntegerField,
    Max,
    Min,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Collate

from layers.core import parameter
from layers.core.attribute import Attribute
from layers.core.cursor import after, decode, encode
from layers.core.errors import BadFilter, UnknownAttribute, UnknownFeature
from layers.core.feature import Feature
from layers.core.filter import Condition
from layers.core.geo import Bbox, DistanceM, Envelope, Raw, Wkb, around
from layers.core.parameter import Slot
from layers.core.scale import Steps
from layers.core.search import Hit, Source, find
from layers.core.text import Text
from layers.core.time import Valid, floor_time
from layers.core.viewer import Viewer

if TYPE_CHECKING:
    from layers.core.layer import Layer

MAX_PAGE = 10_000
MAX_SORT = 5
MAX_GROUPS = 1_000
MAX_VERSIONS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """How many features there are, the box around them, and when one of them last changed."""

    count: int
    extent: Bbox | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A feature as it was over [starts, ends), as far as was known over [known_starts, known_ends)."""

    feature: Feature
    starts: date | datetime
    ends: date | datetime | None = None
    known_starts: datetime | None = None
    known_ends: datetime | None = None


class Features:
    """The features of a layer that a viewer may see, under a filter, in a box, at a time.

    Attributes are known by their own names here, whatever columns, joins, versions or grants lie behind.
    """

    def __init__(
        self,
        layer: "Layer",
        viewer: Viewer | None,
        *,
        filters: Condition | None = None,
        at: datetime | None = None,
        known_at: datetime | None = None,
        bbox: Bbox | None = None,
        readable: Mapping[str, Attribute] | None = None,
        language: str | None = None,
    ) -> None:
        """Check the viewer and the filter. `viewer` None compiles for any viewer: scopes stay open slots."""
        if viewer is not None:
            layer.require(viewer)
        self.layer = layer
        self.viewer = viewer
        self.language = language or (viewer.language if viewer else "vi")
        self.readable = dict(readable if readable is not None else layer.readable(viewer or Viewer()))
        self.filters = filters
        if filters:
            filters.check({a.name: a for a in layer.attributes if a.name in self.readable})
        step = layer.time.step if layer.time else None
        self.at = floor_time(at, step) if at and step else None
        self.known_at = floor_time(known_at, step) if known_at and step else None
        self.bbox = bbox
        self.by_point = False

    # ------------------------------------------------------------------ rows

    def queryset(self) -> QuerySet[Any]:
        """Model rows, every needed attribute aliased; for this package only."""
        rows = self.layer.rows()
        if self.layer.time:
            rows = self.layer.time.rows(rows, self.at, self.known_at)
        rows = rows.filter(self.layer.access.rows.condition(self.viewer))
        if self.bbox is not None:
            rows = rows.filter(**{f"{self.layer.geometry}__intersects": Envelope(self.bbox)})
            if self.by_point:
                rows = rows.alias(placed_at=PointOnSurface(self.layer.geometry))
                rows = rows.filter(placed_at__intersects=Envelope(self.bbox))
        if self.filters:
            rows = self._aliased(rows, self.filters.properties)
            rows = rows.filter(self.filters.q({**{n: alias_of(n) for n in self.readable}, "geom": self.layer.geometry}))
        return rows

    def expression(self, name: str) -> Any:
        """The value of an attribute as this viewer may read it: null where the row lies outside the grant's area."""
        attribute = self.readable[name]
        value = attribute.expression(self.language)
        if attribute.access is None or attribute.access.within is None or (self.viewer and self.viewer.is_house):
            return value
        held = parameter.ids("units", None if self.viewer is None else sorted(self.viewer.units))
        return Case(When(Q(**{f"{attribute.access.within}__in_array": held}), then=value), default=None)

    def _aliased(self, rows: QuerySet[Any], names: Sequence[str]) -> QuerySet[Any]:
        wanted = {alias_of(name): self.expression(name) for name in names if name in self.readable}
        aliased: QuerySet[Any] = rows.alias(**wanted)
        return aliased

    def _valued(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        version = F("version") if self.layer.has_version else Value(0, output_field=IntegerField())
        named = {alias_of(name): self.expression(name) for name in self.readable}
        key = F(self.layer.key_field.attname)
        valued: QuerySet[Any] = rows.annotate(_id=key, _wkb=Wkb(self.layer.geometry), _version=version, **named)
        return valued

    def _read(self, rows: QuerySet[Any]) -> Iterator[Feature]:
        yield from (feature for feature, *_ in self._read_with(rows, ()))

    def _read_with(self, rows: QuerySet[Any], more: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Each row's feature and the values of some model fields beside it."""
        names = list(self.readable)
        columns = (*more, "_id", "_wkb", "_version", *(alias_of(name) for name in names))
        with _FilterFaults():
            for row in self._valued(rows).values_list(*columns):
                beside, (key, wkb, version, *values) = row[: len(more)], row[len(more) :]
                attributes = dict(zip(names, values, strict=True))
                yield (Feature(id=key, wkb=bytes(wkb), version=version, attributes=attributes), *beside)

    def placed_in(self, box: Bbox) -> "Features":
        """Of these, the features whose representative point lies in the box: each belongs to exactly one cell."""
        placed = copy.copy(self)
        placed.bbox, placed.by_point = box, True
        return placed

    # --------------------------------------------------------------- reading

    def count(self) -> int:
        """How many there are."""
        with _FilterFaults():
            return self.queryset().count()

    def extent(self) -> Bbox | None:
        """The box around them, or None where there is none."""
        box = self.queryset().aggregate(_box=Extent(self.layer.geometry))["_box"]
        return Bbox(*box) if box else None

    def summary(self) -> Summary:
        """Number, box and last change, by one statement."""
        fields = {field.name for field in self.layer.model._meta.concrete_fields}
        changed = {"_at": Max("updated_at")} if "updated_at" in fields else {}
        with _FilterFaults():
            found = self.queryset().aggregate(_n=Count("*"), _box=Extent(self.layer.geometry), **changed)
        extent = Bbox(*found["_box"]) if found["_box"] else None
        return Summary(count=found["_n"], extent=extent, updated_at=found.get("_at"))

    def get(self, key: int) -> Feature:
        """One feature.

        Raises:
            UnknownFeature: there is none, or this viewer may not see it.
        """
        found = next(self._read(self.queryset().filter(**{self.layer.key_field.attname: key})[:1]), None)
        if found is None:
            raise UnknownFeature(self.layer.id, key)
        return found

    def some(self, keys: Sequence[int]) -> list[Feature]:
        """Those of these features that this viewer may see, in the order asked."""
        rows = self.queryset().filter(**{f"{self.layer.key_field.attname}__in": list(keys)})
        found = {feature.id: feature for feature in self._read(rows)}
        return [found[key] for key in keys if key in found]

    def readable_on(self, key: int) -> frozenset[str]:
        """Names of the attributes this viewer may read on this very feature; raises `UnknownFeature`."""
        row = self.queryset().filter(**{self.layer.key_field.attname: key}).first()
        if row is None:
            raise UnknownFeature(self.layer.id, key)
        return frozenset(a.name for a in self.layer.attributes if self._may_read(a, row))

    def nearest(self, shape: shapely.Geometry, within_m: float, limit: int) -> list[tuple[Feature, float]]:
        """Features within so many metres of a shape (EPSG:4326) and their distance in metres, nearest first."""
        rows = self.queryset().filter(**{f"{self.layer.geometry}__bboverlaps": Envelope(around(shape, within_m))})
        rows = rows.annotate(_m=DistanceM(self.layer.geometry, shape)).filter(_m__lte=within_m)
        metres = dict(rows.order_by("_m").values_list(self.layer.key_field.attname, "_m")[:limit])
        return [(feature, metres[feature.id]) for feature in self.some(list(metres))]

    def versions(self, key: int) -> list[Version]:
        """Every version of a feature this viewer may see, as recorded; none where rows have no past."""
        time = self.layer.time
        if not isinstance(time, Valid):
            return []
        rows = self.layer.rows().filter(self.layer.access.rows.condition(self.viewer))
        columns = [name for name in (time.starts, time.ends, time.known_starts, time.known_ends) if name]
        order = [time.known_starts, time.starts] if time.known_starts else [time.starts]
        rows = rows.filter(**{self.layer.key_field.attname: key}).order_by(*order, "pk")[:MAX_VERSIONS]
        return [
            Version(feature=feature, **dict(zip(("starts", "ends", "known_starts", "known_ends"), times, strict=False)))
            for feature, *times in self._read_with(rows, columns)
        ]

    def row(self, key: int) -> Any:
        """The model row for reading: fields this viewer may not read on this row are blanked.

        Raises:
            UnknownFeature: there is none, or this viewer may not see it.
        """
        row = self.queryset().filter(**{self.layer.key_field.attname: key}).first()
        if row is None:
            raise UnknownFeature(self.layer.id, key)
        for attribute in self.layer.attributes:
            if not self._may_read(attribute, row):
                for path in attribute.paths:
                    setattr(row, path.split("__", maxsplit=1)[0], None)
        return row

    def locked_row(self, key: int) -> Any:
        """The whole model row, locked until the transaction ends, for a change the viewer was allowed.

        Raises:
            UnknownFeature: there is none, or this viewer may not see it.
        """
        visible = self.queryset().filter(**{self.layer.key_field.attname: key}).values("pk")[:1]
        row = (
            self.layer.model._default_manager.select_for_update(of=("self",))
            .filter(pk__in=list(visible.values_list("pk", flat=True)))
            .first()
        )
        if row is None:
            raise UnknownFeature(self.layer.id, key)
        return row

    def _may_read(self, attribute: Attribute, row: Any) -> bool:
        if attribute.name not in self.readable:
            return False
        within = attribute.access.within if attribute.access else None
        if within is None or self.viewer is None or self.viewer.is_house:
            return True
        owner: Any = self.layer.model._meta.get_field(within)
        return getattr(row, owner.attname) in self.viewer.units

    def page(self, limit: int, cursor: str | None = None, sort: str | None = None) -> tuple[list[Feature], str | None]:
        """Up to `limit` features in the asked order, and the cursor of the next page, None at the end.

        Raises:
            UnknownAttribute: sorting by what does not exist for this viewer.
            BadRequest: a cursor of another order.
        """
        order = self._order(sort)
        rows = self._aliased(self.queryset(), [name for name, _ in order])
        columns = [_sorted_by(self, name) for name, _ in order]
        rows = rows.alias(**{f"s{i}": column for i, column in enumerate(columns)})
        if cursor:
            rows = rows.filter(after(order, decode(cursor, sort), self.layer.key_field.attname))
        by = [(F(f"s{i}").desc if down else F(f"s{i}").asc)(nulls_last=True) for i, (_, down) in enumerate(order)]
        found = list(self._read(rows.order_by(*by, self.layer.key_field.attname)[: limit + 1]))
        if len(found) <= limit:
            return found, None
        last = found[limit - 1]
        return found[:limit], encode([last.attributes[name] for name, _ in order], last.id, sort)

    def _order(self, sort: str | None) -> list[tuple[str, bool]]:
        names = [part.strip() for part in (sort or "").split(",") if part.strip()][:MAX_SORT]
        order = [(name.removeprefix("-"), name.startswith("-")) for name in names]
        for name, _ in order:
            if name not in self.readable:
                raise UnknownAttribute(name, "sort")
        return order

    def all(self, limit: int) -> Iterator[Feature]:
        """Up to `limit` features in the order of their key, read in slices."""
        cursor: str | None = None
        while limit > 0:
            found, cursor = self.page(min(limit, 2_000), cursor)
            yield from found
            limit -= len(found)
            if cursor is None:
                return

    def drawn_at(self, zoom: int, limit: int) -> list[Feature]:
        """Up to `limit` of those that a tile of that zoom would carry singly, in no order."""
        rows = self.layer.tile_rows(self.queryset(), Value(zoom, output_field=IntegerField()))
        return list(self._read(rows[:limit]))

    def counts(self, name: str, steps: Steps | None = None) -> list[tuple[Any, int]]:
        """Value, or the start of its band where `steps` are given, and number of features, most first.

        A missing value, and one below the first band, is None.

        Raises:
            UnknownAttribute: the attribute does not exist for this viewer.
        """
        if name not in self.readable:
            raise UnknownAttribute(name, "by")
        value = self.expression(name)
        rows = self.queryset().annotate(_value=_banded(value, steps) if steps else value).values("_value").order_by()
        counted = rows.annotate(_n=Count("*")).order_by("-_n", "_value").values_list("_value", "_n")
        with _FilterFaults():
            groups = list(counted[:MAX_GROUPS])
        if steps is None:
            return groups
        numbers: Counter[float | None] = Counter()
        for band, number in groups:
            numbers[float(steps.bands[band - 1].start) if band else None] += number
        return numbers.most_common()

    def extremes(self, name: str) -> tuple[float, float] | None:
        """The least and the greatest value of a number; None where no feature has one."""
        value = self.expression(name)
        with _FilterFaults():
            found = self.queryset().aggregate(_least=Min(value), _most=Max(value))
        return None if found["_least"] is None else (float(found["_least"]), float(found["_most"]))

    def search(self, text: str, limit: int, near: tuple[float, float] | None = None) -> list[Hit]:
        """Features whose searched attributes match, best first; of equals the nearest to `near` (lon, lat)."""
        return [hit for _, hit in find([self], text, limit, near)]

    def search_restricted(self, name: str, text: str, limit: int) -> list[Hit]:
        """Features whose attribute `name`, searched only with a purpose, matches; the caller writes the audit entry.

        Raises:
            UnknownAttribute: the attribute is not searched so, or does not exist for this viewer.
        """
        declared = self.layer.search
        if declared is None or name not in declared.restricted or name not in self.readable:
            raise UnknownAttribute(name, "field")
        return [hit for _, hit in find([self], text, limit, restricted=name)]

    def searched(self, text: str, restricted: str | None = None) -> Source | None:
        """The rows a search for the text ranks by its words, or those that text of a special form names.

        None where there is nothing to ask: the layer is not searched, or no row has that form.
        """
        declared = self.layer.search
        if declared is None:
            return None
        parse = declared.behind.get(restricted) if restricted else declared.parse
        special = parse(text) if parse else None
        names = (restricted,) if restricted else declared.attributes
        try:
            if special is not None:
                return Source(*self._texts(self.queryset().filter(special), ()), texts=0)
            if self.viewer is None or self.filters or self.bbox or self.at or self.known_at:
                return Source(*self._texts(self.queryset(), names), texts=len(names))
            sql, params = _for_anyone(self.layer, self.language, names)
        except EmptyResultSet:
            return None
        held = {"units": sorted(self.viewer.units), "departments": sorted(self.viewer.departments)}
        return Source(sql, [held[one.name] if isinstance(one, Slot) else one for one in params], texts=len(names))

    def _texts(self, rows: QuerySet[Any], names: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
        """A SELECT of `_id`, `_geom` and the named attributes as texts: `t0`, `t1` and so on."""
        texts = {f"t{n}": Cast(self.expression(name), TextField()) for n, name in enumerate(names)}
        rows = rows.annotate(_id=F(self.layer.key_field.attname), _geom=Raw(self.layer.geometry), **texts)
        return rows.order_by().values("_id", "_geom", *texts).query.sql_with_params()


@lru_cache(maxsize=1_000)
def _for_anyone(layer: "Layer", language: str, names: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """What a search of the layer reads, made once for whoever asks: the slots `units` and `departments` are open."""
    readable = {attribute.name: attribute for attribute in layer.attributes if attribute.name in names}
    features = Features(layer, None, readable=readable, language=language)
    return features._texts(features.queryset(), names)


def _banded(value: Any, steps: Steps) -> Func:
    """The number of the band that holds the value, from 1; 0 below the first."""
    starts = Value([float(band.start) for band in steps.bands], ArrayField(FloatField()))
    return Func(Cast(value, FloatField()), starts, function="width_bucket", output_field=IntegerField())


def alias_of(name: str) -> str:
    """The alias under which a queryset of this module carries an attribute."""
    return f"a_{name}"


def _sorted_by(features: Features, name: str) -> Any:
    expression = features.expression(name)
    return Collate(Cast(expression, TextField()), "vi-x-icu") if features.readable[name].type == "text" else expression


class _FilterFaults:
    """What the database cannot compare is the filter's fault, not ours."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, fault: Any, trace: Any) -> None:
        if isinstance(fault, DataError):
            reason = str(fault).splitlines()[0]
            raise BadFilter(
                Text(vi=f"Bộ lọc không so sánh được: {reason}", en=f"The filter cannot be compared: {reason}"),
                field="filter",
            ) from fault
