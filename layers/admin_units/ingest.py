"""What a file may bring: boundaries and official areas of units that exist, matched by code.

A row never makes a unit: the list of units is law. Codes of two digits are provinces, of five communes. The boundary
drawn or imported before is replaced, the unit's id stays; the official area stays apart from the polygon's own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import shapely
from django.db import transaction

from layers.admin_units import outline
from layers.admin_units.models import AdminUnit, Boundary, Level, Source
from layers.core import Column, Importer, ImportRow, Outcome, Problem, Text
from layers.core.search import bare_key, search_key

LEVEL_BY_LENGTH = {2: Level.PROVINCE, 5: Level.COMMUNE}

MAX_SHIFT_DEG = 0.5
"""How far from the unit's known point its polygon may lie (some 55 km) before coordinates must be wrong."""

REFORM_ON = date(2025, 7, 1)
"""First day of the units of today."""

SAME_DEG = 1e-7
"""Vertices nearer than this (1 cm) are the same vertex: files round."""

DOUBLES = "_doubles"
"""Key under which `prepare` tells `store_batch` which rows of the same code it left out: (number, vertices)."""

_NO_CODE = Text(vi="Thiếu mã đơn vị hành chính.", en="The code of the unit is missing.")
_ODD_CODE = Text(
    vi="Mã {code!r} không phải mã tỉnh (2 chữ số) hay mã xã (5 chữ số, giữ số 0 ở đầu).",
    en="{code!r} is neither a province's code (2 digits) nor a commune's (5 digits, with leading zeros).",
)
_DISTRICT = Text(
    vi="Mã {code} là mã cấp huyện, không còn từ 01/07/2025.",
    en="{code} is a district's code; districts ended on 01/07/2025.",
)
_UNKNOWN = Text(
    vi="Không có đơn vị hành chính nào mang mã {code} hiện nay.", en="No unit carries the code {code} today."
)
_OLD = Text(
    vi="Mã {code} trong tệp là của {old} trước {day}; nay mã ấy là của {new}. Tệp dùng danh mục cũ.",
    en="In this file {code} is {old} of before {day}; today the code is that of {new}. The file uses the old list.",
)
_NO_SHAPE = Text(vi="{name} ({code}) không có ranh giới dạng vùng.", en="{name} ({code}) has no polygon.")
_FAR = Text(
    vi="Ranh giới của {name} ({code}) nằm cách vị trí đã biết hơn 50 km: kiểm tra hệ toạ độ và thứ tự kinh độ, vĩ độ.",
    en="The polygon of {name} ({code}) lies over 50 km from its known place: check CRS and the order of lon and lat.",
)
_REPAIRED = Text(
    vi="Ranh giới của {name} ({code}) tự cắt, đã sửa tự động.",
    en="The polygon of {name} ({code}) crossed itself and was repaired.",
)
_OTHER_NAME = Text(
    vi="Tên trong tệp {given!r} khác tên chính thức {name!r} của mã {code}; vẫn nhận ranh giới.",
    en="The file calls {code} {given!r}, its official name is {name!r}; the boundary was taken all the same.",
)
_DOUBLE = Text(
    vi="Mã {code} có ở nhiều dòng: dùng hình nhiều đỉnh nhất ({kept} đỉnh), bỏ hình này ({left} đỉnh).",
    en="{code} stands in several rows: the geometry with the most vertices ({kept}) was used, not this one ({left}).",
)


class _RefusedError(Exception):
    """Why a row cannot be used."""

    def __init__(self, message: Text, field: str | None = None) -> None:
        super().__init__(message.en)
        self.message = message
        self.field = field


