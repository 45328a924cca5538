"""The form of an alert rule in a browser: built, tried, saved, switched on, and seen to fire; by keys, on a phone."""

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PASSWORD, ROOT, SHOTS, Centre
from tests.e2e.test_accessibility import browser_context_args, found

__all__ = ["browser_context_args"]  # the fixture that lets axe in
NEW = "/alerts/rules/new"
FIRES_S = 180


def sign_in(page: Page, centre: Centre, account: str, path: str) -> None:
    """Sign in by the form, and go on to a page."""
    page.set_default_timeout(15_000)
    page.goto(f"{centre.url}/accounts/login/?next={path}")
    page.fill("[name=login]", account)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile(re.escape(path)))


def settled(page: Page) -> None:
    """Nothing is asked of the server any more."""
    page.wait_for_timeout(700)
    expect(page.locator("#rule[aria-busy]")).to_have_count(0)


def build(page: Page) -> None:
    """Gauges alone: water above a limit for six seconds, at any hour of the day."""
    page.get_by_label("Tiếng Việt", exact=True).fill("Nước cao (thử)")
    page.get_by_label("Tiếng Anh", exact=True).fill("High water (trial)")
    page.get_by_label("Lớp dữ liệu").select_option(value="stations")
    settled(page)
    page.get_by_label("Nhóm đối tượng").select_option(value="kind = 'water_level'")
    page.get_by_label("Chỉ số").select_option(value="water_level")
    page.get_by_label(re.compile(r"^Ngưỡng \(m\)")).fill("-50")
    page.get_by_label(re.compile("^Liên tục ít nhất")).fill("0,1")
    page.get_by_role("button", name="+ Giờ trong tuần").click()
    settled(page)
    page.get_by_label("Từ", exact=True).first.fill("00:00")
    page.get_by_label("Đến", exact=True).first.fill("24:00")
    page.get_by_label("Cán bộ môi trường").check()
    page.get_by_label("Lý do lập quy tắc").fill("Thử biểu mẫu")
    settled(page)


def try_it(page: Page) -> None:
    """Try it on the past, and wait for what would have fired."""
    page.get_by_role("button", name=re.compile("^Thử trên")).click()
    expect(page.get_by_role("heading", name=re.compile(r"^Nếu đã bật: \d+"))).to_be_visible(timeout=60_000)


@pytest.fixture
def evaluating(centre: Centre) -> Iterator[None]:
    """The process that evaluates the rules."""
    command = [sys.executable, "manage.py", "evaluate_rules"]
    process = subprocess.Popen(command, cwd=ROOT, env=centre.environment, stdout=subprocess.DEVNULL)
    yield
    process.terminate()
    process.wait(20)


def asked(centre: Centre, path: str, items: Any = None) -> Any:
    """An answer of the API; with items, what the demo's device sends."""
    _, key = (Path(centre.environment["GEO_IOC_VAR"]) / "demo_device").read_text(encoding="utf-8").split()
    head = {"Content-Type": "application/json", "Authorization": f"Device {key}"} if items else {}
    body = json.dumps(items).encode() if items else None
    with urllib.request.urlopen(urllib.request.Request(centre.url + path, data=body, headers=head), timeout=20) as one:
        return json.load(one)


def measure(centre: Centre, code: str, value: float) -> None:
    """A gauge's value of this minute."""
    now = datetime.now(UTC).replace(microsecond=0)
    reading = {"station": code, "quantity": "water_level", "at": now.isoformat(), "value": value, "status": "00"}
    asked(centre, "/api/ingest/stations", [reading])


