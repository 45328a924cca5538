"""A parcel against the zones of one plan: square metres and percent of each, what lies outside, what does not count.

Shapes in metres of one VN-2000 plane in; whole tenths of a square metre out, which always add up to the parcel. Nothing
here knows the database. The rule: reference land.md §8.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import shapely

SLIVER_M2: Final = 0.1
"""A smaller piece is where lines of two surveys miss one another: it goes into the error (sai số)."""
GRID_M: Final = 1e-5
"""Coordinates are compared on this grid: far finer than any survey, far coarser than what floats lose."""
TENTH, HUNDREDTH = 0.1, 0.01
WHOLE: Final = 100.0
"""Percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A zone of a plan on the plane.

    Attributes:
        number: known by it through its versions.
        code: planned use.
        shape: polygons, metres.
    """

    number: int
    code: str
    shape: shapely.Geometry
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of the shape asked about: in no zone (outside), in one, or in several."""

    zones: tuple[Zone, ...]
    shape: shapely.Geometry

    @property
    def area_m2(self) -> float:
        """Of the plane."""
        return float(shapely.area(self.shape))


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How much of the parcel it is.

    Attributes:
        tenths: area in tenths of a square metre.
        hundredths: of a percent of the parcel.
    """

    tenths: int
    hundredths: int

    @property
    def area_m2(self) -> float:
        """To 0.1 m²."""
        return self.tenths / 10

    @property
    def percent(self) -> float:
        """To 0.01 %."""
        return self.hundredths / 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneShare:
    """A zone and what of the parcel lies in it and in no other zone of its plan."""

    zone: Zone
    share: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A parcel under a plan. The tenths of `zones`, `contested`, `outside` and `error` add up to `total`.

    Attributes:
        zones: largest first.
        contested: where zones of this plan lie over one another, which a plan must not have; never given to either.
        contested_by: those zones.
        outside: ngoài quy hoạch.
        error: sai số: pieces under `SLIVER_M2`.
    """

    total: Share
    zones: Sequence[ZoneShare]
    contested: Share
    contested_by: Sequence[Zone]
    outside: Share
    error: Share


def partition(shape: shapely.Geometry, zones: Iterable[Zone]) -> list[Piece]:
    """A shape cut by zones, which may lie over one another: one piece for each set of zones, () for none of them.

    All lines are noded together on a grid of `GRID_M`, so pieces neither overlap nor leave gaps, however nearly the
    lines of two surveys coincide.

    Args:
        shape: polygons on the plane, valid.
        zones: on the same plane, valid; those that do not touch the shape are left out.
    """
    shapely.prepare(shape)
    near = [one for one in zones if shapely.intersects(shape, one.shape)]
    west, south, east, north = shape.bounds
    box = (west - 1, south - 1, east + 1, north + 1)
    lines = [shapely.boundary(shape), *(shapely.clip_by_rect(shapely.boundary(one.shape), *box) for one in near)]
    noded = shapely.union_all(lines, grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    inside = shapely.point_on_surface(faces)
    kept = shapely.intersects(shape, inside)
    faces, inside = faces[kept], inside[kept]
    sets: list[list[int]] = [[] for _ in faces]
    for face, zone in shapely.STRtree([one.shape for one in near]).query(inside, predicate="within").T:
        sets[int(face)].append(int(zone))
    grouped: dict[tuple[int, ...], list[shapely.Geometry]] = defaultdict(list)
    for face, rows in zip(faces, sets, strict=True):
        grouped[tuple(sorted(rows))].append(face)
    return [
        Piece(zones=tuple(near[row] for row in rows), shape=shapely.coverage_union_all(parts))
        for rows, parts in grouped.items()
    ]


def overlay(shape: shapely.Geometry, zones: Iterable[Zone]) -> Overlay:
    """What a plan says of a parcel (both on one plane), to 0.1 m²; the largest part takes what rounding leaves."""
    pieces = partition(shape, zones)
    whole = float(shapely.area(shape))
    counted = [one for one in pieces if one.area_m2 >= SLIVER_M2]
    areas = [one.area_m2 for one in counted]
    shares = _shares([*areas, max(whole - sum(areas), 0.0)], whole)
    *known, error = shares
    by_size = sorted(zip(counted, known, strict=True), key=lambda pair: (-pair[1].tenths, _number(pair[0])))
    contested = [(piece, share) for piece, share in by_size if len(piece.zones) > 1]
    return Overlay(
        total=Share(tenths=sum(one.tenths for one in shares), hundredths=round(WHOLE / HUNDREDTH)),
        zones=[ZoneShare(zone=piece.zones[0], share=share) for piece, share in by_size if len(piece.zones) == 1],
        contested=_sum(share for _, share in contested),
        contested_by=sorted({zone.number: zone for piece, _ in contested for zone in piece.zones}.values(), key=_key),
        outside=_sum(share for piece, share in by_size if not piece.zones),
        error=error,
    )


def rounded(values: Sequence[float], total: float, step: float) -> list[int]:
    """Values as whole steps that add up to the total's: the largest takes the difference, the next what is left.

    Values are not negative and add up to the total, but for what computing in floats leaves.
    """
    steps = [round(value / step) for value in values]
    left = round(total / step) - sum(steps)
    for row in sorted(range(len(steps)), key=lambda row: (-values[row], row)):
        change = max(left, -steps[row])
        steps[row] += change
        left -= change
    return steps


def _shares(areas: Sequence[float], whole: float) -> list[Share]:
    percents = [area / whole * WHOLE for area in areas]
    tenths, hundredths = rounded(areas, whole, TENTH), rounded(percents, WHOLE, HUNDREDTH)
    return [Share(tenths=area, hundredths=percent) for area, percent in zip(tenths, hundredths, strict=True)]


def _sum(shares: Iterable[Share]) -> Share:
    listed = list(shares)
    return Share(tenths=sum(one.tenths for one in listed), hundredths=sum(one.hundredths for one in listed))


def _key(zone: Zone) -> int:
    return zone.number


def _number(piece: Piece) -> int:
    return piece.zones[0].number if piece.zones else 0
