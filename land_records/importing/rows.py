"""Rows of a file made whole before they are kept: label read, codes of today, one polygon; or why they are not used."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import shapely

from land_records.importing import use
from land_records.importing.label import read_label
from layers.admin_units.models import AdminUnit
from layers.core import Column, ImportRow, Problem, Text
from layers.core.errors import LayerError

MAX_AREA_M2 = 10**11
"""What the register's column holds."""

COLUMNS = (
    Column(
        "commune",
        Text(vi="Mã xã", en="Commune code"),
        required=True,
        aliases=("ma xa", "maxa", "ma dvhc", "madvhc", "xaid", "commune code"),
        lookup=lambda code: AdminUnit.objects.filter(level="commune", is_current=True, code=code).first(),
    ),
    Column(
        "map_commune_code",
        Text(vi="Mã xã khi lập bản đồ", en="Commune code when the map was made"),
        aliases=("ma xa cu", "maxacu", "ma xa", "maxa", "ma dvhc", "madvhc"),
    ),
    Column(
        "sheet",
        Text(vi="Số tờ", en="Sheet"),
        type="integer",
        aliases=(
            "so to",
            "soto",
            "to ban do",
            "so hieu to ban do",
            "sohieutobando",
            "shbando",
            "shto",
            "to bd",
            "tobd",
        ),
    ),
    Column(
        "parcel_number",
        Text(vi="Số thửa", en="Parcel number"),
        type="integer",
        aliases=("so thua", "sothua", "thua", "thua dat", "so thu tu thua", "sothututhua", "shthua", "thuadatso"),
    ),
    Column(
        "land_use",
        Text(vi="Loại đất", en="Land use"),
        aliases=("loai dat", "loaidat", "muc dich", "mdsd", "mucdichsudung", "ma loai dat", "maloaidat", "kh loai dat"),
    ),
    Column(
        "recorded_area_m2",
        Text(vi="Diện tích pháp lý", en="Recorded area"),
        type="number",
        aliases=("dien tich phap ly", "dientichphaply", "dtpl", "dien tich", "dientich", "dt", "area", "contenance"),
    ),
    Column(
        "address", Text(vi="Địa chỉ thửa đất", en="Address"), aliases=("dia chi", "diachi", "diachithua", "xu dong")
    ),
    Column("labels", Text(vi="Chữ trong thửa", en="Texts inside"), aliases=("labels",)),
    Column("effective_on", Text(vi="Có hiệu lực từ", en="In effect from"), type="date"),
)

_NO_LABEL = Text(
    vi="Khoanh khép kín tại {place} ({area} m²) không có số thửa bên trong.",
    en="The closed face at {place} ({area} m²) has no parcel number inside.",
)
_LABELS = Text(
    vi="Khoanh khép kín tại {place} ({area} m²) có nhiều số thửa: {numbers}.",
    en="The closed face at {place} ({area} m²) has several parcel numbers: {numbers}.",
)
_MISSING = Text(vi="Thiếu {title}.", en="The {title} is missing.")
_NOT_POSITIVE = Text(vi="{title} phải lớn hơn 0.", en="The {title} must be more than 0.")
_NO_POLYGON = Text(vi="Thửa không có hình dạng vùng.", en="The parcel has no polygon.")
_PARTS = Text(
    vi="Thửa gồm {parts} phần rời nhau: mỗi phần là một thửa.",
    en="The parcel has {parts} separate parts: each is a parcel.",
)
_UNKNOWN_USE = Text(vi="Không có loại đất “{code}”.", en="There is no land use “{code}”.")
_OLD_USE = Text(
    vi="Loại đất cũ “{code}” cần người quyết định: {today}.", en="The old land use “{code}” needs a decision: {today}."
)
_RENAMED = Text(vi="Loại đất cũ “{code}” được ghi là {today}.", en="The old land use “{code}” was written as {today}.")
_NO_AREA = Text(
    vi="Tệp không ghi diện tích pháp lý; lấy diện tích của hình ({area} m²).",
    en="The file has no recorded area; the polygon's own was taken ({area} m²).",
)
_ONE_USE = Text(
    vi="Tệp không ghi diện tích từng loại đất; toàn bộ ghi cho {code}.",
    en="The file has no area for each use; all of it was written for {code}.",
)
_USES_APART = Text(
    vi="Tổng diện tích các loại đất ({sum} m²) khác diện tích thửa ({area} m²).",
    en="The uses' areas add up to {sum} m², the parcel has {area} m².",
)
_CODE = Text(vi="“{code}” không phải mã xã 5 chữ số.", en="“{code}” is no commune code of 5 digits.")
_FUTURE = Text(vi="Ngày có hiệu lực {day} chưa đến.", en="{day} has not come yet.")


class _Refused(LayerError):
    """Why a row cannot be used."""


def prepare(rows: Iterable[ImportRow]) -> Iterator[ImportRow | Problem]:
    """Every row made whole, with warnings before it, or the problem that keeps it out."""
    for row in rows:
        notes: list[Problem] = []
        try:
            made = replace(row, values=_values(row, notes), shape=_polygon(row.shape))
        except _Refused as refusal:
            yield Problem(row=row.number, message=refusal.message, field=refusal.field)
            continue
        yield from notes
        yield made


