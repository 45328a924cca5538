"""How long the server takes for what a map asks most: measured over HTTP, as a viewer asks, one request after another.

In: the address of a server that has just started (its caches are empty) and holds the demo province.
Out: one `Measure` a kind of request. Times are wall time in milliseconds; ratios are firmer than times.
"""

import http.client
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import Any
from urllib.parse import quote, urlsplit

TILES = 60
"""Tiles asked of each layer: a screen and its surroundings."""
ZOOM = 12
NULL = "null view (/healthz)"
LIMITS = {"tile, from the cache": 1.0, "tile, unchanged (304)": 1.0}
"""Most times the null view. A cached tile never meets Django: if it costs more than an empty page, the way is wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One kind of request: how often, and how long it took."""

    name: str
    milliseconds: tuple[float, ...]
    size_bytes: int

    @property
    def middle_ms(self) -> float:
        """The median."""
        return median(self.milliseconds)

    @property
    def late_ms(self) -> float:
        """What 95 of 100 requests stay below."""
        return (
            quantiles(self.milliseconds, n=20, method="inclusive")[-1] if len(self.milliseconds) > 1 else self.middle_ms
        )


class Client:
    """One connection to the server, kept open as a browser keeps it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port or 80, timeout=60)

    def get(
        self, path: str, headers: Mapping[str, str] | None = None
    ) -> tuple[int, http.client.HTTPMessage, bytes, float]:
        """Status, headers, body and milliseconds of one request."""
        started = perf_counter()
        self._connection.request("GET", path, headers={"Accept-Encoding": "gzip", **(headers or {})})
        response = self._connection.getresponse()
        body = response.read()
        return response.status, response.headers, body, (perf_counter() - started) * 1000

    def json(self, path: str) -> Any:
        """The answer of one address, read."""
        return json.loads(self.get(path, {"Accept-Encoding": "identity"})[2])

    def measure(self, name: str, paths: Iterable[str], headers: Sequence[Mapping[str, str]] | None = None) -> Measure:
        """Every path once; a status of 400 or more is an error of the benchmark."""
        times, size = [], 0
        for number, path in enumerate(paths):
            status, _, body, took = self.get(path, headers[number] if headers else None)
            if status >= 400:
                raise RuntimeError(f"{path} answered {status}: {body[:200]!r}")
            times.append(took)
            size += len(body)
        return Measure(name=name, milliseconds=tuple(times), size_bytes=size)


def measures(client: Client) -> list[Measure]:
    """Everything that is measured, the null view first."""
    client.measure("warm up", ["/healthz"] * 30)
    found = [client.measure(NULL, ["/healthz"] * 200)]
    layers = [layer for layer in client.json("/api/layers")["layers"] if layer["kind"] == "vector" and layer["bounds"]]
    if not layers:
        raise RuntimeError("no layer has data: load the demo province with `make seed`")
    tiles = [path for layer in layers for path in _tiles(layer)]
    found.append(client.measure("tile, built", tiles))
    found.append(client.measure("tile, from the cache", tiles))
    known = [{"If-None-Match": client.get(path)[1].get("ETag", "")} for path in tiles]
    found.append(client.measure("tile, unchanged (304)", tiles, known))
    for layer in layers:
        found.append(
            client.measure(f"features of {layer['id']}", [f"/api/layers/{layer['id']}/features?limit=100"] * 10)
        )
    found.append(
        client.measure("search", [f"/api/search?q={quote(words)}" for words in ("tan chau", "truong", "duong") * 5])
    )
    return found


def table(found: Sequence[Measure]) -> list[dict[str, Any]]:
    """The rows of the result: times, ratio to the null view, limit, and whether it holds."""
    null = found[0].middle_ms
    rows = []
    for one in found:
        ratio, limit = one.middle_ms / null, LIMITS.get(one.name)
        rows.append(
            {
                "name": one.name,
                "requests": len(one.milliseconds),
                "p50_ms": round(one.middle_ms, 2),
                "p95_ms": round(one.late_ms, 2),
                "kB": round(one.size_bytes / 1000),
                "ratio": round(ratio, 2),
                "limit": limit,
                "holds": limit is None or ratio <= limit,
            }
        )
    return rows


def _tiles(layer: Mapping[str, Any]) -> list[str]:
    """Addresses of the tiles around the middle of a layer, row by row."""
    west, south, east, north = layer["bounds"]
    z = min(max(ZOOM, layer["minzoom"]), layer["maxzoom"])
    x, y = _tile_of((west + east) / 2, (south + north) / 2, z)
    side = math.ceil(math.sqrt(TILES))
    corner = side // 2
    places = [(x + column - corner, y + row - corner) for row in range(side) for column in range(side)]
    inside = [(column, row) for column, row in places if 0 <= column < 2**z and 0 <= row < 2**z][:TILES]
    return [layer["tiles"].format(z=z, x=column, y=row) for column, row in inside]


def _tile_of(lon: float, lat: float, z: int) -> tuple[int, int]:
    """The web mercator tile a place lies in."""
    north = math.asinh(math.tan(math.radians(lat)))
    return int((lon + 180) / 360 * 2**z), int((1 - north / math.pi) / 2 * 2**z)
