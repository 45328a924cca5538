"""Communes to place things in, without their boundaries but one."""

from typing import Any

import pytest
from shapely import MultiPolygon, box

import fixtures
from layers.admin_units.models import AdminUnit, Boundary, Source


@pytest.fixture
def communes(db: None) -> dict[str, AdminUnit]:
    """The demo province's communes by code; only Tân Ninh has a boundary, a square around 106.1, 11.3."""
    units = [_unit(unit) for unit in fixtures.province().communes]
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
