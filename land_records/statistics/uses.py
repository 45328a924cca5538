"""Sums up the tree of land-use codes, and areas rounded so that they still add up.

An area recorded under a code that has parts (a forest only known as `LNP`) counts in that code and in none of its
parts: what a code holds itself is a leaf like any other here.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from land_records.scale import LandUse

USES: Final = {use.value: use for use in LandUse}
GROUPS: Final = tuple(use for use in LandUse if use.parent is None)
"""Agricultural, non-agricultural, unused: together all land."""
HUNDREDTH_HA: Final = 1_000
"""Tenths of a square metre in 0.01 ha, the step of a commune's form."""

Tenths = int | Fraction
"""Tenths of a square metre, as the register keeps areas; fractions where land users share a parcel."""


def summed(own: Mapping[str, int]) -> dict[str, int]:
    """Every code with its own area and those of all its parts, in the order of the form; nothing is left out."""
    totals = {use.value: own.get(use.value, 0) for use in LandUse}
    for use in reversed(LandUse):  # a part stands after the whole it belongs to
        if use.parent is not None:
            totals[use.parent.value] += totals[use.value]
    return totals


def lineage(code: str) -> list[str]:
    """A code and all it is a part of, itself first."""
    use: LandUse | None = USES[code]
    found = []
    while use is not None:
        found.append(use.value)
        use = use.parent
    return found


def allotted(total: int, weights: Sequence[Tenths]) -> list[int]:
    """Whole numbers that add up to `total`, each its weight's part of it rounded down or up: largest remainder.

    Among equal remainders the earlier one is rounded up. A weight of nothing gets nothing.

    Raises:
        ValueError: there is something to allot and nothing to allot it to.
    """
    whole = sum(weights)
    if not whole:
        if total:
            raise ValueError(f"{total} cannot be allotted to weights of nothing")
        return [0] * len(weights)
    exact = [Fraction(weight) * total / whole for weight in weights]
    parts = [int(one) for one in exact]
    by_remainder = sorted(range(len(exact)), key=lambda place: (parts[place] - exact[place], place))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts


def steps(tenths: Tenths, step: int = HUNDREDTH_HA) -> int:
    """An area as whole steps, halves rounded up."""
    return int(Fraction(tenths) / step + Fraction(1, 2))


def rounded(areas: Mapping[str, Tenths], step: int = HUNDREDTH_HA) -> dict[str, int]:
    """Areas as whole steps that add up to their rounded sum."""
    parts = allotted(steps(sum(areas.values()), step), list(areas.values()))
    return dict(zip(areas, parts, strict=True))
