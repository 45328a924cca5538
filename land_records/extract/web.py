"""`/api/land/parcels/{id}/extract.pdf` for land officers; `/trich-luc/{token}` and `/extracts/{token}` for everyone.

An officer gets extracts of the own communes, each an entry of the access log. Whoever holds the paper reads on the
public page whether it is genuine, of which parcel and day, and whether the register says something newer.
"""

from datetime import datetime
from typing import Any, Final

import structlog
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from land_records.extract import token
from land_records.extract.content import MAX_VERTICES, Extract, day_of, extract
from land_records.extract.sheet import corner, page, restrictions, uses
from land_records.extract.words import WORDS
from land_records.figures import decimal
from land_records.models import Parcel
from land_records.models.versioned import HOLDS_NOW
from land_records.panel.facts import STATUSES
from layers.audit import record
from layers.core.errors import BadRequest, UnknownFeature
from layers.core.layer import Layer
from layers.core.limit import at_most, rate_limited
from layers.core.registry import registry
from layers.core.text import LANGUAGES, Text
from layers.core.time import LOCAL, parse_time
from layers.core.viewer import Viewer
from layers.press.lane import press, turn

log = structlog.get_logger(__name__)

LAYER: Final = "parcel_cases"
READ_S: Final = 5.0
MOST_ID: Final = 2**62
DPI: Final = 200
CHECKED_AT: Final = {"vi": "trich-luc", "en": "extracts"}
_PARAMETERS: Final = ("scale", "at", "known_at", "lang")


@require_safe
@rate_limited
def extract_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The extract of a parcel as PDF, `?scale=&at=&known_at=&lang=`.

    Raises:
        UnknownLayer, UnknownFeature: not for this caller, or not there then.
        BadRequest: an unknown parameter, a time that is none or to come, a scale that is none or too large.
        Busy: others print.
    """
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    for name in request.GET:
        if name not in _PARAMETERS:
            text = Text(vi=f"{name[:60]}: không có tham số này.", en=f"{name[:60]}: there is no such parameter.")
            raise BadRequest(text, field=name[:60], slug="unknown_parameter")
    now = timezone.now()
    at, known_at = (_time(request, name, now) for name in ("at", "known_at"))
    layer = registry.visible(LAYER, viewer)
    assert isinstance(layer, Layer)
    with at_most(READ_S):
        features = layer.query(viewer, at=at, known_at=known_at)
        rows: QuerySet[Parcel] = features.queryset().select_related("commune")
        row = rows.filter(**{layer.key: number}).first() if number < MOST_ID else None
        if row is None:
            raise UnknownFeature(LAYER, number)
        made = extract(row, at or now, features.known_at or now, _scale(request))
    said = token.claim(made)
    address = request.build_absolute_uri(f"/{CHECKED_AT[viewer.language]}/{token.written(said)}")
    with turn(viewer.user or viewer.device or str(request.META.get("REMOTE_ADDR"))):
        content = press(page(made, said, address, viewer.language), "pdf", DPI)
    record(
        viewer,
        "extract",
        layer=LAYER,
        feature_id=row.su_id,
        detail={
            "scale": made.scale,
            "at": said.at.isoformat(),
            "known_at": said.known_at.isoformat(),
            "content": said.code,
        },
    )
    answer = HttpResponse(content, content_type="application/pdf")
    name = f"trich-luc-{row.commune.code}-{row.sheet}-{row.parcel_number}.pdf"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
@rate_limited
@gzip_page
def check(request: HttpRequest, language: str, written: str) -> HttpResponse:
    """What a token says and what the register says since; 404 where it is not ours, whatever is wrong."""
    asked = request.GET.get("lang")
    language = asked if asked in LANGUAGES else language
    words = {name: text.to(language) for name, text in WORDS.items()}
    context: dict[str, Any] = {"words": words, "language": language, "now": timezone.now()}
    status = 200
    try:
        context |= _answer(token.read(written), language)
    except token.NotOurs:
        context["fault"], status = words["not_ours"], 404
    except DatabaseError:
        log.warning("extract_page_without_database", exc_info=True)
        context["fault"], status = words["away"], 503
    with translation.override(language):
        response = render(request, "land_records/extract_check.html", context, status=status)
    response["Content-Language"] = language
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _answer(said: token.Claim, language: str) -> dict[str, Any]:
    with at_most(READ_S):
        versions = Parcel.objects.filter(su_id=said.su_id).select_related("commune")
        row = versions.filter(valid_from=said.valid_from, recorded_from=said.recorded_from).first()
        now = versions.filter(HOLDS_NOW).first()
        again = _again(row, said) if row else None
    context: dict[str, Any] = {
        "said": said,
        "genuine": again is not None and again.digest() == said.digest,
        "ended": now is None,
        "newer": now if now is not None and now != row else None,
        "scale": f"1:{decimal(said.scale, 0, language)}",
        "day": day_of(said.noon),
        "known": f"{said.known_at.astimezone(LOCAL):%H:%M:%S %d/%m/%Y}",
    }
    if row is None:
        return context
    return context | {
        "row": row,
        "place": row.commune.name_en if language == "en" else row.commune.full_name,
        "status": STATUSES[row.status].title.to(language),
        "restrictions": restrictions(row, language),
        "uses": uses(again, language) if again else [],
        "corners": [corner(one, language) for one in again.sketch.vertices()][:MAX_VERTICES] if again else [],
        "recorded": decimal(float(row.recorded_area_m2), 1, language),
        "computed": decimal(row.computed_area_m2, 1, language),
    }


def _again(row: Parcel, said: token.Claim) -> Extract | None:
    """The same extract made once more; None where the parcel no longer fits its scale."""
    try:
        return extract(row, said.noon, said.known_at, said.scale)
    except BadRequest:
        return None


def _time(request: HttpRequest, name: str, now: datetime) -> datetime | None:
    if name not in request.GET:
        return None
    found = parse_time(request.GET[name], name)
    if found > now:
        raise BadRequest(
            Text(vi=f"{name}: thời điểm chưa đến.", en=f"{name}: this time is still to come."),
            field=name,
            slug="bad_time",
        )
    return found


def _scale(request: HttpRequest) -> int | None:
    text = request.GET.get("scale")
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 0


urlpatterns = [
    path("api/land/parcels/<int:number>/extract.pdf", extract_pdf),
    *(path(f"{name}/<str:written>", check, {"language": language}) for language, name in CHECKED_AT.items()),
]
