"""`/sensorthings/v1.1/…`: the service's own page, and what is under it. Read only; open to scripts of other sites."""

import json
from dataclasses import replace
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from layers.core.limit import rate_limited
from layers.core.text import LANGUAGES, Text
from layers.core.viewer import Viewer
from layers.sensors.things import past
from layers.sensors.things.address import Resource, find
from layers.sensors.things.error import BadQuery
from layers.sensors.things.model import SETS, VERSION
from layers.sensors.things.options import FORMAT, TOKEN, Options, read_query
from layers.sensors.things.read import NotComputed, Reader

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
    root = request.build_absolute_uri("/").rstrip("/")
    if not resource:
        return _json(_root(Reader(viewer, root)))
    with past.beside(viewer, past.asked(resource, options)):
        found = find(resource, viewer)
        _refuse(found, options)
        try:
            return _resource(Reader(viewer, root), found, options, resource)
        except NotComputed:
            # It may have been computed of a row that this viewer does not see, who must not learn so.
            return _resource(Reader(viewer, root, strictly=True), found, options, resource)


def _resource(reader: Reader, found: Resource, options: Options, resource: str) -> HttpResponse:
    link = f"{reader.service}/{resource}"
    if found.names:
        return _property(reader, found)
    if found.single:
        if found.form == "$ref":
            options = Options(select=("selfLink",))
        return _json(reader.single(found.entity, found.rows, options))
    if found.form == "$ref":
        return _json(reader.references(found.entity, found.rows, options, link))
    if options.data_array:
        return _json(reader.data_array(found.entity, found.rows, options, link))
    return _json(reader.collection(found.entity, found.rows, options, link))


def _root(reader: Reader) -> str:
    page = {
        "value": [{"name": name, "url": f"{reader.service}/{name}"} for name in SETS],
        "serverSettings": {"conformance": list(CONFORMANCE)},
    }
    return json.dumps(page, separators=(",", ":"))


def _property(reader: Reader, found: Resource) -> HttpResponse:
    """The value of a property, or of a part of it."""
    name, *inside = found.names
    value = json.loads(reader.single(found.entity, found.rows, Options(select=(name,)))).get(name)
    for part in inside:
        value = value[part]
    if value is None:
        return HttpResponse(status=204)
    if found.form == "$value":
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return HttpResponse(text, content_type="text/plain; charset=utf-8")
    return _json(json.dumps({found.names[-1]: value}, ensure_ascii=False, separators=(",", ":")))


def _refuse(found: Resource, options: Options) -> None:
    """What goes with a property, with references, with one entity, with data arrays.

    Raises:
        BadQuery: an option that does not, which is never left unheard.
    """
    names = [name for name in (*options.texts, *([TOKEN] if options.token is not None else ())) if name != "lang"]
    for name in names:
        if found.names:
            raise BadQuery(name, "không dùng với một thuộc tính", "it does not go with a property")
        if found.form == "$ref" and name in {"$select", "$expand", *FORMAT}:
            raise BadQuery(name, "không dùng với $ref", "it does not go with $ref")
        if found.single and name not in {"$select", "$expand"}:
            raise BadQuery(name, "chỉ dùng với một danh sách", "it goes with a list only")
    if options.data_array and (found.entity.name != "Observations" or options.expand):
        raise BadQuery(
            "$resultFormat",
            "dataArray chỉ cho Observations không có $expand",
            "dataArray is for Observations without $expand",
        )


def _json(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="application/json")


urlpatterns = [
    path(f"sensorthings/{VERSION}", service, name="sensorthings"),
    path(f"sensorthings/{VERSION}/<path:resource>", service),
    path(f"sensorthings/{VERSION}/", service),
]
