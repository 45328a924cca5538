"""The walk down the tiles of an archive: only those that can hold something, in the order the archive keeps them.

A tile that came out empty is no proof: what is too small to be drawn there, or counts in the cell of a neighbour, is
drawn further down. So rows are asked for, and where there is none the walk ends.
"""

import asyncio
from array import array
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from contextlib import aclosing
from typing import TypeVar

from pmtiles.tile import tileid_to_zxy, zxy_to_tileid

from layers.core.geo import Bbox
from tile_server.archive.plan import Contents
from tile_server.grid import Tile, tile_at

START_TILES = 1_024
"""Most tiles the walk begins with; a deeper first zoom is reached from above, past ground without rows."""
AT_ONCE = 2
"""Tiles in the making at once: as many as the pool has connections, so that none waits for one."""

R = TypeVar("R")


def tile_id(tile: Tile) -> int:
    """The tile's number in PMTiles: zooms one after the other, each along a Hilbert curve."""
    number: int = zxy_to_tileid(tile.z, tile.x, tile.y)
    return number


def tile_of(number: int) -> Tile:
    """The tile of a PMTiles number."""
    return Tile(*tileid_to_zxy(number))


async def walk(
    contents: Contents,
    make: Callable[[Tile], Awaitable[bytes]],
    holds: Callable[[Tile], Awaitable[bool]],
    wanted: Callable[[Tile], bool],
) -> AsyncGenerator[tuple[Tile, bytes], None]:
    """Every tile of the contents that is `wanted`, as made, in ascending order of its number; empty ones too.

    Args:
        contents: layer, area, zooms.
        make: gives a tile's bytes.
        holds: whether the layer has anything on the ground a tile draws.
        wanted: False for a tile that need not be made, nor any below it.
    """

    def candidate(tile: Tile) -> bool:
        return contents.may_hold(tile) and wanted(tile)

    async def visit(tile: Tile) -> tuple[bytes, bool]:
        body = await make(tile) if tile.z >= contents.first else b""
        return body, tile.z < contents.last and (bool(body) or await holds(tile))

    level: Iterable[Tile] = filter(candidate, _start(contents))
    for z in range(_start_zoom(contents), contents.last + 1):
        parents = array("Q")
        async with aclosing(_in_order(level, visit)) as visited:
            async for tile, (body, goes_on) in visited:
                if goes_on:
                    parents.append(tile_id(tile))
                if z >= contents.first:
                    yield tile, body
        level = filter(candidate, _children(parents, z))


def _children(parents: Iterable[int], z: int) -> Iterator[Tile]:
    """The four tiles below each, ascending as their parents: a Hilbert cell's quarters follow one another."""
    here, below = zxy_to_tileid(z, 0, 0), zxy_to_tileid(z + 1, 0, 0)
    for parent in parents:
        for quarter in range(4):
            yield tile_of(below + 4 * (parent - here) + quarter)


def _start(contents: Contents) -> list[Tile]:
    box = contents.box
    if box is None:
        return []
    (left, right), (top, bottom) = _window(box, z := _start_zoom(contents))
    tiles = [Tile(z, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]
    return sorted(tiles, key=tile_id)


def _start_zoom(contents: Contents) -> int:
    """The first zoom, or the last above it with few enough tiles."""
    for z in range(contents.first, 0, -1):
        if contents.box is None:
            return z
        (left, right), (top, bottom) = _window(contents.box, z)
        if (right - left + 1) * (bottom - top + 1) <= START_TILES:
            return z
    return 0


def _window(box: Bbox, z: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Columns and rows of the tiles that cover a box, and of their neighbours, which may draw it in their buffer."""
    most = (1 << z) - 1
    one, other = tile_at(box.west, box.north, z), tile_at(box.east, box.south, z)
    return (max(0, one.x - 1), min(most, other.x + 1)), (max(0, one.y - 1), min(most, other.y + 1))


async def _in_order(
    tiles: Iterable[Tile], visit: Callable[[Tile], Awaitable[R]]
) -> AsyncGenerator[tuple[Tile, R], None]:
    """Visit a few at once, give them in the order they came."""
    running: deque[tuple[Tile, asyncio.Future[R]]] = deque()
    try:
        for tile in tiles:
            running.append((tile, asyncio.ensure_future(visit(tile))))
            if len(running) == AT_ONCE:
                yield running[0][0], await running[0][1]
                running.popleft()
        while running:
            yield running[0][0], await running[0][1]
            running.popleft()
    finally:
        for _, task in running:
            task.cancel()
        await asyncio.gather(*(task for _, task in running), return_exceptions=True)
