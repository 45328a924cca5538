"""The benchmark's own arithmetic."""

from geo_ioc.bench import LIMITS, NULL, TILES, Measure, _tiles, table


def measured(name: str, *milliseconds: float) -> Measure:
    return Measure(name=name, milliseconds=milliseconds, size_bytes=0)


def test_ratio_is_to_the_null_view_by_medians() -> None:
    rows = table([measured(NULL, 1, 2, 90), measured("search", 4, 5, 6)])

    assert [row["ratio"] for row in rows] == [1.0, 2.5]


def test_limit_is_broken_only_above_it() -> None:
    (limited, limit), *_ = LIMITS.items()

    at, over = (table([measured(NULL, 10), measured(limited, 10 * ratio)])[1] for ratio in (limit, limit * 1.1))

    assert (at["holds"], over["holds"]) == (True, False)


def test_tiles_lie_around_the_middle_of_the_layer_and_in_its_zooms() -> None:
    layer = {"bounds": [105.9, 10.9, 106.5, 11.7], "minzoom": 5, "maxzoom": 11, "tiles": "/tiles/a/{z}/{x}/{y}.mvt"}

    tiles = _tiles(layer)

    assert len(tiles) == len(set(tiles)) == TILES
    # Tile of lon 106.2 lat 11.3 at zoom 11: x = (106.2 + 180) / 360 * 2048, y by web mercator.
    assert "/tiles/a/11/1628/959.mvt" in tiles


def test_whole_world_has_no_more_tiles_than_there_are() -> None:
    layer = {"bounds": [-180, -85, 180, 85], "minzoom": 0, "maxzoom": 1, "tiles": "{z}/{x}/{y}"}

    assert sorted(_tiles(layer)) == ["1/0/0", "1/0/1", "1/1/0", "1/1/1"]
