"""Query parameters: what an endpoint takes, everything else refused."""

from dataclasses import replace
from typing import Any, Literal

from django.http import HttpRequest, QueryDict
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from layers.api.body import clean
from layers.api.limits import MAX_FEATURES
from layers.core.computed import ComputedFeatures, ComputedLayer
from layers.core.declaration import Declaration
from layers.core.errors import BadRequest, UnknownFeature
from layers.core.filter import parse_filter
from layers.core.geo import parse_bbox
from layers.core.layer import Layer
from layers.core.query import Features
from layers.core.registry import registry
from layers.core.text import Text
from layers.core.time import parse_time
from layers.core.viewer import Viewer


class Parameters(BaseModel):
    """What every endpoint takes."""

    model_config = ConfigDict(extra="forbid")

    lang: Literal["vi", "en"] | None = Field(None, description="Language of words in the answer; vi by default.")

    @model_validator(mode="before")
    @classmethod
    def _known(cls, data: Any, info: ValidationInfo) -> Any:
        request = (info.context or {}).get("request")
        if request is not None:
            _refuse_unknown(request.GET, frozenset(cls.model_fields))
        return {name: clean(value) if isinstance(value, str) else value for name, value in dict(data).items()}


class AtParameters(Parameters):
    """A time."""

    at: str | None = Field(None, description="Valid time: RFC 3339, or a date as 00:00 in Vietnam. Now by default.")
    known_at: str | None = Field(None, description="Recorded time: what was known then.")


class RowParameters(AtParameters):
    """Which features."""

    bbox: str | None = Field(None, description="west,south,east,north in degrees.")
    filter: str | None = Field(None, description="CQL2 text over the layer's attributes, e.g. kind = 'air'.")


class PageParameters(RowParameters):
    """Which features, in which order, how many, in which format."""

    sort: str | None = Field(None, description="Attributes, `-` before one for descending: `name,-area_m2`.")
    limit: int | None = Field(None, ge=1, le=MAX_FEATURES, description="100 by default; of an export, all.")
    cursor: str | None = Field(None, description="`next` of the page before.")
    whole: bool = Field(False, description="All features as one GeoJSON file instead of a page.")
    format: Literal["geojson", "csv", "gpkg", "xlsx"] = Field(
        "geojson", description="CSV has a BOM and WKT as last column; a workbook has titles in the caller's language."
    )


def _refuse_unknown(query: QueryDict, known: frozenset[str]) -> None:
    for name in query:
        if name not in known:
            raise BadRequest(
                Text(vi=f"Không có tham số “{name}”.", en=f"There is no parameter “{name}”."),
                field=name[:100],
                slug="unknown_parameter",
            )
        if len(query.getlist(name)) > 1:
            raise BadRequest(
                Text(vi=f"Tham số “{name}” chỉ được ghi một lần.", en=f"The parameter “{name}” may stand only once."),
                field=name,
                slug="repeated_parameter",
            )


def viewer_of(request: HttpRequest, asked: Parameters | None = None) -> Viewer:
    """Who asks, in the language asked for."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer if asked is None or asked.lang is None else replace(viewer, language=asked.lang)


def features_of(layer_id: str, viewer: Viewer, asked: AtParameters) -> Features | ComputedFeatures:
    """The features of a visible layer that were asked for.

    Raises:
        UnknownLayer: not there, or not for this viewer.
        BadRequest: a layer without features, or a parameter that cannot be understood.
    """
    layer = with_features(registry.visible(layer_id, viewer))
    rows = asked if isinstance(asked, RowParameters) else RowParameters.model_construct(bbox=None, filter=None)
    return layer.query(
        viewer,
        filters=parse_filter(rows.filter) if rows.filter else None,
        at=parse_time(asked.at, "at") if asked.at else None,
        known_at=parse_time(asked.known_at, "known_at") if asked.known_at else None,
        bbox=parse_bbox(rows.bbox) if rows.bbox else None,
    )


def with_features(layer: Declaration) -> Layer | ComputedLayer:
    """The layer, if it has features.

    Raises:
        BadRequest: it is a layer of pictures.
    """
    if isinstance(layer, Layer | ComputedLayer):
        return layer
    raise BadRequest(
        Text(vi=f"Lớp ảnh “{layer.id}” không có đối tượng.", en=f"The image layer “{layer.id}” has no features."),
        field="layer",
        slug="no_features",
    )


def feature_id(layer_id: str, text: str) -> int:
    """The id in an address.

    Raises:
        UnknownFeature: no number a feature could have.
    """
    if text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text)
    raise UnknownFeature(layer_id, text[:40])
