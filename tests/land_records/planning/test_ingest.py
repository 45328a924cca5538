"""A planning map as a file: plans with their zones, said again, corrected, refused."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from django.core.management import CommandError, call_command

from land_records.planning.models import Plan, PlanZone
from land_records.planning.terms import PlanStatus
from layers.admin_units.models import AdminUnit
from tests.land_records.conftest import WARD
from tests.land_records.planning.conftest import EXAMPLE, ZONE, strip

PLAN = {
    "MA_QH": "QHSDD-25459",
    "TEN_QH": "Quy hoạch sử dụng đất phường Tân Ninh",
    "loai_quy_hoach": "Quy hoạch sử dụng đất",
    "MA_DVHC": WARD,
    "SO_QD": "12/QĐ-UBND",
    "ngay_qd": "31/12/2025",
    "THOI_KY": "2026-2030",
    "hieu_luc_tu": "01/01/2026",
}


def write(file: Path, **changed: Any) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {**PLAN, "MA_KHU": f"K{n}", "MAQH": use, "ma_xa": WARD, **changed},
            "geometry": json.loads(shapely.to_geojson(strip(*ends))),
        }
        for n, (use, ends) in enumerate(EXAMPLE.items())
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return file


def bring(file: Path, *options: str) -> dict[str, Any]:
    report = file.with_suffix(".report")
    try:
        call_command("import_features", "planning_zones", file, *options, report=report)
    except CommandError as fault:
        if not report.exists():
            raise AssertionError(str(fault)) from fault
    said: dict[str, Any] = json.loads(report.read_text())
    return said


@pytest.mark.django_db(transaction=True)
def test_a_map_is_taken_once_and_said_again_changes_nothing(communes: dict[str, AdminUnit], tmp_path: Path) -> None:
    AdminUnit.objects.filter(code=WARD).update(srid=ZONE)
    file = write(tmp_path / "map.geojson")

    first, again = bring(file), bring(file)

    assert (first["created"], first["rejected"]) == (3, 0), first["problems"]
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 3)
    plan = Plan.objects.get()
    assert (plan.kind, plan.status, plan.period, plan.decision_number) == (
        "land_use",
        PlanStatus.IN_FORCE,
        "2026–2030",
        "12/QĐ-UBND",
    )
    assert PlanZone.objects.filter(is_current=True).count() == 3
    areas = {one.planned_use: round(one.area_m2, 1) for one in PlanZone.objects.all()}
    assert areas == {"ODT": 13_000.0, "DGT": 2_400.0, "CLN": 10_600.0}


@pytest.mark.django_db(transaction=True)
def test_a_changed_map_makes_versions_and_an_adjustment_ends_what_it_replaces(
    communes: dict[str, AdminUnit], tmp_path: Path
) -> None:
    bring(write(tmp_path / "map.geojson"))

    changed = bring(write(tmp_path / "changed.geojson", ten_khu="Khu trung tâm"))
    adjusted = bring(write(tmp_path / "adjusted.geojson", lan=2, hieu_luc_tu="2026-06-01", SO_QD="99/QĐ-UBND"))

    assert (changed["updated"], adjusted["created"]) == (3, 3), adjusted["problems"]
    old, new = Plan.objects.known().order_by("version")
    assert (old.status, str(old.valid_to), new.replaces_version) == (PlanStatus.REPLACED, "2026-06-01", 1)
    assert PlanZone.objects.filter(plan=old, is_current=True).count() == 0
    assert PlanZone.objects.filter(plan=old, recorded_to=None, valid_to="2026-06-01").count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"SO_QD": ""}, "decision_number", "dự thảo"),
        ({"THOI_KY": "năm 2026"}, "period", "2021-2030"),
        ({"TEN_QH": ""}, "plan_name", "chưa có"),
        ({"MAQH": "XYZ"}, "MAQH", "XYZ"),
        ({"hieu_luc_den": "2025-01-01"}, "valid_to", "sau ngày có hiệu lực"),
    ],
)
def test_what_cannot_be_used_is_said_by_row_and_field(
    communes: dict[str, AdminUnit], tmp_path: Path, changed: dict[str, str], field: str, words: str
) -> None:
    said = bring(write(tmp_path / "map.geojson", **changed))

    assert said["rejected"] == 3
    assert {one["field"] for one in said["problems"] if one["row"]} == {field}
    assert words in said["problems"][0]["message"]["vi"]
    assert not PlanZone.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_codes_of_older_maps_and_drafts(communes: dict[str, AdminUnit], tmp_path: Path) -> None:
    said = bring(write(tmp_path / "map.geojson", MAQH="BHK", SO_QD="", trang_thai="Dự thảo"))

    assert said["created"] == 3, said["problems"]
    assert set(PlanZone.objects.values_list("planned_use", "is_draft", "is_current")) == {("HNK", True, False)}
