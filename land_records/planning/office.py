"""For the land offices: parcels that zones touch as a file, and how two plans differ over a parcel or a commune.

`/api/planning/zones/{id}/parcels.csv`, `/api/planning/parcels.csv?plan=&version=&commune=` and
`/api/planning/difference?before=CODE:1&after=CODE:2&commune=` (or `&parcel=`, which anyone may ask).
"""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse, StreamingHttpResponse
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from land_records.models import Parcel
from land_records.officers import OFFICERS
from land_records.planning.difference import CONTESTED, OUTSIDE, Matrix
from land_records.planning.models import Plan, PlanZone
from land_records.planning.parcel import compare, zones_of
from land_records.planning.terms import PlanStatus
from land_records.planning.touched import MOST_ROWS, Sum, Touched, own_parcels, touched
from land_records.zone import zone_of
from layers.core.errors import BadRequest, Forbidden, UnknownFeature
from layers.core.layer import Layer
from layers.core.limit import at_most, rate_limited
from layers.core.registry import registry
from layers.core.text import Text
from layers.core.time import LOCAL, parse_time
from layers.core.viewer import Viewer
from layers.spreadsheet.line import BOM, line
from layers.vn2000.plane import zone_at

FILE_S: Final = 120.0
READ_S: Final = 30.0
HEAD: Final = (
    Text(vi="Mã xã", en="Commune code"), Text(vi="Xã, phường", en="Commune"), Text(vi="Tờ bản đồ", en="Sheet"),
    Text(vi="Số thửa", en="Parcel"), Text(vi="Loại đất hiện nay", en="Current use"),
    Text(vi="Diện tích pháp lý (m²)", en="Recorded area (m²)"), Text(vi="Diện tích bản đồ (m²)", en="Map area (m²)"),
    Text(vi="Mã khu", en="Zone"), Text(vi="Loại đất quy hoạch", en="Planned use"),
    Text(vi="Trong khu (m²)", en="In the zone (m²)"), Text(vi="Tỷ lệ (%)", en="Share (%)"),
)  # fmt: skip
TOTAL = Text(vi="Tổng cộng: {count} dòng", en="Total: {count} rows")
CUT = Text(vi="Chỉ ghi {most} dòng đầu", en="Only the first {most} rows")
_NOT_OFFICE = Text(
    vi="Chỉ cán bộ quản lý đất đai xem được danh sách thửa; công chúng tra cứu từng thửa ở /quy-hoach.",
    en="Lists of parcels are for the land offices; the public looks single parcels up at /planning.",
)


@require_safe
@rate_limited
def zone_csv(request: HttpRequest, number: int) -> StreamingHttpResponse:
    """Parcels that one zone touches, `?at=` a day.

    Raises:
        Forbidden: not for this caller. UnknownFeature: no such zone. BadRequest: an unknown parameter.
    """
    viewer = _officer(request, {"at", "lang"})
    at = parse_time(request.GET["at"]) if "at" in request.GET else None
    zones = zones_of(viewer, at).filter(number=number)
    if not zones.exists():
        raise UnknownFeature("planning_zones", number)
    return _answer(zones, own_parcels(viewer, at), viewer, f"khu_{number}.csv")


