"""A commune's land in the figures of the forms: 0.01 ha, rounded as form 01 rounds, so that both print the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from land_records.models import CommuneLand
from land_records.scale import LandUse
from land_records.statistics.uses import GROUPS, rounded, summed

LEAP_DAY: Final = (2, 29)


@dataclass(frozen=True)
class Figures:
    """Of one commune and day; `areas` in tenths of a square metre by the use that holds them itself."""

    areas: Mapping[str, int]
    parcels: int = 0
    certified: int = 0

    @classmethod
    def of(cls, row: CommuneLand | None) -> "Figures":
        """What is kept; nothing where there is no row."""
        return cls(row.areas, row.parcels, row.certified) if row is not None else cls({})

    @cached_property
    def steps(self) -> Mapping[str, int]:
        """0.01 ha of every code with its parts."""
        return summed(rounded(dict(sorted(self.areas.items()))))

    @cached_property
    def total(self) -> int:
        """0.01 ha of all land."""
        return sum(self.steps[group.value] for group in GROUPS)

    def ha(self, use: LandUse | None = None) -> float:
        """Of a use with its parts, or of all land."""
        return (self.total if use is None else self.steps[use.value]) / 100

    def percent(self, use: LandUse) -> float | None:
        """Of all land, not rounded; None where there is none."""
        whole = sum(self.areas.values())
        return 100 * summed(dict(self.areas))[use.value] / whole if whole else None

    @property
    def certified_percent(self) -> float | None:
        """Parcels with a certificate, of all parcels."""
        return 100 * self.certified / self.parcels if self.parcels else None


def year_before(day: date) -> date:
    """The same day of the year before; of the 29th of February the 28th."""
    if (day.month, day.day) == LEAP_DAY:
        return day.replace(year=day.year - 1, day=28)
    return day.replace(year=day.year - 1)