def choose_most_detailed(rows: Iterable[ImportRow]) -> Iterator[ImportRow]:
    """Of the rows of one code the one whose geometry has the most vertices; it carries what the others were."""
    best: dict[str, ImportRow] = {}
    others: dict[str, list[tuple[int, int]]] = {}
    for row in rows:
        code = _code(row)
        if not code:
            yield row
            continue
        known = best.get(code)
        if known is None:
            best[code] = row
            continue
        kept, dropped = (row, known) if _vertices(row) > _vertices(known) else (known, row)
        best[code] = kept
        others.setdefault(code, []).append((dropped.number, _vertices(dropped)))
    for code, row in best.items():
        yield replace(row, values={**row.values, DOUBLES: sorted(others[code])}) if code in others else row


def store_batch(rows: Sequence[ImportRow]) -> Outcome:
    """Replace the named units' boundaries; then join the outline of provinces whose communes all were imported."""
    outcome = Outcome()
    changed: list[AdminUnit] = []
    with transaction.atomic():
        known = _boundaries_by_code(rows)
        for row in rows:
            _report_doubles(row, outcome)
            try:
                boundary = _boundary_of(row, known)
                moved = _store(boundary, row, outcome)
            except _RefusedError as refusal:
                outcome.problems.append(Problem(row=row.number, message=refusal.message, field=refusal.field))
                continue
            if moved:
                changed.append(boundary.unit)
        _join_provinces({unit.parent_id for unit in changed if unit.level == Level.COMMUNE})
    return outcome


def _vertices(row: ImportRow) -> int:
    return int(shapely.get_num_coordinates(row.shape)) if row.shape is not None else 0


def _boundaries_by_code(rows: Sequence[ImportRow]) -> dict[str, Boundary]:
    """Today's boundaries of the rows' codes, locked; an unsaved one for a unit that has none."""
    codes = {_code(row) for row in rows}
    units = AdminUnit.objects.filter(code__in=codes, is_current=True, level__in=list(LEVEL_BY_LENGTH.values()))
    found = Boundary.objects.filter(unit__in=units, is_current=True).select_for_update(of=("self",))
    stored = {boundary.unit.code: boundary for boundary in found.select_related("unit")}
    for unit in units.exclude(code__in=stored):
        stored[unit.code] = Boundary(
            unit=unit, level=unit.level, valid_from=unit.valid_from or REFORM_ON, is_current=True
        )
    return stored


def _code(row: ImportRow) -> str:
    return str(row.values.get("code") or "").strip()


def _boundary_of(row: ImportRow, known: dict[str, Boundary]) -> Boundary:
    """Today's boundary of the unit that the row speaks of.

    Raises:
        _RefusedError: there is no such unit, or the row speaks of one of before the reform.
    """
    code = _code(row)
    if not code:
        raise _RefusedError(_NO_CODE, "code")
    if not code.isdigit() or len(code) not in (2, 3, 5):
        raise _RefusedError(_ODD_CODE.format(code=code[:40]), "code")
    if len(code) == 3:
        raise _RefusedError(_DISTRICT.format(code=code), "code")
    if code not in known:
        raise _RefusedError(_UNKNOWN.format(code=code), "code")
    _refuse_old_epoch(known[code].unit, row)
    return known[code]


def _refuse_old_epoch(unit: AdminUnit, row: ImportRow) -> None:
    """Codes were reused: a name that only the code's former bearer had shows a table of the old list."""
    given = _given_name(row)
    if not given or _is_name_of(unit, given):
        return
    for old in AdminUnit.objects.filter(code=unit.code, level=unit.level, is_current=False, valid_to__isnull=False):
        if _is_name_of(old, given):
            raise _RefusedError(
                _OLD.format(code=unit.code, old=old.full_name, new=unit.full_name, day=f"{old.valid_to:%d/%m/%Y}"),
                "code",
            )


def _given_name(row: ImportRow) -> str:
    return str(row.values.get("full_name") or row.values.get("name") or "").strip()


def _is_name_of(unit: AdminUnit, given: str) -> bool:
    """Whether words name the unit, with its kind or without, in either language and either tone spelling."""
    names = (unit.full_name, unit.name, unit.name_en)
    return search_key(given) in {search_key(name) for name in names} or bare_key(given) == bare_key(unit.name)