def area_m2(shape: shapely.Geometry) -> float:
    """Area of a small polygon (EPSG:4326), m², to a few thousandths: on the plane that touches it."""
    lat = np.radians(shape.centroid.y)
    root = 1 - 0.006_694_379_990_14 * np.sin(lat) ** 2
    across = 6_378_137.0 * np.cos(lat) / np.sqrt(root)
    up = 6_378_137.0 * (1 - 0.006_694_379_990_14) / root**1.5
    return float(shape.area * np.radians(1) ** 2 * across * up)


def _polygon(shape: shapely.Geometry | None) -> shapely.Geometry:
    parts = shapely.get_parts(shape) if shape is not None else []
    if len(parts) == 0 or any(part.geom_type != "Polygon" for part in parts):
        raise _Refused(_NO_POLYGON)
    if len(parts) > 1:
        raise _Refused(_PARTS.format(parts=len(parts)))
    return parts[0]


def _values(row: ImportRow, notes: list[Problem]) -> dict[str, Any]:
    polygon = _polygon(row.shape)
    area = area_m2(polygon)
    values = dict(row.values)
    if values.get("labels") is not None:
        values.update({name: value for name, value in _labelled(values, polygon, area).items() if value is not None})
    for name in ("sheet", "parcel_number"):
        if values.get(name) is None:
            raise _Refused(_MISSING.format(title=_title(name)), field=name)
        if values[name] <= 0:
            raise _Refused(_NOT_POSITIVE.format(title=_title(name)), field=name)
    unit: AdminUnit = values["commune"]
    code = values.get("map_commune_code") or unit.code
    if not (code.isdigit() and len(code) == 5):
        raise _Refused(_CODE.format(code=code[:20]), field="map_commune_code")
    if values.get("effective_on") is not None and values["effective_on"] > date.today():  # noqa: DTZ011  a day, not a moment
        raise _Refused(_FUTURE.format(day=values["effective_on"].isoformat()), field="effective_on")
    recorded = values.get("recorded_area_m2")
    if recorded is None:
        recorded = round(area, 1)
        notes.append(_note(row, _NO_AREA.format(area=recorded), "recorded_area_m2"))
    if not 0 < round(recorded, 1) < MAX_AREA_M2:
        raise _Refused(_NOT_POSITIVE.format(title=_title("recorded_area_m2")), field="recorded_area_m2")
    uses = _uses(row, values.get("land_use"), unit, round(recorded, 1), notes)
    return {**values, "map_commune_code": code, "recorded_area_m2": round(recorded, 1), "uses": uses}


def _labelled(values: Mapping[str, Any], polygon: shapely.Geometry, area: float) -> dict[str, Any]:
    """Number, use and area as the texts inside say; what a column says already stays."""
    texts = json.loads(values["labels"]) if values["labels"].startswith("[") else [values["labels"]]
    label = read_label([str(text) for text in texts], area)
    if values.get("parcel_number") is None and len(label.numbers) != 1:
        at = polygon.representative_point()
        facts = {"place": f"{at.y:.6f}, {at.x:.6f}", "area": f"{area:.1f}"}
        if not label.numbers:
            raise _Refused(_NO_LABEL.format(**facts), field="parcel_number")
        numbers = ", ".join(str(one) for one in label.numbers[:10])
        raise _Refused(_LABELS.format(**facts, numbers=numbers), field="parcel_number")
    found = {
        "parcel_number": label.numbers[0] if label.numbers else None,
        "land_use": label.use,
        "recorded_area_m2": float(label.area) if label.area else None,
    }
    return {name: value for name, value in found.items() if values.get(name) is None}


def _uses(
    row: ImportRow, text: str | None, unit: AdminUnit, recorded: float, notes: list[Problem]
) -> list[tuple[str, float]]:
    """Codes of today with their areas in m², which add up to the recorded area."""
    if not text:
        raise _Refused(_MISSING.format(title=_title("land_use")), field="land_use")
    found: list[tuple[str, float | None]] = []
    for code, written in use.parts(text):
        today = use.today(code, is_ward=unit.kind == "ward")
        if today is None:
            decide = use.REVIEWED.get(code)
            why = _OLD_USE.format(code=code, today=decide) if decide else _UNKNOWN_USE.format(code=code or text[:40])
            raise _Refused(why, field="land_use")
        if today != code:
            notes.append(_note(row, _RENAMED.format(code=code, today=today), "land_use"))
        found.append((today, float(written) if written else None))
    if len(found) == 1:
        return [(found[0][0], recorded)]
    areas = [area for _, area in found]
    if any(area is None or area <= 0 for area in areas):
        notes.append(_note(row, _ONE_USE.format(code=found[0][0]), "land_use"))
        return [(found[0][0], recorded)]
    total = round(sum(area or 0 for area in areas), 1)
    if abs(total - recorded) > 0.1:
        raise _Refused(_USES_APART.format(sum=total, area=recorded), field="land_use")
    return [(code, round(area or 0, 1)) for code, area in found]


def _note(row: ImportRow, message: Text, field: str) -> Problem:
    return Problem(row=row.number, message=message, field=field, warning=True)


def _title(name: str) -> str:
    return next(column.title.vi for column in COLUMNS if column.name == name)
