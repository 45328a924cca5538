"""Boundaries from files: matched by code, harmless when repeated, every row that cannot be used named."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import shapely
from django.core.management import call_command
from shapely import MultiPolygon, Polygon, box

from layers.admin_units import outline
from layers.admin_units.ingest import UNITS, choose_most_detailed, store_batch
from layers.admin_units.lookup import unit_containing
from layers.admin_units.models import AdminUnit, Boundary, Source
from layers.core import ImportRow, Outcome
from layers.core.importer import Problem
from tests.layers.admin_units.conftest import rows_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]

COMMUNES = "data/vn_admin_2025/tay_ninh_communes_2025.geojson"
PROVINCE = "data/vn_admin_2025/tay_ninh_province_2025.geojson"


def boundary(code: str) -> Boundary:
    return Boundary.objects.select_related("unit").get(unit__code=code, is_current=True)


def row(code: Any, shape: shapely.Geometry | None = None, number: int = 1, **values: Any) -> ImportRow:
    return ImportRow(number=number, values={"code": code, **values}, shape=shape)


def around(code: str, side_deg: float = 0.1) -> Polygon:
    """A square around a unit's label point."""
    point = outline.read(boundary(code).label_point)
    return box(point.x - side_deg, point.y - side_deg, point.x + side_deg, point.y + side_deg)


def only_problem(outcome: Outcome) -> Problem:
    assert len(outcome.problems) == 1, [problem.message.en for problem in outcome.problems]
    return outcome.problems[0]


def test_real_boundaries_replace_the_illustrative_ones_and_ids_stay() -> None:
    before = dict(
        Boundary.objects.filter(unit__parent__code="80", is_current=True).values_list("unit__code", "unit_id")
    )

    outcome = store_batch(rows_of(COMMUNES))

    after = Boundary.objects.filter(unit__parent__code="80", is_current=True)
    assert (outcome.created, outcome.updated, outcome.unchanged, outcome.problems) == (0, 96, 0, [])
    assert dict(after.values_list("unit__code", "unit_id")) == before
    assert set(after.values_list("source", flat=True)) == {"imported"}
    assert not after.filter(geom__isvalid=False).exists()


def test_a_second_import_changes_nothing() -> None:
    store_batch(rows_of(COMMUNES))
    versions = dict(Boundary.objects.values_list("id", "updated_at"))

    outcome = store_batch(rows_of(COMMUNES))

    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 0, 96)
    assert dict(Boundary.objects.values_list("id", "updated_at")) == versions


def test_the_official_area_stays_apart_from_the_polygons_own() -> None:
    store_batch(rows_of(COMMUNES))

    found = boundary("25459")

    assert found.unit.area_km2 == 21.35
    assert found.computed_area_km2 == pytest.approx(20.98, abs=0.05)
    assert found.computed_area_km2 != found.unit.area_km2


def test_a_province_is_joined_once_all_its_communes_are_imported() -> None:
    rows = rows_of(COMMUNES)

    store_batch(rows[:95])
    partly = boundary("80")
    store_batch(rows[95:])
    whole = boundary("80")

    assert partly.source == Source.ILLUSTRATIVE
    assert whole.source == Source.DISSOLVED
    assert whole.computed_area_km2 == pytest.approx(8521, abs=5)
    assert all(not part.interiors for part in outline.polygons_of(outline.read(whole.geom)))


def test_an_imported_province_outline_outranks_its_communes() -> None:
    store_batch(rows_of(PROVINCE))
    store_batch(rows_of(COMMUNES))

    found = boundary("80")

    assert found.source == Source.IMPORTED
    assert found.unit.area_km2 == 8536.44


def test_of_a_code_met_twice_the_geometry_with_more_vertices_wins_and_is_reported() -> None:
    coarse, fine = around("25516"), around("25516").segmentize(0.01)

    outcome = store_batch(
        list(choose_most_detailed([row("25516", coarse, 1), row("25516", fine, 2), row("25516", coarse, 3)]))
    )

    assert shapely.get_num_coordinates(outline.read(boundary("25516").geom)) == shapely.get_num_coordinates(fine)
    assert outcome.updated == 1
    assert [(problem.row, problem.warning) for problem in outcome.problems] == [(1, True), (3, True)]
    assert "25516" in outcome.problems[0].message.vi


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("99999", "99999"),
        ("", "Thiếu mã"),
        (None, "Thiếu mã"),
        ("677", "cấp huyện"),
        ("72", "72"),
        ("4", "2 chữ số"),
        ("2551A", "2551A"),
    ],
)
def test_a_code_that_names_no_unit_of_today_is_reported_and_stores_nothing(code: str | None, words: str) -> None:
    number = Boundary.objects.count()

    outcome = store_batch([row(code, box(106, 11, 106.1, 11.1), number=7)])

    problem = only_problem(outcome)
    assert (problem.row, problem.field, problem.warning) == (7, "code", False)
    assert words in problem.message.vi
    assert (outcome.rejected, Boundary.objects.count()) == (1, number)


