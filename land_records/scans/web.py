"""`/api/land/parcels/{su_id}/scans/{number}?pass=`: one scan for the officer who gave a purpose, each time logged.

Without a pass that holds, an officer of the commune is led back to the parcel's panel, which asks for the purpose; to
everyone else the address is not there.
"""

from typing import Final

import structlog
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from land_records.models import Scan, ScanType
from land_records.officers import OFFICERS
from land_records.scans import folder, passes
from land_records.scans.attach import LAYER
from land_records.scans.papers import papers_of
from layers.audit import record
from layers.core.errors import Conflict, UnknownFeature, UnknownLayer
from layers.core.layer import Layer
from layers.core.limit import rate_limited
from layers.core.registry import registry
from layers.core.text import Text
from layers.core.viewer import Viewer

log = structlog.get_logger(__name__)

MOST_ID: Final = 2**62
SUFFIXES: Final = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/tiff": "tif"}
DAMAGED: Final = Text(
    vi="Bản quét bị hỏng: nội dung không còn đúng như khi đưa vào. Báo cho quản trị hệ thống.",
    en="The scan is damaged: its content is not what was attached. Tell the administrator.",
)


@require_safe
@rate_limited
def scan(request: HttpRequest, su_id: int, number: int) -> HttpResponseBase:
    """The bytes of a scan.

    Raises:
        Http404: not for this caller, not there, withdrawn. Conflict: its bytes are not those that were attached.
    """
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    found = _found(viewer, su_id, number)
    purpose = passes.purpose(request.GET.get("pass", ""), found, su_id, viewer)
    answer: HttpResponseBase
    if purpose is None:
        answer = HttpResponseRedirect(f"/?layers={LAYER}&sel={LAYER}/{su_id}")
    else:
        detail = {"scan": found.pk, "document": found.document_id}
        record(viewer, "view_scan", layer=LAYER, feature_id=su_id, purpose=purpose, detail=detail)
        answer = _sent(found, viewer, su_id)
    answer["Cache-Control"] = "private, no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _found(viewer: Viewer, su_id: int, number: int) -> Scan:
    """The scan, of a paper in the record of a parcel that this person answers for."""
    if viewer.user_id is None or viewer.is_house or not viewer.has(OFFICERS) or max(su_id, number) > MOST_ID:
        raise Http404
    try:
        layer = registry.visible(LAYER, viewer)
        assert isinstance(layer, Layer)
        row = layer.query(viewer).row(su_id)
    except (UnknownLayer, UnknownFeature):
        raise Http404 from None
    papers = papers_of(row).values("pk")
    found = Scan.objects.filter(pk=number, document__in=papers, withdrawal__isnull=True).first()
    if found is None:
        raise Http404
    return found


def _sent(found: Scan, viewer: Viewer, su_id: int) -> FileResponse:
    try:
        file = folder.opened(found)
    except folder.Damaged as fault:
        log.error("scan_damaged", scan=found.pk)
        record(viewer, "scan_damaged", layer=LAYER, feature_id=su_id, detail={"scan": found.pk})
        raise Conflict(DAMAGED, slug="scan_damaged") from fault
    answer = FileResponse(file, content_type=found.type)
    saved = found.type == ScanType.TIFF.value  # no browser draws it
    answer["Content-Disposition"] = content_disposition_header(saved, f"scan-{found.pk}.{SUFFIXES[found.type]}") or ""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    if found.type == ScanType.PDF.value:  # the browser's own reader is an object of the page
        answer["Content-Security-Policy"] = "frame-ancestors 'none'"
    return answer


urlpatterns = [path("api/land/parcels/<int:su_id>/scans/<int:number>", scan)]
