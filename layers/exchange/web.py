"""`POST /api/imports`: a steward's file into a layer, by the same import as the command; the answer is its report."""

import tempfile
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from layers.audit import record
from layers.core import Text, Viewer
from layers.core.errors import BadRequest
from layers.exchange import target
from layers.exchange.importing import Request, run
from layers.exchange.print.web import print_sheet, qr_code
from layers.exchange.report import Report
from layers.exchange.situation_web import situation

FIELDS = frozenset({"layer", "title_vi", "title_en", "access", "crs", "encoding", "table", "key", "dry_run"})
OVERHEAD_BYTES = 64 << 10
"""What the form needs beside the file."""

TOO_LARGE = Text(
    vi="Tệp lớn hơn {limit} MB. Chép tệp lên máy chủ rồi chạy: manage.py import_features {layer} TỆP",
    en="The file has more than {limit} MB. Copy it to the server and run: manage.py import_features {layer} FILE",
)


@csrf_exempt  # sessions are held to their CSRF token by the accounts' middleware, which reads no body of the public
@never_cache
@require_POST
def imports(request: HttpRequest) -> JsonResponse:
    """Bring the form's `file` into `layer`: 200 with the report, 422 where nothing of it could be used.

    Raises:
        Forbidden: neither steward nor administrator.
        BadRequest: a field is missing, unknown or not understood.
    """
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    target.require_steward(viewer)
    if int(request.headers.get("Content-Length") or 0) > limit_mb() * (1 << 20) + OVERHEAD_BYTES:
        return _too_large("LAYER")
    form = _form(request)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or len(request.FILES) != 1:
        raise BadRequest(Text(vi="Cần đúng một tệp “file”.", en="Exactly one “file” is needed."), field="file")
    if (file.size or 0) > limit_mb() << 20:
        return _too_large(form["layer"])
    report = _imported(form, file, viewer)
    counts = {name: getattr(report, name) for name in ("created", "updated", "unchanged", "rejected")}
    record(viewer, "import", layer=report.layer or form["layer"], detail={"file": report.file, **counts})
    return _answer(report)


def _form(request: HttpRequest) -> dict[str, str]:
    """The form's fields, each known and given once."""
    form = {name: values[-1].strip() for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    if unknown := sorted(set(form) - FIELDS):
        raise BadRequest(
            Text(vi=f"Không có trường “{unknown[0][:40]}”.", en=f"There is no field “{unknown[0][:40]}”."),
            field=unknown[0][:40],
            slug="unknown_parameter",
        )
    if not form.get("layer"):
        raise BadRequest(Text(vi="Thiếu “layer”.", en="“layer” is missing."), field="layer")
    return form


def _imported(form: dict[str, str], file: UploadedFile, viewer: Viewer) -> Report:
    name = PurePath(file.name or "file").name[:200]
    title = "|".join(form[part] for part in ("title_vi", "title_en") if form.get(part))
    with tempfile.TemporaryDirectory(prefix="geo_ioc_upload_") as folder:
        path = Path(folder) / name
        with path.open("wb") as kept:
            for part in file.chunks():
                kept.write(part)
        return run(
            Request(
                layer=form["layer"],
                path=path,
                name=name,
                title=target.read_title(title),
                access=target.read_access(form.get("access")),
                crs=form.get("crs") or None,
                encoding=form.get("encoding") or None,
                table=form.get("table") or None,
                key=form.get("key") or None,
                dry_run=form.get("dry_run", "") in {"1", "true"},
                viewer=viewer,
            )
        )


def _answer(report: Report) -> JsonResponse:
    body: dict[str, Any] = report.json()
    if report.failed:
        first = next((one.problem for one in report.problems if not one.problem.warning), None)
        message = first.message if first else Text(vi="Không dùng được dòng nào.", en="No row could be used.")
        body = {"error": "import_failed", "message": message.json(), "field": "file", **body}
    return JsonResponse(body, status=422 if report.failed else 200, json_dumps_params={"ensure_ascii": False})


def _too_large(layer: str) -> JsonResponse:
    message = TOO_LARGE.format(limit=limit_mb(), layer=layer)
    return JsonResponse({"error": "too_large", "message": message.json(), "field": "file"}, status=413)


def limit_mb() -> int:
    """Largest file brought by a browser, in MB (setting GEO_IOC_UPLOAD_MAX_MB)."""
    return int(settings.GEO_IOC_UPLOAD_MAX_MB)


urlpatterns = [
    path("api/imports", imports),
    path("api/print", print_sheet),
    path("api/qr.svg", qr_code),
    path("api/situation", situation),
]
