"""Kept tiles: bounded, let go exactly where a change touches them, counted."""

import random
from dataclasses import replace

import pytest
from prometheus_client import REGISTRY

from layers.changes.follower import Entry, Snapshot
from layers.core.geo import Bbox
from layers.core.registry import registry
from tests.tile_server.harness import Server, run
from tests.toys import factories
from tile_server.cache import CachedTile, TileCache
from tile_server.grid import Reach, Tile, tile_at
from tile_server.metrics import Meter


def change(box: Bbox | None, layer: str = "a", xid: int = 1) -> Entry:
    return Entry(xid=xid, layer=layer, ids=None, old_scopes=None, new_scopes=None, box=box, live_only=False)


def made(size: int = 10) -> CachedTile:
    return CachedTile(b"x" * size, '"e"', Snapshot.parse("10:10:"))


def test_a_change_drops_exactly_the_tiles_whose_drawn_ground_it_crosses() -> None:
    chance = random.Random(11)

    for _ in range(60):
        cache = TileCache()
        tiles = {
            Tile(z, chance.randrange(1 << z), chance.randrange(1 << z)) for z in (0, 3, 5, 6, 6, 6) for _ in range(8)
        }
        for tile in tiles:
            cache.store(tile, made(), "a", tile, ())
        west, south = chance.uniform(-180, 170), chance.uniform(-85, 80)
        box = Bbox(west, south, west + chance.choice([0, 0.5, 9]), south + chance.choice([0, 0.5, 4]))

        cache.forget([change(box), change(None, "b")], "")

        left = {tile for tile in tiles if cache.get(tile)}
        assert left == {tile for tile in tiles if not tile.drawn.crosses(box)}


def test_the_reach_of_a_box_holds_every_tile_that_draws_it() -> None:
    chance = random.Random(5)

    for _ in range(2_000):
        z = chance.randrange(0, 19)
        tile = tile_at(chance.uniform(-179, 179), chance.uniform(-80, 80), z)
        drawn = tile.drawn
        corner = Bbox(drawn.east, drawn.north, drawn.east, drawn.north)
        assert (tile.x, tile.y) in set(Reach.of(corner, z).places())


def test_bytes_are_bounded_and_the_least_used_goes_first() -> None:
    cache = TileCache(max_bytes=10 * made(1_000).size)
    tiles = [Tile(10, number, 5) for number in range(12)]

    for tile in tiles:
        cache.store(tile, made(1_000), "a", tile, ())
        cache.get(tiles[0])

    assert cache.bytes <= cache.max_bytes
    assert cache.get(tiles[0])
    assert [tile.x for tile in tiles if cache.get(tile)] == [0, *range(3, 12)]
    assert cache.evicted == 2


def test_a_cache_of_no_bytes_keeps_nothing() -> None:
    cache = TileCache(max_bytes=0)

    assert cache.store("key", made(), "a", Tile(0, 0, 0), ())
    assert (len(cache), cache.bytes) == (0, 0)


def test_what_was_made_before_an_applied_change_is_not_kept() -> None:
    cache, tile = TileCache(), tile_at(106.1, 11.3, 12)
    here, far = Bbox(106.1, 11.3, 106.1, 11.3), Bbox(0, 0, 0, 0)

    assert not cache.store("key", made(), "a", tile, [change(here, xid=10)])
    assert cache.store("key", made(), "a", tile, [change(here, xid=9), change(far, xid=10), change(here, "b", xid=10)])


@pytest.mark.django_db(transaction=True)
def test_a_tile_in_the_viewers_own_language_says_what_tells_it() -> None:
    plots = registry.get("toy_plots")
    layer = type(plots)
    spoken = tuple(replace(a, source={"vi": "name", "en": "name"}) if a.name == "name" else a for a in layer.attributes)
    assert not any(a.translated for a in layer.attributes)
    assert any(a.translated for a in spoken)
    factories.make_plot()
    path = f"/tiles/toy_plots/{tile_at(106.1, 11.3, 12)}.mvt"

    plain = run(lambda s: s.get(path))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plots, "attributes", tuple(replace(a, type="text") if a.name == "name" else a for a in spoken))
        own = run(lambda s: s.get(path))
        asked = run(lambda s: s.get(path + "?lang=en"))

    assert (plain.headers["vary"], asked.headers["vary"]) == ("Accept-Encoding", "Accept-Encoding")
    assert own.headers["vary"] == "Accept-Encoding, Accept-Language, Cookie"


@pytest.mark.django_db(transaction=True)
def test_the_operator_reads_hits_builds_and_bytes() -> None:
    factories.make_plot()
    path = f"/tiles/toy_plots/{tile_at(106.1, 11.3, 12)}.mvt"

    def number(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0

    async def work(s: Server) -> None:
        meter = Meter(s.service)
        meter.read()
        before = [number("geo_ioc_tiles_total", took=took) for took in ("kept", "built")]
        for _ in range(4):
            await s.get(path)
        meter.read()
        after = [number("geo_ioc_tiles_total", took=took) for took in ("kept", "built")]
        assert [b - a for a, b in zip(before, after, strict=True)] == [3, 1]
        assert number("geo_ioc_tile_cache_bytes") == s.service.cache.bytes > 0
        assert number("geo_ioc_tile_cache_tiles") == 1

    run(work)
