"""Cells that count more ground than they are: drawn over the empty cells around them, as far as that ground reaches.

A feature counts in the cell of its representative point. Where features are larger than a cell, the cells beside it
stay empty though the feature covers them; drawn as they are, a map of large fields would be a map of holes.
"""

import math
from itertools import product

import numpy as np
import numpy.typing as npt

from layers.core.geo import HALF_WORLD_M
from layers.core.rung import CELL_DEPTH, CELLS
from tile_server.grid import Tile

Integers = npt.NDArray[np.int64]
FARTHEST = 8
"""Cells from the middle that one is drawn over at most: what is larger leaves its rim empty."""
LEAST = 0.2
"""Part of a cell's ground from which another cell is drawn for it: fields lie side by side, with roads between."""
SLACK = 1.25
"""How much longer than a disc of its ground a cell may reach: fields are no discs."""


def _nearest_first() -> tuple[tuple[float, int, int], ...]:
    steps = range(-FARTHEST, FARTHEST + 1)
    far = sorted((math.hypot(row, column), row, column) for row, column in product(steps, steps) if row or column)
    return tuple(step for step in far if step[0] <= FARTHEST)


_STEPS = _nearest_first()


def cell_ground_m2(tile: Tile) -> float:
    """What a cell in the middle of the tile measures on the ground, square metres: Mercator draws it larger."""
    middle = HALF_WORLD_M - (tile.y + 0.5) * tile.size_m
    return (tile.size_m / (1 << CELL_DEPTH) / math.cosh(middle * math.pi / HALF_WORLD_M)) ** 2


def spread(index: Integers, ground_m2: npt.NDArray[np.float64], cell_m2: float) -> tuple[Integers, Integers]:
    """Which cells are drawn by which: each first by itself, then empty ones by a near one that has ground left.

    Nothing crosses the tile's edge, since a change of what lies beyond it would not make this tile anew.

    Args:
        index: (n,) positions of the cells that hold anything, row * 64 + column.
        ground_m2: (n,) the ground their features cover.
        cell_m2: of one cell.

    Returns:
        Positions, and for each the place in `index` of the cell that is drawn there.
    """
    covered = np.zeros((CELLS, CELLS), dtype=bool)
    rows, columns = np.divmod(index, CELLS)
    covered[rows, columns] = True
    cells = ground_m2 / cell_m2
    left = np.ceil(cells - LEAST).astype(np.int64) - 1
    reach = np.sqrt(np.maximum(cells, 0) / math.pi) * SLACK + 0.5
    positions, owners = [index], [np.arange(len(index))]
    giving = np.flatnonzero(left > 0)
    for distance, down, right in _STEPS:
        giving = giving[(left[giving] > 0) & (reach[giving] >= distance)]
        if not len(giving):
            break
        row, column = rows[giving] + down, columns[giving] + right
        inside = (row >= 0) & (row < CELLS) & (column >= 0) & (column < CELLS)
        to, row, column = giving[inside], row[inside], column[inside]
        empty = ~covered[row, column]
        to, row, column = to[empty], row[empty], column[empty]
        covered[row, column] = True
        left[to] -= 1
        positions.append(row * CELLS + column)
        owners.append(to)
    return np.concatenate(positions), np.concatenate(owners)
