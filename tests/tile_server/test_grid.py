"""Tile addresses and the ground they cover."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from layers.core.errors import BadRequest
from layers.core.geo import HALF_WORLD_M
from tile_server.grid import Tile, tile_at

MERCATOR = Transformer.from_crs(4326, 3857, always_xy=True)


@given(st.integers(0, 22), st.data())
def test_the_centre_of_a_tile_lies_in_that_tile(z: int, data: st.DataObject) -> None:
    tile = Tile(z, data.draw(st.integers(0, (1 << z) - 1)), data.draw(st.integers(0, (1 << z) - 1)))
    box = tile.bbox()

    found = tile_at((box.west + box.east) / 2, (box.south + box.north) / 2, z) if z else tile

    assert found.x == tile.x
    # the middle of a tile's degrees is not the middle of its metres: near a pole it may be one tile off
    assert abs(found.y - tile.y) <= (0 if abs(box.south) < 80 and z > 4 else 1)


@given(st.integers(1, 20), st.floats(-179.9, 179.9), st.floats(-84, 84))
def test_degrees_and_metres_of_a_tile_are_the_same_ground(z: int, lon: float, lat: float) -> None:
    tile = tile_at(lon, lat, z)
    box = tile.bbox()

    west, south = MERCATOR.transform(box.west, box.south)

    assert (west, south) == pytest.approx(tile.mercator[:2], abs=1e-3)
    assert box.west - 1e-9 <= lon <= box.east + 1e-9
    assert box.south - 1e-9 <= lat <= box.north + 1e-9


def test_zoom_0_is_the_world() -> None:
    assert Tile(0, 0, 0).mercator == pytest.approx((-HALF_WORLD_M, -HALF_WORLD_M, HALF_WORLD_M, HALF_WORLD_M))


@pytest.mark.parametrize("address", [(23, 0, 0), (-1, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0)])
def test_an_impossible_address_is_refused_by_name(address: tuple[int, int, int]) -> None:
    with pytest.raises(BadRequest, match=f"{address[0]}/{address[1]}/{address[2]}") as refused:
        Tile(*address)

    assert refused.value.slug == "bad_tile"
