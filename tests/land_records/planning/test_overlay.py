"""A parcel under a plan, and two plans against each other: the worked example, then thousands of random ones."""

import itertools
import math
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest
import shapely
from shapely.affinity import rotate

from land_records.planning.difference import CONTESTED, OUTSIDE, difference
from land_records.planning.overlay import SLIVER_M2, Zone, overlay, partition, rounded

WEST, SOUTH = 571_900.0, 1_278_036.0
SQUARE = shapely.box(WEST, SOUTH, WEST + 100, SOUTH + 100)
"""The 10 000 m² of land.md §7 and §8, EPSG 9209."""


def strip(number: int, code: str, start: float, end: float) -> Zone:
    return Zone(number=number, code=code, shape=shapely.box(WEST + start, SOUTH - 50, WEST + end, SOUTH + 150))


EXAMPLE = [strip(1, "ODT", -40, 25), strip(2, "DGT", 25, 37), strip(3, "CLN", 37, 90)]


def test_worked_example_of_the_reference() -> None:
    found = overlay(SQUARE, EXAMPLE)

    assert [(one.zone.code, one.share.area_m2, one.share.percent) for one in found.zones] == [
        ("CLN", 5300.0, 53.0),
        ("ODT", 2500.0, 25.0),
        ("DGT", 1200.0, 12.0),
    ]
    assert (found.outside.area_m2, found.outside.percent) == (1000.0, 10.0)
    assert (found.error.tenths, found.contested.tenths, found.total.area_m2) == (0, 0, 10_000.0)


def test_parcel_that_no_zone_touches_lies_outside_whole() -> None:
    found = overlay(SQUARE, [strip(1, "ODT", 500, 600)])

    assert (found.zones, found.outside.area_m2, found.outside.percent) == ([], 10_000.0, 100.0)


def test_neighbours_that_only_touch_do_not_count() -> None:
    found = overlay(SQUARE, [strip(1, "ODT", -40, 100), strip(2, "DGT", 100, 120)])

    assert [one.zone.code for one in found.zones] == ["ODT"]


def test_slivers_become_the_error() -> None:
    sliver = strip(2, "DGT", 99.9995, 120)

    found = overlay(SQUARE, [strip(1, "ODT", -40, 99.9995), sliver])

    assert shapely.intersection(SQUARE, sliver.shape).area < SLIVER_M2
    assert [(one.zone.code, one.share.area_m2) for one in found.zones] == [("ODT", 10_000.0 - found.error.area_m2)]
    assert found.outside.tenths == 0
    assert found.total.area_m2 == 10_000.0


def test_overlap_within_a_plan_is_named_and_given_to_nobody() -> None:
    found = overlay(SQUARE, [strip(1, "ODT", -40, 60), strip(2, "CLN", 50, 200)])

    assert {one.zone.code: one.share.area_m2 for one in found.zones} == {"ODT": 5000.0, "CLN": 4000.0}
    assert found.contested.area_m2 == 1000.0
    assert [zone.number for zone in found.contested_by] == [1, 2]


@pytest.mark.parametrize(
    ("values", "total", "steps"),
    [([0.14] * 3, 0.42, [2, 1, 1]), ([5.04, 5.04], 10.08, [51, 50]), ([0.0, 0.06], 0.06, [0, 1])],
)
def test_largest_takes_what_rounding_leaves(values: list[float], total: float, steps: list[int]) -> None:
    assert rounded(values, total, 0.1) == steps


def test_rounding_never_makes_a_part_negative() -> None:
    values = [0.16] * 400

    steps = rounded(values, sum(values), 0.1)

    assert sum(steps) == 640
    assert min(steps) >= 0


def blob(chance: random.Random, east: float, north: float, size: float) -> shapely.Polygon:
    """A star-shaped polygon of 3 to 12 corners."""
    angles = sorted(chance.uniform(0, 2 * math.pi) for _ in range(chance.randint(3, 12)))
    made = shapely.Polygon(
        (east + (r := chance.uniform(0.2, 1) * size) * math.cos(a), north + r * math.sin(a)) for a in angles
    )
    return made if made.is_valid and made.area > 1 else shapely.box(east, north, east + size, north + size)


def tiling(chance: random.Random, width: float) -> list[Zone]:
    """Zones without gap or overlap but for holes left out, turned by some angle."""
    cuts = [-width, *sorted(chance.uniform(-width, width) for _ in range(chance.randint(1, 5))), width]
    angle, codes = chance.uniform(0, 90), ("ODT", "ONT", "CLN", "LUC", "DGT")
    zones = []
    for column, (west, east) in enumerate(itertools.pairwise(cuts)):
        for row, (south, north) in enumerate(itertools.pairwise(cuts)):
            if chance.random() < 0.15:
                continue
            shape = rotate(shapely.box(WEST + west, SOUTH + south, WEST + east, SOUTH + north), angle, (WEST, SOUTH))
            zones.append(Zone(number=column * 100 + row + 1, code=chance.choice(codes), shape=shape))
    return zones


