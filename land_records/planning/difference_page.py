"""`/land/plan-difference`: how two plans differ over a commune, for the land offices: from and to, m² and %, drawn.

To others the page is not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import shapely
import structlog
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from land_records.figures import decimal
from land_records.officers import OFFICERS
from land_records.planning.difference import CONTESTED, OUTSIDE, Change, Matrix
from land_records.planning.models import Plan, PlanZone
from land_records.planning.office import commune_shape, first_zones
from land_records.planning.overlay import HUNDREDTH, WHOLE, Zone, rounded
from land_records.planning.parcel import CONTESTED as CONTESTED_WORDS
from land_records.planning.parcel import OUTSIDE as OUTSIDE_WORDS
from land_records.planning.parcel import compare
from land_records.planning.sketch import COLORS, Sketch, sketch
from land_records.planning.terms import PlanStatus
from land_records.scale import LandUse
from layers.admin_units.models import AdminUnit
from layers.core.errors import BadRequest
from layers.core.limit import at_most, rate_limited
from layers.core.text import Text
from layers.core.viewer import Viewer
from layers.vn2000.plane import zone_name

log = structlog.get_logger(__name__)

TITLE: Final = Text(vi="So sánh quy hoạch", en="Plans compared")
READ_S: Final = 30.0
MOST_PLANS: Final = 200
MOST_CHANGES: Final = 40
"""Lines of the list, each of 0.01 % at least; the matrix has all."""
MOST_DRAWN: Final = 1_500
DRAWN: Final = 1 / 1_500
"""Of the width of the ground: finer corners are not drawn."""
MAP_ZOOM: Final = 11
"""A commune fills half a screen."""
USES = {use.value: use for use in LandUse}
STATUSES = {status.value: status.title for status in PlanStatus}

_AWAY = Text(
    vi="Chưa so sánh được: cơ sở dữ liệu bận hoặc cần quá lâu. Thử lại sau.",
    en="They could not be compared: the database is busy or needs too long. Try again later.",
)
_SAME = Text(vi="Chọn hai quy hoạch khác nhau.", en="Choose two different plans.")
_ALONE = Text(
    vi="Ở đây chỉ có một quy hoạch đã phê duyệt; cần hai để so sánh.",
    en="Only one approved plan is known here; two are needed.",
)
_NONE = Text(vi="Ở đây chưa có quy hoạch nào đã phê duyệt.", en="No approved plan is known here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    """A planned use as the page writes it; `color` is empty for what is none."""

    code: str
    title: str
    color: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """Area and share as written; both empty for nothing."""

    area: str
    percent: str
    is_same: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A use of the first plan, what became of it, and all of it."""

    code: _Code
    cells: Sequence[_Cell]
    whole: _Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One change, largest first."""

    before: _Code
    after: _Code
    cell: _Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the page shows of a matrix; `rest` changes are not among its `lines`."""

    changed: _Cell
    total: str
    plane: str
    lines: Sequence[_Line]
    rest: int
    rest_area: str
    columns: Sequence[_Code]
    rows: Sequence[_Row]
    sums: Sequence[_Cell]
    sketch: Sketch | None
    bar: str


