"""The demo's parcels are stored once, replaced where another number is asked for, never mixed with imported ones."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import Sum

import fixtures
from land_records.models import (
    Certificate,
    CertifiedParcel,
    MapSheet,
    Parcel,
    ParcelUse,
    Party,
    Restriction,
    Right,
    Source,
    Survey,
)
from land_records.seed import seed
from layers.admin_units.models import AdminUnit
from tests.land_records.conftest import COMMUNE, WARD

Small = Callable[[dict[str, int]], fixtures.Province]


@pytest.fixture
def said() -> list[str]:
    return []


def test_a_second_seed_changes_nothing(communes: dict[str, AdminUnit], small: Small, said: list[str]) -> None:
    seed(small({WARD: 0}), said.append)
    before = set(Parcel.objects.values_list("pk", flat=True))

    seed(small({WARD: 0}), said.append)

    assert before
    assert set(Parcel.objects.values_list("pk", flat=True)) == before
    assert said[-1] == "0 parcels new"


def test_another_number_replaces_only_the_communes_it_concerns(
    communes: dict[str, AdminUnit], small: Small, said: list[str]
) -> None:
    seed(small({WARD: 0, COMMUNE: 0}), said.append)
    kept = set(Parcel.objects.filter(commune__code=COMMUNE).values_list("pk", flat=True))

    seed(small({WARD: 9_000, COMMUNE: 0}), said.append)

    assert set(Parcel.objects.filter(commune__code=COMMUNE).values_list("pk", flat=True)) == kept
    assert Parcel.objects.filter(commune__code=WARD).count() == pytest.approx(9_000, rel=0.15)


def test_imported_parcels_stay_and_their_commune_gets_none_of_the_demo(
    communes: dict[str, AdminUnit], small: Small, said: list[str]
) -> None:
    seed(small({WARD: 0}), said.append)
    Parcel.objects.filter(commune__code=WARD).update(source=Source.IMPORTED.value)
    before = Parcel.objects.count()

    seed(small({WARD: 9_000}), said.append)

    assert Parcel.objects.count() == before


def test_what_is_stored_covers_the_commune(communes: dict[str, AdminUnit], small: Small, said: list[str]) -> None:
    seed(small({COMMUNE: 0}), said.append)

    with connection.cursor() as cursor:
        cursor.execute(
            "select st_area(st_union(geom)), sum(st_area(geom)), bool_and(st_srid(geom_3857) = 3857)"
            " from land_records_parcel"
        )
        joined, added, mercator = cursor.fetchone()
    shape = fixtures.province().boundaries[COMMUNE]
    assert joined == pytest.approx(added, rel=1e-9)
    assert joined == pytest.approx(shape.area, rel=1e-5)
    assert mercator
    total = Parcel.objects.aggregate(Sum("computed_area_m2"))["computed_area_m2__sum"]
    assert total == pytest.approx(shape.area * 111_320**2 * 0.98, rel=0.03)


def test_parcels_have_both_identities_their_uses_and_surveyed_vertices(
    communes: dict[str, AdminUnit], small: Small, said: list[str]
) -> None:
    seed(small({COMMUNE: 0}), said.append)
    seed(small({COMMUNE: 2_000}), said.append)

    count = Parcel.objects.count()
    assert ParcelUse.objects.count() == Survey.objects.count() == count > 1_500
    assert (
        Parcel.objects.filter(identifier__regex="^[0-9b-hjkmnp-z]{12}$").values("identifier").distinct().count()
        == count
    )
    assert set(MapSheet.objects.values_list("number", flat=True)) == set(Parcel.objects.values_list("sheet", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "select bool_and(st_srid(vertices) = 0), max(abs(st_area(vertices) - computed_area_m2)),"
            " bool_and(is_current)"
            " from land_records_survey s join land_records_parcel p on p.id = s.parcel_id"
        )
        assert cursor.fetchone() == (True, pytest.approx(0, abs=5), True)


def test_every_demo_parcel_is_held_by_somebody_invented_and_a_second_seed_leaves_nothing_behind(
    communes: dict[str, AdminUnit], small: Small, said: list[str]
) -> None:
    seed(small({COMMUNE: 0}), said.append)
    seed(small({COMMUNE: 2_000}), said.append)

    held = set(Right.objects.values_list("su_id", flat=True))
    assert held == set(Parcel.objects.values_list("su_id", flat=True))
    assert not Party.objects.filter(is_demo=False).exists()
    assert not Party.objects.exclude(name__endswith="(demo)").exists()
    assert not Party.objects.filter(rights__isnull=True).exists()
    certified = Parcel.objects.filter(status="certified").count()
    assert Certificate.objects.count() == CertifiedParcel.objects.count() == certified > 1_000
    assert Restriction.objects.count() == sum(len(one) for one in Parcel.objects.values_list("restrictions", flat=True))
    assert Restriction.objects.exists()
