"""DXF and DGN: lines close to faces within a centimetre, texts find their face."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from layers.exchange.parse.drawing import closed
from tests.layers.exchange.conftest import Bring, messages
from tests.layers.exchange.drawings import dgn, dxf

E, N = 571_900.0, 1_278_036.0
LINES = [
    [(E, N), (E + 20, N), (E + 20, N + 20), (E, N + 20), (E, N)],
    [(E + 20.006, N + 0.004), (E + 40, N), (E + 40, N + 20), (E + 20, N + 20.005)],
    [(E + 30, N + 0.007), (E + 30, N + 19.994)],
]
TEXTS = [(E + 5, N + 12, "125 ONT"), (E + 5, N + 8, "400.0"), (E + 25, N + 10, "126"), (E + 80, N, "khung")]


def lines(unit: float = 1.0) -> list[Any]:
    return [[(x / unit, y / unit) for x, y in line] for line in LINES]


def texts(unit: float = 1.0) -> list[Any]:
    return [(x / unit, y / unit, text) for x, y, text in TEXTS]


def test_lines_that_nearly_meet_close_and_texts_find_their_face(bring: Bring, values: Any, tmp_path: Path) -> None:
    report = bring(dxf(tmp_path / "to.dxf", lines(), texts()), layer="to_12", crs="EPSG:9209")

    found = sorted(row["labels"] or "" for row in values(report))
    assert found == ['["125 ONT", "400.0"]', '["126"]', "[]"], messages(report)
    assert any("1 texts lie in no closed face, for example: khung" in one for one in messages(report))


def test_lines_of_a_dgn_close_too(bring: Bring, values: Any, tmp_path: Path) -> None:
    report = bring(dgn(tmp_path / "to.dgn", lines()), layer="to_dgn", crs="EPSG:9209")

    assert len(values(report)) == 3, messages(report)


@pytest.mark.parametrize("encoding", ["utf-8", "tcvn3", "vni", "ascii"])
def test_texts_of_a_dgn_find_their_face_in_any_encoding(
    bring: Bring, values: Any, tmp_path: Path, encoding: str
) -> None:
    place = {
        "utf-8": "Xứ đồng Bàu Rỗng".encode(),
        "tcvn3": b"X\xf8 \xae\xe5ng B\xb5u R\xe7ng",
        "vni": b"X\xf6\xf9 \xf1o\xe0ng Ba\xf8u Ro\xe3ng",
        "ascii": b"Bau Rong",
    }
    path = dgn(
        tmp_path / "to.dgn",
        lines(),
        [*texts(), (E + 35, N + 10, place[encoding].decode("latin-1"))],
        encoding="latin-1",
    )

    report = bring(path, layer=f"to_{encoding}".replace("-", ""), crs="EPSG:9209")

    words = "Bau Rong" if encoding == "ascii" else "Xứ đồng Bàu Rỗng"
    found = sorted(row["labels"] or "" for row in values(report))
    assert found == ['["125 ONT", "400.0"]', '["126"]', f'["{words}"]'], messages(report)


def test_a_drawing_in_millimetres_closes_too(bring: Bring, values: Any, tmp_path: Path) -> None:
    path = dxf(tmp_path / "to.dxf", lines(0.001), texts(0.001))

    report = bring(path, layer="to_mm", crs="EPSG:9209,mm")

    assert len(values(report)) == 3, messages(report)


def test_borders_may_be_taken_from_named_levels_only(bring: Bring, tmp_path: Path) -> None:
    path = dxf(tmp_path / "to.dxf", lines(), texts())

    report = bring(path, layer="to_level", crs="EPSG:9209", table="99")

    assert report.failed
    assert "10, 13" in messages(report)[0]


def test_a_file_that_is_no_drawing_is_refused_in_words(bring: Bring) -> None:
    report = bring("to.dxf", "not a drawing", layer="to_bad", crs="EPSG:9209")

    assert report.failed
    assert "cannot be read" in messages(report)[0]


def test_the_whole_of_a_random_net_comes_back() -> None:
    random = np.random.default_rng(3)
    x, y = np.meshgrid(np.arange(9) * 25.0, np.arange(9) * 25.0)
    corners = np.stack([x, y], axis=-1) + random.uniform(-6, 6, (9, 9, 2))
    sides = [np.array([corners[r, c], corners[r, c + 1]]) for r in range(9) for c in range(8)]
    sides += [np.array([corners[r, c], corners[r + 1, c]]) for r in range(8) for c in range(9)]
    rough = [side + random.uniform(-0.003, 0.003, (2, 2)) for side in sides]

    faces = closed(shapely.linestrings(np.array(rough)), 0.01)

    assert len(faces) == 64
    outer = shapely.union_all(faces)
    assert outer.area == pytest.approx(sum(face.area for face in faces), abs=1e-6)


def test_elements_of_gml_come_in_by_their_name(bring: Bring, values: Any) -> None:
    report = bring("to.gml", GML, layer="gml", table="DC_ThuaDat", crs="EPSG:9209")

    assert [(row["sothututhua"], row["sohieutobando"]) for row in values(report)] == [(125, 12)], messages(report)


GML = """<?xml version="1.0" encoding="UTF-8"?>
<gml:FeatureCollection xmlns:gml="http://www.opengis.net/gml" xmlns:dc="http://example.org/dc">
 <gml:featureMember><dc:DC_ThuaDat gml:id="t1">
  <dc:thuaDatId>T1</dc:thuaDatId><dc:soThuTuThua>125</dc:soThuTuThua><dc:soHieuToBanDo>12</dc:soHieuToBanDo>
  <dc:dienTich>401.0</dc:dienTich><dc:dienTichPhapLy>400.0</dc:dienTichPhapLy><dc:loaiDat>ONT</dc:loaiDat>
  <dc:geo><gml:Polygon><gml:outerBoundaryIs><gml:LinearRing><gml:coordinates>571900,1278036 571920,1278036
  571920,1278056 571900,1278056 571900,1278036</gml:coordinates>
  </gml:LinearRing></gml:outerBoundaryIs></gml:Polygon></dc:geo>
 </dc:DC_ThuaDat></gml:featureMember>
 <gml:featureMember><dc:DC_SoDiaChinh gml:id="s1"><dc:so>7</dc:so>
  <dc:geo><gml:Point><gml:coordinates>571900,1278036</gml:coordinates></gml:Point></dc:geo>
 </dc:DC_SoDiaChinh></gml:featureMember>
</gml:FeatureCollection>
"""
