"""Looking at a base map as an administrator would: is it there, what is it, may browsers read it, how does a tile look.

In: a row. Out: findings in both languages, and the picture of one tile where tiles are pictures.
"""

import math
from base64 import b64encode
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

from layers.basemap.plugged.fetch import Answer, Failed, get
from layers.basemap.plugged.model import BaseMap
from layers.basemap.plugged.reading import read
from layers.core.home import home
from layers.core.text import Text

SAMPLE_ZOOM = 9
MIDDLE = (106.2, 16.0)
"""Where there is no home: the middle of the country, lon lat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found out, good or bad."""

    good: bool
    text: Text


@dataclass(slots=True)
class Look:
    """What was found.

    Attributes:
        picture: a tile as a `data:` address; empty where there is none to show.
        document: what was read, or None.
    """

    findings: list[Finding] = field(default_factory=list)
    picture: str = ""
    document: dict[str, Any] | None = None

    def good(self, vi: str, en: str) -> None:
        """Note what is well."""
        self.findings.append(Finding(good=True, text=Text(vi=vi, en=en)))

    def bad(self, vi: str, en: str) -> None:
        """Note what is not."""
        self.findings.append(Finding(good=False, text=Text(vi=vi, en=en)))


def look(base: BaseMap) -> Look:
    """Read the address, then one tile of it at home."""
    found = Look()
    try:
        found.document = read(base)
    except Failed as failure:
        found.bad(failure.message.vi, failure.message.en)
        return found
    sources = found.document["sources"]
    if base.is_template:
        found.good("Địa chỉ là mẫu ô, không cần đọc trước.", "The address is a template of tiles: nothing to be read.")
    else:
        count = len(found.document["layers"] or found.document["vector_layers"])
        found.good(f"Đã đọc: {len(sources)} nguồn, {count} lớp.", f"Read: {len(sources)} sources, {count} layers.")
    for name, source in sources.items():
        _look_at(source, found, name)
    return found


def _look_at(source: dict[str, Any], found: Look, name: str) -> None:
    tiles = source.get("tiles")
    if not tiles or tiles[0].startswith("pmtiles:"):
        zooms = f" z{source['minzoom']}–{source['maxzoom']}" if "minzoom" in source else ""
        found.good(f"Nguồn {name}: {source['type']}{zooms}.", f"Source {name}: {source['type']}{zooms}.")
        return
    address = _tile_address(source)
    try:
        answer = get(address)
    except Failed as failure:
        found.bad(f"{address}: {failure.message.vi}", f"{address}: {failure.message.en}")
        return
    if not answer.readable:
        found.bad(
            "Máy chủ không cho trang khác đọc (thiếu Access-Control-Allow-Origin): trình duyệt sẽ không vẽ được.",
            "The server lets no other site read (no Access-Control-Allow-Origin): browsers will not draw it.",
        )
    if source["type"] == "raster":
        _picture(answer, address, found)
    else:
        size = len(answer.body) // 1024
        found.good(f"Ô {address}: {size} kB.", f"Tile {address}: {size} kB.")


def _picture(answer: Answer, address: str, found: Look) -> None:
    try:
        with Image.open(BytesIO(answer.body)) as image:
            kind, width, height = image.format, image.width, image.height
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        found.bad(f"{address}: không phải ảnh ({answer.type}).", f"{address}: no picture ({answer.type}).")
        return
    found.good(f"Ô {address}: {kind}, {width}×{height} px.", f"Tile {address}: {kind}, {width}×{height} px.")
    if not found.picture and kind in ("PNG", "JPEG", "WEBP"):
        found.picture = f"data:image/{kind.lower()};base64,{b64encode(answer.body).decode()}"


def _tile_address(source: dict[str, Any]) -> str:
    """The address of the tile at home, at a middle zoom."""
    box = home()
    lon, lat = ((box.west + box.east) / 2, (box.south + box.north) / 2) if box else MIDDLE
    zoom = max(source.get("minzoom", 0), min(SAMPLE_ZOOM, source.get("maxzoom", SAMPLE_ZOOM)))
    side = 2**zoom
    x = int((lon + 180) / 360 * side)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side)
    digits = "".join(str((x >> bit & 1) + 2 * (y >> bit & 1)) for bit in reversed(range(zoom)))
    row = side - 1 - y if source.get("scheme") == "tms" else y
    edge, width = 20_037_508.342789244, 2 * 20_037_508.342789244 / side
    west, north = -edge + x * width, edge - y * width
    values = {"z": zoom, "x": x, "y": row, "ratio": "", "quadkey": digits}
    values["bbox-epsg-3857"] = f"{west},{north - width},{west + width},{north}"
    address: str = source["tiles"][0]
    for name, value in values.items():
        address = address.replace(f"{{{name}}}", str(value))
    return address
