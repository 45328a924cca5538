"""Stations on the map, read off the picture: coloured, hatched where doubtful, grey where silent; the wind's arrows."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image

from layers.core.scale import NO_DATA_COLOR
from layers.sensors.scale import VN_AQI
from tests.e2e.conftest import Centre, Viewer

LAT, FIRST, APART = 11.45, 106.2, 0.02
NAMES = ("north", "east", "south", "west", "doubtful", "silent")
FROM = (0, 90, 180, 270, 45, 45)
"""Where the wind comes from at each of them, degrees."""
GOOD = str(VN_AQI.bands[0].color)
STROKES = "#17212B"
ARROW = "#0B5FA5"
ZOOM = 11.5
"""Without glyphs on the badges, which begin at 12."""

ADD = f"""
from django.contrib.gis.geos import Point
from layers.admin_units.models import AdminUnit
from layers.sensors.models import Datastream, HourlyIndex, Mean, Span, Station
place = AdminUnit.objects.get(code="25459", level="commune", is_current=True)
hour = HourlyIndex.objects.filter(aqi__isnull=False, stale=False).latest("at").at
for number, (name, wind) in enumerate(zip({NAMES}, {FROM})):
    aqi = None if name == "silent" else 42
    stands = dict(aqi=aqi, flagged=name == "doubtful", stale=name == "silent")
    one = Station.objects.create(code="TN_MAP_" + name, name=name, kind="air", commune=place, observed_at=hour,
        geom=Point({FIRST} + {APART} * number, {LAT}, srid=4326), **stands)
    HourlyIndex.objects.create(station=one, at=hour, **stands)
    for quantity, value in (("wind_speed", 2.5), ("wind_direction", float(wind))):
        stream = Datastream.objects.create(station=one, quantity=quantity)
        Mean.objects.create(datastream=stream, span=Span.HOUR, at=hour, mean=value, least=value, most=value, count=12,
            expected=12, is_complete=True)
"""
DROP = 'from layers.sensors.models import Station\nStation.objects.filter(code__startswith="TN_MAP_").delete()'


@pytest.fixture(scope="module")
def stations(centre: Centre) -> Iterator[None]:
    """Six in a row: four of them sound, one doubtful, one silent."""
    centre.manage("shell", "-c", ADD)
    yield
    centre.manage("shell", "-c", DROP)


@pytest.fixture
def look(viewer: Viewer, stations: None) -> Callable[..., Image.Image]:
    """The map of a layer as a picture, the row of stations across it, right of the catalogue or from below upwards."""

    def shown(layer: str, shot: str, bearing: float = 0) -> Image.Image:
        viewer.open(f"/?layers={layer}#map={ZOOM}/{LAT}/{FIRST + (2.5 if bearing else 1.4) * APART}")
        viewer.page.evaluate("bearing => { window.__geoioc.map.jumpTo({bearing}); }", bearing)
        viewer.await_features(layer, lambda found: len(found) >= 4)
        viewer.drawn()
        return Image.open(viewer.shot(shot)).convert("RGB")

    return shown


def place_of(viewer: Viewer, name: str) -> tuple[float, float]:
    """Where a station stands in the picture, px."""
    script = """([lon, lat]) => {
        const at = window.__geoioc.map.project([lon, lat]);
        const box = window.__geoioc.map.getCanvas().getBoundingClientRect();
        return [box.x + at.x, box.y + at.y];
    }"""
    x, y = viewer.page.evaluate(script, [FIRST + APART * NAMES.index(name), LAT])
    return float(x), float(y)


def alike(pixel: Any, color: str, by: float = 40) -> bool:
    wanted = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    return math.dist(pixel, wanted) <= by


def share(picture: Image.Image, middle: tuple[float, float], color: str) -> float:
    """How much of a badge is of a colour, its edge left out."""
    inside = [(x, y) for x in range(-6, 7) for y in range(-6, 7) if math.hypot(x, y) <= 6]
    pixels = [picture.getpixel((round(middle[0] + x), round(middle[1] + y))) for x, y in inside]
    return sum(alike(one, color) for one in pixels) / len(pixels)


def greenish(picture: Image.Image, middle: tuple[float, float]) -> float:
    """How much of a badge's inner square shows green, mixed with the strokes as it may be."""
    pixels = [
        picture.getpixel((round(middle[0]) + x, round(middle[1]) + y)) for x in range(-4, 5) for y in range(-4, 5)
    ]
    return sum(green - red > 60 for red, green, _ in pixels) / len(pixels)  # type: ignore[misc]


def test_a_doubtful_station_is_hatched_and_a_silent_one_grey(viewer: Viewer, look: Callable[..., Image.Image]) -> None:
    picture = look("stations", "stations-doubtful")
    badges = {name: place_of(viewer, name) for name in ("north", "doubtful", "silent")}

    of = {(name, color): share(picture, at, color) for name, at in badges.items() for color in
          (GOOD, STROKES, NO_DATA_COLOR)}  # fmt: skip

    assert of["north", GOOD] > 0.95
    assert of["silent", NO_DATA_COLOR] > 0.95
    assert of["doubtful", STROKES] > 0.15, of
    assert greenish(picture, badges["doubtful"]) > 0.3, "the index is still seen between the strokes"


@pytest.mark.parametrize("bearing", [0, 90])
def test_arrows_point_where_the_wind_blows_to_however_the_map_is_turned(
    viewer: Viewer, look: Callable[..., Image.Image], bearing: int
) -> None:
    picture = look("wind", f"wind-{bearing}", bearing)
    drawn = {one["id"]: one for one in viewer.features("wind")}
    assert {round(one["toward"]) for one in drawn.values()} >= {0, 90, 180, 270}

    for name, wind in zip(NAMES[:4], FROM, strict=False):
        toward = math.radians(wind + 180 - bearing)
        assert points(picture, place_of(viewer, name), toward), f"{name}, map turned by {bearing}°"
        assert not points(picture, place_of(viewer, name), toward + math.pi)
    for name in NAMES[4:]:
        assert share(picture, place_of(viewer, name), ARROW) == 0, f"{name} gives no arrow"


def points(picture: Image.Image, middle: tuple[float, float], toward: float) -> bool:
    """Whether an arrow's head lies on that side of its middle, clockwise from the top: it is wide, the shaft is not."""

    def is_drawn(along: float, across: float) -> bool:
        x = middle[0] + along * math.sin(toward) + across * math.cos(toward)
        y = middle[1] - along * math.cos(toward) + across * math.sin(toward)
        return alike(picture.getpixel((round(x), round(y))), ARROW, 80)

    is_long = is_drawn(7, 0) and is_drawn(-7, 0)
    return is_long and all(is_drawn(3, side) and not is_drawn(-4, side) for side in (-5, 5))
