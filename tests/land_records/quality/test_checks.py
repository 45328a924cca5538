"""Each kind of problem is found, kept with its owner while it is there, and gone once a transaction has mended it."""

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
import shapely
from django.conf import LazySettings
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import GEOSGeometry
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from shapely import Polygon

from land_records.models import Certificate, CertifiedParcel, MapSheet, Parcel, ParcelUse
from land_records.quality.models import ParcelChange, ParcelProblem
from land_records.quality.recompute import check_changed, check_commune
from land_records.transactions import Filing, Use, correct, merge
from layers.admin_units.models import AdminUnit, Boundary, Source
from layers.core import ANYONE
from layers.vn2000.plane import to_degrees
from layers.vn2000.reading import Reading
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.transactions.conftest import BEGAN, ZONE, Draw, draw_all, square

WEST, SOUTH = 571_900.0, 1_278_036.0
FILING = Filing(by=ANYONE, reason="Sửa lỗi")


def box(west: float, south: float, east: float, north: float) -> Polygon:
    return shapely.box(WEST + west, SOUTH + south, WEST + east, SOUTH + north)


def standing() -> list[tuple[str, str, float]]:
    """Kind, parcels and size of the problems that stand."""
    rows = ParcelProblem.objects.filter(is_current=True).order_by("kind", "numbers")
    return [(row.kind, row.numbers, round(row.area_m2, 2)) for row in rows]


def kinds_of(problem: ParcelProblem) -> list[str]:
    return list(problem.entries.order_by("pk").values_list("kind", flat=True))


def test_sound_parcels_have_no_problem_and_the_queue_empties(draw: Draw) -> None:
    draw(1, box(0, 0, 100, 100))
    draw(2, box(100, 0, 200, 100), uses=[("ONT", "4000.0"), ("CLN", "6000.0")])

    looked = check_changed()

    assert (looked.parcels, looked.found) == (2, 0)
    assert not ParcelChange.objects.exists()
    assert check_changed().parcels == 0


def test_an_overlap_is_found_with_its_ground_and_gone_when_the_border_is_moved(draw: Draw) -> None:
    one, other = draw(1, box(0, 0, 100, 100)), draw(2, box(98, 0, 200, 100))
    check_changed()

    assert standing() == [("overlap", "12/1, 12/2", 200.0)]
    problem = ParcelProblem.objects.get()
    assert (problem.parcels, problem.sheet, problem.state) == ([one.su_id, other.su_id], 12, "open")
    assert problem.geom.valid
    assert problem.geom.num_geom == 1

    # a border that lies in both: each keeps its own ground
    Parcel.objects.filter(pk=other.pk).update(geom=_degrees(box(100, 0, 200, 100)), computed_area_m2=10_000)
    check_changed()

    problem.refresh_from_db()
    assert standing() == [("area_difference", "12/2", 200.0)]
    assert (problem.state, problem.is_current, kinds_of(problem)) == ("gone", False, ["found", "gone"])


def test_a_gap_is_found_between_its_parcels_and_gone_when_a_boundary_closes_it(draw: Draw) -> None:
    ring = [box(0, 0, 100, 40), box(0, 60, 100, 100), box(0, 40, 48, 60), box(52, 40, 100, 60)]
    rows = [draw(number, shape) for number, shape in enumerate(ring, start=1)]
    check_changed()

    assert standing() == [("gap", "12/1, 12/2, 12/3, 12/4", 80.0)]

    geom = _degrees(box(0, 40, 52, 60))
    Parcel.objects.filter(pk=rows[2].pk).update(geom=geom, computed_area_m2=1040, recorded_area_m2=1040)
    ParcelUse.objects.filter(parcel=rows[2]).update(area_m2=1040)
    check_changed()
    assert standing() == []


def test_two_gaps_between_the_same_parcels_are_one_problem_and_one_closed_leaves_the_other(draw: Draw) -> None:
    left = box(0, 0, 50, 100) - box(48, 10, 50, 20) - box(48, 80, 50, 90)
    one, _ = draw(1, left), draw(2, box(50, 0, 100, 100))
    check_changed()
    assert standing() == [("gap", "12/1, 12/2", 40.0)]

    draw(3, box(48, 10, 50, 20))
    check_changed()

    assert standing() == [("gap", "12/1, 12/2", 20.0)]
    assert ParcelProblem.objects.get(kind="gap").geom.num_geom == 1
    assert one.su_id in ParcelProblem.objects.get(kind="gap").parcels


