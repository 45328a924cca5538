"""For the land offices: `/api/land/statistics/{form}.xlsx?on=&since=&commune=`, over the communes they answer for.

Nobody else knows of it, as of the layer `parcel_cases`. No person is in it.
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from land_records.cases.reveal import LAYER
from land_records.models import Parcel
from land_records.statistics.report import FORMS, report
from land_records.statistics.sheets import Asked
from layers.admin_units.models import AdminUnit, Level
from layers.core.errors import BadRequest, UnknownFeature
from layers.core.layer import Layer
from layers.core.limit import at_most, rate_limited
from layers.core.registry import registry
from layers.core.text import Text
from layers.core.time import LOCAL
from layers.core.viewer import Viewer
from layers.spreadsheet.cell import XLSX

FILE_S: Final = 60.0
KNOWN: Final = ("on", "since", "commune", "lang")


@require_safe
@rate_limited
def statistics_xlsx(request: HttpRequest, form: str) -> HttpResponse:
    """The form as of `on` (today where it is left out); `since` is wanted by form 05, `commune` may be repeated.

    Raises:
        UnknownLayer: not for this caller. UnknownFeature: no such form, or a commune that is not the caller's.
        BadRequest: a parameter that there is not, a day that is none, days that run backwards, too many changes.
    """
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    layer = registry.visible(LAYER, viewer)
    assert isinstance(layer, Layer)
    if form not in FORMS:
        raise UnknownFeature("statistics", form[:20])
    for name in request.GET:
        if name not in KNOWN:
            raise _refused(name[:60], "không có tham số này", "there is no such parameter", "unknown_parameter")
    on = _day(request, "on") or timezone.localdate(timezone=LOCAL)
    since = _day(request, "since")
    if form == "05" and since is None:
        raise _refused("since", "biểu 05 cần ngày đầu kỳ", "form 05 wants the day it starts from")
    if since is not None and since >= on:
        raise _refused("since", "phải trước on", "must lie before on")
    communes = _communes(viewer, dict.fromkeys(request.GET.getlist("commune")))

    def parcels(day: date) -> "QuerySet[Parcel]":
        rows: QuerySet[Parcel] = layer.query(viewer, at=datetime.combine(day, time(12), tzinfo=LOCAL)).queryset()
        return rows

    with at_most(FILE_S):
        written = report(form, communes, Asked(on=on, since=since, language=viewer.language), parcels)
    response = HttpResponse(written, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{form}_TKKK_{on.isoformat()}.xlsx") or ""
    response["Cache-Control"] = "private, no-store"
    return response


def _communes(viewer: Viewer, codes: Iterable[str]) -> "QuerySet[AdminUnit, Any]":
    """The caller's communes, or those of them that are named."""
    own = AdminUnit.objects.filter(pk__in=sorted(viewer.units), level=Level.COMMUNE.value, is_current=True)
    known = set(own.values_list("code", flat=True))
    wanted = set(codes) or known
    if missing := sorted(wanted - known):
        raise UnknownFeature("communes", missing[0][:20])
    if not wanted:
        raise UnknownFeature("communes", "–")
    return own.filter(code__in=sorted(wanted))


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name)
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=LOCAL).date()
    except ValueError as fault:
        raise _refused(name, "ghi ngày dạng 2026-12-31", "write a day like 2026-12-31") from fault


def _refused(field: str, vi: str, en: str, slug: str = "bad_request") -> BadRequest:
    return BadRequest(Text(vi=f"{field}: {vi}.", en=f"{field}: {en}."), field=field, slug=slug)


urlpatterns = [path("api/land/statistics/<str:form>.xlsx", statistics_xlsx)]
