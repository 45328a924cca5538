"""The tree of codes, sums up it, and roundings that add up."""

import csv
import random
from fractions import Fraction

import pytest
from django.conf import settings

from land_records.scale import LandUse
from land_records.statistics.areas import UNDETERMINED, divided, form, leaves
from land_records.statistics.uses import allotted, rounded, summed
from land_records.terms import PartyKind

EXAMPLE_M2 = {
    "LUC": 12_000, "LUK": 3_000, "HNK": 5_000, "CLN": 20_000, "RSX": 40_000, "ONT": 6_000, "DGT": 4_000, "BCS": 10_000
}  # fmt: skip
"""The worked example of land.md §9."""


def test_parents_are_those_of_the_reference() -> None:
    table = settings.GEO_IOC_SHARED / "reference" / "land_use_codes.csv"
    if not table.is_file():
        pytest.skip(f"{table.name} is not here (GEO_IOC_SHARED names its parent)")
    with table.open(encoding="utf-8") as rows:
        said = {row["code"]: row["parent"] or None for row in csv.DictReader(rows)}

    assert {use.value: use.parent and use.parent.value for use in LandUse} == said


def test_a_part_stands_after_its_whole() -> None:
    order = list(LandUse)

    assert len(order) == 67
    assert all(use.parent is None or order.index(use.parent) < order.index(use) for use in order)


def test_the_worked_example_of_the_reference() -> None:
    sums = summed({code: 10 * area for code, area in EXAMPLE_M2.items()})

    assert {code: sums[code] // 10 for code in ("LUA", "CHN", "LNP", "NNP", "PNN", "CSD")} == {
        "LUA": 15_000, "CHN": 20_000, "LNP": 40_000, "NNP": 80_000, "PNN": 10_000, "CSD": 10_000,
    }  # fmt: skip
    rows = form([leaves({(code, "CNV"): Fraction(10 * area) for code, area in EXAMPLE_M2.items()})])
    by_code = {row.code: row for row in rows}
    assert by_code[""].total == 1_000  # 10.00 ha
    assert (by_code["CHN"].total, by_code["NNP"].total, by_code["LUC"].total) == (200, 800, 120)


def test_what_is_recorded_under_a_whole_counts_there_and_in_no_part() -> None:
    sums = summed({"RSX": 5, "RSN": 7, "LNP": 1})

    assert (sums["RSN"], sums["RSX"], sums["LNP"], sums["NNP"], sums["RPH"]) == (7, 12, 13, 13, 0)


def test_largest_remainders() -> None:
    assert allotted(10, [1, 1, 1]) == [4, 3, 3]
    assert allotted(5, [Fraction(1, 3), 0, Fraction(2, 3)]) == [2, 0, 3]
    assert allotted(0, []) == []
    with pytest.raises(ValueError, match="7"):
        allotted(7, [0])


@pytest.mark.parametrize("seed", range(50))
def test_random_forms_add_up_and_no_cell_is_off_by_a_step(seed: int) -> None:
    chance = random.Random(seed)
    codes, kinds = [use.value for use in LandUse], [*(kind.value for kind in PartyKind), UNDETERMINED]
    cells = {
        (chance.choice(codes), chance.choice(kinds)): Fraction(chance.randrange(1, 9_000_000), chance.choice([1, 3, 7]))
        for _ in range(chance.randrange(1, 60))
    }
    held = leaves(cells)
    rows = {row.code: row for row in form([held])}

    for (code, kind), tenths in cells.items():
        assert abs(held[code][kind] - tenths / 1_000) < 2
    for code in {code for code, _ in cells}:
        exact = sum(tenths for (one, _), tenths in cells.items() if one == code)
        assert abs(sum(held[code].values()) - exact / 1_000) < 1
    assert abs(rows[""].total - sum(cells.values()) / 1_000) <= Fraction(1, 2)
    assert rows[""].total == sum(rows[group].total for group in ("NNP", "PNN", "CSD"))
    for use in LandUse:
        parts = [rows[one.value].total for one in LandUse if one.parent is use]
        assert rows[use.value].total == sum(parts) + sum(held.get(use.value, {}).values())
        assert rows[use.value].total == (rows[use.value].used + rows[use.value].managed + rows[use.value].undetermined)


def test_rounding_of_nothing() -> None:
    assert rounded({}) == {}
    assert rounded({"LUC": 0}) == {"LUC": 0}
    assert form([])[0].total == 0


@pytest.mark.parametrize(
    ("shares", "parts"),
    [
        ("", {UNDETERMINED: 1}),
        ("CNV 1/1", {"CNV": 1}),
        ("CNV 1/3,CNV 1/3,TKT 1/3", {"CNV": Fraction(2, 3), "TKT": Fraction(1, 3)}),
        ("CNV 1/2,TKT 1/4", {"CNV": Fraction(1, 2), "TKT": Fraction(1, 4), UNDETERMINED: Fraction(1, 4)}),
        ("CNV 1/1,CNV 1/1,TVN 1/1", {"CNV": Fraction(2, 3), "TVN": Fraction(1, 3)}),
    ],
)
def test_shares(shares: str, parts: dict[str, Fraction]) -> None:
    assert divided(shares) == parts
