"""Files into the base map: known by code, placed in their commune, every fault named."""

from typing import Any

import pytest
import shapely
from shapely import LineString, Point, Polygon

from layers.admin_units.models import AdminUnit
from layers.basemap.ingest import ADDRESSES, PLACES, ROADS, WATERS, commune_of
from layers.basemap.models import Place, Road, Source, Water
from layers.core import ImportRow

pytestmark = pytest.mark.usefixtures("communes")

LINE = LineString([(106.1, 11.3), (106.11, 11.3)])
SQUARE = Polygon([(106.1, 11.3), (106.11, 11.3), (106.11, 11.31), (106.1, 11.3)])


def row(shape: shapely.Geometry | None, **values: Any) -> ImportRow:
    return ImportRow(number=4, values=values, shape=shape)


def test_a_road_is_stored_with_its_length_and_commune() -> None:
    outcome = ROADS.store([row(LINE, code="w1", name="Đường Lê Lợi", road_class="residential")])

    road = Road.objects.get(code="w1")
    assert (outcome.created, outcome.problems) == (1, [])
    assert road.length_m == pytest.approx(1_091, abs=3)
    assert road.commune is not None
    assert (road.commune.code, road.source) == ("25459", Source.IMPORTED)


def test_a_second_import_changes_nothing_and_a_new_name_updates() -> None:
    first = row(LINE, code="w1", name="Đường Lê Lợi", road_class="residential")

    ROADS.store([first])
    again = ROADS.store([first])
    renamed = ROADS.store([row(LINE, code="w1", name="Đường Lê Lai", road_class="residential")])

    assert (again.unchanged, renamed.updated, Road.objects.count()) == (1, 1, 1)
    assert Road.objects.get().name == "Đường Lê Lai"


def test_a_title_in_either_language_names_a_choice() -> None:
    WATERS.store(
        [row(SQUARE, code="a", kind="Hồ"), row(LINE, code="b", kind="canal"), row(LINE, code="c", kind="Stream")]
    )

    assert dict(Water.objects.values_list("code", "kind")) == {"a": "lake", "b": "canal", "c": "stream"}


@pytest.mark.parametrize(
    ("intake", "shape", "values", "field"),
    [
        (ROADS, LINE, {"name": "x", "road_class": "trunk"}, "code"),
        (ROADS, LINE, {"code": "1", "name": "x"}, "road_class"),
        (ROADS, LINE, {"code": "1", "name": "x", "road_class": "taxiway"}, "road_class"),
        (ROADS, SQUARE, {"code": "1", "name": "x", "road_class": "trunk"}, "geometry"),
        (ROADS, None, {"code": "1", "name": "x", "road_class": "trunk"}, "geometry"),
        (WATERS, Point(106, 11), {"code": "1", "kind": "lake"}, "geometry"),
        (PLACES, LINE, {"code": "1", "name": "x", "kind": "hamlet"}, "geometry"),
        (ADDRESSES, Point(106, 11), {"code": "1", "name": "x", "street": "y"}, "house_number"),
    ],
)
def test_a_row_that_cannot_be_used_names_its_field(intake: Any, shape: Any, values: dict[str, str], field: str) -> None:
    outcome = intake.store([row(shape, **values)])

    assert [(problem.row, problem.field, problem.warning) for problem in outcome.problems] == [(4, field, False)]
    assert intake.model.objects.count() == 0


def test_an_area_stands_for_a_place_by_its_middle(communes: dict[str, AdminUnit]) -> None:
    PLACES.store([row(SQUARE, code="m", name="Chợ Long Hoa", kind="market", commune=commune_of("25630"))])

    place = Place.objects.get()
    assert shapely.Point(place.geom.x, place.geom.y).within(SQUARE)
    assert place.commune == communes["25630"]
    assert commune_of("99999") is None
