"""The viewer without a pointer, without eyes, in other colours, calmer, and with larger letters."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Viewer

SCHOOLS = "/?layers=schools#map=12/11.31/106.13"

# What reaches beyond the screen, or has to be scrolled sideways; a table may (WCAG 1.4.10 excepts it).
TOO_WIDE = """() => [...document.querySelectorAll(".page *, dialog, dialog *")].flatMap(one => {
    if (one.closest(".visually-hidden, .skip, svg, .tabs, .foot, footer") || one.closest(":has(> table)")) return [];
    const box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    if (!box.width || !box.height || style.visibility === "hidden") return [];
    const beyond = box.right > innerWidth + 1 || box.left < -1;
    const sideways = ["auto", "scroll"].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
    return beyond || sideways ? [`${one.tagName}.${one.className} ${box.left}..${box.right}`] : [];
})"""
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }"""


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A reader's own style sheet is laid over the page's."""
    return {**browser_context_args, "bypass_csp": True}


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{name}")).first.press("Enter")


def test_features_are_walked_opened_and_left_by_keyboard(viewer: Viewer) -> None:
    page = viewer.open(SCHOOLS).page
    canvas, steps = page.locator("#map canvas"), page.get_by_role("listbox")
    canvas.focus()
    page.keyboard.press("n")
    expect(steps).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = steps.get_by_role("option", selected=True)
    expect(chosen).to_have_id("step-2")
    name = chosen.locator("span").first.inner_text()
    page.keyboard.press("Enter")
    title = page.locator("article h2")
    expect(title).to_have_text(name)
    expect(title).to_be_focused()
    viewer.drawn()
    page.keyboard.press("Escape")
    expect(title).to_have_count(0)
    expect(steps).to_be_focused()
    expect(chosen.locator("span").first).to_have_text(name)
    page.keyboard.press("Escape")
    expect(steps).to_have_count(0)
    expect(canvas).to_be_focused()

    press(page, "Bảng đối tượng")
    table = page.get_by_role("region", name="Đối tượng trong khung nhìn")
    expect(table).to_be_focused()
    rows = table.locator("tbody tr.row")
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    code = rows.nth(1).get_by_role("cell").first.inner_text()
    page.keyboard.press("Enter")
    expect(title).to_be_focused()
    viewer.drawn()  # the rows are those in view, which has moved
    page.keyboard.press("Escape")
    expect(rows.filter(has_text=code)).to_be_focused()
    page.keyboard.press("Escape")
    expect(table).to_have_count(0)
    expect(page.get_by_role("button", name="Bảng đối tượng")).to_be_focused()


def test_focus_goes_back_where_it_was_though_the_code_of_panels_comes_late(viewer: Viewer) -> None:
    held: list[Route] = []
    viewer.page.route(re.compile(r"/PanelHost-.*\.js$"), lambda route: held.append(route))
    page = viewer.open(SCHOOLS).page
    page.locator("#map canvas").press("n")
    steps, title = page.get_by_role("listbox"), page.locator("article h2")
    expect(steps).to_be_focused()
    with page.expect_response(re.compile("/panel")):
        page.keyboard.press("Enter")
    viewer.drawn()
    assert title.count() == 0
    held[0].continue_()
    expect(title).to_be_focused()

    page.keyboard.press("Escape")
    expect(title).to_have_count(0)
    expect(steps).to_be_focused()


def test_the_view_is_told_in_words_whenever_the_map_rests(viewer: Viewer) -> None:
    page = viewer.open(SCHOOLS).page
    page.keyboard.press("?")
    page.get_by_label("Đọc tóm tắt mỗi khi bản đồ dừng").check()
    page.keyboard.press("Escape")
    told = page.locator(".told [role=status]")
    box = page.evaluate("window.__geoioc.map.getBounds().toArray().flat().join()")
    total = page.request.get(f"{viewer.centre.url}/api/layers/schools/counts?bbox={box}").json()["total"]
    expect(told).to_contain_text(f"Trong khung nhìn: Trường học: {total}.")
    expect(told).to_contain_text("Giữa bản đồ: Tỉnh Tây Ninh. Tỷ lệ khoảng 1:")

    page.get_by_role("button", name="EN, English").click()
    expect(told).to_contain_text(f"In view: Schools: {total}.")
    viewer.jump(106.13, 11.31, 9)
    expect(told).not_to_contain_text(f"Schools: {total}.")
    press(page, "Tell the view in words")
    expect(page.get_by_role("button", name="Close the summary")).to_be_visible()
    viewer.shot("summary")


def test_less_motion_means_jumps(viewer: Viewer) -> None:
    page = viewer.page
    page.emulate_media(reduced_motion="reduce")
    viewer.open(SCHOOLS)
    page.evaluate("window.moves = 0; window.__geoioc.map.on('move', () => { window.moves += 1; })")
    press(page, "Toàn tỉnh")
    viewer.until("window.moves > 0", 5).until("!window.__geoioc.map.isMoving()", 5)

    assert page.evaluate("window.moves") == 1
    assert page.locator("header .icon-button").first.evaluate("one => getComputedStyle(one).transitionDuration") == "0s"


def test_what_is_chosen_is_seen_in_the_colours_of_the_system(viewer: Viewer) -> None:
    page = viewer.page
    page.emulate_media(forced_colors="active")
    viewer.open("/?layers=schools&sel=schools/1#map=12/11.31/106.13")
    ground = "one => getComputedStyle(one).backgroundColor"
    table = page.get_by_role("button", name="Bảng đối tượng")
    before = table.evaluate(ground)
    table.press("Enter")
    expect(table).to_have_attribute("aria-pressed", "true")
    assert table.evaluate(ground) != before
    rows = page.locator("tbody tr.row")
    rows.first.press("Enter")
    expect(rows.first).to_have_attribute("aria-selected", "true")
    assert rows.first.evaluate(ground) != rows.nth(1).evaluate(ground)
    rows.nth(1).focus()
    page.keyboard.press("ArrowDown")
    assert rows.nth(2).evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    viewer.shot("forced-colors")


@pytest.mark.parametrize(("width", "height", "spaced"), [(320, 480, True), (512, 320, False)])
def test_nothing_is_scrolled_both_ways_on_a_narrow_screen(
    viewer: Viewer, width: int, height: int, spaced: bool
) -> None:
    """320 CSS pixels are a screen of 1280 at 400 %; 512 are one of 1024 at 200 %."""
    page = viewer.page
    page.set_viewport_size({"width": width, "height": height})
    viewer.open("/?layers=communes,schools#map=12/11.31/106.13")
    if spaced:
        page.add_style_tag(content=SPACED)
    wide = {"map": page.evaluate(TOO_WIDE)}
    for name in ("In bản đồ", "Chia sẻ", "Tra danh sách", "Bàn phím và trợ năng"):
        press(page, "Thêm$")
        wide["menu"] = page.evaluate(TOO_WIDE)
        press(page, name)
        page.get_by_role("dialog").wait_for()
        page.wait_for_timeout(300)
        wide[name] = page.evaluate(TOO_WIDE)
        viewer.shot(f"reflow-{width}-{name}")
        page.keyboard.press("Escape")
    press(page, "Thêm$")
    press(page, "Bảng đối tượng")
    page.locator("tbody tr.row").first.click()
    page.locator("article h2").wait_for()
    page.wait_for_timeout(300)
    wide["panel"] = page.evaluate(TOO_WIDE)
    viewer.shot(f"reflow-{width}-panel")

    assert {screen: found for screen, found in wide.items() if found} == {}
