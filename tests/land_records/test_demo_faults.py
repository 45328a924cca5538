"""The demo's faults are found by the real check, one of each kind; its scans can be opened and are marked."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from django.conf import LazySettings
from PIL import Image

import fixtures
from land_records.demo_faults import GAP_M, MISSING_M2
from land_records.demo_history import COMMUNES
from land_records.models import Document, Parcel, ParcelProblem, Scan, Survey
from land_records.quality.models import ParcelChange
from land_records.quality.recompute import check_changed
from land_records.scans.folder import opened
from land_records.seed import seed
from layers.admin_units.models import AdminUnit

Small = Callable[[dict[str, int]], fixtures.Province]
TAN_CHAU = COMMUNES["80"]


@pytest.fixture
def said(communes: dict[str, AdminUnit], small: Small, settings: LazySettings, tmp_path: Path) -> list[str]:
    settings.GEO_IOC_VAR = tmp_path
    said: list[str] = []
    seed(small({TAN_CHAU: 2_000}), said.append)
    return said


def test_each_planted_fault_is_found_and_nothing_else_but_older_areas(said: list[str]) -> None:
    assert ParcelChange.objects.exists(), "the check has them to look at"

    check_changed(float("inf"))

    found = Counter(ParcelProblem.objects.values_list("kind", flat=True))
    assert found.pop("area_difference") > 10, "recorded by an older survey"
    assert found == {"overlap": 1, "gap": 1, "sliver": 1, "uses_do_not_sum": 1, "duplicate_number": 1}
    sizes = dict(ParcelProblem.objects.exclude(kind="area_difference").values_list("kind", "area_m2"))
    assert 30 < sizes["overlap"] < 200
    assert 25 * GAP_M * 0.9 < sizes["gap"] < 100
    assert sizes["uses_do_not_sum"] == float(MISSING_M2)
    assert Survey.objects.count() == Parcel.objects.count()


def test_a_few_scans_marked_as_demo_once(said: list[str], small: Small) -> None:
    scans = list(Scan.objects.order_by("pk"))
    assert [one.type for one in scans] == ["application/pdf", "image/png", "application/pdf"]
    assert all(one.is_demo and one.document.is_demo and "(demo)" in one.document.title for one in scans)
    assert len({one.document.su_id for one in scans}) == 2
    with opened(scans[0]) as file, pypdfium2.PdfDocument(file.read()) as pages:
        assert len(pages) == 1
        assert "DEMO / TRÌNH DIỄN" in pages[0].get_textpage().get_text_range()
    with opened(scans[1]) as file, Image.open(file) as picture:
        assert picture.height > picture.width > 800
    assert max(one.size_bytes for one in scans) < 500_000

    seed(small({TAN_CHAU: Parcel.objects.current().count()}), said.append)
    assert list(Scan.objects.order_by("pk")) == scans
    seed(small({TAN_CHAU: 2_000}), said.append)
    assert Scan.objects.count() == 3, "a new cadastre has its own"
    assert not Scan.objects.filter(pk__in=[one.pk for one in scans])
    assert not Document.objects.filter(is_demo=True, transaction=None).exclude(
        su_id__in=Parcel.objects.current().values("su_id")
    )
    assert not ParcelProblem.objects.exists()
