"""Where a file of parcels lies: the VN-2000 guard held against the declared commune and the parcels already there."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from django.db import connection

from land_records.models import Parcel
from layers.admin_units.models import AdminUnit, Boundary
from layers.core import Problem, Text
from layers.core.errors import BadRequest
from layers.vn2000.guard import NEAR_M, Evidence, Judgement, Verdict, judge
from layers.vn2000.reading import FloatArray, Reading

ASKED = 3_000
"""Vertices whose distance to known borders is measured."""

_NO_OUTLINE = Text(
    vi="Chưa có ranh giới của {name}: không kiểm tra được hệ toạ độ của tệp.",
    en="The boundary of {name} is not known: the file's coordinate system could not be checked.",
)
_NAMED = Text(vi="Toạ độ đọc theo {reading}.", en="Coordinates are read as {reading}.")
_DECLARED = Text(
    vi="Hệ toạ độ khai báo {reading} không khớp với {name}: chỉ {inside} % điểm nằm trong xã.",
    en="The declared system {reading} does not fit {name}: only {inside} % of the points lie there.",
)
_CONTRADICTED = Text(
    vi="Hệ toạ độ khai báo {reading} đặt tệp vào {name} nhưng ranh giới không khớp các thửa đã có.",
    en="The declared system {reading} puts the file into {name}, but the borders there fit another reading.",
)
_FITTING = Text(vi="Cách khớp: --crs {others}.", en="What fits: --crs {others}.")
_NOWHERE = Text(
    vi="Không cách đọc toạ độ nào đặt tệp vào {name}: kiểm tra mã xã, hoặc ghi rõ hệ toạ độ bằng --crs.",
    en="No reading of the coordinates puts the file into {name}: check the commune, or name the system by --crs.",
)
_AMBIGUOUS = Text(
    vi="Nhiều cách đọc toạ độ cùng đặt tệp vào {name}. Khai báo một cách: --crs {others}.",
    en="Several readings of the coordinates put the file into {name}. Declare one: --crs {others}.",
)
_GAPS = f"""
select coalesce((
    select st_distance(st_boundary(near.geom)::geography, one.p::geography)
    from (
        select geom from {Parcel._meta.db_table} known
        where known.geom && st_expand(one.p, %s) order by known.geom <-> one.p limit 1
    ) near), 'infinity')
from unnest(%s::float8[], %s::float8[]) with ordinality given (lon, lat, place),
lateral (select st_setsrid(st_makepoint(lon, lat), 4326) as p) one
order by place
"""


def place(points: FloatArray, declared: str | None, given: Mapping[str, Any]) -> tuple[str | None, list[Problem]]:
    """How the file's numbers are to be read, as `--crs` takes it; what was found out is a warning of the whole file.

    Raises:
        BadRequest: what is declared does not hold, nothing fits, or too much does.
    """
    reading = Reading.named(declared) if declared else None
    unit: AdminUnit | None = given.get("commune")
    if unit is None or (declared and reading is None):
        return declared, []
    outline = Boundary.objects.filter(unit=unit, is_current=True).values_list("geom", flat=True).first()
    if outline is None:
        return declared, [Problem(row=None, message=_NO_OUTLINE.format(name=unit.full_name), warning=True)]
    known = _gaps if Parcel.objects.filter(geom__bboverlaps=outline).exists() else None
    judged = judge(points[:: max(len(points) // ASKED, 1)], shapely.from_wkb(bytes(outline.wkb)), known, reading)
    if judged.chosen is None:
        raise BadRequest(_refusal(judged, reading, unit.full_name), field="crs")
    told = _lines(_NAMED.format(reading=str(judged.chosen)), judged.table)
    return str(judged.chosen), [Problem(row=None, message=told, warning=True)]


def _refusal(judged: Judgement, declared: Reading | None, name: str) -> Text:
    others = " | ".join(str(one) for one in judged.left)
    if declared is None:
        return _lines((_AMBIGUOUS if others else _NOWHERE).format(name=name, others=others), judged.table)
    mine = next((one for one in judged.evidence if one.reading == declared), None)
    why = _DECLARED if mine is None or mine.verdict == Verdict.OUTSIDE else _CONTRADICTED
    parts = [why.format(reading=str(declared), name=name, inside=_percent(mine))]
    if others:
        parts.append(_FITTING.format(others=others))
    return _lines(*parts, judged.table)


def _lines(*texts: Text) -> Text:
    return Text(vi="\n".join(one.vi for one in texts), en="\n".join(one.en for one in texts))


def _percent(evidence: Evidence | None) -> str:
    return f"{100 * evidence.inside:.0f}" if evidence is not None else "0"


def _gaps(lonlat: FloatArray) -> FloatArray:
    """(n,) metres to the border of the nearest parcel there is; infinite farther than the guard looks."""
    with connection.cursor() as cursor:
        reach = 2 * NEAR_M / 111_000
        cursor.execute(_GAPS, [reach, lonlat[:, 0].tolist(), lonlat[:, 1].tolist()])
        return np.array([row[0] for row in cursor.fetchall()])
