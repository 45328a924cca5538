"""A land officer's scans in Chromium: one attached to a parcel, opened for a purpose, in the access log, withdrawn."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Viewer
from tests.e2e.test_accessibility import PHONE, browser_context_args, found
from tests.e2e.test_parcel_case import open_case

__all__ = ["browser_context_args"]  # the fixture that lets axe in

FIND = (
    "from land_records.models import Parcel, Scan; "
    "print(Parcel.objects.current().filter(su_id__in=Scan.objects.values('document__su_id')).order_by('pk')[0].su_id)"
)
PURPOSE = "Hồ sơ H80-2026-009 (demo)"


@pytest.fixture
def parcel(viewer: Viewer) -> dict[str, object]:
    """A parcel of the demo that has scans."""
    viewer.sign_in("land_officer")
    su_id = int(viewer.centre.manage("shell", "-v0", "-c", FIND).split()[-1])
    answer = viewer.page.request.get(f"{viewer.centre.url}/api/layers/parcel_cases/features/{su_id}")
    assert answer.ok, answer.text()
    told: dict[str, object] = answer.json()
    return told


def test_a_scan_is_attached_opened_for_a_purpose_and_withdrawn(
    viewer: Viewer, parcel: dict[str, object], tmp_path: Path
) -> None:
    page = viewer.page
    file = tmp_path / "ban-quet-demo.pdf"
    page.pdf(path=file, format="A5")
    panel = open_case(viewer, parcel)
    faults = {}

    def act(title: str) -> None:
        panel.get_by_role("button", name="Việc khác", exact=True).click()
        page.get_by_role("menuitem", name=title, exact=True).click()

    act("Thêm bản quét")
    form = panel.locator("form")
    form.locator("input[type=file]").set_input_files(file)
    form.get_by_label("Loại giấy tờ mới").select_option(label="Hợp đồng, văn bản thỏa thuận")
    form.get_by_label("Trích yếu").fill("Hợp đồng trình diễn (demo)")
    faults["attach"] = found(page)
    viewer.shot("scan-attach")
    form.get_by_role("button", name="Thêm bản quét").click()
    expect(form).to_have_count(0)

    panel.get_by_role("button", name="Xem bản quét giấy tờ", exact=True).click()
    form.get_by_label("Mục đích").fill(PURPOSE)
    form.get_by_role("button", name="Xem bản quét giấy tờ").click()
    expect(panel).to_contain_text("nhật ký truy cập")
    expect(panel).to_contain_text("Hợp đồng trình diễn (demo)")
    links = panel.locator("a[href*='/scans/']")
    mine = links.filter(has_text="ban-quet-demo.pdf").first
    expect(mine).to_be_visible()
    faults["opened"] = found(page)
    viewer.shot("scan-opened")
    href = mine.get_attribute("href") or ""
    number = re.search(r"/scans/(\d+)", href)
    assert number

    picture = links.filter(has_text="PNG").first
    with page.context.expect_page() as beside:
        picture.click()
    beside.value.wait_for_load_state()
    assert beside.value.evaluate("document.images[0].naturalWidth") > 800
    beside.value.screenshot(path=viewer.shot("scan-list").with_name("scan-picture.png"))
    beside.value.close()
    answer = page.request.get(viewer.centre.url + href)
    assert (answer.status, answer.body()) == (200, file.read_bytes())
    assert answer.headers["content-disposition"].startswith("inline")

    page.reload()  # what was opened for a purpose is gone, the record is there again
    act("Rút bản quét sai")
    form.get_by_label("Mã bản quét").fill(number[1])
    form.get_by_label("Lý do").fill("Nhầm thửa (demo)")
    faults["withdraw"] = found(page)
    form.get_by_role("button", name="Rút bản quét sai").click()
    expect(form).to_have_count(0)
    assert page.request.get(viewer.centre.url + href).status == 404

    assert faults == {"attach": [], "opened": [], "withdraw": []}
    page.context.clear_cookies()
    viewer.sign_in("auditor")
    log = page.request.get(f"{viewer.centre.url}/api/audit", params={"limit": "20"}).json()["entries"]
    noted = [one for one in log if one["feature"] == parcel["id"] and one["user"] == "land_officer"]
    assert [one["action"] for one in reversed(noted[:5])] == [
        "scan_attached", "open_scans", "view_scan", "view_scan", "scan_withdrawn"
    ]  # fmt: skip
    assert {one["purpose"] for one in noted if one["action"] in ("open_scans", "view_scan")} == {PURPOSE}


def test_scans_on_a_phone_in_the_dark(viewer: Viewer, parcel: dict[str, object]) -> None:
    page = viewer.page
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    panel = open_case(viewer, parcel)
    page.get_by_role("button", name="Kéo lên hoặc xuống").press("ArrowUp")
    panel.get_by_role("button", name="Xem bản quét giấy tờ", exact=True).click()
    form = panel.locator("form")
    form.get_by_label("Mục đích").fill(PURPOSE)
    form.get_by_role("button", name="Xem bản quét giấy tờ").click()
    expect(panel.locator("a[href*='/scans/']").first).to_be_visible()
    viewer.shot("scan-phone")

    assert found(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
