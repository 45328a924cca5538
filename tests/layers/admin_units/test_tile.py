"""The two archipelagos in decoded tiles, whatever else is drawn; unit names in tiles; imports reach tiles."""

import math
from typing import Any

import pytest

from layers.admin_units.labels import ARCHIPELAGOS
from tests.tile_server.harness import Server, run
from tile_server.grid import tile_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]

COUNTRY_ZOOMS = range(0, 13)
"""From the whole world down to one archipelago filling the screen."""


def tile_of(lonlat: tuple[float, float], zoom: int) -> str:
    return str(tile_at(*lonlat, zoom))


@pytest.mark.parametrize("one", ARCHIPELAGOS, ids=lambda one: one.name)
def test_the_archipelagos_are_named_in_the_tile_of_every_zoom(one: Any) -> None:
    async def names(server: Server) -> list[set[str]]:
        paths = [f"/tiles/sovereignty_labels/{tile_of(one.lonlat, zoom)}.mvt" for zoom in COUNTRY_ZOOMS]
        answers = [await server.get(path) for path in paths]
        return [{f["properties"].get("name", "") for f in a.features("sovereignty_labels")} for a in answers]

    for zoom, found in zip(COUNTRY_ZOOMS, run(names), strict=True):
        assert one.name in found, f"{one.name} is not named at zoom {zoom}"


@pytest.mark.parametrize("lonlat", [(111.608, 16.535), (111.920, 8.645)], ids=["Đảo Hoàng Sa", "Đảo Trường Sa"])
def test_their_islands_are_drawn_in_the_tile_of_every_zoom(lonlat: tuple[float, float]) -> None:
    async def areas(server: Server) -> list[float]:
        paths = [f"/tiles/sovereignty_labels/{tile_of(lonlat, zoom)}.mvt" for zoom in COUNTRY_ZOOMS]
        answers = [await server.get(path) for path in paths]
        return [
            sum(_area(f["geometry"]) for f in a.features("sovereignty_labels") if f["geometry"]["type"] != "Point")
            for a in answers
        ]

    for zoom, area in zip(COUNTRY_ZOOMS, run(areas), strict=True):
        # 4096 units are 512 px: two pixels across are 16 units.
        assert area > 16**2 / 2, f"the islands are not drawn at zoom {zoom}"


def test_a_commune_tile_carries_what_the_layer_declares() -> None:
    async def features(server: Server) -> Any:
        answer = await server.get(f"/tiles/communes/{tile_of((106.161, 11.556), 10)}.mvt")
        return answer.features("communes")

    found = {feature["properties"]["code"]: feature["properties"] for feature in run(features)}

    assert found["25516"]["name"] == "Xã Tân Châu"
    assert found["25516"]["kind"] == "commune"
    assert found["25516"]["source"] == "illustrative"


def test_names_change_from_provinces_to_communes_at_zoom_nine() -> None:
    async def levels(server: Server) -> Any:
        far = await server.get(f"/tiles/unit_labels/{tile_of((106.3, 10.7), 7)}.mvt")
        near = await server.get(f"/tiles/unit_labels/{tile_of((106.161, 11.5), 9)}.mvt")
        return [{f["properties"]["level"] for f in answer.features("unit_labels")} for answer in (far, near)]

    assert run(levels) == [{"province"}, {"commune"}]


def _area(geometry: Any) -> float:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return sum(abs(_ring(polygon[0])) for polygon in polygons)


def _ring(points: Any) -> float:
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return math.fsum(x * v - u * y for (x, y), (u, v) in pairs) / 2
