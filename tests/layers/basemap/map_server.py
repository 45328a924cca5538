"""A map server on the loopback: pictures, TileJSON, WMTS, a style, PMTiles by parts, and answers that are no maps."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

from PIL import Image
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

COLOR = (199, 21, 133)
"""Of every pixel of every picture: nothing of ours looks like it."""
STYLE_COLOR = "#0B8A3C"

MATRIX = """<TileMatrix><ows:Identifier>{prefix}{z}</ows:Identifier><ScaleDenominator>{scale}</ScaleDenominator>
<TopLeftCorner>-20037508.3427892 20037508.3427892</TopLeftCorner><TileWidth>256</TileWidth><TileHeight>256</TileHeight>
<MatrixWidth>{side}</MatrixWidth><MatrixHeight>{side}</MatrixHeight></TileMatrix>"""
CAPABILITIES = """<?xml version="1.0"?>
<Capabilities xmlns="http://www.opengis.net/wmts/1.0" xmlns:ows="http://www.opengis.net/ows/1.1"
 xmlns:xlink="http://www.w3.org/1999/xlink" version="1.0.0"><Contents>
<Layer><ows:Identifier>anh</ows:Identifier>
<ows:WGS84BoundingBox><ows:LowerCorner>102 8</ows:LowerCorner>
<ows:UpperCorner>118 24</ows:UpperCorner></ows:WGS84BoundingBox>
<Style isDefault="true"><ows:Identifier>mau</ows:Identifier></Style><Format>image/png</Format>
<TileMatrixSetLink><TileMatrixSet>vn2000</TileMatrixSet></TileMatrixSetLink>
<TileMatrixSetLink><TileMatrixSet>gm</TileMatrixSet></TileMatrixSetLink>
<ResourceURL format="image/png" resourceType="tile"
 template="{url}/wmts/{{Style}}/{{TileMatrixSet}}/{{TileMatrix}}/{{TileRow}}/{{TileCol}}.png"/></Layer>
<Layer><ows:Identifier>kvp</ows:Identifier><Format>image/png</Format>
<TileMatrixSetLink><TileMatrixSet>gm</TileMatrixSet></TileMatrixSetLink></Layer>
<Layer><ows:Identifier>vn</ows:Identifier><Format>image/png</Format>
<TileMatrixSetLink><TileMatrixSet>vn2000</TileMatrixSet></TileMatrixSetLink></Layer>
<TileMatrixSet><ows:Identifier>vn2000</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::9210</ows:SupportedCRS></TileMatrixSet>
<TileMatrixSet><ows:Identifier>gm</ows:Identifier><ows:SupportedCRS>urn:ogc:def:crs:EPSG::3857</ows:SupportedCRS>
{matrices}</TileMatrixSet></Contents></Capabilities>"""


def picture() -> bytes:
    """A tile of one colour, PNG."""
    kept = BytesIO()
    Image.new("RGB", (256, 256), COLOR).save(kept, "PNG")
    return kept.getvalue()


def capabilities(url: str, prefix: str = "EPSG:3857:") -> str:
    """Three layers: by template, by parameters, and one in VN-2000 alone."""
    rows = [MATRIX.format(prefix=prefix, z=z, scale=559_082_264.0287178 / 2**z, side=2**z) for z in range(19)]
    return CAPABILITIES.format(url=url, matrices="".join(rows))


def style(url: str) -> dict[str, object]:
    """A background, a raster by a TileJSON, and a symbol with glyphs of its own."""
    return {
        "version": 8,
        "sources": {"pictures": {"type": "raster", "url": "tilejson.json", "tileSize": 256}},
        "glyphs": f"{url}/glyphs/{{fontstack}}/{{range}}.pbf",
        "layers": [
            {"id": "ground", "type": "background", "paint": {"background-color": STYLE_COLOR}},
            {"id": "pictures", "type": "raster", "source": "pictures", "minzoom": 12},
        ],
    }


def archive(path: Path) -> Path:
    """A PMTiles file of pictures, zooms 0 to 4."""
    with path.open("wb") as file:
        writer = Writer(file)
        for z in range(5):
            for x in range(2**z):
                for y in range(2**z):
                    writer.write_tile(zxy_to_tileid(z, x, y), picture())
        header = {"tile_type": TileType.PNG, "tile_compression": Compression.NONE, "min_zoom": 0, "max_zoom": 4}
        edges = {"min_lon_e7": -1800000000, "min_lat_e7": -850000000, "max_lon_e7": 1800000000, "max_lat_e7": 850000000}
        writer.finalize({**header, **edges, "center_zoom": 0, "center_lon_e7": 0, "center_lat_e7": 0}, {})
    return path


class _Handler(BaseHTTPRequestHandler):
    """Answers by the beginning of the path; `server.broken` makes every tile fail, `server.empty` has none."""

    def do_OPTIONS(self) -> None:
        self._say(204, "text/plain", b"")

    def do_GET(self) -> None:
        server: MapServer = self.server  # type: ignore[assignment]
        server.asked.append(self.path)
        path = self.path.partition("?")[0]
        if server.broken:
            self._say(500, "text/plain", b"broken")
        elif server.empty and path.startswith("/xyz/"):
            self._say(404, "text/plain", b"not here")
        elif path.startswith("/moved"):
            self.send_response(302)
            self.send_header("Location", path.removeprefix("/moved"))
            self.end_headers()
        elif path.endswith(".pmtiles"):
            self._part((server.folder / path.rpartition("/")[2]).read_bytes())
        elif path.endswith("tilejson.json"):
            told = {"tilejson": "3.0.0", "tiles": ["xyz/{z}/{x}/{y}.png"], "minzoom": 0, "maxzoom": 14}
            self._say(200, "application/json", json.dumps(told).encode())
        elif path.endswith("style.json"):
            self._say(200, "application/json", json.dumps(style(server.url)).encode())
        elif path.endswith(("capabilities.xml", "dtd.xml")):
            body = capabilities(server.url)
            doctype = '<!DOCTYPE a [<!ENTITY b "c">]>' if path.endswith("dtd.xml") else ""
            self._say(
                200, "text/xml", body.replace('<?xml version="1.0"?>', f'<?xml version="1.0"?>{doctype}').encode()
            )
        elif path.endswith("huge.json"):
            self._say(200, "application/json", b"[" + b" " * 9_000_000)
        elif path.endswith(".png") or "TILEMATRIX=" in self.path:
            self._say(200, "image/png", picture(), shared=not path.startswith("/closed"))
        else:
            self._say(404, "text/plain", b"nothing here")

    def _part(self, body: bytes) -> None:
        wanted = self.headers.get("Range", "").removeprefix("bytes=").split("-")
        if len(wanted) != 2 or self.path.startswith("/whole"):
            self._say(200, "application/octet-stream", body)
            return
        first, last = int(wanted[0]), min(int(wanted[1]), len(body) - 1)
        self._say(206, "application/octet-stream", body[first : last + 1], part=f"bytes {first}-{last}/{len(body)}")

    def _say(self, status: int, kind: str, body: bytes, *, shared: bool = True, part: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if shared:
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Access-Control-Allow-Headers", "range")
        if part:
            self.send_header("Content-Range", part)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


class MapServer(ThreadingHTTPServer):
    """The server; `asked` keeps what was asked."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folder, self.broken, self.empty, self.asked = folder, False, False, list[str]()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextmanager
def serving(folder: Path) -> Iterator[MapServer]:
    """A map server while it is needed; PMTiles lie in `folder`."""
    server = MapServer(folder)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
