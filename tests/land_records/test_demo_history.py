"""The demo's one split and one merge in history, queryable: in the commune of the demo's land officer."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import shapely
from django.conf import LazySettings

import fixtures
from geo_ioc.accounts.demo import COMMUNES as ACCOUNTS
from land_records.demo_history import COMMUNES, MERGED_ON, SPLIT_ON, remember
from land_records.descent import ancestors, descendants
from land_records.models import Parcel, Transaction
from land_records.seed import seed
from land_records.terms import TransactionKind
from layers.admin_units.models import AdminUnit

Small = Callable[[dict[str, int]], fixtures.Province]
TAN_CHAU = COMMUNES["80"]


def test_a_parcel_was_split_in_three_and_two_of_them_merged(
    communes: dict[str, AdminUnit], small: Small, settings: LazySettings, tmp_path: Path
) -> None:
    settings.GEO_IOC_VAR = tmp_path
    said: list[str] = []
    seed(small({TAN_CHAU: 2_000}), said.append)
    assert not remember(communes[TAN_CHAU].pk), "once"

    divided, merged = Transaction.objects.order_by("pk")
    assert ACCOUNTS["80"]["land_officer"] == TAN_CHAU
    assert [divided.kind, merged.kind] == [TransactionKind.SPLIT, TransactionKind.MERGE]
    (parent,) = divided.detail["parcels"]
    (last,) = Parcel.objects.current().filter(made_by=merged)
    assert ancestors(last.su_id).parcels == {parent, *merged.detail["parcels"]}
    assert len(descendants(parent).parcels) == 4

    def ground(day: object) -> list[shapely.Geometry]:
        family = {parent, *descendants(parent).parcels}
        rows = Parcel.objects.as_of(day).filter(su_id__in=family)  # type: ignore[arg-type]
        return [shapely.from_wkb(bytes(row.geom.wkb)) for row in rows]

    before, between, after = ground(SPLIT_ON - timedelta(days=1)), ground(SPLIT_ON), ground(MERGED_ON)
    assert [len(before), len(between), len(after)] == [1, 3, 2]
    for shapes in (between, after):
        assert shapely.union_all(shapes).symmetric_difference(before[0]).area == pytest.approx(0, abs=1e-14)
    assert last.commune.code == TAN_CHAU

    seed(small({TAN_CHAU: 4_000}), said.append)
    assert Parcel.objects.current().filter(made_by__isnull=False).count() == 2, "a new cadastre has its own past"
