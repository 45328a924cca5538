"""What files may bring into the base map: rows known by their own code; the commune is named or found by place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils import timezone
from pyproj import Geod
from shapely import MultiLineString

from layers.basemap.models import Address, BasemapFeature, Place, PlaceKind, Road, RoadClass, Source, Water, WaterKind
from layers.core import Column, Importer, ImportRow, Options, Outcome, Problem, Text

_ELLIPSOID = Geod(ellps="WGS84")

SAME_DEG = 1e-7
"""Vertices nearer than this (1 cm) are the same vertex: files round."""
SAME_M = 1.0
"""Lengths and widths nearer than this are the same."""

Units = Place._meta.get_field("commune").related_model
"""The model of the communes, known here by the foreign key alone."""

_NO_CODE = Text(vi="Thiếu mã của đối tượng.", en="The code is missing.")
_WRONG_SHAPE = Text(vi="Cần {wanted}, tệp có {given}.", en="Needs {wanted}, the file has {given}.")
_WRONG_CHOICE = Text(vi="{value!r} không thuộc: {known}.", en="{value!r} is none of: {known}.")
_MISSING = Text(vi="Thiếu {field}.", en="{field} is missing.")


class _RefusedError(Exception):
    """Why a row cannot be used."""

    def __init__(self, message: Text, field: str) -> None:
        super().__init__(message.en)
        self.message = message
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """How rows of a file become rows of one model.

    Attributes:
        shape: turns the file's geometry into the stored kind, or gives None where it is of another kind.
        wanted: words for that kind.
        choices: field -> its enumeration; a value must be one of its values or titles.
        required: fields that must not be empty.
    """

    model: type[BasemapFeature]
    shape: Callable[[shapely.Geometry], shapely.Geometry | None]
    wanted: Text
    choices: dict[str, type[Options]]
    required: tuple[str, ...] = ()

    def store(self, rows: Sequence[ImportRow]) -> Outcome:
        """Keep a batch: new codes are created, known ones updated where they differ."""
        outcome = Outcome()
        with transaction.atomic():
            codes = [str(row.values.get("code") or "") for row in rows]
            known = {one.code: one for one in self.model._default_manager.select_for_update().filter(code__in=codes)}
            for row in rows:
                try:
                    self._keep(row, known, outcome)
                except _RefusedError as refusal:
                    outcome.problems.append(Problem(row=row.number, message=refusal.message, field=refusal.field))
        return outcome

    def _keep(self, row: ImportRow, known: dict[str, Any], outcome: Outcome) -> None:
        values = self._values(row)
        found = known.get(values["code"])
        if found is None:
            values.setdefault("commune_id", _commune_at(values["geom"]))
            known[values["code"]] = self.model._default_manager.create(**values, source=Source.IMPORTED.value)
            outcome.created += 1
        elif all(_same(getattr(found, name), value) for name, value in values.items()):
            outcome.unchanged += 1
        else:
            for name, value in (values | {"source": Source.IMPORTED.value, "updated_at": timezone.now()}).items():
                setattr(found, name, value)
            found.save()
            outcome.updated += 1

    def _values(self, row: ImportRow) -> dict[str, Any]:
        """Model fields of a row.

        Raises:
            _RefusedError: no code, another kind of geometry, or a value that is not to be had.
        """
        given = {name: value for name, value in row.values.items() if value not in (None, "")}
        if not str(given.get("code", "")).strip():
            raise _RefusedError(_NO_CODE, "code")
        for name in self.required:
            if name not in given:
                raise _RefusedError(_MISSING.format(field=name), name)
        for name, options in self.choices.items():
            if name in given:
                given[name] = _chosen(str(given[name]), options, name)
        shape = self.shape(shapely.force_2d(row.shape)) if row.shape is not None and not row.shape.is_empty else None
        if shape is None:
            kind = row.shape.geom_type if row.shape is not None else "∅"
            wanted = Text(
                vi=_WRONG_SHAPE.vi.format(wanted=self.wanted.vi, given=kind),
                en=_WRONG_SHAPE.en.format(wanted=self.wanted.en, given=kind),
            )
            raise _RefusedError(wanted, "geometry")
        if "commune" in given:
            given["commune_id"] = given.pop("commune")
        if self.model is Road:
            given["length_m"] = round(_ELLIPSOID.geometry_length(shape), 1)
        return given | {"geom": GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)}


def commune_of(code: str) -> int | None:
    """Id of today's commune with that code."""
    found = Units._default_manager.filter(code=code.strip(), level="commune", is_current=True).values_list("pk").first()
    return found[0] if found else None


def _commune_at(geom: GEOSGeometry) -> int | None:
    """Id of today's commune in which the middle of a shape lies."""
    boundaries = {"boundaries__is_current": True, "boundaries__geom__intersects": geom.point_on_surface}
    found = Units._default_manager.filter(level="commune", **boundaries).order_by("code").values_list("pk").first()
    return found[0] if found else None


