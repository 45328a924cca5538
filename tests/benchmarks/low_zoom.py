"""Tiles seen from afar, and the heaviest tile of every zoom: each asked once of a server that keeps none."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from tests.benchmarks import load
from tests.benchmarks.load import Ask
from tests.benchmarks.server import Server
from tile_server.grid import Tile

BUDGET_S = 5.0
"""No more tiles of a zoom are asked for after this time: one that breaks its limit so far needs no more of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zoom:
    """The tiles of one zoom: how many were answered and refused, how long each took, kB as sent (gzipped)."""

    z: int
    tiles: int
    refused: int
    p50_ms: float
    p95_ms: float
    max_kb: float


def zooms(server: Server, drawn: dict[int, tuple[Tile, ...]], layer: str) -> list[Zoom]:
    """Every drawn tile, one after the other."""
    return [_zoom(server, z, tiles, layer) for z, tiles in sorted(drawn.items()) if tiles]


def _zoom(server: Server, z: int, tiles: Sequence[Tile], layer: str) -> Zoom:
    asks = [Ask(path(layer, tile)) for tile in tiles]
    load.fetch(server.port, asks[:1])  # the statement is prepared
    answers = load.fetch(server.port, asks, budget_s=BUDGET_S)
    times = [answer.took_ms for answer in answers]
    return Zoom(
        z=z,
        tiles=len(answers),
        refused=sum(answer.status not in (200, 204) for answer in answers),
        p50_ms=median(times),
        p95_ms=late(times),
        max_kb=max(len(answer.body) for answer in answers) / 1000,
    )


def late(times: Sequence[float]) -> float:
    """What 95 of 100 stay below."""
    return quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]


def path(layer: str, tile: Tile) -> str:
    """Where our server has a tile."""
    return f"/tiles/{layer}/{tile}.mvt"
