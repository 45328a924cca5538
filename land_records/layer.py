"""Land parcels on the map."""

from django.db.models import BooleanField, CharField, ExpressionWrapper, Q, Value
from django.db.models.functions import Cast, Concat

from land_records.cases import layer as cases  # noqa: F401  # registers the officers' layer
from land_records.group import LAND
from land_records.importing.importer import PARCELS
from land_records.models import Parcel
from land_records.panel import parcel_panel
from land_records.planning import layer as planning  # noqa: F401  # registers its layers
from land_records.quality import layer as quality  # noqa: F401  # registers its layer
from land_records.scale import LandUse
from land_records.search import parcels_of, told
from land_records.statistics import layer as statistics  # noqa: F401  # registers its layer
from land_records.terms import LegalStatus
from layers.core import (
    Access,
    Attribute,
    Choice,
    Fill,
    Layer,
    Line,
    Public,
    Range,
    Rung,
    Search,
    Style,
    Symbol,
    Text,
    Valid,
    Zoom,
    by,
    register,
)
from layers.core.scale import Categories

BORDER = "#7A5A3C"
"""Borders of parcels: the brown of the cadastral map, visible on every fill and on a photograph."""
LABELS_FROM_ZOOM = 17


def _words(*parts: str) -> Concat:
    """Text with the named columns in it: words and column names in turn."""
    written = [Value(part) if number % 2 == 0 else Cast(part, CharField()) for number, part in enumerate(parts)]
    return Concat(*written, output_field=CharField())


@register
class ParcelLayer(Layer):
    """One polygon a parcel, in the official colour of its use; nobody's name is known here."""

    id = "parcels"
    title = Text(vi="Thửa đất", en="Land parcels")
    about = Text(
        vi="Thửa đất theo tờ bản đồ với số thửa, diện tích, mục đích sử dụng.",
        en="Parcels of the cadastral map with sheet, number, area and use.",
    )
    group = LAND
    model = Parcel
    key = "su_id"
    time = Valid("valid_from", "valid_to", known_starts="recorded_from", known_ends="recorded_to")
    zoom = Zoom(5, 18, coarse=13)
    rung = Rung(by=("land_use",), sums=("area",), ground="area")
    source = Text(vi="Dữ liệu trình diễn, sinh tự động; hoặc nhập từ tệp", en="Demo data, generated; or imported")
    attribution = Text(vi="Dữ liệu trình diễn", en="Demo data")
    # From afar a million cells would cover everything else; whoever wants parcels asks for them.
    visible = False
    order = 20
    attributes = (
        Attribute(
            "name",
            Text(vi="Tên gọi", en="Name"),
            source=_words("Thửa ", "parcel_number", ", tờ ", "sheet"),
            from_zoom=LABELS_FROM_ZOOM,
        ),
        Attribute(
            "label",
            Text(vi="Tờ/thửa", en="Sheet/parcel"),
            source=_words("", "sheet", "/", "parcel_number"),
            from_zoom=LABELS_FROM_ZOOM,
        ),
        Attribute("sheet", Text(vi="Tờ bản đồ", en="Map sheet"), precision=0),
        Attribute("parcel_number", Text(vi="Số thửa", en="Parcel number"), precision=0),
        Attribute("land_use", Text(vi="Mục đích sử dụng", en="Land use"), choices=LandUse),
        Attribute(
            "area", Text(vi="Diện tích pháp lý", en="Recorded area"), unit="m²", precision=1, source="recorded_area_m2"
        ),
        Attribute(
            "certified",
            Text(vi="Đã cấp giấy chứng nhận", en="Certificate issued"),
            source=ExpressionWrapper(Q(status=LegalStatus.CERTIFIED.value), output_field=BooleanField()),
            type="boolean",
            from_zoom=LABELS_FROM_ZOOM,
        ),
        Attribute(
            "identifier", Text(vi="Mã định danh thửa đất", en="Parcel identifier"), from_zoom=LABELS_FROM_ZOOM + 1
        ),
        Attribute("commune_name", Text(vi="Xã, phường", en="Commune"), source="commune__full_name"),
    )
    styles = (
        Style(
            "land_use",
            Text(vi="Mục đích sử dụng", en="Land use"),
            [
                Fill(color=by("land_use", Categories(LandUse)), opacity=0.65, outline=BORDER, outline_width_px=0.6),
                Symbol(
                    text="label", size_px=10, from_zoom=LABELS_FROM_ZOOM, title=Text(vi="Tờ/thửa", en="Sheet/parcel")
                ),
            ],
        ),
        Style(
            "border",
            Text(vi="Ranh thửa", en="Borders"),
            [
                Line(color=BORDER, width_px=0.8),
                Symbol(
                    text="label", size_px=10, from_zoom=LABELS_FROM_ZOOM, title=Text(vi="Tờ/thửa", en="Sheet/parcel")
                ),
            ],
        ),
    )
    filters = (Choice("land_use"), Range("area"), Choice("commune_name"))
    search = Search("name", parse=parcels_of, told=told)
    access = Access(view=Public(), rows=Public())
    panel = parcel_panel
    importer = PARCELS
