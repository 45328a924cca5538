"""Stations on the map."""

from datetime import timedelta

from layers.core import (
    Access,
    AsOf,
    Attribute,
    Choice,
    Circle,
    Dependency,
    Grant,
    Group,
    Layer,
    Metric,
    Option,
    Public,
    Range,
    Search,
    Style,
    Text,
    Zoom,
    by,
    register,
    role,
)
from layers.sensors.index.air import NAMES
from layers.sensors.ingest.receive import READINGS
from layers.sensors.models import LAYER, HourlyIndex, Source, Station, StationKind
from layers.sensors.panel import station_panel
from layers.sensors.quantity import QUANTITIES
from layers.sensors.scale import FLOOD, VN_AQI, VN_WQI
from layers.sensors.series import floods, of_index, of_quantity, stations_at

ENVIRONMENT = role("environment")

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
    ingest = READINGS
