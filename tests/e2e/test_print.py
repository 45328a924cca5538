"""Print, share and lists in Chromium: a sheet is downloaded and says what the screen showed."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Viewer, pdf_text

VIEW = "/?layers=schools#map=13.00/11.310/106.130"
PHONE = {"width": 360, "height": 640}


def _choose(page: Page, name: str, phone: bool) -> None:
    if phone:
        page.get_by_role("button", name=re.compile("^Thêm$")).first.click()
    page.get_by_role("button", name=name, exact=True).click()


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_sheet_is_downloaded_and_nothing_typed_is_lost(viewer: Viewer, phone: bool, tmp_path: Path) -> None:
    page = viewer.page
    if phone:
        page.set_viewport_size(PHONE)
    viewer.open(VIEW)

    _choose(page, "In bản đồ", phone)
    page.get_by_role("textbox", name="Tiêu đề").fill("Trường học quanh Tân Ninh")
    expect(page.get_by_role("combobox", name="Tỷ lệ")).to_have_value(re.compile(r"^(25000|50000)$"))
    page.get_by_role("combobox", name="Tỷ lệ").select_option("25000")
    viewer.shot(f"print-dialog-{'phone' if phone else 'desk'}")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Tạo bản in").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)

    text = pdf_text(file)
    assert "Trường học quanh Tân Ninh" in text
    assert "1:25.000" in text
    assert "công khai" in text
    page.keyboard.press("Escape")
    _choose(page, "In bản đồ", phone)
    expect(page.get_by_role("textbox", name="Tiêu đề")).to_have_value("Trường học quanh Tân Ninh")


def test_a_refusal_stands_at_its_field(viewer: Viewer) -> None:
    page = viewer.page
    viewer.open("/?layers=schools#map=5.00/40.0/20.0")

    _choose(page, "In bản đồ", False)
    page.get_by_role("button", name="Tạo bản in").click()

    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Việt Nam")


def test_the_view_is_shared_as_link_code_and_file(viewer: Viewer, tmp_path: Path) -> None:
    page = viewer.page
    viewer.open(VIEW)

    _choose(page, "Chia sẻ", False)
    expect(page.locator("#share-link")).to_have_value(re.compile(r"/\?layers=schools#map=13"))
    expect(page.locator("#share-code")).to_have_value(re.compile(r'<iframe src="http.*/embed\?layers=schools'))
    expect(page.locator("figure img")).to_have_js_property("complete", True)
    assert page.locator("figure img").evaluate("one => one.naturalWidth") > 0
    viewer.shot("share-dialog")
    with page.expect_download(timeout=30_000) as download:
        page.get_by_role("button", name="Tải bản đồ tình hình").click()
    file = tmp_path / "situation.html"
    download.value.save_as(file)

    assert "giờ Việt Nam" in file.read_text(encoding="utf-8")


def test_a_pasted_list_is_marked_on_the_map_linked_and_printed(viewer: Viewer, tmp_path: Path) -> None:
    page = viewer.page
    viewer.open(VIEW)
    schools = viewer.await_features("schools", lambda found: len(found) >= 2)
    names = sorted({str(one["name"]) for one in schools})[:2]

    _choose(page, "Tra danh sách", False)
    page.get_by_role("combobox", name="Tìm trong lớp").select_option("schools")
    page.get_by_role("textbox", name="Danh sách").fill("\n".join([*names, "không có trường này zzz"]))
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.locator("dialog tbody tr")).to_have_count(3)
    for row in page.locator("dialog tbody select").all():
        row.select_option(index=1)
    viewer.shot("list-dialog")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="In kèm bảng").click()
    file = tmp_path / "list.pdf"
    download.value.save_as(file)
    page.get_by_role("button", name="Xem trên bản đồ").click()

    text = re.sub(r"\s+", " ", pdf_text(file))
    assert all(name in text for name in names)
    expect(page).to_have_url(re.compile(r"list=schools/\d+\.\d+"))
    marked = "window.__geoioc.map.getFeatureState({source: 'schools', sourceLayer: 'schools', id: %d})._listed === true"
    ids = re.search(r"list=schools/([\d.]+)", page.url)
    assert ids
    viewer.until(marked % int(ids[1].split(".")[0]), 10)
