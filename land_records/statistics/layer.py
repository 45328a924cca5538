"""Communes coloured by the figures of the forms, as of a day. Sums of a commune's land: no parcel, no person."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from land_records.figures import decimal
from land_records.group import LAND
from land_records.models import CommuneLand
from land_records.scale import LandUse
from land_records.statistics.communes import coloured, kept_at
from land_records.statistics.panel import land_panel
from layers.admin_units.models import AdminUnit, Boundary
from layers.core import (
    Access,
    AsOf,
    Attribute,
    Band,
    ComputedLayer,
    Dependency,
    Fill,
    Public,
    Range,
    Shape,
    Steps,
    Style,
    Text,
    Viewer,
    Zoom,
    by,
    register,
)
from layers.core.geo import Bbox

EDGE = "#51606F"
REMEMBERED = timedelta(days=3_660)


def _from(start: float, color: str, vi: str, en: str | None = None) -> Band:
    return Band(start=start, color=color, title=Text(vi=vi, en=en or vi))


def _number(value: float, language: str) -> str:
    return decimal(value, 0 if value == int(value) else 1, language)


def _parts(starts: Sequence[float], colors: Sequence[str]) -> Steps:
    """Bands of percent, each up to the next; finer where most communes lie."""
    bands = []
    for start, end, color in zip(starts, [*starts[1:], 100], colors, strict=True):
        vi, en = (f"{_number(start, to)}–{_number(end, to)} %" for to in ("vi", "en"))
        bands.append(_from(start, color, vi, en))
    return Steps(bands)


AGRICULTURAL = _parts(
    (0, 50, 80, 85, 90, 93, 96), ("#F3F1D3", "#DEE8B6", "#C3DB9B", "#A4CC80", "#7EB869", "#579E53", "#2F7F3E")
)
RESIDENTIAL = _parts(
    (0, 0.2, 0.4, 0.7, 2, 5, 10), ("#F8ECF4", "#EFD1E4", "#E5B4D2", "#D893BE", "#C36AA6", "#A5478B", "#7F2A6E")
)
CERTIFIED = _parts(
    (0, 20, 25, 30, 50, 75, 90), ("#E6EFF8", "#CADCEF", "#AAC8E5", "#86B1DA", "#5F96CA", "#3C79B5", "#1D5B9C")
)
CHANGE = Steps(
    [
        _from(-1e9, "#8C4A12", "Giảm trên 10 ha", "More than 10 ha less"),
        _from(-10, "#D99A5B", "Giảm đến 10 ha", "Up to 10 ha less"),
        _from(-0.005, "#E4E8EC", "Không đổi", "Unchanged"),
        _from(0.005, "#7FBF9B", "Tăng dưới 10 ha", "Up to 10 ha more"),
        _from(10, "#1B6E3C", "Tăng từ 10 ha", "10 ha more or above"),
    ]
)
PARCELS = Steps(
    [
        _from(0, "#FBEBD8", "Dưới 200 thửa", "Below 200 parcels"),
        _from(200, "#F8D8B3", "200–400 thửa", "200–400 parcels"),
        _from(400, "#F2C28A", "400–600 thửa", "400–600 parcels"),
        _from(600, "#EBA75F", "600–1.000 thửa", "600–1,000 parcels"),
        _from(1_000, "#D8893D", "1.000–5.000 thửa", "1,000–5,000 parcels"),
        _from(5_000, "#BB6C22", "5.000–20.000 thửa", "5,000–20,000 parcels"),
        _from(20_000, "#94500F", "Từ 20.000 thửa", "20,000 parcels or more"),
    ]
)


def _coloured(name: str, title: Text, attribute: str, scale: Steps) -> Style:
    return Style(name, title, [Fill(color=by(attribute, scale), opacity=0.75, outline=EDGE, outline_width_px=0.8)])


def _ha(name: str, use: LandUse) -> Attribute:
    return Attribute(name, use.title, unit="ha", type="number", precision=2)


def _percent(name: str, vi: str, en: str) -> Attribute:
    return Attribute(name, Text(vi=vi, en=en), unit="%", type="number", precision=1)


@register
class LandStatisticsLayer(ComputedLayer):
    """One area a commune that has parcels, in today's boundary, with its sums of the day looked at."""

    id = "land_statistics"
    title = Text(vi="Thống kê đất đai", en="Land statistics")
    about = Text(
        vi="Diện tích theo loại đất của từng xã (biểu 01/TKKK), so với một năm trước.",
        en="Areas by use of each commune (form 01/TKKK), beside those of a year before.",
    )
    group = LAND
    geometry_kind = "polygon"
    zoom = Zoom(6, 12)
    order = 12
    visible = False
    source = Text(vi="Cộng từ các thửa đất trong sổ", en="Added up from the parcels of the register")
    attributes = (
        Attribute("code", Text(vi="Mã đơn vị", en="Code"), type="text"),
        Attribute("name", Text(vi="Xã, phường", en="Commune"), type="text"),
        Attribute("land", Text(vi="Tổng diện tích", en="All land"), unit="ha", type="number", precision=2),
        _ha("agricultural", LandUse.NNP),
        _ha("rice", LandUse.LUA),
        _ha("perennial", LandUse.CLN),
        _ha("forestry", LandUse.LNP),
        _ha("aquaculture", LandUse.NTS),
        _ha("built", LandUse.PNN),
        _ha("residential", LandUse.OTC),
        _ha("business", LandUse.CSK),
        _ha("public", LandUse.CCC),
        _ha("unused", LandUse.CSD),
        _percent("agricultural_share", "Tỷ lệ đất nông nghiệp", "Share of agricultural land"),
        _percent("residential_share", "Tỷ lệ đất ở", "Share of residential land"),
        Attribute(
            "agricultural_change",
            Text(vi="Đất nông nghiệp tăng, giảm trong một năm", en="Change of agricultural land in a year"),
            unit="ha",
            type="number",
            precision=2,
        ),
        Attribute("parcels", Text(vi="Số thửa đất", en="Parcels"), type="integer"),
        _percent("certified_share", "Tỷ lệ thửa đã cấp giấy", "Share of certified parcels"),
    )
    styles = (
        _coloured(
            "agricultural",
            Text(vi="Tỷ lệ đất nông nghiệp (%)", en="Share of agricultural land (%)"),
            "agricultural_share",
            AGRICULTURAL,
        ),
        _coloured(
            "residential",
            Text(vi="Tỷ lệ đất ở (%)", en="Share of residential land (%)"),
            "residential_share",
            RESIDENTIAL,
        ),
        _coloured(
            "change",
            Text(vi="Đất nông nghiệp so với một năm trước (ha)", en="Agricultural land beside a year before (ha)"),
            "agricultural_change",
            CHANGE,
        ),
        _coloured(
            "certified",
            Text(vi="Tỷ lệ thửa đã cấp giấy (%)", en="Share of certified parcels (%)"),
            "certified_share",
            CERTIFIED,
        ),
        _coloured("parcels", Text(vi="Số thửa đất", en="Number of parcels"), "parcels", PARCELS),
    )
    filters = (Range("agricultural_share"), Range("residential_share"))
    time = AsOf(kept_at, step=timedelta(days=1), keep=REMEMBERED)
    depends_on = (Dependency(CommuneLand), Dependency(Boundary), Dependency(AdminUnit))
    access = Access(view=Public(), rows=Public())
    panel = land_panel

    def shapes(
        self, viewer: Viewer, at: datetime | None, bbox: Bbox | None, zoom: int | None = None
    ) -> Iterable[Shape]:
        """An area a commune."""
        return coloured(at, bbox)
