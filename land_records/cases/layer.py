"""Parcels as land officers work with them: status, restrictions, address, the land user masked."""

from django.db.models import CharField, F, Func, TextField, Value
from django.db.models.functions import Coalesce

from land_records.cases.checks import AreaCheck, Certified, area_check, certified
from land_records.cases.reveal import LAYER, reveal
from land_records.group import LAND
from land_records.models import Parcel
from land_records.officers import OFFICERS
from land_records.panel import case_panel
from land_records.persons import masked_certificates, masked_holders, parcels_of_certificate, parcels_of_holder
from land_records.scale import LandUse
from land_records.scans.actions import ACTIONS as SCANS
from land_records.search import cases_of, told_to_officers
from land_records.terms import LegalStatus, RestrictionKind
from land_records.transactions.actions import ACTIONS
from layers.core import (
    Access,
    Action,
    Attribute,
    Choice,
    During,
    Field,
    Fill,
    Grant,
    Layer,
    Line,
    Option,
    Range,
    Roles,
    Search,
    Style,
    Symbol,
    Text,
    Unit,
    Valid,
    Zoom,
    by,
    register,
)
from layers.core.scale import Categories

WITHIN = Grant(OFFICERS, within="commune")
LABELS_FROM_ZOOM = 17
BORDER = "#5A3E85"
UNRESTRICTED = "none"
RESTRICTION_OPTIONS = (
    Option(UNRESTRICTED, Text(vi="Không có hạn chế", en="None")),
    *Option.all_of(RestrictionKind),
)
"""The gravest open restriction of a parcel."""


