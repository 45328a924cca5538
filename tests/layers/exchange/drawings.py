"""Drawings written for tests: DXF as text, DGN by GDAL."""

from collections.abc import Sequence
from pathlib import Path

import pyogrio
import shapely

Line = Sequence[tuple[float, float]]


def dxf(
    path: Path, lines: Sequence[Line], texts: Sequence[tuple[float, float, str]], *, encoding: str = "cp1252"
) -> Path:
    """A DXF of release 12: lines on level 10, texts on level 13."""
    body = ["0", "SECTION", "2", "ENTITIES"]
    for line in lines:
        body += ["0", "POLYLINE", "8", "10", "66", "1", "70", "0"]
        for x, y in line:
            body += ["0", "VERTEX", "8", "10", "10", f"{x:.4f}", "20", f"{y:.4f}"]
        body += ["0", "SEQEND", "8", "10"]
    for x, y, text in texts:
        body += ["0", "TEXT", "8", "13", "10", f"{x:.4f}", "20", f"{y:.4f}", "40", "2.0", "1", text]
    body += ["0", "ENDSEC", "0", "EOF"]
    path.write_bytes(("\n".join(body) + "\n").encode(encoding))
    return path


def dgn(path: Path, lines: Sequence[Line]) -> Path:
    """A DGN of version 7 with lines; GDAL writes its texts only through styles, which pyogrio does not give it."""
    shapes = shapely.to_wkb([shapely.linestrings(line) for line in lines])
    pyogrio.raw.write(path, shapes, [], [], driver="DGN", geometry_type="LineString", crs="EPSG:9209")
    return path
