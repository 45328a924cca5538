"""The panel in Chromium, on toys whose panels hold every kind of block: read, zoomed, filled in, pinned, linked."""

import base64
import re
from collections.abc import Iterator
from typing import Literal

import psycopg
import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.e2e.conftest import PASSWORD, Centre, Viewer, running
from tests.e2e.test_accessibility import found

VISITS = """
from datetime import UTC, datetime
from django.contrib.gis.geos import Point
from geo_ioc.accounts.models import Area, Role, User
from layers.admin_units.models import AdminUnit
from tests.toys.models import ToyVisit, VisitKind

place = dict(level="province", kind="province", name="Thử", full_name="Tỉnh Thử", name_en="Test", name_key="tinh thu")
province = AdminUnit.objects.create(code="80", is_current=True, **place)
keeper = Role.objects.create(slug="toy_keeper", title_vi="Người giữ", title_en="Keeper")
for name in ("keeper", "other_keeper"):
    user = User.objects.create_user(name, password="{password}")
    user.roles.set([keeper])
    Area.objects.create(user=user, unit=province)
at = datetime(2026, 11, 27, 11, 42, tzinfo=UTC)
for number, (name, kind) in enumerate([("Trạm Một", "repair"), ("Trạm Hai", "repair"), ("Lượt Ba", "check")], start=1):
    point = Point(106.1 + number / 100, 11.3, srid=4326)
    ToyVisit.objects.create(pk=number, name=name, kind=kind, score=62.4, at=at, geom=point)
"""

