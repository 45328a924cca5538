"""For the land offices: `/api/land/statistics/{form}.xlsx?on=&since=&commune=`, over the communes they answer for.

Nobody else knows of it, as of the layer `parcel_cases`. No person is in it. The page is `page`.
"""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from land_records.officers import OFFICERS
from land_records.statistics.page import TITLE, page
from land_records.statistics.question import office, question
from land_records.statistics.report import report
from layers.core.errors import BadRequest
from layers.core.limit import at_most, rate_limited
from layers.core.text import Text
from layers.core.viewer import Viewer
from layers.spreadsheet.cell import XLSX

FILE_S: Final = 60.0
KNOWN: Final = ("on", "since", "commune", "lang")
_UNKNOWN = Text(vi="{name}: không có tham số này.", en="{name}: there is no such parameter.")


@require_safe
@rate_limited
def statistics_xlsx(request: HttpRequest, form: str) -> HttpResponse:
    """The form as of `on` (today where it is left out); `since` is wanted by form 05, `commune` may be repeated.

    Raises:
        UnknownLayer: not for this caller. UnknownFeature: no such form, or a commune that is not the caller's.
        BadRequest: a parameter that there is not, a day that is none, days that run backwards, too many changes.
    """
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    office(viewer)
    for name in request.GET:
        if name not in KNOWN:
            raise BadRequest(_UNKNOWN.format(name=name[:60]), field=name[:60], slug="unknown_parameter")
    wanted = question(viewer, form, request.GET)
    with at_most(FILE_S):
        written = report(form, wanted.communes, wanted.asked, wanted.parcels)
    response = HttpResponse(written, content_type=XLSX)
    name = f"{form}_TKKK_{wanted.asked.on.isoformat()}.xlsx"
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    response["Cache-Control"] = "private, no-store"
    return response


urlpatterns = [
    path("api/land/statistics/<str:form>.xlsx", statistics_xlsx),
    path("land/statistics", page, name="land_statistics"),
]
PAGES = (("land_statistics", TITLE, OFFICERS),)
