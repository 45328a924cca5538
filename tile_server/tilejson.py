"""TileJSON 3.0 of one layer, as one viewer may see it."""

from typing import Any
from urllib.parse import urlencode

from layers.core.computed import ComputedLayer
from layers.core.declaration import Declaration
from layers.core.layer import Layer
from layers.core.raster import RasterLayer
from layers.core.scope import scope_key
from layers.core.text import Text
from layers.core.viewer import Viewer
from tile_server.vector import thinned_name

WORLD = (-180.0, -85.0511, 180.0, 85.0511)


def tile_address(layer: Declaration, viewer: Viewer, root: str) -> str:
    """The address of the layer's tiles, with `{z}/{x}/{y}` to fill in and the viewer's scope key where it needs one."""
    key = scope_key(layer, viewer)
    ending = "png" if isinstance(layer, RasterLayer) else "mvt"
    query = {"s": key} if key else {}
    if any(a.translated for a in layer.attributes):
        query["lang"] = viewer.language
    return f"{root}/tiles/{layer.id}/{{z}}/{{x}}/{{y}}.{ending}" + (f"?{urlencode(query)}" if query else "")


def bounds_of(layer: Declaration, viewer: Viewer) -> tuple[float, float, float, float]:
    """West, south, east, north of what the viewer may see; the world where there is nothing."""
    if isinstance(layer, RasterLayer):
        box = layer.bounds(viewer)
    elif isinstance(layer, Layer | ComputedLayer):
        box = layer.query(viewer).extent()
    else:
        box = None
    return (box.west, box.south, box.east, box.north) if box else WORLD


def described(layer: Declaration, viewer: Viewer) -> dict[str, Any]:
    """What the document says of the layer wherever its tiles lie: words and the fields of a tile."""
    fields = {
        a.name: f"{a.title.to(viewer.language)}" + (f" ({a.unit})" if a.unit else "") for a in layer.tile_attributes
    }
    credit = layer.attribution or layer.source
    said: dict[str, Any] = {
        "name": layer.title.to(viewer.language),
        "minzoom": layer.zoom.first,
        "maxzoom": layer.zoom.last,
        "attribution": credit.to(viewer.language) if credit else "",
        "vector_layers": [],
    }
    if layer.about:
        said["description"] = layer.about.to(viewer.language)
    if not isinstance(layer, RasterLayer):
        said["vector_layers"] = [
            {"id": layer.id, "fields": fields, "minzoom": layer.zoom.first, "maxzoom": layer.zoom.last}
        ]
    return said


_SAID_OF_THINNED = {
    "layer": Text(vi="Lớp", en="Layer"),
    "kept": Text(vi="Số đối tượng được vẽ", en="Features drawn"),
    "total": Text(vi="Số đối tượng có trong ô", en="Features there are"),
}


def _thinned(layer: Declaration, viewer: Viewer) -> list[dict[str, Any]]:
    """What a tile too full to carry every feature says of itself, at zooms of single features."""
    if not isinstance(layer, Layer):
        return []
    fields = {name: words.to(viewer.language) for name, words in _SAID_OF_THINNED.items()}
    first = layer.zoom.first if layer.zoom.coarse is None else layer.zoom.coarse
    return [{"id": thinned_name(layer.id), "fields": fields, "minzoom": first, "maxzoom": layer.zoom.last}]


def tilejson(layer: Declaration, viewer: Viewer, root: str) -> dict[str, Any]:
    """The document. `root` is the server's own address, without a slash at the end."""
    said = described(layer, viewer)
    return {
        "tilejson": "3.0.0",
        "scheme": "xyz",
        "tiles": [tile_address(layer, viewer, root)],
        "bounds": list(bounds_of(layer, viewer)),
        **said,
        "vector_layers": [*said["vector_layers"], *_thinned(layer, viewer)],
    }
