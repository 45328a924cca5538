"""Drawings written for tests: DXF as text, DGN by GDAL."""

import ctypes
from collections.abc import Sequence
from pathlib import Path
from typing import Any

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


def dgn(
    path: Path, lines: Sequence[Line], texts: Sequence[tuple[float, float, str]] = (), *, encoding: str = "utf-8"
) -> Path:
    """A DGN of version 7: lines, and texts as elements of type 17.

    GDAL writes a text where a point's style is a label; pyogrio gives it no styles, so its library is called itself.
    """
    gdal = _gdal()
    drawing = gdal.OGR_Dr_CreateDataSource(gdal.OGRGetDriverByName(b"DGN"), str(path).encode(), None)
    layer = gdal.OGR_DS_CreateLayer(drawing, b"elements", None, 0, None)
    shapes: list[tuple[shapely.Geometry, bytes | None]] = [(shapely.linestrings(line), None) for line in lines]
    for x, y, text in texts:
        shapes.append((shapely.points(x, y), b'LABEL(t:"%b",s:2g)' % text.encode(encoding)))
    for shape, style in shapes:
        feature, geometry = gdal.OGR_F_Create(gdal.OGR_L_GetLayerDefn(layer)), ctypes.c_void_p()
        wkb = shapely.to_wkb(shape)
        assert gdal.OGR_G_CreateFromWkb(wkb, None, ctypes.byref(geometry), len(wkb)) == 0
        gdal.OGR_F_SetGeometryDirectly(feature, geometry)
        gdal.OGR_F_SetStyleString(feature, style)
        assert gdal.OGR_L_CreateFeature(layer, feature) == 0
        gdal.OGR_F_Destroy(feature)
    gdal.OGR_DS_Destroy(drawing)
    return path


def _gdal() -> Any:
    """GDAL as pyogrio brought it into this process."""
    loaded = (line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines())
    library = ctypes.CDLL(next(name for name in loaded if "libgdal" in Path(name).name))
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    for name, takes in {
        "OGRGetDriverByName": (text,),
        "OGR_Dr_CreateDataSource": (pointer, text, pointer),
        "OGR_DS_CreateLayer": (pointer, text, pointer, ctypes.c_int, pointer),
        "OGR_DS_Destroy": (pointer,),
        "OGR_F_Create": (pointer,),
        "OGR_F_Destroy": (pointer,),
        "OGR_F_SetGeometryDirectly": (pointer, pointer),
        "OGR_F_SetStyleString": (pointer, text),
        "OGR_G_CreateFromWkb": (text, pointer, pointer, ctypes.c_int),
        "OGR_L_CreateFeature": (pointer, pointer),
        "OGR_L_GetLayerDefn": (pointer,),
    }.items():
        getattr(library, name).argtypes = takes
    for name in (
        "OGRGetDriverByName", "OGR_Dr_CreateDataSource", "OGR_DS_CreateLayer", "OGR_F_Create", "OGR_L_GetLayerDefn"
    ):  # fmt: skip
        getattr(library, name).restype = pointer
    return library
