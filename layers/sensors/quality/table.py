"""Which tests hold for which quantity, with which numbers, from where: the table and its version.

QARTOD leaves thresholds to the operator. A number that is no standard's says so: `HOUSE`. The environment's
`GEO_IOC_SENSOR_TESTS` replaces numbers for a quantity; the version then says that it did.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, Final

from django.conf import settings

from layers.core.attribute import Options
from layers.core.text import Text
from layers.sensors.quality.qartod import HOUR_S
from layers.sensors.scale import AQI_LADDERS

VERSION: Final = 2
"""Of the table and of the tests' code: raised whenever either changes what a flag says."""

HOUSE: Final = Text(vi="ngưỡng mặc định của hệ thống", en="the house's own default")
QARTOD_WIND: Final = Text(vi="IOOS QARTOD, sổ tay gió 1.1 (2017)", en="IOOS QARTOD, wind manual 1.1 (2017)")


class Test(Options):
    """The tests, in the order they run; `GAP` speaks of the time before a value and is not rolled up."""

    __test__ = False  # no test of pytest's

    STATUS = "status", "Trạng thái thiết bị", "Device status"
    RANGE = "range", "Giới hạn vật lý", "Gross range"
    SPIKE = "spike", "Gai nhọn", "Spike"
    RATE = "rate", "Tốc độ thay đổi", "Rate of change"
    FLAT = "flat", "Đứng giá trị", "Flat line"
    GAP = "gap", "Khoảng trống", "Gap"
    PART = "part", "So với tổng (PM10)", "Part of a whole (PM10)"
    NEIGHBOUR = "neighbour", "So với trạm lân cận", "Neighbour comparison"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """The numbers of one quantity's tests, in its unit; None: the test is not made.

    Attributes:
        sensor: outside it a value fails.
        user: outside it a value is suspect.
        spike: (suspect, fail) distance from the middle of the values beside it.
        rate_per_hour: faster change is suspect.
        flat_h: (suspect, fail) hours of one value; `flat_tolerance` is what counts as one. At or below `flat_above` an
            unchanging value is no fault: there is too little for the device to tell.
        part_of: the metric it is a part of, and the most it may be of it.
        neighbour: (absolute, ratio): farther from the neighbours' median than both is suspect.
        source: of the numbers, where it is no default of the house.
    """

    __test__ = False

    sensor: tuple[float, float]
    user: tuple[float, float] | None = None
    spike: tuple[float, float] | None = None
    rate_per_hour: float | None = None
    flat_h: tuple[float, float] | None = (3, 6)
    flat_tolerance: float = 0
    flat_above: float | None = None
    part_of: tuple[str, float] | None = None
    neighbour: tuple[float, float] | None = None
    source: Text = HOUSE

    @property
    def reach_s(self) -> float:
        """How far back a value's flag looks, in seconds, gaps apart."""
        return (self.flat_h[1] if self.flat_h else 0) * HOUR_S


NEIGHBOUR_WITHIN_M: Final = 20_000
"""Stations compared with one another are nearer than this (the house's own default)."""
NEIGHBOUR_LEAST: Final = 3
"""Fewest neighbours a median is made of (the house's own default)."""
APART_INTERVALS: Final = 3.0
"""More than so many intervals between two values part them: no test compares across (the house's own default)."""
HOLD_INTERVALS: Final = 4.0
"""For so many intervals after a jump the value before it stays the reference (the house's own default)."""
GAP_INTERVALS: Final = 1.5
"""A value later than so many intervals after the one before closes a gap (the reference's rule for stale stations)."""


def _air(metric: str, index: int, **more: Any) -> Tests:
    """Of a pollutant of VN_AQI, told by its own points: to jump by what makes the index 50 or 100 is odd.

    Gases, whose usual values are low, by 50; dust and ozone by 100. No upper bound of the operator's: dirty air is
    news, not a fault. Frozen after six hours is the reference's rule, kept from a tenth of what makes the index 50 on:
    hourly values of Beijing stand still for hours at their detection limit.
    """
    points = AQI_LADDERS[metric].points
    first = [step for _, step in points].index(index)
    odd, wrong, most = points[first][0], points[first + 1][0], points[-1][0]
    return Tests(
        sensor=(0, 2 * most),
        spike=(odd, wrong),
        rate_per_hour=12 * odd,
        flat_above=points[1][0] / 10,
        neighbour=(odd, 0.8),
        **more,
    )


_SLOW: Final = (6.0, 12.0)
"""Hours of one value in what changes slowly: withheld after six as all is, failed after twelve."""

