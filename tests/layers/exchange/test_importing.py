"""What becomes of rows: repeated, changed, doubled, wrong; into datasets and into layers of their own."""

import json
from typing import Any

import pytest
from django.db import connection

from layers.core import ANYONE, Public, Text, registry
from layers.core.errors import BadRequest, Busy, Conflict, UnknownLayer
from layers.core.viewer import Viewer
from layers.datasets.models import Dataset
from layers.exchange.importing import BATCH
from tests.layers.exchange.conftest import STEWARD, Bring, layer_of, messages
from tests.layers.exchange.test_formats import collection, feature, point
from tests.toys import factories

ROWS = "Mã,Tên,Số giường,lon,lat\n" + "".join(f"C{n},Trạm {n},{n},106.{n},11.3\n" for n in range(1, 6))


def test_a_new_name_makes_a_layer_for_the_stewards_titled_by_its_file(bring: Bring) -> None:
    report = bring("trạm y tế.csv", ROWS, layer="tram_y_te")

    layer = layer_of(report)
    assert (report.layer, layer.title.vi) == (f"d-{Dataset.objects.get().pk}", "trạm y tế")
    assert layer.visible_to(STEWARD)
    assert not layer.visible_to(ANYONE)
    assert layer.source == Text(vi="Tệp trạm y tế.csv", en="File trạm y tế.csv")


def test_title_and_access_are_as_told_and_stay_when_nothing_is_said(bring: Bring) -> None:
    told = bring("a.csv", ROWS, title=Text(vi="Trạm y tế", en="Clinics"), access=Public())
    bring("b.csv", ROWS)

    layer = layer_of(told)
    assert (layer.title.en, layer.visible_to(ANYONE)) == ("Clinics", True)


def test_a_second_import_changes_nothing_and_says_so(bring: Bring) -> None:
    first, second = bring("a.csv", ROWS), bring("a.csv", ROWS)

    assert (first.created, second.created, second.updated, second.unchanged) == (5, 0, 0, 5)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from map_change where layer = %s and old_scopes is not null", [first.layer])
        assert cursor.fetchone() == (0,)


def test_a_changed_row_is_updated_and_a_further_column_added(bring: Bring, values: Any) -> None:
    bring("a.csv", ROWS)
    more = "Mã,Tên,Số giường,Điện thoại,lon,lat\nC1,Trạm 1,99,0905111222,106.1,11.3\nC9,Trạm 9,9,,106.9,11.3\n"

    report = bring("b.csv", more)

    assert (report.created, report.updated, report.unchanged) == (1, 1, 0)
    rows = {row["ma"]: row for row in values(report)}
    assert (rows["C1"]["so_giuong"], rows["C1"]["dien_thoai"], rows["C2"]["dien_thoai"]) == (99, "0905111222", None)


def test_the_identity_may_be_named_and_must_hold(bring: Bring) -> None:
    named = bring("a.csv", ROWS, key="Tên")
    doubled = ROWS.replace("Trạm 2", "Trạm 1")

    refused = bring("b.csv", doubled, layer="khac", key="Tên")

    assert layer_of(named).importer.natural_key == ("ten",)  # type: ignore[union-attr]
    assert "value met twice" in messages(refused)[0]


def test_a_key_met_twice_keeps_the_first_row_and_names_both(bring: Bring, values: Any) -> None:
    bring("a.csv", ROWS)

    report = bring("b.csv", ROWS + "C1,Trạm khác,7,106.1,11.3\n")

    assert (report.unchanged, report.rejected, report.updated) == (5, 1, 0)
    assert [(one.problem.row, one.problem.message.en) for one in report.problems] == [
        (6, "The same as row 1; the first is kept.")
    ]
    assert values(report)[0]["ten"] == "Trạm 1"


def test_a_file_without_identity_is_told_apart_by_content(bring: Bring) -> None:
    text = "n,lon,lat\n1,106,11\n1,106.5,11\n1,106,11\n"

    first, second = bring("a.csv", text), bring("a.csv", text)

    assert (first.created, first.rejected) == (2, 1)
    assert (second.unchanged, second.created) == (2, 0)


def test_a_value_of_a_wrong_type_names_row_column_and_value(bring: Bring) -> None:
    bring("a.csv", ROWS)

    report = bring("b.csv", "Mã,Số giường,lon,lat\nC1,nhiều,106.1,11.3\nC2,2,106.2,11.3\n")

    (problem,) = report.problems
    assert (problem.file, problem.problem.row, problem.problem.field) == ("b.csv", 1, "Số giường")
    assert problem.problem.message.vi == "“Số giường”: “nhiều” không phải số nguyên."
    assert report.unchanged == 1


def test_columns_may_be_mapped_and_a_wrong_mapping_is_refused(bring: Bring, values: Any) -> None:
    report = bring("a.csv", ROWS, mapping={"số giường": "beds"})

    assert values(report)[0]["beds"] == 1
    wrong = bring("a.csv", ROWS, mapping={"Giường": "beds"})
    assert messages(wrong) == ["--map: the file has no column “Giường”."]


