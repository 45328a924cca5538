"""The VN-2000 guard: which reading puts a file's points into the commune they are said to be of, with the evidence.

The outline of the commune decides zone, axes and unit: a wrong meridian is 27 km off, a wrong order of axes abroad. It
cannot see a missing datum shift (225 m); what can is the fit with borders that are already there. Where more than one
reading is left, none is chosen and the answer says what to declare.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely

from layers.core.text import Text
from layers.vn2000.reading import FloatArray, Reading, readings

AROUND_M = 500.0
"""How far beyond the commune's outline its points may lie: coordinates.md, plausibility on import."""
INSIDE = 0.99
"""Share of the points that must lie there: the same source."""
NEAR_M = 30.0
"""Points farther from every known border say nothing of the fit."""
TOUCH_M = 0.1
"""A corner this near to a known border lies on it."""
FEW = 20
"""Fewer near points say nothing."""
FITS = 0.15
"""Share of the near points that touch known borders where the reading is right: a sheet's edge and a row of corners
behind it. Corners thrown over other parcels touch borders in 1 to 4 of 100 cases."""
MISFITS = 0.05
SHOWN = 8
"""Readings shown in the table."""

Gaps = Callable[[FloatArray], FloatArray]
"""(n, 2) lon lat -> (n,) metres to the nearest border already known, infinite where there is none."""

_A = 6_378_137.0
_E2 = 0.006_694_379_990_14


class Verdict(StrEnum):
    """What the evidence says of a reading."""

    FITS = "fits"
    LANDS = "lands"
    MISFITS = "misfits"
    OUTSIDE = "outside"

    @property
    def words(self) -> Text:
        """For people."""
        return _VERDICTS[self]


_VERDICTS = {
    Verdict.FITS: Text(vi="trong xã, khớp ranh giới đã có", en="in the commune, fits known borders"),
    Verdict.LANDS: Text(vi="trong xã", en="in the commune"),
    Verdict.MISFITS: Text(vi="trong xã, không khớp ranh giới đã có", en="in the commune, does not fit known borders"),
    Verdict.OUTSIDE: Text(vi="ngoài xã", en="outside"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for or against one reading.

    Attributes:
        inside: share of the points within the commune and 500 m around it.
        centre_m: distance of their middle from the commune's.
        gap_m: median distance to known borders of the points that lie near any; None where too few do.
        touching: share of those that lie on a border; None likewise.
    """

    reading: Reading
    inside: float
    centre_m: float
    gap_m: float | None = None
    touching: float | None = None

    @property
    def verdict(self) -> Verdict:
        """In or out, and whether it fits what is there."""
        if self.inside < INSIDE:
            return Verdict.OUTSIDE
        if self.touching is None:
            return Verdict.LANDS
        return Verdict.FITS if self.touching >= FITS else Verdict.MISFITS if self.touching < MISFITS else Verdict.LANDS

    @property
    def line(self) -> Text:
        """One line of the table: reading, share inside, distance, gap, verdict."""
        gap = "–" if self.gap_m is None else f"{self.gap_m:.2f} m"
        figures = f"{100 * self.inside:.1f} % · {self.centre_m / 1000:.1f} km · {gap}"
        verdict = self.verdict.words
        return Text(
            vi=f"{self.reading} · {figures.replace('.', ',')} · {verdict.vi}",
            en=f"{self.reading} · {figures} · {verdict.en}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The guard's answer.

    Attributes:
        chosen: the reading to use; None where nothing or too much fits.
        evidence: all readings of a possible size, the best first.
    """

    chosen: Reading | None
    evidence: tuple[Evidence, ...]

    @property
    def left(self) -> tuple[Reading, ...]:
        """The readings between which the evidence does not decide."""
        fitting = [one.reading for one in self.evidence if one.verdict == Verdict.FITS]
        return tuple(fitting or [one.reading for one in self.evidence if one.verdict == Verdict.LANDS])

    @property
    def table(self) -> Text:
        """The evidence as lines."""
        head = Text(
            vi="cách đọc · trong xã · cách tâm xã · khe với ranh đã có (trung vị) · kết luận",
            en="reading · inside · from the commune's centre · median gap to known borders · verdict",
        )
        lines = [head, *(one.line for one in self.evidence[:SHOWN])]
        return Text(vi="\n".join(one.vi for one in lines), en="\n".join(one.en for one in lines))


def judge(
    points: FloatArray, outline: shapely.Geometry, gaps: Gaps | None = None, declared: Reading | None = None
) -> Judgement:
    """Which reading puts the points into the commune, told by its outline and by the borders already there.

    Args:
        points: (n, 2) vertices as the file has them, a sample of them all.
        outline: the commune's, EPSG:4326.
        gaps: how far places are from known borders; None where nothing is known.
        declared: the reading a person or the file names: it is held against the evidence, which may only refuse it.
    """
    points = points[np.isfinite(points).all(axis=1)]
    tried = [one for one in readings() if len(points) and one.is_possible(points)]
    if declared is not None and declared not in tried and len(points):
        tried.append(declared)
    ground = _Ground(outline)
    found = [ground.evidence(one, points, gaps) for one in tried]
    found.sort(key=lambda one: (-(one.inside >= INSIDE), -(one.touching or 0), -one.inside, one.centre_m))
    return Judgement(chosen=_chosen(found, declared), evidence=tuple(found))


def _chosen(found: Sequence[Evidence], declared: Reading | None) -> Reading | None:
    fitting = [one.reading for one in found if one.verdict == Verdict.FITS]
    if declared is not None:
        mine = next((one for one in found if one.reading == declared), None)
        if mine is None or mine.verdict == Verdict.OUTSIDE or (fitting and declared not in fitting):
            return None
        return declared
    landing = [one.reading for one in found if one.verdict == Verdict.LANDS]
    left = fitting or landing
    return left[0] if len(left) == 1 else None


class _Ground:
    """A commune on a plane of its own, metres from its centre: true to a few decimetres over its size."""

    def __init__(self, outline: shapely.Geometry) -> None:
        centre = shapely.centroid(outline)
        self._lon, self._lat = centre.x, centre.y
        sine, cosine = np.sin(np.radians(self._lat)), np.cos(np.radians(self._lat))
        root = np.sqrt(1 - _E2 * sine**2)
        self._metres = np.radians(1) * np.array([_A * cosine / root, _A * (1 - _E2) / root**3])
        self._around = shapely.buffer(shapely.transform(outline, self._plane), AROUND_M)
        shapely.prepare(self._around)

    def evidence(self, reading: Reading, points: FloatArray, gaps: Gaps | None) -> Evidence:
        lonlat = reading.lonlat(points)
        placed = self._plane(np.nan_to_num(lonlat, posinf=0, neginf=0, nan=0))
        inside = float(shapely.contains_xy(self._around, placed[:, 0], placed[:, 1]).mean())
        centre_m = float(np.hypot(*np.median(placed, axis=0)))
        gap_m = touching = None
        if gaps is not None and inside >= INSIDE:
            metres = gaps(lonlat)
            near = metres[metres <= NEAR_M]
            if len(near) >= FEW:
                gap_m, touching = float(np.median(near)), float((near <= TOUCH_M).mean())
        return Evidence(reading=reading, inside=inside, centre_m=centre_m, gap_m=gap_m, touching=touching)

    def _plane(self, lonlat: FloatArray) -> FloatArray:
        moved: FloatArray = (lonlat - (self._lon, self._lat)) * self._metres
        return moved
