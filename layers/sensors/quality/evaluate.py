"""A series' flags: every test that holds for the quantity, in order, and the roll-up."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.sensors.quality import qartod
from layers.sensors.quality.flag import Flag
from layers.sensors.quality.qartod import Flags, Floats
from layers.sensors.quality.table import APART_INTERVALS, GAP_INTERVALS, HOLD_INTERVALS, NEIGHBOUR_LEAST, Test, Tests


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A stretch of one series.

    Attributes:
        times_s: (n,) float64, seconds, ascending.
        values: (n,) float64, NaN where there is none.
        faulty: (n,) bool, the device itself said that it was not measuring.
        whole: (n,) float64, of what this is a part of at the same times; NaN where unknown.
        around: (n, k) float64, of k neighbours at the same times.
    """

    times_s: Floats
    values: Floats
    faulty: NDArray[np.bool_] | None = None
    whole: Floats | None = None
    around: Floats | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """Flags of every test made, and the worst of them a value."""

    by_test: Mapping[Test, Flags]

    @property
    def flags(self) -> Flags:
        """The roll-up; a gap speaks of the time before a value, not of the value."""
        return qartod.worst([flags for test, flags in self.by_test.items() if test is not Test.GAP])


def evaluate(tests: Tests, interval_s: float, track: Track) -> Judged:
    """What the tests say of each value of a track.

    What the device or the range denies is no reference for others, nor is a spike for the rate of change after it.
    """
    apart_s = interval_s * APART_INTERVALS
    at, values = track.times_s, track.values
    made: dict[Test, Flags] = {}
    if track.faulty is not None:
        status = np.where(np.isnan(values), Flag.MISSING, np.where(track.faulty, Flag.FAIL, Flag.PASS))
        made[Test.STATUS] = status.astype(np.uint8)
        values = np.where(track.faulty, np.nan, values)
    made[Test.RANGE] = qartod.gross_range(values, tests.sensor, tests.user)
    values = np.where(made[Test.RANGE] == Flag.FAIL, np.nan, values)
    if tests.spike:
        made[Test.SPIKE] = qartod.spike(at, values, *tests.spike, apart_s=apart_s)
    if tests.flat_h:
        suspect_s, fail_s = (hours * qartod.HOUR_S for hours in tests.flat_h)
        made[Test.FLAT] = qartod.flat_line(
            at, values, suspect_s=suspect_s, fail_s=fail_s, tolerance=tests.flat_tolerance, apart_s=apart_s
        )
        if tests.flat_above is not None:
            made[Test.FLAT][values <= tests.flat_above] = Flag.PASS
    if tests.rate_per_hour is not None:
        calm = values
        if Test.SPIKE in made:
            calm = np.where(made[Test.SPIKE] >= Flag.SUSPECT, np.nan, values)
        hold_s = interval_s * HOLD_INTERVALS
        made[Test.RATE] = qartod.rate_of_change(at, calm, tests.rate_per_hour, apart_s=apart_s, hold_s=hold_s)
    made[Test.GAP] = qartod.gap(at, interval_s, GAP_INTERVALS)
    if tests.part_of and track.whole is not None:
        made[Test.PART] = qartod.part_of(values, track.whole, tests.part_of[1])
    if tests.neighbour and track.around is not None:
        made[Test.NEIGHBOUR] = qartod.neighbours(
            values, track.around, least=NEIGHBOUR_LEAST, absolute=tests.neighbour[0], ratio=tests.neighbour[1]
        )
    return Judged(made)
