"""How a number came about: its inputs, its formula, the rule and its version; what stands behind each is a part."""

import math
from dataclasses import dataclass

from layers.core.text import Text
from layers.sensors.number import said
from layers.sensors.scale import Ladder


@dataclass(frozen=True, slots=True)
class Formula:
    """How a number was reckoned, with the numbers put in; written only where somebody reads it.

    Attributes:
        pattern: a `{}` for each of the numbers.
    """

    pattern: Text | str
    numbers: tuple[float, ...] = ()

    def to(self, language: str) -> str:
        """The formula with its numbers as people of a language write them."""
        return said(self.pattern, language, *self.numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """A derived number, and what it was derived from.

    Attributes:
        value: not rounded; None where `missing` says why there is none.
        shown: as the rule publishes it: an index is a whole number.
        formula: None of what was measured.
        rule: the decision or standard, with its number and year.
        weight: how heavy it is in the weighted mean that it is a part of.
    """

    name: Text
    value: float | None
    unit: str | None = None
    formula: Formula | None = None
    rule: str = ""
    missing: Text | None = None
    weight: float | None = None
    parts: "tuple[Derivation, ...]" = ()

    @property
    def shown(self) -> int | None:
        """The value as a whole number, half up."""
        return None if self.value is None else half_up(self.value)


def half_up(value: float) -> int:
    """Rounded to a whole number, halves away from zero as people do it."""
    return math.floor(value + 0.5)


def given(name: Text, value: float | None, unit: str | None = None, weight: float | None = None) -> Derivation:
    """A number that was measured, not derived."""
    return Derivation(name=name, value=value, unit=unit, weight=weight)


def on_ladder(ladder: Ladder, quantity: float) -> tuple[float | None, Formula]:
    """The index of a quantity, and the line it was read from with the numbers put in."""
    (lowest, _), (highest, _) = ladder.points[0], ladder.points[-1]
    if quantity < lowest:
        return ladder.below, Formula("{} < {}", (quantity, lowest))
    if quantity > highest:
        return ladder.beyond, Formula("{} > {}", (quantity, highest))
    if quantity == lowest:
        return ladder.points[0][1], Formula("{} = {}", (quantity, lowest))
    pairs = zip(ladder.points, ladder.points[1:], strict=False)
    (c0, i0), (c1, i1) = next(pair for pair in pairs if quantity <= pair[1][0])
    value = (i1 - i0) / (c1 - c0) * (quantity - c0) + i0
    return value, Formula("({} − {}) ÷ ({} − {}) × ({} − {}) + {}", (i1, i0, c1, c0, quantity, c0, i0))
