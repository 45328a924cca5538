"""What a cell says of what it holds, and what one that holds few keeps to itself."""

import struct
from types import SimpleNamespace
from typing import Any

import mapbox_vector_tile
import numpy as np

from layers.core.rung import SUM_SCALE, Rung
from tile_server.cells import Cells, draw
from tile_server.grid import Tile

TILE = Tile(11, 1627, 959)
SIDE = 4096 // 64


def cells(**held: list[tuple[int, int, int]]) -> Cells:
    """By value: column in row 2, count and area of what a cell holds, at the north-west corner of the cell."""
    west, _, _, north = TILE.mercator
    unit = TILE.size_m / 4096
    rows: list[Any] = []
    for value, found in held.items():
        data = b"".join(
            struct.pack(
                ">hhqqqqq",
                *(column, 2, count),
                *(round(count * 100 * (west + column * SIDE * unit)), round(count * 100 * (north - 2 * SIDE * unit))),
                *(area * SUM_SCALE, 0),
            )
            for column, count, area in found
        )
        rows.append(("1:1:", True, [value], data))
    made = Cells.of(rows)
    assert made is not None
    return made


def drawn(held: Cells, small_counts: int | None) -> list[dict[str, Any]]:
    layer: Any = SimpleNamespace(
        id="subject",
        rung=Rung(by=("use",), sums=("area",)),
        geometry_kind="point",
        access=SimpleNamespace(small_counts=small_counts),
        attribute=lambda _: SimpleNamespace(precision=0),
    )
    tile = mapbox_vector_tile.decode(draw(layer, TILE, held), default_options={"y_coord_down": True})
    found: list[dict[str, Any]] = tile["subject"]["features"]
    return found


def test_the_main_value_is_one_the_cell_holds_where_none_weighs_anything() -> None:
    held = cells(CLN=[(5, 3, 900)], ODT=[(9, 1, 0)])

    assert held.index.tolist() == [2 * 64 + 5, 2 * 64 + 9]
    assert held.main(0, "sum1") == ["CLN", "ODT"]


def test_a_cell_of_few_says_neither_how_many_nor_of_what_nor_where() -> None:
    many, few, fewest = drawn(cells(CLN=[(5, 30, 900), (9, 2, 40), (40, 1, 20)]), small_counts=5)

    assert many["properties"]["use"] == "CLN"
    assert many["properties"]["_count"] == 30
    assert np.allclose(many["geometry"]["coordinates"], [5 * SIDE, 2 * SIDE], atol=1)
    for hidden, column in ((few, 9), (fewest, 40)):
        assert set(hidden["properties"]) == {"_cell"}
        assert hidden["geometry"]["coordinates"] == [column * SIDE + SIDE // 2, 2 * SIDE + SIDE // 2]
