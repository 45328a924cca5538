"""A land officer registers transactions on the map: by hand, by keys, by finger; what is refused is said in words."""

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import Viewer
from tests.e2e.test_accessibility import found
from tests.e2e.test_draw import drag
from tests.e2e.test_parcel_case import HELD, open_case

PHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}


def case(viewer: Viewer, place: int) -> dict[str, Any]:
    """A certified parcel of the officer's commune: a test takes one of its own."""
    address = f"{viewer.centre.url}/api/layers/parcel_cases/features"
    answer = viewer.page.request.get(address, params={"filter": f"{HELD} AND area>600", "sort": "sheet,parcel_number"})
    assert answer.ok, answer.text()
    found: dict[str, Any] = answer.json()["features"][place]
    return found


def start(viewer: Viewer, place: int) -> tuple[Page, Locator, dict[str, Any]]:
    viewer.sign_in("land_officer")
    feature = case(viewer, place)
    return viewer.page, open_case(viewer, feature), feature


def act(panel: Locator, name: str) -> Locator:
    """Open an action's form, from the menu where it is not in front."""
    front = panel.get_by_role("button", name=name, exact=True)
    more = panel.get_by_role("button", name="Việc khác")
    expect(more).to_be_visible()
    if front.count():
        front.click()
    else:
        more.click()
        panel.get_by_role("menuitem", name=name).click()
    expect(panel.locator("form h3").first).to_have_text(name)
    return panel.locator("form")


def foresee(form: Locator) -> Locator:
    form.get_by_role("button", name="Xem trước kết quả").click()
    told = form.get_by_role("region", name="Kết quả sẽ là")
    expect(told).to_be_visible()
    return told


def register(panel: Locator, form: Locator, name: str) -> None:
    """Do it, and see that the form has gone, that it is said, and that the reader is at the panel's head."""
    form.locator(".buttons button").first.click()
    expect(form).to_have_count(0)
    expect(panel.get_by_role("status").first).to_have_text(f"Đã xong: {name}.")
    expect(panel.get_by_role("heading", level=2)).to_be_focused()
    expect(panel.get_by_role("button", name="Việc khác")).to_be_visible()