@never_cache
@require_safe
@rate_limited
def page(request: HttpRequest) -> HttpResponse:
    """`?commune=&before=CODE:1&after=CODE:2`; plans not named, or of elsewhere, are chosen by what replaced what."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    if not viewer.has(OFFICERS) or not viewer.units:
        raise Http404
    status, fault = 200, ""
    context: dict[str, Any] = {}
    try:
        with at_most(READ_S):
            commune, places = _places(request.GET.get("commune", ""), viewer)
            plans = _plans(commune)
            before, after = _pair(plans, request.GET.get("before", ""), request.GET.get("after", ""))
            context = {"places": places, "commune": commune, "plans": _options(plans, viewer.language)}
            chosen = {"before": before, "after": after}
            context |= chosen | {f"{name}_told": _about(one, viewer.language) for name, one in chosen.items() if one}
            if before is None or after is None:
                fault = (_ALONE if plans else _NONE).to(viewer.language)
            elif before == after:
                fault, status = _SAME.to(viewer.language), 400
            else:
                wkb, srid = commune_shape(commune.code, viewer)
                found = compare(wkb, srid, first_zones(before, viewer), first_zones(after, viewer))
                context |= {"told": _told(found, srid, viewer.language), "map": _map(wkb, before, after, viewer)}
    except BadRequest as refusal:
        fault, status = refusal.message.to(viewer.language), 400
    except DatabaseError:
        log.warning("plan_difference_without_database", exc_info=True)
        fault, status = _AWAY.to(viewer.language), 503
    context |= {"fault": fault, "lang": request.GET.get("lang", "")}
    return render(request, "land_records/plan_difference.html", context, status=status)


def _places(code: str, viewer: Viewer) -> tuple[AdminUnit, list[tuple[str, str]]]:
    """The commune looked at, and code and name of those of the officer that have a plan, or of all where none has.

    Raises:
        Http404: the officer does not answer for that commune.
    """
    own = AdminUnit.objects.filter(pk__in=sorted(viewer.units), level="commune", is_current=True).order_by("name_key")
    planned = list(own.filter(pk__in=_zones().values("commune"))) or list(own)
    found = own.filter(code=code).first() if code else next(iter(planned), None)
    if found is None:
        raise Http404
    listed = planned if found in planned else [found, *planned]
    return found, [(one.code, one.name_en if viewer.language == "en" else one.full_name) for one in listed]


def _zones() -> "QuerySet[PlanZone]":
    """Zones of approved plans as known now, of any day."""
    return PlanZone.objects.filter(is_draft=False, recorded_to__isnull=True)


def _plans(commune: AdminUnit) -> list[Plan]:
    """Approved plans with zones in a commune, newest first."""
    held = _zones().filter(commune=commune).order_by().values("plan").distinct()
    return list(Plan.objects.known().filter(pk__in=held).order_by("code", "-version")[:MOST_PLANS])


def _pair(plans: Sequence[Plan], before: str, after: str) -> tuple[Plan | None, Plan | None]:
    """The plans named; where one is not of the commune, the newest that replaced another, or the first two."""
    by_name = {plan.reference: plan for plan in plans}
    if before in by_name and after in by_name:
        return by_name[before], by_name[after]
    for plan in sorted(plans, key=_begun, reverse=True):
        former = by_name.get(f"{plan.replaces_code}:{plan.replaces_version}")
        if former is not None:
            return former, plan
    return (plans[1], plans[0]) if len(plans) > 1 else (None, None)


def _begun(plan: Plan) -> str:
    return plan.valid_from.isoformat() if plan.valid_from else ""


def _options(plans: Sequence[Plan], language: str) -> list[tuple[str, str]]:
    """Version and name of each; what is longer than the field is told below it."""
    words = Text(vi="Lần {version}: {name}", en="Version {version}: {name}")
    return [(plan.reference, words.format(version=f"{plan.version}", name=plan.name).to(language)) for plan in plans]


def _about(plan: Plan, language: str) -> str:
    """Name, decision, since when and status."""
    assert plan.valid_from is not None
    words = Text(vi="{name}; {decision}, từ {day}, {status}", en="{name}; {decision}, since {day}, {status}")
    status = STATUSES[plan.status].to(language).lower()
    day = f"{plan.valid_from:%d/%m/%Y}"
    return words.format(name=plan.name, decision=plan.decision_number, day=day, status=status).to(language)


def _map(wkb: bytes, before: Plan, after: Plan, viewer: Viewer) -> str:
    """The map over a commune, with the first day of each plan on either side."""
    assert before.valid_from is not None
    assert after.valid_from is not None
    days = {"at": before.valid_from.isoformat(), "b.at": after.valid_from.isoformat()}
    middle = shapely.point_on_surface(shapely.from_wkb(wkb))
    asked = urlencode({"layers": "planning_zones", **days, "lang": viewer.language})
    return f"/?{asked}#map={MAP_ZOOM}/{middle.y:.4f}/{middle.x:.4f}"


def _told(found: Matrix, srid: int, language: str) -> _Told:
    cells = sorted(found.cells)
    hundredths = rounded([found.cells[cell] / found.total * WHOLE for cell in cells], WHOLE, HUNDREDTH)
    shares = dict(zip(cells, hundredths, strict=True))

    def told(wanted: Sequence[tuple[str, str]], *, is_same: bool = False) -> _Cell:
        tenths = sum(found.cells.get(cell, 0) for cell in wanted)
        if not tenths:
            return _Cell(area="", percent="", is_same=is_same)
        percent = sum(shares.get(cell, 0) for cell in wanted) / 100
        return _Cell(area=decimal(tenths / 10, 1, language), percent=decimal(percent, 2, language), is_same=is_same)

    olds, news = found.rows(), found.columns()
    order = sorted(set(olds) | set(news), key=lambda code: (code not in USES, -olds.get(code, 0), code))
    befores, afters = ([code for code in order if code in side] for side in (olds, news))
    changed = sorted((cell for cell in cells if cell[0] != cell[1]), key=lambda cell: (-found.cells[cell], cell))
    listed = [cell for cell in changed if shares[cell]][:MOST_CHANGES]
    rest = changed[len(listed) :]
    drawing = _sketch(found)
    return _Told(
        changed=told(changed) if changed else _Cell(area=decimal(0, 1, language), percent=decimal(0, 2, language)),
        total=decimal(found.total / 10, 1, language),
        plane=f"{zone_name(srid).to(language)} (EPSG:{srid})",
        lines=[
            _Line(before=_code(cell[0], language), after=_code(cell[1], language), cell=told([cell])) for cell in listed
        ],
        rest=len(rest),
        rest_area=told(rest).area,
        columns=[_code(code, language) for code in afters],
        rows=[
            _Row(
                code=_code(before, language),
                cells=[told([(before, after)], is_same=before == after) for after in afters],
                whole=told([(before, after) for after in afters]),
            )
            for before in befores
        ],
        sums=[told([(before, after) for before in befores]) for after in afters],
        sketch=drawing,
        bar=_bar(drawing, language) if drawing else "",
    )


def _code(code: str, language: str) -> _Code:
    if code in USES:
        return _Code(code=code, title=USES[code].title.to(language), color=COLORS[code])
    words = {OUTSIDE: OUTSIDE_WORDS, CONTESTED: CONTESTED_WORDS}[code]
    return _Code(code="", title=words.to(language), color="")


def _sketch(found: Matrix) -> Sketch | None:
    """The commune, and what changes in the colour of its new use."""
    west, _, east, _ = found.ground.bounds
    step = (east - west) * DRAWN
    drawn = [_drawn(number, one, step) for number, one in enumerate(found.changes[:MOST_DRAWN]) if one.after in USES]
    shown = [zone for zone in drawn if not zone.shape.is_empty]
    return sketch(_polygons(shapely.simplify(found.ground, step)), shown) if shown else None


def _drawn(number: int, one: Change, step: float) -> Zone:
    shape = _polygons(shapely.simplify(one.shape, step / 2))
    return Zone(number=number, code=one.after, shape=shape if shape.area >= step * step else shapely.MultiPolygon())


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
    return shapely.MultiPolygon(parts)


def _bar(drawing: Sketch, language: str) -> str:
    kilometres = drawing.bar_m >= 1_000
    return f"{decimal(drawing.bar_m / 1_000, 0, language)} km" if kilometres else f"{drawing.bar_m:.0f} m"


PAGES: Final = (("land_plan_difference", TITLE, OFFICERS),)
urlpatterns = [path("land/plan-difference", page, name="land_plan_difference")]