def renumbered(zones: list[Zone]) -> list[Zone]:
    return [replace(one, number=one.number + 10_000) for one in zones]


def cases(count: int) -> Iterator[tuple[shapely.Polygon, list[Zone], random.Random]]:
    for seed in range(count):
        chance = random.Random(seed)
        parcel = blob(chance, WEST + chance.uniform(-30, 30), SOUTH + chance.uniform(-30, 30), chance.uniform(2, 80))
        yield parcel, tiling(chance, chance.uniform(10, 120)), chance


def test_sums_equal_the_parcel_for_random_parcels_and_zones() -> None:
    for parcel, zones, _ in cases(3_000):
        found = overlay(parcel, zones)

        parts = [*(one.share for one in found.zones), found.contested, found.outside, found.error]
        assert sum(one.tenths for one in parts) == found.total.tenths == round(parcel.area * 10)
        assert sum(one.hundredths for one in parts) == 10_000
        assert found.contested.tenths == 0
        assert found.error.area_m2 < SLIVER_M2 * (len(zones) + 2)
        exact = {one.number: parcel.intersection(one.shape).area for one in zones}
        for one in found.zones[1:]:  # the first takes the rounding of all
            assert one.share.area_m2 == pytest.approx(exact[one.zone.number], abs=0.051)


def test_zones_over_one_another_are_found_and_sums_still_hold() -> None:
    contested = 0
    for parcel, zones, chance in cases(1_000):
        over = [Zone(number=9_000 + n, code="SKC", shape=blob(chance, WEST, SOUTH, 40)) for n in range(2)]
        found = overlay(parcel, [*zones, *over])

        parts = [*(one.share for one in found.zones), found.contested, found.outside, found.error]
        assert sum(one.tenths for one in parts) == found.total.tenths == round(parcel.area * 10)
        everything = [*zones, *over]
        claimed = sum(parcel.intersection(one.shape).area for one in everything)
        covered = parcel.intersection(shapely.union_all([one.shape for one in everything])).area
        assert (found.contested.tenths > 0) == (claimed - covered > SLIVER_M2) or abs(claimed - covered) < 0.5
        contested += found.contested.tenths > 0
    assert contested > 300


def test_pieces_never_lie_over_one_another() -> None:
    for parcel, zones, chance in cases(200):
        pieces = partition(parcel, [*zones, Zone(number=9_000, code="SKC", shape=blob(chance, WEST, SOUTH, 40))])

        joined = shapely.union_all([one.shape for one in pieces])
        assert sum(one.area_m2 for one in pieces) == pytest.approx(parcel.area, abs=1e-3)
        assert joined.area == pytest.approx(parcel.area, abs=1e-3)


def test_difference_of_the_worked_example() -> None:
    after = [strip(11, "ODT", -40, 37), strip(12, "CLN", 37, 60), strip(13, "DGT", 60, 90)]

    found = difference(SQUARE, EXAMPLE, after)

    assert found.cells == {
        ("CLN", "DGT"): 30_000,
        ("ODT", "ODT"): 25_000,
        ("CLN", "CLN"): 23_000,
        ("DGT", "ODT"): 12_000,
        (OUTSIDE, OUTSIDE): 10_000,
    }
    assert found.changed == 42_000
    assert found.rows()["CLN"] == 53_000
    assert found.columns() == {"ODT": 37_000, "CLN": 23_000, "DGT": 30_000, OUTSIDE: 10_000}


def test_difference_keeps_the_area_of_random_shapes() -> None:
    for parcel, before, chance in cases(1_500):
        after = renumbered(tiling(chance, chance.uniform(10, 120)))

        found = difference(parcel, before, after)

        assert found.total == round(parcel.area * 10)
        assert sum(found.rows().values()) == sum(found.columns().values()) == found.total
        own: dict[str, float] = defaultdict(float)
        for piece in partition(parcel, before):
            own[piece.zones[0].code if piece.zones else OUTSIDE] += piece.area_m2
        for code, tenths in found.rows().items():
            assert tenths / 10 == pytest.approx(own[code], abs=0.051 * (len(found.cells) + 1))


def test_a_plan_against_itself_changes_nothing() -> None:
    for parcel, zones, _ in cases(200):
        assert difference(parcel, zones, renumbered(zones)).changed == 0


def test_uses_that_contradict_one_another_within_a_plan_are_a_code_of_their_own() -> None:
    found = difference(SQUARE, [strip(1, "ODT", -40, 60), strip(2, "CLN", 50, 200)], [strip(3, "ODT", -40, 200)])

    assert found.cells == {("ODT", "ODT"): 50_000, ("CLN", "ODT"): 40_000, (CONTESTED, "ODT"): 10_000}
