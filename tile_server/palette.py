"""The base map's own colours in each theme (ui.md §3); colours of data stay as the layer declares them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours of one theme.

    Attributes:
        swaps: colours of the light base map to this theme's.
    """

    water: str
    halo: str
    label: str
    accent: str
    swaps: Mapping[str, str] = field(default_factory=dict)

    def of(self, color: str) -> str:
        """The colour in this theme."""
        return self.swaps.get(color.upper(), color)


LIGHT = Palette(water="#D3E4EE", halo="#FFFFFF", label="#4A5662", accent="#0B5FA5")
DARK = Palette(
    water="#0F2230",
    halo="#0C1116",
    label="#9FB0C0",
    accent="#6CB6F5",
    swaps={
        "#F7F6F3": "#161D24",
        "#ECEAE4": "#11171D",
        "#D3E4EE": "#0F2230",
        "#E6EFE2": "#17241D",
        "#FFFFFF": "#27323D",
        "#D9D6D0": "#1C252D",
        "#9AA5B1": "#4A5866",
        "#4A5662": "#9FB0C0",
    },
)
PALETTES = {"light": LIGHT, "dark": DARK}
