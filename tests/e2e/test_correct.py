"""A steward moves a school to where it stands, and takes the change back."""

import json
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Viewer


def place(viewer: Viewer, school: int) -> list[float]:
    """Where a school lies, as everybody reads it."""
    with urllib.request.urlopen(f"{viewer.centre.url}/api/layers/schools/features/{school}", timeout=10) as answer:
        lonlat: list[float] = json.load(answer)["geometry"]["coordinates"]
    return lonlat


def test_a_position_is_corrected_with_a_reason_and_undone_from_the_history(viewer: Viewer) -> None:
    school = 5
    lon, lat = place(viewer, school)
    page = viewer.sign_in("steward").page
    viewer.open(f"/?layers=schools&sel=schools/{school}#map=15/{lat}/{lon}")
    page.get_by_role("button", name="Sửa thông tin").click()
    page.get_by_text("Chọn trên bản đồ").click()
    viewer.click_at(lon - 0.004, lat - 0.002)
    page.get_by_label("Lý do sửa").fill("Đo lại tại cổng trường")
    page.get_by_role("button", name="Lưu thay đổi").click()
    expect(page.get_by_label("Lý do sửa")).to_have_count(0)
    assert place(viewer, school) == pytest.approx([lon - 0.004, lat - 0.002], abs=2e-4)

    page.get_by_role("button", name="Việc khác").click()
    page.get_by_role("menuitem", name="Lịch sử thay đổi").click()
    expect(page.get_by_text("Đo lại tại cổng trường")).to_be_visible()
    page.get_by_role("button", name="Hoàn tác lần sửa này").click()
    expect(page.get_by_text("Hoàn tác lần sửa", exact=False).first).to_be_visible()
    expect(page.locator("li", has_text="Đo lại tại cổng trường").get_by_role("button")).to_have_count(0)
    assert place(viewer, school) == pytest.approx([lon, lat], abs=1e-7)
