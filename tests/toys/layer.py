"""The toys on the map."""

from datetime import timedelta

from layers.core import (
    Access,
    Action,
    Attribute,
    Choice,
    Circle,
    Dependency,
    During,
    Edit,
    Fill,
    Grant,
    Ingest,
    Layer,
    Metric,
    Public,
    Range,
    Roles,
    Rung,
    Search,
    Style,
    Text,
    Unit,
    Valid,
    Zoom,
    by,
    provide,
    register,
    role,
)
from layers.core.action import Field
from layers.core.scale import Band, Categories, Steps
from layers.core.stream import StreamLayer
from tests.toys.actions import discard, finish
from tests.toys.ingest import PLOTS, VisitIn, store_visit
from tests.toys.models import PlotUse, ToyPlot, ToyUnit, ToyVisit, VisitKind
from tests.toys.panel import plot_panel, visit_panel
from tests.toys.provider import TOYS, ToyProvider
from tests.toys.series import scores

KEEPER = role("toy_keeper")
"""Keeps visits: may read phones of own units, correct, act."""
WATCHER = role("toy_watcher")
"""Sees visits of own units, no phone."""
APPROVER = role("toy_approver")
"""Approves corrections of plots."""

SCORE = Steps(
    [
        Band(start=0, color="#1B7A43", title=Text(vi="Thấp", en="Low")),
        Band(start=5, color="#C4580B", title=Text(vi="Cao", en="High")),
    ]
)


SCORING = [Field("score", Text(vi="Điểm", en="Score"), "number")]


@register
class ToyPlotLayer(Layer):
    """Versioned: valid time and recorded time; seen by everyone."""

    id = "toy_plots"
    title = Text(vi="Thửa thử", en="Toy plots")
    about = Text(vi="Thửa có hai thời gian", en="Plots with two times")
    group = TOYS
    model = ToyPlot
    key = "plot"
    zoom = Zoom(4, 18, coarse=7)
    rung = Rung(by=("use",), sums=("area_m2",), ground="area_m2")
    attributes = [
        Attribute("number", Text(vi="Số", en="Number"), source="plot"),
        Attribute("name", Text(vi="Tên", en="Name")),
        Attribute("use", Text(vi="Sử dụng", en="Use"), choices=PlotUse),
        Attribute("area_m2", Text(vi="Diện tích", en="Area"), unit="m²", precision=1, from_zoom=10),
        Attribute("commune_name", Text(vi="Xã", en="Commune"), source="commune__name"),
        Attribute("valid_from", Text(vi="Từ ngày", en="From")),
    ]
    styles = [
        Style("use", Text(vi="Theo sử dụng", en="By use"), [Fill(color=by("use", Categories(PlotUse)))]),
        Style("plain", Text(vi="Đơn giản", en="Plain"), [Fill(color="#0B5FA5", outline="#0B5FA5")], when="area_m2 > 0"),
    ]
    filters = [Choice("use"), Range("area_m2"), During("valid_from")]
    time = Valid("valid_from", "valid_to", known_starts="recorded_from", known_ends="recorded_to")
    search = Search("name")
    access = Access(view=Public(), rows=Public())
    panel = plot_panel
    edit = Edit(fields=("name", "use", "area_m2"), by=(KEEPER, APPROVER), approve_by=APPROVER)
    importer = PLOTS
    source = Text(vi="Dữ liệu thử", en="Test data")
    attribution = Text.same("© toys")


@register
class ToyVisitLayer(Layer):
    """Row-scoped, with an attribute narrower than the layer, live values, actions and a door for devices."""

    id = "toy_visits"
    title = Text(vi="Lượt đến thử", en="Toy visits")
    group = TOYS
    model = ToyVisit
    zoom = Zoom(0, 16, coarse=8)
    rung = Rung(by=("kind",))
    attributes = [
        Attribute("name", Text(vi="Tên", en="Name")),
        Attribute("kind", Text(vi="Loại", en="Kind"), choices=VisitKind),
        Attribute("score", Text(vi="Điểm", en="Score"), live=True, precision=1),
        Attribute("done", Text(vi="Đã xong", en="Done")),
        Attribute("at", Text(vi="Lúc", en="At")),
        Attribute("commune", Text(vi="Mã xã", en="Commune id"), type="integer"),
        Attribute("commune_name", Text(vi="Xã", en="Commune"), source="commune__name"),
        Attribute("phone", Text(vi="Điện thoại", en="Phone"), access=Grant(KEEPER, within="commune")),
    ]
    styles = [Style("score", Text(vi="Điểm", en="Score"), [Circle(color=by("score", SCORE), label="name")])]
    filters = [Choice("kind"), Range("score"), During("at")]
    search = Search("name", restricted={"phone": Grant(KEEPER, within="commune")})
    depends_on = [Dependency(ToyUnit, via="commune")]
    access = Access(view=Roles(KEEPER, WATCHER), rows=Unit("commune"))
    live = True
    metrics = [Metric("score", Text(vi="Điểm", en="Score"), series=scores)]
    panel = visit_panel
    actions = [
        Action(
            "finish",
            Text(vi="Xong", en="Finish"),
            finish,
            form=[Field("score", Text(vi="Điểm", en="Score"), "number")],
            by=KEEPER,
        ),
        Action("discard", Text(vi="Bỏ", en="Discard"), discard, by=KEEPER, danger=True),
    ]
    edit = Edit(fields=("name", "kind", "phone", "geom", "commune"), by=KEEPER, create=True)
    ingest = Ingest(VisitIn, store_visit, by=role("device"), batch=50)


@register
class ToyMovingLayer(StreamLayer):
    """Streamed: things seen now, of the viewer's units."""

    id = "toy_moving"
    title = Text(vi="Vật di chuyển thử", en="Toy moving things")
    group = TOYS
    zoom = Zoom(10, 16)
    attributes = [
        Attribute("kind", Text(vi="Loại", en="Kind"), type="text"),
        Attribute("speed_kmh", Text(vi="Tốc độ", en="Speed"), unit="km/h", type="number"),
    ]
    styles = [Style("plain", Text(vi="Đơn giản", en="Plain"), [Circle(color="#0B5FA5", shape="diamond")])]
    filters = [Choice("kind")]
    access = Access(view=Roles(KEEPER), rows=Unit("commune_id"))
    live = True
    ttl = timedelta(seconds=5)


provide(ToyProvider())
