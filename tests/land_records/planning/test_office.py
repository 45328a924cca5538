"""What the land offices ask of plans: parcels that zones touch, and how two plans differ."""

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection

from land_records.models import Parcel
from land_records.planning import register, within
from land_records.planning import touched as touched_by
from land_records.planning.models import PlanZone
from land_records.planning.panel import zone_panel
from land_records.planning.terms import PlanStatus
from land_records.planning.touched import touched
from layers.admin_units.models import AdminUnit, Boundary
from layers.core import ANYONE, Viewer
from layers.core.panel import to_json
from layers.vn2000.plane import to_degrees
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.planning.conftest import EXAMPLE, SOUTH, WEST, ZONE, MakePlan

Ask = Callable[[Viewer], Any]


def officer(*units: AdminUnit, slug: str = "land_officer", language: str = "vi") -> Viewer:
    held = frozenset(unit.pk for unit in units)
    return Viewer(user=slug, user_id=7, roles=frozenset({slug}), units=held, language=language)


@pytest.fixture
def parcels(parcel: Parcel, communes: dict[str, AdminUnit]) -> list[Parcel]:
    """The square and the ones east of it, 40 m apart, the last of another commune."""
    made = [parcel]
    for number, (west, commune) in enumerate(((110, WARD), (150, WARD), (190, COMMUNE)), start=126):
        (shape,) = to_degrees([shapely.box(WEST + west, SOUTH, WEST + west + 30, SOUTH + 30)], ZONE)
        made.append(
            Parcel.objects.create(
                commune=communes[commune],
                sheet=12,
                parcel_number=number,
                land_use="ONT",
                recorded_area_m2="900.0",
                computed_area_m2=900.0,
                valid_from=date(2016, 1, 1),
                geom=GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326),
            )
        )
    return made


def table(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200, answer.content
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body)))


def test_parcels_of_a_zone_with_their_square_metres_and_the_total(
    parcels: list[Parcel], make_plan: MakePlan, ask: Ask, communes: dict[str, AdminUnit]
) -> None:
    make_plan("QH1", {"SKC": (50, 160)})
    (zone,) = PlanZone.objects.all()

    rows = table(ask(officer(communes[WARD])).get(f"/api/planning/zones/{zone.number}/parcels.csv"))

    assert rows[0][3] == "Số thửa"
    assert [(row[0], row[3], row[8], row[9], row[10]) for row in rows[1:-1]] == [
        (WARD, "125", "SKC", "5000.0", "50.00"),
        (WARD, "126", "SKC", "900.0", "100.00"),
        (WARD, "127", "SKC", "300.0", "33.33"),
    ]
    assert (rows[-1][0], rows[-1][9]) == ("Tổng cộng: 3 dòng", "6200.0")


def blocks(zone: PlanZone, viewer: Viewer) -> dict[str, Any]:
    """Blocks of a zone's panel by kind and title."""
    told = to_json(zone_panel(zone, viewer), viewer.language)
    return {f"{one['type']} {one.get('title') or ''}".strip(): one for one in told["blocks"]}


def counted(block: dict[str, Any]) -> tuple[int, float]:
    (_, count), (_, area) = block["rows"]
    return count, area["value"]


def test_panel_of_a_zone_adds_up_the_parcels_within_as_the_file_does(
    parcels: list[Parcel], make_plan: MakePlan, ask: Ask, communes: dict[str, AdminUnit]
) -> None:
    make_plan("QH1", {"SKC": (50, 300)})
    (zone,) = PlanZone.objects.all()
    one = officer(communes[WARD], language="en")

    told = blocks(zone, one)
    rows = table(ask(one).get(f"/api/planning/zones/{zone.number}/parcels.csv"))

    assert counted(told["key_value Parcels within, in your communes"]) == (3, 6800.0)
    assert rows[-1][9] == "6800.0"
    assert [row[:3] for row in told["table Used today as"]["rows"]] == [
        ["CLN – Perennial crop land", 1, 5000.0],
        ["ONT – Rural residential land", 2, 1800.0],
    ]
    largest = told["related Parcels with most of it"]["features"]
    assert [(one["layer"], one["id"], one["title"]) for one in largest] == [
        ("parcel_cases", row.su_id, f"Parcel {row.parcel_number}, sheet 12") for row in parcels[:3]
    ]
    assert "5,000.0 m² within (50.00 %)" in largest[0]["subtitle"]


