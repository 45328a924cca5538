"""Zones of plans on the map: those in force for everyone, drafts for the land offices."""

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from land_records.group import LAND
from land_records.officers import OFFICERS
from land_records.planning.ingest import ZONES
from land_records.planning.models import Plan, PlanZone
from land_records.planning.panel import zone_panel
from land_records.planning.terms import PlanKind, PlanStatus
from land_records.scale import LandUse
from land_records.terms import Source
from layers.admin_units.models import AdminUnit
from layers.core import (
    Access,
    Attribute,
    Choice,
    Dependency,
    During,
    Fill,
    Layer,
    Public,
    Range,
    Roles,
    Rung,
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

BORDER = "#8C2F39"
"""Borders of zones: the red of planning maps, apart from the brown of parcels."""
LABELS_FROM_ZOOM = 14


class ZoneLayer(Layer, abstract=True):
    """What approved zones and drafts share."""

    group = LAND
    model = PlanZone
    key = "number"
    zoom = Zoom(7, 18, coarse=10)
    visible = False
    # Plans name their unit: the few changes of units touch the whole layer.
    depends_on = (Dependency(Plan, via="plan"), Dependency(AdminUnit))
    source = Text(vi="Dữ liệu trình diễn, sinh tự động; hoặc nhập từ tệp", en="Demo data, generated; or imported")
    attribution = Text(vi="Dữ liệu trình diễn", en="Demo data")
    attributes: tuple[Attribute, ...] = (
        Attribute("name", Text(vi="Tên khu", en="Name"), from_zoom=LABELS_FROM_ZOOM),
        Attribute("code", Text(vi="Mã khu", en="Zone"), from_zoom=LABELS_FROM_ZOOM),
        Attribute(
            "label", Text(vi="Mã đất quy hoạch", en="Planned code"), source="planned_use", from_zoom=LABELS_FROM_ZOOM
        ),
        Attribute("land_use", Text(vi="Loại đất quy hoạch", en="Planned use"), choices=LandUse, source="planned_use"),
        Attribute("current_use", Text(vi="Hiện trạng", en="Current use"), choices=LandUse, from_zoom=LABELS_FROM_ZOOM),
        Attribute("area_m2", Text(vi="Diện tích", en="Area"), unit="m²", precision=1, from_zoom=LABELS_FROM_ZOOM),
        Attribute("plan_name", Text(vi="Quy hoạch", en="Plan"), source="plan__name"),
        Attribute("plan_code", Text(vi="Mã quy hoạch", en="Code of the plan"), source="plan__code"),
        Attribute("plan_version", Text(vi="Lần ban hành", en="Version"), source="plan__version", precision=0),
        Attribute("plan_kind", Text(vi="Loại quy hoạch", en="Kind of plan"), choices=PlanKind, source="plan__kind"),
        Attribute("plan_unit", Text(vi="Mã đơn vị lập", en="Code of the plan's unit"), source="plan__unit__code"),
        Attribute("decision_number", Text(vi="Số quyết định", en="Decision"), source="plan__decision_number"),
        Attribute("authority", Text(vi="Cơ quan phê duyệt", en="Approved by"), source="plan__authority"),
        Attribute("approved_on", Text(vi="Ngày phê duyệt", en="Approved on"), source="plan__approved_on"),
        Attribute(
            "period",
            Text(vi="Thời kỳ", en="Period"),
            source=Concat(
                Cast("plan__period_from", CharField()),
                Value("–"),
                Cast("plan__period_to", CharField()),
                output_field=CharField(),
            ),
        ),
        Attribute("vision", Text(vi="Tầm nhìn", en="Vision"), source="plan__vision", precision=0),
        Attribute("commune_name", Text(vi="Xã, phường", en="Commune"), source="commune__full_name"),
        Attribute("note", Text(vi="Ghi chú", en="Note"), from_zoom=LABELS_FROM_ZOOM),
        Attribute("source", Text(vi="Nguồn", en="Source"), choices=Source, source="plan__source"),
    )
    styles = (
        Style(
            "land_use",
            Text(vi="Loại đất quy hoạch", en="Planned use"),
            [
                Fill(color=by("land_use", Categories(LandUse)), opacity=0.6, outline=BORDER, outline_width_px=1.0),
                Symbol(
                    text="label", size_px=11, from_zoom=LABELS_FROM_ZOOM, title=Text(vi="Mã đất", en="Code of the use")
                ),
            ],
        ),
    )
    filters: tuple[Choice | Range | During, ...] = (
        Choice("plan_name"),
        Choice("plan_kind"),
        Choice("land_use"),
        Choice("period"),
        Choice("commune_name"),
        Range("area_m2"),
    )
    search = Search("name", "code")
    panel = zone_panel


@register
class PlanningZoneLayer(ZoneLayer):
    """Zones of approved plans, of a day: those of several plans in force lie over one another, none hides the other."""

    id = "planning_zones"
    title = Text(vi="Quy hoạch", en="Planning zones")
    about = Text(
        vi="Khu chức năng, loại đất của các quy hoạch đã phê duyệt, có hiệu lực vào ngày đang xem.",
        en="Zones of the approved plans that are in force on the day looked at.",
    )
    discriminator = {"is_draft": False}
    attributes = (
        *ZoneLayer.attributes,
        Attribute("status", Text(vi="Trạng thái", en="Status"), choices=PlanStatus, source="plan__status"),
        Attribute("valid_from", Text(vi="Có hiệu lực từ", en="In force since")),
    )
    filters = (*ZoneLayer.filters, Choice("status"))
    rung = Rung(by=("land_use",), sums=("area_m2",), ground="area_m2")
    order = 15
    time = Valid("valid_from", "valid_to", known_starts="recorded_from", known_ends="recorded_to")
    access = Access(view=Public(), rows=Public())
    importer = ZONES


@register
class PlanningDraftLayer(ZoneLayer):
    """Zones of drafts, for the land offices of the communes they lie in."""

    id = "planning_drafts"
    title = Text(vi="Dự thảo quy hoạch", en="Draft planning zones")
    about = Text(
        vi="Khu của quy hoạch đang lập, chưa phê duyệt; không công khai.",
        en="Zones of plans being made, not approved; not public.",
    )
    discriminator = {"is_draft": True}
    order = 16
    access = Access(view=Roles(*OFFICERS), rows=Unit("commune"))
