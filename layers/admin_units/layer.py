"""Provinces and communes on the map, their names, and the names of the two archipelagos."""

from collections.abc import Iterable
from datetime import datetime

from layers.admin_units.ingest import UNITS
from layers.admin_units.labels import sovereignty, unit_names
from layers.admin_units.models import AdminUnit, Boundary, Kind, Level, Source
from layers.admin_units.panel import unit_panel
from layers.admin_units.search import former
from layers.core import (
    Access,
    Attribute,
    Choice,
    ComputedLayer,
    Dependency,
    Fill,
    Group,
    Layer,
    Public,
    Search,
    Shape,
    Style,
    Symbol,
    Text,
    Valid,
    Viewer,
    Zoom,
    register,
)
from layers.core.attribute import Option
from layers.core.geo import Bbox

GROUP = Group("units", Text(vi="Đơn vị hành chính", en="Administrative units"))
EVERYONE = Access(view=Public(), rows=Public())
LAND, EDGE, INK = "#F7F6F3", "#9AA5B1", "#4A5662"

CODE = Attribute("code", Text(vi="Mã đơn vị", en="Code"), source="unit__code")
NAME = Attribute("name", Text(vi="Tên", en="Name"), source={"vi": "unit__full_name", "en": "unit__name_en"})
KIND = Attribute("kind", Text(vi="Loại", en="Kind"), source="unit__kind", choices=Kind)
PROVINCE = Attribute("province", Text(vi="Tỉnh, thành phố", en="Province"), source="unit__parent__name")
AREA = Attribute(
    "area_km2", Text(vi="Diện tích công bố", en="Official area"), "km²", precision=2, source="unit__area_km2"
)
COMPUTED = Attribute(
    "computed_area_km2", Text(vi="Diện tích tính từ ranh giới", en="Area of the boundary"), "km²", precision=2
)
SOURCE = Attribute("source", Text(vi="Nguồn ranh giới", en="Boundary"), choices=Source)
SINCE = Attribute("valid_from", Text(vi="Có hiệu lực từ", en="In force since"))

NAMES_FROM = Text(
    vi="Tên và mã: gói vietnamadminunits (Quyết định 19/2025/QĐ-TTg); ranh giới minh hoạ hoặc nhập từ tệp",
    en="Names and codes: package vietnamadminunits (Decision 19/2025/QĐ-TTg); boundaries illustrative or imported",
)


class UnitLayer(Layer, abstract=True):
    """What both levels share: rows of `Boundary`, features known by their unit's id."""

    group = GROUP
    model = Boundary
    key = "unit"
    access = EVERYONE
    time = Valid("valid_from", "valid_to")
    # A changed parent shows in another unit's rows: the few changes of units touch the whole layer.
    depends_on = (Dependency(AdminUnit),)
    source = NAMES_FROM
    attribution = Text.same("vietnamadminunits")
    licence = "MIT"
    panel = unit_panel
    importer = UNITS


# Neighbours draw their common border twice, so a dash would fill its own gaps: the tiers differ by width.
@register
class ProvinceLayer(UnitLayer):
    """The land itself: the base map's ground, cut into provinces."""

    id = "provinces"
    title = Text(vi="Tỉnh, thành phố", en="Provinces")
    about = Text(
        vi="34 tỉnh, thành phố trực thuộc trung ương từ 01/07/2025.", en="The 34 provinces and cities since 01/07/2025."
    )
    discriminator = {"level": Level.PROVINCE.value}
    search = Search("name", "code", parse=former(Level.PROVINCE))
    zoom = Zoom(0, 14)
    base = True
    order = 5
    attributes = (CODE, NAME, KIND, AREA, COMPUTED, SOURCE, SINCE)
    styles = (
        Style(
            "land",
            Text(vi="Đất liền và đảo", en="Land"),
            [Fill(color=LAND, opacity=1, outline=EDGE, outline_width_px=1.6)],
        ),
    )


