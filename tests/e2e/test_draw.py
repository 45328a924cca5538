"""Measuring and drawing as a person does it: an area on the map, its figures, what lies inside, and the link."""

import json
import re
import urllib.parse
import urllib.request
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.conftest import Viewer, pdf_text

LON, LAT = 106.13, 11.31
CORNERS = [(LON - 0.01, LAT - 0.01), (LON + 0.01, LAT - 0.01), (LON + 0.01, LAT + 0.01), (LON - 0.01, LAT + 0.01)]


def test_a_drawn_area_is_measured_counted_kept_printed_and_sent_as_a_link(viewer: Viewer, tmp_path: Path) -> None:
    page = viewer.open(f"/#map=12.2/{LAT}/{LON}").page
    page.get_by_role("button", name="Đo và vẽ").click()
    page.get_by_role("button", name="Vùng", exact=True).click()
    for lon, lat in CORNERS:
        viewer.click_at(lon, lat)
        page.wait_for_timeout(350)  # two presses closer than this are a double click
    page.get_by_role("button", name="Xong").click()

    tools = page.get_by_role("region", name="Đo và vẽ")
    expect(tools.get_by_text("VN-2000", exact=False).first).to_be_visible()
    expect(tools.get_by_text("WGS 84", exact=False).first).to_be_visible()
    # 0.02° × 0.02° at 11.31°: 2.183 × 2.212 km, give or take a pixel
    expect(tools.get_by_text(re.compile(r"48\d,\d+\sha")).first).to_be_visible()
    tools.get_by_role("button", name="Có gì bên trong").click()
    row = tools.locator("button[data-layer=schools]")
    expect(row).to_be_visible()
    told = int(re.sub(r"\D", "", row.inner_text().split()[-1]))
    ring = ", ".join(f"{lon:.7f} {lat:.7f}" for lon, lat in [*CORNERS, CORNERS[0]])
    assert abs(told - counted(viewer, f"S_INTERSECTS(geom, POLYGON(({ring})))")) <= 1  # a press falls on whole pixels
    viewer.shot("draw")
    page.get_by_role("button", name="In bản đồ").click()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Tạo bản in").click()
    download.value.save_as(tmp_path / "map.pdf")
    assert "Vùng 1" in pdf_text(tmp_path / "map.pdf")
    page.keyboard.press("Escape")

    viewer.until("location.search.includes('draw=')", 5)
    link = page.url
    page.reload()
    viewer.drawn()
    page.get_by_role("button", name="Đo và vẽ").click()
    expect(tools.get_by_role("button", name=re.compile("^Vùng|^Chưa đặt tên")).first).to_be_visible()
    other = page.context.browser.new_context(locale="vi-VN")  # type: ignore[union-attr]
    try:
        guest = Viewer(other.new_page(), viewer.centre)
        guest.page.goto(link)
        guest.drawn()
        guest.page.get_by_role("button", name="Đo và vẽ").click()
        panel = guest.page.get_by_role("region", name="Đo và vẽ")
        expect(panel.get_by_role("button", name=re.compile("Vùng|Chưa đặt tên")).first).to_be_visible()
    finally:
        other.close()


def counted(viewer: Viewer, condition: str) -> int:
    """What the counts endpoint says."""
    query = urllib.parse.urlencode({"filter": condition})
    with urllib.request.urlopen(f"{viewer.centre.url}/api/layers/schools/counts?{query}", timeout=10) as answer:
        return int(json.load(answer)["total"])


