"""The benchmarks of the register, small: they find what they ask for, and leave nothing behind."""

from django.db import transaction

from land_records.models import Certificate, MapSheet, Parcel, Party, Survey
from layers.admin_units.models import AdminUnit
from tests.benchmarks import land_import, land_register, land_search
from tests.land_records.conftest import COMMUNE, WARD
from tests.land_records.test_find import old_unit
from tests.land_records.test_import import TAN_CHAU, tan_chau  # noqa: F401  # fixture
from tests.land_records.test_layer import make_parcel


def of_old_communes(communes: dict[str, AdminUnit]) -> None:
    """Two old communes went into the ward, one into the other commune."""
    old_unit("25400", "Hiệp Ninh", communes[WARD])
    old_unit("25401", "Ninh Sơn", communes[WARD])
    old_unit("25402", "Suối Dây", communes[COMMUNE])


def test_a_register_is_made_with_renumbered_sheets_and_certificates(communes: dict[str, AdminUnit]) -> None:
    of_old_communes(communes)

    made = land_register.fill(600)

    assert made == Parcel.objects.current().count() == 750
    sheets = MapSheet.objects.order_by("map_commune_code").values_list("map_commune_code", "number", "map_number")
    assert list(sheets) == [("25400", 1001, 1001), ("25401", 2001, 1001), ("25402", 1001, 1001)]
    assert Certificate.objects.current().count() == 600
    assert Parcel.objects.exclude(address="").count() == 75
    assert Parcel.objects.values("identifier").distinct().count() == made


def test_the_search_finds_what_it_asks_for_and_leaves_nothing(communes: dict[str, AdminUnit]) -> None:
    of_old_communes(communes)

    found = land_search.measure("", "", parcels=600)

    assert found["parcels"] == 750
    assert {f"{kind}_to_bare" for kind in (*land_search.WORDS, "certificate")} <= found.keys()
    assert found["p95_ms"] == found[f"{found['slowest']}_processor_ms"] > 0
    assert found["identifier_p95_ms"] > found["identifier_bare_p95_ms"] > 0
    assert not any(table.objects.exists() for table in (Parcel, MapSheet, Certificate, Party))


def test_the_import_stores_every_parcel_and_leaves_what_was_there(tan_chau: AdminUnit) -> None:  # noqa: F811
    known = make_parcel(tan_chau, 1, 1)
    with transaction.atomic():
        found = land_import.measure("", "", parcels=40)

    assert found["parcels"] == 40
    assert found["to_copy"] > 1
    assert found["memory_peak_mb"] >= found["memory_before_mb"] > 0
    assert [one.su_id for one in Parcel.objects.filter(commune__code=TAN_CHAU)] == [known.su_id]
    assert not Survey.objects.exists()
