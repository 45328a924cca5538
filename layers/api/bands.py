"""A number's values in bands of round width: what a histogram draws."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from layers.core.computed import ComputedFeatures
from layers.core.errors import BadRequest, UnknownAttribute
from layers.core.query import Features
from layers.core.scale import Band, Steps
from layers.core.text import Text

MAX_BANDS = 40
_CROWDED = 0.8
"""A band that holds more than this share tells little: it is parted anew, and what lies beyond becomes one band."""
_CLOSER_LOOKS = 3
_ROUND = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Bands:
    """Bands that hold every value there is; the last one is open where `end` is None.

    Attributes:
        groups: start of a band, or None for no value, and how many features there are, as `counts` tells them.
    """

    starts: tuple[float, ...]
    end: float | None
    groups: Sequence[tuple[Any, int]] = ()

    def steps(self) -> Steps:
        """To count by; a band is named by its limits."""
        return Steps([Band(start=start, color="", title=_title(start, self.end_of(start))) for start in self.starts])

    def end_of(self, start: float) -> float | None:
        """Where the band that begins at `start` ends, itself not included."""
        return next((other for other in self.starts if other > start), self.end)


def bands_of(found: Features | ComputedFeatures, name: str, about: int) -> Bands | None:
    """About so many bands; None where no feature has a value.

    Raises:
        BadRequest: the attribute is no number.
        UnknownAttribute: it does not exist for this viewer.
    """
    if name not in found.readable:
        raise UnknownAttribute(name, "by")
    if (kind := found.readable[name].type) not in {"integer", "number"}:
        raise BadRequest(
            Text(vi=f"“{name}” không phải số, không chia khoảng được.", en=f"“{name}” is no number to be banded."),
            field="bands",
        )
    extremes = found.extremes(name) if isinstance(found, Features) else _extremes(found, name)
    if extremes is None:
        return None
    low, high = extremes
    bands = _parted(low, high, about, whole=kind == "integer")
    groups = found.counts(name, bands.steps())
    for _ in range(_CLOSER_LOOKS):
        start = _crowded(groups)
        if start is None:
            break
        end = bands.end_of(start)
        closer = _parted(start, high if end is None else min(end, high), about, whole=kind == "integer")
        if len(closer.starts) == 1:
            break
        below = [one for one in bands.starts[:1] if one < closer.starts[0]]
        beyond = [closer.end] if closer.end is not None and closer.end <= high else []
        bands = Bands((*below, *closer.starts, *beyond), None if beyond else closer.end)
        groups = found.counts(name, bands.steps())
    return replace(bands, groups=groups)


def _extremes(found: ComputedFeatures, name: str) -> tuple[float, float] | None:
    """The least and the greatest value; None where no feature has one."""
    values = [float(value) for shape in found.shapes if (value := shape.attributes.get(name)) is not None]
    return (min(values), max(values)) if values else None


def _parted(low: float, high: float, about: int, *, whole: bool) -> Bands:
    """Bands of one round width from `low` or a little before it, the last of them with `high` in it."""
    if low == high:
        return Bands((low,), low + 1 if whole else None)
    width = _round_up((high - low) / about)
    if whole:
        width = max(1.0, width)
    decimals = max(0, -math.floor(math.log10(width)))
    first, last = math.floor(low / width), math.floor(high / width) + 1
    # A quotient may be rounded onto the edge that its value does not reach.
    if round(first * width, decimals) > low:
        first -= 1
    if round(last * width, decimals) <= high:
        last += 1
    edges = [round(number * width, decimals) for number in range(first, last + 1)]
    return Bands(tuple(edges[:-1]), edges[-1])


def _round_up(width: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50 and so on."""
    power = 10.0 ** math.floor(math.log10(width))
    return next((step * power for step in _ROUND if step * power >= width * (1 - 1e-9)), 10 * power)


def _crowded(groups: Iterable[tuple[Any, int]]) -> float | None:
    """The start of the band that holds nearly all; None where they are spread."""
    known = [(start, number) for start, number in groups if start is not None]
    start, most = max(known, key=lambda group: group[1])
    return float(start) if most > _CROWDED * sum(number for _, number in known) else None


def _title(start: float, end: float | None) -> Text:
    if end is None:
        return Text(vi=f"từ {_vi(start)}", en=f"from {start:g}")
    return Text(vi=f"{_vi(start)} – {_vi(end)}", en=f"{start:g} – {end:g}")


def _vi(value: float) -> str:
    return f"{value:g}".replace(".", ",")
