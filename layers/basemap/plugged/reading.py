"""What is read at a base map's address: one fragment of a MapLibre style, whatever the kind of map.

`{"sources": {…}, "layers": […] | None, "vector_layers": […], "glyphs", "sprite"}`: without layers a raster is drawn as
it is, and vector tiles in our own colours (`neutral.py`).
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

from pmtiles.reader import Reader
from pmtiles.tile import TileType

from layers.basemap.plugged import wmts
from layers.basemap.plugged.address import is_usable, with_subdomains
from layers.basemap.plugged.fetch import Failed, absolute, get
from layers.basemap.plugged.model import BaseMap, BaseMapKind

Document = dict[str, Any]
SOURCES_MOST, LAYERS_MOST, SOURCE_NAMES_MOST = 20, 600, 100
PART_BYTES = 4 * 1024 * 1024
PICTURES = {TileType.PNG, TileType.JPEG, TileType.WEBP, TileType.AVIF}
OF_TILEJSON = ("tiles", "minzoom", "maxzoom", "bounds", "scheme")
KEPT = ("type", "url", "data", "tileSize", "encoding", "promoteId", *OF_TILEJSON)


def read(base: BaseMap) -> Document:
    """Ask the address what there is.

    Args:
        base: a row that `clean` let pass; it need not be saved.

    Raises:
        Failed: the address gives nothing usable.
    """
    readers: dict[str, Callable[[BaseMap], Document]] = {
        BaseMapKind.XYZ: _xyz,
        BaseMapKind.WMTS: _wmts,
        BaseMapKind.TILEJSON: _tilejson,
        BaseMapKind.PMTILES: _pmtiles,
        BaseMapKind.STYLE: _style,
    }
    return readers[base.kind](base)


def _raster(**source: Any) -> Document:
    return {"sources": {"main": {"type": "raster", **source}}, "layers": None, "vector_layers": []}


def _xyz(base: BaseMap) -> Document:
    flipped = {"scheme": "tms"} if "{-y}" in base.address else {}
    address = base.address.replace("{-y}", "{y}").replace("{r}", "")
    return _raster(tiles=with_subdomains(address), tileSize=base.tile_size, **flipped)


def _wmts(base: BaseMap) -> Document:
    if base.is_template:
        set_id = base.wmts_matrix_set or "GoogleMapsCompatible"
        matrices = wmts.Matrices(id=set_id, prefix="", tile_size=base.tile_size, zooms=(0,))
        rest = {"Layer": base.wmts_layer} if base.wmts_layer else {}
        tiles = wmts.filled(base.address, style=base.wmts_style or "default", matrices=matrices, rest=rest)
        return _raster(tiles=[tiles], tileSize=base.tile_size)
    answer = get(base.address)
    source = wmts.template(
        answer.body,
        answer.url,
        layer=base.wmts_layer,
        style=base.wmts_style,
        matrix_set=base.wmts_matrix_set,
    )
    _require(source["tiles"])
    return _raster(**source)


def _tilejson(base: BaseMap) -> Document:
    told = _told(base.address)
    names = [
        str(one["id"]) for one in told["vector_layers"][:SOURCE_NAMES_MOST] if isinstance(one, dict) and "id" in one
    ]
    source = {name: told[name] for name in OF_TILEJSON if name in told}
    if names or told.get("format") in ("pbf", "mvt"):
        return {"sources": {"main": {"type": "vector", **source}}, "layers": None, "vector_layers": names}
    return _raster(tileSize=base.tile_size, **source)


def _told(address: str) -> Document:
    """A TileJSON whose tile addresses are absolute.

    Raises:
        Failed: it is none.
    """
    answer = get(address)
    told = answer.json()
    if not isinstance(told, dict) or not isinstance(told.get("tiles"), list) or not told["tiles"]:
        raise Failed("Đây không phải TileJSON: thiếu “tiles”.", "This is no TileJSON: it lacks “tiles”.")
    tiles = [_found_at(answer.url, str(one), address) for one in told["tiles"][:4]]
    layers = told.get("vector_layers")
    return {**told, "tiles": tiles, "vector_layers": layers if isinstance(layers, list) else []}


def _pmtiles(base: BaseMap) -> Document:
    def part(offset: int, length: int) -> bytes:
        if length > PART_BYTES:
            raise Failed("Tệp PMTiles hỏng.", "The PMTiles file is broken.")
        return get(base.address, first=offset, last=offset + length - 1).body

    try:
        reader = Reader(part)
        header, told = reader.header(), reader.metadata()
    except Failed:
        raise
    except Exception as fault:  # the library raises what its parsers raise
        raise Failed("Đây không phải tệp PMTiles phiên bản 3.", "This is no PMTiles file of version 3.") from fault
    degrees = [header[f"{edge}_e7"] / 1e7 for edge in ("min_lon", "min_lat", "max_lon", "max_lat")]
    source = {
        "tiles": [f"pmtiles://{base.address}/{{z}}/{{x}}/{{y}}"],
        "minzoom": header["min_zoom"],
        "maxzoom": header["max_zoom"],
        **({"bounds": degrees} if degrees[0] < degrees[2] and degrees[1] < degrees[3] else {}),
    }
    if header["tile_type"] in PICTURES:
        return _raster(tileSize=base.tile_size, **source)
    if header["tile_type"] != TileType.MVT:
        raise Failed("Loại ô trong tệp PMTiles không được hỗ trợ.", "The kind of tile in the PMTiles is not supported.")
    names = [str(one.get("id")) for one in told.get("vector_layers", [])[:SOURCE_NAMES_MOST]]
    return {"sources": {"main": {"type": "vector", **source}}, "layers": None, "vector_layers": names}


def _style(base: BaseMap) -> Document:
    answer = get(base.address)
    style = answer.json()
    if not isinstance(style, dict) or style.get("version") != 8:
        raise Failed("Đây không phải kiểu MapLibre phiên bản 8.", "This is no MapLibre style of version 8.")
    sources, layers = style.get("sources"), style.get("layers")
    if not isinstance(sources, dict) or not isinstance(layers, list) or not layers:
        raise Failed("Kiểu không có nguồn hoặc lớp nào.", "The style has no sources or no layers.")
    if len(sources) > SOURCES_MOST or len(layers) > LAYERS_MOST:
        raise Failed("Kiểu có quá nhiều nguồn hoặc lớp.", "The style has too many sources or layers.")
    kept = {name: _source(answer.url, one, base.address) for name, one in sources.items()}
    document: Document = {"sources": kept, "layers": layers, "vector_layers": []}
    for name in ("glyphs", "sprite"):
        if isinstance(style.get(name), str):
            document[name] = _found_at(answer.url, style[name], base.address)
    if isinstance(style.get("sprite"), list):
        document["sprite"] = [
            {"id": str(one["id"]), "url": _found_at(answer.url, one["url"], base.address)} for one in style["sprite"]
        ]
    return document


def _source(found_at: str, source: Any, asked: str) -> Document:
    """A source of a style with absolute addresses; a TileJSON it points to is read in."""
    if not isinstance(source, dict) or source.get("type") not in ("raster", "vector", "geojson", "raster-dem"):
        kind = source.get("type") if isinstance(source, dict) else source
        raise Failed(f"Nguồn loại “{kind}” không được hỗ trợ.", f"A source of type “{kind}” is not supported.")
    kept = {name: source[name] for name in KEPT if name in source}
    if isinstance(kept.get("tiles"), list):
        kept["tiles"] = [_found_at(found_at, str(one), asked) for one in kept["tiles"]]
    if isinstance(kept.get("data"), str):
        kept["data"] = _found_at(found_at, kept["data"], asked)
    url = kept.get("url")
    if isinstance(url, str) and url.startswith("pmtiles://"):
        kept["url"] = "pmtiles://" + _found_at(found_at, url.removeprefix("pmtiles://"), asked)
    elif isinstance(url, str):
        told = _told(_found_at(found_at, url, asked))
        kept = {**{name: told[name] for name in OF_TILEJSON if name in told}, **kept}
        kept.pop("url")
    return kept


def _found_at(found_at: str, address: str, asked: str) -> str:
    """An address inside a document, absolute; this server's own stay without a host.

    Raises:
        Failed: a browser could not ask it.
    """
    whole = urljoin(found_at, address)
    if asked.startswith("/"):
        whole = whole.removeprefix(absolute("/").rstrip("/"))
    _require([whole])
    return whole


def _require(addresses: list[str]) -> None:
    for one in addresses:
        if not is_usable(one):
            raise Failed(
                f"Địa chỉ bên trong không dùng được: {one[:120]}", f"An address inside cannot be used: {one[:120]}"
            )
