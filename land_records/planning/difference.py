"""How two plans differ over a shape: a matrix of square metres from the one's codes to the other's.

Shapes in metres of one VN-2000 plane in; whole tenths of a square metre out. The cells add up to the shape; the sum of
a row is what the first plan gives that code, the sum of a column what the second does.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import shapely

from land_records.planning.overlay import TENTH, Piece, Zone, partition, rounded

OUTSIDE: Final = ""
"""Code of what lies in no zone."""
CONTESTED: Final = "*"
"""Code of what lies in several zones of one plan with different uses."""

Cell = tuple[str, str]
"""Code in the first plan, code in the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Ground whose code is another one; `shape` on the plane."""

    before: str
    after: str
    shape: shapely.Geometry


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Tenths of a square metre by (from, to); cells of nothing are left out.

    Attributes:
        ground: the shape asked about, on the plane.
        changes: largest first.
    """

    cells: Mapping[Cell, int]
    ground: shapely.Geometry
    changes: Sequence[Change]

    @property
    def total(self) -> int:
        """Of the shape, tenths."""
        return sum(self.cells.values())

    @property
    def changed(self) -> int:
        """Where the code is another one, tenths."""
        return sum(tenths for (before, after), tenths in self.cells.items() if before != after)

    def rows(self) -> Mapping[str, int]:
        """By code of the first plan."""
        return _added((before, tenths) for (before, _), tenths in self.cells.items())

    def columns(self) -> Mapping[str, int]:
        """By code of the second plan."""
        return _added((after, tenths) for (_, after), tenths in self.cells.items())


def difference(shape: shapely.Geometry, before: Iterable[Zone], after: Iterable[Zone]) -> Matrix:
    """The matrix over a shape; all on one plane, valid. Numbers of zones are unique over both plans."""
    olds = list(before)
    numbers = {one.number for one in olds}
    areas: dict[Cell, float] = defaultdict(float)
    changes: list[Change] = []
    for piece in sorted(partition(shape, [*olds, *after]), key=_area, reverse=True):
        was = _code(zone for zone in piece.zones if zone.number in numbers)
        becomes = _code(zone for zone in piece.zones if zone.number not in numbers)
        areas[was, becomes] += piece.area_m2
        if was != becomes:
            changes.append(Change(before=was, after=becomes, shape=piece.shape))
    kept = sorted(areas, key=lambda cell: (-areas[cell], cell))
    tenths = rounded([areas[cell] for cell in kept], float(shapely.area(shape)), TENTH)
    cells = {cell: one for cell, one in zip(kept, tenths, strict=True) if one}
    return Matrix(cells=cells, ground=shape, changes=changes)


def _area(piece: Piece) -> float:
    return piece.area_m2


def _code(zones: Iterable[Zone]) -> str:
    codes = {zone.code for zone in zones}
    return codes.pop() if len(codes) == 1 else CONTESTED if codes else OUTSIDE


def _added(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for code, tenths in pairs:
        found[code] += tenths
    return dict(found)
