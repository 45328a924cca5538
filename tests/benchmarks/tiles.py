"""Which tiles are asked for: the same every time, drawn from where the rows of a layer are."""

import random
from dataclasses import dataclass

from django.db import connection

from layers.core.layer import Layer
from tests.benchmarks.database import Source
from tile_server.grid import HALF_WORLD_M, Tile

COUNTS = {10: 6, 11: 8, 12: 16, 13: 8, 14: 24, 15: 44, 16: 52, 17: 42}
"""Tiles of each zoom in the mix: what a day of panning asks for, 200 in all."""
LOW = range(5, 13)
LOW_COUNT = 24
_SAMPLE = 4_000
_SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """A list of tiles and how many answers one run over it waits for; the list is begun again at its end."""

    name: str
    tiles: tuple[Tile, ...]
    answers: int

    def asked(self) -> list[Tile]:
        """Every tile of a run, in order."""
        return [self.tiles[number % len(self.tiles)] for number in range(self.answers)]


def single_zooms(layer: Layer) -> list[int]:
    """Zooms of the mix at which the layer draws its rows one by one, so that a plain query draws the same."""
    return [z for z in COUNTS if z in layer.zoom and not layer.zoom.is_coarse(z)]


def mixes(layer: Layer, source: Source) -> list[Mix]:
    """The whole mix, z16 alone (light tiles: they show the server), z13 to z15 (heavy ones: they show the database)."""
    drawn = draw(source, {z: COUNTS[z] for z in single_zooms(layer)})
    ranges = (("mix", drawn, 400), ("z16", {16}, 1_600), ("z13-z15", {13, 14, 15}, 304))
    found = []
    for name, zooms, answers in ranges:
        tiles = [tile for z in sorted(drawn) if z in zooms for tile in drawn[z]]
        if tiles:
            random.Random(_SEED).shuffle(tiles)  # heavy and light ones in turn, as a viewer asks
            found.append(Mix(name=name, tiles=tuple(tiles), answers=answers))
    return found


def draw(source: Source, counts: dict[int, int]) -> dict[int, tuple[Tile, ...]]:
    """Different tiles of each zoom with features in them; fewer where the layer covers fewer.

    A tile comes the likelier the more features it holds, as people look where something is.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"select (st_xmin(g) + st_xmax(g)) / 2, (st_ymin(g) + st_ymax(g)) / 2 from (select _id, "
            f"{source.mercator} as g from {source.view} order by md5(_id::text), _id limit {_SAMPLE}) sample "
            f"order by md5(_id::text), _id"
        )
        places = cursor.fetchall()
    return {z: tuple(dict.fromkeys(_tile(z, east, north) for east, north in places))[:n] for z, n in counts.items()}


def _tile(z: int, east: float, north: float) -> Tile:
    """The tile a place (EPSG:3857, metres) lies in."""
    size_m = 2 * HALF_WORLD_M / (1 << z)
    return Tile(z, int((east + HALF_WORLD_M) / size_m), int((HALF_WORLD_M - north) / size_m))
