"""Where the area of each use went between two days, over parcels that changed: whole tenths of a square metre.

Pure: parcels of the first and of the second day with their uses and shapes on one plane in, cells out. What a parcel
gave to another is its recorded area by the share of ground they have in common, as far as both record it; what recorded
areas gained or lost beyond that stands as gained or lost. Rows add up to the first day, columns to the second, exactly.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy
import shapely

from land_records.statistics.uses import allotted

OTHER: Final = ""
"""Row of what was gained and column of what was lost otherwise than from and to another use: (`""`, code)."""
LEAST_M2: Final = 0.1
"""Ground two parcels must have in common to be told of: `planning.overlay.SLIVER_M2`, as surveys are rounded."""
EVENED_M2: Final = 1.0
EVENED: Final = 0.005
"""Least, and share of the common ground, up to which what one records more than the other is evened out between
parcels: roundings of shares and what a recorded area may differ from the map's by default."""

Cells = Mapping[tuple[str, str], int]
"""Tenths of a square metre by (use at the start, use at the end); cells of nothing are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A parcel's version on one of the two days.

    Attributes:
        su_id: its number through all versions.
        uses: tenths of a square metre by code.
        shape: on a plane in metres.
    """

    su_id: int
    uses: Mapping[str, int]
    shape: shapely.Geometry

    @property
    def tenths(self) -> int:
        """All its uses."""
        return sum(self.uses.values())


@dataclass(slots=True)
class _Flow:
    """What two parcels have in common, and how much of it is not yet told by use."""

    old: int
    new: int
    ground: float
    tenths: int = 0


@dataclass(slots=True)
class _Left:
    """What of each parcel's uses is not yet told."""

    of_old: list[dict[str, int]]
    of_new: list[dict[str, int]]
    cells: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    def tell(self, flow: _Flow, before: str, after: str, tenths: int) -> None:
        """So much went from a use to a use."""
        self.of_old[flow.old][before] -= tenths
        self.of_new[flow.new][after] -= tenths
        flow.tenths -= tenths
        self.cells[before, after] += tenths


def transition(olds: Sequence[Lot], news: Sequence[Lot]) -> Cells:
    """The matrix over these parcels; several of them may be families of their own."""
    flows = _flows(olds, news)
    left = _Left([dict(lot.uses) for lot in olds], [dict(lot.uses) for lot in news])
    for flow in flows:
        _stay(flow, left)
    for flow in flows:
        _go(flow, left)
    for lot in left.of_old:
        for code, tenths in lot.items():
            left.cells[code, OTHER] += tenths
    for lot in left.of_new:
        for code, tenths in lot.items():
            left.cells[OTHER, code] += tenths
    return {cell: tenths for cell, tenths in left.cells.items() if tenths}


def _flows(olds: Sequence[Lot], news: Sequence[Lot]) -> list[_Flow]:
    """How much each parcel gave to each it shares ground with; a parcel's own next version first, then the largest."""
    flows = _shared_ground(olds, news)
    given = _parts(flows, [lot.tenths for lot in olds], [lot.shape.area for lot in olds], "old")
    taken = _parts(flows, [lot.tenths for lot in news], [lot.shape.area for lot in news], "new")
    for flow, gives, takes in zip(flows, given, taken, strict=True):
        flow.tenths = min(gives, takes)
    flows.sort(key=lambda one: (olds[one.old].su_id != news[one.new].su_id, -one.tenths, one.old, one.new))
    _even(flows, olds, news)
    return flows


def _shared_ground(olds: Sequence[Lot], news: Sequence[Lot]) -> list[_Flow]:
    if not olds or not news:
        return []
    before = shapely.make_valid([lot.shape for lot in olds])
    after = shapely.make_valid([lot.shape for lot in news])
    of_new, of_old = shapely.STRtree(before).query(after, predicate="intersects")
    grounds = shapely.area(shapely.intersection(numpy.take(before, of_old), numpy.take(after, of_new)))
    order = numpy.lexsort((of_new, of_old))
    return [
        _Flow(int(of_old[place]), int(of_new[place]), float(grounds[place]))
        for place in order
        if grounds[place] >= LEAST_M2
    ]


def _parts(flows: Sequence[_Flow], tenths: Sequence[int], sizes: Sequence[float], side: str) -> list[int]:
    """What each flow is of its parcel on one side, by ground; the rest of the parcel went or came otherwise."""
    by_lot: dict[int, list[int]] = defaultdict(list)
    for place, flow in enumerate(flows):
        by_lot[getattr(flow, side)].append(place)
    parts = [0] * len(flows)
    for lot, places in by_lot.items():
        # Integers, so that shares add up to the whole: millionths of a square metre.
        grounds = [round(flows[place].ground * 1e6) for place in places]
        rest = max(0, round(sizes[lot] * 1e6) - sum(grounds))
        rest = 0 if rest < LEAST_M2 * 1e6 else rest
        for place, part in zip(places, allotted(tenths[lot], [*grounds, rest])[:-1], strict=True):
            parts[place] = part
    return parts


def _even(flows: Sequence[_Flow], olds: Sequence[Lot], news: Sequence[Lot]) -> None:
    """What is left over on both sides of a flow, within the tolerance, goes along it: it is rounding."""
    over_old, over_new = [lot.tenths for lot in olds], [lot.tenths for lot in news]
    for flow in flows:
        over_old[flow.old] -= flow.tenths
        over_new[flow.new] -= flow.tenths
    for flow in flows:
        most = round(10 * max(EVENED_M2, EVENED * flow.ground))
        more = min(over_old[flow.old], over_new[flow.new], most)
        flow.tenths += more
        over_old[flow.old] -= more
        over_new[flow.new] -= more


def _stay(flow: _Flow, left: _Left) -> None:
    """What may have kept its use did."""
    had, has = left.of_old[flow.old], left.of_new[flow.new]
    same = {code: min(had[code], has[code]) for code in sorted(had) if code in has}
    most = min(flow.tenths, sum(same.values()))
    for code, tenths in zip(same, allotted(most, list(same.values())), strict=True):
        left.tell(flow, code, code, tenths)


def _go(flow: _Flow, left: _Left) -> None:
    """The rest changed its use, each use into each in proportion."""
    had, has = left.of_old[flow.old], left.of_new[flow.new]
    befores, afters = sorted(had), sorted(has)
    gives = allotted(flow.tenths, [had[code] for code in befores])
    takes = allotted(flow.tenths, [has[code] for code in afters])
    for before, given in zip(befores, gives, strict=True):
        for place, part in enumerate(allotted(given, takes)):
            takes[place] -= part
            left.tell(flow, before, afters[place], part)


def rows(cells: Cells) -> dict[str, int]:
    """The start: each use's area on the first day, tenths; under `OTHER` what was gained."""
    return _added((before, tenths) for (before, _), tenths in cells.items())


def columns(cells: Cells) -> dict[str, int]:
    """The end: each use's area on the second day, tenths; under `OTHER` what was lost."""
    return _added((after, tenths) for (_, after), tenths in cells.items())


def together(many: Iterable[Cells]) -> dict[tuple[str, str], int]:
    """Several matrices as one."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for cells in many:
        for cell, tenths in cells.items():
            found[cell] += tenths
    return dict(found)


def _added(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for code, tenths in parts:
        found[code] += tenths
    return dict(found)
