"""A control room's wall: nobody signs in, scenes follow one another, what is lost comes back, what is revoked ends."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import Centre, Viewer
from tests.e2e.test_accessibility import found

NAME = "Màn hình tầng 2"
TOKEN = "gioc_of-the-wall-of-this-test"
FIRST, SECOND = "Tổng quan tỉnh", "Địa giới hành chính"
SECONDS = 9

PREPARE = f"""
from geo_ioc.accounts.models import AccessToken, User
from geo_ioc.wall.models import WallScene
WallScene.objects.update(seconds={SECONDS})
AccessToken.objects.filter(name="{NAME}").delete()
AccessToken.issue(User.objects.get(username="admin"), name="{NAME}", key="{TOKEN}", kind="wall", lasts=None)
"""
REVOKE = f"""
from django.utils import timezone
from geo_ioc.accounts.models import AccessToken
AccessToken.objects.filter(name="{NAME}").update(revoked_at=timezone.now())
"""
MOVE_A_SCHOOL = """
from layers.education.models import School
one = School.objects.order_by("pk").first()
one.pupils += 1
one.save()
"""


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A small screen, for no graphics card draws it; axe is a script the page's policy would not let in."""
    return {**browser_context_args, "viewport": {"width": 960, "height": 540}, "bypass_csp": True}


@pytest.fixture
def wall(viewer: Viewer, centre: Centre) -> Page:
    """A wall of two scenes in a browser that nobody has signed in to."""
    centre.manage("shell", "-c", PREPARE)
    viewer.page.goto(f"{centre.url}/wall?only=tong-quan,dia-gioi")
    return viewer.page


def enter(page: Page) -> None:
    """Give the screen its token, as an administrator does once."""
    page.get_by_role("button", name="Công khai").click()
    page.get_by_label("Mã truy cập").fill(TOKEN)
    page.get_by_role("button", name="Dùng mã này").click()
    expect(page.get_by_role("button", name=NAME)).to_be_visible()


