"""A layer's features: GeoJSON by pages, as a CSV, GeoPackage or workbook, and one feature."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict

from layers.api.answers import REFUSED, RefusalOut
from layers.api.export import CSV, GPKG, csv_text, gpkg_bytes, rows_of
from layers.api.geojson import TYPE, collection_text, feature_text, whole_text
from layers.api.limits import DEFAULT_FEATURES
from layers.api.parameters import AtParameters, PageParameters, feature_id, features_of, viewer_of
from layers.api.workbook import xlsx_bytes
from layers.core.computed import ComputedFeatures
from layers.core.query import Features
from layers.spreadsheet.cell import XLSX

router = Router()


class FeatureOut(BaseModel):
    """A GeoJSON feature: `properties` holds the attributes this viewer may read, and `_version`."""

    model_config = ConfigDict(extra="allow")

    type: str
    id: int
    bbox: list[float]
    geometry: dict[str, Any]
    properties: dict[str, Any]


class FeaturesOut(BaseModel):
    """A GeoJSON collection; `next` is the cursor of the next page, null at the end."""

    type: str
    bbox: list[float] | None = None
    next: str | None
    matched: int
    features: list[FeatureOut]


@router.get("/layers/{layer}/features", response={200: FeaturesOut, REFUSED: RefusalOut}, operation_id="features")
def features(request: HttpRequest, layer: str, asked: Query[PageParameters]) -> HttpResponseBase:
    """Features of a layer by pages, or all of them as a file."""
    viewer = viewer_of(request, asked)
    found = features_of(layer, viewer, asked)
    if asked.format != "geojson" or asked.whole:
        return _file(found, asked, viewer.language)
    page, following = found.page(asked.limit or DEFAULT_FEATURES, asked.cursor, asked.sort)
    whole = following is None and not asked.cursor
    matched = len(page) if whole else found.count()
    return HttpResponse("".join(collection_text(page, following, matched)), content_type=TYPE)


def _file(found: Features | ComputedFeatures, asked: PageParameters, language: str) -> HttpResponseBase:
    slices = rows_of(found, asked.limit, asked.sort)
    named = {"Content-Disposition": f'attachment; filename="{found.layer.id}.{asked.format}"'}
    if asked.format == "geojson":
        return StreamingHttpResponse(whole_text(slices, found.count()), content_type=TYPE, headers=named)
    if asked.format == "csv":
        return StreamingHttpResponse(csv_text(list(found.readable), slices), content_type=CSV, headers=named)
    if asked.format == "xlsx":
        whole = xlsx_bytes(found.layer, found.readable, slices, language)
        return HttpResponse(whole, content_type=XLSX, headers=named)
    whole = gpkg_bytes(found.layer.id, list(found.readable.values()), slices)
    return HttpResponse(whole, content_type=GPKG, headers=named)


@router.get("/layers/{layer}/features/{id}", response={200: FeatureOut, REFUSED: RefusalOut}, operation_id="feature")
def feature(request: HttpRequest, layer: str, id: str, asked: Query[AtParameters]) -> HttpResponse:
    """One feature; `ETag` is its version, to be sent as `If-Match` with a correction."""
    found = features_of(layer, viewer_of(request, asked), asked).get(feature_id(layer, id))
    return HttpResponse(feature_text(found), content_type=TYPE, headers={"ETag": f'"{found.version}"'})
