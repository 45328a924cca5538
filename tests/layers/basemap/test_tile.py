"""Far tiles leave small roads out; the statement serves every zoom."""

from typing import Any

import pytest
from django.contrib.gis.geos import LineString, MultiLineString

from layers.basemap.models import Road
from tests.tile_server.harness import Server, run
from tile_server.grid import tile_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("zoom", "classes"),
    [(7, {"trunk"}), (10, {"trunk"}), (11, {"trunk", "tertiary"}), (12, {"trunk", "tertiary", "residential"})],
)
def test_a_tile_carries_the_roads_of_its_zoom(zoom: int, classes: set[str]) -> None:
    for number, road_class in enumerate(("trunk", "tertiary", "residential")):
        line = LineString((106.12, 11.31 + number / 1000), (106.14, 11.31 + number / 1000), srid=4326)
        Road.objects.create(
            code=road_class,
            name=road_class,
            road_class=road_class,
            length_m=2_000,
            geom=MultiLineString(line, srid=4326),
        )

    async def roads(server: Server) -> Any:
        return (await server.get(f"/tiles/roads/{tile_at(106.13, 11.311, zoom)}.mvt")).features("roads")

    assert {feature["properties"]["road_class"] for feature in run(roads)} == classes
