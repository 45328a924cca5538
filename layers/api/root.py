"""The API put together: its rooms, how it reads and how it refuses."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from layers.api import (
    actions,
    basemaps,
    catalog,
    counts,
    features,
    history,
    ingest,
    lists,
    me,
    measure,
    panel,
    restricted,
    search,
)
from layers.api import edit as _corrections  # noqa: F401  adds its methods to the addresses of features
from layers.api.answers import answer, refusal
from layers.api.body import StrictParser
from layers.api.errors import body
from layers.api.export import GPKG
from layers.api.faults import fault_field, fault_text
from layers.api.geojson import TYPE as GEOJSON
from layers.api.panel import answer_schema
from layers.core.errors import LayerError
from layers.core.text import Text
from layers.spreadsheet.cell import XLSX

ROOMS = {
    "catalog": catalog,
    "base maps": basemaps,
    "features": features,
    "counts": counts,
    "history": history,
    "panel": panel,
    "actions": actions,
    "search": search,
    "restricted search": restricted,
    "lists": lists,
    "measuring": measure,
    "ingest": ingest,
    "caller": me,
}
ABOUT = """Layers of the map, whatever they are: the same addresses for every layer.

Errors are `{"error", "message": {"vi", "en"}, "field"}`. Programs show `Authorization: Bearer <token>`, devices
`Authorization: Device <key>`; a browser's session sends `X-CSRFToken` with every change.
"""
GEOJSON_ANSWERS = {"features", "feature", "create_feature", "correct_feature"}
PARAMETER = Text(vi="Tham số “{name}” không hợp lệ: {reason}", en="The parameter “{name}” is not valid: {reason}")
FORM = Text(vi="Nội dung gửi lên có chỗ cần sửa.", en="What was sent needs correcting.")
NOT_UNDERSTOOD = Text(vi="Không hiểu được yêu cầu này.", en="This request cannot be understood.")
NOT_FOUND = Text(vi="Không có địa chỉ này.", en="There is nothing at this address.")


class Api(NinjaAPI):
    """An API whose documentation holds the panel's own schema."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The OpenAPI document, with the panel and its blocks among the components."""
        schema = super().get_openapi_schema(**options)
        components = schema["components"]["schemas"]
        components.update({**panel_components(), "PanelOut": {"$ref": "#/components/schemas/Panel"}})
        for methods in schema["paths"].values():
            for described in methods.values():
                if described.get("operationId") in GEOJSON_ANSWERS:
                    _say_geojson(described)
        return schema


def _say_geojson(described: Any) -> None:
    """Features are answered as GeoJSON, pages of them also as files."""
    for status, given in described["responses"].items():
        if int(status) < 300 and status != 202:
            content = given["content"]
            content[GEOJSON] = content.pop("application/json")
            if described["operationId"] == "features":
                binary = {"schema": {"type": "string", "format": "binary"}}
                content.update(dict.fromkeys(("text/csv", GPKG, XLSX), binary))


def panel_components() -> dict[str, Any]:
    """The panel's schema and those it refers to, as OpenAPI components."""
    schema = answer_schema()
    schema.pop("$schema")
    definitions = schema.pop("$defs")
    found: dict[str, Any] = _moved({"Panel": schema, **definitions})
    return found


def _moved(node: Any) -> Any:
    """The same schema with references to `$defs` made references to components."""
    if isinstance(node, dict):
        moved = {name: _moved(one) for name, one in node.items()}
        if isinstance(ref := moved.get("$ref"), str):
            moved["$ref"] = ref.replace("#/$defs/", "#/components/schemas/")
        return moved
    return [_moved(one) for one in node] if isinstance(node, list) else node


def make_api() -> Api:
    """The API with every room."""
    api = Api(title="geo_ioc", version="1", description=ABOUT, urls_namespace="api", parser=StrictParser())
    for tag, room in ROOMS.items():
        api.add_router("", room.router, tags=[tag])
    for kind in (Exception, LayerError, RequestDataTooBig):
        api.add_exception_handler(kind, _refused)
    api.add_exception_handler(ValidationError, _not_valid)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(Http404, _not_there)
    return api


def _refused(request: HttpRequest, fault: Any) -> HttpResponse:
    if settings.DEBUG and not isinstance(fault, LayerError):
        raise fault
    return refusal(request, fault)


def _http_error(request: HttpRequest, fault: Any) -> HttpResponse:
    """django-ninja wraps whatever reading a body raises."""
    if isinstance(fault.__cause__, Exception):
        return refusal(request, fault.__cause__)
    return answer(body("bad_request", NOT_UNDERSTOOD), status=fault.status_code)


def _not_there(request: HttpRequest, fault: Any) -> HttpResponse:
    return answer(body("not_found", NOT_FOUND), status=404)


def _not_valid(request: HttpRequest, fault: Any) -> HttpResponse:
    """A parameter at fault is 400, a field of what was sent 422."""
    faults: Sequence[Any] = fault.errors
    first = faults[0]
    source = first["loc"][0]
    if source in ("query", "path", "header"):
        name = str(first["loc"][-1])
        words = PARAMETER.format(name=name, reason="{reason}")
        reason = fault_text(first)
        told = Text(vi=words.vi.format(reason=reason.vi), en=words.en.format(reason=reason.en))
        return answer(body("bad_parameter", told, name), status=400)
    fields = {fault_field(one, "body", "sent") or "body": fault_text(one).json() for one in faults}
    return answer({**body("invalid", FORM, next(iter(fields))), "fields": fields}, status=422)
