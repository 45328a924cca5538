"""The page where two plans are compared: for land offices, their communes, in both languages."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry

from land_records.planning import register
from land_records.planning.models import PlanZone
from land_records.planning.panel import zone_panel
from land_records.planning.terms import PlanStatus
from layers.admin_units.models import AdminUnit, Boundary
from layers.core import ANYONE, Viewer
from layers.core.panel import to_json
from layers.vn2000.plane import to_degrees
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.planning.conftest import EXAMPLE, SOUTH, WEST, ZONE, MakePlan
from tests.land_records.planning.test_office import officer

PAGE = "/land/plan-difference"
LATER = {"ODT": (-40, 37), "CLN": (37, 90)}

Ask = Callable[[Viewer], Any]


@pytest.fixture
def ward(communes: dict[str, AdminUnit]) -> AdminUnit:
    """The ward of the example with a boundary of 140 m × 200 m."""
    AdminUnit.objects.filter(code=WARD).update(srid=ZONE)
    (shape,) = to_degrees([shapely.box(WEST - 40, SOUTH - 50, WEST + 100, SOUTH + 150)], ZONE)
    Boundary.objects.create(
        unit=communes[WARD],
        level="commune",
        valid_from=date(2025, 7, 1),
        is_current=True,
        geom=GEOSGeometry(memoryview(shapely.to_wkb(shapely.MultiPolygon([shape]))), srid=4326),
        label_point=GEOSGeometry(memoryview(shapely.to_wkb(shape.centroid)), srid=4326),
        computed_area_km2=0.028,
        source="imported",
    )
    return communes[WARD]


@pytest.fixture
def replaced(make_plan: MakePlan) -> None:
    """A plan and the adjustment that replaced it: the road's 12 m become urban."""
    old = make_plan("QH1", EXAMPLE)
    register.replace(old, make_plan("QH1", LATER, version=2, valid_from=date(2025, 9, 1)))


def text(answer: Any) -> str:
    """The words of the page, blanks as one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "vi",
            [
                "2.400,0 m² 8,57 % của 28.000,0 m²",
                "DGT Đất công trình giao thông ODT Đất ở tại đô thị 2.400,0 8,57",
                "Ngoài quy hoạch 2.000,0 7,14 %",
                "Cộng 15.400,0 55,00 %",
                "28.000,0 100,00 %",
                "(EPSG:9209)",
            ],
        ),
        ("en", ["2,400.0 m² 8.57 % of 28,000.0 m²", "Outside the plan 2,000.0 7.14 %", "28,000.0 100.00 %"]),
    ],
)
def test_what_changes_stands_in_figures_matrix_and_drawing(
    ward: AdminUnit, replaced: None, ask: Ask, language: str, words: list[str]
) -> None:
    answer = ask(officer(ward, language=language)).get(PAGE, {"lang": language})

    assert answer.status_code == 200
    said = text(answer)
    for one in words:
        assert one in said, said
    page = answer.content.decode()
    assert page.count('class="area"') == 1
    assert 'value="QH1:1" selected' in page.split('id="before"')[1].split("</select>")[0]
    assert 'value="QH1:2" selected' in page.split('id="after"')[1].split("</select>")[0]
    assert re.search(r"at=2021-01-01&amp;b\.at=2025-09-01&amp;lang=..#map=11/11\.\d+/10\d\.\d+", page)


def test_plans_are_chosen_and_unknown_ones_fall_back_to_what_replaced_what(
    ward: AdminUnit, replaced: None, make_plan: MakePlan, ask: Ask
) -> None:
    make_plan("PK1", {"TMD": (0, 50)}, kind="zone")
    make_plan("DT1", EXAMPLE, status=PlanStatus.DRAFT)
    one = ask(officer(ward))

    chosen = one.get(PAGE, {"before": "QH1:2", "after": "PK1:1"})
    same = one.get(PAGE, {"before": "QH1:2", "after": "QH1:2"})

    assert "TMD" in text(chosen)
    assert "DT1" not in text(chosen)
    assert (same.status_code, "Chọn hai quy hoạch khác nhau" in text(same)) == (400, True)
    for name in ("DT1:1", "QH9:1", "' or 1=1", ""):
        answer = one.get(PAGE, {"before": name, "after": "QH1:2"})
        assert "2.400,0 m² 8,57 %" in text(answer), name


def test_one_plan_alone_is_said(ward: AdminUnit, make_plan: MakePlan, ask: Ask) -> None:
    one = ask(officer(ward))

    assert "chưa có quy hoạch nào" in text(one.get(PAGE))
    make_plan("QH1", EXAMPLE)
    assert "chỉ có một quy hoạch" in text(one.get(PAGE))


def test_to_others_and_for_others_communes_the_page_is_not_there(
    ward: AdminUnit, replaced: None, communes: dict[str, AdminUnit], ask: Ask
) -> None:
    for stranger in (ANYONE, officer(), *(officer(ward, slug=slug) for slug in ("steward", "auditor", "leader"))):
        assert ask(stranger).get(PAGE).status_code == 404
    assert ask(officer(communes[COMMUNE])).get(PAGE, {"commune": WARD}).status_code == 404
    assert ask(officer(ward, communes[COMMUNE], slug="land_admin")).get(PAGE, {"commune": WARD}).status_code == 200


def test_the_panel_of_a_zone_leads_to_the_page(ward: AdminUnit, replaced: None, communes: dict[str, AdminUnit]) -> None:
    row = PlanZone.objects.filter(plan__version=2, recorded_to=None).first()
    assert row is not None

    told = str(to_json(zone_panel(row, officer(ward)), "vi"))

    assert f"{PAGE}?commune={WARD}&lang=vi&before=QH1%3A1&after=QH1%3A2" in told
    for stranger in (ANYONE, officer(communes[COMMUNE]), officer(ward, slug="steward")):
        assert PAGE not in str(to_json(zone_panel(row, stranger), "vi"))
