"""The tests of QARTOD by their definitions: thresholds, first and last values, gaps, missing values."""

import numpy as np
import pytest

from layers.sensors.quality import qartod
from layers.sensors.quality.flag import Flag

NAN = float("nan")
STEP = 300.0


def series(*values: float) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(len(values)) * STEP, np.array(values, float)


def test_gross_range_passes_at_its_bounds() -> None:
    values = np.array([-0.1, 0, 0.9, 1, 75, 75.1, 100, 100.1, NAN])

    flags = qartod.gross_range(values, (0, 100), (1, 75))

    assert flags.tolist() == [4, 3, 3, 1, 1, 3, 3, 4, 9]


def test_spike_is_measured_from_the_middle_of_its_neighbours() -> None:
    # the manual's example: 20 and 40 m/s
    for height, flag in ((20, 1), (20.1, 3), (40, 3), (40.1, 4)):
        flags = qartod.spike(*series(5, 5, 5 + height, 5, 5), 20, 40, apart_s=600)
        assert flags.tolist() == [2, 1, flag, 1, 2], height


def test_spike_downwards_and_between_unequal_neighbours() -> None:
    assert qartod.spike(*series(50, 50, 5, 50, 50), 20, 40, apart_s=600)[2] == Flag.FAIL
    # the middle of 10 and 30 is 20
    assert qartod.spike(*series(10, 41, 30), 20, 40, apart_s=600).tolist() == [2, 3, 2]


def test_spike_does_not_mark_the_values_beside_it() -> None:
    flags = qartod.spike(*series(10, 10, 200, 10, 10), 20, 40, apart_s=900)

    assert flags.tolist() == [2, 1, 4, 1, 2]


def test_newest_value_that_jumps_is_judged_when_the_next_comes() -> None:
    assert qartod.spike(*series(10, 10, 10, 200), 20, 40, apart_s=900).tolist() == [2, 1, 2, 2]
    assert qartod.spike(*series(10, 10, 10, 200, 10), 20, 40, apart_s=900).tolist() == [2, 1, 1, 4, 2]


def test_spike_is_not_evaluated_beside_a_gap_or_with_fewer_than_three() -> None:
    times, values = series(10, 10, 200, 10, 10)
    times[3:] += 3_600

    assert qartod.spike(times, values, 20, 40, apart_s=600).tolist() == [2, 2, 2, 2, 2]
    for few in ((), (1,), (1, 2)):
        assert qartod.spike(*series(*few), 20, 40, apart_s=600).tolist() == [2] * len(few)


def test_spike_knows_nothing_of_what_lies_beyond_a_gap() -> None:
    before, after = series(10, 10, 100), series(90, 10, 10, 10)
    apart = after[0] + before[0][-1] + 3_600

    both = qartod.spike(np.append(before[0], apart), np.append(before[1], after[1]), 20, 50, apart_s=600)

    alone = [qartod.spike(*one, 20, 50, apart_s=600).tolist() for one in (before, after)]
    assert both.tolist() == [*alone[0], *alone[1]]
    assert alone[1] == [2, 2, 1, 2]


def test_spike_looks_past_a_missing_value() -> None:
    flags = qartod.spike(*series(10, NAN, 200, NAN, 10), 20, 40, apart_s=600)

    assert flags.tolist() == [2, 9, 4, 9, 2]


def test_rate_of_change_is_suspect_only_above_its_threshold() -> None:
    times, values = np.array([0.0, 3_600, 7_200, 9_000]), np.array([10.0, 20, 30.1, 26])

    assert qartod.rate_of_change(times, values, 10, apart_s=3_600).tolist() == [2, 1, 3, 1]
    assert qartod.rate_of_change(times, -values, 10, apart_s=3_600).tolist() == [2, 1, 3, 1]


def test_rate_of_change_across_gaps_missing_values_and_one_instant() -> None:
    times, values = np.array([0.0, 300, 600, 600, 9_000]), np.array([1.0, NAN, 500, 1, 900])

    assert qartod.rate_of_change(times, values, 10, apart_s=900).tolist() == [2, 9, 3, 2, 2]
    assert qartod.rate_of_change(np.array([]), np.array([]), 10, apart_s=900).size == 0


def held(*values: float) -> list[int]:
    return qartod.rate_of_change(*series(*values), 600, apart_s=900, hold_s=1_200).tolist()


def test_rate_of_change_holds_the_value_before_a_jump() -> None:
    assert held(30, 31, 280, 282, 279, 31, 30) == [2, 1, 3, 3, 3, 1, 1]  # three odd values, and the way back
    assert held(30, 31, 280, 31, 30) == [2, 1, 3, 1, 1]
    assert held(30, 30, 90, 91, 92, 93, 94, 95) == [2, 1, 3, 3, 3, 3, 1, 1]  # a new level holds after twenty minutes
    assert held(30, 90, 50, 50) == [2, 3, 1, 1]


