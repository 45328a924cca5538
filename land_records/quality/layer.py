"""Problems of parcels on the map, for those who answer for the commune."""

from datetime import timedelta

from land_records.group import LAND
from land_records.officers import OFFICERS
from land_records.quality.actions import ACTIONS
from land_records.quality.models import ParcelProblem
from land_records.quality.panel import problem_panel
from land_records.quality.terms import ProblemKind, ProblemState
from layers.admin_units.models import AdminUnit
from layers.core import (
    Access,
    Attribute,
    Choice,
    Dependency,
    During,
    Either,
    Fill,
    Layer,
    Range,
    Roles,
    Search,
    Style,
    Text,
    Unit,
    Valid,
    Zoom,
    by,
    register,
)
from layers.core.scale import Categories

BORDER = "#8C1D18"
"""Marks what is narrower than a pixel."""


@register
class ParcelProblemLayer(Layer):
    """One area a problem: the ground both claim, the open ground, or the parcels; while it stands."""

    id = "parcel_problems"
    title = Text(vi="Lỗi dữ liệu thửa đất", en="Parcel problems")
    about = Text(
        vi="Chồng lấn, khe hở, thửa quá hẹp, diện tích không khớp, thửa ngoài xã, trùng số; dành cho cán bộ địa chính.",
        en="Overlaps, gaps, slivers, areas that do not agree, parcels outside, numbers twice; for land officers.",
    )
    group = LAND
    model = ParcelProblem
    zoom = Zoom(7, 18, coarse=12)
    time = Valid("found_at", "gone_at", step=timedelta(hours=1))
    source = Text(vi="Kiểm tra tự động sổ địa chính", en="Found by checking the land register")
    visible = False
    order = 22
    depends_on = (Dependency(AdminUnit),)
    attributes = (
        Attribute("numbers", Text(vi="Tờ/thửa", en="Sheet/parcel")),
        Attribute("kind", Text(vi="Loại lỗi", en="Kind"), choices=ProblemKind),
        Attribute("state", Text(vi="Trạng thái", en="State"), choices=ProblemState),
        Attribute("area", Text(vi="Diện tích", en="Area"), unit="m²", precision=2, source="area_m2"),
        Attribute(
            "share", Text(vi="Lệch so với bản đồ", en="Beside the map"), unit="%", precision=2, source="share_percent"
        ),
        Attribute("sheet", Text(vi="Tờ bản đồ", en="Map sheet"), precision=0),
        Attribute("commune_name", Text(vi="Xã, phường", en="Commune"), source="commune__full_name"),
        Attribute("owner_name", Text(vi="Người xử lý", en="In the hands of"), source="owner__username"),
        Attribute("found_at", Text(vi="Phát hiện lúc", en="Found at")),
    )
    styles = (
        Style(
            "kind",
            Text(vi="Loại lỗi", en="Kind"),
            [Fill(color=by("kind", Categories(ProblemKind)), opacity=0.6, outline=BORDER, outline_width_px=2.0)],
        ),
        Style(
            "state",
            Text(vi="Trạng thái", en="State"),
            [Fill(color=by("state", Categories(ProblemState)), opacity=0.6, outline=BORDER, outline_width_px=2.0)],
        ),
    )
    filters = (Choice("kind"), Choice("state"), Choice("commune_name"), Range("area"), During("found_at"))
    search = Search("numbers")
    access = Access(view=Roles(*OFFICERS), rows=Either(Unit("commune"), Unit("beside")))
    panel = problem_panel
    actions = ACTIONS