PLACE = "#map=11/11.3/106.1"


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A center of the toys alone: three visits, and two who keep them."""
    var = tmp_path_factory.mktemp("toys")
    with running(var, "prepare", "--without-data", DJANGO_SETTINGS_MODULE="tests.settings", GEO_IOC_DEMO="1") as one:
        one.manage("shell", "-c", VISITS.replace("{password}", PASSWORD))
        yield one


def change(viewer: Viewer, column: str, value: object, visit: int = 1) -> None:
    """Somebody else changes a visit, as every writer does, by plain SQL."""
    with psycopg.connect(viewer.centre.environment["DATABASE_URL"], autocommit=True) as database:
        database.execute(
            psycopg.sql.SQL("update toys_toyvisit set {} = %s where id = %s").format(psycopg.sql.Identifier(column)),
            [value, visit],
        )


def top(part: Locator) -> float:
    """Where a part stands on the screen."""
    box = part.bounding_box()
    assert box
    return box["y"]


def open_panel(viewer: Viewer, query: str = "sel=toy_visits/1") -> Locator:
    """Sign in and open a panel by its address."""
    viewer.sign_in("keeper")
    viewer.open(f"/?layers=toy_visits&{query}{PLACE}")
    panel = viewer.page.locator("article").first
    expect(panel.get_by_role("heading", level=2)).to_be_visible()
    return panel


def test_a_chart_is_read_zoomed_and_turned_into_a_table_by_keys_and_stays_so_when_data_comes(viewer: Viewer) -> None:
    panel, page = open_panel(viewer), viewer.page
    chart = panel.get_by_role("group", name=re.compile("^Bụi ba ngày qua"))
    expect(chart.locator("canvas")).to_have_count(1)
    expect(chart).to_contain_text("62,4\u00a0µg/m³")
    expect(chart).to_contain_text("vượt giới hạn")

    chart.focus()
    page.keyboard.press("+")
    whole = chart.get_by_role("button", name="Xem tất cả")
    expect(whole).to_be_visible()
    page.keyboard.press("End")
    expect(chart.get_by_role("list").first).to_contain_text("18:00")
    before = top(chart)
    canvas = chart.locator("canvas").element_handle()
    change(viewer, "score", 71.3)

    expect(chart).to_contain_text("71,3\u00a0µg/m³")
    expect(chart).to_be_focused()
    expect(whole).to_be_visible()
    assert top(chart) == pytest.approx(before, abs=3), "what is read stays where it is"
    assert canvas.evaluate("element => element.isConnected"), "the drawing is changed, not made anew"

    page.keyboard.press("Home")
    for _ in range(22):
        page.keyboard.press("ArrowRight")
    expect(chart.get_by_role("list").first).to_contain_text("Chưa có dữ liệu")  # a gap says so
    page.keyboard.press("0")
    expect(whole).to_have_count(0)
    page.keyboard.press("t")
    table = chart.get_by_role("table")
    expect(table.locator("tbody tr")).to_have_count(65)  # 72 hours without the seven silent ones
    expect(table.locator("tbody tr").first).to_contain_text("71,3")
    expect(table).to_contain_text("QCVN 05:2023/BTNMT")
    page.keyboard.press("t")
    expect(chart.locator("canvas")).to_have_count(1)
    viewer.shot("panel-chart")


def test_what_is_not_believed_is_marked_on_the_line_in_words_and_in_the_table(viewer: Viewer) -> None:
    panel, page = open_panel(viewer), viewer.page
    chart = panel.get_by_role("group", name=re.compile("^Bụi ba ngày qua"))
    legend = chart.get_by_role("list", name="Được đánh dấu")
    expect(legend.get_by_role("listitem")).to_have_text(
        ["Nghi ngờ · 1 khoảng", "Hỏng · 1 khoảng", "Bảo trì · 1 khoảng"]
    )

    chart.focus()
    page.keyboard.press("End")
    for _ in range(71 - 50):
        page.keyboard.press("ArrowLeft")
    readout = chart.get_by_role("list").first
    expect(readout).to_contain_text("900\u00a0µg/m³")
    expect(readout).to_contain_text("Hỏng")
    viewer.shot("panel-marks")

    page.keyboard.press("t")
    rows = chart.get_by_role("table").locator("tbody tr")
    expect(rows.filter(has_text="Nghi ngờ: đứng giá trị")).to_have_count(5)
    expect(rows.filter(has_text="Nghi ngờ: đứng giá trị").first).to_contain_text("61")
    expect(rows.filter(has_text="Bảo trì")).to_have_count(7)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1024), ("dark", 1024), ("light", 360), ("dark", 360)])
def test_a_marked_chart_has_no_fault_that_axe_finds(
    browser: Browser, centre: Centre, scheme: Literal["light", "dark"], width: int
) -> None:
    size = {"width": width, "height": 640}
    context = browser.new_context(viewport=size, locale="vi-VN", color_scheme=scheme, bypass_csp=True)
    try:
        viewer = Viewer(context.new_page(), centre)
        chart = open_panel(viewer).get_by_role("group", name=re.compile("^Bụi ba ngày qua"))
        chart.get_by_role("list", name="Được đánh dấu").scroll_into_view_if_needed()

        assert found(viewer.page) == []
        viewer.shot(f"panel-marks-{scheme}-{width}")
        chart.get_by_role("button", name="Xem bảng số").click()
        assert found(viewer.page) == []
    finally:
        context.close()


def test_a_part_of_the_time_is_marked_out_with_the_mouse(viewer: Viewer) -> None:
    panel, page = open_panel(viewer), viewer.page
    chart = panel.get_by_role("group", name=re.compile("^Bụi ba ngày qua"))
    plot = chart.locator(".u-over")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box
    page.mouse.move(box["x"] + 60, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 40, steps=4)
    page.mouse.up()
    expect(chart.get_by_role("button", name="Xem tất cả")).to_be_visible()

    # Six probes are six small plots that are read together.
    probes = panel.get_by_role("group", name=re.compile("^Theo đầu đo"))
    expect(probes.locator("canvas")).to_have_count(6)
    expect(probes.get_by_role("list")).to_contain_text("Đầu đo 6")


def test_pictures_are_looked_through_by_keys_and_the_focus_comes_back(viewer: Viewer) -> None:
    panel, page = open_panel(viewer), viewer.page
    first = panel.get_by_role("button", name="Phóng to ảnh 1/7")
    expect(first).to_contain_text("7 ảnh")
    first.press("Enter")

    gallery = page.get_by_role("dialog", name="Ảnh hiện trường")
    expect(gallery).to_contain_text("1 / 7")
    page.keyboard.press("ArrowRight")
    expect(gallery).to_contain_text("2 / 7")
    expect(gallery).to_contain_text("Góc nhìn 2 từ cổng chính")
    page.keyboard.press("End")
    expect(gallery).to_contain_text("7 / 7")
    page.keyboard.press("ArrowRight")
    expect(gallery).to_contain_text("1 / 7")
    page.keyboard.press("f")
    expect(gallery.get_by_role("button", name="Toàn màn hình")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("f")
    expect(gallery.get_by_role("button", name="Toàn màn hình")).to_have_attribute("aria-pressed", "false")
    viewer.shot("panel-gallery")
    page.keyboard.press("Escape")

    expect(gallery).to_have_count(0)
    expect(first).to_be_focused()
    expect(panel).to_be_visible()


def test_a_form_keeps_what_was_typed_through_faults_and_live_updates(viewer: Viewer) -> None:
    panel, page = open_panel(viewer, "sel=toy_visits/2"), viewer.page
    panel.get_by_role("button", name="Xong", exact=True).click()
    send = panel.locator("form").get_by_role("button", name="Xong", exact=True)
    field = panel.get_by_label("Điểm", exact=True)
    expect(field).to_be_focused()
    send.click()
    expect(field).to_have_accessible_description("Cần điền mục này.")
    field.fill("13")
    send.click()
    expect(field).to_have_accessible_description("Không 13.")
    expect(field).to_have_value("13")
    expect(field).to_be_focused()

    change(viewer, "name", "Trạm Hai, tên mới", visit=2)
    expect(panel.get_by_role("heading", level=2)).to_have_text("Trạm Hai, tên mới")
    expect(field).to_have_value("13")
    expect(field).to_be_focused()

    field.fill("12")
    page.keyboard.press("Enter")
    expect(panel.get_by_role("status").filter(has_text="Đã xong: Xong.")).to_be_visible()
    expect(panel).to_contain_text("12,0")


def test_a_grave_action_names_its_object_and_a_link_never_does_it(viewer: Viewer) -> None:
    panel = open_panel(viewer, "sel=toy_visits/1&part=do.discard")
    expect(panel.get_by_role("button", name="Bỏ “Trạm Một”")).to_be_visible()
    expect(panel).to_contain_text("không tự hoàn tác được")
    panel.get_by_role("button", name="Huỷ bỏ").click()
    expect(panel.get_by_role("heading", level=2)).to_be_focused()
    assert "part=" not in viewer.page.url


def test_pinned_panels_stand_side_by_side_where_there_is_room_and_travel_in_the_address(viewer: Viewer) -> None:
    page = viewer.page
    page.set_viewport_size({"width": 1700, "height": 640})
    panel = open_panel(viewer)
    panel.get_by_role("button", name="Ghim bảng thông tin").click()
    viewer.page.evaluate("document.activeElement.blur()")
    viewer.open(f"/?layers=toy_visits&sel=toy_visits/3&pin=toy_visits/1&part=chart.table{PLACE}")

    panels = page.locator("article")
    expect(panels).to_have_count(2)
    expect(panels.nth(0)).to_contain_text("Trạm Một")
    expect(panels.nth(1)).to_contain_text("Lượt Ba")
    expect(panels.nth(1).get_by_role("table").first).to_be_visible()  # the part of the link
    boxes = [panels.nth(number).bounding_box() for number in range(2)]
    assert boxes[0]
    assert boxes[1]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"] + 2
    viewer.shot("panel-beside")

    page.set_viewport_size({"width": 1024, "height": 640})
    expect(panels).to_have_count(1)
    page.get_by_role("button", name="Trạm Một", exact=True).click()
    expect(panels).to_contain_text("Trạm Một")
    expect(page).to_have_url(re.compile("pin=toy_visits/1"))


MORE = """
from datetime import UTC, datetime
from django.contrib.gis.geos import Point
from tests.toys.models import ToyVisit
for number in range(11, 18):
    point, at = Point(106.1, 11.3, srid=4326), datetime(2026, 11, 27, 11, 42, tzinfo=UTC)
    ToyVisit.objects.create(pk=number, name=f"Trạm {number}", kind="repair", score=5, at=at, geom=point)