def test_a_rule_is_built_by_the_form_alone_tried_saved_switched_on_and_fires(
    page: Page, centre: Centre, evaluating: None
) -> None:
    sign_in(page, centre, "environment", NEW)
    build(page)
    means = page.locator("#meaning")
    expect(means).to_contain_text("từ -50 m trở lên liên tục 0,1 phút và lúc 00:00–24:00.")
    expect(means).to_contain_text("Báo ngay Cán bộ môi trường.")
    try_it(page)
    assert page.locator(".fired li").count() > 0
    assert page.locator("svg.days rect").count() > 0

    page.get_by_role("button", name="Lưu", exact=True).click()
    page.wait_for_url(re.compile("/alerts/rules/nuoc-cao-thu"))
    expect(page.get_by_role("heading", name="Đang tắt")).to_be_visible()
    page.get_by_label(re.compile(r"^Ngưỡng \(m\)")).fill("-60")
    settled(page)
    expect(page.get_by_role("button", name="Bật quy tắc")).to_be_disabled()
    page.get_by_label(re.compile(r"^Ngưỡng \(m\)")).fill("-50")
    settled(page)
    page.get_by_role("button", name="Bật quy tắc").click()
    expect(page.get_by_role("heading", name="Đang bật")).to_be_visible()

    gauges = asked(centre, "/api/layers/stations/features?filter=kind%20%3D%20'water_level'")["features"]
    gauge = gauges[0]["properties"]
    level = 1.0 if gauge["level_m"] is None else gauge["level_m"]  # a gauge that fell silent meanwhile tells none
    deadline = time.monotonic() + FIRES_S
    fired = False
    while not fired and time.monotonic() < deadline:
        measure(centre, gauge["code"], round(level + time.monotonic() % 0.05, 3))
        page.wait_for_timeout(3_000)
        page.goto(f"{centre.url}/alerts/rules")
        row = page.get_by_role("row").filter(has_text="Nước cao (thử)")
        fired = row.get_by_role("cell").last.inner_text() not in ("", "0")
    assert fired, row.inner_text()


def test_keys_alone_build_a_condition_and_a_typed_text_stays(page: Page, centre: Centre) -> None:
    sign_in(page, centre, "environment", NEW)
    limit = page.get_by_label(re.compile("^Ngưỡng"))
    limit.focus()
    page.keyboard.type("cao")
    settled(page)
    expect(limit).to_be_focused()
    expect(limit).to_have_value("cao")
    expect(limit).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="+ Mất số liệu").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="Điều kiện", exact=True)).to_have_count(2)
    expect(page.get_by_label(re.compile("^Ngưỡng")).first).to_have_value("cao")
    page.get_by_role("button", name="Bỏ điều kiện này").first.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("group", name="Điều kiện", exact=True)).to_have_count(1)
    expect(page.get_by_label(re.compile("^Không có số liệu suốt"))).to_have_value("60")

    page.get_by_text("Dành cho chuyên gia").click()
    area = page.get_by_label("Cùng quy tắc ấy, dạng JSON")
    area.fill(area.input_value().replace('"for_min": 60', '"for_min": 45'))
    expect(page.get_by_label(re.compile("^Không có số liệu suốt"))).to_have_value("45")


@pytest.mark.parametrize(
    ("width", "height", "language", "scheme"), [(360, 740, "vi", "dark"), (1280, 800, "en", "light")]
)
def test_axe_finds_nothing_and_nothing_is_cut_off(
    page: Page, centre: Centre, width: int, height: int, language: str, scheme: Any
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    SHOTS.mkdir(parents=True, exist_ok=True)
    sign_in(page, centre, "environment", NEW)
    faults: dict[str, list[str]] = {}
    for path in (NEW, "/alerts/rules/demo-flood", "/alerts/rules"):
        page.goto(f"{centre.url}{path}?lang={language}")
        if path == NEW:
            page.get_by_role("button", name=re.compile(r"^\+ (Nhóm|Group)")).click()
            page.locator("button[value=save]").click()
        wide = page.evaluate("document.documentElement.scrollWidth")
        faults |= {path: wrong} if (wrong := found(page)) else {}
        faults |= {f"{path} width": [f"{wide} px"]} if wide > width else {}
        page.screenshot(path=SHOTS / f"rule-{width}-{path.rsplit('/', 1)[-1]}.png", full_page=True)

    assert faults == {}


def test_without_a_script_every_button_posts_the_form(browser: Browser, centre: Centre) -> None:
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    sign_in(page, centre, "environment", NEW)
    page.get_by_role("button", name="+ Tăng, giảm nhanh").click()
    expect(page.get_by_role("group", name="Điều kiện", exact=True)).to_have_count(2)
    context.close()


@pytest.mark.parametrize("account", ["operator", "leader", "steward"])
def test_who_may_not_sees_nothing(page: Page, centre: Centre, account: str) -> None:
    sign_in(page, centre, account, "/accounts/")
    for path in ("/alerts/rules", NEW, "/alerts/rules/demo-flood"):
        answer = page.goto(f"{centre.url}{path}")
        assert answer is not None
        assert answer.status == 404
        assert page.locator("#rule").count() == 0