@require_safe
@rate_limited
def plan_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Parcels × zones of a plan in force at a time, `?plan=&version=&commune=&at=`.

    Raises:
        Forbidden: not for this caller. BadRequest: no such plan then, or an unknown parameter.
    """
    viewer = _officer(request, {"plan", "version", "commune", "at", "lang"})
    at = parse_time(request.GET["at"]) if "at" in request.GET else None
    plan = plan_named(f"{request.GET.get('plan', '')}:{request.GET.get('version', '1')}", "plan")
    zones, parcels = zones_of(viewer, at).filter(plan=plan), own_parcels(viewer, at)
    if "commune" in request.GET:
        parcels = parcels.filter(commune__code=request.GET["commune"][:5])
    return _answer(zones, parcels, viewer, f"{plan.code}_{plan.version}.csv")


@require_safe
@rate_limited
def difference_json(request: HttpRequest) -> JsonResponse:
    """From-code × to-code in m² between two plans, over a parcel or, for the land offices, a commune.

    Raises:
        Forbidden, UnknownFeature, BadRequest: as above.
    """
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    _only(request, {"before", "after", "parcel", "commune", "lang"})
    before, after = (plan_named(request.GET.get(name, ""), name) for name in ("before", "after"))
    if before == after:
        raise _refused("after", "phải là quy hoạch khác với before", "must be another plan than before")
    wkb, srid = commune_shape(request.GET["commune"], viewer) if "commune" in request.GET else _parcel(request, viewer)
    with at_most(READ_S):
        matrix = compare(wkb, srid, first_zones(before, viewer), first_zones(after, viewer))
    return JsonResponse(_matrix(matrix, srid), json_dumps_params={"ensure_ascii": False})


def _matrix(found: Matrix, srid: int) -> dict[str, Any]:
    return {
        "srid": srid,
        "codes": {"outside": OUTSIDE, "contested": CONTESTED},
        "cells": [
            {"before": before, "after": after, "area_m2": tenths / 10}
            for (before, after), tenths in found.cells.items()
        ],
        "before": {code: tenths / 10 for code, tenths in found.rows().items()},
        "after": {code: tenths / 10 for code, tenths in found.columns().items()},
        "changed_m2": found.changed / 10,
        "total_m2": found.total / 10,
    }


def first_zones(plan: Plan, viewer: Viewer) -> "QuerySet[PlanZone]":
    """The zones of a plan on its first day, as known now."""
    assert plan.valid_from is not None
    return zones_of(viewer, datetime.combine(plan.valid_from, time(12), tzinfo=LOCAL)).filter(plan=plan)


def _parcel(request: HttpRequest, viewer: Viewer) -> tuple[bytes, int]:
    text = request.GET.get("parcel", "")
    if not (text.isascii() and text.isdecimal()) or len(text) > 18:
        raise _refused("parcel", "ghi mã thửa (số), hoặc commune", "give a parcel's id (a number), or commune")
    layer = _layer("parcels", viewer)
    row = layer.query(viewer).queryset().filter(**{layer.key: int(text)}).select_related("commune").first()
    if row is None:
        raise UnknownFeature("parcels", int(text))
    return bytes(row.geom.wkb), zone_of(row)


def commune_shape(code: str, viewer: Viewer) -> tuple[bytes, int]:
    """A commune's boundary of today (WKB, EPSG:4326) and the EPSG code of its VN-2000 zone.

    Raises:
        Forbidden: not for this caller. BadRequest: there is no such commune.
    """
    _require_officer(viewer)
    row = _layer("communes", viewer).query(viewer).queryset().filter(unit__code=code[:5]).first()
    if row is None:
        raise _refused("commune", "không có xã, phường mang mã này", "no commune carries this code")
    return bytes(row.geom.wkb), row.unit.srid or zone_at(row.label_point.x, row.label_point.y)


def _layer(name: str, viewer: Viewer) -> Layer:
    layer = registry.visible(name, viewer)
    assert isinstance(layer, Layer)
    return layer


def plan_named(text: str, field: str) -> Plan:
    """The plan that `CODE:version` names, as known now.

    Raises:
        BadRequest: there is none, or it is a draft.
    """
    code, _, version = text.rpartition(":")
    found = None
    if version.isascii() and version.isdecimal() and len(version) < 5:
        plans = Plan.objects.known().exclude(status=PlanStatus.DRAFT.value)
        found = plans.filter(code=code[:60], version=int(version)).first()
    if found is None:
        raise _refused(
            field, "không có quy hoạch này; viết MÃ:LẦN, ví dụ QH-25459:2", "no such plan; write CODE:VERSION"
        )
    return found


def _answer(
    zones: "QuerySet[PlanZone]", parcels: "QuerySet[Parcel]", viewer: Viewer, name: str
) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_lines(zones, parcels, viewer.language), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


def _lines(zones: "QuerySet[PlanZone]", parcels: "QuerySet[Parcel]", language: str) -> Iterator[bytes]:
    yield BOM + line([head.to(language) for head in HEAD])
    whole = Sum()
    with at_most(FILE_S):
        for row in touched(zones, parcels):
            yield line(_cells(row))
            whole = whole.with_one(row)
    yield line([TOTAL.format(count=f"{whole.count}").to(language), *[""] * 8, f"{whole.area_m2:.1f}", ""])
    if whole.count >= MOST_ROWS:
        yield line([CUT.format(most=f"{MOST_ROWS}").to(language)])


def _cells(row: Touched) -> list[Any]:
    return [
        row.commune_code,
        row.commune,
        row.sheet,
        row.number,
        row.land_use,
        f"{row.recorded_m2:.1f}",
        f"{row.area_m2:.1f}",
        row.zone_code,
        row.planned_use,
        f"{row.inside_m2:.1f}",
        f"{row.percent:.2f}",
    ]


def _officer(request: HttpRequest, known: set[str]) -> Viewer:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    _require_officer(viewer)
    _only(request, known)
    return viewer


def _require_officer(viewer: Viewer) -> None:
    if not viewer.has(OFFICERS):
        raise Forbidden(_NOT_OFFICE)


def _only(request: HttpRequest, known: set[str]) -> None:
    for name in request.GET:
        if name not in known:
            raise _refused(name[:60], "không có tham số này", "there is no such parameter", "unknown_parameter")


def _refused(field: str, vi: str, en: str, slug: str = "bad_request") -> BadRequest:
    return BadRequest(Text(vi=f"{field}: {vi}.", en=f"{field}: {en}."), field=field, slug=slug)


urlpatterns = [
    path("api/planning/zones/<int:number>/parcels.csv", zone_csv),
    path("api/planning/parcels.csv", plan_csv),
    path("api/planning/difference", difference_json),
]