def shapes(feature: dict[str, Any]) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    """A bent line across a parcel, from edge to edge: from outside, a bend in the middle, to outside."""
    ring = feature["geometry"]["coordinates"][0][:-1]
    side = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)]
    first, last = side[0], side[len(ring) // 2]
    middle = ((first[0] + last[0]) / 2, (first[1] + last[1]) / 2)
    bend = tuple(middle[i] + 0.06 * (side[1][i] - middle[i]) for i in (0, 1))
    out = [tuple(middle[i] + 1.12 * (end[i] - middle[i]) for i in (0, 1)) for end in (first, last)]
    return out[0], bend, out[1]  # type: ignore[return-value]


def area(text: str) -> float:
    return float(text.replace(".", "").replace(",", "."))


def take_in_hand(viewer: Viewer, button: Locator) -> None:
    """Press what takes a shape in hand, and wait until the map has flown near."""
    viewer.drawn()
    viewer.page.evaluate("window.__geoioc.map.once('moveend', () => { window.flown = true; }); window.flown = false;")
    button.click()
    viewer.until("window.flown && !window.__geoioc.map.isMoving()", 15)
    viewer.until("!!window.__geoioc.map.getLayer('drawings:corner')", 15).drawn()


def take_line(viewer: Viewer, form: Locator, feature: dict[str, Any]) -> None:
    """Take the line in hand and set its three vertices."""
    take_in_hand(viewer, form.get_by_role("button", name="Vẽ trên bản đồ"))
    for place, at in enumerate(shapes(feature), start=1):
        viewer.click_at(*at)
        expect(form.get_by_text(re.compile(f"^{place} góc"))).to_be_visible()


def test_split_by_a_bent_line_border_merge_certificate_undo(viewer: Viewer) -> None:
    _page, panel, feature = start(viewer, 0)
    parent = feature["properties"]["area"]
    form = act(panel, "Tách thửa")
    form.get_by_role("button", name="Xem trước kết quả").click()
    expect(form.get_by_text("Cần vẽ đường tách hoặc ghi tọa độ.").first).to_be_visible()
    take_line(viewer, form, feature)
    rows = foresee(form).get_by_role("row")
    expect(rows).to_have_count(4)
    first, second, whole = (area(rows.nth(row).get_by_role("cell").nth(1).inner_text()) for row in (1, 2, 3))
    assert first + second == pytest.approx(whole)
    assert whole == parent
    numbers = [rows.nth(row).get_by_role("cell").first.inner_text() for row in (1, 2)]
    viewer.shot("parcel-split")
    register(panel, form, "Tách thửa")
    expect(panel.get_by_role("heading", level=2)).to_contain_text(f"Thửa {numbers[0]},")
    viewer.await_features("parcel_cases", lambda drawn: any(str(f.get("parcel_number")) == numbers[1] for f in drawn))

    form = act(panel, "Chỉnh lý ranh giới")
    take_in_hand(viewer, form.get_by_role("button", name="Sửa ranh trên bản đồ"))
    west, south, east, north = feature["bbox"]
    bend = shapes(feature)[1]
    drag(viewer, bend, (bend[0] + (east - west) * 0.08, bend[1] + (north - south) * 0.05))
    expect(form.get_by_text("2 đối tượng đổi ranh.")).to_be_visible()
    expect(foresee(form).get_by_role("row").last).to_contain_text(re.compile("Cộng"))
    viewer.shot("parcel-border")
    register(panel, form, "Chỉnh lý ranh giới")
    expect(panel.get_by_role("heading", level=2)).to_contain_text(f"Thửa {numbers[0]},")

    form = act(panel, "Hợp thửa")
    form.get_by_role("checkbox", name=f"Thửa {numbers[1]},").check()
    expect(foresee(form).get_by_role("row")).to_have_count(2)
    register(panel, form, "Hợp thửa")
    expect(panel.get_by_role("heading", level=2)).not_to_contain_text(f"Thửa {numbers[0]},")
    expect(panel).to_contain_text(f"{parent:.1f}".replace(".", ","))

    form = act(panel, "Cấp giấy chứng nhận")
    for label, words in (("Số phát hành", "XX 1"), ("Số vào sổ", "CN demo"), ("Cơ quan cấp", "VPĐK demo")):
        form.get_by_label(label).fill(words)
    form.locator(".buttons button").first.click()
    expect(form.get_by_text(re.compile("1–2 chữ cái và 6–8 chữ số")).first).to_be_visible()
    form.get_by_label("Số phát hành").fill("XX 00000001")
    register(panel, form, "Cấp giấy chứng nhận")
    expect(panel).to_contain_text("Đã cấp giấy chứng nhận")

    form = act(panel, "Hủy biến động gần nhất")
    form.get_by_label("Lý do").fill("Cấp nhầm (demo)")
    foresee(form)
    register(panel, form, "Hủy biến động gần nhất")
    expect(panel).not_to_contain_text("Đã cấp giấy chứng nhận")


def test_a_mortgage_bars_a_split_until_it_is_released_then_transfer_and_use(viewer: Viewer) -> None:
    page, panel, feature = start(viewer, 1)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    form = act(panel, "Đăng ký thế chấp")
    form.get_by_label("Bên nhận thế chấp").fill("Ngân hàng Demo")
    form.get_by_label("Số hợp đồng, quyết định").fill("HĐ 1/demo")
    register(panel, form, "Đăng ký thế chấp")
    expect(panel).to_contain_text("Đang có hạn chế: Thế chấp")

    form = act(panel, "Tách thửa")
    take_line(viewer, form, feature)
    form.get_by_role("button", name="Xem trước kết quả").click()
    consent = form.get_by_label("Số văn bản đồng ý")
    expect(consent).to_have_attribute("aria-invalid", "true")
    expect(form.get_by_text("cần số của văn bản đồng ý hoặc bản án").first).to_be_visible()
    form.get_by_role("button", name="Huỷ bỏ").click()

    register(panel, act(panel, "Xóa thế chấp"), "Xóa thế chấp")
    expect(panel).not_to_contain_text("Đang có hạn chế")

    form = act(panel, "Chuyển quyền sử dụng đất")
    form.get_by_label("Hình thức").select_option(label="Tặng cho")
    form.get_by_label("Người nhận").fill("Phạm Thị Thử Nghiệm")
    form.get_by_label("Đối tượng sử dụng đất").select_option(index=1)
    form.locator(".buttons button").first.click()
    expect(form.get_by_text("Dòng 1: cần “họ tên; số định danh; phần quyền”.").first).to_be_visible()
    assert "Thử Nghiệm" not in str(page.evaluate("JSON.stringify({...sessionStorage})"))
    form.get_by_label("Người nhận").fill("Phạm Thị Thử Nghiệm; 998000000777")
    register(panel, form, "Chuyển quyền sử dụng đất")
    expect(panel).to_contain_text(re.compile(r"\*\*\*"))
    assert "Thử Nghiệm" not in panel.inner_text()

    form = act(panel, "Chuyển mục đích sử dụng")
    form.get_by_label("Mục đích sử dụng sau khi chuyển").fill("ONT 100 + CLN")
    expect(foresee(form).get_by_role("table")).to_contain_text("ONT 100,0")
    register(panel, form, "Chuyển mục đích sử dụng")
    expect(panel.get_by_role("table").first).to_contain_text("ONT")
    assert not [url for url in sent if "998000000777" in url or "Nghi" in url]


def test_by_keyboard_alone_from_surveyed_vertices(viewer: Viewer) -> None:
    page, panel, feature = start(viewer, 2)
    answer = page.request.get(f"{viewer.centre.url}/api/layers/parcel_cases/features/{feature['id']}/panel")
    tables = [block for block in answer.json()["blocks"] if block["type"] == "table"]
    ring = next(table["rows"] for table in tables if table["title"].startswith("Tọa độ đỉnh"))
    corners = [(row[1], row[2]) for row in ring]
    half = len(corners) // 2
    sides = [np.mean([corners[one], corners[(one + 1) % len(corners)]], axis=0) for one in (0, half)]
    middle = np.mean(sides, axis=0)
    out = [middle + 1.1 * (side - middle) for side in sides]

    panel.get_by_role("button", name="Việc khác").focus()
    page.keyboard.press("Enter")
    for _ in range(20):
        if page.evaluate("document.activeElement?.textContent.trim()") == "Tách thửa":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    draw = panel.get_by_role("button", name="Vẽ trên bản đồ")
    expect(draw).to_be_visible()
    for _ in range(4):
        if page.evaluate("document.activeElement?.tagName") == "TEXTAREA":
            break
        page.keyboard.press("Tab")
    expect(panel.get_by_label("Hoặc tọa độ đo của đường tách")).to_be_focused()
    page.keyboard.type("\n".join(f"{x:.2f} {y:.2f}" for x, y in out))
    panel.get_by_role("button", name="Xem trước kết quả").focus()
    page.keyboard.press("Enter")
    told = panel.get_by_role("region", name="Kết quả sẽ là")
    expect(told).to_be_focused()
    numbers = told.get_by_role("cell").first.inner_text()
    panel.locator(".buttons button").first.focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("heading", level=2)).to_contain_text(f"Thửa {numbers},")