def scene(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible(timeout=3 * SECONDS * 1000)


def drawn(page: Page) -> None:
    """The map in view has drawn what its link asks for."""
    expect(page.locator(".scene:not(.behind) .map").first).to_have_attribute("aria-busy", "false", timeout=40_000)


def test_a_wall_runs_by_itself(wall: Page, context: BrowserContext, centre: Centre) -> None:
    scene(wall, FIRST)
    enter(wall)
    (cookie,) = [one for one in context.cookies() if one["name"] == "wall"]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")

    scene(wall, SECOND)
    assert "scene=dia-gioi" in wall.url
    expect(wall.get_by_role("region", name="Phường Tân Ninh")).to_contain_text("25459")
    scene(wall, FIRST)
    wall.keyboard.press("Space")
    expect(wall.get_by_text("Đang dừng")).to_be_visible()
    drawn(wall)
    school = wall.get_by_role("article", name="Theo cấp học")
    expect(school.locator(".value")).to_have_text(re.compile(r"^\s*\d{3}\s*$"))
    expect(school).to_contain_text("Nguồn: Dữ liệu trình diễn")
    expect(school).to_contain_text(re.compile(r"cập nhật (vừa xong|\d+ phút trước)"))
    assert found(wall) == []

    wall.keyboard.press("ArrowRight")
    scene(wall, SECOND)
    wall.keyboard.press("ArrowLeft")
    scene(wall, FIRST)
    expect(wall.get_by_text("Đang dừng")).to_be_visible()

    expect(wall.get_by_text("Chưa có diễn biến nào. Đang theo dõi 2 lớp dữ liệu")).to_be_visible()
    centre.manage("shell", "-c", MOVE_A_SCHOOL)
    expect(wall.get_by_role("log")).to_contain_text("Trường học: 1 thay đổi")


def test_what_is_lost_comes_back_and_a_new_viewer_is_taken_up(
    wall: Page, context: BrowserContext, centre: Centre
) -> None:
    scene(wall, FIRST)
    wall.get_by_role("button", name="Bắt đầu ca trực").click()
    expect(wall.get_by_text("Ca trực từ")).to_be_visible()
    drawn(wall)

    context.set_offline(True)
    expect(wall.get_by_text("Mất kết nối với máy chủ. Hình giữ lại lúc")).to_be_visible()
    expect(wall.get_by_role("log")).to_contain_text("Mất kết nối với máy chủ")
    shown = wall.get_by_role("heading", level=1).inner_text()
    wall.wait_for_timeout((SECONDS + 1) * 1000)
    scene(wall, shown)
    expect(wall.locator(".scene:not(.behind) .map canvas").first).to_be_visible()

    def newer(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(json={**answer.json(), "version": "a newer viewer"})

    wall.evaluate("window.before = true")
    wall.route("**/api/wall/scenes", newer)
    context.set_offline(False)
    wall.wait_for_function("!window.before", timeout=40_000)

    wall.unroute("**/api/wall/scenes")
    expect(wall.get_by_text("Mất kết nối với máy chủ. Hình giữ lại lúc")).to_have_count(0)
    expect(wall.get_by_text("Ca trực từ")).to_be_visible()
    expect(wall.get_by_role("link", name="Đăng nhập")).to_have_count(0)


def test_the_wall_comes_back_by_itself_after_the_server(wall: Page, centre: Centre) -> None:
    scene(wall, FIRST)
    drawn(wall)
    wall.evaluate("window.before = true")
    centre.stop()
    try:
        expect(wall.get_by_text("Mất kết nối với máy chủ. Hình giữ lại lúc")).to_be_visible()
        expect(wall.locator(".scene:not(.behind) .map canvas").first).to_be_visible()
    finally:
        centre.start()

    expect(wall.get_by_text("Mất kết nối với máy chủ. Hình giữ lại lúc")).to_have_count(0, timeout=60_000)
    scene(wall, SECOND)
    centre.manage("shell", "-c", MOVE_A_SCHOOL)
    expect(wall.get_by_role("log")).to_contain_text("Trường học: 1 thay đổi", timeout=30_000)
    assert wall.evaluate("window.before"), "the page itself did not begin anew"


def test_a_scene_that_has_gone_leaves_nothing_behind(wall: Page) -> None:
    scene(wall, FIRST)
    wall.keyboard.press("Space")
    watched = wall.context.new_cdp_session(wall)
    watched.send("Performance.enable")

    def held(changes: int) -> dict[str, int]:
        for _ in range(changes):
            wall.keyboard.press("ArrowRight")
            _until_drawn(wall)
        for _ in range(3):
            watched.send("HeapProfiler.collectGarbage")
        told = {one["name"]: one["value"] for one in watched.send("Performance.getMetrics")["metrics"]}
        return {name: told[name] for name in ("Nodes", "JSEventListeners")}

    warm, later = held(4), held(12)

    assert later["Nodes"] < warm["Nodes"] + 100, (warm, later)
    assert later["JSEventListeners"] <= warm["JSEventListeners"], (warm, later)


def _until_drawn(page: Page) -> None:
    """Like `drawn`, without a handle on what is looked at: it would be held for as long as the test lasts."""
    for _ in range(100):
        page.wait_for_timeout(200)
        if page.evaluate("!document.querySelector('.scene:not(.behind) .map[aria-busy=true]')"):
            return
    raise AssertionError("the scene was not drawn")


# What a person hears cannot be told by a program; what was given to the loudspeaker can.
LISTEN = """
window.tones = [];
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (when) {
    window.tones.push({hz: this.frequency.value, state: this.context.state, ahead: when - this.context.currentTime});
    return start.call(this, when);
};
const request = WakeLock.prototype.request;
WakeLock.prototype.request = async function (kind) {
    const lock = await request.call(this, kind).catch(fault => fault);
    window.lock = lock instanceof WakeLockSentinel ? lock : String(lock);
    if (lock instanceof Error) throw lock;
    return lock;
};
"""


def test_two_notes_are_sounded_once_a_shift_has_begun_and_the_screen_is_kept_awake(
    wall: Page, context: BrowserContext
) -> None:
    wall.add_init_script(LISTEN)
    wall.reload()
    scene(wall, FIRST)
    wall.wait_for_function("window.lock !== undefined")
    assert wall.evaluate("window.lock.type + ' ' + window.lock.released") == "screen false"
    context.set_offline(True)
    expect(wall.get_by_role("log")).to_contain_text("Mất kết nối với máy chủ")
    assert wall.evaluate("window.tones") == [], "nobody is on duty: nothing sounds"
    context.set_offline(False)
    expect(wall.get_by_role("log")).not_to_contain_text("Mất kết nối với máy chủ", timeout=40_000)

    wall.get_by_role("button", name="Bắt đầu ca trực").click()
    expect(wall.get_by_text("có âm báo")).to_be_visible()
    first = wall.evaluate("window.tones")
    context.set_offline(True)
    wall.wait_for_function("window.tones.length > 2")

    assert [(tone["hz"], tone["state"]) for tone in first] == [(660, "running"), (880, "running")]
    assert first[0]["ahead"] < first[1]["ahead"] < 0.5
    context.set_offline(False)
    wall.get_by_role("button", name="Kết thúc ca").click()
    expect(wall.get_by_text("có âm báo")).to_have_count(0)


def test_a_token_writes_nothing_and_ends_when_revoked(wall: Page, centre: Centre) -> None:
    enter(wall)
    api = f"{centre.url}/api"
    assert wall.request.get(f"{api}/me").json()["roles"] == ["wall"]
    first = wall.request.get(f"{api}/layers/schools/features?limit=1").json()["features"][0]
    school = f"{api}/layers/schools/features/{first['id']}"
    token = next(one["value"] for one in wall.context.cookies() if one["name"] == "csrftoken")
    headers = {"If-Match": wall.request.get(school).headers["etag"], "X-CSRFToken": token, "Referer": centre.url}

    refused = wall.request.patch(school, data={"attributes": {"pupils": 1}, "reason": "thử"}, headers=headers)

    assert refused.status in {401, 403, 404}
    assert wall.request.get(school).json()["properties"] == first["properties"]

    centre.manage("shell", "-c", REVOKE)
    expect(wall.get_by_role("alert")).to_contain_text("không còn hiệu lực")
    assert wall.request.get(f"{api}/me").json()["roles"] == []
    expect(wall.get_by_role("heading", level=1)).to_have_text(re.compile(f"{FIRST}|{SECOND}"))
