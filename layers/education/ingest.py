"""What a table of schools may bring: known by code, placed by its point, or on its commune where it has none."""

from collections.abc import Sequence
from typing import Any

import shapely
from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone

from layers.admin_units.lookup import unit_at, unit_containing
from layers.admin_units.models import AdminUnit, Boundary, Level
from layers.core import Column, Importer, ImportRow, Outcome, Problem, Text
from layers.core.models import PlacePrecision
from layers.core.search import search_key
from layers.education.models import Ownership, School, SchoolLevel, Source

SAME_DEG = 1e-7
"""Points nearer than this (1 cm) are the same point: files round."""

LEVEL_WORDS = {
    "kindergarten": SchoolLevel.KINDERGARTEN, "mam non": SchoolLevel.KINDERGARTEN, "mau giao": SchoolLevel.KINDERGARTEN,
    "mn": SchoolLevel.KINDERGARTEN, "primary": SchoolLevel.PRIMARY, "tieu hoc": SchoolLevel.PRIMARY,
    "th": SchoolLevel.PRIMARY, "lower secondary": SchoolLevel.LOWER_SECONDARY, "thcs": SchoolLevel.LOWER_SECONDARY,
    "trung hoc co so": SchoolLevel.LOWER_SECONDARY, "upper secondary": SchoolLevel.UPPER_SECONDARY,
    "thpt": SchoolLevel.UPPER_SECONDARY, "trung hoc pho thong": SchoolLevel.UPPER_SECONDARY,
    "combined": SchoolLevel.COMBINED, "combined levels": SchoolLevel.COMBINED, "lien cap": SchoolLevel.COMBINED,
}  # fmt: skip
"""Search key of the words a table uses -> level."""

OWNERSHIP_WORDS = {
    "public": Ownership.PUBLIC, "cong lap": Ownership.PUBLIC, "private": Ownership.PRIVATE,
    "tu thuc": Ownership.PRIVATE, "dan lap": Ownership.PRIVATE, "ngoai cong lap": Ownership.PRIVATE,
}  # fmt: skip

_MISSING = Text(vi="Thiếu {field}.", en="{field} is missing.")
_ODD = Text(vi="Không hiểu {value!r}; dùng một trong: {known}.", en="{value!r} is not known; use one of: {known}.")
_NOWHERE = Text(
    vi="Điểm của trường không nằm trong xã, phường nào và tệp không ghi mã xã.",
    en="The school's point lies in no commune and the file names none.",
)
_NO_PLACE = Text(
    vi="Không có toạ độ lẫn mã xã: không biết đặt trường ở đâu.",
    en="Neither a point nor a commune: the school cannot be placed.",
)
_NO_POINT = Text(vi="Hình của trường phải là điểm hoặc vùng.", en="A school's geometry must be a point or an area.")


class _RefusedError(Exception):
    """Why a row cannot be used."""

    def __init__(self, message: Text, field: str) -> None:
        super().__init__(message.en)
        self.message = message
        self.field = field


def store_batch(rows: Sequence[ImportRow]) -> Outcome:
    """Keep a batch: new codes are created, known ones updated where they differ."""
    outcome = Outcome()
    with transaction.atomic():
        codes = [str(row.values.get("code") or "") for row in rows]
        known = {one.code: one for one in School.objects.select_for_update().filter(code__in=codes)}
        for row in rows:
            try:
                _keep(row, known, outcome)
            except _RefusedError as refusal:
                outcome.problems.append(Problem(row=row.number, message=refusal.message, field=refusal.field))
    return outcome


def commune_of(code: str) -> AdminUnit | None:
    """Today's commune of that code."""
    return unit_at(code.strip(), Level.COMMUNE, timezone.localdate())


def _keep(row: ImportRow, known: dict[str, School], outcome: Outcome) -> None:
    given = {name: value for name, value in row.values.items() if value not in (None, "")}
    for name in ("code", "name", "level"):
        if name not in given:
            raise _RefusedError(_MISSING.format(field=name), name)
    _choose(given, "level", LEVEL_WORDS)
    _choose(given, "ownership", OWNERSHIP_WORDS)
    found = known.get(given["code"])
    values = given | _placed(row, given, found)
    if found is None:
        known[given["code"]] = School.objects.create(**values, source=Source.IMPORTED.value)
        outcome.created += 1
    elif all(_same(getattr(found, name), value) for name, value in values.items()):
        outcome.unchanged += 1
    else:
        for name, value in (values | {"source": Source.IMPORTED.value, "updated_at": timezone.now()}).items():
            setattr(found, name, value)
        found.save()
        outcome.updated += 1


