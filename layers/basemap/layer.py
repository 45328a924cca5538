"""The base map's layers: drawn under everything, found by search, clicked like any other thing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Expression, QuerySet

from layers.basemap import scale
from layers.basemap.ground import ground
from layers.basemap.ingest import ADDRESS_IMPORTER, PLACE_IMPORTER, ROAD_IMPORTER, WATER_IMPORTER
from layers.basemap.models import Address, Place, PlaceKind, Road, RoadClass, Source, Water, WaterKind
from layers.core import (
    Access,
    Attribute,
    Choice,
    Circle,
    ComputedLayer,
    Fill,
    Group,
    Layer,
    Line,
    Public,
    Search,
    Shape,
    Style,
    Symbol,
    Text,
    Viewer,
    Zoom,
    register,
)
from layers.core.geo import Bbox

GROUP = Group("basemap", Text(vi="Bản đồ nền", en="Base map"))
EVERYONE = Access(view=Public(), rows=Public())

CODE = Attribute("code", Text(vi="Mã", en="Code"), from_zoom=15)
NAME = Attribute("name", Text(vi="Tên", en="Name"))
COMMUNE = Attribute("commune_name", Text(vi="Xã, phường", en="Commune"), source="commune__full_name", from_zoom=15)
ORIGIN = Attribute("source", Text(vi="Nguồn", en="Source"), choices=Source, from_zoom=15)

DEMO = Text(vi="Dữ liệu trình diễn", en="Demo data")
GENERATED = Text(
    vi="Dữ liệu trình diễn, sinh tự động; hoặc nhập từ tệp", en="Demo data, generated; or imported from files"
)


class BasemapLayer(Layer, abstract=True):
    """What the layers of the base map share."""

    group = GROUP
    access = EVERYONE
    base = True
    source = GENERATED
    attribution = DEMO

    def tile_rows(self, rows: QuerySet[Any], zoom: Expression) -> QuerySet[Any]:
        """Small things from their own zoom on: no tile carries what cannot be seen."""
        return rows.filter(from_zoom__lte=zoom)


def _road(when: str, width_px: float, from_zoom: int, label_from_zoom: int = 14) -> Line:
    return Line(
        color=scale.ROAD,
        casing=scale.CASING,
        width_px=width_px,
        when=when,
        from_zoom=from_zoom,
        label="name",
        label_from_zoom=label_from_zoom,
    )


@register
class WaterLayer(BasemapLayer):
    """Rivers, canals, lakes: areas and lines in one colour."""

    id = "water"
    title = Text(vi="Sông, hồ, kênh rạch", en="Water")
    model = Water
    zoom = Zoom(6, 15)
    order = 10
    attributes = (
        CODE,
        NAME,
        Attribute("kind", Text(vi="Loại", en="Kind"), choices=WaterKind),
        Attribute("width_m", Text(vi="Chiều rộng", en="Width"), "m", precision=0),
        COMMUNE,
        ORIGIN,
    )
    filters = (Choice("kind"),)
    search = Search("name")
    importer = WATER_IMPORTER
    styles = (
        Style(
            "water",
            Text(vi="Mặt nước", en="Water"),
            [
                Fill(color=scale.WATER, opacity=1, when="width_m = 0"),
                Line(color=scale.WATER, width_px=3, when="kind = 'river' AND width_m > 0"),
                Line(color=scale.WATER, width_px=1.6, when="kind = 'canal' AND width_m > 0", from_zoom=10),
                Line(color=scale.WATER, width_px=1.1, when="kind = 'stream' AND width_m > 0", from_zoom=11),
                Symbol(
                    text="name",
                    color=scale.RIVER_INK,
                    size_px=12,
                    along_line=True,
                    when="kind = 'river' AND width_m > 0",
                    from_zoom=10,
                ),
                Symbol(
                    text="name",
                    color=scale.RIVER_INK,
                    size_px=11,
                    along_line=True,
                    when="kind IN ('canal', 'stream') AND width_m > 0",
                    from_zoom=13,
                ),
                Symbol(
                    text="name", color=scale.RIVER_INK, size_px=12, when="kind IN ('lake', 'reservoir')", from_zoom=9
                ),
            ],
        ),
    )


@register
class RoadLayer(BasemapLayer):
    """Roads by class; small ones from near by."""

    id = "roads"
    title = Text(vi="Đường giao thông", en="Roads")
    model = Road
    zoom = Zoom(6, 15)
    order = 30
    attributes = (
        CODE,
        NAME,
        Attribute("ref", Text(vi="Số hiệu", en="Number")),
        Attribute("road_class", Text(vi="Cấp đường", en="Class"), choices=RoadClass),
        Attribute("length_m", Text(vi="Chiều dài", en="Length"), "m", precision=0, from_zoom=15),
        COMMUNE,
        ORIGIN,
    )
    filters = (Choice("road_class"),)
    search = Search("name", "ref")
    importer = ROAD_IMPORTER
    styles = (
        Style(
            "roads",
            Text(vi="Cấp đường", en="Classes"),
            [
                _road("road_class = 'residential'", 1.1, 12, 15),
                _road("road_class = 'tertiary'", 1.7, 11),
                _road("road_class = 'secondary'", 2.4, 8, 13),
                _road("road_class = 'primary'", 3.0, 7, 12),
                _road("road_class IN ('trunk', 'motorway')", 3.6, 6, 12),
            ],
        ),
    )


@register
class PlaceLayer(BasemapLayer):
    """Named places; the communes' own names are written by the layer of unit names."""

    id = "places"
    title = Text(vi="Địa danh", en="Places")
    model = Place
    zoom = Zoom(8, 15)
    order = 60
    attributes = (
        CODE,
        NAME,
        Attribute("kind", Text(vi="Loại", en="Kind"), choices=PlaceKind),
        Attribute("rank", Text(vi="Thứ bậc", en="Rank")),
        COMMUNE,
        ORIGIN,
    )
    filters = (Choice("kind"),)
    search = Search("name")
    importer = PLACE_IMPORTER
    styles = (
        Style(
            "places",
            Text(vi="Loại", en="Kinds"),
            [
                Symbol(text="name", size_px=11, rank="rank", when="kind = 'island'", from_zoom=9),
                Symbol(text="name", size_px=11, rank="rank", when="kind = 'hamlet'", from_zoom=13),
                Circle(
                    color=scale.INK,
                    radius_px=3.5,
                    shape="square",
                    label="name",
                    label_from_zoom=14,
                    when="kind = 'market'",
                    from_zoom=13,
                ),
            ],
        ),
    )


