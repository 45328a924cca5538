"""A raster layer's tile: rio-tiler reads the part of each GeoTIFF that the tile shows, topmost scene last."""

from contextlib import suppress
from datetime import datetime
from typing import Any

import numpy as np
import rasterio
from rio_tiler.colormap import cmap
from rio_tiler.errors import TileOutsideBounds
from rio_tiler.io import Reader
from rio_tiler.models import ImageData

from layers.core.raster import RasterLayer, Scene
from layers.core.viewer import Viewer
from tile_server.grid import Tile

SIZE_PX = 256
_DRIVERS = {"png": "PNG", "webp": "WEBP", "jpg": "JPEG"}


def raster_tile(layer: RasterLayer, viewer: Viewer, tile: Tile, ending: str, at: datetime | None) -> bytes | None:
    """The picture, or None where no scene covers the tile or the zoom is not the layer's."""
    if tile.z not in layer.zoom:
        return None
    picture: np.ndarray[Any, Any] | None = None
    mask: np.ndarray[Any, Any] | None = None
    for scene in layer.scenes(viewer, at, tile.bbox()):
        read = _read(scene, tile)
        if read is None:
            continue
        data, seen = read
        if picture is None or mask is None:
            picture, mask = data, seen
        else:
            picture = np.where(seen[None] > 0, data, picture)
            mask = np.maximum(mask, seen)
    if picture is None or mask is None or not mask.any():
        return None
    image = ImageData(np.ma.MaskedArray(picture, mask=np.broadcast_to(mask == 0, picture.shape)))
    rendered: bytes = image.render(img_format=_DRIVERS[ending], add_mask=ending != "jpg")
    return rendered


def _read(scene: Scene, tile: Tile) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]] | None:
    """Red, green and blue as (3, 256, 256) uint8, and the mask (256, 256) uint8, 255 where seen."""
    # no directory listing, no remote files: a scene is one file of our own storage
    with (
        rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR"),
        Reader(str(scene.path)) as reader,
        suppress(TileOutsideBounds),
    ):
        bands = list(scene.bands)[: reader.dataset.count] or [1]
        image = reader.tile(tile.x, tile.y, tile.z, tilesize=SIZE_PX, indexes=bands)
        if scene.value_range:
            image.rescale(in_range=[scene.value_range])
        if scene.colormap and image.count == 1:
            image = image.apply_colormap(cmap.get(scene.colormap))
        data = image.data.astype("uint8")
        return (np.repeat(data, 3, axis=0) if data.shape[0] == 1 else data[:3]), image.mask
    return None
