"""Which coordinate system a file is in, and the way from it to lon/lat (EPSG:4326)."""

import re
import warnings
from typing import Any

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import CRSError, ProjError

from layers.exchange.parse.fault import Fault

DEGREES = pyproj.CRS.from_epsg(4326)
MAX_DEFINITION = 20_000
VIETNAM = (102.0, 8.0, 118.0, 24.0)
"""West, south, east, north of Vietnam with its islands: where swapped axes are recognised."""


UNITS = {"cm": 0.01, "mm": 0.001, "0.1mm": 0.0001}
"""Word -> metres: design files keep whole numbers of these."""


def named(text: str) -> "Way":
    """The way from what a person names: `EPSG:9209`, or the number alone, then words for what is unusual about it.

    `northing-first` (or latitude first), `cm`, `mm`, `0.1mm`, and `unshifted`: the plane of the zone laid on WGS 84,
    without the datum's shift.

    Raises:
        Fault: no such code, one that was withdrawn, or another word.
    """
    code, *words = (part.strip().lower() for part in text.split(","))
    found = re.fullmatch(r"(?:epsg:{1,2})?(\d{3,6})", code)
    units = [UNITS[word] for word in words if word in UNITS]
    if found is None or len(units) > 1 or set(words) - {*UNITS, "northing-first", "unshifted"}:
        raise Fault("crs_unknown", crs=text[:80])
    crs = _usable(_made(found[1], text))
    return Way(
        _on_wgs84(crs, text) if "unshifted" in words else crs,
        named=crs,
        northing_first="northing-first" in words,
        metres=units[0] if units else 1.0,
    )


def _on_wgs84(crs: pyproj.CRS, text: str) -> pyproj.CRS:
    """The projection of a system on WGS 84."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what a PROJ text loses is the datum, which is meant to go
        parts = crs.to_dict()
    if not crs.is_projected or "proj" not in parts:
        raise Fault("crs_unknown", crs=text[:80])
    kept = {name: value for name, value in parts.items() if name not in {"ellps", "towgs84", "datum", "type"}}
    return pyproj.CRS.from_dict({**kept, "datum": "WGS84"})


def declared(definition: str | None) -> pyproj.CRS | None:
    """The system a file declares (a code or WKT); None where it declares none.

    A definition without a code is matched with the EPSG registry: VN-2000 is transformed by code only, since the
    parameters in such files are missing or have the wrong signs.

    Raises:
        Fault: not understood, withdrawn, or no exact way to lon/lat is known.
    """
    if not definition or definition.strip().lower() in {"", "undefined geographic srs", "undefined cartesian srs"}:
        return None
    if len(definition) > MAX_DEFINITION:
        raise Fault("crs_unknown", crs=definition[:80])
    crs = _made(definition, definition)
    code = crs.to_epsg(min_confidence=70)
    return _usable(_made(str(code), definition) if code else crs)


def _made(definition: str, shown: str) -> pyproj.CRS:
    try:
        return pyproj.CRS.from_user_input(int(definition) if definition.isdigit() else definition)
    except (CRSError, ValueError) as fault:
        raise Fault("crs_unknown", crs=shown[:80]) from fault


def _usable(crs: pyproj.CRS) -> pyproj.CRS:
    if crs.is_deprecated:
        # GDAL and PROJ read withdrawn codes differently (6956-6959: 500 km apart)
        raise Fault("crs_deprecated", crs=title(crs))
    if not (crs.is_geographic or crs.is_projected or crs.is_compound):
        raise Fault("crs_unknown", crs=title(crs))
    return crs


def title(crs: pyproj.CRS) -> str:
    """Code and name."""
    code = crs.to_epsg()
    return f"EPSG:{code} {crs.name}" if code else str(crs.name)[:80]


class Way:
    """From a file's coordinates to lon/lat, axis order east-north as files write it.

    Attributes:
        crs: the system a person or the file names.
    """

    def __init__(
        self,
        crs: pyproj.CRS,
        *,
        named: pyproj.CRS | None = None,
        northing_first: bool = False,
        metres: float = 1.0,
    ) -> None:
        """Refuse a system whose datum shift is only guessed: VN-2000 without a code would lie 225 m off.

        Raises:
            Fault: no exact way to lon/lat is known.
        """
        self.crs = named or crs
        self.metres = metres
        self._northing_first = northing_first
        self._is_plain = not northing_first and metres == 1.0
        self._transformer: pyproj.Transformer | None = None
        if crs == DEGREES or crs.to_epsg() == 4326:
            return
        try:
            self._transformer = pyproj.Transformer.from_crs(crs, DEGREES, always_xy=True, allow_ballpark=False)
        except ProjError as fault:
            raise Fault("crs_inexact", crs=title(crs)) from fault

    def apply(self, shapes: Any) -> Any:
        """The shapes in lon/lat; coordinates that cannot be transformed become infinite."""
        transformer = self._transformer
        if transformer is None and self._is_plain:
            return shapes

        def moved(points: Any) -> Any:
            east_north = (points[:, ::-1] if self._northing_first else points) * self.metres
            if transformer is None:
                return east_north
            return np.column_stack(transformer.transform(east_north[:, 0], east_north[:, 1]))

        return shapely.transform(shapes, moved)


def looks_like_degrees(shapes: Any) -> bool:
    """Whether most shapes could be lon/lat; single wrong ones are then refused row by row."""
    bounds = _finite_bounds(shapes)
    fits = (np.abs(bounds[:, [0, 2]]) <= 180).all(axis=1) & (np.abs(bounds[:, [1, 3]]) <= 90).all(axis=1)
    return len(bounds) == 0 or bool(fits.mean() >= 0.5)


def looks_swapped(shapes: Any) -> bool:
    """Whether every shape would lie in Vietnam if lat/lon were exchanged."""
    finite = _finite_bounds(shapes)
    west, south, east, north = VIETNAM
    first, second = finite[:, [0, 2]], finite[:, [1, 3]]
    inside = (first >= south) & (first <= north) & (second >= west) & (second <= east)
    return len(finite) > 0 and bool(inside.all())


def _finite_bounds(shapes: Any) -> Any:
    bounds = shapely.bounds(shapes)
    return bounds[np.isfinite(bounds).all(axis=1)]
