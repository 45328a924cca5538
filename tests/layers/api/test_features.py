"""Features over HTTP: pages, filters, times, files, and what may not be seen."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest
import shapely

from layers.core import Viewer, registry
from tests.toys import factories

pytestmark = pytest.mark.django_db
PLOTS = "/api/layers/toy_plots/features"
VISITS = "/api/layers/toy_visits/features"


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [feature["properties"]["name"] for feature in answer.json()["features"]]


def test_a_feature_is_geojson_with_integer_id_and_box(anyone: Any) -> None:
    plot = factories.make_plot("Thửa", (106.1, 11.3), 0.01)

    collection = anyone.get(PLOTS).json()

    (feature,) = collection["features"]
    assert (collection["type"], collection["matched"], collection["next"]) == ("FeatureCollection", 1, None)
    assert collection["bbox"] == feature["bbox"] == pytest.approx([106.1, 11.3, 106.11, 11.31])
    assert (feature["id"], feature["properties"]["_version"]) == (plot.plot, 1)
    assert feature["properties"]["valid_from"] == "2025-01-01"
    assert shapely.geometry.shape(feature["geometry"]).equals(shapely.box(106.1, 11.3, 106.11, 11.31))


def test_pages_follow_one_another_and_miss_nothing(anyone: Any) -> None:
    made = [factories.make_plot(f"Thửa {n}", area_m2=[5.0, None, 3.0, 3.0, 9.0][n]) for n in range(5)]

    seen, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        query = {"limit": 2, "sort": "-area_m2", **({"cursor": cursor} if cursor else {})}
        page = anyone.get(PLOTS, query).json()
        seen += [feature["id"] for feature in page["features"]]
        cursor, pages = page["next"], pages + 1
        assert page["matched"] == 5

    assert pages == 3
    assert seen == [made[n].plot for n in (4, 0, 2, 3, 1)]


def test_names_sort_as_vietnamese_does(anyone: Any) -> None:
    for name in ("Đa", "Dạ", "Da", "E", "Ân", "An"):
        factories.make_plot(name)

    assert names(anyone.get(PLOTS, {"sort": "name"})) == ["An", "Ân", "Da", "Dạ", "Đa", "E"]


def test_a_filter_a_box_and_a_time_narrow(anyone: Any) -> None:
    old = factories.make_plot("Cũ", use="forest", valid_to=date(2025, 7, 1), is_current=False)
    factories.make_plot("Mới", plot=old.plot, use="house", valid_from=date(2025, 7, 1))
    factories.make_plot("Xa", (107.0, 12.0))

    assert names(anyone.get(PLOTS, {"filter": "use = 'house'"})) == ["Mới"]
    assert names(anyone.get(PLOTS, {"bbox": "106,11,106.5,11.5"})) == ["Mới"]
    assert names(anyone.get(PLOTS, {"at": "2025-03-01", "filter": "use = 'forest'"})) == ["Cũ"]


def test_rows_and_attributes_are_the_viewers_own(
    unit: Any, other_unit: Any, keeper: Viewer, watcher: Viewer, ask: Callable[..., Any]
) -> None:
    own = factories.make_visit("Gần", commune=unit, phone="0905123456")
    far = factories.make_visit("Xa", commune=other_unit, phone="0905999999")

    kept = ask(keeper).get(VISITS).json()["features"]
    watched = ask(watcher).get(VISITS).json()["features"]

    assert [(f["id"], f["properties"]["phone"]) for f in kept] == [(own.pk, "0905123456")]
    assert [f["id"] for f in watched] == [own.pk]
    assert "phone" not in watched[0]["properties"]
    assert ask(keeper).get(f"{VISITS}/{far.pk}").status_code == 404


@pytest.mark.parametrize("query", ["filter", "sort", "by"])
@pytest.mark.parametrize("name", ["phone", "commune__code", "no_such"])
def test_a_hidden_attribute_is_a_typo(query: str, name: str, watcher: Viewer, ask: Callable[..., Any]) -> None:
    address = "/api/layers/toy_visits/counts" if query == "by" else VISITS
    value = f"{name} = '0905123456'" if query == "filter" else name

    answer = ask(watcher).get(address, {query: value})

    assert answer.status_code == 400
    assert answer.json() == {
        "error": "unknown_attribute",
        "message": {"vi": f"Không có thuộc tính “{name}”.", "en": f"There is no attribute “{name}”."},
        "field": query,
    }


@pytest.mark.parametrize(
    ("query", "slug", "field"),
    [
        ({"bbox": "1,2,3"}, "bad_bbox", "bbox"),
        ({"bbox": "106,12,105,11"}, "bad_bbox", "bbox"),
        ({"filter": "use ="}, "bad_filter", "filter"),
        ({"filter": "area_m2 = 'rộng'"}, "bad_filter", "filter"),
        ({"at": "hôm qua"}, "bad_time", "at"),
        ({"known_at": "2025-13-01"}, "bad_time", "known_at"),
        ({"limit": 0}, "bad_parameter", "limit"),
        ({"limit": 10_001}, "bad_parameter", "limit"),
        ({"limit": "nhiều"}, "bad_parameter", "limit"),
        ({"format": "dwg"}, "bad_parameter", "format"),
        ({"cursor": "###"}, "bad_cursor", "cursor"),
        ({"lang": "fr"}, "bad_parameter", "lang"),
        ({"colour": "red"}, "unknown_parameter", "colour"),
        ({"bbox": ["1,2,3,4", "1,2,3,4"]}, "repeated_parameter", "bbox"),
    ],
)
def test_a_wrong_parameter_is_named(anyone: Any, query: dict[str, Any], slug: str, field: str) -> None:
    answer = anyone.get(PLOTS, query)

    assert answer.status_code == 400, answer.content
    fault = answer.json()
    assert (fault["error"], fault["field"]) == (slug, field)
    assert set(fault["message"]) == {"vi", "en"}


@pytest.mark.parametrize("id", ["0", "99999999999999999999", "-1", "abc", "1.5", "%F0%9F%98%80"])
def test_an_unknown_feature_is_not_found(anyone: Any, id: str) -> None:
    answer = anyone.get(f"{PLOTS}/{id}")

    assert (answer.status_code, answer.json()["error"]) == (404, "unknown_feature")


def test_a_feature_tells_its_version(anyone: Any) -> None:
    plot = factories.make_plot()
    plot.name = "Đổi tên"
    plot.save()

    answer = anyone.get(f"{PLOTS}/{plot.plot}")

    assert answer["ETag"] == '"2"'
    assert answer.json()["properties"]["name"] == "Đổi tên"


def test_csv_opens_in_a_spreadsheet_and_says_the_same(anyone: Any) -> None:
    plot = factories.make_plot("Thửa “Đỏ”, số 1", area_m2=12.5, use=None)
    factories.make_plot("=1+1")

    answer = anyone.get(PLOTS, {"format": "csv"})
    raw = b"".join(answer.streaming_content)
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))

    assert raw.startswith(b"\xef\xbb\xbf")
    assert rows[0] == ["id", "number", "name", "use", "area_m2", "commune_name", "valid_from", "geom"]
    assert rows[1][:5] == [str(plot.plot), str(plot.plot), "Thửa “Đỏ”, số 1", "", "12.5"]
    assert shapely.from_wkt(rows[1][-1]).equals(shapely.from_wkb(bytes(plot.geom.wkb)))
    assert rows[2][2] == "'=1+1"
    assert answer["Content-Disposition"] == 'attachment; filename="toy_plots.csv"'


def test_an_export_holds_every_row(anyone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layers.api.export.SLICE", 2)
    for n in range(5):
        factories.make_plot(f"{n}")

    text = b"".join(anyone.get(PLOTS, {"format": "csv"}).streaming_content).decode()

    assert text.count("\r\n") == 6


def test_a_whole_geojson_file_holds_every_row_and_is_what_its_pages_are(
    anyone: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("layers.api.export.SLICE", 2)
    for number in range(5):
        factories.make_plot(f"Thửa {number}")

    answer = anyone.get(PLOTS, {"whole": "true"})
    whole = json.loads(b"".join(answer.streaming_content))

    assert whole["features"] == anyone.get(PLOTS).json()["features"]
    assert "toy_plots.geojson" in answer["Content-Disposition"]


def test_too_large_an_export_says_what_to_do(anyone: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layers.api.export.MAX_EXPORT", 1)
    factories.make_plot()
    factories.make_plot()

    answer = anyone.get(PLOTS, {"format": "csv"})

    assert (answer.status_code, answer.json()["error"]) == (400, "too_many")


def test_a_geopackage_opens_in_a_gis_program(anyone: Any, tmp_path: Path) -> None:
    factories.make_plot("Thửa", area_m2=None, use="rice")
    factories.make_plot("Rừng", area_m2=7.5)
    file = tmp_path / "plots.gpkg"

    file.write_bytes(anyone.get(PLOTS, {"format": "gpkg"}).content)

    frame = pyogrio.read_dataframe(file, layer="toy_plots")
    assert list(frame["name"]) == ["Thửa", "Rừng"]
    assert frame["area_m2"].isna().tolist() == [True, False]
    assert (frame.crs.to_epsg(), frame.geometry.geom_type.unique().tolist()) == (4326, ["Polygon"])


def test_a_workbook_speaks_the_callers_language_and_runs_no_formula(anyone: Any) -> None:
    plot = factories.make_plot("=1+1", area_m2=12.5, use="rice")
    factories.make_plot("Thửa \x01 lạ", area_m2=None, use=None)

    answer = anyone.get(PLOTS, {"format": "xlsx", "lang": "vi"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active

    heads, first, second = ([cell.value for cell in row] for row in sheet.iter_rows())
    told = dict(zip(heads, first, strict=True))
    assert (heads[0], told["Mã đối tượng"], told["Sử dụng"]) == ("Mã đối tượng", plot.plot, "Lúa")
    assert (told["Kinh độ"], told["Vĩ độ"]) == pytest.approx((106.0, 11.0), abs=1)
    assert next(cell.data_type for cell in sheet[2] if cell.value == "=1+1") == "s"
    assert "Thửa  lạ" in second
    assert answer["Content-Disposition"] == 'attachment; filename="toy_plots.xlsx"'


def test_an_empty_layer_is_an_empty_list_in_every_format(anyone: Any) -> None:
    assert anyone.get(PLOTS).json() == {"type": "FeatureCollection", "next": None, "matched": 0, "features": []}
    assert len(b"".join(anyone.get(PLOTS, {"format": "csv"}).streaming_content).splitlines()) == 1
    assert anyone.get(PLOTS, {"format": "gpkg"}).status_code == 200


def test_features_of_a_dataset_are_filtered_by_its_own_attributes(anyone: Any) -> None:
    dataset = factories.make_dataset(rows=3)
    registry.changed("@toys")

    found = anyone.get(f"/api/layers/toy_set_{dataset.pk}/features", {"filter": "amount > 1", "sort": "-amount"})

    assert names(found) == ["Chậu 2", "Chậu 1"]


def test_a_listing_takes_two_queries(anyone: Any, django_assert_max_num_queries: Any) -> None:
    for _ in range(5):
        factories.make_plot()

    with django_assert_max_num_queries(2):
        anyone.get(PLOTS, {"limit": 2})
