"""Tiles of too many features: what is left out, and that the tile says so."""

import numpy as np
import pytest
import shapely
from isal import igzip

from tests.tile_server.encoding import LAYER, Drawn, Row, ours
from tile_server import vector
from tile_server.grid import EXTENT

pytestmark = pytest.mark.django_db


def squares(number: int, seed: int = 5) -> list[Row]:
    """Squares of different sizes, the larger the later in a shuffled order of ids."""
    random = np.random.default_rng(seed)
    ids = random.permutation(number)
    places = random.uniform(0, EXTENT - 60, (number, 2))
    return [
        Row(shapely.box(x, y, x + 5 + i / 20, y + 5 + i / 20), int(id_), f"Thửa {id_}", int(id_))
        for i, (id_, (x, y)) in enumerate(zip(ids, places, strict=True))
    ]


def notice(tile: Drawn) -> dict[str, object]:
    """What the tile says of itself."""
    (feature,) = tile.layers[vector.thinned_name(LAYER.id)]["features"]
    assert shapely.geometry.shape(feature["geometry"]).equals(shapely.box(0, 0, EXTENT, EXTENT))
    return dict(feature["properties"])


def test_a_large_tile_is_encoded_in_a_thread_to_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = squares(300)
    inline = ours(rows).body
    monkeypatch.setattr(vector, "INLINE_BYTES", 0)

    assert ours(rows).body == inline


def test_a_tile_that_holds_everything_says_nothing() -> None:
    assert list(ours(squares(300)).layers) == [LAYER.id]


def test_too_many_polygons_leave_the_largest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector, "MAX_FEATURES", 250)
    monkeypatch.setattr(vector, "READ_FEATURES", 300)
    rows = squares(400)

    tile = ours(rows)

    assert set(tile.features) == {row.id for row in rows[-250:]}
    assert notice(tile) == {"layer": LAYER.id, "kept": 250, "total": 400}


def test_the_largest_are_chosen_here_where_all_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector, "MAX_FEATURES", 250)
    rows = squares(400)

    tile = ours(rows)

    # sizes are compared in whole units: 20 squares in a row are equal, or nearly
    assert set(tile.features) >= {row.id for row in rows[-230:]}
    assert not set(tile.features) & {row.id for row in rows[:-270]}
    assert notice(tile) == {"layer": LAYER.id, "kept": 250, "total": 400}


def test_too_many_lines_leave_the_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector, "MAX_FEATURES", 250)
    rows = [Row(shapely.LineString([(0, i), (10 + i, i)]), 400 - i) for i in range(400)]

    assert set(ours(rows).features) == {row.id for row in rows[-250:]}


@pytest.mark.parametrize("read", [2_000, 5_000])
def test_too_many_points_leave_an_even_sample(monkeypatch: pytest.MonkeyPatch, read: int) -> None:
    monkeypatch.setattr(vector, "MAX_FEATURES", 1_000)
    monkeypatch.setattr(vector, "READ_FEATURES", read)
    rows = [Row(shapely.Point(i, 50), i) for i in range(4_000)]

    kept = np.array(sorted(ours(rows).features))

    quarters = np.histogram(kept, bins=4, range=(0, 4_000))[0]
    assert len(kept) == 1_000
    assert quarters.min() > 200


def test_a_tile_of_too_many_bytes_leaves_out_more_of_the_smallest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector, "MAX_BYTES", 10_000)
    rows = squares(1_500)

    tile = ours(rows)

    kept = len(tile.features)
    assert 200 < kept < 1_500
    assert len(igzip.compress(tile.body, 1)) < 10_500  # the notice comes on top
    # sizes are compared in whole units: 20 squares in a row are equal, or nearly
    assert set(tile.features) >= {row.id for row in rows[40 - kept :]}
    assert not set(tile.features) & {row.id for row in rows[: -kept - 40]}
    assert notice(tile) == {"layer": LAYER.id, "kept": kept, "total": 1_500}


def test_thinning_gives_the_same_tile_in_whatever_order_the_rows_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector, "MAX_FEATURES", 900)
    monkeypatch.setattr(vector, "MAX_BYTES", 10_000)
    rows = squares(1_500)

    assert ours(rows).body == ours(rows[::-1]).body