def test_a_dry_run_stores_nothing_and_counts_the_same(bring: Bring) -> None:
    dry = bring("a.csv", ROWS, dry_run=True)
    nothing = Dataset.objects.count()
    bring("a.csv", ROWS)
    again = bring("a.csv", ROWS.replace("Trạm 1", "Trạm A"), dry_run=True)

    assert (dry.created, dry.layer, nothing) == (5, "", 0)
    assert (again.updated, again.unchanged) == (1, 4)
    assert next(iter(layer_of(again).query(STEWARD).all(1))).attributes["ten"] == "Trạm 1"


def test_more_columns_than_a_dataset_holds_keep_the_fullest(bring: Bring) -> None:
    names = [f"cột {n}" for n in range(80)]
    rows = [f"A{row},106,11," + ",".join("x" if n % 2 or row == 0 else "" for n in range(80)) for row in range(3)]

    report = bring("rộng.csv", "mã,lon,lat," + ",".join(names) + "\n" + "\n".join(rows))

    kept = [a.name for a in layer_of(report).attributes]
    assert len(kept) == 60
    assert {f"cot_{n}" for n in range(1, 80, 2)} <= set(kept)
    assert "81 columns; the 60 with most values are kept" in messages(report, warnings=True)[0]


def test_many_features_in_batches_are_all_there(bring: Bring) -> None:
    number = 2 * BATCH + 3
    made = [feature(point(106 + n / 100_000), code=f"c{n}") for n in range(number)]

    report = bring("many.geojson", collection(*made))

    assert report.created == layer_of(report).query(STEWARD).count() == number


def test_words_a_filter_understands_are_no_attribute_names(bring: Bring, values: Any) -> None:
    report = bring("a.csv", "code,and,geom x,2020,lon,lat\nA,1,2,3,106,11\n")

    assert values(report) == [{"code": "A", "and_value": 1, "geom_x": 2, "c_2020": 3}]


def test_a_report_lists_a_bounded_number_of_problems_and_counts_all(bring: Bring) -> None:
    good = [feature(point(), code=f"g{n}") for n in range(2_000)]
    bad = [feature(point(500), code=f"b{n}") for n in range(1_500)]

    report = bring("bad.geojson", collection(*good, *bad))

    assert (report.created, report.rejected, report.problem_count) == (2_000, 1_500, 1_500)
    assert len(report.problems) == 1_000


def test_a_file_with_no_usable_row_makes_no_dataset(bring: Bring) -> None:
    report = bring("none.geojson", collection(feature(None, code="a"), feature(None, code="b")))

    assert (report.failed, report.rejected, report.layer) == (True, 2, "")
    assert not Dataset.objects.exists()


@pytest.mark.parametrize("name", ["packs", "Tên", "a b", "-a", "x" * 64])
def test_a_name_that_is_no_slug_is_refused(bring: Bring, name: str) -> None:
    with pytest.raises(BadRequest):
        bring("a.csv", ROWS, layer=name)


def test_a_layer_that_takes_no_file_and_an_unknown_dataset_are_refused(bring: Bring) -> None:
    with pytest.raises(BadRequest):
        bring("a.csv", ROWS, layer="toy_visits")
    with pytest.raises(UnknownLayer):
        bring("a.csv", ROWS, layer="d-999999")


def test_a_viewer_reaches_only_what_exists_for_them(bring: Bring) -> None:
    bring("a.csv", ROWS)
    other = Viewer(user="tourism_editor", roles=frozenset({"tourism_editor"}))

    with pytest.raises(Conflict):
        bring("a.csv", ROWS, viewer=other)
    with pytest.raises(UnknownLayer):
        bring("a.csv", ROWS, layer="toy_visits", viewer=other)


def test_a_layers_own_importer_gets_typed_values_and_a_repeat_is_unchanged(bring: Bring) -> None:
    factories.make_unit()
    area = {"type": "Polygon", "coordinates": [[[106, 11], [106.1, 11], [106.1, 11.1], [106, 11]]]}
    made = [
        feature(area, plot=n, name=f"Thửa {n}", use="home", area_m2=120.5, valid_from="2026-01-01", extra=1)
        for n in (1, 2)
    ]

    first = bring("plots.geojson", collection(*made), layer="toy_plots")
    second = bring("plots.geojson", collection(*made), layer="toy_plots")

    assert (first.created, second.unchanged) == (2, 2), messages(first)
    assert "Column “extra” is not of this layer" in messages(first, warnings=True)[0]


def test_a_missing_required_column_is_refused_with_how_to_map_it(bring: Bring) -> None:
    report = bring("plots.geojson", collection(feature(point(), number=1)), layer="toy_plots")

    assert "write --map" in messages(report)[0]


def test_one_import_at_a_time(bring: Bring) -> None:
    report = bring("a.csv", ROWS)
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")

    second = connection.copy()
    try:
        with second.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(hashtext(%s))", [f"import:{report.layer}"])
        with pytest.raises(Busy):
            bring("a.csv", ROWS, layer=report.layer)
    finally:
        second.close()


def test_the_report_as_json_has_the_agreed_fields(bring: Bring) -> None:
    body = json.loads(json.dumps(bring("a.csv", ROWS + "C7,x,9,206,11\n").json()))

    assert {k: body[k] for k in ("file", "created", "updated", "unchanged", "rejected")} == {
        "file": "a.csv",
        "created": 5,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
    }
    (problem,) = body["problems"]
    assert (problem["file"], problem["row"], sorted(problem["message"])) == ("a.csv", 6, ["en", "vi"])
    assert registry.get(body["layer"]).id == body["layer"]