"""


def test_a_ninth_pin_is_refused_in_words_and_taken_once_another_goes(viewer: Viewer) -> None:
    viewer.centre.manage("shell", "--no-imports", "-c", MORE)
    page = viewer.page
    pinned = ",".join(f"toy_visits/{number}" for number in (1, *range(11, 18)))
    panel = open_panel(viewer, f"sel=toy_visits/2&pin={pinned}")
    pin = panel.get_by_role("button", name="Ghim bảng thông tin")
    pin.click()
    expect(panel.get_by_role("status").filter(has_text="Đã ghim đủ 8 bảng. Bỏ ghim hoặc đóng một bảng")).to_be_visible()
    expect(pin).to_have_attribute("aria-pressed", "false")
    viewer.shot("panel-pins")
    page.get_by_role("button", name="Đóng Trạm 17").click()
    pin.click()
    expect(panel.get_by_role("button", name="Bỏ ghim bảng thông tin")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_a_panel_of_all_ten_blocks(
    browser: Browser, centre: Centre, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(
        viewport={"width": 1024, "height": 640}, locale="vi-VN", bypass_csp=True, color_scheme=scheme
    )
    try:
        context.set_default_timeout(15_000)
        viewer = Viewer(context.new_page(), centre)
        panel, page = open_panel(viewer), viewer.page
        expect(panel.locator("canvas").first).to_be_visible()
        faults = {"panel": found(page)}
        chart = panel.get_by_role("group", name=re.compile("^Bụi ba ngày qua"))
        chart.focus()
        page.keyboard.press("t")
        chart.get_by_role("table").wait_for()
        faults["table of a chart"] = found(page)
        panel.get_by_role("button", name="Phóng to ảnh 1/7").press("Enter")
        page.get_by_role("dialog", name="Ảnh hiện trường").wait_for()
        faults["gallery"] = found(page)
        page.keyboard.press("Escape")
        viewer.open(f"/?layers=toy_visits&sel=toy_visits/1&part=do.discard{PLACE}")
        page.get_by_role("button", name="Bỏ “Trạm Một”").wait_for()
        faults["grave action"] = found(page)
        assert {screen: wrong for screen, wrong in faults.items() if wrong} == {}
    finally:
        context.close()


def test_what_another_corrected_meanwhile_is_not_undone_unseen(viewer: Viewer, browser: Browser) -> None:
    def rename(panel: Locator, name: str) -> None:
        panel.get_by_role("textbox", name="Tên", exact=True).fill(name)
        panel.get_by_label("Lý do sửa").fill(f"Thành {name}")
        panel.get_by_role("button", name="Lưu thay đổi").click()
        expect(panel.get_by_role("heading", level=2)).to_have_text(name)

    panel = open_panel(viewer, "sel=toy_visits/2&part=edit")
    rename(panel, "Tên của tôi")
    panel.get_by_role("button", name="Việc khác").click()
    viewer.page.get_by_role("menuitem", name="Lịch sử thay đổi").click()
    undo = panel.get_by_role("button", name="Hoàn tác lần sửa này")
    expect(undo).to_be_visible()

    page = browser.new_context(viewport={"width": 1024, "height": 640}, locale="vi-VN").new_page()
    page.set_default_timeout(15_000)
    other = Viewer(page, viewer.centre).sign_in("other_keeper")
    other.open(f"/?layers=toy_visits&sel=toy_visits/2&part=edit{PLACE}")
    rename(page.locator("article").first, "Tên người kia")
    page.context.close()
    undo.click()

    expect(panel.get_by_role("alert")).to_contain_text("Đối tượng đã được sửa")
    expect(panel.get_by_role("heading", level=2)).to_have_text("Tên người kia")
    expect(panel.get_by_text("Thành Tên người kia")).to_be_visible()  # the history is read anew
    viewer.shot("panel-undo-refused")


def test_what_was_read_stays_when_the_server_fails_and_a_guest_is_shown_the_way_in(viewer: Viewer) -> None:
    panel, page = open_panel(viewer), viewer.page

    def fail(route: Route) -> None:
        route.fulfill(status=503, json={"error": "busy", "message": {"vi": "Máy chủ đang bận.", "en": "Busy."}})

    page.route("**/features/1/panel*", fail)
    change(viewer, "score", 40.5)
    expect(panel.get_by_role("alert")).to_contain_text("đang xem số liệu cũ")
    expect(panel.get_by_role("group", name=re.compile("^Bụi ba ngày qua"))).to_be_visible()
    page.unroute("**/features/1/panel*")
    panel.get_by_role("alert").get_by_role("button", name="Thử lại").click()
    expect(panel).to_contain_text("40,5")
    expect(panel.get_by_role("alert")).to_have_count(0)

    page.context.clear_cookies()
    viewer.open(f"/?sel=toy_visits/1{PLACE}")
    expect(panel.get_by_role("link", name="Đăng nhập")).to_be_visible()


def test_who_corrects_second_is_told_sees_both_values_and_loses_nothing(viewer: Viewer, browser: Browser) -> None:
    panel = open_panel(viewer, "sel=toy_visits/3&part=edit")
    name = panel.get_by_role("textbox", name="Tên", exact=True)
    name.fill("Tên tôi viết")
    panel.get_by_label("Lý do sửa").fill("Theo biên bản")

    page = browser.new_context(viewport={"width": 1024, "height": 640}, locale="vi-VN").new_page()
    page.set_default_timeout(15_000)
    other = Viewer(page, viewer.centre).sign_in("other_keeper")
    other.open(f"/?layers=toy_visits&sel=toy_visits/3&part=edit{PLACE}")
    other.page.get_by_role("textbox", name="Tên", exact=True).fill("Tên người kia")
    other.page.get_by_label("Lý do sửa").fill("Đo lại")
    other.page.get_by_role("button", name="Lưu thay đổi").click()
    expect(other.page.get_by_role("button", name="Lưu thay đổi")).to_have_count(0)
    page.context.close()

    expect(panel.get_by_role("alert")).to_contain_text("Người khác vừa sửa")
    expect(panel.locator("form")).to_contain_text("Tên người kia")
    expect(name).to_have_value("Tên tôi viết")
    viewer.shot("panel-clash")
    panel.get_by_role("button", name="Lưu thay đổi").click()
    expect(panel.get_by_role("heading", level=2)).to_have_text("Tên tôi viết")


SCENE = """
from geo_ioc.wall.models import WallScene, WallTile
from tests.toys.models import ToyVisit

