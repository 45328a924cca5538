"""The tests of QARTOD as functions of a series: times and values in, one flag a value out.

Tests 1, 4, 6, 7, 8 and 9 of the IOOS manuals (Manual for Real-Time Quality Control of Wind Data, 1.1, 2017; the one of
in-situ temperature and salinity, 2.1, 2020, numbers them alike and adds the comparison with neighbours). Where a manual
counts observations we count time, as stations report at different intervals; a gap parts what a test may compare. A
value that is NaN is missing, and no test looks at it for another's sake.

Everywhere: `times_s` (n,) float64, seconds, ascending; `values` (n,) float64, NaN where missing; flags (n,) uint8.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from layers.sensors.quality.flag import Flag

Floats = NDArray[np.float64]
Flags = NDArray[np.uint8]

LEAST_REPEATS: Final = 3
"""Fewest equal observations that a flat line is made of (the manuals' REP_CNT_SUSPECT)."""
HOUR_S: Final = 3_600.0


def gross_range(values: Floats, sensor: tuple[float, float], user: tuple[float, float] | None = None) -> Flags:
    """Fail outside what the sensor can say, suspect outside what the operator expects; the bounds themselves pass."""
    flags = _passed(values)
    if user is not None:
        flags[(values < user[0]) | (values > user[1])] = Flag.SUSPECT
    flags[(values < sensor[0]) | (values > sensor[1])] = Flag.FAIL
    return flags


def spike(times_s: Floats, values: Floats, suspect: float, fail: float, *, apart_s: float) -> Flags:
    """How far a value lies from the mean of the one before and the one after (SPK_REF).

    As the manuals ask, what stands out itself is no reference: beside a spike the next value but one is. Not evaluated:
    the first and the last value, and those with a gap beside them.

    A distance above `suspect` (THRSHLD_LOW) is suspect, above `fail` (THRSHLD_HIGH) it fails; both in the values' unit.
    A longer time than `apart_s` between two values is a gap.
    """
    flags = _flags(values, Flag.NOT_EVALUATED)
    known = np.flatnonzero(~np.isnan(values))
    if known.size < 3:
        return flags
    both, far, lone = _from_middle(times_s[known], values[known], apart_s)
    joined = np.diff(times_s[known]) <= apart_s
    beside = np.maximum(np.append(lone[1:] * joined, 0.0), np.insert(lone[:-1] * joined, 0, 0.0))
    flags[known[both]] = _above(far[both], suspect, fail)
    odd = far > suspect
    peak, doubted = odd & (lone >= beside), both & odd & (lone < beside)
    if doubted.any():
        rest = np.flatnonzero(~peak)
        again, far_again, _ = _from_middle(times_s[known[rest]], values[known[rest]], apart_s)
        judged = np.where(again, _above(far_again, suspect, fail), Flag.NOT_EVALUATED)
        flags[known[rest]] = np.where(doubted[rest], judged, flags[known[rest]])
    return flags


def rate_of_change(times_s: Floats, values: Floats, per_hour: float, *, apart_s: float, hold_s: float = 0) -> Flags:
    """Suspect where a value rose or fell faster than so much an hour since the one before; it never fails.

    The manuals leave open what comes after such a jump. Here the value before it stays the reference for `hold_s`: who
    has not come back by as much as the jump was allowed is suspect too, who has is not; later the new level holds. Not
    evaluated: the first value and the first after a gap. Two values of one instant have no rate.
    """
    flags = _flags(values, Flag.NOT_EVALUATED)
    known = np.flatnonzero(~np.isnan(values))
    at, value = times_s[known], values[known]
    passed = np.diff(at)
    allowed = per_hour * passed / HOUR_S
    fast = np.abs(np.diff(value)) > allowed
    joined = (passed > 0) & (passed <= apart_s)
    flags[known[1:]] = np.where(joined, np.where(fast, Flag.SUSPECT, Flag.PASS), Flag.NOT_EVALUATED)
    before = np.flatnonzero(fast & joined)
    if before.size:
        held, away = _since(at, value, before, allowed, hold_s)
        before = before[~held[before + 1] | away[before + 1]]  # the way back is no jump of its own
        held, away = _since(at, value, before, allowed, hold_s)
        flags[known[held]] = np.where(away[held], Flag.SUSPECT, Flag.PASS)
    return flags


def _since(
    at: Floats, value: Floats, before: NDArray[np.intp], allowed: Floats, hold_s: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which values a jump holds, and which of them are away from the value before it: the earliest that still holds."""
    which = np.minimum(np.searchsorted(at[before], at - hold_s), before.size - 1)
    reference = before[which]
    held = (at[reference] >= at - hold_s) & (reference < np.arange(at.size))
    return held, np.abs(value - value[reference]) > allowed[reference]


def flat_line(
    times_s: Floats, values: Floats, *, suspect_s: float, fail_s: float, tolerance: float, apart_s: float
) -> Flags:
    """Suspect, then failed, where a value and all before it over so long are the same within a tolerance.

    Not evaluated: a value without so much behind it, a gap included. Earlier flags are not changed by what follows.
    """
    flags = _flags(values, Flag.NOT_EVALUATED)
    known = np.flatnonzero(~np.isnan(values))
    if known.size == 0:
        return flags
    at, value = times_s[known], values[known]
    number = np.arange(known.size)
    first = np.maximum.accumulate(np.where(np.diff(at, prepend=at[0]) > apart_s, number, 0))
    for long_s, flag in ((suspect_s, Flag.SUSPECT), (fail_s, Flag.FAIL)):
        start = np.searchsorted(at, at - long_s, side="right") - 1
        whole = start >= first
        begin = np.where(whole, start, number)
        flat = whole & (_spread(value, begin) <= tolerance) & (number - begin + 1 >= LEAST_REPEATS)
        if flag is Flag.SUSPECT:
            flags[known[whole]] = Flag.PASS
        flags[known[flat]] = flag
    return flags


def gap(times_s: Floats, interval_s: float, allowed: float) -> Flags:
    """Fail where a value came later than `allowed` intervals after the one before (TIM_INC); the first: not evaluated.

    It speaks of the time before a value, not of the value: the roll-up leaves it out.
    """
    late = np.diff(times_s, prepend=times_s[:1]) > interval_s * allowed
    flags = np.where(late, Flag.FAIL, Flag.PASS).astype(np.uint8)
    flags[:1] = Flag.NOT_EVALUATED
    return flags


def neighbours(values: Floats, around: Floats, *, least: int, absolute: float, ratio: float) -> Flags:
    """Suspect where a value is far from the median of its neighbours at the same time; it never fails.

    `around` is (n, k) float64: what k neighbours said at the same times, NaN where nothing; with fewer than `least` a
    value is not evaluated. Far is more than both of `absolute` and `ratio` × the median.
    """
    flags = _flags(values, Flag.NOT_EVALUATED)
    enough = np.flatnonzero(~np.isnan(values) & ((~np.isnan(around)).sum(axis=1) >= max(least, 1)))
    if enough.size:
        middle = np.nanmedian(around[enough], axis=1)
        far = np.abs(values[enough] - middle) > np.maximum(absolute, ratio * np.abs(middle))
        flags[enough] = np.where(far, Flag.SUSPECT, Flag.PASS)
    return flags


def part_of(values: Floats, whole: Floats, most: float) -> Flags:
    """Suspect where a part (PM2.5) is more than `most` times its whole (PM10) at one time: a multi-variate test."""
    flags = _flags(values, Flag.NOT_EVALUATED)
    both = ~np.isnan(values) & ~np.isnan(whole)
    flags[both] = np.where(values[both] > whole[both] * most, Flag.SUSPECT, Flag.PASS)
    return flags


def worst(flags: Sequence[Flags]) -> Flags:
    """The roll-up: fail before suspect before pass before not evaluated before missing."""
    ranks = np.max([_RANK[one] for one in flags], axis=0)
    return _BY_RANK[ranks]


_BY_RANK = np.array([Flag.MISSING, Flag.NOT_EVALUATED, Flag.PASS, Flag.SUSPECT, Flag.FAIL], np.uint8)
_RANK = np.zeros(10, np.uint8)
_RANK[_BY_RANK] = np.arange(_BY_RANK.size)


def _flags(values: Floats, known: Flag) -> Flags:
    return np.where(np.isnan(values), Flag.MISSING, known).astype(np.uint8)


def _passed(values: Floats) -> Flags:
    return _flags(values, Flag.PASS)


def _above(distance: Floats, suspect: float, fail: float) -> Flags:
    return np.where(distance > fail, Flag.FAIL, np.where(distance > suspect, Flag.SUSPECT, Flag.PASS)).astype(np.uint8)


def _from_middle(times_s: Floats, values: Floats, apart_s: float) -> tuple[NDArray[np.bool_], Floats, Floats]:
    """Which values have both neighbours; how far each lies from their mean; the same, told apart where equal.

    With one neighbour half the way to it stands for the distance: what a value beside a spike lies from its mean. Of
    two equally far that one is the spike which is far from both sides.
    """
    step = np.where(np.diff(times_s) <= apart_s, np.diff(values), np.nan)
    before, after = np.insert(step, 0, np.nan), np.append(step, np.nan)
    both = ~np.isnan(before) & ~np.isnan(after)
    sides = np.abs(np.where(both, [before, after], np.where(np.isnan(before), after, before)))
    far = np.nan_to_num(np.where(both, np.abs(before - after), sides[0]) / 2)
    return both, far, far + np.nan_to_num(sides.min(axis=0)) * 1e-9


def _spread(values: Floats, begin: NDArray[np.intp]) -> Floats:
    """Most less least of `values[begin[i] : i + 1]`, for every i."""
    bounds = np.column_stack([begin, np.arange(1, values.size + 1)]).ravel()
    padded = np.append(values, values[-1])  # the last end must be an index too
    most = np.maximum.reduceat(padded, bounds)[::2]
    least = np.minimum.reduceat(padded, bounds)[::2]
    return np.asarray(most - least, np.float64)