def flat(*values: float, tolerance: float = 0.0, times: np.ndarray | None = None) -> list[int]:
    at, value = series(*values)
    at = at if times is None else times
    return qartod.flat_line(at, value, suspect_s=600, fail_s=1_200, tolerance=tolerance, apart_s=600).tolist()


def test_flat_line_after_three_and_five_equal_values() -> None:
    # the manual's REP_CNT_SUSPECT = 3, REP_CNT_FAIL = 5 at our five minutes
    assert flat(7, 7, 7, 7, 7, 7) == [2, 2, 3, 3, 4, 4]
    assert flat(1, 7, 7, 7, 7, 7, 8) == [2, 2, 1, 3, 3, 4, 1]


def test_flat_line_within_a_tolerance_of_all_before_it() -> None:
    assert flat(7.0, 7.4, 7.2, tolerance=0.5) == [2, 2, 3]
    assert flat(7.0, 7.4, 7.8, tolerance=0.5) == [2, 2, 1]  # each is near the next, the first is not near the last


def test_flat_line_needs_its_whole_time_without_a_gap_and_three_values() -> None:
    assert flat(7, 7, 7, 7, 7, times=np.array([0.0, 300, 600, 4_200, 4_500])) == [2, 2, 3, 2, 2]
    assert flat(7, 7, times=np.array([0.0, 600])) == [2, 1]
    assert flat(7, NAN, 7, 7, 7) == [2, 9, 1, 3, 4]
    assert flat() == []
    assert flat(NAN) == [9]


def test_gap_is_longer_than_the_allowed_intervals() -> None:
    times = np.array([0.0, 300, 750, 1_201])

    assert qartod.gap(times, 300, 1.5).tolist() == [2, 1, 1, 4]
    assert qartod.gap(np.array([]), 300, 1.5).size == 0


def test_neighbours_by_their_median() -> None:
    around = np.array([[10, 12, 500], [10, 12, NAN], [10, 12, 14], [100, 110, 120]], float)
    values = np.array([100, 100, 22, 200], float)

    flags = qartod.neighbours(values, around, least=3, absolute=50, ratio=0.8)

    assert flags.tolist() == [3, 2, 1, 3]  # 12 is the first median; one neighbour too few; 10 off; 90 > 0.8 × 110
    assert qartod.neighbours(np.array([NAN]), around[:1], least=3, absolute=1, ratio=0).tolist() == [9]


def test_part_is_no_more_than_its_whole() -> None:
    flags = qartod.part_of(np.array([110, 111, 5, NAN]), np.array([100, 100, NAN, 3]), 1.1)

    assert flags.tolist() == [1, 3, 2, 9]


@pytest.mark.parametrize(
    ("flags", "rolled"),
    [((1, 2, 3, 4, 9), 4), ((1, 2, 3, 9), 3), ((1, 2, 9), 1), ((2, 9), 2), ((9, 9), 9)],
)
def test_worst_is_the_roll_up(flags: tuple[int, ...], rolled: int) -> None:
    assert qartod.worst([np.array([one], np.uint8) for one in flags]).tolist() == [rolled]


def test_flags_do_not_depend_on_how_far_back_the_series_is_known() -> None:
    generator = np.random.default_rng(7)
    values = np.round(generator.normal(30, 5, 600)).clip(0)
    values[100:160] = 31
    values[300] = 400
    times = np.arange(600) * STEP
    times[400:] += 7_200

    whole = [
        qartod.spike(times, values, 20, 40, apart_s=900),
        qartod.rate_of_change(times, values, 100, apart_s=900),
        qartod.flat_line(times, values, suspect_s=3_600, fail_s=7_200, tolerance=0, apart_s=900),
    ]
    for start in (90, 130, 250, 350):
        part = slice(start, None)
        flags = [
            qartod.spike(times[part], values[part], 20, 40, apart_s=900),
            qartod.rate_of_change(times[part], values[part], 100, apart_s=900),
            qartod.flat_line(times[part], values[part], suspect_s=3_600, fail_s=7_200, tolerance=0, apart_s=900),
        ]
        for one, other in zip(whole, flags, strict=True):
            assert one[start + 26 :].tolist() == other[26:].tolist()


def test_step_is_a_spike_on_both_its_sides() -> None:
    # by the definition each of the two lies half the step from the middle of its neighbours
    assert qartod.spike(*series(10, 10, 10, 100, 100, 100), 20, 50, apart_s=900).tolist() == [2, 1, 3, 3, 1, 2]
