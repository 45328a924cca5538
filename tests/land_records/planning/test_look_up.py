"""A parcel under every plan in force: in its panel, as JSON, and on the public page."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import resolve

from land_records.models import Parcel
from land_records.panel import parcel_panel
from land_records.planning import register
from land_records.planning.models import PlanZone
from land_records.planning.parcel import planned
from land_records.planning.terms import PlanStatus
from layers.admin_units.models import AdminUnit
from layers.core import ANYONE, Table, Viewer, registry
from layers.core.panel import to_json
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.planning.conftest import EXAMPLE, SOUTH, WEST, MakePlan


def shares(found: Any) -> list[tuple[str, float, float]]:
    return [(one.zone.code, one.share.area_m2, one.share.percent) for one in found.overlay.zones]


def test_worked_example_through_the_database(parcel: Parcel, make_plan: MakePlan) -> None:
    make_plan("QH1", EXAMPLE)

    (found,) = planned(parcel, ANYONE).plans

    assert shares(found) == [("CLN", 5300.0, 53.0), ("ODT", 2500.0, 25.0), ("DGT", 1200.0, 12.0)]
    assert (found.overlay.outside.area_m2, found.overlay.outside.percent) == (1000.0, 10.0)
    assert found.overlay.total.area_m2 == 10_000.0


def test_the_statement_agrees_with_the_pure_rules_and_with_postgis(parcel: Parcel, make_plan: MakePlan) -> None:
    make_plan("QH1", {"ODT": (-3.3, 17.77), "DGT": (17.77, 41.303), "CLN": (41.303, 71.9)})

    (found,) = planned(parcel, ANYONE).plans

    with connection.cursor() as cursor:
        cursor.execute(
            "select planned_use, st_area(st_intersection(geom_plane, st_makeenvelope(%s, %s, %s, %s, 9209)))"
            " from land_records_planzone",
            [WEST, SOUTH, WEST + 100, SOUTH + 100],
        )
        exact = dict(cursor.fetchall())
    for code, area, _ in shares(found):
        assert area == pytest.approx(exact[code], abs=0.11)
    assert found.overlay.outside.area_m2 == pytest.approx(10_000 - sum(exact.values()), abs=0.11)


def test_every_plan_in_force_on_the_day_is_listed_by_itself(parcel: Parcel, make_plan: MakePlan) -> None:
    old = make_plan("QH1", EXAMPLE)
    new = make_plan("QH1", {"ODT": (-40, 90)}, version=2, valid_from=date(2025, 9, 1))
    register.replace(old, new)
    far = make_plan("PK1", {"TMD": (500, 600)}, kind="zone")
    make_plan("DT1", EXAMPLE, status=PlanStatus.DRAFT)
    layer: Any = registry.get("parcels")
    before = layer.query(ANYONE, at=None)

    today = planned(parcel, ANYONE).plans
    then = planned(parcel, ANYONE, at=day(2025, 8, 31)).plans

    assert before.count() == 1
    assert [one.plan for one in today] == [new, far]
    assert today[1].overlay.outside.percent == 100.0
    assert [one.plan for one in then] == [old, far]


def day(*ymd: int) -> Any:
    return datetime(*ymd, 5, tzinfo=UTC)


def test_a_neighbours_plan_that_only_touches_the_border_is_not_listed(
    parcel: Parcel, make_plan: MakePlan, communes: dict[str, AdminUnit]
) -> None:
    plan = make_plan("QH1", EXAMPLE)
    touching = make_plan("QH2", {"ODT": (99.9999, 200)}, unit=communes[COMMUNE])
    PlanZone.objects.filter(plan=touching).update(commune=communes[COMMUNE])

    assert [one.plan for one in planned(parcel, ANYONE).plans] == [plan]


@pytest.mark.parametrize(("language", "words"), [("vi", "Ngoài quy hoạch"), ("en", "Outside the plan")])
def test_panel_of_a_parcel_has_a_table_a_plan(parcel: Parcel, make_plan: MakePlan, language: str, words: str) -> None:
    make_plan("QH1", EXAMPLE)
    make_plan("PK1", {"TMD": (0, 50)}, kind="zone")
    viewer = Viewer(language=language)

    panel = parcel_panel(parcel, viewer)

    tables = [block for block in panel.blocks if isinstance(block, Table) and block.columns[1].name == "zone"]
    assert [sum(row[2] for row in table.rows) for table in tables] == [10_000.0, 10_000.0]
    assert words in str(to_json(tables, language))
    assert "QH1/QĐ-UBND" in str(to_json(tables[0].title, language))


def test_a_parcel_where_nothing_is_planned_says_so(parcel: Parcel) -> None:
    assert "Chưa có quy hoạch" in str(to_json(parcel_panel(parcel, ANYONE), "vi"))


def text(answer: Any) -> str:
    body = re.sub(r"<style>.*?</style>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", body)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (
            "/quy-hoach",
            ["CLN Đất trồng cây lâu năm (Khu 3)", "5.300,0 53,00", "Ngoài quy hoạch 1.000,0 10,00", "tham khảo"],
        ),
        ("/planning", ["CLN Perennial crop land (Khu 3)", "Outside the plan", "for reference only"]),
    ],
)
def test_anyone_looks_a_parcel_up_by_commune_sheet_and_number(
    client: Client, parcel: Parcel, make_plan: MakePlan, path: str, words: list[str]
) -> None:
    make_plan("QH1", EXAMPLE)

    answer = client.get(path, {"xa": WARD, "to": "12", "thua": "125"})

    assert answer.status_code == 200
    said = text(answer)
    for one in words:
        assert one in said, said
    assert "QH1/QĐ-UBND" in said
    assert f"sel=parcels/{parcel.su_id}" in answer.content.decode()
    assert len(answer.content) < 20_000


def test_anyone_looks_up_the_parcel_at_a_point(client: Client, parcel: Parcel, make_plan: MakePlan) -> None:
    make_plan("QH1", EXAMPLE)
    middle = parcel.geom.centroid

    answer = client.get("/quy-hoach", {"lon": f"{middle.x:.6f}", "lat": f"{middle.y:.6f}"})

    assert "Thửa 125, tờ bản đồ 12" in text(answer)
    assert client.get("/quy-hoach", {"lon": "105.0", "lat": "10.0"}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 200),
        ({"xa": WARD, "to": "12", "thua": "999"}, 404),
        ({"xa": WARD, "to": "12", "thua": "1 or 1=1"}, 400),
        ({"xa": WARD, "to": "12", "thua": ""}, 400),
        ({"lon": "nan", "lat": "11"}, 400),
        ({"lon": "2.3", "lat": "48.8"}, 400),
        ({"id": "9" * 30}, 400),
    ],
)
def test_what_is_not_a_parcel_is_said(client: Client, parcel: Parcel, asked: dict[str, str], status: int) -> None:
    answer = client.get("/quy-hoach", asked)

    assert answer.status_code == status
    assert ('role="alert"' in answer.content.decode()) == (status != 200)


def test_the_page_and_the_api_are_counted_by_caller() -> None:
    for path in ("/quy-hoach", "/planning", "/api/planning/parcels/1"):
        assert getattr(resolve(path).func, "rate_limited", False), path


def test_zones_over_one_another_are_warned_of(client: Client, parcel: Parcel, make_plan: MakePlan) -> None:
    make_plan("QH1", {"ODT": (-40, 60), "CLN": (50, 200)})

    said = text(client.get("/quy-hoach", {"xa": WARD, "to": "12", "thua": "125"}))

    assert "Các khu chồng lên nhau: ODT Khu 1, CLN Khu 2" in said
    assert "hỏi cơ quan lập quy hoạch" in said


def test_programs_read_the_same_as_of_a_day(parcel: Parcel, make_plan: MakePlan, ask: Callable[[Viewer], Any]) -> None:
    make_plan("QH1", EXAMPLE)
    base = f"/api/planning/parcels/{parcel.su_id}"

    body = ask(ANYONE).get(base).json()
    (plan,) = body["plans"]

    assert {one["land_use"]: one["area_m2"] for one in plan["zones"]} == {"CLN": 5300.0, "ODT": 2500.0, "DGT": 1200.0}
    assert (plan["outside_m2"], plan["error_m2"], plan["total_m2"]) == (1000.0, 0.0, 10_000.0)
    assert ask(ANYONE).get(base, {"at": "2020-01-01"}).json()["plans"] == []
    assert ask(ANYONE).get("/api/planning/parcels/999999").status_code == 404
    assert ask(ANYONE).get(base, {"when": "now"}).json()["error"] == "unknown_parameter"
    assert ask(ANYONE).get(base, {"at": "soon"}).json()["error"] == "bad_time"


def test_programs_read_it_as_it_was_known_on_a_day(
    parcel: Parcel, make_plan: MakePlan, ask: Callable[[Viewer], Any]
) -> None:
    Parcel.objects.update(recorded_from=datetime(2016, 1, 1, tzinfo=UTC))
    plan = make_plan("QH1", EXAMPLE, name="Tên chép sai", known_at=datetime(2021, 6, 1, tzinfo=UTC))
    plan.name = "Tên đúng"
    register.keep(plan, datetime(2022, 6, 1, tzinfo=UTC))
    base = f"/api/planning/parcels/{parcel.su_id}"

    said = {
        known: [one["name"] for one in ask(ANYONE).get(base, {"at": "2023-01-01", "known_at": known}).json()["plans"]]
        for known in ("2021-01-01", "2022-01-01", "2023-01-01")
    }

    assert said == {"2021-01-01": [], "2022-01-01": ["Tên chép sai"], "2023-01-01": ["Tên đúng"]}
    assert ask(ANYONE).get(base, {"known_at": "soon"}).json()["error"] == "bad_time"
