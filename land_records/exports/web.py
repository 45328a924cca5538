"""`/api/land/exports`: files with land users, for land administrators; to everyone else the address is not there.

`GET` lists, `POST {"purpose", "communes", "filter"}` asks, `POST …/{id}/approve` and `…/{id}/refuse` decide,
`POST …/{id}/file {"format": "csv"}` takes the file.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from django.http import FileResponse, Http404, HttpRequest, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from land_records.exports.file import csv_lines, xlsx_file
from land_records.exports.steps import LAYER, ask, decide, take, visible
from land_records.models import PersonExport
from land_records.officers import LAND_ADMIN
from layers.admin_units.models import AdminUnit, Level
from layers.audit import record
from layers.core.action import Field, checked
from layers.core.attribute import Option
from layers.core.errors import BadRequest, Invalid, LayerError
from layers.core.text import Text
from layers.core.viewer import Viewer
from layers.spreadsheet.cell import XLSX

LEAST_PURPOSE: Final = 5
MOST_LISTED: Final = 100
MOST_COMMUNES: Final = 200
_ASKED: Final = (
    Field("purpose", Text(vi="Mục đích", en="Purpose"), max_length=1_000),
    Field("communes", Text(vi="Mã xã, cách nhau bằng dấu phẩy", en="Commune codes, by commas"), max_length=2_000),
    Field("filter", Text(vi="Điều kiện (CQL2)", en="Condition (CQL2)"), required=False, max_length=2_000),
)
_TAKEN: Final = (
    Field(
        "format",
        Text(vi="Định dạng", en="Format"),
        "choice",
        choices=(Option("csv", Text(vi="CSV", en="CSV")), Option("xlsx", Text(vi="XLSX", en="XLSX"))),
    ),
)
_FAULTY = Text(vi="Biểu mẫu có chỗ cần sửa.", en="Some fields need correcting.")


@csrf_exempt  # sessions are held to their CSRF token by the accounts' middleware
@never_cache
@require_http_methods(["GET", "POST"])
def exports(request: HttpRequest) -> JsonResponse:
    """The newest requests this viewer made or may decide, or a new one: 201.

    Raises:
        Http404: not a land administrator. Invalid, BadRequest, Forbidden, Conflict: what was asked.
    """
    viewer = _administrator(request)
    if request.method == "GET":
        return _answer(
            {
                "exports": [
                    _shown(one, viewer)
                    for one in visible(viewer).select_related("requested_by", "decided_by")[:MOST_LISTED]
                ]
            }
        )
    with _refusals_noted(viewer, "ask"):
        given = checked(_ASKED, _body(request))
        if len(given["purpose"]) < LEAST_PURPOSE:
            short = Text(vi="Ghi rõ mục đích, ít nhất 5 ký tự.", en="State the purpose, 5 characters at least.")
            raise Invalid(_FAULTY, fields={"purpose": short})
        communes = _communes(given["communes"])
        asked = ask(viewer, purpose=given["purpose"], communes=communes, condition=given["filter"] or "")
    return _answer(_shown(asked, viewer), status=201)


@csrf_exempt
@never_cache
@require_POST
def decision(request: HttpRequest, number: int, agreed: bool) -> JsonResponse:
    """Agree to or refuse a request of another.

    Raises:
        Http404, UnknownFeature, Forbidden, Conflict: `steps.decide`.
    """
    viewer = _administrator(request)
    with _refusals_noted(viewer, "approve" if agreed else "refuse", number):
        asked = decide(viewer, number, agreed=agreed)
    return _answer(_shown(asked, viewer))


@csrf_exempt
@never_cache
@require_POST
def file(request: HttpRequest, number: int) -> HttpResponseBase:
    """The file, once; what breaks off on its way is asked for anew.

    Raises:
        Http404, UnknownFeature, Forbidden, Conflict, BadRequest: `steps.take`.
    """
    viewer = _administrator(request)
    with _refusals_noted(viewer, "file", number):
        form = checked(_TAKEN, _body(request))["format"]
        parcels = take(viewer, number, form)
    response: HttpResponseBase
    if form == "csv":
        response = StreamingHttpResponse(csv_lines(parcels, viewer.language), content_type="text/csv; charset=utf-8")
    else:
        response = FileResponse(xlsx_file(parcels, viewer.language), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"thua_dat_{number}.{form}") or "attachment"
    return response


def _administrator(request: HttpRequest) -> Viewer:
    """Somebody with an account and the role; a device, a wall and the house are none."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    if viewer.user_id is None or viewer.is_house or not viewer.has(LAND_ADMIN):
        raise Http404
    return viewer


@contextmanager
def _refusals_noted(viewer: Viewer, step: str, number: int | None = None) -> Iterator[None]:
    """What was refused is in the log too, outside the transaction that was taken back."""
    try:
        yield
    except LayerError as fault:
        detail = {"step": step, "export": number, "error": fault.slug}
        record(viewer, "export_persons_refused", layer=LAYER, detail=detail)
        raise


def _body(request: HttpRequest) -> Mapping[str, Any]:
    try:
        found = json.loads(request.body or b"{}")
        if not isinstance(found, dict) or "\\u0000" in json.dumps(found):
            raise ValueError
        json.dumps(found, ensure_ascii=False).encode()  # a lone surrogate is no character
    except (ValueError, RecursionError) as fault:
        raise BadRequest(
            Text(vi="Nội dung gửi lên không phải JSON hợp lệ.", en="What was sent is not valid JSON."),
            field="body",
            slug="invalid_json",
        ) from fault
    return found


def _communes(text: str) -> list[int]:
    """Keys of today's communes with these codes.

    Raises:
        Invalid: too many, or a code no commune of today carries.
    """
    codes = {part.strip() for part in text.split(",") if part.strip()}
    found = AdminUnit.objects.filter(level=Level.COMMUNE.value, is_current=True, code__in=sorted(codes)[:MOST_COMMUNES])
    keys = dict(found.values_list("code", "pk"))
    if wrong := sorted(codes - set(keys)):
        told = Text(vi=f"Không có xã, phường mang mã {wrong[0][:20]}.", en=f"No commune has the code {wrong[0][:20]}.")
        raise Invalid(_FAULTY, fields={"communes": told})
    if not keys:
        raise Invalid(_FAULTY, fields={"communes": Text(vi="Ghi ít nhất một mã xã.", en="Give one code at least.")})
    return list(keys.values())


def _shown(one: PersonExport, viewer: Viewer) -> dict[str, Any]:
    codes = AdminUnit.objects.filter(pk__in=one.communes).order_by("code").values_list("code", flat=True)
    return {
        "id": one.pk,
        "state": one.state(timezone.now()).value,
        "own": one.requested_by_id == viewer.user_id,
        "requested_by": one.requested_by.get_username(),
        "requested_at": one.requested_at,
        "purpose": one.purpose,
        "communes": list(codes),
        "filter": one.condition,
        "decided_by": one.decided_by.get_username() if one.decided_by else None,
        "decided_at": one.decided_at,
        "expires_at": one.expires_at,
        "taken_at": one.taken_at,
    }


def _answer(body: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


urlpatterns = [
    path("api/land/exports", exports),
    path("api/land/exports/<int:number>/approve", decision, {"agreed": True}),
    path("api/land/exports/<int:number>/refuse", decision, {"agreed": False}),
    path("api/land/exports/<int:number>/file", file),
]
