"""Which zooms a layer has tiles at, and below which of them cells stand for single features."""

from dataclasses import dataclass

MAX_ZOOM = 22
"""Deepest zoom of the tile grid (MapLibre's own limit is 24; at 22 a tile is 9.5 m wide at the equator)."""


@dataclass(frozen=True, slots=True)
class Zoom:
    """Tiles exist from `first` to `last`; below `coarse` they carry cells with counts instead of features.

    Raises:
        ValueError: not 0 <= first <= last <= 22, or `coarse` outside them.
    """

    first: int
    last: int
    coarse: int | None = None

    def __post_init__(self) -> None:
        """Refuse an impossible range."""
        if not 0 <= self.first <= self.last <= MAX_ZOOM:
            raise ValueError(f"Zoom({self.first}, {self.last}): need 0 <= first <= last <= {MAX_ZOOM}")
        if self.coarse is not None and not self.first <= self.coarse <= self.last:
            raise ValueError(f"Zoom(coarse={self.coarse}) must lie between first={self.first} and last={self.last}")

    def __contains__(self, z: int) -> bool:
        """Whether tiles exist at zoom `z`."""
        return self.first <= z <= self.last

    def is_coarse(self, z: int) -> bool:
        """Whether a tile at zoom `z` carries cells."""
        return self.coarse is not None and z < self.coarse
