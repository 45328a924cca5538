"""How a number came about: its inputs, its formula, the rule and its version; what stands behind each is a part."""

import math
from dataclasses import dataclass

from layers.core.text import Text
from layers.sensors.scale import Ladder


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """A derived number, and what it was derived from.

    Attributes:
        value: not rounded; None where `missing` says why there is none.
        shown: as the rule publishes it: an index is a whole number.
        formula: with the numbers put in.
        rule: the decision or standard, with its number and year.
    """

    name: Text
    value: float | None
    unit: str | None = None
    formula: str = ""
    rule: str = ""
    missing: Text | None = None
    parts: "tuple[Derivation, ...]" = ()

    @property
    def shown(self) -> int | None:
        """The value as a whole number, half up."""
        return None if self.value is None else half_up(self.value)


def half_up(value: float) -> int:
    """Rounded to a whole number, halves away from zero as people do it."""
    return math.floor(value + 0.5)


def given(name: Text, value: float | None, unit: str | None = None) -> Derivation:
    """A number that was measured, not derived."""
    return Derivation(name=name, value=value, unit=unit)


def on_ladder(ladder: Ladder, quantity: float) -> tuple[float | None, str]:
    """The index of a quantity, and the line it was read from with the numbers put in."""
    (lowest, _), (highest, _) = ladder.points[0], ladder.points[-1]
    if quantity < lowest:
        return ladder.below, f"{quantity:g} < {lowest:g}"
    if quantity > highest:
        return ladder.beyond, f"{quantity:g} > {highest:g}"
    if quantity == lowest:
        return ladder.points[0][1], f"{quantity:g} = {lowest:g}"
    pairs = zip(ladder.points, ladder.points[1:], strict=False)
    (c0, i0), (c1, i1) = next(pair for pair in pairs if quantity <= pair[1][0])
    value = (i1 - i0) / (c1 - c0) * (quantity - c0) + i0
    return value, f"({i1:g} − {i0:g}) ÷ ({c1:g} − {c0:g}) × ({quantity:g} − {c0:g}) + {i0:g}"