def test_ground_left_out_a_road_and_rounding_are_no_gaps(draw: Draw) -> None:
    around = box(0, 0, 100, 100) - box(20, 20, 40, 40)
    draw(1, around)
    draw(2, box(103, 0, 200, 100))
    draw(3, box(200.0005, 0, 300, 100))
    check_changed()
    assert standing() == []


def test_what_is_a_gap_and_a_sliver_is_set_by_the_deployment(draw: Draw, settings: LazySettings) -> None:
    draw(1, box(0, 0, 0.15, 50))
    draw(2, box(0.15, 0, 50, 50) - box(20, 20, 28, 28))
    settings.GEO_IOC_LAND_SLIVER_WIDTH, settings.GEO_IOC_LAND_GAP_AREA = 0.1, 50.0
    check_changed()
    assert standing() == []

    settings.GEO_IOC_LAND_SLIVER_WIDTH, settings.GEO_IOC_LAND_GAP_WIDTH = 0.2, 5.0
    check_commune(Parcel.objects.all()[0].commune_id)
    assert standing() == [("gap", "12/2", 64.0), ("sliver", "12/1", 7.5)]


def test_a_sliver_is_gone_when_it_is_merged(draw: Draw) -> None:
    narrow, beside = draw(1, box(0, 0, 0.15, 50)), draw(2, box(0.15, 0, 50, 50))
    check_changed()
    assert standing() == [("sliver", "12/1", 7.5)]

    merge([narrow.su_id, beside.su_id], FILING)
    check_changed()
    assert standing() == []


def test_uses_that_do_not_sum_and_areas_that_differ_are_gone_when_corrected(draw: Draw) -> None:
    row = draw(1, box(0, 0, 100, 100), uses=[("ONT", "400.0"), ("CLN", "9600.0")])
    ParcelUse.objects.filter(parcel=row, code="ONT").update(area_m2=Decimal(390))
    check_changed()
    assert standing() == [("uses_do_not_sum", "12/1", 10.0)]

    correct(row.su_id, FILING, recorded_area_m2=Decimal(9000), uses=[Use(code="CLN")])
    check_changed()
    assert standing() == [("area_difference", "12/1", 1000.0)]
    assert ParcelProblem.objects.get(kind="area_difference").share_percent == pytest.approx(-10.0, abs=0.01)

    correct(row.su_id, FILING, recorded_area_m2=Decimal("9999.5"), uses=[Use(code="CLN")])
    check_changed()
    assert standing() == []


def test_a_parcel_outside_its_commune(draw: Draw, communes: dict[str, AdminUnit]) -> None:
    ring = np.array(box(0, 0, 150, 150).exterior.coords)
    around = shapely.Polygon(Reading(zone=ZONE).lonlat(ring))
    Boundary(unit=communes[COMMUNE], level="commune", valid_from=date(2025, 7, 1), is_current=True).put(
        shapely.MultiPolygon([around]), Source.ILLUSTRATIVE
    )
    draw(1, box(0, 0, 100, 100))
    draw(2, box(160, 0, 200, 50))
    check_changed()
    assert standing() == [("outside_commune", "12/2", 2000.0)]


def test_two_certificates_that_print_one_number(draw: Draw) -> None:
    rows = [draw(1, box(0, 0, 100, 100)), draw(2, box(100, 0, 200, 100)), draw(3, box(200, 0, 300, 100))]
    for number, row in enumerate(rows, start=1):
        Certificate.objects.create(certificate_id=number, serial=f"AA {number:08d}", valid_from=BEGAN)
        CertifiedParcel.objects.create(
            certificate_id=number,
            su_id=row.su_id,
            printed_sheet="12",
            printed_number="7" if number < 3 else "3",
            valid_from=BEGAN,
        )
    check_changed()
    assert standing() == [("duplicate_number", "12/1, 12/2", 20_000.0)]

    CertifiedParcel.objects.filter(certificate_id=2).update(printed_number="2")
    check_changed()
    assert standing() == []