def _chosen(value: str, options: type[Options], field: str) -> str:
    wanted = value.strip().lower()
    for option in options:
        if wanted in (option.value, option.title.vi.lower(), option.title.en.lower()):
            return str(option.value)
    known = ", ".join(str(option.value) for option in options)
    raise _RefusedError(_WRONG_CHOICE.format(value=value[:40], known=known), field)


def _same(stored: Any, given: Any) -> bool:
    if isinstance(stored, GEOSGeometry):
        return bool(stored.equals_exact(given, SAME_DEG))
    if isinstance(stored, float):
        return abs(stored - float(given)) < SAME_M
    return bool(stored == given)


def _lines(shape: shapely.Geometry) -> MultiLineString | None:
    lines = [part for part in shapely.get_parts(shape) if part.geom_type in ("LineString", "LinearRing")]
    return MultiLineString(lines) if lines and "Polygon" not in shape.geom_type else None


def _point(shape: shapely.Geometry) -> shapely.Point | None:
    """A point stays; of an area or a group of points the middle is taken."""
    return (
        shape if shape.geom_type == "Point" else None if "Line" in shape.geom_type else shapely.point_on_surface(shape)
    )


def _water(shape: shapely.Geometry) -> shapely.Geometry | None:
    return shape if "Line" in shape.geom_type or "Polygon" in shape.geom_type else None


_CODE = Column("code", Text(vi="Mã", en="Code"), required=True, aliases=("id", "ma", "mã", "osm_id", "@id"))
_NAME = Column("name", Text(vi="Tên", en="Name"), aliases=("ten", "tên"))
_COMMUNE = Column(
    "commune",
    Text(vi="Mã xã, phường", en="Code of the commune"),
    aliases=("ma_xa", "mã xã", "commune_code"),
    lookup=commune_of,
)

ROADS = Intake(
    model=Road,
    shape=_lines,
    wanted=Text(vi="đường (LineString)", en="lines"),
    choices={"road_class": RoadClass},
    required=("road_class",),
)
WATERS = Intake(
    model=Water,
    shape=_water,
    wanted=Text(vi="đường hoặc vùng", en="lines or areas"),
    choices={"kind": WaterKind},
    required=("kind",),
)
PLACES = Intake(
    model=Place,
    shape=_point,
    wanted=Text(vi="điểm", en="points"),
    choices={"kind": PlaceKind},
    required=("name", "kind"),
)
ADDRESSES = Intake(
    model=Address,
    shape=_point,
    wanted=Text(vi="điểm", en="points"),
    choices={},
    required=("name", "house_number", "street"),
)

ROAD_IMPORTER = Importer(
    natural_key=("code",),
    columns=(
        _CODE,
        _NAME,
        Column("ref", Text(vi="Số hiệu", en="Number"), aliases=("so_hieu", "số hiệu")),
        Column(
            "road_class", Text(vi="Cấp đường", en="Class"), aliases=("highway", "class", "cap_duong"), required=True
        ),
        _COMMUNE,
    ),
    store_batch=ROADS.store,
)
WATER_IMPORTER = Importer(
    natural_key=("code",),
    columns=(
        _CODE,
        _NAME,
        Column("kind", Text(vi="Loại", en="Kind"), aliases=("water", "waterway", "loai", "loại"), required=True),
        Column("width_m", Text(vi="Chiều rộng (m)", en="Width (m)"), type="number", aliases=("width",)),
        _COMMUNE,
    ),
    store_batch=WATERS.store,
)
PLACE_IMPORTER = Importer(
    natural_key=("code",),
    columns=(
        _CODE,
        Column("name", Text(vi="Tên", en="Name"), aliases=("ten", "tên"), required=True),
        Column("kind", Text(vi="Loại", en="Kind"), aliases=("place", "loai", "loại"), required=True),
        Column("rank", Text(vi="Thứ bậc", en="Rank"), type="integer"),
        _COMMUNE,
    ),
    store_batch=PLACES.store,
)
ADDRESS_IMPORTER = Importer(
    natural_key=("code",),
    columns=(
        _CODE,
        Column("name", Text(vi="Địa chỉ", en="Address"), aliases=("dia_chi", "địa chỉ", "address"), required=True),
        Column("house_number", Text(vi="Số nhà", en="House number"), aliases=("so_nha", "số nhà"), required=True),
        Column("street", Text(vi="Đường", en="Street"), aliases=("duong", "đường"), required=True),
        Column("hamlet", Text(vi="Ấp, khu phố", en="Hamlet"), aliases=("ap", "ấp", "khu_pho")),
        _COMMUNE,
    ),
    store_batch=ADDRESSES.store,
)
