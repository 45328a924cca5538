"""What goes wrong is said in words, with a way on, and takes nothing that was typed: each as a person meets it."""

import json
import urllib.request
from typing import Any

import psycopg
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import PASSWORD, Viewer

SCHOOLS = "/?layers=schools#map=12/11.31/106.13"
NO_WEBGL = "HTMLCanvasElement.prototype.getContext = () => null; window.OffscreenCanvas = undefined;"
CARD = "() => document.querySelector('#map canvas').getContext('webgl2').getExtension('WEBGL_lose_context')"


def forgive(viewer: Viewer, *words: str) -> None:
    """Errors of the page that were caused on purpose; any other still fails the test."""
    assert [one for one in viewer.errors if not any(word in one for word in words)] == []
    viewer.page.evaluate("window.__geoioc && (window.__geoioc.errors.length = 0)")


def status(page: Page) -> Any:
    """What the banner says."""
    return page.locator(".banner")


def refuse(code: int) -> Any:
    """A route that answers with a status."""
    return lambda route: route.fulfill(status=code, json={"error": "unavailable"})


def test_a_session_that_ends_in_the_middle_of_a_correction_takes_nothing(viewer: Viewer) -> None:
    page = viewer.sign_in("steward").page
    viewer.open("/?layers=schools&sel=schools/9#map=13/11.31/106.13")
    page.get_by_role("button", name="Sửa thông tin").click()
    name = page.get_by_label("Tên trường")
    expect(name).not_to_have_value("")
    name.fill("Trường sửa giữa chừng")
    page.get_by_label("Lý do sửa").fill("Theo quyết định đổi tên")
    with psycopg.connect(viewer.centre.environment["DATABASE_URL"], autocommit=True) as database:
        database.execute("delete from django_session")
    while page.request.get(f"{viewer.centre.url}/api/me").json()["user"]:
        page.wait_for_timeout(100)

    page.get_by_role("button", name="Lưu thay đổi").click()
    expect(page.get_by_text("Đăng nhập lại rồi gửi: nội dung vẫn còn đây.")).to_be_visible()
    expect(name).to_have_value("Trường sửa giữa chừng")
    viewer.shot("session-ended")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Đăng nhập lại").click()
    popup = opened.value
    popup.fill("[name=login]", "steward")
    popup.fill("[name=password]", PASSWORD)
    popup.press("[name=password]", "Enter")

    expect(page.get_by_role("link", name="Đăng nhập lại")).to_have_count(0)
    assert popup.is_closed() or popup.wait_for_event("close")
    expect(page.get_by_label("Lý do sửa")).to_have_value("Theo quyết định đổi tên")
    page.get_by_role("button", name="Lưu thay đổi").click()
    expect(page.get_by_role("heading", name="Trường sửa giữa chừng")).to_be_visible()
    with urllib.request.urlopen(f"{viewer.centre.url}/api/layers/schools/features/9", timeout=10) as answer:
        assert json.load(answer)["properties"]["name"] == "Trường sửa giữa chừng"


def test_a_layer_whose_tiles_fail_is_named_and_asked_again(viewer: Viewer) -> None:
    page = viewer.page
    tiles = "**/tiles/schools/**"
    page.route(tiles, refuse(500))
    viewer.open(SCHOOLS)
    expect(status(page)).to_contain_text("Chưa vẽ đủ: Trường học. Máy chủ báo lỗi.")
    assert viewer.features("roads")
    page.unroute(tiles)
    page.get_by_role("button", name="Thử lại").click()
    viewer.await_features("schools", bool)
    expect(status(page)).not_to_contain_text("Chưa vẽ đủ")

    page.route(tiles, refuse(503))
    viewer.jump(106.4, 11.0, 12)
    expect(status(page)).to_contain_text("Chưa vẽ đủ: Trường học. Máy chủ bận, đang thử lại")
    viewer.shot("tiles-busy")
    page.unroute(tiles)

    viewer.await_features("schools", bool)
    expect(status(page)).not_to_contain_text("Chưa vẽ đủ")
    forgive(viewer, "500")


