"""The air between the stations and the wind at them, of an hour: what two computed layers draw, and their panels.

Read through the layer of the stations with the same viewer: who may not see a station does not see it in the surface.
Stations that are silent, or have doubtful readings in that hour, stay out. The surface ends at the province's border as
it held that day; where none is known, by the distance to the stations alone.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Final

import shapely
from django.conf import settings
from django.db.models import QuerySet

from layers.admin_units import outline
from layers.admin_units.lookup import holding_on
from layers.admin_units.models import Boundary, Level
from layers.core import Feature, KeyValue, Layer, Note, Panel, Related, Shape, Stat, Text, Viewer, registry
from layers.core.attribute import Options
from layers.core.geo import Bbox
from layers.core.panel import Quantity
from layers.core.scale import Band, Steps
from layers.core.time import LOCAL
from layers.sensors.interpolate import LEAST_STATIONS, NEAREST_M, THIRD_M, Outline, Sample, surface
from layers.sensors.models import LAYER, HourlyIndex, Mean, Span
from layers.sensors.quantity import QUANTITIES
from layers.sensors.scale import AQI_LADDERS, VN_AQI

MOST_STATIONS: Final = 5_000
_POINTS = [point for point, _ in AQI_LADDERS["pm25"].points][: len(VN_AQI.bands)]
PM25: Final = Steps(
    [
        Band(start=start, color=band.color, title=Text.same(f"PM2.5 ≥ {start:g} µg/m³"))
        for band, start in zip(VN_AQI.bands, _POINTS, strict=True)
    ]
)
"""PM2.5 in µg/m³ at the points where VN_AQI changes its level (decision 1459/QĐ-TCMT), in the colours of the levels."""


class Shown(Options):
    """What a surface shows."""

    AQI = "aqi", "VN_AQI giờ", "Hourly VN_AQI"
    PM25 = "pm25", "PM2.5 trung bình giờ", "Hourly mean PM2.5"


SCALES: Final[Mapping[Shown, Steps]] = {Shown.AQI: VN_AQI, Shown.PM25: PM25}
Values = Mapping[int, float]
Places = Mapping[int, tuple[float, float]]


def air_shapes(viewer: Viewer, at: datetime | None, bbox: Bbox | None) -> Iterator[Shape]:
    """A shape for every band of both surfaces of an hour; the newest where none is asked for."""
    if (hour := at or _newest()) is None:
        return
    places, within = _places(viewer), _province(hour.astimezone(LOCAL).date())
    for number, shown in enumerate(Shown):
        values = _indices(places, hour) if shown is Shown.AQI else _means(places, hour, "pm25")
        made = surface(_samples(places, values), SCALES[shown], within)
        if made is None:
            continue
        for patch in made.patches:
            band = SCALES[shown].bands.index(patch.band)
            yield Shape(
                id=number * 100 + band + 1,
                geometry=patch.geometry,
                attributes={
                    "shown": shown.value,
                    "value": patch.mean,
                    "least": patch.least,
                    "most": patch.most,
                    "error": made.error,
                    "stations": made.stations,
                    "hour": hour,
                },
            )


def wind_shapes(viewer: Viewer, at: datetime | None, bbox: Bbox | None) -> Iterator[Shape]:
    """Where the wind of an hour blew to at every station that measures it; the newest hour where none is asked for."""
    if (hour := at or _newest()) is None:
        return
    places = _places(viewer)
    speeds, directions = _means(places, hour, "wind_speed"), _means(places, hour, "wind_direction")
    for station in sorted(speeds.keys() & directions.keys()):
        yield Shape(
            id=station,
            geometry=shapely.Point(places[station]),
            attributes={
                "speed": speeds[station],
                "direction": directions[station],
                "toward": (directions[station] + 180) % 360,
                "hour": hour,
            },
        )


def air_panel(row: Feature, viewer: Viewer, at: datetime | None = None) -> Panel:
    """What the surface says there, of how many stations, and how far it misses."""
    said, shown = row.attributes, Shown(row.attributes["shown"])  # type: ignore[call-arg]
    unit = QUANTITIES["pm25"].unit if shown is Shown.PM25 else None

    def amount(name: str, precision: int = 0) -> Quantity:
        return Quantity(value=said[name], unit=unit, precision=precision)

    rows = [
        (Text(vi="Thấp nhất trong vùng", en="Least in the area"), amount("least")),
        (Text(vi="Cao nhất trong vùng", en="Most in the area"), amount("most")),
        (Text(vi="Số trạm", en="Stations"), said["stations"]),
        (Text(vi="Sai số khi bỏ từng trạm (RMSE)", en="Error with each station left out (RMSE)"), amount("error", 1)),
        (Text(vi="Giờ kết thúc", en="Hour ending"), _hour(said["hour"])),
    ]
    return Panel(
        title=shown.title,
        updated_at=said["hour"],
        blocks=[
            Stat.on(
                Text(vi="Trung bình trong vùng", en="Mean of the area"), said["value"], SCALES[shown],
                unit=unit, precision=0,
            ),
            Note(text=_DERIVED, level="warning"),
            KeyValue(rows=rows),
            Related(layer=LAYER, title=Text(vi="Trạm gần đây", en="Stations nearby"), within_m=NEAREST_M),
        ],
    )  # fmt: skip


_DERIVED = Text(
    vi="Giá trị nội suy giữa các trạm (nghịch đảo bình phương khoảng cách), không phải số đo. Không vẽ nơi cách mọi"
    f" trạm hơn {NEAREST_M // 1000} km hoặc có ít hơn {LEAST_STATIONS} trạm trong {THIRD_M // 1000} km; trạm mất dữ"
    " liệu hoặc có số liệu nghi ngờ không được dùng. Vùng vẽ dừng ở ranh giới tỉnh.",
    en="Values between the stations (inverse square of the distance), not measured. Nothing is drawn farther than"
    f" {NEAREST_M // 1000} km from every station or with fewer than {LEAST_STATIONS} stations within"
    f" {THIRD_M // 1000} km; stations that are silent or have doubtful readings are not used. It ends at"
    " the province's border.",
)


def _newest() -> datetime | None:
    """The newest hour that has an index."""
    hours = HourlyIndex.objects.filter(aqi__isnull=False, stale=False).order_by("-at")
    return hours.values_list("at", flat=True).first()


def _province(on: date) -> Outline | None:
    """The outline of this installation's province on a day."""
    held = Boundary.objects.filter(holding_on(on), level=Level.PROVINCE.value, unit__code=settings.GEO_IOC_PROVINCE)
    key = held.values_list("pk", "version").first()
    return _outline(key) if key else None


