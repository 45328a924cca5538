"""Alerts on the map."""

from datetime import timedelta

from layers.admin_units.models import AdminUnit
from layers.alerts.actions import ACTIONS
from layers.alerts.models import Alert, AlertState, Rule
from layers.alerts.panel import alert_panel
from layers.alerts.roles import READERS
from layers.alerts.severity import Severity
from layers.core import (
    Access,
    Attribute,
    Choice,
    Circle,
    Dependency,
    During,
    Group,
    Layer,
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
from layers.core.declaration import Alarms
from layers.core.scale import Categories


@register
class AlertLayer(Layer):
    """One point an alert that stands, coloured by severity."""

    id = "alerts"
    title = Text(vi="Cảnh báo", en="Alerts")
    about = Text(
        vi="Cảnh báo do quy tắc phát ra từ số liệu của các lớp; quá khứ xem bằng thanh thời gian.",
        en="What rules raised from the numbers of the layers; the past is on the time slider.",
    )
    group = Group("operations", Text(vi="Điều hành", en="Operations"))
    model = Alert
    zoom = Zoom(0, 16)
    order = 900
    attributes = (
        Attribute("about", Text(vi="Đối tượng", en="About")),
        Attribute("rule_name", Text(vi="Quy tắc", en="Rule"), source={"vi": "rule__title_vi", "en": "rule__title_en"}),
        Attribute("severity", Text(vi="Mức độ", en="Severity"), choices=Severity),
        Attribute("worst", Text(vi="Mức cao nhất", en="At its worst"), choices=Severity),
        Attribute("state", Text(vi="Trạng thái", en="State"), choices=AlertState),
        Attribute("since_at", Text(vi="Từ lúc", en="Since")),
        Attribute("ended_at", Text(vi="Hết điều kiện lúc", en="Condition ended at")),
        Attribute("is_muted", Text(vi="Đang bảo trì", en="Under maintenance")),
        Attribute("source_layer", Text(vi="Lớp nguồn", en="Source layer"), source="layer"),
        Attribute("commune_name", Text(vi="Xã, phường", en="Commune"), source="commune__name"),
    )
    styles = (
        Style(
            "severity",
            Text(vi="Mức độ", en="Severity"),
            [
                Circle(
                    color=by("severity", Categories(Severity)),
                    shape="triangle",
                    radius_px=10,
                    label="about",
                    label_from_zoom=12,
                )
            ],
        ),
        Style(
            "state",
            Text(vi="Trạng thái", en="State"),
            [Circle(color=by("state", Categories(AlertState)), shape="triangle", radius_px=10)],
        ),
    )
    filters = (Choice("state"), Choice("severity"), Choice("rule_name"), Choice("source_layer"), During("since_at"))
    time = Valid("since_at", "until_at", step=timedelta(minutes=1), keep=timedelta(days=90))
    search = Search("about")
    depends_on = (Dependency(Rule, via="rule"), Dependency(AdminUnit, via="commune"))
    access = Access(view=Roles(*READERS), rows=Unit("commune"))
    live = True
    alarms = Alarms(since="since_at", when="state = 'open' and is_muted = false")
    panel = alert_panel
    actions = ACTIONS
