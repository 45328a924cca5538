"""The ways a file's two numbers may mean a place: VN-2000 zone, order of axes, unit, datum shift left out or not.

A reading is written as `--crs` takes it: `EPSG:9209`, then words for what differs from metres, easting first, on the
VN-2000 datum: `EPSG:9209,northing-first,mm,unshifted`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyproj

from fixtures.vn2000 import MERIDIANS
from layers.core.text import Text
from layers.vn2000.coordinates import NORTHING_M

FloatArray = npt.NDArray[np.float64]

WGS84, VN2000 = 4326, 4756
WIDE_MERIDIANS: Final[dict[int, float]] = {3405: 105.0, 3406: 111.0}
"""EPSG code -> central meridian of the 6-degree zones, k = 0.9996."""
UNITS: Final[dict[str, float]] = {"": 1.0, "cm": 0.01, "mm": 0.001, "0.1mm": 0.0001}
"""Word -> metres. Design files keep whole numbers: 100, 1,000 or 10,000 of them are a metre."""
NORTHING_FIRST, UNSHIFTED = "northing-first", "unshifted"

_EASTING_M = (140_000.0, 860_000.0)
"""Of the 6-degree zones at their edges in the south; a tenth of it is never as large."""
_LON, _LAT = (101.0, 119.0), (6.0, 24.5)

_SHIFT = (
    "+step +proj=push +v_3 +step +proj=cart +ellps=WGS84 +step +proj=helmert"
    " +x=-191.90441429 +y=-39.30318279 +z=-111.45032835 +rx=-0.00928836 +ry=0.01975479 +rz=-0.00427372 +s=0.252906278"
    " +convention=coordinate_frame +step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 "
)
"""EPSG operation "VN-2000 to WGS 84 (2)"."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One way to read a file's numbers.

    Attributes:
        zone: EPSG code of a VN-2000 zone, or 4326 or 4756 for degrees.
        northing_first: whether the first number is the northing (X of land documents), or the latitude.
        unit: a key of `UNITS`; always "" for degrees.
        unshifted: the zone's plane was laid on WGS 84 without the datum shift: some 225 m off.
    """

    zone: int
    northing_first: bool = False
    unit: str = ""
    unshifted: bool = False

    def __str__(self) -> str:
        """As `--crs` takes it."""
        words = [NORTHING_FIRST * self.northing_first, self.unit, UNSHIFTED * self.unshifted]
        return ",".join([f"EPSG:{self.zone}", *(word for word in words if word)])

    @classmethod
    def named(cls, text: str) -> "Reading | None":
        """The reading a text names, as `--crs` takes it; None for a system that is not of Vietnam."""
        code, *words = (part.strip().lower() for part in text.split(","))
        digits = code.removeprefix("epsg:")
        zone = int(digits) if digits.isdigit() else 0
        if zone not in {WGS84, VN2000, *MERIDIANS, *WIDE_MERIDIANS} or set(words) - {*UNITS, NORTHING_FIRST, UNSHIFTED}:
            return None
        return cls(
            zone=zone,
            northing_first=NORTHING_FIRST in words,
            unit=next((word for word in words if word in UNITS), ""),
            unshifted=UNSHIFTED in words,
        )

    @property
    def title(self) -> Text:
        """In words."""
        vi, en = [_name(self.zone)], [_name(self.zone)]
        if self.northing_first:
            vi.append("bắc trước, đông sau")
            en.append("northing first")
        if self.unit:
            vi.append(f"đơn vị {self.unit}")
            en.append(f"unit {self.unit}")
        if self.unshifted:
            vi.append("không có bước chuyển datum")
            en.append("without the datum shift")
        return Text(vi=", ".join(vi), en=", ".join(en))

    @cached_property
    def is_degrees(self) -> bool:
        """Whether the numbers are angles."""
        return self.zone in (WGS84, VN2000)

    def is_possible(self, points: FloatArray) -> bool:
        """Whether nearly all numbers have the size that Vietnam has in this reading."""
        first, second = self._east_north(points).T
        easting, northing = (_LON, _LAT) if self.is_degrees else (_EASTING_M, NORTHING_M)
        sized = (first >= easting[0]) & (first <= easting[1]) & (second >= northing[0]) & (second <= northing[1])
        return bool(sized.mean() >= 0.95)

    def lonlat(self, points: FloatArray) -> FloatArray:
        """(n, 2) numbers of the file as lon lat, EPSG:4326; infinite where the plane has no such place."""
        east_north = self._east_north(points)
        if self.zone == WGS84:
            return east_north
        return np.column_stack(_way(self.zone, self.unshifted).transform(east_north[:, 0], east_north[:, 1]))

    def written(self, lonlat: FloatArray) -> FloatArray:
        """(n, 2) lon lat, EPSG:4326, as this reading's file would hold them: the inverse of `lonlat`."""
        east_north = lonlat
        if self.zone != WGS84:
            way = _way(self.zone, self.unshifted)
            east_north = np.column_stack(way.transform(lonlat[:, 0], lonlat[:, 1], direction="INVERSE"))
        scaled = east_north / UNITS[self.unit]
        return scaled[:, ::-1] if self.northing_first else scaled

    def _east_north(self, points: FloatArray) -> FloatArray:
        turned = points[:, ::-1] if self.northing_first else points
        return turned * UNITS[self.unit]


def readings() -> Iterator[Reading]:
    """Every reading that is tried: all zones, because a merged province and its neighbours hold several."""
    for northing_first in (False, True):
        yield from (Reading(zone=zone, northing_first=northing_first) for zone in (WGS84, VN2000))
        for zone in (*MERIDIANS, *WIDE_MERIDIANS):
            for unit in UNITS:
                for unshifted in (False, True):
                    yield Reading(zone=zone, northing_first=northing_first, unit=unit, unshifted=unshifted)


def _name(zone: int) -> str:
    if zone in (WGS84, VN2000):
        return f"{'WGS 84' if zone == WGS84 else 'VN-2000'} (EPSG:{zone})"
    meridian = MERIDIANS.get(zone) or WIDE_MERIDIANS[zone]
    degrees, minutes = divmod(round(meridian * 60), 60)
    return f"{degrees}°{minutes:02d}′ {3 if zone in MERIDIANS else 6}° (EPSG:{zone})"


@cache
def _way(zone: int, unshifted: bool) -> pyproj.Transformer:
    shift = "" if unshifted else _SHIFT
    degrees = "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
    if zone == VN2000:
        first = "+step +proj=unitconvert +xy_in=deg +xy_out=rad "
    else:
        meridian, k = (MERIDIANS[zone], 0.9999) if zone in MERIDIANS else (WIDE_MERIDIANS[zone], 0.9996)
        first = f"+step +inv +proj=tmerc +lat_0=0 +lon_0={meridian} +k={k} +x_0=500000 +y_0=0 +ellps=WGS84 "
    return pyproj.Transformer.from_pipeline(f"+proj=pipeline {first}{shift}{degrees}")