@lru_cache(maxsize=4)
def _outline(key: tuple[int, int]) -> Outline | None:
    """A boundary in one of its versions, read once."""
    row = Boundary.objects.filter(pk=key[0], version=key[1]).first()
    return Outline(key, outline.read(row.geom)) if row else None


def _places(viewer: Viewer) -> Places:
    """Degrees of the stations the viewer may see, by id."""
    stations = registry.get(LAYER)
    assert isinstance(stations, Layer)
    return {one.id: shapely.from_wkb(one.wkb).coords[0] for one in stations.query(viewer).all(MOST_STATIONS)}


def _indices(places: Places, hour: datetime) -> Values:
    rows = _sound(places, hour).values_list("station_id", "aqi")
    return {station: aqi for station, aqi in rows if aqi is not None}


def _means(places: Places, hour: datetime, quantity: str) -> Values:
    sound = _sound(places, hour).values("station_id")
    rows = Mean.objects.filter(
        span=Span.HOUR, at=hour, is_complete=True, datastream__quantity=quantity, datastream__station__in=sound
    )
    return dict(rows.values_list("datastream__station_id", "mean"))


def _sound(places: Places, hour: datetime) -> QuerySet[HourlyIndex]:
    """How those stations stood whose hour can be believed."""
    return HourlyIndex.objects.filter(at=hour, station__in=list(places), stale=False, flagged=False)


def _samples(places: Places, values: Values) -> tuple[Sample, ...]:
    return tuple(Sample(*places[station], float(value)) for station, value in sorted(values.items()))


def _hour(at: datetime) -> str:
    return f"{at.astimezone(LOCAL):%H:%M %d/%m/%Y}"
