"""`/sensorthings/v1.1/…`: the service's own page, and what is under it. Read only; open to scripts of other sites."""

import json
from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from layers.core.limit import rate_limited
from layers.core.text import LANGUAGES, Text
from layers.core.viewer import Viewer
from layers.sensors.things.address import Resource, find
from layers.sensors.things.error import BadQuery
from layers.sensors.things.model import SETS, VERSION
from layers.sensors.things.options import Options, read_query
from layers.sensors.things.read import Reader

READING: Final = ("GET", "HEAD", "OPTIONS")
_REQUIREMENTS: Final = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
_ENTITIES: Final = (
    "thing",
    "location",
    "historical-location",
    "datastream",
    "sensor",
    "observed-property",
    "observation",
    "feature-of-interest",
)
_REQUESTS: Final = (
    "status-code",
    "query-status-code",
    "order",
    "expand",
    "select",
    "orderby",
    "top",
    "skip",
    "count",
    "filter",
    "built-in-filter-operations",
    "built-in-query-functions",
    "pagination",
)
CONFORMANCE: Final = (
    f"{_REQUIREMENTS}datamodel/entity-control-information/common-control-information",
    *(f"{_REQUIREMENTS}datamodel/{name}/{part}" for name in _ENTITIES for part in ("properties", "relations")),
    f"{_REQUIREMENTS}resource-path/resource-path-to-entities",
    *(f"{_REQUIREMENTS}request-data/{name}" for name in _REQUESTS),
)
"""Requirements of OGC 18-088 that hold here. Data arrays are given but not taken, so that requirement is not named."""

READ_ONLY = Text(vi="SensorThings ở đây chỉ để đọc: dùng GET.", en="SensorThings is for reading here: use GET.")


@csrf_exempt  # nothing is changed here
@rate_limited
def service(request: HttpRequest, resource: str = "") -> HttpResponse:
    """The service's own page, or a resource of it."""
    if request.method not in READING:
        body = {"error": "method_not_allowed", "message": READ_ONLY.json(), "field": None}
        response: HttpResponse = JsonResponse(body, status=405, json_dumps_params={"ensure_ascii": False})
        response["Allow"] = ", ".join(READING)
    elif request.method == "OPTIONS":
        response = HttpResponse(status=204, headers={"Allow": ", ".join(READING)})
    else:
        response = _answer(request, resource.strip("/"))
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "Retry-After"
    response["Cache-Control"] = "no-cache"
    return response


def _answer(request: HttpRequest, resource: str) -> HttpResponse:
    options = read_query(request.GET)
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    if (language := request.GET.get("lang")) in LANGUAGES:
        viewer = replace(viewer, language=str(language))
    reader = Reader(viewer, request.build_absolute_uri("/").rstrip("/"))
    if not resource:
        return _json(_root(reader))
    found = find(resource, viewer)
    link = f"{reader.service}/{resource}"
    if found.names:
        return _property(reader, found, request)
    if found.form == "$ref":
        link = link.removesuffix("/$ref")
        page = reader.references(found.entity, found.rows, options, link)
        return _json(page if not found.single else page["value"][0])
    if found.single:
        _refuse_list_options(options)
        return _json(reader.single(found.entity, found.rows, options))
    if options.data_array:
        if found.entity.name != "Observations" or options.expand:
            raise BadQuery(
                "$resultFormat",
                "dataArray chỉ cho Observations không có $expand",
                "dataArray is for Observations without $expand",
            )
        return _json(reader.data_array(found.entity, found.rows, options, link))
    return _json(reader.collection(found.entity, found.rows, options, link))


def _root(reader: Reader) -> dict[str, Any]:
    return {
        "value": [{"name": name, "url": f"{reader.service}/{name}"} for name in SETS],
        "serverSettings": {"conformance": list(CONFORMANCE)},
    }


def _property(reader: Reader, found: Resource, request: HttpRequest) -> HttpResponse:
    if set(request.GET) - {"lang"}:
        name = next(iter(set(request.GET) - {"lang"}))
        raise BadQuery(name[:60], "không dùng với một thuộc tính", "it does not go with a property")
    value = reader.property(found.entity, found.rows, found.names)
    if value is None:
        return HttpResponse(status=204)
    if found.form == "$value":
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return HttpResponse(text, content_type="text/plain; charset=utf-8")
    return _json({found.names[-1]: value})


def _refuse_list_options(options: Options) -> None:
    """One entity is chosen from and expanded, nothing else."""
    for name in options.texts:
        if name not in {"$select", "$expand", "lang"}:
            raise BadQuery(name, "chỉ dùng với một danh sách", "it goes with a list only")


def _json(value: Any) -> HttpResponse:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, content_type="application/json")


urlpatterns = [
    path(f"sensorthings/{VERSION}", service, name="sensorthings"),
    path(f"sensorthings/{VERSION}/<path:resource>", service),
    path(f"sensorthings/{VERSION}/", service),
]