def drag(viewer: Viewer, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Take hold of a place on the map and let go at another, as slowly as a hand does."""
    places = viewer.page.evaluate(
        """places => {
            const map = window.__geoioc.map;
            const box = map.getCanvas().getBoundingClientRect();
            return places.map(one => map.project(one)).map(at => [box.x + at.x, box.y + at.y]);
        }""",
        [list(start), list(end)],
    )
    mouse = viewer.page.mouse
    mouse.move(*places[0])
    mouse.down()
    viewer.page.wait_for_timeout(100)
    mouse.move(*places[1], steps=8)
    viewer.page.wait_for_timeout(100)
    mouse.up()


def test_a_circle_is_changed_by_number_and_by_hand_and_its_inside_travels_in_a_link(viewer: Viewer) -> None:
    page = viewer.open(f"/?layers=schools#map=12.2/{LAT}/{LON}").page
    page.get_by_role("button", name="Đo và vẽ").click()
    page.get_by_role("button", name="Đường tròn", exact=True).click()
    viewer.click_at(LON, LAT)
    page.wait_for_timeout(350)
    viewer.click_at(LON + 0.01, LAT)
    tools = page.get_by_role("region", name="Đo và vẽ")
    radius, centre = tools.get_by_label("Bán kính (m)"), tools.get_by_label("Tâm")
    expect(radius).not_to_have_value("")

    radius.fill("2000")
    radius.press("Enter")
    # π × 2 km² is 1,256.6 ha; a ring of 64 corners holds a little less
    expect(tools.get_by_text(re.compile(r"1\.25\d,\d+\sha")).first).to_be_visible()
    expect(radius).to_have_value("2000")
    page.evaluate("() => { window.__geoioc.map.once('moveend', () => { window.arrived = true; }); }")
    centre.fill("11.3150, 106.1300")
    centre.press("Enter")
    expect(centre).to_have_value("11.315000, 106.130000")
    expect(radius).to_have_value("2000")
    viewer.until("window.arrived", 15).drawn()  # the map went where all of the circle is in reach

    drag(viewer, (LON, LAT + 0.005), (LON, LAT))
    expect(centre).to_have_value(re.compile(r"^11\.(309|310)"))
    expect(radius).to_have_value("2000")
    rim = 2000 / 109_200  # degrees of longitude here
    viewer.drawn()
    drag(viewer, (LON + rim, LAT), (LON + rim * 0.75, LAT))
    expect(radius).to_have_value(re.compile(r"^(14[6-9]\d|15[0-4]\d)"))  # one school lies 1,385 m from its centre
    viewer.shot("draw_circle")
    radius.fill("1500")
    radius.press("Enter")
    expect(tools.get_by_text(re.compile(r"70\d,\d+\sha")).first).to_be_visible()

    tools.get_by_role("button", name="Có gì bên trong").click()
    tools.locator("button[data-layer=schools]").click()
    inside = page.get_by_text(re.compile(r"^\d+ trong Đường tròn 1$"))
    expect(inside).to_be_visible()
    told = inside.inner_text()
    viewer.until("location.search.includes('inside=0/schools')", 5)
    link = page.url
    other = page.context.browser.new_context(locale="vi-VN")  # type: ignore[union-attr]
    try:
        guest = Viewer(other.new_page(), viewer.centre)
        guest.page.goto(link)
        guest.drawn()
        expect(guest.page.get_by_text(told)).to_be_visible()
    finally:
        other.close()


def test_on_a_phone_an_area_is_drawn_by_touch_and_a_long_press_tells_the_place(viewer: Viewer) -> None:
    options = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True, "locale": "vi-VN"}
    context = viewer.page.context.browser.new_context(**options)  # type: ignore[union-attr, arg-type]
    try:
        phone = Viewer(context.new_page(), viewer.centre).open(f"/?layers=schools#map=12/{LAT}/{LON}")
        page = phone.page
        finger = context.new_cdp_session(page)
        finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 180, "y": 300}]})
        place = page.get_by_role("region", name="Toạ độ nơi này")
        expect(place).to_be_visible()
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.wait_for_timeout(600)
        assert "sel=" not in page.url, "lifting the finger is no click on what lies there"
        expect(place.get_by_text(re.compile("X .+ · Y .+ m"))).to_be_visible()
        phone.shot("phone_place")
        page.keyboard.press("Escape")

        page.get_by_role("button", name="Thêm", exact=True).click()
        page.get_by_text("Đo và vẽ", exact=True).click()
        page.get_by_role("button", name="Vùng", exact=True).click()
        for x, y in ((80, 140), (280, 140), (280, 260), (80, 260)):
            page.touchscreen.tap(x, y)
            page.wait_for_timeout(450)
        page.get_by_role("button", name="Xong").click()
        expect(page.get_by_text(re.compile(r"\d\sha")).first).to_be_visible()
        phone.shot("phone_draw")
        assert phone.errors == []
    finally:
        context.close()
