"""CSV and TSV as people in Vietnam write them."""

import datetime
from typing import Any

import pytest

from tests.layers.exchange.conftest import Bring, layer_of, messages, shapes

SEMICOLONS = (
    "Mã số;Tên trạm;Kinh độ;Vĩ độ;Loại;Giá trị (mg/l);Số đo;Ngày đo;Điện thoại;Đạt\r\n"
    "T01;Trạm Bến Kéo;106,0933;11,2541;Nước mặt;1.234,5;12;31/03/2026;0905123456;có\r\n"
    "T02;Trạm Gò Dầu;106,2610;11,0912;Nước mặt;0,75;7;01/04/2026;0276123456;không\r\n"
    "T03;Trạm Tân Châu;106,1610;11,5560;Không khí;12,5;3;02/04/2026;0905000111;có\r\n"
    "T04;Trạm Hoà Thành;106,1300;11,2900;Không khí;;3;02/04/2026;;có\r\n"
)


def test_vietnamese_headings_decimal_commas_and_local_dates_are_understood(bring: Bring, values: Any) -> None:
    report = bring("tram.csv", SEMICOLONS)

    assert (report.created, report.rejected, report.problems) == (4, 0, [])
    first = values(report)[0]
    assert first == {
        "ma_so": "T01",
        "ten_tram": "Trạm Bến Kéo",
        "loai": "Nước mặt",
        "gia_tri_mg_l": 1234.5,
        "so_do": 12,
        "ngay_do": datetime.date(2026, 3, 31),
        "dien_thoai": "0905123456",
        "dat": True,
    }
    assert shapes(report)[0].coords[0] == (106.0933, 11.2541)


def test_titles_keep_the_headings_and_types_choose_the_filters(bring: Bring) -> None:
    layer = layer_of(bring("tram.csv", SEMICOLONS))

    titles = {a.name: a.title.vi for a in layer.attributes}
    assert titles["gia_tri_mg_l"] == "Giá trị (mg/l)"
    assert {f.attribute: f.kind for f in layer.filters} == {
        "loai": "choice",
        "gia_tri_mg_l": "range",
        "so_do": "range",
    }
    assert layer.importer is not None
    assert layer.importer.natural_key == ("ma_so",)
    assert layer.title_attribute == "ten_tram"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
def test_the_encoding_is_found(bring: Bring, values: Any, encoding: str) -> None:
    text = "code,name,lon,lat\nA1,Đặng Thùy,106.1,11.3\nA2,Tô,106.2,11.4\n"
    if encoding == "cp1258":
        # that code page writes tones as letters of their own
        text = "".join(_as_cp1258(letter) for letter in text)

    report = bring("ten.csv", text.encode(encoding))

    assert values(report)[0]["name"] == "Đặng Thùy"
    guessed = [one for one in messages(report) if "guessed" in one]
    assert len(guessed) == (encoding in {"cp1258", "utf-16-le"})


def _as_cp1258(letter: str) -> str:
    return {"ặ": "ă\u0323", "ù": "u\u0300", "ô": "ô"}.get(letter, letter)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(bring: Bring, delimiter: str) -> None:
    rows = [["code", "name, full", "lon", "lat"], ["A1", "x", "106.1", "11.3"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)

    assert bring("t.tsv", text).created == 1


def test_a_wkt_column_is_the_geometry_and_degrees_may_be_written_with_minutes(bring: Bring) -> None:
    wkt = 'code,hình\nA1,"POLYGON((106 11,106.1 11,106.1 11.1,106 11))"\nA2,SRID=4326;POINT(106 11)\n'
    minutes = "code;kinh độ;vĩ độ\nB1;106°07'30\";11°30'N\n"

    areas = bring("wkt.csv", wkt, layer="wkt")
    points = bring("phut.csv", minutes, layer="phut")

    assert [shape.geom_type for shape in shapes(areas)] == ["Polygon", "Point"]
    assert shapes(points)[0].coords[0] == (106.125, 11.5)


def test_a_formula_in_a_cell_comes_back_as_the_text_it_was(bring: Bring, values: Any) -> None:
    report = bring("f.csv", "code,note,lon,lat\nA1,'=1+1,106,11\nA2,-5 độ,106,11\n")

    assert [row["note"] for row in values(report)] == ["=1+1", "-5 độ"]


def test_doubled_headings_are_numbered_and_said(bring: Bring, values: Any) -> None:
    report = bring("d.csv", "code,name,name,lon,lat\nA1,x,y,106,11\n")

    assert values(report) == [{"code": "A1", "name": "x", "name_2": "y"}]
    assert messages(report) == ["Two columns are called “name”; the later is numbered."]


def test_rows_that_cannot_be_used_are_named_and_the_others_kept(bring: Bring) -> None:
    text = (
        "code,lon,lat,n\nA1,106,11,1\nA2,abc,11,2\nA3,nan,11,3\nA4,1e400,11,4\nA5,206,11,5\nA6,,,6\nA7,106,11,7,extra\n"
    )

    report = bring("r.csv", text)

    assert (report.created, report.rejected) == (1, 6)
    assert {one.problem.row: one.problem.message.en for one in report.problems} == {
        2: "The coordinates “abc”, “11” cannot be read.",
        3: "The coordinates “nan”, “11” cannot be read.",
        4: "A coordinate is NaN or infinite.",
        5: "The coordinates (206, 11) are not on the Earth: longitude −180…180, latitude −90…90.",
        6: "The row has no geometry and cannot be placed.",
        7: "The row has 5 cells, the headings are 4: perhaps a wrong delimiter.",
    }


def test_text_without_any_place_is_refused_with_what_is_needed(bring: Bring) -> None:
    report = bring("n.csv", "code,name\nA1,x\n")

    assert report.failed
    assert "longitude and latitude" in messages(report)[0]
