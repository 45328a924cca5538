"""WMTS capabilities (OGC 07-057r7) to a template of tiles in Web Mercator."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree
from xml.parsers import expat

from layers.basemap.plugged.fetch import Failed

WMTS, OWS = "{http://www.opengis.net/wmts/1.0}", "{http://www.opengis.net/ows/1.1}"
XLINK = "{http://www.w3.org/1999/xlink}href"
MERCATOR = re.compile(r"(EPSG:?.*:|EPSG:)(3857|900913|3785|102100|102113)$")
ZOOM_0_SCALE = 559_082_264.0287178
"""Scale denominator of zoom 0 with tiles of 256 pixels (GoogleMapsCompatible, OGC 07-057r7 annex E.4)."""
EDGE_M = 20_037_508.34
LISTED_MOST = 12
Element = ElementTree.Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrices:
    """A matrix set that is Web Mercator's: `prefix` + zoom names each matrix."""

    id: str
    prefix: str
    tile_size: int
    zooms: tuple[int, ...]


def template(body: bytes, address: str, *, layer: str, style: str = "", matrix_set: str = "") -> dict[str, Any]:
    """A raster source of MapLibre for a layer.

    Args:
        body: the capabilities.
        address: where they were found, should they not say where tiles are.
        layer: identifier of the layer.
        style: identifier of the style; its default one where empty.
        matrix_set: identifier of the matrix set; the first in Web Mercator where empty.

    Raises:
        Failed: no capabilities, no such layer, style or set, or none in Web Mercator.
    """
    root = _root(body)
    contents = root.find(f"{WMTS}Contents")
    if contents is None:
        raise Failed("Đây không phải GetCapabilities của WMTS 1.0.0.", "These are no capabilities of WMTS 1.0.0.")
    found = _layer(contents, layer)
    linked = [_words(link, f"{WMTS}TileMatrixSet") for link in found.iter(f"{WMTS}TileMatrixSetLink")]
    matrices = _matrices(contents, linked, matrix_set)
    looks = _look(found, style)
    tiles = _resource(found, looks, matrices) or _by_parameters(root, found, looks, matrices, address)
    return {
        "type": "raster",
        "tiles": [tiles],
        "tileSize": matrices.tile_size,
        "minzoom": matrices.zooms[0],
        "maxzoom": matrices.zooms[-1],
        **_bounds(found),
    }


def layers(body: bytes) -> list[str]:
    """Identifiers of the layers there are."""
    contents = _root(body).find(f"{WMTS}Contents")
    return [] if contents is None else [_words(one, f"{OWS}Identifier") for one in contents.iter(f"{WMTS}Layer")]


def _root(body: bytes) -> Element:
    """The document; one with a document type is refused, so that no entity is ever expanded."""

    def refuse(*_: Any) -> None:
        raise Failed("Tệp XML có DOCTYPE, không được đọc.", "The XML has a document type, which is not read.")

    guard = expat.ParserCreate()
    guard.StartDoctypeDeclHandler = refuse
    try:
        guard.Parse(body, True)
        return ElementTree.fromstring(body)  # noqa: S314  without a document type there are no entities
    except (expat.ExpatError, ElementTree.ParseError) as fault:
        raise Failed(f"Câu trả lời không phải XML: {fault}", f"The answer is no XML: {fault}") from fault


