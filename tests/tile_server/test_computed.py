"""Computed layers as tiles: clipped by shapely, encoded by mapbox-vector-tile, dropped when what they read changes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest
import shapely

from layers.core import Access, Attribute, ComputedLayer, Dependency, Fill, Public, Search, Shape, Style, Text, Zoom
from layers.core.geo import Bbox
from layers.core.install import sync_database
from layers.core.viewer import Viewer
from tests.tile_server.harness import Server, run
from tests.toys import factories
from tests.toys.models import ToyUnit
from tests.toys.provider import TOYS
from tests.toys.temporary import temporarily
from tile_server.grid import BUFFER, EXTENT, tile_at

pytestmark = pytest.mark.django_db(transaction=True)


class Surroundings(ComputedLayer):
    """A wide square named by the first unit there is."""

    id = "toy_surroundings"
    title = Text(vi="Vùng thử", en="Toy surroundings")
    group = TOYS
    zoom = Zoom(0, 18)
    attributes = [
        Attribute("name", Text(vi="Tên", en="Name")),
        Attribute("size", Text(vi="Cỡ", en="Size"), type="number"),
    ]
    styles = [Style("plain", Text(vi="Đơn giản", en="Plain"), [Fill(color="#0B5FA5")])]
    search = Search("name")
    access = Access(view=Public(), rows=Public())
    depends_on = [Dependency(ToyUnit)]

    def shapes(
        self, viewer: Viewer, at: datetime | None, bbox: Bbox | None, zoom: int | None = None
    ) -> Iterable[Shape]:
        name = ToyUnit.objects.order_by("pk").values_list("name", flat=True).first()
        if name:
            yield Shape(id=7, geometry=shapely.box(100, 5, 112, 17), attributes={"name": name, "size": 12.0})


@pytest.fixture
def layer() -> Any:
    with temporarily(Surroundings) as (made,):
        sync_database()
        yield made


WHERE = str(tile_at(*factories.CENTRE, 10))


def test_a_shape_larger_than_the_tile_is_cut_to_it(layer: Any) -> None:
    factories.make_unit("Xã Tân Châu")

    found = run(lambda s: s.get(f"/tiles/toy_surroundings/{WHERE}.mvt"))

    (feature,) = found.features("toy_surroundings")
    west, south, east, north = shapely.from_geojson(_geojson(feature)).bounds
    assert (west, south, east, north) == (-BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
    assert feature["id"] == 7
    assert feature["properties"] == {"name": "Xã Tân Châu", "size": 12.0}


def test_a_change_of_what_it_reads_changes_the_tile(layer: Any) -> None:
    unit = factories.make_unit("cũ")

    async def asked(s: Server) -> list[str]:
        names = []
        for name in ("cũ", "mới"):
            ToyUnit.objects.filter(pk=unit.pk).update(name=name)
            found = await s.get(f"/tiles/toy_surroundings/{WHERE}.mvt")
            names.append(found.features("toy_surroundings")[0]["properties"]["name"])
        return names

    assert run(asked) == ["cũ", "mới"]


def test_a_composite_tile_holds_stored_and_computed_layers(layer: Any) -> None:
    factories.make_unit("Xã Tân Châu")
    factories.make_plot()

    found = run(lambda s: s.get(f"/tiles/toy_plots,toy_surroundings/{WHERE}.mvt"))

    assert set(found.tile) == {"toy_plots", "toy_surroundings"}


@pytest.mark.parametrize(
    ("condition", "number"), [("size > 5", 1), ("size < 5", 0), ("ACCENTI(name) = ACCENTI('XA TAN CHAU')", 1)]
)
def test_a_filter_holds_for_computed_shapes_too(layer: Any, condition: str, number: int) -> None:
    from urllib.parse import quote

    factories.make_unit("Xã Tân Châu")

    found = run(lambda s: s.get(f"/tiles/toy_surroundings/{WHERE}.mvt?filter={quote(condition)}"))

    assert len(found.features("toy_surroundings")) == number


def _geojson(feature: dict[str, Any]) -> str:
    import json

    return json.dumps(feature["geometry"])