def phone_of(browser: Browser, viewer: Viewer, **more: Any) -> Viewer:
    context = browser.new_context(locale="vi-VN", **more)
    context.set_default_timeout(15_000)
    return Viewer(context.new_page(), viewer.centre)


def test_on_a_phone_a_finger_draws_the_line(viewer: Viewer, browser: Browser) -> None:
    phone = phone_of(browser, viewer, **PHONE)
    try:
        page, panel, feature = start(phone, 3)
        form = act(panel, "Tách thửa")
        take_in_hand(phone, form.get_by_role("button", name="Vẽ trên bản đồ"))
        x, y = 0.0, 0.0
        for place, (lon, lat) in enumerate(shapes(feature), start=1):
            x, y = page.evaluate(
                """at => { const map = window.__geoioc.map, p = map.project(at),
                    box = map.getCanvas().getBoundingClientRect(); return [box.x + p.x, box.y + p.y]; }""",
                [lon, lat],
            )
            page.touchscreen.tap(x, y)
            expect(form.get_by_text(re.compile(f"^{place} góc"))).to_be_attached()
        page.touchscreen.tap(x + 14, y)
        expect(form.get_by_text(re.compile("^4 góc"))).to_be_attached()
        form.get_by_role("button", name="Hoàn tác bước vừa sửa").tap()
        expect(form.get_by_text(re.compile("^3 góc"))).to_be_attached()
        phone.shot("parcel-split-phone")
        rows = foresee(form).get_by_role("row")
        expect(rows).to_have_count(4)
        phone.shot("parcel-split-phone-preview")
        assert phone.errors == []
    finally:
        phone.page.context.close()


def test_axe_finds_nothing_on_the_forms(viewer: Viewer, browser: Browser) -> None:
    desk = phone_of(browser, viewer, viewport={"width": 1024, "height": 640}, bypass_csp=True)
    try:
        page, panel, feature = start(desk, 4)
        faults: dict[str, list[str]] = {}

        def look(name: str) -> None:
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                if wrong := found(page):
                    faults[f"{name}, {scheme}"] = wrong

        form = act(panel, "Tách thửa")
        take_line(desk, form, feature)
        foresee(form)
        look("split")
        for name, button in (("Hợp thửa", "Chọn trên bản đồ"), ("Chỉnh lý ranh giới", "Sửa ranh trên bản đồ")):
            form.get_by_role("button", name="Huỷ bỏ").click()
            form = act(panel, name)
            form.get_by_role("button", name=button).click()
            look(name)
        form.get_by_role("button", name="Huỷ bỏ").click()
        form = act(panel, "Chuyển quyền sử dụng đất")
        form.locator(".buttons button").first.click()
        expect(form.get_by_text("Cần điền mục này.").first).to_be_visible()
        look("transfer")
        assert faults == {}
    finally:
        desk.page.context.close()
