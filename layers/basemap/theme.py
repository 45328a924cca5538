"""The base map's own colours: one file of tokens for each of light, dark and print (`themes/`).

Layers of the base map are declared in the colours of the light file; another theme swaps them by the token's name.
Colours of data are no tokens, and stay as their layer declares them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

FOLDER = Path(__file__).parent / "themes"
NAMES = ("light", "dark", "print")
OVER = frozenset({"halo", "accent", "frame"})
"""Tokens of what is drawn over the map: no colour of a layer is swapped for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The tokens of one theme, `#RRGGBB` each.

    Attributes:
        land: the country; `ground`: land around it; `forest`: its wooded tint.
        casing: a road's edge.
        frame: lines and letters of a printed sheet's frame.
        swaps: colours of the light theme to this one's.
    """

    land: str
    ground: str
    water: str
    forest: str
    road: str
    casing: str
    boundary: str
    label: str
    river_label: str
    halo: str
    accent: str
    frame: str
    swaps: Mapping[str, str] = field(default_factory=dict, repr=False)

    def of(self, color: str) -> str:
        """A layer's colour in this theme."""
        return self.swaps.get(color.upper(), color)


TOKENS = tuple(one.name for one in fields(Theme) if one.name != "swaps")


def _read(name: str) -> dict[str, str]:
    tokens: dict[str, str] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return tokens


def _themes() -> dict[str, Theme]:
    light = _read("light")
    return {name: _theme(_read(name), light) for name in NAMES}


def _theme(tokens: Mapping[str, str], light: Mapping[str, str]) -> Theme:
    swaps = {light[name].upper(): color for name, color in tokens.items() if name not in OVER}
    return Theme(**tokens, swaps=swaps)


THEMES = _themes()
