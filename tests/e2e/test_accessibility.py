"""WCAG 2.2 AA by axe, on every screen people meet: in both languages, light and dark, at a desk and on a phone.

A walk opens the viewer once and looks at many screens, as a visit does.
"""

import re
from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from tests.e2e.conftest import PASSWORD, ROOT, Viewer
from tests.e2e.screens import Walk, Words, sign_in_page

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE = {"width": 360, "height": 640}
PLACE = "#map=12/11.31/106.13"


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The page's policy lets no script in that is not its own; axe is one."""
    return {**browser_context_args, "bypass_csp": True}


# A wish for dark is heard at the next frame, its colours come with the one after; what still fades in is paler
# than what people read.
SETTLED = """async () => {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    const ends = one => Number.isFinite(one.effect.getComputedTiming().endTime);
    return Promise.allSettled(document.getAnimations().filter(ends).map(one => one.finished));
}"""


def found(page: Page) -> list[str]:
    """What axe finds wrong once nothing moves: the rule, where, and why."""
    if not page.evaluate("!!window.axe"):
        page.add_script_tag(path=AXE)
    page.evaluate(SETTLED)
    answer = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    return [
        f"{one['id']} at {node['target']}: {node['failureSummary']}"
        for one in answer["violations"]
        for node in one["nodes"]
    ]


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=re.compile(f"^{name}")).first


def dialogue(page: Page, name: str) -> None:
    button(page, name).click()
    page.get_by_role("dialog").wait_for()


def desk(page: Page) -> Iterator[str]:
    """Everybody's screens at a desk."""
    button(page, "Tuỳ chọn của Trường học").click()
    page.get_by_role("slider").first.wait_for()
    yield "catalogue"
    page.get_by_role("combobox", name="Tìm trên bản đồ").fill("tan chau")
    page.get_by_role("option").first.wait_for()
    yield "search"
    page.keyboard.press("Escape")
    button(page, "Bảng").click()
    page.locator("tbody tr.row").first.wait_for()
    yield "table"
    button(page, "Đóng bảng").click()
    for name in ("In bản đồ", "Chia sẻ", "Tra danh sách"):
        dialogue(page, name)
        yield name
        page.keyboard.press("Escape")
    page.locator("#map canvas").focus()
    page.keyboard.press("n")
    page.get_by_role("listbox").wait_for()
    yield "walk"
    page.keyboard.press("Escape")
    button(page, "Hiện tại").click()
    button(page, "Sớm hơn").click()
    yield "timeline"
    button(page, "Đo và vẽ").click()
    page.get_by_role("region", name="Đo và vẽ").wait_for()
    yield "drawings"
    button(page, "So sánh hai bản đồ").click()
    page.get_by_role("button", name="Thôi so sánh").first.wait_for()
    yield "compare"


def english(page: Page) -> Iterator[str]:
    """In English: legend, help, the view in words."""
    page.get_by_role("tab", name="Legend").click()
    yield "legend"
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    yield "help"
    page.keyboard.press("Escape")
    button(page, "Tell the view in words").click()
    page.get_by_text("In view:").wait_for()
    yield "summary"


def panel(page: Page) -> Iterator[str]:
    """What is known of one feature."""
    page.locator("article h2").wait_for()
    yield "panel"


def steward(page: Page) -> Iterator[str]:
    """What is changed: a correction with its faults, its history, a file brought in."""
    button(page, "Sửa thông tin").click()
    page.get_by_label("Tên trường").wait_for()
    button(page, "Lưu thay đổi").click()
    page.get_by_text("Cần điền mục này").wait_for()
    yield "edit"
    button(page, "Huỷ bỏ").click()
    button(page, "Việc khác").click()
    yield "more"
    page.get_by_role("menuitem", name="Lịch sử thay đổi").click()
    page.get_by_role("heading", name="Lịch sử thay đổi").wait_for()
    yield "history"
    page.get_by_role("button", name="Đóng", exact=True).first.click()
    dialogue(page, "Thêm dữ liệu từ tệp")
    yield "import"