def _words(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _layer(contents: Element, wanted: str) -> Element:
    known = {_words(one, f"{OWS}Identifier"): one for one in contents.iter(f"{WMTS}Layer")}
    if wanted not in known:
        names = ", ".join(list(known)[:LISTED_MOST]) or "–"
        raise Failed(f"Không có lớp “{wanted}”. Có: {names}.", f"There is no layer “{wanted}”. There are: {names}.")
    return known[wanted]


def _look(layer: Element, wanted: str) -> str:
    styles = list(layer.iter(f"{WMTS}Style"))
    names = [_words(one, f"{OWS}Identifier") for one in styles]
    if wanted and wanted not in names:
        listed = ", ".join(names) or "–"
        raise Failed(f"Không có kiểu “{wanted}”. Có: {listed}.", f"There is no style “{wanted}”. There are: {listed}.")
    default = (name for one, name in zip(styles, names, strict=True) if one.get("isDefault") == "true")
    return wanted or next(default, names[0] if names else "default")


def _matrices(contents: Element, linked: list[str], wanted: str) -> Matrices:
    sets = {_words(one, f"{OWS}Identifier"): one for one in contents.findall(f"{WMTS}TileMatrixSet")}
    names = [wanted] if wanted else linked
    found = (made for name in names if name in linked and name in sets and (made := _mercator(name, sets[name])))
    if (made := next(found, None)) is not None:
        return made
    listed = ", ".join(linked) or "–"
    raise Failed(
        f"Lớp không có bộ ma trận Web Mercator (EPSG:3857, GoogleMapsCompatible){f' “{wanted}”' if wanted else ''}. "
        f"Có: {listed}.",
        f"The layer has no matrix set{f' “{wanted}”' if wanted else ''} in Web Mercator (EPSG:3857, "
        f"GoogleMapsCompatible). There are: {listed}.",
    )


def _mercator(name: str, element: Element) -> Matrices | None:
    """The set, if its matrices are the quadtree over the whole Web Mercator square."""
    if not MERCATOR.search(_words(element, f"{OWS}SupportedCRS")):
        return None
    rows = list(_rows(element))
    if not rows or len({(prefix, size) for prefix, size, _ in rows}) != 1:
        return None
    prefix, size, _ = rows[0]
    return Matrices(id=name, prefix=prefix, tile_size=size, zooms=tuple(sorted(zoom for _, _, zoom in rows)))


def _rows(element: Element) -> Iterator[tuple[str, int, int]]:
    """Prefix, tile size and zoom of each matrix that lies on the quadtree and is named by its zoom."""
    for one in element.findall(f"{WMTS}TileMatrix"):
        name = _words(one, f"{OWS}Identifier")
        try:
            size = int(_words(one, f"{WMTS}TileWidth"))
            corner = [float(part) for part in _words(one, f"{WMTS}TopLeftCorner").split()]
            zoom = math.log2(ZOOM_0_SCALE * 256 / size / float(_words(one, f"{WMTS}ScaleDenominator")))
        except (ValueError, ZeroDivisionError):
            continue
        whole = round(zoom)
        at_corner = len(corner) == 2 and all(abs(abs(part) - EDGE_M) < 1 for part in corner)
        if size in (256, 512) and at_corner and abs(zoom - whole) < 0.01 and name.endswith(str(whole)):
            yield name[: -len(str(whole))], size, whole


def _resource(layer: Element, style: str, matrices: Matrices) -> str | None:
    pictures = [
        str(one.get("template"))
        for one in layer.iter(f"{WMTS}ResourceURL")
        if one.get("resourceType") == "tile" and str(one.get("format", "")).startswith("image/") and one.get("template")
    ]
    if not pictures:
        return None
    return filled(pictures[0], style=style, matrices=matrices, rest=_defaults(layer))


def filled(address: str, *, style: str, matrices: Matrices, rest: dict[str, str] | None = None) -> str:
    """A WMTS template as MapLibre's.

    Raises:
        Failed: it asks for a dimension nobody gave a default.
    """
    values = {
        "style": style,
        "tilematrixset": matrices.id,
        "tilematrix": f"{matrices.prefix}{{z}}",
        "tilerow": "{y}",
        "tilecol": "{x}",
        **{"z": "{z}", "x": "{x}", "y": "{y}"},
        **{name.lower(): value for name, value in (rest or {}).items()},
    }

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name.lower() not in values:
            raise Failed(f"Mẫu địa chỉ cần giá trị {{{name}}}.", f"The template needs a value for {{{name}}}.")
        return values[name.lower()]

    return re.sub(r"\{([^{}]+)\}", value, address)


def _defaults(layer: Element) -> dict[str, str]:
    return {_words(one, f"{OWS}Identifier"): _words(one, f"{WMTS}Default") for one in layer.iter(f"{WMTS}Dimension")}


def _by_parameters(root: Element, layer: Element, style: str, matrices: Matrices, address: str) -> str:
    """GetTile by parameters, where the layer offers no template."""
    formats = [(one.text or "").strip() for one in layer.iter(f"{WMTS}Format")]
    wanted = next((one for one in formats if one.startswith("image/")), "image/png")
    operations = root.iter(f"{OWS}Operation")
    gets = (get for one in operations if one.get("name") == "GetTile" for get in one.iter(f"{OWS}Get"))
    base = next((str(get.get(XLINK)) for get in gets if get.get(XLINK)), address.partition("?")[0])
    known = {
        **{"SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "LAYER": _words(layer, f"{OWS}Identifier")},
        **{"STYLE": style, "FORMAT": wanted, "TILEMATRIXSET": matrices.id, **_defaults(layer)},
    }
    place = f"TILEMATRIX={matrices.prefix}{{z}}&TILEROW={{y}}&TILECOL={{x}}"
    joint = "" if base.endswith(("?", "&")) else "&" if "?" in base else "?"
    return f"{base}{joint}{urlencode(known)}&{place}"


def _bounds(layer: Element) -> dict[str, Any]:
    box = layer.find(f"{OWS}WGS84BoundingBox")
    if box is None:
        return {}
    try:
        west, south = map(float, _words(box, f"{OWS}LowerCorner").split())
        east, north = map(float, _words(box, f"{OWS}UpperCorner").split())
    except ValueError:
        return {}
    return {"bounds": [west, max(south, -85.05), east, min(north, 85.05)]}
