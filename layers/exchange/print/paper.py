"""Sheets of paper and where on them the map lies; millimetres."""

from dataclasses import dataclass

PAPERS = {"a4": (210.0, 297.0), "a3": (297.0, 420.0)}
DPI = {"a4": 200, "a3": 170}
"""Of a picture."""
SCALES = (500, 1_000_000)
"""Smallest and largest denominator that is printed."""
MARGIN = 9.0
HEAD = 14.0
"""Height of the title."""
FOOT = 7.0
"""Height of the line of sources."""
COORDINATES = 4.5
"""Room around the map's frame for the grid's numbers."""
BELOW = {"a4": 58.0, "a3": 66.0}
"""Height of legend and margin under an upright map."""
BESIDE = {"a4": 60.0, "a3": 72.0}
"""Their width beside a map that lies."""
BELOW_BARE, BESIDE_BARE = 40.0, 48.0
"""The same where no legend was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A sheet.

    Attributes:
        width, height: of the sheet.
        map_width, map_height: inside the map's frame.
        upright: whether legend and margin stand under the map, else beside it.
    """

    width: float
    height: float
    map_width: float
    map_height: float
    upright: bool


def paper(name: str, orientation: str, *, legend: bool) -> Paper:
    """The sheet of a name and orientation, with room for the legend or without."""
    short, long = PAPERS[name]
    upright = orientation == "portrait"
    width, height = (short, long) if upright else (long, short)
    free_width = width - 2 * MARGIN - 2 * COORDINATES
    free_height = height - 2 * MARGIN - HEAD - FOOT - 2 * COORDINATES
    if upright:
        free_height -= BELOW[name] if legend else BELOW_BARE
    else:
        free_width -= BESIDE[name] if legend else BESIDE_BARE
    return Paper(width=width, height=height, map_width=free_width, map_height=free_height, upright=upright)
