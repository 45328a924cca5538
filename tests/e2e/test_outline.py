"""A steward corrects the outline of an area on the map: by hand, by keys, by finger; what is wrong is said."""

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import PASSWORD, Centre, Viewer
from tests.e2e.test_accessibility import found
from tests.e2e.test_draw import drag

LON, LAT = 106.13, 11.31
SIDE = 0.004
SQUARE = [[LON, LAT], [LON + SIDE, LAT], [LON + SIDE, LAT + SIDE], [LON, LAT + SIDE], [LON, LAT]]

OUTSIDER = """
from geo_ioc.accounts.models import Area, Role, User
from layers.education.models import School
school, other = School.objects.order_by("pk")[0], School.objects.order_by("pk").last()
user, _ = User.objects.get_or_create(username="ward_steward", defaults=dict(is_demo=True))
user.set_password("{password}"); user.save()
user.roles.set([Role.objects.get(slug="steward")])
Area.objects.get_or_create(user=user, unit=school.commune)
assert school.commune_id != other.commune_id
print("schools", school.pk, other.pk)
"""


@pytest.fixture(scope="module")
def ponds(centre: Centre, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A layer of areas made from a file; its id."""
    file = tmp_path_factory.mktemp("ponds") / "ponds.geojson"
    names = ("Ao Một", "Ao Hai", "Ao Ba")
    ponds = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": [[[lon, lat + place * 0.01] for lon, lat in SQUARE]]},
        }
        for place, name in enumerate(names)
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": ponds}))
    said = centre.manage("import_features", "ao-nuoi", str(file), "--title", "Ao nuôi|Ponds", "--access", "public")
    found = re.search(r"\bd-\d+\b", said)
    assert found, said
    return found.group()


def stored(viewer: Viewer, layer: str, name: str) -> Any:
    """One pond as everybody reads it."""
    with urllib.request.urlopen(f"{viewer.centre.url}/api/layers/{layer}/features", timeout=10) as answer:
        return next(one for one in json.load(answer)["features"] if one["properties"]["name"] == name)


def ring(viewer: Viewer, layer: str, name: str) -> list[list[float]]:
    geometry = stored(viewer, layer, name)["geometry"]
    found: list[list[float]] = geometry["coordinates"][0]
    return found


def begin(viewer: Viewer, layer: str, name: str) -> Page:
    """Open a pond's correction and take its corners in hand."""
    page, one = viewer.page, stored(viewer, layer, name)
    viewer.sign_in("steward")
    lon, lat = one["geometry"]["coordinates"][0][0]
    viewer.open(f"/?layers={layer}&sel={layer}/{one['id']}&part=edit#map=14/{lat}/{lon}")
    start = page.get_by_role("button", name="Sửa các góc trên bản đồ")
    start.wait_for()
    page.evaluate("() => { window.__geoioc.map.once('moveend', () => { window.arrived = true; }); }")
    start.click()
    viewer.until("window.arrived", 15).drawn()
    return page


def test_corners_are_moved_added_taken_away_refused_saved_and_put_back(viewer: Viewer, ponds: str) -> None:
    page = begin(viewer, ponds, "Ao Một")
    viewer.jump(LON + SIDE * 1.5, LAT + SIDE / 2, 14.5)  # room around it, left of the panel
    form = page.locator("form")
    expect(form.get_by_text(re.compile("^4 góc"))).to_be_visible()

    # A corner across the opposite side: the outline crosses itself.
    drag(viewer, (LON, LAT), (LON + SIDE * 1.3, LAT + SIDE * 0.5))
    form.get_by_label("Lý do sửa").fill("Đo lại ranh")
    page.get_by_role("button", name="Lưu thay đổi").click()
    expect(form.get_by_text(re.compile(r"Đường viền tự cắt tại 11\.31\d+, 106\.13\d+"))).to_be_visible()
    viewer.shot("outline-crossing")
    form.get_by_role("button", name="Hoàn tác bước vừa sửa").click()
    expect(form.get_by_text("trước khi sửa")).to_have_count(0)
    viewer.drawn()  # a corner is taken where it is drawn

    drag(viewer, (LON, LAT), (LON - SIDE / 2, LAT - SIDE / 2))
    drag(viewer, (LON + SIDE, LAT + SIDE / 2), (LON + SIDE * 1.5, LAT + SIDE / 2))  # the middle of a side
    expect(form.get_by_text(re.compile("^5 góc"))).to_be_visible()
    viewer.shot("outline")

    # By keys: the third corner is the new one.
    walk = page.get_by_role("application", name="Các góc của hình")
    page.keyboard.press("Escape")  # lets the corner go, not the panel
    walk.focus()
    expect(walk).to_contain_text("Góc 1/5")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(walk).to_contain_text("Góc 3/5")
    page.keyboard.press("Delete")
    expect(form.get_by_text(re.compile("^4 góc"))).to_be_visible()
    page.keyboard.press("Insert")
    expect(form.get_by_text(re.compile("^5 góc"))).to_be_visible()
    page.keyboard.press("Control+z")
    expect(form.get_by_text(re.compile("^4 góc"))).to_be_visible()
    before = walk.inner_text()
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("ArrowLeft")
    expect(walk).not_to_have_text(before)
    for _ in range(2):
        page.keyboard.press("Control+z")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(walk).not_to_be_focused()  # the last corner leads on

    form.get_by_label("Lý do sửa").fill("Đo lại ranh")
    page.get_by_role("button", name="Lưu thay đổi").click()
    expect(form).to_have_count(0)
    moved = ring(viewer, ponds, "Ao Một")
    assert len(moved) == 5
    assert moved[0] == pytest.approx([LON - SIDE / 2, LAT - SIDE / 2], abs=1e-4)
    assert moved[1:4] == SQUARE[1:4]

    page.get_by_role("button", name="Việc khác").click()
    page.get_by_role("menuitem", name="Lịch sử thay đổi").click()
    expect(page.locator("li", has_text="Đo lại ranh")).to_contain_text(re.compile("4 góc.*→.*4 góc"))
    page.get_by_role("button", name="Hoàn tác lần sửa này").click()
    expect(page.locator("li", has_text="Đo lại ranh").get_by_role("button")).to_have_count(0)
    assert ring(viewer, ponds, "Ao Một") == SQUARE


@pytest.fixture
def phone(viewer: Viewer) -> Iterator[Viewer]:
    """A phone of the smallest size, with fingers."""
    options = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True, "locale": "vi-VN"}
    context = viewer.page.context.browser.new_context(**options)  # type: ignore[union-attr, arg-type]
    page = context.new_page()
    page.set_default_timeout(15_000)
    one = Viewer(page, viewer.centre)
    yield one
    assert one.errors == []
    context.close()


