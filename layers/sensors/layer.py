"""Stations on the map."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from layers.admin_units.models import Boundary
from layers.core import (
    Access,
    AsOf,
    Attribute,
    Choice,
    Circle,
    ComputedLayer,
    Dependency,
    Fill,
    Grant,
    Group,
    Layer,
    Metric,
    Option,
    Public,
    Range,
    Search,
    Shape,
    Style,
    Text,
    Viewer,
    Zoom,
    by,
    register,
)
from layers.core.geo import Bbox
from layers.sensors.index.air import NAMES
from layers.sensors.ingest.receive import READINGS
from layers.sensors.models import LAYER, Datastream, HourlyIndex, Mean, Source, Station, StationKind
from layers.sensors.panel import station_panel
from layers.sensors.quality.actions import CALIBRATE, END_MAINTENANCE, ENVIRONMENT, MAINTAIN, REVIEW
from layers.sensors.quantity import QUANTITIES
from layers.sensors.scale import FLOOD, VN_AQI, VN_WQI
from layers.sensors.series import floods, of_index, of_quantity, stations_at
from layers.sensors.surface import PM25, Shown, air_panel, air_shapes, wind_shapes

OF_AN_HOUR = (Dependency(HourlyIndex), Dependency(Mean), Dependency(Datastream), Dependency(Station))
"""What the layers computed of an hour read."""
POLLUTANTS = [Option(name, Text.same(title)) for name, title in NAMES.items()]
FLOODS = [Option(int(band.start), band.title, band.color) for band in FLOOD.bands]
INDICES = (
    Metric("aqi", Text(vi="VN_AQI giờ", en="Hourly VN_AQI"), series=of_index("aqi")),
    Metric("wqi", Text.same("VN_WQI"), series=of_index("wqi")),
    Metric("flood", Text(vi="Cấp báo động lũ", en="Flood alert level"), series=floods),
)


@register
class StationLayer(Layer):
    """One badge a station, shaped by what it watches, coloured by its newest index; grey when it is silent."""

    id = LAYER
    title = Text(vi="Trạm quan trắc môi trường", en="Environment stations")
    about = Text(
        vi="Trạm không khí, nước mặt, mực nước với số liệu 5 phút, VN_AQI, VN_WQI và cấp báo động lũ.",
        en="Stations of air, surface water and water level: five-minute readings, VN_AQI, VN_WQI, flood alert levels.",
    )
    group = Group("environment", Text(vi="Môi trường", en="Environment"))
    model = Station
    zoom = Zoom(5, 16)
    source = Text(vi="Trạm quan trắc tự động; dữ liệu trình diễn", en="Automatic stations; demo data")
    attribution = Text(vi="Dữ liệu trình diễn", en="Demo data")
    promised = timedelta(hours=1)  # an index is made every hour
    attributes = (
        Attribute("code", Text(vi="Mã trạm", en="Code")),
        Attribute("name", Text(vi="Tên trạm", en="Station")),
        Attribute("kind", Text(vi="Loại trạm", en="Kind"), choices=StationKind),
        Attribute("aqi", Text(vi="VN_AQI giờ", en="Hourly VN_AQI"), live=True),
        Attribute("pollutant", Text(vi="Chất ô nhiễm chính", en="Main pollutant"), choices=POLLUTANTS, live=True),
        Attribute("wqi", Text.same("VN_WQI"), live=True),
        Attribute("flood", Text(vi="Báo động lũ", en="Flood alert"), choices=FLOODS, live=True),
        Attribute("level_m", Text(vi="Mực nước", en="Water level"), unit="m", precision=2, live=True),
        Attribute("observed_at", Text(vi="Đo lúc", en="Measured at"), live=True),
        Attribute("stale", Text(vi="Mất dữ liệu", en="Silent"), live=True),
        Attribute("flagged", Text(vi="Có số liệu nghi ngờ", en="Has doubtful readings")),
        Attribute("commune_name", Text(vi="Xã, phường", en="Commune"), source="commune__full_name"),
        Attribute("address", Text(vi="Địa chỉ", en="Address"), from_zoom=14),
        Attribute("operator", Text(vi="Đơn vị vận hành", en="Operator"), from_zoom=14),
        Attribute(
            "duty_phone",
            Text(vi="Điện thoại trực", en="Duty phone"),
            access=Grant(ENVIRONMENT, within="commune"),
        ),
        Attribute("source", Text(vi="Nguồn", en="Source"), choices=Source, from_zoom=14),
    )
    styles = (
        Style(
            "index",
            Text(vi="Theo chỉ số", en="By index"),
            [
                Circle(
                    when="kind = 'air'",
                    title=Text(vi="Không khí: VN_AQI", en="Air: VN_AQI"),
                    color=by("aqi", VN_AQI),
                    shape="circle",
                    radius_px=9,
                    icon=StationKind.AIR.icon,
                    label="name",
                    label_from_zoom=11,
                ),
                Circle(
                    when="kind = 'surface_water'",
                    title=Text(vi="Nước mặt: VN_WQI", en="Surface water: VN_WQI"),
                    color=by("wqi", VN_WQI),
                    shape="square",
                    radius_px=9,
                    icon=StationKind.SURFACE_WATER.icon,
                    label="name",
                    label_from_zoom=11,
                ),
                Circle(
                    when="kind = 'water_level'",
                    title=Text(vi="Mực nước: báo động lũ", en="Water level: flood alert"),
                    color=by("flood", FLOOD),
                    shape="diamond",
                    radius_px=9,
                    icon=StationKind.WATER_LEVEL.icon,
                    label="name",
                    label_from_zoom=11,
                ),
                Circle(
                    when="flagged = true",
                    title=Text(vi="Có số liệu nghi ngờ", en="Has doubtful readings"),
                    color="#17212B",
                    shape="hatch",
                    radius_px=9,
                ),
            ],
        ),
    )
    filters = (Choice("kind"), Range("aqi"), Choice("flood"), Choice("commune_name"))
    time = AsOf(stations_at, step=timedelta(hours=1), keep=timedelta(days=30))
    depends_on = (Dependency(HourlyIndex, "station"),)  # the past reads these: a late value changes it
    search = Search("name", "code")
    access = Access(view=Public(), rows=Public())
    live = True
    metrics = (
        *INDICES,
        *(Metric(one.name, one.title, one.unit or None, series=of_quantity(one.name)) for one in QUANTITIES.values()),
    )
    panel = station_panel
    actions = (REVIEW, CALIBRATE, MAINTAIN, END_MAINTENANCE)
    ingest = READINGS


@register
class AirSurfaceLayer(ComputedLayer):
    """The air between the stations of an hour, where it may be believed; hidden until it is chosen."""

    id = "air_surface"
    title = Text(vi="Chất lượng không khí nội suy", en="Air quality between the stations")
    about = Text(
        vi="VN_AQI và PM2.5 của giờ gần nhất, nội suy giữa các trạm; để trống nơi không đủ trạm.",
        en="VN_AQI and PM2.5 of the newest hour between the stations; left empty where there are too few.",
    )
    group = Group("environment", Text(vi="Môi trường", en="Environment"))
    geometry_kind = "polygon"
    zoom = Zoom(5, 12)
    order = 90
    visible = False
    attributes = (
        Attribute("shown", Text(vi="Đại lượng", en="Shown"), choices=Shown, type="text"),
        Attribute("value", Text(vi="Trung bình", en="Mean"), type="number", precision=0),
        Attribute("least", Text(vi="Thấp nhất", en="Least"), type="number", precision=0),
        Attribute("most", Text(vi="Cao nhất", en="Most"), type="number", precision=0),
        Attribute("error", Text(vi="Sai số (RMSE)", en="Error (RMSE)"), type="number", precision=1),
        Attribute("stations", Text(vi="Số trạm", en="Stations"), type="integer"),
        Attribute("hour", Text(vi="Giờ kết thúc", en="Hour ending"), type="datetime"),
    )
    styles = (
        Style(
            "aqi",
            Text(vi="VN_AQI giờ", en="Hourly VN_AQI"),
            [Fill(color=by("value", VN_AQI), opacity=0.45)],
            when="shown = 'aqi'",
        ),
        Style(
            "pm25",
            Text(vi="PM2.5 trung bình giờ", en="Hourly mean PM2.5"),
            [Fill(color=by("value", PM25), opacity=0.45)],
            when="shown = 'pm25'",
        ),
    )
    access = Access(view=Public(), rows=Public())
    depends_on = (*OF_AN_HOUR, Dependency(Boundary))
    time = AsOf(stations_at, step=timedelta(hours=1), keep=timedelta(days=30))
    panel = air_panel

    def shapes(
        self, viewer: Viewer, at: datetime | None, bbox: Bbox | None, zoom: int | None = None
    ) -> Iterable[Shape]:
        """A shape a band."""
        return air_shapes(viewer, at, bbox)


@register
class WindLayer(ComputedLayer):
    """An arrow at every station that measures the wind: where it blew to in an hour."""

    id = "wind"
    title = Text(vi="Gió tại trạm", en="Wind at the stations")
    group = Group("environment", Text(vi="Môi trường", en="Environment"))
    zoom = Zoom(5, 14)
    order = 110
    visible = False
    attributes = (
        Attribute("speed", Text(vi="Tốc độ gió", en="Wind speed"), unit="m/s", type="number", precision=1),
        Attribute("direction", Text(vi="Gió từ hướng", en="Wind from"), unit="°", type="number", precision=0),
        Attribute("toward", Text(vi="Thổi về hướng", en="Blowing to"), unit="°", type="number", precision=0),
        Attribute("hour", Text(vi="Giờ kết thúc", en="Hour ending"), type="datetime"),
    )
    styles = (
        Style(
            "arrows",
            Text(vi="Mũi tên theo chiều gió", en="Arrows along the wind"),
            [Circle(color="#0B5FA5", shape="arrow", rotate="toward", radius_px=13, label="speed", label_from_zoom=10)],
        ),
    )
    access = Access(view=Public(), rows=Public())
    depends_on = OF_AN_HOUR
    time = AsOf(stations_at, step=timedelta(hours=1), keep=timedelta(days=30))

    def shapes(
        self, viewer: Viewer, at: datetime | None, bbox: Bbox | None, zoom: int | None = None
    ) -> Iterable[Shape]:
        """An arrow a station."""
        return wind_shapes(viewer, at, bbox)
