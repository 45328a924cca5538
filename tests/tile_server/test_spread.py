"""Cells that count more ground than they are, drawn over the empty ones around them."""

import math

import numpy as np
import pytest

from layers.core import Rung
from layers.core.access import Access, Public
from layers.core.registry import registry
from layers.core.rung import CELLS
from tests.tile_server.harness import run
from tests.toys import factories
from tile_server.grid import Tile, tile_at
from tile_server.spread import FARTHEST, SLACK, cell_ground_m2, spread

MIDDLE = 32 * CELLS + 32


def drawn(index: list[int], cells: list[float]) -> dict[int, list[int]]:
    """Positions by the cell drawn there, where each counts the ground of so many cells."""
    positions, owners = spread(np.array(index), np.array(cells) * 7.0, 7.0)
    assert len(set(positions.tolist())) == len(positions)
    assert positions.min() >= 0
    assert positions.max() < CELLS * CELLS
    found: dict[int, list[int]] = {place: [] for place in index}
    for position, owner in zip(positions.tolist(), owners.tolist(), strict=True):
        found[index[owner]].append(position)
    return found


def test_a_cell_that_counts_no_more_than_itself_is_drawn_alone() -> None:
    assert drawn([5, MIDDLE], [0.1, 1.2]) == {5: [5], MIDDLE: [MIDDLE]}


@pytest.mark.parametrize("cells", [2, 5, 9, 30, 80])
def test_a_cell_is_drawn_over_as_many_cells_as_its_ground_takes_all_of_them_near(cells: int) -> None:
    found = drawn([MIDDLE], [cells])[MIDDLE]

    assert len(found) == cells
    reach = math.sqrt(cells / math.pi) * SLACK + 0.5
    assert all(math.hypot(p // CELLS - 32, p % CELLS - 32) <= reach for p in found)


def test_nothing_is_drawn_over_what_holds_something_itself() -> None:
    around = [MIDDLE + down * CELLS + right for down in (-1, 0, 1) for right in (-1, 0, 1)]
    index = sorted(around)

    found = drawn(index, [9.0 if place == MIDDLE else 0.5 for place in index])

    assert all(found[place] == [place] for place in index if place != MIDDLE)
    assert not set(found[MIDDLE]) & (set(index) - {MIDDLE})


def test_nothing_crosses_the_edge_or_goes_round_to_the_other_side() -> None:
    found = drawn([63], [30.0])[63]

    assert all(p // CELLS <= FARTHEST and p % CELLS >= 63 - FARTHEST for p in found)


def test_a_cell_measures_what_it_is_on_the_ground() -> None:
    tile = tile_at(106.1, 11.3, 12)
    box = tile.bbox()
    degree_m = 6_378_137 * math.pi / 180  # of the sphere that Mercator is of
    height, width = (box.north - box.south) * degree_m, (box.east - box.west) * degree_m

    expected = height * width * math.cos(math.radians((box.north + box.south) / 2)) / CELLS**2

    assert cell_ground_m2(tile) == pytest.approx(expected, rel=1e-4)
    assert cell_ground_m2(Tile(12, 0, 2047)) == pytest.approx(cell_ground_m2(Tile(12, 0, 2048)))


def test_ground_is_one_of_the_sums() -> None:
    with pytest.raises(ValueError, match="ground='area'"):
        Rung(sums=("length",), ground="area")


@pytest.mark.django_db(transaction=True)
def test_a_large_plot_is_one_cell_of_many_squares_and_counted_once() -> None:
    tile = tile_at(106.1, 11.3, 6)
    factories.make_plot(use="rice", area_m2=5 * cell_ground_m2(tile), lonlat=(106.1, 11.3), size=0.001)

    answer = run(lambda s: s.get(f"/tiles/toy_plots/{tile}.mvt"))

    (feature,) = answer.features("toy_plots")
    assert feature["properties"]["_count"] == 1
    assert feature["geometry"]["type"] == "MultiPolygon"
    assert len(feature["geometry"]["coordinates"]) == 5


@pytest.mark.django_db(transaction=True)
def test_a_cell_that_may_not_say_how_much_it_holds_does_not_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    plots = type(registry.get("toy_plots"))
    monkeypatch.setattr(plots, "access", Access(view=Public(), rows=Public(), small_counts=3))
    tile = tile_at(106.1, 11.3, 6)
    factories.make_plot(area_m2=5 * cell_ground_m2(tile), lonlat=(106.1, 11.3), size=0.001)

    answer = run(lambda s: s.get(f"/tiles/toy_plots/{tile}.mvt"))

    (feature,) = answer.features("toy_plots")
    assert feature["geometry"]["type"] == "Polygon"
