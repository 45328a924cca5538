"""A land officer at work in Chromium: a parcel's record, a name for a purpose, a split; others see no person."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import Viewer

HELD = "status='certified' AND restriction='none' AND area>300 AND area<3000 AND land_use='CLN'"


def case(viewer: Viewer, condition: str = HELD) -> dict[str, Any]:
    """A parcel of the officer's commune."""
    answer = viewer.page.request.get(
        f"{viewer.centre.url}/api/layers/parcel_cases/features", params={"filter": condition, "limit": "1"}
    )
    assert answer.ok, answer.text()
    found: dict[str, Any] = answer.json()["features"][0]
    return found


def open_case(viewer: Viewer, feature: dict[str, Any], layer: str = "parcel_cases") -> Locator:
    west, south, east, north = feature["bbox"]
    place = f"#map=17/{(south + north) / 2}/{(west + east) / 2}"
    viewer.open(f"/?layers={layer}&sel={layer}/{feature['id']}&lang=vi{place}")
    panel = viewer.page.locator("article").first
    expect(panel.get_by_role("heading", level=2)).to_be_visible()
    return panel


def test_an_officer_reads_a_parcel_and_a_name_for_a_purpose(viewer: Viewer) -> None:
    viewer.sign_in("land_officer")
    feature = case(viewer)
    panel = open_case(viewer, feature)

    expect(panel).to_contain_text("Đã cấp giấy chứng nhận")
    expect(panel.get_by_role("table").first).to_contain_text("CLN")
    expect(panel).to_contain_text(re.compile(r"[^\s(]\*\*\*"))
    drawing = panel.get_by_role("button", name=re.compile("Sơ đồ thửa đất")).locator("img")
    drawing.scroll_into_view_if_needed()
    expect(drawing).to_be_visible()
    viewer.shot("parcel-case")
    assert drawing.evaluate("image => image.naturalWidth") > 300
    hidden = panel.inner_text()

    panel.get_by_role("button", name="Xem người sử dụng đất").click()
    form = panel.locator("form")
    form.get_by_label("Mục đích").fill("Hồ sơ H80-2026-001")
    form.get_by_role("button", name="Xem người sử dụng đất").click()
    expect(panel).to_contain_text("ghi vào nhật ký truy cập")
    expect(panel).to_contain_text("(demo)")
    number = re.search(r"99[89]\d{9}", panel.inner_text())
    viewer.shot("parcel-revealed")
    assert number
    assert number[0] not in hidden


def test_a_merge_or_split_shows_in_history_and_descent(viewer: Viewer) -> None:
    viewer.sign_in("land_officer")
    script = (
        "from land_records.models import Lineage, Parcel; "
        "print(Parcel.objects.current().filter(su_id__in=Lineage.objects.values('child')).first().su_id)"
    )
    su_id = int(viewer.centre.manage("shell", "-v0", "-c", script).split()[-1])
    answer = viewer.page.request.get(f"{viewer.centre.url}/api/layers/parcel_cases/features/{su_id}")
    panel = open_case(viewer, answer.json())

    expect(panel).to_contain_text("Lịch sử biến động")
    expect(panel).to_contain_text("Tách thửa")
    drawing = panel.get_by_role("button", name=re.compile("Nguồn gốc và kết quả")).locator("img")
    drawing.scroll_into_view_if_needed()
    expect(drawing).to_be_visible()
    viewer.shot("parcel-descent")


@pytest.mark.parametrize("account", [None, "leader"])
def test_others_see_the_public_parcel_alone(viewer: Viewer, account: str | None) -> None:
    viewer.sign_in("land_officer")
    feature = case(viewer)
    viewer.page.context.clear_cookies()
    if account:
        viewer.sign_in(account)
    panel = open_case(viewer, feature, layer="parcels")

    expect(panel).to_contain_text("Diện tích pháp lý")
    assert "***" not in panel.inner_text()
    assert "Người sử dụng" not in panel.inner_text()
    gone = viewer.page.request.get(f"{viewer.centre.url}/api/layers/parcel_cases/features/{feature['id']}")
    assert gone.status == 404