@register
class CommuneLayer(UnitLayer):
    """Communes, wards and special zones; transparent, so that a click anywhere tells where one is."""

    id = "communes"
    title = Text(vi="Xã, phường, đặc khu", en="Communes")
    about = Text(
        vi="3.321 xã, phường, đặc khu từ 01/07/2025.",
        en="The 3,321 communes, wards and special zones since 01/07/2025.",
    )
    discriminator = {"level": Level.COMMUNE.value}
    search = Search("name", "code", parse=former(Level.COMMUNE))
    zoom = Zoom(7, 16)
    order = 40
    attributes = (CODE, NAME, KIND, PROVINCE, AREA, COMPUTED, SOURCE, SINCE)
    filters = (Choice("kind"), Choice("province"))
    styles = (
        Style(
            "boundary",
            Text(vi="Ranh giới", en="Boundaries"),
            [Fill(color=LAND, opacity=0, outline=EDGE, outline_width_px=0.7)],
        ),
    )


@register
class UnitLabelLayer(ComputedLayer):
    """One name a unit, at its label point: provinces from afar, communes near by."""

    id = "unit_labels"
    title = Text(vi="Tên đơn vị hành chính", en="Names of units")
    group = GROUP
    zoom = Zoom(4, 14)
    access = EVERYONE
    base = True
    order = 200
    depends_on = (Dependency(Boundary), Dependency(AdminUnit))
    attributes = (
        Attribute("name", Text(vi="Tên", en="Name"), type="text"),
        Attribute("level", Text(vi="Cấp", en="Level"), choices=Level, type="text"),
        Attribute("kind", Text(vi="Loại", en="Kind"), choices=Kind, type="text"),
        Attribute("rank", Text(vi="Thứ tự ưu tiên", en="Rank"), type="integer"),
    )
    styles = (
        Style(
            "names",
            Text(vi="Tên", en="Names"),
            [
                Symbol(text="name", when="level = 'province'", color=INK, size_px=15, medium=True, rank="rank"),
                Symbol(text="name", when="level = 'commune'", color=INK, size_px=12.5, rank="rank"),
            ],
        ),
    )

    def shapes(
        self, viewer: Viewer, at: datetime | None, bbox: Bbox | None, zoom: int | None = None
    ) -> Iterable[Shape]:
        """Names at their points."""
        return unit_names(bbox, zoom)


@register
class SovereigntyLabelLayer(ComputedLayer):
    """Hoàng Sa and Trường Sa, drawn and named at every zoom, whatever lies below."""

    id = "sovereignty_labels"
    title = Text(vi="Quần đảo Hoàng Sa, Trường Sa", en="Hoàng Sa and Trường Sa")
    group = GROUP
    geometry_kind = "mixed"
    zoom = Zoom(0, 16)
    access = EVERYONE
    base = True
    order = 250
    depends_on = (Dependency(Boundary), Dependency(AdminUnit))
    attributes = (
        Attribute("name", Text(vi="Tên", en="Name"), type="text"),
        Attribute(
            "kind",
            Text(vi="Loại", en="Kind"),
            choices=(
                Option("archipelago", Text(vi="Quần đảo", en="Archipelago")),
                Option("islands", Text(vi="Các đảo", en="Islands")),
            ),
            type="text",
        ),
    )
    styles = (
        Style(
            "names",
            Text(vi="Tên và đảo", en="Names and islands"),
            [
                Fill(color=LAND, opacity=1, outline=INK, outline_width_px=0.8),
                Symbol(text="name", when="kind = 'archipelago'", color=INK, size_px=13, medium=True, always=True),
            ],
        ),
    )

    def shapes(
        self, viewer: Viewer, at: datetime | None, bbox: Bbox | None, zoom: int | None = None
    ) -> Iterable[Shape]:
        """The archipelagos and their islands."""
        return sovereignty(bbox, zoom)