@register
class AddressLayer(Layer):
    """House numbers, for search and for the closest zooms."""

    id = "addresses"
    title = Text(vi="Địa chỉ", en="Addresses")
    group = GROUP
    model = Address
    zoom = Zoom(15, 17)
    access = EVERYONE
    base = True
    order = 70
    source = GENERATED
    attribution = DEMO
    attributes = (
        CODE,
        NAME,
        Attribute("house_number", Text(vi="Số nhà", en="House number")),
        Attribute("street", Text(vi="Đường", en="Street")),
        Attribute("hamlet", Text(vi="Ấp, khu phố", en="Hamlet")),
        COMMUNE,
        ORIGIN,
    )
    search = Search("name")
    importer = ADDRESS_IMPORTER
    styles = (
        Style(
            "numbers", Text(vi="Số nhà", en="House numbers"), [Symbol(text="house_number", size_px=10, from_zoom=16)]
        ),
    )


@register
class GroundLayer(ComputedLayer):
    """Land under and around the provinces, so that a neighbour's land is not drawn as sea."""

    id = "ground"
    title = Text(vi="Đất liền xung quanh", en="Surrounding land")
    group = GROUP
    zoom = Zoom(0, 12)
    access = EVERYONE
    base = True
    order = 1
    geometry_kind = "polygon"
    styles = (Style("ground", Text(vi="Đất liền", en="Land"), [Fill(color=scale.GROUND, opacity=1)]),)
    source = Text(vi="Natural Earth (phạm vi công cộng)", en="Natural Earth (public domain)")
    licence = "Public domain"

    def shapes(
        self, viewer: Viewer, at: datetime | None, bbox: Bbox | None, zoom: int | None = None
    ) -> Iterable[Shape]:
        """Pieces of land in the box."""
        return ground(bbox)