@pytest.mark.parametrize(
    "shape", [None, Polygon(), shapely.Point(106.1, 11.5), shapely.LineString([(106, 11), (107, 12)])]
)
def test_a_row_without_a_polygon_is_reported(shape: shapely.Geometry | None) -> None:
    outcome = store_batch([row("25516", shape)])

    assert only_problem(outcome).field == "geometry"
    assert boundary("25516").source == Source.ILLUSTRATIVE


def test_swapped_longitude_and_latitude_are_refused() -> None:
    outcome = store_batch([row("25516", box(11.4, 106.0, 11.6, 106.2))])

    assert "kinh độ" in only_problem(outcome).message.vi
    assert boundary("25516").source == Source.ILLUSTRATIVE


def test_a_polygon_that_crosses_itself_is_repaired_and_reported() -> None:
    west, south, east, north = around("25516").bounds
    bow_tie = Polygon([(west, south), (east, north), (east, south), (west, north)])

    outcome = store_batch([row("25516", bow_tie)])

    assert only_problem(outcome).warning
    assert boundary("25516").geom.valid
    assert boundary("25516").source == Source.IMPORTED


def test_a_third_dimension_is_dropped() -> None:
    store_batch([row("25516", shapely.force_3d(around("25516"), 12.0))])

    assert not boundary("25516").geom.hasz


def test_another_name_is_a_warning_and_the_boundary_is_taken() -> None:
    outcome = store_batch([row("25516", around("25516"), name="Hoà Bình")])

    problem = only_problem(outcome)
    assert (problem.warning, problem.field) == (True, "name")
    assert boundary("25516").source == Source.IMPORTED


@pytest.mark.parametrize("name", ["Xã Tân Châu", "Tân Châu", "tan chau", "TÂN CHÂU", "Tan Chau Commune"])
def test_spellings_of_the_same_name_are_no_warning(name: str) -> None:
    assert store_batch([row("25516", around("25516"), name=name)]).problems == []


def test_a_table_of_the_old_list_is_refused_by_the_name_its_code_had() -> None:
    outcome = store_batch([row("24133", around("24133"), name="Phường Thành Công")])

    problem = only_problem(outcome)
    assert not problem.warning
    assert "Buôn Ma Thuột" in problem.message.vi
    assert "01/07/2025" in problem.message.vi


def test_communes_and_provinces_may_stand_in_one_file() -> None:
    outcome = store_batch(
        [
            *rows_of("data/vn_admin_2025/raw/25459_tan_ninh.geojson"),
            *rows_of("data/vn_admin_2025/raw/80_tay_ninh.geojson"),
        ]
    )

    assert outcome.updated == 2
    assert {boundary("25459").source, boundary("80").source} == {"imported"}


def test_real_provinces_keep_hoang_sa_and_truong_sa() -> None:
    outcome = store_batch(rows_of("data/vn_admin_2025/vn_provinces_2025_simplified.geojson"))

    assert (outcome.updated, outcome.problems) == (34, [])
    for code, east in (("48", 111.0), ("56", 111.5)):
        assert outline.read(boundary(code).geom).bounds[2] > east


def test_importing_what_is_stored_changes_nothing() -> None:
    stored = boundary("25516")

    outcome = store_batch([row("25516", outline.read(stored.geom), name="Xã Tân Châu")])

    assert (outcome.unchanged, boundary("25516").source) == (1, Source.ILLUSTRATIVE)


def test_a_changed_boundary_keeps_its_label_while_that_lies_inside() -> None:
    before = boundary("25516").label_point

    store_batch([row("25516", around("25516"))])
    kept = boundary("25516").label_point
    west, south, _, _ = around("25516").bounds
    aside = MultiPolygon([box(west - 0.2, south, west, south + 0.05)])
    store_batch([row("25516", aside)])
    moved = outline.read(boundary("25516").label_point)

    assert kept.equals(before)
    assert shapely.contains(aside, moved)


def test_rows_without_a_code_pass_the_choice_of_doubles() -> None:
    nameless = row(None, number=5)

    assert list(choose_most_detailed([nameless, replace(nameless, number=6)])) == [
        nameless,
        replace(nameless, number=6),
    ]


def test_the_importer_knows_the_headings_of_the_published_files() -> None:
    headings = {alias for column in UNITS.columns for alias in (column.name, *column.aliases)}

    assert {"code", "id", "name", "fullName", "areaKm2"} <= headings
    assert UNITS.natural_key == ("code",)
    assert AdminUnit.objects.filter(code="80", is_current=True).count() == 1


def test_an_imported_boundary_outranks_a_neighbours_illustrative_one() -> None:
    inside = outline.read(boundary("25516").label_point)
    neighbour = Boundary.objects.filter(unit__parent__code="80", unit__code__gt="25516", is_current=True).first()
    assert neighbour is not None
    neighbour.put(MultiPolygon([around("25516")]), Source.IMPORTED)

    found = unit_containing(inside.x, inside.y, date(2026, 11, 22))

    assert found == neighbour.unit


def test_loading_again_keeps_what_files_brought() -> None:
    store_batch([row("25516", around("25516"))])
    before = Boundary.objects.count()

    call_command("load_units")
    call_command("load_units", if_empty=True)

    assert Boundary.objects.count() == before
    assert boundary("25516").source == Source.IMPORTED
