"""Tables of schools: known by code, placed by point or on their commune, every fault named."""

from typing import Any

import pytest
import shapely
from shapely import LineString, Point

from layers.admin_units.models import AdminUnit
from layers.core import ImportRow
from layers.education.ingest import commune_of, store_batch
from layers.education.models import School

HERE = Point(106.1, 11.3)


def row(shape: shapely.Geometry | None = HERE, **values: Any) -> ImportRow:
    named = {"code": "S1", "name": "Trường Tiểu học Kim Đồng", "level": "Tiểu học"} | values
    return ImportRow(number=9, values=named, shape=shape)


def test_a_school_is_placed_in_the_commune_its_point_lies_in(communes: dict[str, AdminUnit]) -> None:
    outcome = store_batch([row(pupils=420, classes=14)])

    school = School.objects.get()
    assert (outcome.created, outcome.problems) == (1, [])
    assert (school.commune, school.pupils, school.source) == (communes["25459"], 420, "imported")


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("Mầm non", "kindergarten"),
        ("THCS", "lower_secondary"),
        ("trung học phổ thông", "upper_secondary"),
        ("primary", "primary"),
        ("Liên cấp", "combined"),
    ],
)
def test_levels_are_understood_as_tables_write_them(communes: dict[str, AdminUnit], words: str, level: str) -> None:
    store_batch([row(level=words)])

    assert School.objects.get().level == level


def test_a_second_import_changes_nothing(communes: dict[str, AdminUnit]) -> None:
    store_batch([row(pupils=420)])
    version = School.objects.get().version

    again = store_batch([row(pupils=420)])

    assert (again.unchanged, again.updated, School.objects.get().version) == (1, 0, version)


def test_new_numbers_update_and_an_absent_column_leaves_what_was(communes: dict[str, AdminUnit]) -> None:
    store_batch([row(pupils=420, phone="0276 382 1234")])

    outcome = store_batch([row(None, pupils=431)])

    school = School.objects.get()
    assert (outcome.updated, school.pupils, school.phone) == (1, 431, "0276 382 1234")
    assert (school.geom.x, school.geom.y) == (106.1, 11.3)


def test_a_school_without_a_point_stands_on_its_commune_and_says_so(communes: dict[str, AdminUnit]) -> None:
    store_batch([row(None, commune=commune_of("25459"))])

    school = School.objects.get()
    assert school.place_precision == "commune"
    assert 106.0 < school.geom.x < 106.2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (row(code=None), "code"),
        (row(name=""), "name"),
        (row(level="Cao đẳng"), "level"),
        (row(ownership="?"), "ownership"),
        (row(None), "geometry"),
        (row(Point(2.35, 48.85)), "commune"),
        (row(LineString([(106, 11), (106, 12)])), "geometry"),
    ],
)
def test_a_row_that_cannot_be_used_names_its_field(
    communes: dict[str, AdminUnit], given: ImportRow, field: str
) -> None:
    outcome = store_batch([given])

    assert [(problem.row, problem.field, problem.warning) for problem in outcome.problems] == [(9, field, False)]
    assert not School.objects.exists()