first = ToyVisit.objects.get(pk=1)
ToyVisit.objects.create(pk=4, name="Phim Bốn", kind="repair", score=5, at=first.at, geom=first.geom)
scene = WallScene.objects.create(slug="phim", title_vi="Camera", title_en="Cameras", columns=2, rows=1)
for place, visit in enumerate((4, 1)):
    link = f"?layers=toy_visits&sel=toy_visits/{visit}"
    words = dict(title_vi=f"Hình {visit}", title_en=f"Film {visit}")
    WallTile.objects.create(scene=scene, position=place, kind="stream", link=link, **words)
"""
# A film of half a second, red, as the browser itself records it.
RECORD = """async () => {
    const canvas = Object.assign(document.createElement("canvas"), {width: 64, height: 48});
    const pen = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(20), {mimeType: "video/webm;codecs=vp8"});
    const parts = [];
    recorder.ondataavailable = event => parts.push(event.data);
    const done = new Promise(resolve => recorder.onstop = resolve);
    recorder.start();
    for (let frame = 0; frame < 15; frame++) {
        pen.fillStyle = frame % 2 ? "#f00000" : "#ee0000";
        pen.fillRect(0, 0, 64, 48);
        await new Promise(resolve => setTimeout(resolve, 50));
    }
    recorder.stop();
    await done;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
}"""
PICTURE = """video => {
    const canvas = new OffscreenCanvas(8, 8);
    const pen = canvas.getContext("2d");
    pen.drawImage(video, 0, 0, 8, 8);
    return [...pen.getImageData(4, 4, 1, 1).data];
}"""


def test_a_film_plays_in_a_tile_of_a_wall_and_a_lost_one_says_so(viewer: Viewer) -> None:
    page = viewer.page
    viewer.centre.manage("shell", "-c", SCENE)
    viewer.sign_in("keeper")
    film = base64.b64decode(page.evaluate(RECORD))
    page.route("**/toy-film.webm", lambda route: route.fulfill(body=film, content_type="video/webm"))
    page.goto(f"{viewer.centre.url}/wall?only=phim")
    plays, lost = (page.get_by_role("article", name=name) for name in ("Hình 4", "Hình 1"))
    video = plays.locator("video")
    expect(video).to_be_visible()
    viewer.until("document.querySelector('article video')?.currentTime > 0.1", 20)

    red, green, blue, _ = video.evaluate(PICTURE)
    assert (red > 180, green < 60, blue < 60) == (True, True, True)
    assert video.evaluate("one => one.muted && !one.paused")
    box, tile = video.bounding_box(), plays.bounding_box()
    assert box
    assert tile
    assert box["width"] == pytest.approx(tile["width"], abs=2), "the film fills its tile"
    expect(lost.get_by_role("button")).to_be_visible(timeout=30_000)
    viewer.shot("wall-film")
