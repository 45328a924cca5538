"""What the viewer lays under the data: a base map's document as sources and style layers of its own names."""

from typing import Any

from layers.basemap.plugged.address import addresses_in, origins
from layers.basemap.plugged.model import BaseMap
from layers.basemap.plugged.neutral import drawn
from layers.basemap.theme import THEMES, Theme

Json = Any
MARK = "base:"
"""Begins the name of every source and layer of a plug-in base map."""


def fragment(base: BaseMap, theme: str) -> dict[str, Json]:
    """Sources and layers, the lowest first; `glyphs` and `sprite` where the map brings its own.

    Args:
        base: a row that was read.
        theme: `light`, `dark` or `print`, for vector tiles that bring no style.
    """
    document, prefix = base.document, f"{MARK}{base.slug}:"
    sources = {prefix + name: _source(base, one) for name, one in document["sources"].items()}
    layers = [_named(one, prefix, base) for one in _layers(base, THEMES[theme])]
    rest = {name: document[name] for name in ("glyphs", "sprite") if name in document}
    return {"sources": sources, "layers": layers, **rest}


def hosts(base: BaseMap) -> set[str]:
    """`scheme://host[:port]` of everything the map is drawn from."""
    return origins(addresses_in(base.document))


def picture_tiles(base: BaseMap) -> dict[str, Json] | None:
    """The source whose tiles are plain pictures, if the map is made of one."""
    source: dict[str, Json] = base.document["sources"].get("main", {})
    plain = source.get("type") == "raster" and not source["tiles"][0].startswith("pmtiles:")
    return _source(base, source) if plain else None


def colors(base: BaseMap, theme: str) -> list[str]:
    """Up to three colours that stand for the map where no picture can: ground first."""
    found: list[str] = []
    for layer in _layers(base, THEMES[theme]):
        paint = layer.get("paint") or {}
        color = paint.get(f"{layer.get('type')}-color")
        if layer.get("type") in ("background", "fill", "line") and isinstance(color, str) and color not in found:
            found.append(color)
    return found[:3]


def _layers(base: BaseMap, theme: Theme) -> list[dict[str, Json]]:
    document = base.document
    if document["layers"] is not None:
        own: list[dict[str, Json]] = document["layers"]
        return own
    if document["sources"]["main"]["type"] == "raster":
        return [{"id": "picture", "type": "raster", "source": "main", "paint": {"raster-fade-duration": 0}}]
    return drawn(document["vector_layers"], "main", theme)


def _source(base: BaseMap, source: dict[str, Json]) -> dict[str, Json]:
    """The source, asked no tile beyond the row's last zoom."""
    if "tiles" not in source:
        return source
    last = min(base.maxzoom, source.get("maxzoom", base.maxzoom))
    return {**source, "minzoom": min(source.get("minzoom", 0), last), "maxzoom": last}


def _named(layer: dict[str, Json], prefix: str, base: BaseMap) -> dict[str, Json]:
    named = {**layer, "id": prefix + str(layer.get("id")), "metadata": {"role": "base"}}
    if "source" in layer:
        named["source"] = prefix + str(layer["source"])
    if base.minzoom:
        named["minzoom"] = max(base.minzoom, layer.get("minzoom", 0))
    return named