def test_without_webgl_search_table_and_panel_still_work(viewer: Viewer, context: BrowserContext) -> None:
    context.add_init_script(NO_WEBGL)
    page = viewer.page
    page.goto(viewer.centre.url + "/?layers=schools")

    expect(page.get_by_role("alert").filter(has_text="Trình duyệt này không vẽ được bản đồ")).to_be_visible()
    viewer.shot("no-webgl")
    page.locator(".no-map").get_by_role("button", name="Bảng đối tượng").click()
    expect(page.locator("tbody tr.row").first).to_be_visible()
    page.get_by_role("combobox", name="Tìm trên bản đồ").fill("truong")
    page.get_by_role("option").first.click()
    expect(page.locator("article h2")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    forgive(viewer, "WebGL")


def test_a_lost_drawing_comes_back_with_what_was_marked(viewer: Viewer) -> None:
    page = viewer.open("/?layers=schools&sel=schools/1#map=12/11.31/106.13").page
    expect(page.locator("article h2")).to_be_visible()
    marked = (
        "window.__geoioc.map.getFeatureState({source: 'schools', sourceLayer: 'schools', id: 1})._selected === true"
    )
    viewer.until(marked, 10)
    page.evaluate(f"window.card = ({CARD})(); window.card.loseContext()")
    expect(status(page)).to_contain_text("tạm ngừng vẽ bản đồ")
    viewer.shot("map-paused")

    page.evaluate("window.card.restoreContext()")

    expect(status(page)).not_to_contain_text("tạm ngừng vẽ bản đồ")
    viewer.await_features("schools", bool)
    viewer.until(marked, 10)


def test_offline_is_said_and_the_map_goes_on_by_itself(viewer: Viewer, context: BrowserContext) -> None:
    page = viewer.open(SCHOOLS).page
    viewer.await_features("schools", bool)
    context.set_offline(True)
    expect(status(page)).to_contain_text("Không có mạng.")
    page.get_by_role("combobox", name="Tìm trên bản đồ").fill("tan chau")
    expect(page.locator(".results")).to_contain_text("Không kết nối được máy chủ")
    viewer.shot("offline")
    page.evaluate("window.__geoioc.map.jumpTo({center: [106.4, 11.0]})")

    context.set_offline(False)

    expect(status(page)).not_to_contain_text("Không có mạng")
    viewer.await_features("schools", bool)
    forgive(viewer, "fetch", "AJAX")


@pytest.mark.parametrize("part", ["TableDrawer", "ShareDialog"])
def test_a_part_that_a_new_version_took_away_says_so(viewer: Viewer, part: str) -> None:
    page = viewer.page
    chunk = f"**/assets/{part}-*.js"
    page.route(chunk, lambda route: route.fulfill(status=404))
    viewer.open(SCHOOLS)
    opener = page.get_by_role("button", name="Bảng đối tượng" if part == "TableDrawer" else "Chia sẻ")
    opener.first.click()
    lost = page.get_by_role("alert").filter(has_text="bản đồ vừa có bản mới")
    expect(lost).to_be_visible()
    viewer.shot(f"lost-{part}")
    page.unroute(chunk)

    with page.expect_navigation():
        lost.get_by_role("button", name="Tải lại trang").click()

    viewer.drawn()
    opener.first.click()
    expect(lost).to_have_count(0)
    shown = page.locator("tbody tr.row").first if part == "TableDrawer" else page.get_by_role("dialog")
    expect(shown).to_be_visible()


def test_a_server_that_is_gone_is_said_until_it_answers(viewer: Viewer) -> None:
    page = viewer.page
    page.route("**/api/layers", lambda route: route.abort())
    page.goto(viewer.centre.url + SCHOOLS)
    expect(status(page)).to_contain_text("Máy chủ tạm thời chưa trả lời")
    viewer.shot("server-gone")
    page.unroute("**/api/layers")

    viewer.drawn().await_features("schools", bool)
    expect(status(page)).not_to_contain_text("Máy chủ tạm thời")


def test_a_wrong_filter_in_a_link_is_named_with_its_layer_and_can_be_dropped(viewer: Viewer) -> None:
    wrong = "/?layers=schools&filter.schools=pupilz+%3E%3D+300#map=12/11.31/106.13"
    page = viewer.open(wrong).page
    said = status(page).locator("p").filter(has_text="Trường học")
    expect(said).to_contain_text("pupilz")
    viewer.shot("filter-fault")
    assert viewer.features("schools") == []

    status(page).get_by_role("button", name="Bỏ lọc").click()
    viewer.await_features("schools", bool)
    expect(said).to_have_count(0)
    assert "filter.schools" not in page.url
    forgive(viewer, "pupilz", "400")
