"""Land statistics in Chromium: communes coloured by their figures, their panel, the page of forms; others find none."""

import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.e2e.conftest import SHOTS, Centre, Viewer
from tests.e2e.test_accessibility import PHONE, browser_context_args, found
from tests.e2e.test_rules import sign_in

__all__ = ["browser_context_args"]  # the fixture that lets axe in
PAGE = "/land/statistics"
PROVINCE = "#map=8/11.1/106.1"
DAYS = "on=2026-06-30&since=2025-06-30"
BANDS_LEAST = 5
"""Bands that communes of the demo must be told apart by."""


def communes(viewer: Viewer) -> dict[str, Any]:
    """The layer's features by code."""
    answer = viewer.page.request.get(f"{viewer.centre.url}/api/layers/land_statistics/features?limit=200")
    return {one["properties"]["code"]: one for one in answer.json()["features"]}


def own(viewer: Viewer) -> str:
    """The officer's commune."""
    me = viewer.page.request.get(f"{viewer.centre.url}/api/me").json()
    return str(me["areas"][0]["code"])


@pytest.mark.parametrize("style", ["agricultural", "residential", "certified", "parcels"])
def test_bands_tell_communes_apart(viewer: Viewer, style: str) -> None:
    viewer.open(f"/?layers=land_statistics&style.land_statistics={style}{PROVINCE}")
    drawn = viewer.await_features("land_statistics", lambda found: len(found) > 50)
    assert len({one["code"] for one in drawn}) > 50
    viewer.page.get_by_role("tab", name="Chú giải").click()
    section = viewer.page.locator("ol > li").filter(has=viewer.page.get_by_role("heading", name="Thống kê đất đai"))
    expect(section.get_by_text("Trong khung nhìn")).to_be_visible()
    viewer.page.wait_for_timeout(1_000)
    viewer.shot(f"land-statistics-{style}")
    counts = [int(re.sub(r"\D", "", text)) for text in section.locator(".count").all_inner_texts()]

    assert sum(counts) == len(communes(viewer))
    assert sum(count > 0 for count in counts) >= BANDS_LEAST
    assert max(counts) <= sum(counts) / 2


def test_an_officer_goes_from_the_map_to_the_page_and_takes_the_file(viewer: Viewer) -> None:
    viewer.sign_in("land_officer")
    code = own(viewer)
    commune = communes(viewer)[code]
    page = viewer.open(f"/?layers=land_statistics&sel=land_statistics/{commune['id']}&lang=vi").page
    panel = page.locator("article").first
    expect(panel.get_by_role("heading", level=2)).to_have_text(commune["properties"]["name"])
    expect(panel.get_by_role("table").first).to_contain_text("NNP")
    viewer.shot("land-statistics-panel")

    opens = panel.get_by_role("link", name="Mở", exact=True)
    page.goto(f"{viewer.centre.url}{opens.get_attribute('href')}")
    table = page.get_by_role("table").first
    whole = f"{commune['properties']['land']:,.2f}".translate(str.maketrans(",.", ".,"))
    expect(table.get_by_role("row").filter(has_text="Tổng diện tích đất")).to_contain_text(whole)
    page.get_by_label("Biểu", exact=True).select_option(value="05")
    page.get_by_label("Đến ngày").fill("2026-06-30")
    page.get_by_label("So với ngày").fill("2025-06-30")
    page.get_by_role("button", name="Xem biểu").click()
    expect(page.get_by_role("heading", name="Biểu 05/TKKK. Chu chuyển diện tích các loại đất")).to_be_visible()
    expect(page.get_by_text("Từ ngày 30/06/2025 đến ngày 30/06/2026; đơn vị tính: m²")).to_be_visible()
    with page.expect_download() as file:
        page.get_by_role("link", name="Tải XLSX").click()
    assert file.value.suggested_filename == "05_TKKK_2026-06-30.xlsx"
    assert f"{code} (ha)" in load_workbook(io.BytesIO(file.value.path().read_bytes()), read_only=True).sheetnames

    page.get_by_label("So với ngày").fill("2026-06-30")
    page.get_by_role("button", name="Xem biểu").click()
    expect(page.get_by_label("So với ngày")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Phải trước ngày lập biểu")).to_be_visible()


def test_the_account_menu_leads_to_the_page(viewer: Viewer) -> None:
    viewer.sign_in("land_admin")
    page = viewer.page
    page.get_by_role("button", name=re.compile("^Tài khoản:")).click()
    page.get_by_role("link", name="Trang tài khoản").click()
    page.get_by_role("link", name="Thống kê đất đai").click()
    expect(page.get_by_text("Toàn bộ 96 xã, phường").first).to_be_visible()


@pytest.mark.parametrize(("language", "scheme"), [("vi", "light"), ("en", "dark")])
def test_axe_finds_nothing_at_a_desk(page: Page, centre: Centre, language: str, scheme: Any) -> None:
    for form in ("01", "05"):
        look(page, centre, form, language, scheme, {"width": 1280, "height": 800})


@pytest.mark.parametrize(("language", "scheme"), [("vi", "dark"), ("en", "light")])
def test_axe_finds_nothing_on_a_phone(page: Page, centre: Centre, language: str, scheme: Any) -> None:
    for form in ("01", "05"):
        look(page, centre, form, language, scheme, PHONE)


def look(page: Page, centre: Centre, form: str, language: str, scheme: Any, size: Any) -> None:
    """The page with a form, and with a day that is none: nothing is cut off, axe finds nothing."""
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    SHOTS.mkdir(parents=True, exist_ok=True)
    if not page.context.cookies():
        sign_in(page, centre, "land_officer", "/accounts/")
    for name, asked in (("form", DAYS), ("fault", "on=2026-02-30&since=")):
        page.goto(f"{centre.url}{PAGE}?form={form}&{asked}&lang={language}")
        page.screenshot(path=SHOTS / f"land-statistics-{form}-{name}-{size['width']}-{scheme}.png", full_page=True)
        assert found(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("account", ["leader", "operator"])
def test_who_may_not_finds_no_page(page: Page, centre: Centre, account: str) -> None:
    sign_in(page, centre, account, "/accounts/")
    answer = page.goto(f"{centre.url}{PAGE}")
    assert answer is not None
    assert answer.status == 404
    page.goto(f"{centre.url}/accounts/")
    expect(page.get_by_role("link", name="Thống kê đất đai")).to_have_count(0)
