"""Hostile, broken and impossible files: each is refused with its own words, and nothing is stored."""

import io
import os
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layers.datasets.models import Dataset
from layers.exchange import sandbox
from layers.exchange.parse.fault import Fault
from layers.exchange.parse.geojson import GeoJson
from layers.exchange.parse.table import Csv
from tests.layers.exchange.conftest import Bring, messages
from tests.layers.exchange.test_formats import collection, feature, point

VRT = """<OGRVRTDataSource><OGRVRTLayer name="passwd"><SrcDataSource>/etc/passwd</SrcDataSource>
<GeometryType>wkbNone</GeometryType></OGRVRTLayer></OGRVRTDataSource>"""


def zipped(**members: bytes) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return body.getvalue()


REFUSED = {
    "empty.geojson": (b"", "The file is empty."),
    "cut.geojson": (collection(feature(point(), code="1"))[:-20].encode(), "cut off"),
    "broken.geojson": (b'{"type": "FeatureCollection", "features": [{"type": x}]}' + b" " * 80, "malformed"),
    "deep.geojson": (b'{"features": [' + b"[" * 200_000, "nested too deep"),
    "other.json": (b'{"hello": 1}', "neither GeoJSON nor Overpass"),
    "none.geojson": (collection().encode(), "holds no feature"),
    "vrt.geojson": (VRT.encode(), "neither GeoJSON nor Overpass"),
    "vrt.gpkg": (VRT.encode(), "no GeoPackage"),
    "vrt.shp": (VRT.encode(), "The Shapefile lacks: .shx, .dbf"),
    "picture.png": (b"\x89PNG", "is not read"),
    "empty.csv": (b"\n\n", "no line of headings"),
    "cell.csv": (b"code,lon,lat\n" + b"x" * (5 << 20) + b",106,11\n", "cannot be cut into cells"),
    "bytes.csv": (b"code,lon,lat\n\xff\x81\x8d\x8f,106,11\n", "not in the encoding"),
    "nozip.zip": (b"PK\x03\x04 not really", "cannot be opened"),
    "bomb.zip": (zipped(**{"a.geojson": b"0" * (64 << 20)}), "unpacks to far too much"),
    "up.zip": (zipped(**{"../../a.geojson": b"{}"}), "unsafe path"),
    "useless.zip": (zipped(**{"a.exe": b"{}"}), "no file that can be read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_both_languages_and_nothing_is_made(bring: Bring, name: str) -> None:
    content, words = REFUSED[name]

    report = bring(name, content)

    assert (report.failed, report.used) == (True, 0)
    assert any(words in one for one in messages(report)), messages(report)
    assert all(one.problem.message.vi != one.problem.message.en for one in report.problems)
    assert all(one.file == name for one in report.problems)
    assert not Dataset.objects.exists()


def dressed_vrt(folder: Path) -> None:
    """A VRT called v.shp that reads another file of this machine, with the companions a Shapefile needs."""
    (folder / "secret.csv").write_text("code,x,y\nroot-password,106,11\n")
    vrt = (
        '<OGRVRTDataSource><OGRVRTLayer name="secret">'
        f"<SrcDataSource>{folder / 'secret.csv'}</SrcDataSource><GeometryType>wkbPoint</GeometryType>"
        '<GeometryField encoding="PointFromColumns" x="x" y="y"/></OGRVRTLayer></OGRVRTDataSource>'
    )
    for suffix in ("shp", "shx", "dbf"):
        (folder / f"v.{suffix}").write_text(vrt)


def test_a_vrt_dressed_as_a_shapefile_reads_no_other_file(bring: Bring, tmp_path: Path) -> None:
    dressed_vrt(tmp_path)

    report = bring("v.shp")

    assert report.failed
    assert "root-password" not in str(report.json())


def test_without_the_list_of_drivers_it_would_be_read(
    bring: Bring, values: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dressed_vrt(tmp_path)
    monkeypatch.setattr(sandbox, "_environment", lambda folder: {"PATH": os.defpath, "LANG": "C.UTF-8"})

    report = bring("v.shp")

    assert values(report)[0]["code"] == "root-password", "the test above proves nothing on this GDAL"


def test_a_database_dressed_as_a_geopackage_is_refused(bring: Bring, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "v.gpkg") as base:
        base.execute("create table gpkg_contents (x)")
        base.execute("create table t (a)")
    base.close()

    assert bring("v.gpkg").failed


def test_the_parsing_process_knows_no_secret_of_ours(tmp_path: Path) -> None:
    given = sandbox._environment(tmp_path)

    assert not [name for name in given if name.startswith(("DATABASE", "GEO_IOC", "DJANGO", "PG"))]
    assert "OGR_VRT" in given["OGR_SKIP"]
    assert not {"GPKG", "ESRI Shapefile"} & set(given["OGR_SKIP"].split(","))


def test_a_missing_file_and_a_file_above_the_limit_are_named(bring: Bring, settings: object) -> None:
    settings.GEO_IOC_IMPORT_MAX_MB = 0  # type: ignore[attr-defined]

    assert messages(bring("nowhere.csv")) == ["There is no file “nowhere.csv”."]
    assert messages(bring("some.csv", "code,lon,lat\n")) == ["The file has 0 MB, more than the limit of 0 MB."]


def test_a_file_that_takes_too_long_is_stopped(bring: Bring, settings: object) -> None:
    settings.GEO_IOC_IMPORT_TIMEOUT_S = 0.05  # type: ignore[attr-defined]

    assert "was stopped" in messages(bring("some.csv", "code,lon,lat\nA,106,11\n"))[0]


def test_nan_and_huge_coordinates_are_refused_row_by_row(bring: Bring) -> None:
    body = collection(*(feature(point(), code=str(n)) for n in range(4)))
    wild = body.replace("106.0, 11.0", "NaN, 11.0", 1).replace("106.0, 11.0", "1e400, 11.0", 1)
    wild = wild.replace("106.0, 11.0", "-1e300, 11.0", 1)

    report = bring("wild.geojson", wild)

    assert (report.created, report.rejected) == (1, 3)
    assert [one.problem.row for one in report.problems] == [1, 2, 3]


def test_a_wrong_encoding_names_the_option(bring: Bring) -> None:
    latin = "code,tên,lon,lat\nA,Đắk,106,11\n".encode("utf-16")

    said_wrong = bring("a.csv", latin, encoding="utf-8")
    nonsense = bring("a.csv", latin, encoding="klingon")

    assert "Say which by --encoding" in messages(said_wrong)[0]
    assert messages(nonsense) == ["There is no encoding “klingon”."]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 400), put=st.binary(max_size=12))
def test_a_damaged_geojson_gives_rows_or_a_fault_never_anything_else(tmp_path: Path, cut: int, put: bytes) -> None:
    body = collection(feature(point(), "a", name="Tân Châu"), feature(point(), "b", n=[1, {"c": None}])).encode()
    path = tmp_path / "d.geojson"
    path.write_bytes(body[:cut] + put + body[cut + 3 :])

    try:
        read = sum(len(chunk) for chunk in GeoJson(path, "utf-8").chunks())
    except Fault:
        read = 0

    assert read <= 3


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
def test_any_text_as_csv_gives_rows_or_a_fault_never_anything_else(tmp_path: Path, text: str) -> None:
    path = tmp_path / "d.csv"
    path.write_text(f"code,lon,lat\n{text}", encoding="utf-8", errors="surrogatepass", newline="")

    try:
        read = sum(len(chunk) for chunk in Csv(path, "utf-8").chunks())
    except Fault:
        read = 0

    assert read <= text.count("\n") + text.count("\r") + 1