@register
class ParcelCaseLayer(Layer):
    """One polygon a parcel, for those who answer for its commune; two layers over one table, because what is not
    public must not be in a public tile.
    """

    id = LAYER
    title = Text(vi="Hồ sơ thửa đất", en="Parcel records")
    about = Text(
        vi="Thửa đất với tình trạng pháp lý, hạn chế, địa chỉ, người sử dụng (đã che); dành cho cán bộ địa chính.",
        en="Parcels with legal status, restrictions, address and land user (masked); for land officers.",
    )
    group = LAND
    model = Parcel
    key = "su_id"
    time = Valid("valid_from", "valid_to", known_starts="recorded_from", known_ends="recorded_to")
    zoom = Zoom(13, 18)
    source = Text(vi="Sổ địa chính; dữ liệu trình diễn sinh tự động", en="Land register; demo data generated")
    attribution = Text(vi="Dữ liệu trình diễn", en="Demo data")
    visible = False
    order = 21
    attributes = (
        Attribute(
            "name",
            Text(vi="Tên gọi", en="Name"),
            source=Func(
                Value("Thửa %s, tờ %s"), F("parcel_number"), F("sheet"), function="format", output_field=TextField()
            ),
            from_zoom=LABELS_FROM_ZOOM,
        ),
        Attribute("sheet", Text(vi="Tờ bản đồ", en="Map sheet"), precision=0, from_zoom=LABELS_FROM_ZOOM),
        Attribute("parcel_number", Text(vi="Số thửa", en="Parcel number"), precision=0, from_zoom=LABELS_FROM_ZOOM),
        Attribute("land_use", Text(vi="Mục đích sử dụng", en="Land use"), choices=LandUse),
        Attribute("status", Text(vi="Tình trạng pháp lý", en="Legal status"), choices=LegalStatus),
        Attribute(
            "restriction",
            Text(vi="Hạn chế", en="Restriction"),
            choices=RESTRICTION_OPTIONS,
            source=Coalesce(F("restrictions__0"), Value(UNRESTRICTED), output_field=CharField()),
            type="text",
        ),
        Attribute(
            "area", Text(vi="Diện tích pháp lý", en="Recorded area"), unit="m²", precision=1, source="recorded_area_m2"
        ),
        Attribute(
            "computed_area",
            Text(vi="Diện tích đo đạc", en="Area on the map"),
            unit="m²",
            precision=1,
            source="computed_area_m2",
            from_zoom=LABELS_FROM_ZOOM,
        ),
        Attribute(
            "area_difference",
            Text(vi="Chênh lệch diện tích", en="Difference of areas"),
            unit="%",
            precision=2,
            source=F("area_difference") * 100.0,
            type="number",
            from_zoom=LABELS_FROM_ZOOM,
        ),
        Attribute(
            "area_check",
            Text(vi="Đối chiếu diện tích", en="Areas compared"),
            choices=AreaCheck,
            source=area_check(),
            type="text",
            from_zoom=LABELS_FROM_ZOOM,
        ),
        Attribute(
            "certified",
            Text(vi="Cấp giấy chứng nhận", en="Certification"),
            choices=Certified,
            source=certified(),
            type="text",
            from_zoom=LABELS_FROM_ZOOM,
        ),
        Attribute("address", Text(vi="Địa chỉ thửa đất", en="Parcel address"), from_zoom=LABELS_FROM_ZOOM),
        Attribute("identifier", Text(vi="Mã định danh", en="Identifier"), from_zoom=LABELS_FROM_ZOOM + 1),
        Attribute("commune_name", Text(vi="Xã, phường", en="Commune"), source="commune__full_name"),
        Attribute("valid_from", Text(vi="Biến động gần nhất", en="Last change")),
        Attribute(
            "land_user",
            Text(vi="Người sử dụng đất (đã che)", en="Land user (masked)"),
            access=WITHIN,
            source=masked_holders(),
            type="text",
        ),
        Attribute(
            "certificate",
            Text(vi="Giấy chứng nhận (đã che)", en="Certificate (masked)"),
            access=WITHIN,
            source=masked_certificates(),
            type="text",
        ),
    )
    styles = (
        Style(
            "status",
            Text(vi="Tình trạng pháp lý", en="Legal status"),
            [
                Fill(color=by("status", Categories(LegalStatus)), opacity=0.45, outline=BORDER, outline_width_px=0.8),
                Symbol(
                    text="parcel_number", size_px=10, from_zoom=LABELS_FROM_ZOOM, title=Text(vi="Số thửa", en="Number")
                ),
            ],
        ),
        Style(
            "land_use",
            Text(vi="Mục đích sử dụng", en="Land use"),
            [Fill(color=by("land_use", Categories(LandUse)), opacity=0.65, outline=BORDER, outline_width_px=0.8)],
        ),
        Style(
            "restricted",
            Text(vi="Đang có hạn chế", en="Restricted"),
            [Fill(color=by("restriction", Categories(RestrictionKind)), opacity=0.5), Line(color=BORDER, width_px=0.8)],
            when=f"restriction <> '{UNRESTRICTED}'",
        ),
    )
    filters = (
        Choice("certified"),
        Choice("area_check"),
        Choice("status"),
        Choice("land_use"),
        Choice("restriction"),
        Range("area"),
        Range("area_difference"),
        During("valid_from"),
        Choice("commune_name"),
    )
    search = Search(
        "address",
        parse=cases_of,
        told=told_to_officers,
        restricted={"land_user": WITHIN, "certificate": WITHIN},
        behind={"land_user": parcels_of_holder, "certificate": parcels_of_certificate},
    )
    access = Access(view=Roles(*OFFICERS), rows=Unit("commune"))
    panel = case_panel
    actions = (
        Action(
            "reveal",
            Text(vi="Xem người sử dụng đất", en="Show the land user"),
            reveal,
            form=[
                Field(
                    "purpose",
                    Text(vi="Mục đích", en="Purpose"),
                    help=Text(vi="Được ghi vào nhật ký truy cập.", en="It is written to the access log."),
                    max_length=1_000,
                )
            ],
            by=OFFICERS,
        ),
        *SCANS,
        *ACTIONS,
    )