def test_the_database_refuses_a_number_twice_on_a_sheet(draw: Draw) -> None:
    draw(1, box(0, 0, 100, 100))
    with pytest.raises(IntegrityError), transaction.atomic():
        draw(1, box(100, 0, 200, 100))


def test_owner_and_state_outlast_looking_again_and_what_returns_is_open(draw: Draw) -> None:
    user = get_user_model().objects.create(username="an")
    one, other = draw(1, box(0, 0, 100, 100)), draw(2, box(98, 0, 200, 100))
    check_changed()
    ParcelProblem.objects.update(state="accepted", owner=user)

    check_commune(one.commune_id)
    Parcel.objects.filter(pk=other.pk).update(geom=_degrees(box(97, 0, 200, 100)))
    check_changed()

    problem = ParcelProblem.objects.get(kind="overlap")
    assert (problem.state, problem.owner, round(problem.area_m2)) == ("accepted", user, 300)

    Parcel.objects.filter(pk=other.pk).update(geom=_degrees(box(100, 0, 200, 100)))
    check_changed()
    Parcel.objects.filter(pk=other.pk).update(geom=_degrees(box(98, 0, 200, 100)))
    check_changed()

    problem.refresh_from_db()
    assert (problem.state, problem.owner, problem.gone_at) == ("open", user, None)
    assert kinds_of(problem) == ["found", "gone", "returned"]


def test_an_overlap_across_communes_is_one_problem_of_the_first(draw: Draw, communes: dict[str, AdminUnit]) -> None:
    draw(1, box(0, 0, 100, 100))
    there = MapSheet.objects.create(commune=communes[WARD], number=3, map_commune_code=WARD, map_number=3, srid=ZONE)
    draw_all(there, [(9, box(99, 0, 200, 100))])
    check_commune(communes[WARD].pk)
    assert standing() == [("overlap", "12/1, 3/9", 100.0)]
    assert ParcelProblem.objects.get().commune == communes[COMMUNE]

    check_commune(communes[COMMUNE].pk)
    assert standing() == [("overlap", "12/1, 3/9", 100.0)]


def test_many_changed_at_once_queue_their_commune(draw: Draw, sheet: MapSheet) -> None:
    shapes = [square(WEST + 10 * (one % 40), SOUTH + 10 * (one // 40), 10) for one in range(1_050)]
    rows = draw_all(sheet, list(enumerate(shapes, start=1)))
    ParcelChange.objects.all().delete()

    Parcel.objects.filter(sheet=sheet.number).update(recorded_area_m2=90)

    assert [(one.su_id, one.commune_id) for one in ParcelChange.objects.all()] == [(None, sheet.commune_id)]
    looked = check_changed()
    assert (looked.parcels, looked.found) == (len(rows), 2 * len(rows))


@pytest.mark.parametrize("su_id", [7, None])
def test_changes_of_a_commune_that_is_gone_hold_nobody_up(draw: Draw, su_id: int | None) -> None:
    draw(1, box(0, 0, 100, 100))
    draw(2, box(98, 0, 200, 100))
    ParcelChange.objects.create(su_id=su_id, commune_id=0, geom=None)

    check_changed()

    assert standing() == [("overlap", "12/1, 12/2", 200.0)]
    assert not ParcelChange.objects.exists()


def test_the_command_tells_each_commune_and_refuses_one_there_is_not(draw: Draw, capsys: Any) -> None:
    draw(1, box(0, 0, 100, 100))
    draw(2, box(98, 0, 200, 100))
    call_command("check_parcels")
    assert "new 1" in capsys.readouterr().out
    call_command("check_parcels", changed=True)
    assert not ParcelChange.objects.exists()
    with pytest.raises(CommandError, match="00000"):
        call_command("check_parcels", commune=["00000"])


def _degrees(shape: Polygon) -> Any:
    return GEOSGeometry(shapely.to_wkb(to_degrees([shape], ZONE)[0], hex=True), srid=4326)