def _store(boundary: Boundary, row: ImportRow, outcome: Outcome) -> bool:
    """Keep the row's polygon and area; whether the polygon changed."""
    unit = boundary.unit
    shape = _shape_of(boundary, row, outcome)
    given = _given_name(row)
    if given and not _is_name_of(unit, given):
        message = _OTHER_NAME.format(given=given[:80], name=unit.full_name, code=unit.code)
        outcome.problems.append(Problem(row=row.number, message=message, field="name", warning=True))
    has_area = _store_area(unit, row)
    is_new = boundary.pk is None
    moved = is_new or not shapely.equals_exact(outline.read(boundary.geom), shape, tolerance=SAME_DEG)
    if moved:
        boundary.put(shape, Source.IMPORTED)
    outcome.created += is_new
    outcome.updated += not is_new and (moved or has_area)
    outcome.unchanged += not (moved or has_area)
    return moved


def _shape_of(boundary: Boundary, row: ImportRow, outcome: Outcome) -> shapely.MultiPolygon:
    """The row's polygons, repaired where they cross themselves.

    Raises:
        _RefusedError: no polygon, or one that lies elsewhere.
    """
    words = {"name": boundary.unit.full_name, "code": boundary.unit.code}
    shape = outline.as_multi(row.shape) if row.shape is not None else None
    if shape is None:
        raise _RefusedError(_NO_SHAPE.format(**words), "geometry")
    known = boundary.label_point
    if known is not None and shapely.distance(shape, outline.read(known)) > MAX_SHIFT_DEG:
        raise _RefusedError(_FAR.format(**words), "geometry")
    if not shapely.is_valid(row.shape):
        repaired = Problem(row=row.number, message=_REPAIRED.format(**words), field="geometry", warning=True)
        outcome.problems.append(repaired)
    return shape


def _store_area(unit: AdminUnit, row: ImportRow) -> bool:
    area = row.values.get("area_km2")
    if area is None or area <= 0 or area == unit.area_km2:
        return False
    unit.area_km2 = float(area)
    unit.save(update_fields=["area_km2"])
    return True


def _report_doubles(row: ImportRow, outcome: Outcome) -> None:
    for number, vertices in row.values.get(DOUBLES, ()):
        message = _DOUBLE.format(code=row.values["code"], kept=_vertices(row), left=vertices)
        outcome.problems.append(Problem(row=number, message=message, field="code", warning=True))


def _join_provinces(ids: set[int | None]) -> None:
    """A province's outline from its communes, once all are imported and no file brought an outline of its own."""
    for province in AdminUnit.objects.filter(pk__in=[pk for pk in ids if pk is not None]):
        parts = Boundary.objects.filter(unit__parent=province, is_current=True)
        own = province.boundaries.filter(is_current=True).first()
        if own is None or own.source == Source.IMPORTED or parts.exclude(source=Source.IMPORTED.value).exists():
            continue
        shape = outline.joined(outline.read(geom) for geom in parts.values_list("geom", flat=True))
        if shape is not None:
            own.put(shape, Source.DISSOLVED)


UNITS = Importer(
    natural_key=("code",),
    columns=(
        Column(
            "code",
            Text(vi="Mã đơn vị hành chính", en="Code of the unit"),
            required=True,
            aliases=("id", "ma", "mã", "ma_dvhc", "ma_xa", "ma_tinh", "maxa", "matinh", "ward_code", "province_code"),
        ),
        Column(
            "full_name",
            Text(vi="Tên đầy đủ", en="Full name"),
            aliases=("fullName", "ten_day_du", "tên đầy đủ"),
        ),
        Column("name", Text(vi="Tên", en="Name"), aliases=("ten", "tên", "ten_xa", "tenxa", "ten_tinh")),
        Column(
            "area_km2",
            Text(vi="Diện tích công bố (km²)", en="Official area (km²)"),
            type="number",
            aliases=("areaKm2", "dien_tich", "diện tích", "dtich_km2"),
        ),
    ),
    store_batch=store_batch,
    prepare=choose_most_detailed,
)