def _choose(given: dict[str, Any], field: str, words: dict[str, Any]) -> None:
    if field not in given:
        return
    chosen = words.get(search_key(str(given[field])))
    if chosen is None:
        known = ", ".join(dict.fromkeys(option.title.vi for option in words.values()))
        raise _RefusedError(_ODD.format(value=str(given[field])[:40], known=known), field)
    given[field] = chosen.value


def _placed(row: ImportRow, given: dict[str, Any], found: School | None) -> dict[str, Any]:
    """Where the school is: its own point, else the one known before, else its commune's label point.

    Raises:
        _RefusedError: another kind of geometry, or no place at all.
    """
    commune: AdminUnit | None = given.pop("commune", None)
    if row.shape is not None and not row.shape.is_empty:
        point = _point_of(row.shape)
        inside = (
            commune or (found.commune if found else None) or unit_containing(point.x, point.y, timezone.localdate())
        )
        if inside is None:
            raise _RefusedError(_NOWHERE, "commune")
        return {"geom": point, "commune": inside}
    if found is not None:
        return {"commune": commune or found.commune}
    boundary = Boundary.objects.filter(unit=commune, is_current=True).first() if commune else None
    if commune is None or boundary is None:
        raise _RefusedError(_NO_PLACE, "geometry")
    return {"geom": boundary.label_point, "commune": commune, "place_precision": PlacePrecision.COMMUNE.value}


def _commune_at(point: Point) -> AdminUnit | None:
    return unit_containing(point.x, point.y, timezone.localdate())


def _point_of(shape: shapely.Geometry) -> Point:
    if "Line" in shape.geom_type:
        raise _RefusedError(_NO_POINT, "geometry")
    middle = shape if shape.geom_type == "Point" else shapely.point_on_surface(shape)
    return Point(middle.x, middle.y, srid=4326)


def _same(stored: Any, given: Any) -> bool:
    return bool(stored.equals_exact(given, SAME_DEG)) if isinstance(stored, Point) else bool(stored == given)


SCHOOLS = Importer(
    natural_key=("code",),
    columns=(
        Column("code", Text(vi="Mã trường", en="Code"), required=True, aliases=("ma", "mã", "ma_truong", "mã trường")),
        Column(
            "name", Text(vi="Tên trường", en="Name"), required=True, aliases=("ten", "tên", "ten_truong", "tên trường")
        ),
        Column(
            "level", Text(vi="Cấp học", en="Level"), required=True, aliases=("cap", "cap_hoc", "cấp học", "bậc học")
        ),
        Column("ownership", Text(vi="Loại hình", en="Ownership"), aliases=("loai_hinh", "loại hình")),
        Column(
            "commune", Text(vi="Mã xã, phường", en="Code of the commune"), aliases=("ma_xa", "mã xã"), lookup=commune_of
        ),
        Column("address", Text(vi="Địa chỉ", en="Address"), aliases=("dia_chi", "địa chỉ")),
        Column("phone", Text(vi="Điện thoại", en="Phone"), aliases=("dien_thoai", "điện thoại", "sdt")),
        Column("principal", Text(vi="Hiệu trưởng", en="Principal"), aliases=("hieu_truong", "hiệu trưởng")),
        Column(
            "pupils", Text(vi="Số học sinh", en="Pupils"), "integer", aliases=("hoc_sinh", "số học sinh", "học sinh")
        ),
        Column("classes", Text(vi="Số lớp", en="Classes"), "integer", aliases=("so_lop", "số lớp", "lớp")),
        Column("teachers", Text(vi="Số giáo viên", en="Teachers"), "integer", aliases=("giao_vien", "số giáo viên")),
        Column("school_year", Text(vi="Năm học", en="School year"), aliases=("nam_hoc", "năm học")),
    ),
    store_batch=store_batch,
)