def test_parcels_within_a_zone_are_for_land_offices_and_their_communes_alone(
    parcels: list[Parcel], make_plan: MakePlan, communes: dict[str, AdminUnit]
) -> None:
    make_plan("QH1", {"SKC": (50, 300)})
    draft = make_plan("DT1", {"SKC": (50, 300)}, status=PlanStatus.DRAFT)
    (zone,) = PlanZone.objects.filter(is_draft=False)
    title = "key_value Thửa đất trong khu, địa bàn phụ trách"

    for stranger in (ANYONE, officer(), *(officer(communes[WARD], slug=slug) for slug in ("steward", "auditor"))):
        assert not [name for name in blocks(zone, stranger) if "Thửa" in name or "trong khu" in name]
    told = blocks(zone, officer(communes[COMMUNE]))
    assert counted(told[title]) == (1, 900.0)
    assert WARD not in str(told["related Thửa có phần trong khu lớn nhất"])
    of_draft = blocks(PlanZone.objects.get(plan=draft), officer(communes[WARD]))
    assert counted(of_draft[title]) == (3, 6800.0)
    assert "parcels.csv" not in str(of_draft)


def test_a_zone_too_large_to_be_added_up_in_time_still_leads_to_the_file(
    parcels: list[Parcel], make_plan: MakePlan, communes: dict[str, AdminUnit], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_plan("QH1", {"SKC": (50, 300)})
    (zone,) = PlanZone.objects.all()
    monkeypatch.setattr(within, "READ_S", 0.2)
    slow = touched_by._TOUCHED.replace("\nfrom cut\n", "\nfrom cut cross join (select pg_sleep(2)) slow\n")
    monkeypatch.setattr(touched_by, "_TOUCHED", slow)

    told = str(blocks(zone, officer(communes[WARD])))

    assert "danh sách tải được" in told
    assert f"/api/planning/zones/{zone.number}/parcels.csv" in told


def test_a_whole_plan_by_commune_and_in_english(
    parcels: list[Parcel], make_plan: MakePlan, ask: Ask, communes: dict[str, AdminUnit]
) -> None:
    make_plan("QH1", {**EXAMPLE, "SKC": (90, 300)})
    both = officer(communes[WARD], communes[COMMUNE], slug="land_admin", language="en")
    base = "/api/planning/parcels.csv"

    everything = table(ask(both).get(base, {"plan": "QH1", "version": "1", "lang": "en"}))
    one = table(ask(both).get(base, {"plan": "QH1", "commune": COMMUNE, "lang": "en"}))

    assert everything[0][0] == "Commune code"
    assert sum(float(row[9]) for row in everything[1:-1] if row[3] == "125") == 10_000.0
    assert [row[3] for row in one[1:-1]] == ["128"]


def test_only_land_offices_read_lists_and_only_of_their_communes(
    parcels: list[Parcel], make_plan: MakePlan, ask: Ask, communes: dict[str, AdminUnit]
) -> None:
    make_plan("QH1", {"SKC": (50, 300)})
    draft = make_plan("DT1", {"SKC": (50, 300)}, status=PlanStatus.DRAFT)
    (zone,) = PlanZone.objects.filter(is_draft=False)
    path = f"/api/planning/zones/{zone.number}/parcels.csv"

    for stranger in (ANYONE, officer(communes[WARD], slug="steward"), officer(communes[WARD], slug="auditor")):
        refused = ask(stranger).get(path)
        assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")
        assert ask(stranger).get("/api/planning/parcels.csv", {"plan": "QH1"}).status_code == 403
    assert [row[3] for row in table(ask(officer(communes[COMMUNE])).get(path))[1:-1]] == ["128"]
    hidden = PlanZone.objects.get(plan=draft).number
    assert ask(officer(communes[WARD])).get(f"/api/planning/zones/{hidden}/parcels.csv").status_code == 404
    assert ask(officer(communes[WARD])).get("/api/planning/parcels.csv", {"plan": "DT1"}).status_code == 400


def test_the_statement_agrees_with_the_plain_join(
    parcels: list[Parcel], make_plan: MakePlan, communes: dict[str, AdminUnit]
) -> None:
    make_plan("QH1", {"ODT": (-20, 33.3), "CLN": (33.3, 127.7), "SKC": (127.7, 400)})
    # a zone of many corners is cut into pieces
    wavy = shapely.Point(WEST + 60, SOUTH + 50).buffer(55, quad_segs=500)
    (shape,) = to_degrees([wavy], ZONE)
    row = PlanZone.objects.filter(planned_use="ODT").get()
    row.geom = GEOSGeometry(memoryview(shapely.to_wkb(shapely.MultiPolygon([shape]))), srid=4326)
    row.save()

    found = {
        (one.number, one.planned_use): one.inside_m2 for one in touched(PlanZone.objects.all(), Parcel.objects.all())
    }

    with connection.cursor() as cursor:
        cursor.execute(
            "select p.parcel_number, z.planned_use, st_area(st_intersection(st_transform(p.geom, 9209), z.geom_plane))"
            " from land_records_parcel p join land_records_planzone z on st_intersects(p.geom, z.geom)"
        )
        plain = {(number, use): area for number, use, area in cursor.fetchall() if area >= 0.1}
    assert found == pytest.approx(plain, abs=1e-4)
    assert len(found) > 5


def test_two_plans_over_a_parcel_and_over_a_commune(
    parcels: list[Parcel], make_plan: MakePlan, ask: Ask, communes: dict[str, AdminUnit]
) -> None:
    old = make_plan("QH1", EXAMPLE)
    new = make_plan("QH1", {"ODT": (-40, 37), "CLN": (37, 90)}, version=2, valid_from=date(2025, 9, 1))
    register.replace(old, new)
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
    asked = {"before": "QH1:1", "after": "QH1:2"}

    parcel = ask(ANYONE).get("/api/planning/difference", {**asked, "parcel": parcels[0].su_id}).json()
    commune = ask(officer(communes[WARD])).get("/api/planning/difference", {**asked, "commune": WARD}).json()

    assert {(one["before"], one["after"]): one["area_m2"] for one in parcel["cells"]} == {
        ("CLN", "CLN"): 5300.0,
        ("ODT", "ODT"): 2500.0,
        ("DGT", "ODT"): 1200.0,
        ("", ""): 1000.0,
    }
    assert (parcel["changed_m2"], parcel["total_m2"]) == (1200.0, 10_000.0)
    assert (commune["changed_m2"], commune["total_m2"]) == (2400.0, 28_000.0)
    assert sum(commune["before"].values()) == sum(commune["after"].values()) == pytest.approx(28_000.0)
    assert ask(ANYONE).get("/api/planning/difference", {**asked, "commune": WARD}).status_code == 403


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"before": "QH1:1", "after": "QH1:1"}, "after"),
        ({"before": "QH9:1", "after": "QH1:1"}, "before"),
        ({"before": "QH1", "after": "QH1:1"}, "before"),
        ({"before": "QH1:1", "after": "QH2:1"}, "parcel"),
        ({"before": "QH1:1", "after": "QH2:1", "parcel": "12 or 1"}, "parcel"),
        ({"before": "QH1:1", "after": "QH2:1", "parcels": "1"}, "parcels"),
    ],
)
def test_what_cannot_be_compared_is_said(make_plan: MakePlan, ask: Ask, asked: dict[str, str], field: str) -> None:
    make_plan("QH1", EXAMPLE)
    make_plan("QH2", EXAMPLE)

    answer = ask(ANYONE).get("/api/planning/difference", asked)

    assert (answer.status_code, answer.json()["field"]) == (400, field)
