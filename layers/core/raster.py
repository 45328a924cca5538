"""A layer of pictures: cloud-optimised GeoTIFFs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from layers.core.declaration import Declaration
from layers.core.geo import Bbox
from layers.core.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One GeoTIFF and how it is shown.

    Attributes:
        path: a file of our own storage, never an address from a request.
        bands: which bands are red, green and blue, or the one band of a colour map, from 1.
        value_range: values drawn black and white (or the ends of the colour map); None for 8-bit pictures.
        colormap: name of a rio-tiler colour map, for one band.
    """

    path: Path
    bands: Sequence[int] = (1, 2, 3)
    value_range: tuple[float, float] | None = None
    colormap: str | None = None


class RasterLayer(Declaration, abstract=True):
    """A layer drawn from GeoTIFFs: tiles as pictures, no features."""

    kind: ClassVar[str] = "raster"

    def scenes(self, viewer: Viewer, at: datetime | None, bbox: Bbox) -> Sequence[Scene]:
        """The scenes this viewer may see in a box (EPSG:4326), the topmost last."""
        raise TypeError(f"{type(self).__name__} must give scenes(viewer, at, bbox)")

    def bounds(self, viewer: Viewer) -> Bbox | None:
        """The box all scenes lie in."""
        raise TypeError(f"{type(self).__name__} must give bounds(viewer)")