def test_on_a_phone_a_finger_moves_a_corner_and_takes_one_away(phone: Viewer, ponds: str) -> None:
    page = begin(phone, ponds, "Ao Hai")
    finger = page.context.new_cdp_session(page)

    def touch(kind: str, *at: dict[str, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(at)})

    def at(lon: float, lat: float) -> dict[str, float]:
        script = """at => { const map = window.__geoioc.map, p = map.project(at),
            box = map.getCanvas().getBoundingClientRect(); return {x: box.x + p.x, y: box.y + p.y}; }"""
        found: dict[str, float] = page.evaluate(script, [lon, lat])
        return found

    base = LAT + 0.01
    form = page.locator("form")
    start, end = at(LON, base + SIDE), at(LON + SIDE * 0.4, base + SIDE * 0.6)
    touch("touchStart", start)
    for part in range(1, 6):
        along = {axis: start[axis] + (end[axis] - start[axis]) * part / 5 for axis in ("x", "y")}
        touch("touchMove", along)
        page.wait_for_timeout(40)
    touch("touchEnd")
    expect(form.get_by_text("trước khi sửa")).to_be_attached()

    touch("touchStart", at(LON + SIDE, base))
    expect(form.get_by_text(re.compile("^3 góc"))).to_be_attached()
    touch("touchEnd")
    expect(page.get_by_role("region", name="Toạ độ nơi này")).to_have_count(0)
    phone.drawn().shot("outline-phone")
    touch("touchStart", at(LON + SIDE, base + SIDE))
    expect(form.get_by_text("cần ít nhất 3 góc")).to_be_attached()
    touch("touchEnd")


def test_nothing_is_offered_that_would_be_refused_outside_the_own_area(viewer: Viewer) -> None:
    said = viewer.centre.manage("shell", "-c", OUTSIDER.replace("{password}", PASSWORD)).split("schools ")[-1].split()
    page = viewer.sign_in("ward_steward").page
    viewer.open(f"/?layers=schools&sel=schools/{said[0]}")
    expect(page.get_by_role("button", name="Sửa thông tin")).to_be_visible()
    viewer.open(f"/?layers=schools&sel=schools/{said[1]}&part=edit")
    expect(page.locator("article h2")).to_be_visible()
    expect(page.get_by_role("button", name="Lịch sử thay đổi")).to_be_visible()
    expect(page.get_by_role("button", name="Sửa thông tin")).to_have_count(0)
    expect(page.get_by_label("Lý do sửa")).to_have_count(0)


def test_axe_finds_nothing_while_corners_are_in_hand(viewer: Viewer, ponds: str) -> None:
    options = {"viewport": {"width": 1024, "height": 640}, "locale": "vi-VN", "bypass_csp": True}
    context = viewer.page.context.browser.new_context(**options)  # type: ignore[union-attr, arg-type]
    try:
        context.set_default_timeout(15_000)
        page = begin(Viewer(context.new_page(), viewer.centre), ponds, "Ao Ba")
        page.get_by_role("application", name="Các góc của hình").focus()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert found(page) == []
    finally:
        context.close()
