"""Time and comparison, and the viewer as others meet it: in a frame of another site, on a screen in a hall."""

import http.server
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PASSWORD, Centre, Viewer

FAR = ".far"
COMPARED = "/?b.at=2025-06-30#map=10.5/11.3/106.15"


def test_a_swipe_shows_two_times_and_opens_each_side_in_its_own(viewer: Viewer) -> None:
    page = viewer.open(COMPARED).page
    expect(page.locator(FAR)).to_have_attribute("aria-busy", "false")
    expect(page.get_by_role("button", name="Bên phải: 30/06/2025")).to_be_visible()

    # Communes exist since 01/07/2025: today's map holds them under every point, the past one none.
    right = {"x": 700, "y": 420, "width": 120, "height": 120}
    past = page.screenshot(clip=right)
    divider = page.get_by_role("separator", name="Đường chia hai bản đồ")
    divider.focus()
    page.keyboard.press("End")
    expect(divider).to_have_attribute("aria-valuenow", "95")
    assert page.screenshot(clip=right) != past

    page.mouse.click(720, 430)
    expect(page.locator("article").first).to_be_visible()
    expect(page.locator("article .past")).to_have_count(0)
    assert "sel=communes/" in page.url

    page.get_by_role("button", name="Thôi so sánh").first.click()
    expect(page.locator(FAR)).to_have_count(0)
    assert "b.at" not in page.url


def test_on_a_phone_the_names_of_both_sides_are_whole(viewer: Viewer) -> None:
    page = viewer.page
    page.set_viewport_size({"width": 360, "height": 640})
    both = "layers=schools,communes&b.at=2025-06-30T14:05:00%2B07:00&b.layers=communes,schools,provinces"
    viewer.open(f"/?{both}&at=2026-03-01T09:30:00%2B07:00#map=10.5/11.3/106.15")
    names = page.locator(".side .label")
    expect(names).to_have_count(2)
    for name in names.all():
        box = name.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        assert name.locator("span").evaluate("one => one.scrollWidth <= one.clientWidth + 1"), name.inner_text()
    expect(names.nth(1)).to_contain_text("30/06/2025")
    viewer.shot("compare-phone")
    names.nth(1).click()
    expect(page.locator(".side.right .choices")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Thôi so sánh").first.click()
    expect(names).to_have_count(0)


def test_a_past_screen_says_so_and_plays_to_now(viewer: Viewer) -> None:
    page = viewer.open("/?at=2025-06-30#map=9/11.3/106.15").page
    expect(page.get_by_text("Đang xem lúc 30/06/2025")).to_be_visible()
    expect(page.get_by_text("hiện như bây giờ: Trường học")).to_be_visible()

    page.get_by_role("button", name="30/06/2025").click()
    slider = page.get_by_role("slider", name="Kéo để chọn thời điểm")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Đang xem lúc 01/07/2025")).to_be_visible()
    page.keyboard.press("End")

    expect(page.get_by_text("Đang xem lúc")).to_have_count(0)
    assert "at=" not in page.url


@pytest.fixture
def other_site(centre: Centre) -> Iterator[str]:
    """A page of another origin, and of another site, that frames the centre."""
    inner = centre.url + "/embed?title=Tr%C6%B0%E1%BB%9Dng%20h%E1%BB%8Dc#map=11/11.3/106.13"
    page = f'<!doctype html><title>site</title><iframe src="{inner}" width="800" height="500"></iframe>'.encode()

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_another_site_frames_the_map_and_a_leaders_cookie_adds_nothing(
    page: Page, centre: Centre, other_site: str
) -> None:
    page.set_default_timeout(20_000)
    page.goto(f"{centre.url}/accounts/login/?next=/healthz")
    page.fill("[name=login]", "steward")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/healthz")
    assert page.request.get(f"{centre.url}/api/me").json()["user"] == "steward"
    carried: list[str] = []
    page.on("request", lambda one: carried.append(one.all_headers().get("cookie", "")) if "/api/" in one.url else None)

    with page.expect_response("**/api/me") as told:
        page.goto(other_site)
    frame = page.frame_locator("iframe")

    expect(frame.get_by_role("heading", name="Trường học")).to_be_visible()
    expect(frame.get_by_role("link", name="Mở bản đồ đầy đủ")).to_be_visible()
    expect(frame.locator("#map canvas")).to_be_visible()
    assert told.value.json()["user"] is None
    assert carried
    assert not any("sessionid" in cookies for cookies in carried)


def test_a_screen_in_a_hall_begins_anew_when_left_alone(viewer: Viewer) -> None:
    page = viewer.open("/kiosk?idle=5#map=9/11.3/106.15").page
    expect(page.get_by_role("link", name="Đăng nhập")).to_have_count(0)
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Layers").click()
    box = page.get_by_role("button", name="Layers").bounding_box()
    assert box
    assert box["height"] >= 48

    expect(page.get_by_role("button", name="Lớp dữ liệu")).to_have_attribute("aria-expanded", "false", timeout=15_000)
