"""Communes to place things in, without their boundaries but one."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from shapely import MultiPolygon, box

import fixtures
from layers.admin_units.models import AdminUnit, Boundary, Source
from layers.basemap.seed import seed


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[str]]:
    """The demo's base map, loaded once for a module; the lines the seed said."""
    said: list[str] = []
    with django_db_blocker.unblock():
        with transaction.atomic():
            make_communes()
            seed(fixtures.province(), said.append)
        yield said
        with connection.cursor() as cursor:
            cursor.execute("truncate admin_units_adminunit cascade")


@pytest.fixture
def communes(db: None) -> dict[str, AdminUnit]:
    """The demo province's communes and the island communes by code; only Tân Ninh has a boundary, a square."""
    return make_communes()


def make_communes() -> dict[str, AdminUnit]:
    """Tân Ninh's square lies around 106.1, 11.3."""
    islands = {island.commune_code for island in fixtures.ISLANDS}
    units = [_unit(unit) for unit in fixtures.communes() if unit.province_code == "80" or unit.code in islands]
    AdminUnit.objects.bulk_create(units)
    found = {unit.code: unit for unit in units}
    square = Boundary(unit=found["25459"], level="commune", valid_from="2025-07-01", is_current=True)
    square.put(MultiPolygon([box(106.0, 11.2, 106.2, 11.4)]), Source.IMPORTED)
    return found


def _unit(unit: Any) -> AdminUnit:
    return AdminUnit(
        code=unit.code,
        level="commune",
        kind="commune",
        name=unit.short_name,
        full_name=unit.name,
        name_en=unit.name_en,
        name_key="",
        valid_from=unit.valid_from,
        is_current=True,
    )
