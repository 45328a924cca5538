"""What the page tells: of each air station its index, band, advice, age and last day; of the province the range.

In: the stations everyone may see and their hours. Out: values in one language; the template only places them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from layers.admin_units.lookup import unit_at
from layers.admin_units.models import Level
from layers.core.scale import Band
from layers.core.time import LOCAL
from layers.core.viewer import ANYONE
from layers.sensors.index.air import NAMES
from layers.sensors.models import HourlyIndex, Source, Station, StationKind
from layers.sensors.scale import ADVICE, VN_AQI
from layers.sensors.today.trend import Hour, Trend, trend
from layers.sensors.visible import stations

HOURS: Final = 24
SHOWN_FOR: Final = timedelta(hours=3)
"""An index whose newest reading is older is not the air of now, whatever a job that stands still left in its column."""
MOST_STATIONS: Final = 40
"""More would not fit the page's weight; the others are on the map."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """The index of a station and what it means.

    Attributes:
        hour: end of the hour that it is of.
        ink: colour of text on the band's colour, by contrast.
        pollutant: the one that makes the index; empty where it is not known.
    """

    aqi: int
    band: str
    color: str
    ink: str
    everyone: str
    sensitive: str
    hour: datetime
    pollutant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A station on the page; `now` None: there is no index to show, `since` the time of the newest reading."""

    id: int
    name: str
    place: str
    lon: float
    lat: float
    now: Now | None
    since: datetime | None
    age_min: int | None
    flagged: bool
    trend: Trend


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The whole page.

    Attributes:
        province: its name; empty where its units are not loaded.
        entries: highest index first, then those without one.
        bands: how many stations are in which band, lowest first: (title, colour, ink, number).
        more: stations that did not fit.
        demo: whether a station is invented.
    """

    province: str
    at: datetime
    entries: Sequence[Entry]
    bands: Sequence[tuple[str, str, str, int]]
    more: int
    demo: bool

    @property
    def known(self) -> "list[Entry]":
        """The stations with an index."""
        return [one for one in self.entries if one.now is not None]


def board(language: str, at: datetime) -> Board:
    """The page in a language, as it is at a time."""
    found = list(stations(ANYONE).filter(kind=StationKind.AIR.value).select_related("commune").order_by("pk"))
    hours = _hours([one.pk for one in found], at)
    entries = [_entry(one, hours[one.pk], language, at) for one in found]
    entries.sort(key=lambda one: (-(one.now.aqi if one.now else -1), one.name))
    province = unit_at(settings.GEO_IOC_PROVINCE, Level.PROVINCE, at.astimezone(LOCAL).date())
    return Board(
        province=(province.name_en if language == "en" else province.full_name) if province else "",
        at=at,
        entries=entries[:MOST_STATIONS],
        bands=_bands(entries, language),
        more=max(len(entries) - MOST_STATIONS, 0),
        demo=any(one.source == Source.DEMO for one in found),
    )


def _hours(station_ids: Sequence[int], at: datetime) -> Mapping[int, dict[datetime, int | None]]:
    """By station the index of each hour of the last day."""
    found: dict[int, dict[datetime, int | None]] = defaultdict(dict)
    rows = HourlyIndex.objects.filter(station__in=station_ids, at__gt=at - timedelta(hours=HOURS), at__lte=at)
    for station, hour, aqi in rows.values_list("station_id", "at", "aqi"):
        found[station][hour] = aqi
    return found


def _entry(station: Station, hours: Mapping[datetime, int | None], language: str, at: datetime) -> Entry:
    last = at.replace(minute=0, second=0, microsecond=0)
    day: list[Hour] = [
        (hour, hours.get(hour)) for hour in (last - timedelta(hours=ago) for ago in reversed(range(HOURS)))
    ]
    seen = station.observed_at
    return Entry(
        id=station.pk,
        name=station.name,
        place=station.commune.name_en if language == "en" else station.commune.full_name,
        lon=round(station.geom.x, 5),
        lat=round(station.geom.y, 5),
        now=_now(station, day, language, at),
        since=seen,
        age_min=int((at - seen).total_seconds() // 60) if seen else None,
        flagged=station.flagged,
        trend=trend(day),
    )


def _now(station: Station, day: Sequence[Hour], language: str, at: datetime) -> Now | None:
    seen = station.observed_at
    if station.aqi is None or station.stale or seen is None or at - seen > SHOWN_FOR:
        return None
    hour = next((hour for hour, aqi in reversed(day) if aqi == station.aqi), None)
    if hour is None:
        return None
    band = VN_AQI.band(station.aqi)
    if band is None:
        return None
    advice = ADVICE[band.start]
    return Now(
        aqi=station.aqi,
        band=band.title.to(language),
        color=band.color,
        ink=ink_on(band.color),
        everyone=advice.everyone.to(language),
        sensitive=advice.sensitive.to(language),
        hour=hour,
        pollutant=NAMES.get(station.pollutant, ""),
    )


def _bands(entries: Sequence[Entry], language: str) -> list[tuple[str, str, str, int]]:
    found = []
    for band in VN_AQI.bands:
        title = band.title.to(language)
        number = sum(one.now is not None and one.now.band == title for one in entries)
        if number:
            found.append((title, band.color, ink_on(band.color), number))
    return found


def ink_on(color: str) -> str:
    """Black or white, whichever stands out more on a colour (WCAG 2.2, relative luminance)."""
    red, green, blue = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    light = 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)
    return "#000" if (light + 0.05) / 0.05 > 1.05 / (light + 0.05) else "#fff"


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def scale(language: str) -> list[tuple[str, str, str, str]]:
    """The bands of the index for its legend: range, title, colour, ink."""
    bands: Sequence[Band] = VN_AQI.bands
    ends = [int(band.start) - 1 for band in bands[1:]] + [500]
    return [
        (f"{int(band.start)}–{end}", band.title.to(language), band.color, ink_on(band.color))
        for band, end in zip(bands, ends, strict=True)
    ]