def kiosk(page: Page) -> Iterator[str]:
    """On a touch screen in a hall."""
    yield "kiosk"
    button(page, "Lớp dữ liệu").click()
    page.get_by_role("tab", name="Chú giải").wait_for()
    yield "catalogue of a kiosk"


def embed(page: Page) -> Iterator[str]:
    """In another page."""
    button(page, "Chú giải").click()
    yield "embed"


WALKS = [
    pytest.param(f"/?layers=communes,schools{PLACE}", desk, None, "light", None, id="desk"),
    pytest.param("/?lang=en", english, None, "dark", None, id="English, dark"),
    pytest.param("/?sel=schools/1&lang=en", panel, None, "light", None, id="panel, English"),
    pytest.param("/?sel=schools/1", panel, PHONE, "dark", None, id="panel on a phone, dark"),
    pytest.param(f"/?layers=schools&sel=schools/1{PLACE}", steward, None, "dark", "steward", id="steward, dark"),
    pytest.param("/kiosk", kiosk, None, "light", None, id="kiosk"),
    pytest.param(f"/embed?layers=schools{PLACE}", embed, PHONE, "dark", None, id="embed, dark"),
]


@pytest.mark.parametrize(("address", "walk", "size", "scheme", "account"), WALKS)
def test_axe_finds_nothing(
    viewer: Viewer, address: str, walk: Any, size: Any, scheme: Any, account: str | None
) -> None:
    page = viewer.page
    page.emulate_media(color_scheme=scheme)
    if size:
        page.set_viewport_size(size)
    if account:
        viewer.sign_in(account)
    viewer.open(address)

    assert {screen: faults for screen in walk(page) if (faults := found(page))} == {}


PUBLIC = ["login/", "login/?lang=en", "logout/", "signup/", "password/reset/", "password/reset/done/", "inactive/"]
OWN = ["", "tokens/", "password/change/", "email/", "2fa/", "2fa/totp/activate/", "2fa/webauthn/add/", "logout/"]


def test_axe_finds_nothing_on_account_pages(viewer: Viewer) -> None:
    page = viewer.page
    faults: dict[str, list[str]] = {}

    def look(path: str) -> None:
        page.goto(f"{viewer.centre.url}{path}")
        if wrong := found(page):
            faults[path] = wrong

    look("/nowhere")
    for path in PUBLIC:
        look(f"/accounts/{path}")
    page.goto(f"{viewer.centre.url}/accounts/login/?next=/accounts/")
    page.fill("[name=login]", "steward")
    page.fill("[name=password]", "wrong")
    page.press("[name=password]", "Enter")
    page.get_by_role("alert").first.wait_for()
    faults |= {"refused": wrong} if (wrong := found(page)) else {}
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/accounts/")
    page.emulate_media(color_scheme="dark")
    for path in OWN:
        look(f"/accounts/{path}")

    assert faults == {}


@pytest.mark.parametrize(
    ("width", "height", "language", "scheme"), [(360, 640, "vi", "light"), (390, 844, "en", "dark")]
)
def test_axe_finds_nothing_on_a_phone(viewer: Viewer, width: int, height: int, language: str, scheme: str) -> None:
    """Each screen in the other of light and dark than the one before it, so that the two walks see both."""
    page = viewer.page
    page.set_viewport_size({"width": width, "height": height})
    faults: dict[str, list[str]] = {}
    schemes = cycle(["light", "dark"] if scheme == "light" else ["dark", "light"])

    def look(screen: str) -> None:
        page.emulate_media(color_scheme=next(schemes))  # type: ignore[arg-type]
        if wrong := found(page):
            faults[screen] = wrong
        viewer.shot(f"phone-{width}-{screen}")

    sign_in_page(page, viewer.centre.url, language)
    look("sign in")
    viewer.sign_in("steward")
    for screen in Walk(viewer, Words(language)).screens():
        look(screen)

    assert faults == {}