TESTS: Final[Mapping[str, Tests]] = {
    "pm25": _air("pm25", 100, part_of=("pm10", 1.1)),
    "pm10": _air("pm10", 100),
    "no2": _air("no2", 50),
    "so2": _air("so2", 50),
    "co": _air("co", 50),
    "o3": _air("o3", 100),
    "tsp": Tests(sensor=(0, 2_000), spike=(200, 400), rate_per_hour=2_400),
    "temperature_c": Tests(sensor=(-10, 60), user=(-5, 45), spike=(4, 8), rate_per_hour=20, neighbour=(8, 0)),
    "humidity": Tests(sensor=(0, 100), spike=(25, 50), flat_h=_SLOW),
    "pressure": Tests(sensor=(850, 1_100), spike=(3, 6), rate_per_hour=12),
    "wind_speed": Tests(sensor=(0, 100), user=(0, 75), spike=(20, 40), source=QARTOD_WIND),
    "wind_direction": Tests(sensor=(0, 360), flat_h=(3, 6), source=QARTOD_WIND),
    "rain": Tests(sensor=(0, 300), flat_h=None),
    "water_level": Tests(sensor=(-20, 3_000), spike=(0.5, 1), rate_per_hour=3, flat_h=_SLOW),
    "ph": Tests(sensor=(0, 14), user=(3, 11), spike=(1, 2), flat_h=_SLOW),
    "do": Tests(sensor=(0, 25), spike=(3, 6), flat_h=_SLOW),
    "tss": Tests(sensor=(0, 10_000), spike=(200, 500), flat_h=_SLOW),
    "cod": Tests(sensor=(0, 5_000), spike=(100, 250), flat_h=_SLOW),
    "bod5": Tests(sensor=(0, 2_500), spike=(50, 125), flat_h=_SLOW),
    "toc": Tests(sensor=(0, 2_500), spike=(50, 125), flat_h=_SLOW),
    "n_nh4": Tests(sensor=(0, 500), spike=(10, 25), flat_h=_SLOW),
    "n_no3": Tests(sensor=(0, 500), spike=(10, 25), flat_h=_SLOW),
    "total_p": Tests(sensor=(0, 200), spike=(4, 10), flat_h=_SLOW),
    "total_n": Tests(sensor=(0, 1_000), spike=(20, 50), flat_h=_SLOW),
}
"""Quantity → its tests. Negative values of anything but temperature and level fail (the reference's rule)."""

OTHERS: Final = Tests(sensor=(0, 1e9), flat_h=_SLOW)
"""Of a quantity not in the table."""


@dataclass(frozen=True, slots=True)
class Table:
    """The tests in force and their version: `2`, or `2-<checksum>` where the environment changed numbers."""

    __test__ = False

    version: str
    tests: Mapping[str, Tests]

    def of(self, metric: str) -> Tests:
        """The tests of a quantity."""
        return self.tests.get(metric, OTHERS)


def table() -> Table:
    """The table in force."""
    return _table(settings.GEO_IOC_SENSOR_TESTS)


@cache
def _table(text: str) -> Table:
    changes = changes_in(text)
    if not changes:
        return Table(str(VERSION), TESTS)
    changed = {metric: replace(TESTS.get(metric, OTHERS), **numbers) for metric, numbers in changes.items()}
    mark = zlib.crc32(json.dumps(changes, sort_keys=True).encode())
    return Table(f"{VERSION}-{mark:08x}", {**TESTS, **changed})


def changes_in(text: str) -> dict[str, dict[str, Any]]:
    """The numbers a deployment sets, by quantity: `{"pm25": {"sensor": [0, 2000], "flat_h": null}}`.

    Raises:
        ValueError: what is not so, and where.
    """
    if not text.strip():
        return {}
    try:
        raw = json.loads(text)
    except ValueError as fault:
        raise ValueError(f"write JSON: {fault}") from fault
    if not isinstance(raw, dict) or not all(isinstance(one, dict) for one in raw.values()):
        raise ValueError('write an object a quantity, e.g. {"pm25": {"sensor": [0, 2000]}}')
    return {metric: {name: _number(metric, name, one) for name, one in body.items()} for metric, body in raw.items()}


_PAIRS = frozenset({"sensor", "user", "spike", "flat_h", "neighbour"})
_SINGLE = frozenset({"rate_per_hour", "flat_tolerance", "flat_above"})
_KEPT = frozenset({"sensor", "flat_tolerance"})


def _number(metric: str, name: str, value: Any) -> Any:
    if name not in _PAIRS | _SINGLE:
        known = ", ".join(sorted(one.name for one in fields(Tests) if one.name in _PAIRS | _SINGLE))
        raise ValueError(f"{metric}.{name} is no number of a test; there are {known}")
    if value is None and name not in _KEPT:
        return None
    numbers = value if name in _PAIRS else [value]
    plain = isinstance(numbers, list) and all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers)
    if not plain or len(numbers) != (2 if name in _PAIRS else 1):
        raise ValueError(f"{metric}.{name} needs {'two numbers' if name in _PAIRS else 'a number'}")
    if name in _PAIRS - {"neighbour"} and numbers[0] > numbers[1]:
        raise ValueError(f"{metric}.{name}: {numbers[0]} is above {numbers[1]}")
    return tuple(map(float, numbers)) if name in _PAIRS else float(numbers[0])
