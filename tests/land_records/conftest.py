"""The demo's communes, and a demo of parcels small enough for a test: one ward surveyed, nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

import fixtures
from layers.admin_units.models import AdminUnit
from layers.core.search import search_key

WARD, COMMUNE = "25459", "25486"


@pytest.fixture
def communes(db: None) -> dict[str, AdminUnit]:
    """The demo province's communes by code."""
    units = [_unit(unit) for unit in fixtures.province().communes]
    AdminUnit.objects.bulk_create(units)
    return {unit.code: unit for unit in units}


@pytest.fixture
def small() -> Callable[[dict[str, int]], fixtures.Province]:
    """`small({code: number})`: the demo province with parcels in these communes only."""

    def made(wanted: dict[str, int]) -> fixtures.Province:
        province = fixtures.Province(code="80", seed=7)
        province.__dict__["parcel_quotas"] = wanted
        return province

    return made


def _unit(unit: Any) -> AdminUnit:
    return AdminUnit(
        code=unit.code,
        level="commune",
        kind="commune",
        name=unit.short_name,
        full_name=unit.name,
        name_en=unit.name_en,
        name_key=search_key(unit.name),
        valid_from=unit.valid_from,
        is_current=True,
    )
