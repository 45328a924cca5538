"""Parcels found by an old commune's name and its own sheet numbers, over sheets that an import numbered anew."""

from collections.abc import Callable
from typing import Any

import pytest

from land_records.models import MapSheet, Parcel
from layers.admin_units.models import AdminUnit
from layers.core import ANYONE
from tests.land_records.test_find import hits, officer, old_unit
from tests.land_records.test_import import (  # noqa: F401  # fixtures
    EAST,
    NORTH,
    TAN_CHAU,
    bring,
    counts,
    parcels,
    quads,
    tan_chau,
)


@pytest.fixture
def imported(tan_chau: AdminUnit, bring: Callable[..., Any]) -> dict[str, Parcel]:  # noqa: F811
    """Sheet 12 of two old communes and of one whose code today's commune took over: parcel 3 of each, by old code."""
    old_unit("25501", "Suối Dây", tan_chau)
    old_unit("25504", "Tân Hưng", tan_chau)
    old_unit(TAN_CHAU, "Thạnh Đông", tan_chau)
    for number, code in enumerate(("25501", "25504", TAN_CHAU)):
        shapes = quads(EAST, NORTH + 400 * number, 2, 3)
        report = bring(parcels(shapes), commune=TAN_CHAU, map_commune=code, crs="EPSG:9209")
        assert counts(report) == (6, 0, 0, 0), report["problems"]
    now = dict(MapSheet.objects.values_list("map_commune_code", "number"))
    assert len(set(now.values())) == 3
    return {code: Parcel.objects.get(sheet=sheet, parcel_number=3) for code, sheet in now.items()}


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("25501", "thửa 3 tờ 12 phường Suối Dây cũ"),
        ("25501", "12/3 suoi day"),
        ("25501", "25501_12_3"),
        ("25504", "thửa 3, tờ 12, phường Tân Hưng (cũ), huyện Tân Châu"),
        ("25504", "25504_12_3"),
        (TAN_CHAU, "thửa 3 tờ 12 Thạnh Đông cũ"),
        (TAN_CHAU, "thửa 3 tờ 12 phường thạnh đông"),
    ],
)
def test_the_sheet_of_the_old_commune_is_meant(imported: dict[str, Parcel], code: str, typed: str) -> None:
    wanted = imported[code]

    assert hits(ANYONE, typed).keys() == {wanted.su_id}
    assert hits(officer(wanted.commune), typed, "parcel_cases").keys() == {wanted.su_id}


def test_the_hit_says_which_old_sheet_it_was(imported: dict[str, Parcel]) -> None:
    moved = next(one for one in imported.values() if one.sheet != 12)
    (code,) = (code for code, one in imported.items() if one == moved)

    (subtitle,) = hits(ANYONE, f"{code}_12_3").values()

    assert "thửa 3, tờ 12 khi đo vẽ" in subtitle
    assert "cũ" in subtitle


def test_numbers_and_todays_commune_alone_mean_all_three(imported: dict[str, Parcel]) -> None:
    all_three = {one.su_id for one in imported.values()}

    assert hits(ANYONE, "thửa 3 tờ 12 xã Tân Châu").keys() == all_three
    assert hits(ANYONE, "12/3").keys() == all_three


def test_todays_number_means_that_sheet_alone(imported: dict[str, Parcel]) -> None:
    moved = next(one for one in imported.values() if one.sheet != 12)

    assert hits(ANYONE, f"{moved.sheet}/3 Tân Châu").keys() == {moved.su_id}
