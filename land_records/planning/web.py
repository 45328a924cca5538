"""`/quy-hoach` and `/planning`: what plans say of one parcel, for everyone, on any phone. Read as the public reads.

A parcel is asked for by commune, sheet and number, or by a point; one at a time, and no more often than the
installation's rate allows. No person is known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone, translation
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from land_records.figures import decimal
from land_records.models import Parcel
from land_records.panel import facts
from land_records.planning.models import Plan
from land_records.planning.overlay import WHOLE
from land_records.planning.parcel import KINDS, OUTSIDE, REFERENCE, Planned, lines, planned
from land_records.planning.sketch import COLORS, Sketch, sketch
from land_records.planning.words import WORDS
from land_records.scale import LandUse
from land_records.terms import Source
from layers.admin_units.models import AdminUnit, Level
from layers.core.errors import BadRequest, UnknownFeature
from layers.core.layer import Layer
from layers.core.limit import at_most, rate_limited
from layers.core.registry import registry
from layers.core.text import LANGUAGES, Text
from layers.core.time import parse_time
from layers.core.viewer import ANYONE, Viewer
from layers.vn2000.plane import VIETNAM, zone_name

log = structlog.get_logger(__name__)

READ_S: Final = 5.0
MOST_ALIKE: Final = 6
MOST_NUMBER: Final = 1_000_000
USES = {use.value: use for use in LandUse}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A row of a plan's table, which is its legend too; numbers as written."""

    code: str
    color: str
    outside: bool
    words: str
    area: str
    percent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A plan as the page tells it."""

    plan: Plan
    kind: str
    parts: Sequence[_Part]
    total: str
    contested: bool
    sketch: Sketch
    bar: str


class _BadAsk(ValueError):
    """What was typed is neither a number nor a place."""


@require_safe
@rate_limited
@gzip_page
def page(request: HttpRequest, language: str) -> HttpResponse:
    """The form, and the answer where a parcel is asked for; 503 with what to do where the database is away."""
    asked = request.GET.get("lang")
    language = asked if asked in LANGUAGES else language
    words = {name: text.to(language) for name, text in WORDS.items()}
    again = request.GET.copy()
    again.pop("lang", None)
    context: dict[str, Any] = {"words": words, "language": language, "now": timezone.now()}
    context |= {"asked": request.GET, "again": again.urlencode()}
    status = 200
    try:
        with at_most(READ_S):
            context |= _answer(request, language)
    except _BadAsk:
        context["fault"], status = words["bad"], 400
    except DatabaseError:
        log.warning("planning_page_without_database", exc_info=True)
        context["fault"], status = words["away"], 503
    if context.get("fault") and status == 200:
        status = 404
    with translation.override(language):
        response = render(request, "land_records/planning.html", context, status=status)
    response["Content-Language"] = language
    response["Cache-Control"] = "no-store" if status == 503 else "public, max-age=60"
    return response


@require_safe
@rate_limited
def parcel_json(request: HttpRequest, number: int) -> JsonResponse:
    """The same for programs: `/api/planning/parcels/{id}?at=&known_at=`, the id being that of the layer `parcels`.

    Raises:
        UnknownFeature: no such parcel, or none this caller may see.
        BadRequest: a parameter that there is not, or a time that is none.
    """
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    for name in request.GET:
        if name not in ("at", "known_at", "lang"):
            text = Text(vi=f"{name[:60]}: không có tham số này.", en=f"{name[:60]}: there is no such parameter.")
            raise BadRequest(text, field=name[:60], slug="unknown_parameter")
    at, known_at = (parse_time(request.GET[name], name) if name in request.GET else None for name in ("at", "known_at"))
    layer = registry.visible("parcels", viewer)
    assert isinstance(layer, Layer)
    row = (
        layer.query(viewer, at=at, known_at=known_at)
        .queryset()
        .filter(**{layer.key: number})
        .select_related("commune")
        .first()
    )
    if row is None:
        raise UnknownFeature("parcels", number)
    with at_most(READ_S):
        body = _json(planned(row, viewer, at, known_at))
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False})


def _json(found: Planned) -> dict[str, Any]:
    return {
        "srid": found.srid,
        "plans": [
            {
                "code": one.plan.code,
                "version": one.plan.version,
                "kind": one.plan.kind,
                "name": one.plan.name,
                "decision_number": one.plan.decision_number,
                "approved_on": one.plan.approved_on,
                "period": one.plan.period,
                "total_m2": one.overlay.total.area_m2,
                "zones": [
                    {
                        "id": part.zone.number,
                        "land_use": part.zone.code,
                        "name": part.zone.name,
                        "area_m2": part.share.area_m2,
                        "percent": part.share.percent,
                    }
                    for part in one.overlay.zones
                ],
                "contested_m2": one.overlay.contested.area_m2,
                "contested_by": [zone.number for zone in one.overlay.contested_by],
                "outside_m2": one.overlay.outside.area_m2,
                "error_m2": one.overlay.error.area_m2,
            }
            for one in found.plans
        ],
        "more": found.more,
        "note": REFERENCE.json(),
    }


def _answer(request: HttpRequest, language: str) -> dict[str, Any]:
    """What the page shows beside the form.

    Raises:
        _BadAsk: sheet, number or place are none.
    """
    communes = _communes(language)
    context: dict[str, Any] = {"communes": communes}
    found = _found(request)
    if found is None:
        return context
    rows = list(found.select_related("commune")[:MOST_ALIKE])
    if not rows:
        return context | {"fault": _nothing(request, dict(communes), language)}
    if len(rows) > 1:
        return context | {"several": [_named(row, language) for row in rows]}
    (row,) = rows
    told = planned(row, ANYONE)
    use = USES[row.land_use]
    demo = row.source == Source.DEMO or any(one.plan.source == Source.DEMO for one in told.plans)
    middle = row.geom.point_on_surface
    return context | {
        "row": row,
        "asked": {"xa": row.commune.code, "to": row.sheet, "thua": row.parcel_number},
        "again": urlencode({"id": row.su_id}),
        "named": _named(row, language),
        "use": f"{use} – {use.title.to(language)}",
        "measured": decimal(told.shape.area, 1, language),
        "plane": f"{zone_name(told.srid).to(language)} (EPSG:{told.srid})",
        "view": f"layers=planning_zones,parcels&sel=parcels/{row.su_id}&lang={language}"
        f"#map=17/{middle.y:.5f}/{middle.x:.5f}",
        "plans": _said(told, language),
        "whole": decimal(WHOLE, 2, language),
        "address": request.build_absolute_uri(f"{request.path}?id={row.su_id}"),
        "more": told.more,
        "demo": demo,
    }


def _named(row: Parcel, language: str) -> dict[str, Any]:
    """A parcel as a line tells it."""
    title = facts.title(row).to(language)
    place = row.commune.name_en if language == "en" else row.commune.full_name
    return {"id": row.su_id, "title": title, "place": place, "area": decimal(float(row.recorded_area_m2), 1, language)}


def _nothing(request: HttpRequest, communes: dict[str, str], language: str) -> str:
    """That there is no such parcel, by the numbers that were asked for."""
    if "lon" in request.GET:
        return WORDS["none_here"].to(language)
    place = communes.get(request.GET.get("xa", ""))
    if place is None:
        return WORDS["none"].to(language)
    sheet, number = (str(_whole(request.GET.get(name, "").strip())) for name in ("to", "thua"))
    return WORDS["none_in"].format(number=number, sheet=sheet, place=place).to(language)


def _said(found: Planned, language: str) -> list[_Said]:
    drawings = [sketch(found.shape, one.zones) for one in found.plans]
    return [
        _Said(
            plan=one.plan,
            kind=KINDS[one.plan.kind].to(language),
            parts=[
                _Part(
                    code=code,
                    color=COLORS.get(code, ""),
                    outside=words == OUTSIDE,
                    words=words.to(language),
                    area=decimal(share.area_m2, 1, language),
                    percent=decimal(share.percent, 2, language),
                )
                for code, words, share in lines(one)
            ],
            total=decimal(one.overlay.total.area_m2, 1, language),
            contested=one.overlay.contested.tenths > 0,
            sketch=drawing,
            bar=decimal(drawing.bar_m, 0 if drawing.bar_m >= 1 else 2, language),
        )
        for one, drawing in zip(found.plans, drawings, strict=True)
    ]


def _found(request: HttpRequest) -> "QuerySet[Parcel] | None":
    """The parcels meant; None where nothing is asked yet."""
    layer = registry.visible("parcels", ANYONE)
    assert isinstance(layer, Layer)
    rows: QuerySet[Parcel] = layer.query(ANYONE).queryset().order_by("pk")
    given = {name: request.GET.get(name, "").strip() for name in ("xa", "to", "thua", "lon", "lat", "id")}
    if given["id"]:
        return rows.filter(**{layer.key: _whole(given["id"], 2**62)})
    if given["lon"] or given["lat"]:
        return rows.filter(geom__intersects=_point(given["lon"], given["lat"]))
    if not (given["xa"] or given["to"] or given["thua"]):
        return None
    sheet, number = _whole(given["to"]), _whole(given["thua"])
    return rows.filter(commune__code=given["xa"][:5], sheet=sheet, parcel_number=number)


def _whole(text: str, most: int = MOST_NUMBER) -> int:
    if not (text.isascii() and text.isdecimal()) or int(text) > most:
        raise _BadAsk(text)
    return int(text)


def _point(lon: str, lat: str) -> Point:
    try:
        east, north = float(lon), float(lat)
    except ValueError as fault:
        raise _BadAsk(lon) from fault
    if not VIETNAM.contains(east, north):
        raise _BadAsk(lon)
    return Point(east, north, srid=4326)


def _communes(language: str) -> list[tuple[str, str]]:
    """Code and name of the communes of the province."""
    rows = AdminUnit.objects.filter(
        level=Level.COMMUNE.value, is_current=True, parent__code=settings.GEO_IOC_PROVINCE, parent__is_current=True
    )
    name = "name_en" if language == "en" else "full_name"
    return [(one.code, getattr(one, name)) for one in rows.order_by("name_key")]


urlpatterns = [
    path("quy-hoach", page, {"language": "vi"}, name="planning_look_up"),
    path("planning", page, {"language": "en"}),
    path("api/planning/parcels/<int:number>", parcel_json),
]
