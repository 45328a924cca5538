"""What the cells of a tile count, and the tile drawn from it: `_cell`, `_count`, main values and sums."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from layers.core.layer import Layer
from layers.core.rung import CELL_DEPTH, CELLS, SUM_SCALE, Rung
from tile_server.encode import NO_ID, Column, Paths, encode_layer
from tile_server.grid import EXTENT, Tile
from tile_server.spread import cell_ground_m2, spread

Integers = npt.NDArray[np.int64]
Value = str | None

_PACKED = np.dtype(
    [
        *(("cx", ">i2"), ("cy", ">i2"), ("count", ">i8"), ("east_cm", ">i8"), ("north_cm", ">i8")),
        *(("sum1", ">i8"), ("sum2", ">i8")),
    ]
)


_PLACES = CELLS * CELLS
"""Cells of a tile; a cell's position is row * 64 + column."""


@dataclass(frozen=True, kw_only=True)
class Cells:
    """What the cells of one tile count.

    Attributes:
        snapshot: of the statement that read them, as text.
        values: combinations of values, in the order of `Rung.by`; one may come twice.
        sizes: of how many cells the numbers stand in `packed`, for each combination.
        packed: what the cells of one combination after the other hold of it; a cell may come twice.
    """

    snapshot: str
    values: tuple[tuple[Value, ...], ...]
    sizes: Integers
    packed: npt.NDArray[Any]

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]]) -> Self | None:
        """From rows of snapshot, whether it was counted, values and packed cells; None where it was not counted."""
        if not rows[0][1]:
            return None
        held = [(tuple(by), bytes(data)) for _, _, by, data in rows if by is not None]
        return cls(
            snapshot=rows[0][0],
            values=tuple(by for by, _ in held),
            sizes=np.array([len(data) // _PACKED.itemsize for _, data in held], dtype=np.int64),
            packed=np.frombuffer(b"".join(data for _, data in held), dtype=_PACKED),
        )

    @cached_property
    def index(self) -> Integers:
        """Positions of the cells that hold anything, in reading order."""
        return np.flatnonzero(self._added("count"))

    def total(self, name: str) -> Integers:
        """A number added up over all values, one a cell of `index`."""
        return self._added(name)[self.index]

    def by_value(self, number: int, name: str) -> dict[Value, Integers]:
        """The same for each value of the so-manieth attribute counted by, in their order, the missing one last."""
        values = sorted({by[number] for by in self.values}, key=lambda value: (value is None, value))
        places = {value: place for place, value in enumerate(values)}
        rows = np.repeat([places[by[number]] for by in self.values], self.sizes)
        totals = self._added(name, rows * _PLACES, len(values) * _PLACES).reshape(-1, _PLACES)
        return dict(zip(values, totals[:, self.index], strict=True))

    def main(self, number: int, weight: str) -> list[Value]:
        """Of the values a cell holds, the one that weighs most; of equals the first in order."""
        held = np.stack(list(self.by_value(number, "count").values())) > 0
        weights = self.by_value(number, weight)
        values = list(weights)
        heaviest = np.argmax(np.where(held, np.stack(list(weights.values())), -1), axis=0)
        return [values[which] for which in heaviest.tolist()]

    def hidden(self, least: int | None) -> npt.NDArray[np.bool_]:
        """Which cells may not say how much they hold: counts below `least`, and who would give them away.

        Four cells add up to one of the zoom above: with a single hidden one its smallest sibling is hidden.
        """
        counts = self.total("count")
        hidden = counts < (least or 0)
        row, column = np.divmod(self.index, CELLS)
        parent = (row >> 1) * CELLS + (column >> 1)
        for one in np.unique(parent[hidden]):
            siblings = np.flatnonzero(parent == one)
            shown = siblings[~hidden[siblings]]
            if len(shown) and len(siblings) - len(shown) == 1:
                hidden[shown[np.argmin(counts[shown])]] = True
        return hidden

    @cached_property
    def _positions(self) -> Integers:
        return self.packed["cy"].astype(np.int64) * CELLS + self.packed["cx"]

    def _added(self, name: str, shift: Integers | int = 0, length: int = _PLACES) -> Integers:
        total = np.zeros(length, dtype=np.int64)
        np.add.at(total, self._positions + shift, self.packed[name].astype(np.int64))
        return total


def draw(layer: Layer, tile: Tile, cells: Cells) -> bytes:
    """The tile: squares for areas, else a point in the middle of what the cell holds; no feature id.

    A cell that may not say how much it holds says neither of what nor where in it.
    """
    assert layer.rung is not None
    if not len(cells.index):
        return b""
    row, column = np.divmod(cells.index, CELLS)
    counts = cells.total("count")
    shown = ~cells.hidden(layer.access.small_counts)
    polygon = layer.geometry_kind == "polygon"
    paths = _squares(layer.rung, tile, cells, shown) if polygon else _middles(tile, cells, shown)
    z, left, top = tile.z + CELL_DEPTH, tile.x << CELL_DEPTH, tile.y << CELL_DEPTH
    names = [f"{z}/{left + x}/{top + y}" for x, y in zip(column.tolist(), row.tolist(), strict=True)]
    columns = [Column.of_texts("_cell", names), Column.of_numbers("_count", counts, shown)]
    for number, name in enumerate(layer.rung.by):
        main = cells.main(number, layer.rung.weight)
        columns.append(Column.of_texts(name, [one if said else None for one, said in zip(main, shown, strict=True)]))
    for number, name in enumerate(layer.rung.sums, start=1):
        sums = np.round(cells.total(f"sum{number}") / SUM_SCALE, layer.attribute(name).precision or 0)
        columns.append(Column.of_numbers(name, sums, shown))
    return encode_layer(layer.id, EXTENT, np.full(len(counts), NO_ID), paths, columns).body


def _squares(rung: Rung, tile: Tile, cells: Cells, shown: npt.NDArray[np.bool_]) -> Paths:
    """The square of each cell; of one that may say how much it holds, those around it too that this reaches into."""
    positions, owners = cells.index, np.arange(len(cells.index))
    if rung.ground is not None:
        ground_m2 = cells.total(f"sum{rung.sums.index(rung.ground) + 1}") / SUM_SCALE * shown
        positions, owners = spread(cells.index, ground_m2, cell_ground_m2(tile))
    side = EXTENT // CELLS
    row, column = np.divmod(positions, CELLS)
    return replace(Paths.squares(column * side, row * side, side), rows=owners)


def _middles(tile: Tile, cells: Cells, shown: npt.NDArray[np.bool_]) -> Paths:
    """The mean of the places of what each cell holds; of one that may not say how much, its own middle."""
    west, _, _, north = tile.mercator
    scale = EXTENT / tile.size_m
    side = EXTENT // CELLS
    row, column = np.divmod(cells.index, CELLS)
    counts = cells.total("count")
    x = np.where(shown, (cells.total("east_cm") / counts / 100 - west) * scale, (column + 0.5) * side)
    y = np.where(shown, (north - cells.total("north_cm") / counts / 100) * scale, (row + 0.5) * side)
    return Paths.points(np.rint(x).astype(np.int64), np.rint(y).astype(np.int64))
